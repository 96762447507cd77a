"""export_report: a file at the path given, or one sentence and no file."""

from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from remess.accounts.roles import Role
from remess.shared.dates import today
from tests.factories import make_user
from tests.reporting.workbooks import rows_of

pytestmark = pytest.mark.django_db


def test_the_command_lists_its_reports():
    out = StringIO()
    call_command("export_report", list=True, stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split("  ", 1)[0] for line in lines] == ["bailleur", "beneficiaires"]
    assert all(line.split("  ", 1)[1].strip() for line in lines)


@pytest.mark.parametrize("name", ["bailleur", "beneficiaires"])
@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_every_report_works_with_as_of_alone_at_the_path_given(world, tmp_path, name, lang):
    out = tmp_path / "sans-extension"
    call_command("export_report", name, str(out), as_of=today(), lang=lang)
    with out.open("rb") as file:
        assert openpyxl.load_workbook(file).sheetnames
    assert [path.name for path in tmp_path.iterdir()] == ["sans-extension"]


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.TRAINER])
def test_who_may_not_see_names_is_refused_the_list(world, tmp_path, role):
    user = make_user(role)
    with pytest.raises(CommandError):
        call_command("export_report", "beneficiaires", str(tmp_path / "x"), as_user=user.username)
    assert not list(tmp_path.iterdir())


def test_an_agent_lists_their_own_people_only(world, tmp_path):
    agent = make_user(Role.OCB_AGENT, ocb=world["ocbs"][0])
    out = tmp_path / "liste"
    call_command("export_report", "beneficiaires", str(out), as_user=agent.username)
    with out.open("rb") as file:
        page = openpyxl.load_workbook(file)["Bénéficiaires"]
    assert {row["Code OCB"] for row in rows_of(page, "Nom")} == {world["ocbs"][0].code}
    assert len(rows_of(page, "Nom")) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Dire quel rapport"),
        (["inconnu", "x"], "Aucun rapport"),
        (["bailleur"], "fichier"),
        (["bailleur", "/aucun/dossier/x"], "ne peut pas être écrit"),
    ],
)
def test_misuse_is_answered_in_one_sentence(arguments, sentence):
    with pytest.raises(CommandError, match=sentence) as refusal:
        call_command("export_report", *arguments)
    assert "\n" not in str(refusal.value)
