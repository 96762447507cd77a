"""Texts of a streamed workbook, in one table as Excel writes them itself, without holding them.

XlsxWriter writes the texts of a streamed sheet into its cells, which Excel rewrites at the first
save. Here they go to a file as they come: the commonest are found again, memory stays flat.
"""

import json
import tempfile

from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellStringTuple, Worksheet

# How many different texts are recognised when they come again; later ones are written twice.
REMEMBERED = 20_000


class SpilledTexts:
    """In the place of XlsxWriter's SharedStringTable: its names, its texts in a file."""

    def __init__(self):
        self.count = self.unique_count = 0
        self.places = {}
        self.file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - see close

    def _get_shared_string_index(self, text):
        self.count += 1
        place = self.places.get(text)
        if place is None:
            place = self.unique_count
            self.unique_count += 1
            if place < REMEMBERED:
                self.places[text] = place
            self.file.write(json.dumps(text) + "\n")
        return place

    def _sort_string_data(self):
        self.places = {}

    @property
    def string_array(self):
        """The texts in order, read once, when the workbook is put together."""
        self.file.seek(0)
        return map(json.loads, self.file)

    def close(self):
        self.file.close()


class StreamedSheet(Worksheet):
    """A worksheet of constant memory whose texts stand in the workbook's table."""

    def _write_cell(self, row, col, cell):
        if type(cell) is not CellStringTuple:
            super()._write_cell(row, col, cell)
            return
        place = self.str_table._get_shared_string_index(cell.string)
        address = xl_rowcol_to_cell_fast(row, col)
        look = f' s="{cell.format._get_xf_index()}"' if cell.format else ""
        self.fh.write(f'<c r="{address}"{look} t="s"><v>{place}</v></c>')
