"""The rows that were refused, as they came, each with what is to be mended beside it.

Its two own columns bear headings no register knows: once mended it can be imported as it is.
"""

from itertools import takewhile
from operator import attrgetter

from django.utils.translation import gettext as _

from remess.registers.checking import DATE_FIELDS
from remess.registers.faults import ERROR
from remess.shared.excel import Column, Kind, Sheet, Table, workbook_file


def own_headings():
    """The headings of the two columns that are ours: there for whoever mends, never read back."""
    return _("À corriger"), _("Ligne du fichier reçu")


def errors_file(register, fields, rows, results):
    """The workbook, as an open file at its start, of the rows that `results` say are in error.

    `rows` gives (row number, cells) as the reader does; `results` are those of the answer's JSON.
    """
    wrong = {result["row"]: _what_to_mend(result) for result in results if _is_wrong(result)}
    last = max(wrong, default=0)
    # Reading costs far more than writing: what stands below the last refused row is left unread.
    above = takewhile(lambda row: row[0] <= last, rows)
    refused = (_Refused(number, cells, wrong[number]) for number, cells in above if number in wrong)
    columns = [
        Column(heading, _cell(index), Kind.DATE if fields.get(index) in DATE_FIELDS else Kind.TEXT)
        for index, heading in enumerate(register.headings)
    ]
    to_mend, line = own_headings()
    columns += [
        Column(to_mend, attrgetter("mend"), Kind.LONG_TEXT, 60),
        Column(line, attrgetter("number"), Kind.INTEGER),
    ]
    sheet = Sheet(_("À corriger"), [Table(columns, refused)], is_list=True)
    return workbook_file([sheet], title=_("Lignes à corriger"), author="REMESS")


class _Refused:
    """One refused row: its number, its cells, what is to be mended."""

    def __init__(self, number, cells, mend):
        self.number, self.cells, self.mend = number, cells, mend


def _cell(index):
    def value(refused):
        return refused.cells[index].value if index < len(refused.cells) else None

    return value


def _is_wrong(result):
    return result["status"] == "error"


def _what_to_mend(result):
    return " ".join(m["text"] for m in result["messages"] if m["level"] == ERROR)
