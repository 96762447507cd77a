"""The wizard: from the file to the register, by the rules of the command, nothing unasked."""

import json
import uuid
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from beneficiaries.counts import differences
from beneficiaries.models import Beneficiary, StageEvent
from beneficiaries.transitions import save_sheet
from remess.accounts.roles import Role
from remess.registers.models import CheckedLine, Import, ImportLine, SavedMapping, SetAside
from tests.factories import make_beneficiary, make_ocb, make_user
from tests.registers.registers import a_network
from tests.registers.wizards import HEADINGS, checked, person, statuses, stored, upload

pytestmark = pytest.mark.django_db
BAD = {"born": "31/02/1990"}


@pytest.fixture
def ocb():
    return a_network()


@pytest.fixture
def agent(client, ocb):
    user = make_user(Role.OCB_AGENT, ocb=ocb)
    client.force_login(user)
    return user


@pytest.fixture
def team(client, ocb):
    user = make_user(Role.STAFF)
    client.force_login(user)
    return user


def page(client, batch, query=""):
    response = client.get(batch.get_absolute_url() + query)
    assert response.status_code == 200
    return response


def test_a_register_with_every_column_known_goes_straight_to_its_preview(client, agent):
    batch = checked(client, person(1), person(2, **BAD), "Total;2")
    assert statuses(batch) == {2: "created", 3: "error", 4: "skipped"}
    assert batch.rows == 3
    text = page(client, batch).content.decode()
    assert "Enregistrer 1 ligne" in text
    assert "31/02/1990" in text
    assert not Beneficiary.objects.exists()
    assert not ImportLine.objects.exists()


def test_the_preview_answers_as_the_command_does(client, team, tmp_path, capsys):
    make_beneficiary(family_name="Famille AD", given_name="Amal", phone="+212650700003")
    lines = [person(1), person(2, **BAD), person(3), person(1), person(4, ocb="OCB-99")]
    path = tmp_path / "registre.csv"
    path.write_text("\n".join([HEADINGS, *lines]))
    call_command("import_register", str(path), "--dry-run", "--json", "--as", team.username)
    told = json.loads(capsys.readouterr().out)["results"]
    batch = checked(client, *lines)
    shown = batch.checked_lines.order_by("row").values_list("row", "status", "messages")
    assert list(shown) == [(r["row"], r["status"], r["messages"]) for r in told]
    assert {r["status"] for r in told} == {"created", "error", "possible_duplicate"}


def test_confirming_stores_the_good_lines_and_the_same_file_again_changes_nothing(client, agent):
    lines = [person(1), person(2, **BAD), person(3)]
    batch = stored(client, *lines)
    assert statuses(batch) == {2: "created", 3: "error", 4: "created"}
    assert Beneficiary.objects.count() == StageEvent.objects.count() == 2
    text = page(client, batch).content.decode()
    assert all(p.get_absolute_url() in text for p in Beneficiary.objects.all())
    assert "Famille AC Amal" in text  # the line left aside still says who it is
    again = checked(client, *lines)
    assert statuses(again) == {2: "unchanged", 3: "error", 4: "unchanged"}
    assert "rien à enregistrer" in page(client, again).content.decode()
    assert differences() == []


def test_confirming_twice_stores_once(client, agent):
    batch = stored(client, person(1))
    client.post(reverse("registers:confirm", args=[batch.pk]))
    assert Beneficiary.objects.count() == ImportLine.objects.count() == 1


def test_the_same_upload_sent_again_is_one_import(client, agent):
    key = uuid.uuid4()
    first = upload(client, person(1), key=key)
    second = upload(client, person(1), key=key)
    assert first.url == second.url
    assert Import.objects.count() == 1


def test_a_form_of_somebody_else_is_refused_in_a_sentence(client, agent, ocb):
    key = uuid.uuid4()
    upload(client, person(1), key=key)
    client.force_login(make_user(Role.OCB_AGENT, ocb=ocb))
    answer = upload(client, person(1), key=key)
    assert answer.status_code == 422
    assert "recharger la page" in answer.content.decode()
    assert Import.objects.count() == 1


def test_a_column_is_matched_by_hand_and_remembered_for_the_ocb(client, agent, ocb):
    headings = HEADINGS.replace("Tél", "Joindre au")
    response = upload(client, person(1), headings=headings)
    batch = Import.objects.get()
    columns = reverse("registers:columns", args=[batch.pk])
    assert client.get(response.url).url == columns
    form = client.get(columns).context["form"]
    unknown = [line.heading for line in form.lines() if not line.is_known]
    assert unknown == ["Joindre au"]
    fields = {line.control.html_name: line.control.value() or "" for line in form.lines()}
    twice = client.post(columns, {**fields, "column_5": "cin"})
    assert twice.status_code == 422
    assert "déjà pris" in twice.content.decode()
    client.post(columns, {**fields, "column_5": "phone"})
    batch.refresh_from_db()
    assert batch.state == "checked"
    assert batch.checked_lines.get().cells["phone"] == "0650700001"
    assert SavedMapping.objects.get().ocb == ocb
    assert checked(client, person(2), headings=headings).columns["5"] == "phone"


