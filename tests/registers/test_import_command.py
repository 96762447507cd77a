"""import_register on files: the contract's answer, exit statuses, scope, the mended workbook."""

import json

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from beneficiaries.models import Beneficiary
from remess.accounts.roles import Role
from remess.registers.errors_workbook import errors_file
from remess.registers.importing import headings_digest
from remess.registers.models import Import, SavedMapping
from remess.registers.reading import open_register
from tests.factories import make_ocb, make_user
from tests.registers.registers import a_network, status_of

pytestmark = pytest.mark.django_db
HEADINGS = ["N°", "Nom", "Prénom", "Sexe", "Né(e) le", "CIN", "Tél", "OCB", "Identifié(e) le"]
ROW = [
    1, "El Gharbi", "Mimoun", "H", "06/04/1990", "UA598873", "0650743782", "OCB-01", "18/02/2015",
]  # fmt: skip
OTHER = [
    2, "Guessous", "Chafika", "F", "31/02/1991", "UA265144", "0649115729", "OCB-01", "18/02/2015",
]  # fmt: skip


@pytest.fixture(autouse=True)
def ocb():
    return a_network()


@pytest.fixture
def register(tmp_path):
    return write(tmp_path / "registre.xlsx", ["Registre des jeunes"], HEADINGS, ROW, OTHER)


def write(path, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.active.title = "Registre"
    book.save(path)
    return path


def run(path, *arguments, capsys=None, **options):
    call_command("import_register", str(path), "--set", "consent=oui", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_the_answer_has_every_key_of_the_contract(register, capsys):
    answer = run(register, capsys=capsys)
    results = answer.pop("results")
    assert answer == {
        "file": "registre.xlsx",
        "sheet": "Registre",
        "header_row": 2,
        "columns": {
            "Nom": "family_name",
            "Prénom": "given_name",
            "Sexe": "sex",
            "Né(e) le": "birth_date",
            "CIN": "cin",
            "Tél": "phone",
            "OCB": "ocb",
            "Identifié(e) le": "identified_on",
        },
        "unknown_columns": ["N°"],
        "other_sheets": [],
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "possible_duplicates": 0,
        "errors": 1,
        "skipped": 0,
    }
    assert [(r["row"], r["status"], r["file_number"]) for r in results] == [
        (3, "created", "ERR-00001"),
        (4, "error", None),
    ]
    (message,) = results[1]["messages"]
    assert message.keys() == {"level", "code", "field", "text"}


def test_a_trial_leaves_no_trace(register, capsys):
    assert run(register, "--dry-run", capsys=capsys)["created"] == 1
    assert not Beneficiary.objects.exists()
    assert not Import.objects.exists()


def test_the_mended_error_workbook_imports_cleanly(register, capsys, tmp_path):
    answer = run(register, capsys=capsys)
    with (
        open_register(register) as (found, rows),
        errors_file(found, found.columns, rows, answer["results"]) as workbook,
    ):
        book = load_workbook(workbook)
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert cells[0] == [*HEADINGS, "À corriger", "Ligne du fichier reçu"]
    assert cells[1][:9] == OTHER
    assert cells[1][9:] == ["« 31/02/1991 » n'existe pas dans le calendrier.", 4]
    book.active["E2"] = "28/02/1991"
    book.save(tmp_path / "mended.xlsx")
    mended = run(tmp_path / "mended.xlsx", capsys=capsys)
    assert [status_of(result) for result in mended["results"]] == ["created"]
    assert mended["unknown_columns"] == ["N°", "À corriger", "Ligne du fichier reçu"]
    assert Beneficiary.objects.count() == 2


def test_a_confirmed_mapping_is_used_for_the_same_headings(capsys, tmp_path):
    headings = [*HEADINGS[:6], "Joindre au", *HEADINGS[7:]]
    path = write(tmp_path / "a.xlsx", headings, ROW)
    SavedMapping.objects.create(
        headings=headings_digest(headings), columns={"Joindre au": "phone"}, by=make_user()
    )
    assert run(path, capsys=capsys)["columns"]["Joindre au"] == "phone"
    assert Beneficiary.objects.get().phone == "+212650743782"


def test_an_agent_imports_with_their_own_scope(register, ocb, capsys):
    make_user(Role.OCB_AGENT, ocb=make_ocb(code="OCB-02"), username="agent")
    answer = run(register, "--as", "agent", capsys=capsys)
    assert answer["errors"] == 2
    assert answer["results"][0]["messages"][0]["code"] == "out_of_scope_ocb"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--as", "mjs"], "n'importe pas"),
        (["--as", "personne"], "Aucun compte actif"),
        (["--as", "agent", "--ocb", "OCB-02"], "ne saisit pas pour OCB-02"),
        (["--ocb", "OCB-99"], "Aucune OCB"),
        (["--set", "couleur=bleu"], "CHAMP=VALEUR"),
        (["--set", "consent"], "CHAMP=VALEUR"),
    ],
)
def test_misuse_is_one_sentence(register, ocb, arguments, sentence):
    make_ocb(code="OCB-02")
    make_user(Role.OFFICIAL, username="mjs")
    make_user(Role.OCB_AGENT, ocb=ocb, username="agent")
    with pytest.raises(CommandError, match=sentence):
        call_command("import_register", str(register), *arguments)
    assert not Import.objects.exists()


def test_a_file_that_is_no_register_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"not a workbook")
    with pytest.raises(CommandError) as refusal:
        call_command("import_register", str(path))
    assert "\n" not in str(refusal.value)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="rien.xlsx"):
        call_command("import_register", str(tmp_path / "rien.xlsx"))


def test_without_json_each_problem_and_the_figures_are_told(register, capsys):
    call_command("import_register", str(register), "--set", "consent=oui")
    told = capsys.readouterr().out
    assert "Ligne 4 · « 31/02/1991 » n'existe pas dans le calendrier." in told
    assert "1 nouvelles fiches" in told
