"""An Excel workbook's register: the sheet, its header row, its rows one after the other."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from typing import NamedTuple
from zipfile import BadZipFile

from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS

from remess.registers.reading import archive, header
from remess.registers.reading.cells import DATE, FORMULA, HOUR, IMPOSSIBLE_DATE, MOMENT, packed
from remess.registers.reading.limits import Refused
from remess.registers.reading.scan import MergedColumns, column_letters, scan
from remess.registers.reading.texts import Texts

ESCAPED = re.compile(r"_x00([01][0-9A-Fa-f]|5[Ff]|7[Ff])_")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MOST_EXACT = 2**53
FIRST_SURE_DAY = datetime(1900, 3, 1)  # Excel's 29 February 1900 never was  # noqa: DTZ001


class Found(NamedTuple):
    """A register whose header row is found.

    `first()` gives the contents of its first rows; `whole()` goes through it all, which takes long
    for a large one: (number of the last filled row, answer columns, the rows one by one as number,
    contents, merged columns). Both may refuse it.
    """

    sheet: str
    header_row: int
    headings: list
    other_sheets: list
    first: Callable
    whole: Callable


class _Reader(ExcelReader):
    """openpyxl's reader without the parts that hold no rows: what is not read cannot break."""

    def read_strings(self):
        """The shared texts, our way."""
        part = self.package.find(SHARED_STRINGS)
        if part is not None and part.PartName[1:] in self.valid_files:
            self.shared_strings = Texts(self.archive.open(part.PartName[1:]))

    def read_properties(self):
        """Not needed: who wrote the file, and when."""

    def read_custom(self):
        """Not needed: what a program noted about the file."""

    def read_theme(self):
        """Not needed: its colours."""

    def read_chartsheet(self, sheet, rel):
        """Not needed: a chart on a sheet of its own."""


def read(file, request, limits):
    """The Found register of the first visible sheet with a header row."""
    archive.check(file, limits)
    try:
        reader = _Reader(file, read_only=True, keep_links=False)
        reader.read()
    except BadZipFile as fault:
        raise Refused("damaged") from fault
    book = reader.wb
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise Refused("no_sheet")
    for sheet in visible:
        sheet.reset_dimensions()  # what a file says of itself is often wrong
        found = _find_header(sheet, request, limits)
        if found:
            others = [name for name in book.sheetnames if name != sheet.title]
            return Found(
                sheet.title,
                *found,
                others,
                first=partial(_first, sheet, *found, limits),
                whole=partial(_whole, sheet, *found, limits),
            )
    raise Refused("no_header_row", limit=limits.title_rows)


def _find_header(sheet, request, limits):
    wanted = request["header_row"]
    top = _top(sheet, wanted or limits.title_rows, limits)
    if not wanted:
        return header.find(top, request["mapping"])
    headings = header.headings_in(next((row for number, row in top if number == wanted), []))
    return (wanted, headings) if headings else None


def _top(sheet, rows, limits):
    """(number, contents) of the first rows."""
    cells = sheet.iter_rows(max_row=rows, max_col=limits.columns)
    for number, row in enumerate(islice(cells, rows), 1):
        yield number, _contents(number, row, limits)


def _first(sheet, number, headings, limits):
    """The contents of the first rows below the headings."""
    last = number + header.SAMPLE
    cells = sheet.iter_rows(min_row=number + 1, max_row=last, max_col=limits.columns)
    return [
        _contents(at, row, limits)
        for at, row in enumerate(islice(cells, header.SAMPLE), number + 1)
    ]


def _whole(sheet, number, headings, limits):
    if isinstance(sheet._shared_strings, Texts):
        sheet._shared_strings = sheet._shared_strings.read_all()
    with sheet._get_source() as source:
        extent = scan(source, limits)
    if extent.last_row - number > limits.rows:
        raise Refused("too_many_rows", row=extent.last_row, limit=limits.rows)
    if extent.last_column > limits.columns:
        letters = column_letters(extent.last_column)
        raise Refused("too_many_columns", column=letters, limit=limits.columns)
    first = islice(_rows(sheet, number, len(headings), extent, limits), header.SAMPLE)
    answers = header.answer_columns(headings, [contents for _number, contents, _merged in first])
    return extent.last_row, answers, _rows(sheet, number, len(headings), extent, limits)


def _rows(sheet, header_row, width, extent, limits):
    """The rows below the header row, to the last filled one."""
    merged = MergedColumns(extent.merges)
    cells = sheet.iter_rows(max_col=extent.last_column)
    for number, row in enumerate(islice(cells, extent.last_row), 1):
        if number > header_row:
            contents = _contents(number, row, limits)
            contents += [None] * (width - len(contents))
            yield number, contents, [i for i in merged.at(number) if i < len(contents)]


def _contents(number, row, limits):
    """The row's cells as they travel, none after the last filled one."""
    contents = [None if cell.value is None else _content(number, cell, limits) for cell in row]
    while contents and contents[-1] is None:
        contents.pop()
    return contents


def _content(number, cell, limits):
    value = cell.value
    if cell.data_type == "f":
        return packed(FORMULA, _text(number, getattr(value, "text", value), limits))
    if isinstance(value, str):
        return _string(number, cell, value, limits)
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return _number(value)
    return _moment(value)


def _string(number, cell, value, limits):
    text = _text(number, value, limits)
    if cell.data_type == "e" and text == "#VALUE!":  # also a number no date can be made of
        return packed(IMPOSSIBLE_DATE, text)
    return text or None


def _text(number, value, limits):
    """`value` as text that any database stores; Excel's `_x000D_` is the character it means."""
    text = str(value)
    if len(text) > limits.cell:
        raise Refused("cell_too_long", row=number)
    if "_x00" in text:
        text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return UNSTORABLE.sub("", text)


def _number(value):
    """A number without decimals as such: Excel writes 15 digits as 1.5E+14."""
    if not math.isfinite(value):
        return str(value)
    return int(value) if value.is_integer() and abs(value) < MOST_EXACT else value


def _moment(value):
    if isinstance(value, datetime):
        if value < FIRST_SURE_DAY:
            return packed(IMPOSSIBLE_DATE, value.isoformat(" "))
        if value.time() == time():
            return packed(DATE, value.date().isoformat())
        return packed(MOMENT, value.isoformat())
    if isinstance(value, date):
        return packed(DATE, value.isoformat())
    if isinstance(value, time):
        return packed(HOUR, value.isoformat())
    return str(value)  # a length of time, such as 26:30