def test_what_no_column_gives_is_asked_and_holds_for_every_line(client, agent):
    headings, line = HEADINGS.replace(";Accord", ""), person(1).replace(";oui", "")
    upload(client, line, headings=headings)
    batch = Import.objects.get()
    columns = reverse("registers:columns", args=[batch.pk])
    form = client.get(columns).context["form"]
    fields = {line.control.html_name: line.control.value() or "" for line in form.lines()}
    refused = client.post(columns, fields)
    assert refused.status_code == 422
    assert "Accord du jeune" in refused.content.decode()
    client.post(columns, {**fields, "consent": "on"})
    assert statuses(batch) == {2: "created"}


def test_the_lines_of_one_status_are_shown_fifty_at_a_time(client, agent):
    batch = checked(client, *[person(n) for n in range(60)], person(70, **BAD))
    assert len(page(client, batch).context["lines"]) == 50
    wrong = page(client, batch, "?statut=error")
    assert [line.row for line in wrong.context["lines"]] == [62]
    good = page(client, batch, "?statut=created").context["page"]
    after = page(client, batch, f"?statut=created&apres={good.next_token}")
    assert [line.row for line in after.context["lines"]] == list(range(52, 62))


@pytest.mark.parametrize("rows", [1, 20])
def test_the_preview_costs_the_same_whatever_its_length(
    client, agent, rows, django_assert_max_num_queries
):
    batch = checked(client, *[person(n) for n in range(rows)])
    with django_assert_max_num_queries(22):
        page(client, batch)


def test_a_possible_duplicate_waits_for_a_person_and_has_no_default(client, team, ocb):
    known = make_beneficiary(
        ocb=ocb, family_name="Famille AB", given_name="Amal", phone="+212650700001"
    )
    lines = [person(1, cin=""), person(2)]
    batch = checked(client, *lines)
    assert statuses(batch) == {2: "possible_duplicate", 3: "created"}
    text = page(client, batch).content.decode()
    assert known.file_number in text
    assert "Enregistrer 1 ligne" in text
    assert 'aria-pressed="true"' not in text
    address = reverse("registers:line_decide", args=[batch.pk, 2])
    client.post(address, {"decision": "same"})
    assert "Enregistrer 2 lignes" in page(client, batch).content.decode()
    client.post(reverse("registers:confirm", args=[batch.pk]))
    batch.refresh_from_db()
    assert statuses(batch) == {2: "updated", 3: "created"}
    assert Beneficiary.objects.count() == 2


def test_another_person_of_the_same_name_gets_a_sheet(client, team, ocb):
    make_beneficiary(ocb=ocb, family_name="Famille AB", given_name="Amal", phone="+212650700001")
    batch = checked(client, person(1, cin=""))
    client.post(reverse("registers:line_decide", args=[batch.pk, 2]), {"decision": "different"})
    client.post(reverse("registers:confirm", args=[batch.pk]))
    assert Beneficiary.objects.count() == 2


def test_a_duplicate_left_undecided_is_taken_up_after_the_import(client, team, ocb):
    make_beneficiary(ocb=ocb, family_name="Famille AB", given_name="Amal", phone="+212650700001")
    batch = stored(client, person(1, cin=""), person(2))
    assert SetAside.objects.waiting().count() == 1
    client.post(reverse("registers:line_decide", args=[batch.pk, 2]), {"decision": "different"})
    assert "Reprendre la ligne décidée" in page(client, batch).content.decode()
    key = {"key": uuid.uuid4()}
    first = client.post(reverse("registers:again", args=[batch.pk]), key)
    second = client.post(reverse("registers:again", args=[batch.pk]), key)
    assert first.url == second.url
    assert Import.objects.count() == 2
    again = Import.objects.latest("pk")
    assert statuses(again) == {2: "created", 3: "unchanged"}


def test_a_row_of_an_import_taken_back_waits_again_once_imported_again(client, team, ocb):
    make_beneficiary(ocb=ocb, family_name="Famille AB", given_name="Amal", phone="+212650700001")
    lines = [person(1, cin=""), person(2)]
    batch = stored(client, *lines)
    client.post(reverse("registers:undo", args=[batch.pk]), {"reason": "mauvais fichier"})
    assert not SetAside.objects.waiting().exists()
    again = stored(client, *lines)
    assert SetAside.objects.waiting().get().line.batch == again


def test_a_person_of_another_ocb_is_never_revealed_to_an_agent(client, agent):
    known = make_beneficiary(
        ocb=make_ocb(), family_name="Famille AB", given_name="Amal", phone="+212650700001"
    )
    batch = checked(client, person(1, cin=""))
    text = page(client, batch).content.decode()
    assert "Déjà connu, voir avec REMESS." in text
    assert known.file_number not in text
    client.post(reverse("registers:line_decide", args=[batch.pk, 2]), {"decision": "same"})
    assert not SetAside.objects.exists()


def test_lines_of_another_ocb_are_refused_to_an_agent(client, agent):
    make_ocb(code="OCB-02")
    batch = checked(client, person(1, ocb="OCB-02"), person(2))
    assert statuses(batch) == {2: "error", 3: "created"}


