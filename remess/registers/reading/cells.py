"""One cell as it was found, and its form on the way from the child process to the server."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

Value = str | int | float | Decimal | bool | date | datetime | time | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell holds. `value` of a formula is its text, `=…`, never a stored result.

    A date is a `date`, with an hour a `datetime`; `number_format_is_date` where Excel showed the
    number as a date, also where the number is impossible as one (the value is then text).
    """

    value: Value = None
    is_formula: bool = False
    is_merged: bool = False
    number_format_is_date: bool = False

    @property
    def is_text(self):
        """Text typed as such: neither a formula nor a number, date or truth value."""
        return isinstance(self.value, str) and not self.is_formula

    @property
    def is_blank(self):
        """Nothing, or spaces alone."""
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())


EMPTY = Cell()
EMPTY_MERGED = Cell(is_merged=True)
FORMULA, DATE, MOMENT, HOUR, IMPOSSIBLE_DATE = "f", "d", "m", "h", "x"
READERS = {
    DATE: date.fromisoformat,
    MOMENT: datetime.fromisoformat,
    HOUR: time.fromisoformat,
}


def packed(kind, value):
    """What JSON carries for a cell that is no plain text, number, truth value or nothing."""
    return [kind, value]


def unpack(content, is_merged):
    """The Cell that JSON carried."""
    if content is None:
        return EMPTY_MERGED if is_merged else EMPTY
    if type(content) is not list:
        return Cell(content, False, is_merged)
    kind, value = content
    if kind == FORMULA:
        return Cell(value, True, is_merged)
    if kind == IMPOSSIBLE_DATE:
        return Cell(value, False, is_merged, True)
    return Cell(READERS[kind](value), False, is_merged, True)
