"""Registers made of plain rows, brought in as the command does."""

from types import SimpleNamespace

from remess.registers.importing import Options, bring_in
from remess.registers.reading import Cell
from tests.factories import make_agreement, make_ocb, make_region

FIELDS = (
    "family_name", "given_name", "full_name", "name_ar", "sex", "birth_date", "cin", "phone",
    "province", "commune", "education", "activity_before", "income_before", "sector", "project",
    "ocb", "identified_on", "submission_time", "consent", "bootcamp", "selected_on", "trained_on",
    "created_on", "legal_form", "identifier", "ice", "exit_on", "exit_reason", "note", "uuid",
    "file_number",
)  # fmt: skip
FIRST_ROW = 2


def a_network():
    """A region ERR with an OCB-01, under the convention of 2014–2016."""
    make_agreement()
    return make_ocb(region=make_region(code="ERR"), code="OCB-01", name_fr="Association Ziz")


def a_row(**cells):
    """A good row of OCB-01; None empties a cell."""
    row = {
        "family_name": "El Gharbi",
        "given_name": "Mimoun",
        "sex": "H",
        "birth_date": "06/04/1990",
        "cin": "UA598873",
        "phone": "0650743782",
        "ocb": "OCB-01",
        "identified_on": "18/02/2015",
        "consent": "oui",
    }
    return {name: value for name, value in {**row, **cells}.items() if value is not None}


def another_row(**cells):
    """A good row about somebody else."""
    return a_row(
        **{
            "family_name": "Guessous",
            "given_name": "Chafika",
            "sex": "F",
            "birth_date": "24/11/1991",
            "cin": "UA265144",
            "phone": "0649115729",
            **cells,
        }
    )


def bring(*rows, columns=None, file="registre.xlsx", **options):
    """Import rows (field → value, or a Cell) from row 2 on; the list of results of the answer."""
    return bring_all(*rows, columns=columns, file=file, **options).results


def bring_all(*rows, columns=None, file="registre.xlsx", **options):
    """As bring(), giving the whole Outcome."""
    register, cells = a_sheet(*rows, columns=columns, file=file)
    return bring_in(register, dict(enumerate(register.headings)), cells, Options(**options))


def a_sheet(*rows, columns=None, file="registre.xlsx"):
    """(register, its rows from 2 on), the headings being the names of the fields."""
    named = columns or [name for name in FIELDS if any(name in row for row in rows)]
    register = SimpleNamespace(
        file=file, sheet="Registre", header_row=1, headings=named, other_sheets=(), digest="a" * 64
    )
    cells = [
        (at, tuple(as_cell(row.get(name)) for name in named))
        for at, row in enumerate(rows, FIRST_ROW)
    ]
    return register, cells


def as_cell(value):
    return value if isinstance(value, Cell) else Cell(value)


def status_of(result):
    return result["status"]


def codes_of(result, level=None):
    """{(code, field)} of what is said of a row, of one level only where given."""
    return {
        (message["code"], message["field"])
        for message in result["messages"]
        if level in (None, message["level"])
    }
