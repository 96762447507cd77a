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
    MONTH = auto()
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
class Link:
    """Text that leads to the top of another sheet: `sheet` is its place in the workbook, from 0."""

    text: str
    sheet: int


@dataclass(frozen=True)
class Column:
    """One column: its heading, the value of a row, how it is shown, its width in characters.

    `key` is the name formulas, charts and addresses know it by.
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


class Drawing(StrEnum):
    """How a chart shows its figures: one bar a row, or one line a column."""

    BARS = auto()
    LINES = auto()


@dataclass(frozen=True)
class Chart:
    """A native chart over a table of its sheet, drawn beside the tables.

    `table` is its place in the sheet; `labels` and `series` are keys of its columns. `colours`:
    one a bar, or one a line; labels that are dates make an axis of time. `description` is what is
    read aloud in its place.
    """

    drawing: Drawing
    title: str
    description: str
    table: int
    labels: str
    series: Sequence[str]
    colours: Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """Lines of introduction, then tables one under the other, on one grid of columns.

    The first table's headings, with its first `fixed_columns`, stay in sight; those of an only
    table are repeated on every printed page. `is_list`: its headings filter. `data_name`: the first
    table is an Excel table of this name, for those who build on it: its rows, and those of a sheet
    with charts, are in a list. A sheet is printed over
    `pages_wide` pages, and `pages_tall` (0: as many as it takes).
    """

    name: str
    tables: Sequence[Table]
    intro: Sequence[tuple[Line, str]] = ()
    footer: str = ""
    warning: str = ""
    is_list: bool = False
    fixed_columns: int = 1
    pages_wide: int = 1
    pages_tall: int = 0
    charts: Sequence[Chart] = ()
    data_name: str = ""

    @property
    def is_at_hand(self) -> bool:
        """Whether all rows are there before the first is written."""
        return all(isinstance(table.rows, Sequence) for table in self.tables)
