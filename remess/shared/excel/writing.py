"""Writing with XlsxWriter: rows that come one by one are streamed, 100 000 cost the memory of one.

Rows at hand, in a list, are held until the end: charts and named tables then find their figures.
"""

import re
import tempfile
import textwrap
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC
from typing import BinaryIO

import xlsxwriter
from django.utils import timezone
from django.utils.translation import get_language_bidi
from xlsxwriter.utility import xl_col_to_name

from remess.shared.excel.cells import (
    UNWRITABLE,
    WRITERS,
    Writer,
    format_of,
    text_of,
    write_text,
)
from remess.shared.excel.charts import COLUMNS_WIDE, draw_charts
from remess.shared.excel.looks import CAPTION, HEADER, KINDS, LINE_HEIGHT, LINES, NUMERIC, STYLES
from remess.shared.excel.sheets import Formula, Kind, Line, Sheet
from remess.shared.excel.streaming import SpilledTexts, StreamedSheet

A4 = 9
MAX_FOOTER = 250
MAX_HEIGHT = 409
FORBIDDEN_IN_NAME = re.compile(r"[\x00-\x1f\[\]:*?/\\]")
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


# Heights in points: a row of one line stands by itself, wrapped ones are given room.
LINE_OF_TEXT, AROUND, CAPTION_HEIGHT = 15, 5, 22
INDENT = 2


def write_workbook(target, sheets: Iterable[Sheet], *, title: str, author: str) -> None:
    """Write `sheets` as an .xlsx workbook to `target`, a path or a seekable binary file."""
    sheets = list(sheets)
    properties = {"title": str(title), "author": str(author), "created": _now()}
    if all(sheet.is_at_hand for sheet in sheets):
        with xlsxwriter.Workbook(target, OPTIONS) as book:
            _write_sheets(book, sheets, properties)
        return
    with (
        closing(SpilledTexts()) as texts,
        xlsxwriter.Workbook(target, {**OPTIONS, "constant_memory": True}) as book,
    ):
        book.str_table = texts
        _write_sheets(book, sheets, properties, StreamedSheet)


def _write_sheets(book, sheets, properties, worksheet_class=None):
    book.set_properties(properties)
    formats, names = {}, names_of(sheets)
    for sheet, name in zip(sheets, names, strict=True):
        worksheet = book.add_worksheet(name, worksheet_class)
        _write_sheet(Writer(book, worksheet, formats, names), sheet)


def names_of(sheets):
    """The name of each sheet as the workbook will have it."""
    names, taken = [], set()
    for sheet in sheets:
        names.append(sheet_name(str(sheet.name), taken))
        taken.add(names[-1].casefold())
    return names


