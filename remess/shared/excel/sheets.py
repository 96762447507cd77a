"""What a workbook is made of: sheets of tables, columns with heading and value together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any


class Kind(StrEnum):
    """What a column holds; decides how its cells are shown."""

    TEXT = auto()
    LONG_TEXT = auto()
    INTEGER = auto()
    DECIMAL = auto()
    PERCENT = auto()
    DATE = auto()
    MOMENT = auto()


class Style(StrEnum):
    """How a row stands out from the others."""

    PLAIN = auto()
    FAINT = auto()
    BAND = auto()
    BAND_FAINT = auto()
    STRONG = auto()
    SECTION = auto()


class Line(StrEnum):
    """What a line above the table is."""

    TITLE = auto()
    CAPTION = auto()
    WARNING = auto()


@dataclass(frozen=True)
class Formula:
    """A live formula with the value it has now.

    `text` names the cells of its own row by column key, `={actual}/{target}`, and those of
    another row by their distance: `{actual:-2}` stands two rows above.
    """

    text: str
    value: float


@dataclass(frozen=True)
class Column:
    """One column: its heading, the value of a row, how it is shown, its width in characters.

    `key` is the name formulas know it by.
    """

    heading: str
    value: Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    width: float = 16
    key: str = ""


def plain(row) -> Style:
    return Style.PLAIN


@dataclass(frozen=True)
class Table:
    """Rows under one row of headings; `style` gives the Style of a row.

    `row_height`: at least so many points, 0 for what the text needs.
    """

    columns: Sequence[Column]
    rows: Iterable
    caption: str = ""
    style: Callable[[Any], Style] = plain
    row_height: float = 0


@dataclass(frozen=True)
class Sheet:
    """Lines of introduction, then tables one under the other, on one grid of columns.

    The first table's widths hold, its headings are repeated on every printed page and, with its
    first `fixed_columns`, stay in sight. `is_list`: its headings filter. A wide sheet is printed
    over `pages_wide` pages.
    """

    name: str
    tables: Sequence[Table]
    intro: Sequence[tuple[Line, str]] = ()
    footer: str = ""
    warning: str = ""
    is_list: bool = False
    fixed_columns: int = 1
    pages_wide: int = 1
