"""A workbook to be filled in elsewhere: headings, drop-down lists, checked dates, explanations."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

import xlsxwriter

from remess.shared.excel.looks import BASE, HEADER
from remess.shared.excel.writing import OPTIONS, sheet_name

FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2099, 12, 31)
# Excel's own limits for the message beside a cell.
TITLE_LENGTH, MESSAGE_LENGTH = 32, 255


@dataclass(frozen=True)
class BlankColumn:
    """One column to fill in: `choices` make a drop-down list, `value` stands in each row."""

    heading: str
    help: str
    choices: Sequence[str] = ()
    is_date: bool = False
    is_text: bool = False
    value: str = ""
    width: float = 18


def blank_workbook(
    columns: Sequence[BlankColumn],
    *,
    name: str,
    title: str,
    rows: int,
    help_name: str,
    help_lines: Sequence[str],
    lists_name: str,
    refused: tuple[str, str],
) -> BinaryIO:
    """The workbook as an open file at its start: `rows` rows to fill in under the headings.

    Its first sheet holds the rows, the second `help_lines` and what each column expects, the third,
    hidden, the lists. `refused`: title and text shown for a value that a list does not hold.
    """
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the caller sends it, then closes it
    options = {**OPTIONS, "constant_memory": False}
    with xlsxwriter.Workbook(target, options) as book:
        taken: set[str] = set()
        sheets = []
        for wanted in (name, help_name, lists_name):
            sheets.append(book.add_worksheet(sheet_name(wanted, taken)))
            taken.add(sheets[-1].name.casefold())
        _write_rows(book, sheets[0], columns, title, rows, sheets[2], refused)
        _write_help(book, sheets[1], columns, help_lines)
        sheets[2].hide()
    target.seek(0)
    return target


def _write_rows(book, sheet, columns, title, rows, lists, refused):
    heading = book.add_format(HEADER)
    formats = {
        "text": book.add_format({**BASE, "num_format": "@"}),
        "date": book.add_format({**BASE, "num_format": "dd/mm/yyyy"}),
        "plain": book.add_format(BASE),
    }
    sheet.write_string(0, 0, title, book.add_format({**BASE, "bold": True, "font_size": 14}))
    for index, column in enumerate(columns):
        kind = "date" if column.is_date else "text" if column.is_text else "plain"
        sheet.set_column(index, index, column.width, formats[kind])
        sheet.write_string(1, index, column.heading, heading)
        if column.value:
            for row in range(2, rows + 2):
                sheet.write_string(row, index, column.value, formats[kind])
        rule = _rule(lists, index, column, refused)
        sheet.data_validation(2, index, rows + 1, index, rule)
    sheet.freeze_panes(2, 1)


def _rule(lists, index, column, refused):
    """What Excel checks of a column, and what it says beside each of its cells."""
    rule = {
        "validate": "any",
        "input_title": column.heading[:TITLE_LENGTH],
        "input_message": column.help[:MESSAGE_LENGTH],
    }
    wrong = {"error_title": refused[0][:TITLE_LENGTH], "error_message": refused[1][:MESSAGE_LENGTH]}
    if column.choices:
        for row, choice in enumerate(column.choices):
            lists.write_string(row, index, choice)
        letters = xlsxwriter.utility.xl_col_to_name(index, col_abs=True)
        source = f"='{lists.name}'!{letters}$1:{letters}${len(column.choices)}"
        return {**rule, **wrong, "validate": "list", "source": source}
    if column.is_date:
        dates = {"criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
        return {**rule, **wrong, **dates, "validate": "date"}
    return rule


def _write_help(book, sheet, columns, lines):
    wrapped = book.add_format({**BASE, "text_wrap": True, "valign": "top"})
    bold = book.add_format({**BASE, "bold": True, "valign": "top"})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    for row, line in enumerate(lines):
        sheet.write_string(row, 1, line, wrapped)
    for row, column in enumerate(columns, len(lines) + 1):
        sheet.write_string(row, 0, column.heading, bold)
        sheet.write_string(row, 1, column.help, wrapped)
