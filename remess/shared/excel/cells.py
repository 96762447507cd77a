"""One cell: a value of any type written as what it is, in the workbook's own formats."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language_bidi
from xlsxwriter.utility import quote_sheetname

from remess.shared.dates import CASABLANCA
from remess.shared.excel.looks import BASE, LINK, MIRRORED
from remess.shared.excel.sheets import Link

MAX_CHARACTERS = 32767
FIRST_YEAR = 1900
# What XML cannot hold at all; control characters are kept, escaped by XlsxWriter.
UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass
class Writer:
    """One worksheet being written, from the top down."""

    book: Any
    worksheet: Any
    formats: dict
    names: list = field(default_factory=list)  # of all the sheets, in order
    row: int = 0
    width: int = 0


def format_of(writer, key, properties):
    """The workbook's one format of these properties, made at first use."""
    if key not in writer.formats:
        found = BASE | properties
        if get_language_bidi():
            found["align"] = MIRRORED[found["align"]]
        writer.formats[key] = writer.book.add_format(found)
    return writer.formats[key]


def text_of(value):
    text = value if type(value) is str else str(value)
    if not text.isascii():
        text = UNWRITABLE.sub("\ufffd", text)
    if text.startswith("<r>") and text.endswith("</r>"):
        text += " "  # XlsxWriter would take it for its own marking of rich text
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"


def write_value(writer, index, value, style):
    """Write `value` in the column `index` of the row being written."""
    WRITERS.get(type(value), write_text)(writer, index, value, style)


def write_blank(writer, index, value, style):
    writer.worksheet.write_blank(writer.row, index, None, style)


def write_number(writer, index, value, style):
    writer.worksheet.write_number(writer.row, index, value, style)


def write_text(writer, index, value, style):
    writer.worksheet.write_string(writer.row, index, text_of(value), style)


def write_link(writer, index, link, style):
    name = writer.names[link.sheet]
    shown = format_of(writer, "link", LINK)
    address = f"internal:{quote_sheetname(name)}!A1"
    writer.worksheet.write_url(writer.row, index, address, shown, text_of(link.text))


def write_day(writer, index, value, style):
    if value.year < FIRST_YEAR:  # Excel counts days from 1900
        write_text(writer, index, value.isoformat(), style)
    else:
        writer.worksheet.write_datetime(writer.row, index, value, style)


def write_moment(writer, index, value, style):
    """An aware moment as the clock in Casablanca showed it."""
    local = value.astimezone(CASABLANCA) if timezone.is_aware(value) else value
    write_day(writer, index, local.replace(tzinfo=None), style)


WRITERS = {
    type(None): write_blank,
    int: write_number,
    float: write_number,
    Decimal: write_number,
    date: write_day,
    datetime: write_moment,
    Link: write_link,
}
