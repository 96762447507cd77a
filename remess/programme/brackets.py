"""The age bracket of an agreement, and which one holds on a day. Pure: no queries."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class AgeBracket:
    """Ages allowed, both included, between two days."""

    starts_on: date | None
    ends_on: date | None
    min_age: int
    max_age: int


# Before any agreement is entered; each agreement carries its own (programme.md, « Identifié »).
DEFAULT_BRACKET = AgeBracket(None, None, 18, 29)


def bracket_on(day: date, brackets: list[AgeBracket]) -> AgeBracket:
    """The bracket of the agreement in force on `day`, else of the latest begun, else the first.

    `brackets` is sorted by start; where two agreements hold the day, the later one decides.
    """
    holding = [b for b in brackets if b.starts_on <= day <= b.ends_on]
    begun = [b for b in brackets if b.starts_on <= day]
    for found in (holding[-1:], begun[-1:], brackets[:1]):
        if found:
            return found[0]
    return DEFAULT_BRACKET


def age_on(birth_date: date, day: date) -> int:
    """Age in whole years; somebody born on 29 February turns a year older on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)
