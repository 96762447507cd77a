"""One pass over a sheet's XML before its rows are read: order, extent, merged ranges.

openpyxl's read-only mode drops rows and cells that come out of order and knows no merged ranges:
what it would lose is refused here, before the first row is given.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from remess.registers.reading.limits import Refused

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
ROW, CELL, MERGE = f"{MAIN}row", f"{MAIN}c", f"{MAIN}mergeCell"
CONTENT = {f"{MAIN}v", f"{MAIN}is", f"{MAIN}f"}
REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576


@dataclass
class Extent:
    """How far a sheet is filled; its merged ranges as (top, bottom, left, right)."""

    last_row: int = 0
    last_column: int = 0
    merges: list = field(default_factory=list)


def scan(source, limits):
    """The Extent of the sheet whose XML `source` holds."""
    walker = _Walker(limits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = walker.start
    parser.StartDoctypeDeclHandler = no_doctype
    try:
        parser.ParseFile(source)
    except expat.ExpatError as fault:
        raise Refused("damaged") from fault
    return walker.extent


def no_doctype(*_declaration):
    """No workbook declares a document type: it is there to repeat or to fetch something."""
    raise Refused("damaged")


class _Walker:
    def __init__(self, limits):
        self.limits, self.extent = limits, Extent()
        self.row = self.column = 0
        self.row_text = "0"
        self.columns = {}

    def start(self, name, attributes):
        if name == CELL:
            self._cell(attributes.get("r"))
        elif name in CONTENT:
            self.extent.last_row = self.row
            if self.column > self.extent.last_column:
                self.extent.last_column = self.column
        elif name == ROW:
            self._row(attributes.get("r"))
        elif name == MERGE:
            self._merge(attributes.get("ref", ""))

    def _row(self, number):
        row = self.row + 1 if number is None else whole(number)
        if not self.row < row <= LAST_ROW:
            raise Refused("rows_out_of_order", row=self.row)
        self.row, self.row_text, self.column = row, str(row), 0

    def _cell(self, reference):
        if reference is None:
            column = self.column + 1
        else:
            letters = reference.rstrip("0123456789")
            column = self.columns.get(letters)
            if column is None:
                column = self.columns[letters] = column_number(letters)
            if reference[len(letters) :] != self.row_text:
                raise Refused("rows_out_of_order", row=self.row)
        if not self.column < column <= LAST_COLUMN:
            raise Refused("rows_out_of_order", row=self.row)
        self.column = column

    def _merge(self, reference):
        first, _colon, last = reference.partition(":")
        corners = [REFERENCE.fullmatch(corner) for corner in (first, last or first)]
        if not all(corners):
            raise Refused("damaged")
        (left, top), (right, bottom) = (
            (column_number(corner[1]), int(corner[2])) for corner in corners
        )
        if (left, top) != (right, bottom):
            self.extent.merges.append((min(top, bottom), max(top, bottom), *sorted((left, right))))
        if len(self.extent.merges) > self.limits.merges:
            raise Refused("too_many_merges")


def whole(number):
    """A row number as written, some programs write `5.0`."""
    found = re.fullmatch(r"([0-9]{1,7})(?:\.0+)?", number)
    if not found:
        raise Refused("damaged")
    return int(found[1])


def column_number(letters):
    """1 for A, 16384 for XFD."""
    if not re.fullmatch(r"\$?[A-Z]{1,3}\$?", letters):
        raise Refused("damaged")
    number = 0
    for letter in letters.strip("$"):
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number):
    """`XFD` for 16384."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class MergedColumns:
    """Row by row, in order: which columns a merged range covers there (counted from 0)."""

    def __init__(self, merges):
        self.waiting = sorted(merges, reverse=True)
        self.active = []
        self.columns = frozenset()

    def at(self, row):
        changed = [merge for merge in self.active if merge[1] < row]
        if changed:
            self.active = [merge for merge in self.active if merge[1] >= row]
        while self.waiting and self.waiting[-1][0] <= row:
            merge = self.waiting.pop()
            if merge[1] >= row:
                self.active.append(merge)
                changed = True
        if changed:
            self.columns = frozenset(
                column - 1
                for _top, _bottom, left, right in self.active
                for column in range(left, right + 1)
            )
        return self.columns
