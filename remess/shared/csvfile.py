"""CSV as Excel in French opens it: UTF-8 with its mark, semicolons, days as 31/12/2018.

A text that a spreadsheet would take for a formula gets an apostrophe before it: the cell then
shows the text and computes nothing. It is the only change made to what the register holds.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from remess.shared.dates import CASABLANCA
from remess.shared.excel.sheets import Column

# What Excel, LibreOffice or an import of theirs may begin a formula with.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Half of a pair of characters, which UTF-8 cannot hold.
REPLACED = "replace"


def write_csv(target, columns: Sequence[Column], rows: Iterable) -> None:
    """Write the rows as CSV to `target`, an open binary file, which stays open."""
    text = io.TextIOWrapper(target, "utf-8-sig", errors=REPLACED, newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe(str(column.heading)) for column in columns])
    for row in rows:
        writer.writerow([shown(column.value(row)) for column in columns])
    text.flush()
    text.detach()


def shown(value) -> str:
    """A value as a cell of the file."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(CASABLANCA):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | float | Decimal):
        return f"{value}".replace(".", ",")
    return safe(str(value))


def safe(text: str) -> str:
    """`text` that no spreadsheet computes."""
    text = text.replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text