def test_a_newer_correction_is_kept_unless_somebody_decides_otherwise(client, team):
    stored(client, person(1))
    known = Beneficiary.objects.get()
    known.phone = "+212661000000"
    save_sheet(known, by=team)
    batch = checked(client, person(1))
    assert statuses(batch) == {2: "unchanged"}
    assert "Prendre « 0650700001 »" in page(client, batch).content.decode()
    address = reverse("registers:line_accept", args=[batch.pk, 2])
    client.post(address, {"field": "cin", "value": "row"})
    assert CheckedLine.objects.get(batch=batch).accepted == []
    client.post(address, {"field": "phone", "value": "row"})
    client.post(reverse("registers:confirm", args=[batch.pk]))
    known.refresh_from_db()
    assert known.phone == "+212650700001"


def test_the_mended_workbook_of_errors_imports_cleanly(client, agent, tmp_path):
    batch = stored(client, person(1), person(2, **BAD))
    response = client.get(reverse("registers:errors", args=[batch.pk]))
    path = tmp_path / "a-corriger.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    book = load_workbook(path)
    assert book.active["D2"].value == "31/02/1990"
    book.active["D2"] = "28/02/1990"
    book.save(path)
    with path.open("rb") as file:
        client.post(reverse("registers:create"), {"file": file, "key": uuid.uuid4()})
    mended = Import.objects.latest("pk")
    assert mended.state == Import.State.CHECKED  # our own two columns raise no question
    assert statuses(mended) == {2: "created"}


def test_an_import_given_up_leaves_nothing(client, agent):
    batch = checked(client, person(1))
    path = Path(batch.stored.path)
    client.post(reverse("registers:drop", args=[batch.pk]))
    client.post(reverse("registers:confirm", args=[batch.pk]))
    assert not Beneficiary.objects.exists()
    assert not CheckedLine.objects.exists()
    assert not path.exists()
    assert "abandonné" in page(client, batch).content.decode()


def test_a_file_that_is_no_register_is_answered_with_one_sentence(client, agent):
    response = upload(client, "a;b", headings="x;y", name="registre.xlsx")
    assert response.status_code == 422
    (sentence,) = response.context["form"].errors["file"]
    assert "\n" not in sentence
    assert not Import.objects.exists()


def test_the_size_limit_is_said_at_the_field_and_held(client, agent, settings):
    settings.REGISTER_MAX_MEGABYTES = 1
    assert "1 Mo au plus" in client.get(reverse("registers:create")).content.decode()
    response = upload(client, "x" * 1024 * 1024)
    assert response.status_code == 422
    assert "pèse plus de 1 Mo" in response.content.decode()


def test_the_uploaded_file_lies_in_the_documents_folder_under_a_name_of_ours(
    client, agent, settings
):
    batch = checked(client, person(1), name="../../secret.csv")
    assert batch.stored.path == f"{settings.MEDIA_ROOT}/registres/{batch.key.hex}"


def test_each_sees_the_imports_that_are_theirs(client, agent, ocb):
    batch = checked(client, person(1))
    for role, other in ((Role.OCB_AGENT, ocb), (Role.OCB_AGENT, make_ocb())):
        client.force_login(make_user(role, ocb=other))
        assert client.get(batch.get_absolute_url()).status_code == 404
        assert batch.file not in client.get(reverse("registers:list")).content.decode()
    client.force_login(make_user(Role.STAFF))
    assert batch.file in client.get(reverse("registers:list")).content.decode()


def test_figures_before_and_after_are_those_of_the_scope(client, agent, ocb):
    make_beneficiary(ocb=ocb)
    make_beneficiary(ocb=make_ocb())
    figures = page(client, checked(client, person(1), person(2))).context["figures"]
    assert figures[0] == ("Identifié", 1, 3)


def test_the_template_imports_without_a_question(client, agent, ocb, tmp_path):
    response = client.get(reverse("registers:template"))
    path = tmp_path / "modele.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[2]]
    assert sheet.cell(3, headings.index("OCB") + 1).value == ocb.code
    cells = {
        "Nom": "El Gharbi", "Prénom": "Mimoun", "Sexe": "M", "Date de naissance": "06/04/1990",
        "Identifié le": "18/02/2015", "Accord du jeune": "oui", "Études": "Primaire",
    }  # fmt: skip
    for heading, value in cells.items():
        sheet.cell(3, headings.index(heading) + 1, value)
    book.save(path)
    with path.open("rb") as file:
        client.post(reverse("registers:create"), {"file": file, "key": uuid.uuid4()})
    batch = Import.objects.get()
    assert batch.state == "checked"
    assert batch.tally["created"] == 1
    assert batch.tally.get("error", 0) == 0


@pytest.mark.parametrize("name", ["registers:line_decide", "registers:line_accept"])
@pytest.mark.parametrize("at", [0, 1])
def test_a_line_of_an_impossible_number_is_not_found(client, team, name, at):
    batch = checked(client, person(1))
    numbers = [batch.pk, 2]
    numbers[at] = 10**30
    assert client.post(reverse(name, args=numbers)).status_code == 404