def workbook_file(sheets: Iterable[Sheet], *, title: str, author: str) -> BinaryIO:
    """The workbook as an open, unnamed file at its start, gone once closed."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the caller sends it, then closes it
    write_workbook(target, sheets, title=title, author=author)
    target.seek(0)
    return target


def sheet_name(name: str, taken: set[str]) -> str:
    """`name` as Excel accepts it: 31 characters, none forbidden, unlike those `taken`."""
    cleaned = FORBIDDEN_IN_NAME.sub(" ", UNWRITABLE.sub("", name))
    cleaned = " ".join(cleaned.split()).strip("' ") or "Feuille"
    if cleaned.casefold() == "history":  # Excel keeps this name for itself
        cleaned += " 1"
    candidate, number = _cut(cleaned), 1
    while candidate.casefold() in taken:
        number += 1
        candidate = _cut(cleaned, f" ({number})")
    return candidate


def _cut(name, ending=""):
    """`name` cut to 31 UTF-16 units with `ending`."""
    while len((name + ending).encode("utf-16-le")) > 62:
        name = name[:-1]
    return name.rstrip("' ") + ending


def _write_sheet(writer, sheet):
    worksheet = writer.worksheet
    writer.width = _set_widths(worksheet, sheet.tables)
    _set_page(worksheet, sheet)
    for line, text in sheet.intro:
        _write_line(writer, line, text)
    if sheet.intro:
        writer.row += 1
    places = [_write_table(writer, table) for table in sheet.tables]
    header, last = places[0]
    worksheet.freeze_panes(header + 1, sheet.fixed_columns)
    if len(places) == 1:  # over another table they would be wrong
        worksheet.repeat_rows(header)
    bottom, right = places[-1][1], writer.width - 1
    if sheet.charts:
        bottom = max(bottom, draw_charts(writer, sheet, places))
        right = writer.width + COLUMNS_WIDE
    worksheet.print_area(0, 0, bottom, right)
    if sheet.data_name and last > header:
        _name_table(writer, sheet, header, last)
    elif sheet.is_list or sheet.data_name:
        worksheet.autofilter(header, 0, last, len(sheet.tables[0].columns) - 1)


def _name_table(writer, sheet, header, last):
    columns = sheet.tables[0].columns
    headings = [
        {"header": text_of(column.heading), "header_format": _heading_format(writer, column)}
        for column in columns
    ]
    writer.worksheet.add_table(
        *(header, 0, last, len(columns) - 1),
        {"name": sheet.data_name, "style": None, "columns": headings},
    )


def _set_widths(worksheet, tables):
    """The width of each column, the largest that a table asks for; how many columns there are."""
    widths = {}
    for table in tables:
        for index, column in enumerate(table.columns):
            widths[index] = max(column.width, widths.get(index, 0))
    for index, width in widths.items():
        worksheet.set_column(index, index, width)
    return len(widths)


def _set_page(worksheet, sheet):
    worksheet.set_landscape()
    worksheet.set_paper(A4)
    worksheet.fit_to_pages(sheet.pages_wide, sheet.pages_tall)
    worksheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    worksheet.hide_gridlines(2)
    if sheet.pages_wide > 1:
        worksheet.repeat_columns(0, sheet.fixed_columns - 1)
    if get_language_bidi():
        worksheet.right_to_left()
    if sheet.warning:
        worksheet.set_header("&R&8 " + _footer_text(sheet.warning), {"margin": 0.3})
    worksheet.set_footer(f"&L&8 {_footer_text(sheet.footer)}&R&8 &P / &N", {"margin": 0.3})


def _write_line(writer, line, text):
    """A line of text over the width of the table: no merged cells, the text runs on."""
    style = format_of(writer, line, LINES[line])
    writer.worksheet.set_row(writer.row, LINE_HEIGHT[line])
    writer.worksheet.write_string(writer.row, 0, text_of(text), style)
    if line is Line.WARNING:
        for index in range(1, writer.width):
            writer.worksheet.write_blank(writer.row, index, None, style)
    writer.row += 1


def _write_table(writer, table):
    """Write the table and a blank row; the rows its headings and its last line stand on."""
    if table.caption:
        _write_caption(writer, table)
    header = writer.row
    headings = [(text_of(column.heading), column) for column in table.columns]
    _make_room(writer, headings, around=10)
    for index, (heading, column) in enumerate(headings):
        style = _heading_format(writer, column)
        writer.worksheet.write_string(header, index, heading, style)
    writer.row += 1
    _write_rows(writer, table)
    last = writer.row - 1
    writer.row += 1
    return header, last


def _heading_format(writer, column):
    shown = {"align": "right"} if column.kind in NUMERIC else {"align": "left", "indent": 1}
    return format_of(writer, ("header", shown["align"]), HEADER | shown)


def _write_caption(writer, table):
    style = format_of(writer, "caption", CAPTION)
    writer.worksheet.set_row(writer.row, CAPTION_HEIGHT)
    writer.worksheet.write_string(writer.row, 0, text_of(table.caption), style)
    writer.row += 1


def _write_rows(writer, table):
    looks = {}
    for row in table.rows:
        style = table.style(row)
        if style not in looks:
            looks[style] = _row_looks(writer, table, style)
        wrapped = []
        for index, column, value_of, look, is_long in looks[style]:
            value = value_of(row)
            kind = type(value)
            if kind is Formula:
                _write_formula(writer, table, index, value, look)
            else:
                WRITERS.get(kind, write_text)(writer, index, value, look)
            if is_long and value:
                wrapped.append((str(value), column))
        if wrapped or table.row_height:
            _make_room(writer, wrapped, least=table.row_height)
        writer.row += 1


def _row_looks(writer, table, style):
    """[(column's place, column, its value, its format, whether it wraps)] for rows of a style."""
    return [
        (
            index,
            column,
            column.value,
            format_of(writer, (column.kind, style), {**KINDS[column.kind], **STYLES[style]}),
            column.kind is Kind.LONG_TEXT,
        )
        for index, column in enumerate(table.columns)
    ]


def _make_room(writer, texts, around=0, least=0):
    """Give the row the height of its longest wrapped text: not every reader does so itself."""
    lines = max((_lines(text, column.width) for text, column in texts), default=1)
    if lines > 1 or around or least:
        height = min(max(lines * LINE_OF_TEXT + (around or AROUND), least), MAX_HEIGHT)
        writer.worksheet.set_row(writer.row, height)


def _lines(text, width):
    """How many lines `text` takes in a column of `width` characters, words kept whole."""
    room = max(int(width) - INDENT, 1)
    if len(text) <= room and "\n" not in text:
        return 1
    return sum(len(textwrap.wrap(part, room)) or 1 for part in text.split("\n"))


def _write_formula(writer, table, index, formula, style):
    cells = {
        column.key: _Cell(xl_col_to_name(place), writer.row + 1)
        for place, column in enumerate(table.columns)
        if column.key
    }
    text = formula.text.format_map(cells)
    writer.worksheet.write_formula(writer.row, index, text, style, formula.value)


class _Cell:
    """A cell of the row being written; `{name:-2}` in a formula is the one two rows above."""

    def __init__(self, letters, row):
        self.letters, self.row = letters, row

    def __format__(self, distance):
        return f"{self.letters}{self.row + int(distance or 0)}"


def _footer_text(text):
    """Text in a page's margin: `&` is a command there and the length is limited."""
    return text_of(text)[: MAX_FOOTER // 2].replace("&", "&&")


def _now():
    return timezone.now().astimezone(UTC).replace(tzinfo=None)
