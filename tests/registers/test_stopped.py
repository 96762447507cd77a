"""A register that cannot be read to its end: what was stored is said and stays, with a way on."""

import uuid
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from beneficiaries.models import Beneficiary, StageEvent
from remess.accounts.roles import Role
from remess.jobs.models import Job
from remess.registers import importing, stopping, wizard
from remess.registers.importing import Options, bring_in
from remess.registers.models import Import, ImportLine
from remess.registers.reading import FileRefused, open_register
from remess.registers.wizard import StepRefused
from tests.factories import make_import, make_user
from tests.registers.registers import a_network, a_row, a_sheet
from tests.registers.wizards import HEADINGS, checked, person, upload

pytestmark = pytest.mark.django_db
# A quote that never closes: the reader only meets it when it comes to this line.
BROKEN = '"Sans fin;Amal;F;01/01/1990;UA9;;OCB-01;18/02/2015;oui'


@pytest.fixture
def agent(client, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    user = make_user(Role.OCB_AGENT, ocb=a_network())
    client.force_login(user)
    return user


def break_file(batch, *lines):
    """Put a file that cannot be read where the checked one lay."""
    Path(batch.stored.path).write_text("\n".join([HEADINGS, *lines, BROKEN]))


def read_until(rows, last, code="too_slow"):
    """The rows as far as `last`, then the reader's end."""
    for row, cells in rows:
        if row > last:
            raise FileRefused(code)
        yield row, cells


LINES = [person(number) for number in range(8)]


def stopped(client):
    """An import of eight rows whose file could only be read to the fifth: four are stored."""
    batch = checked(client, *LINES)
    Import.objects.filter(pk=batch.pk).update(state=Import.State.RUNNING)
    options = Options(user=batch.by, ocb=batch.ocb, batch=batch)
    reading = open_register(batch.stored.path, file_name=batch.file)
    with reading as (register, rows), pytest.raises(FileRefused):
        bring_in(register, batch.fields, read_until(rows, 6), options)
    batch.refresh_from_db()
    return batch


def test_a_file_refused_midway_ends_its_import_and_says_what_is_stored(client, agent):
    batch = stopped(client)
    assert batch.state == Import.State.STOPPED
    assert batch.ended_at
    assert batch.tally == {"created": 4}
    assert Beneficiary.objects.count() == StageEvent.objects.count() == 4
    text = client.get(batch.get_absolute_url()).content.decode()
    assert "prend trop de temps" in text
    assert "4 lignes sont traitées, jusqu'à la ligne 5 du fichier" in text
    for way_on in ("resume", "undo"):
        assert reverse(f"registers:{way_on}", args=[batch.pk]) in text
    assert reverse("registers:create") in text


def test_its_sentence_is_in_the_language_of_whoever_reads_it(client, agent):
    batch = stopped(client)
    assert batch.refusal == {"code": "too_slow", "details": {}}
    batch.refusal = {"code": "open_quote", "details": {"row": 12}}
    with translation.override("en"):
        assert "12" in batch.stop_sentence


def test_it_goes_on_after_its_last_row_once_the_file_can_be_read(client, agent):
    batch = stopped(client)
    before = set(ImportLine.objects.values_list("pk", flat=True))
    address = reverse("registers:resume", args=[batch.pk])
    client.post(address)
    client.post(address)
    batch.refresh_from_db()
    assert batch.state == Import.State.DONE
    assert batch.tally == {"created": 8}
    assert Beneficiary.objects.count() == 8
    assert before < set(ImportLine.objects.values_list("pk", flat=True))
    assert not batch.refusal


def test_it_can_be_taken_back(client, agent):
    batch = stopped(client)
    client.post(reverse("registers:undo", args=[batch.pk]), {"reason": "fichier abîmé"})
    batch.refresh_from_db()
    assert batch.state == Import.State.UNDONE
    assert not Beneficiary.objects.visible_to(agent).exists()


def test_a_file_refused_while_it_is_checked_stores_nothing_and_can_be_checked_anew(client, agent):
    upload(client, person(1), headings=HEADINGS.replace("Tél", "Joindre au"))
    batch = Import.objects.get()
    break_file(batch, *[person(n) for n in range(1000)])
    columns = reverse("registers:columns", args=[batch.pk])
    form = client.get(columns).context["form"]
    fields = {line.control.html_name: line.control.value() or "" for line in form.lines()}
    client.post(columns, {**fields, "column_5": "phone"})
    batch.refresh_from_db()
    assert batch.state == Import.State.STOPPED
    assert not batch.checked_lines.exists()
    text = client.get(batch.get_absolute_url()).content.decode()
    assert "Rien n'a été enregistré" in text
    Path(batch.stored.path).write_text("\n".join([HEADINGS, person(1)]))
    client.post(reverse("registers:resume", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == Import.State.CHECKED
    assert not Beneficiary.objects.exists()


def test_what_was_not_gone_through_at_the_upload_is_refused_by_the_check(
    client, agent, monkeypatch
):
    monkeypatch.setattr(wizard, "PATIENCE", 0)
    upload(client, person(1), *[person(n) for n in range(2, 200)], BROKEN)
    batch = Import.objects.get()
    assert batch.state == Import.State.STOPPED
    text = client.get(batch.get_absolute_url()).content.decode()
    assert "guillemet" in text
    assert "Rien n'a été enregistré" in text


def test_how_many_rows_there_are_is_known_once_the_whole_was_gone_through(
    client, agent, monkeypatch
):
    monkeypatch.setattr(wizard, "PATIENCE", 0)
    batch = checked(client, *[person(n) for n in range(7)])
    assert batch.expected_rows == 7
    job = Job.objects.get(kind="check_register")
    assert job.done == job.total == 7


def test_an_import_of_the_command_stops_too(agent):
    register, rows = a_sheet(*[a_row(family_name=f"Famille {n}", cin=f"UA{n}00") for n in range(5)])
    with pytest.raises(FileRefused):
        bring_in(register, dict(enumerate(register.headings)), read_until(rows, 4), Options())
    batch = Import.objects.get()
    assert (batch.state, batch.tally["created"]) == (Import.State.STOPPED, 2)


def test_a_file_that_is_gone_stops_the_import_with_a_sentence(client, agent):
    batch = checked(client, person(1))
    Path(batch.stored.path).unlink()
    client.post(reverse("registers:confirm", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == Import.State.STOPPED
    job = Job.objects.get(kind="store_register")
    assert (job.status, job.page) == (Job.Status.FAILED, batch.get_absolute_url())
    assert "n’est plus là" in client.get(batch.get_absolute_url()).content.decode()


def test_only_an_import_whose_work_stands_still_is_left_as_it_is(agent):
    batch = make_import(by=agent, state=Import.State.RUNNING, key=uuid.uuid4())
    job = Job.objects.create(kind="store_register", key=str(batch.pk), asked_by=agent, title="…")
    with pytest.raises(StepRefused):
        stopping.leave_off(batch)
    job.status = Job.Status.FAILED
    job.save()
    stopping.leave_off(batch)
    batch.refresh_from_db()
    assert batch.state == Import.State.STOPPED
    assert batch.stop_sentence == "L'enregistrement a été arrêté."


def test_no_row_is_stored_once_an_import_was_ended(agent):
    batch = make_import(by=agent, state=Import.State.RUNNING, key=uuid.uuid4())
    importing.stop(batch)
    assert not importing.stop(batch)
    assert stopping.go_on(batch)  # asked for again from the list of jobs
    batch.refresh_from_db()
    assert batch.state == Import.State.RUNNING
