"""Taking an import back: what is still as imported, and why the rest stays."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from beneficiaries.counts import differences
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Exit, StageEvent
from beneficiaries.transitions import come_back, follow_up, leave, save_sheet, void
from bootcamps.models import Participation
from remess.accounts.roles import Role
from remess.registers.undoing import take_line_back
from tests.counted import each_table_written_once
from tests.factories import make_bootcamp, make_user
from tests.registers.registers import a_network
from tests.registers.wizards import HEADINGS, checked, person, statuses, stored

pytestmark = pytest.mark.django_db
PATH_HEADINGS = (
    HEADINGS + ";Bootcamp;Sélectionné le;Formé le;Créé le;Forme juridique;N° d'immatriculation"
)


@pytest.fixture
def ocb():
    return a_network()


@pytest.fixture
def agent(client, ocb):
    user = make_user(Role.OCB_AGENT, ocb=ocb)
    client.force_login(user)
    return user


def undo(client, batch, reason="mauvais fichier"):
    client.post(reverse("registers:undo", args=[batch.pk]), {"reason": reason})
    batch.refresh_from_db()
    return batch


def test_an_import_nobody_touched_is_taken_back_whole(client, agent):
    bootcamp = make_bootcamp(region=agent.memberships.get().ocb.region, code="B-01")
    day = bootcamp.held_on.strftime("%d/%m/%Y")
    whole = f"{person(1)};B-01;{day};01/02/2016;01/03/2016;Coopérative;C-7"
    batch = stored(client, whole, f"{person(2)};;;;;;", headings=PATH_HEADINGS)
    assert StageEvent.objects.unvoided().count() == 5
    assert Participation.objects.count() == 1
    assert undo(client, batch).state == "undone"
    assert not StageEvent.objects.unvoided().exists()
    assert not Participation.objects.exists()
    assert StageEvent.objects.count() == 5  # voided, never deleted
    assert not Beneficiary.objects.visible_to(make_user(Role.ADMIN)).exists()
    assert Beneficiary.objects.count() == 2
    assert differences() == []
    response = client.get(batch.get_absolute_url())
    text = response.content.decode()
    assert "mauvais fichier" in text
    assert "2 lignes sont annulées" in text
    assert [n for _code, _label, n in response.context["tally"]] == [2, 0, 0, 0]
    for sheet in Beneficiary.objects.all():  # who they were, without a page to open
        assert f"{sheet} · {sheet.file_number}" in text
        assert sheet.get_absolute_url() not in text


def test_after_an_undo_the_same_file_opens_new_sheets_under_new_numbers(client, agent):
    line = person(1)
    first = stored(client, line)
    number = Beneficiary.objects.get().file_number
    undo(client, first)
    again = stored(client, line)
    assert statuses(again) == {2: "created"}
    (now,) = Beneficiary.objects.visible_to(agent)
    assert now.file_number != number
    assert now.cin == "UA00001"


def test_a_sheet_that_served_since_stays_and_says_why(client, agent):
    batch = stored(client, person(1), person(2), person(3))
    edited, followed, plain = Beneficiary.objects.order_by("pk")
    edited.commune = "Rich"
    save_sheet(edited, by=agent)
    void(followed.events.get(), by=make_user(Role.STAFF), reason="erreur")
    undo(client, batch)
    assert list(Beneficiary.objects.visible_to(agent).order_by("pk")) == [edited, followed]
    kept = dict(batch.lines.values_list("row", "kept_because"))
    assert kept[2] == "La fiche a été modifiée depuis l'import."
    assert plain.import_lines.get().undone_at
    assert edited.events.get().voided_at is None
    shown = client.get(batch.get_absolute_url() + "?statut=gardees").content.decode()
    assert "La fiche a été modifiée depuis" in shown
    assert edited.get_absolute_url() in shown
    reasons = client.get(batch.get_absolute_url()).context["undone"].reasons
    assert ("La fiche a été modifiée depuis l'import.", 1) in reasons
    assert len(reasons) == 2


def test_a_person_followed_since_stays(client, agent):
    line = f"{person(1)};;18/03/2015;18/04/2015;01/10/2015;Auto-entrepreneur;AE-1"
    batch = stored(client, line, headings=PATH_HEADINGS)
    creator = Beneficiary.objects.get(current_stage=Stage.CREATED)
    follow_up(creator, 6, done_on=date(2016, 4, 1), status="active", by=agent)
    undo(client, batch)
    assert batch.lines.get().kept_because == "Un suivi a été enregistré."
    creator.refresh_from_db()
    assert creator.current_stage == Stage.CREATED


def test_a_changed_sheet_gets_back_what_it_held(client, agent):
    stored(client, person(1))
    headings = HEADINGS + ";Sorti le;Motif de sortie"
    line = person(1, phone="0661000000", on="20/02/2015") + ";01/03/2016;Abandon"
    client.force_login(make_user(Role.STAFF))
    batch = stored(client, line, headings=headings)
    assert statuses(batch) == {2: "updated"}
    assert Exit.objects.open().count() == 1
    undo(client, batch)
    known = Beneficiary.objects.get()
    assert known.phone == "+212650700001"
    assert known.stage_on == date(2015, 2, 18)
    assert not Exit.objects.open().exists()
    assert known.withdrawn_at is None
    assert differences() == []


def test_a_batch_and_each_line_taken_back_add_to_the_counts_at_once(client, agent):
    headings = HEADINGS + ";Sorti le;Motif de sortie"
    stored(client, f"{person(1)};;", headings=headings)
    client.force_login(make_user(Role.STAFF))
    lines = [f"{person(1, on='20/04/2015')};01/03/2016;Abandon", f"{person(2)};01/03/2016;Abandon"]
    batch = checked(client, *lines, headings=headings)
    with each_table_written_once():
        client.post(reverse("registers:confirm", args=[batch.pk]))
    with each_table_written_once():
        take_line_back(batch.lines.get(row=2).pk, by=batch.by)
    assert differences() == []


def test_undoing_twice_or_without_reason_does_nothing(client, agent):
    batch = stored(client, person(1))
    response = client.post(reverse("registers:undo", args=[batch.pk]), {"reason": " "})
    assert response.status_code == 422
    assert Beneficiary.objects.visible_to(agent).count() == 1
    undo(client, batch)
    undo(client, batch, reason="encore")
    assert batch.undo_reason == "mauvais fichier"


def test_another_agent_cannot_take_it_back(client, agent, ocb):
    batch = stored(client, person(1))
    client.force_login(make_user(Role.OCB_AGENT, ocb=ocb))
    response = client.post(reverse("registers:undo", args=[batch.pk]), {"reason": "non"})
    assert response.status_code == 404
    client.force_login(make_user(Role.STAFF))
    assert undo(client, batch).state == "undone"


def test_a_withdrawn_sheet_resembles_nobody_and_breaks_no_check(client, agent, capsys):
    undo(client, stored(client, person(1)))
    assert statuses(checked(client, person(1, cin=""))) == {2: "created"}
    number = Beneficiary.objects.get().file_number
    call_command("check_data", "--json")
    assert number not in json.dumps(json.loads(capsys.readouterr().out))
    assert client.get(reverse("beneficiaries:detail", args=[number])).status_code == 404


LEFT = HEADINGS + ";Sorti le;Motif de sortie"


def test_the_exit_an_import_told_is_taken_back_and_not_one_told_since(client, agent):
    """The same person at the same moment records both: the line knows which is its own."""
    batch = stored(client, person(1) + ";01/03/2016;Abandon", person(2) + ";;", headings=LEFT)
    gone, other = Beneficiary.objects.order_by("pk")
    own = Exit.objects.get()
    leave(other, on=date(2016, 3, 1), by=agent, reason="moved", recorded_at=own.recorded_at)
    undo(client, batch)
    own.refresh_from_db()
    gone.refresh_from_db()
    assert own.voided_at
    assert gone.withdrawn_at
    assert Exit.objects.open().get().beneficiary == other
    assert batch.lines.get(row=3).kept_because.startswith("Une sortie ou un retour")


def test_somebody_who_came_back_since_stays(client, agent):
    stored(client, person(1))
    batch = stored(client, person(1) + ";01/03/2016;Abandon", headings=LEFT)
    known = Beneficiary.objects.get()
    come_back(known, on=date(2016, 5, 1), by=agent)
    undo(client, batch)
    assert batch.lines.get().kept_because.startswith("Une sortie ou un retour")
    assert Exit.objects.unvoided().count() == 1
