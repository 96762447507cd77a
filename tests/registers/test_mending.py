"""The workbook of the rows to mend: at once or by the worker, and none of an import taken back."""

from pathlib import Path

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from remess.accounts.roles import Role
from remess.jobs.models import Job
from remess.registers import purging
from remess.registers.models import Import
from tests.factories import make_user
from tests.registers.registers import a_network
from tests.registers.test_purging import in_days
from tests.registers.wizards import checked, person, stored

pytestmark = pytest.mark.django_db
BAD = {"born": "31/02/1990"}


@pytest.fixture
def agent(client):
    user = make_user(Role.OCB_AGENT, ocb=a_network())
    client.force_login(user)
    return user


@pytest.fixture
def every_list_is_long(settings):
    settings.EXPORT_AT_ONCE = 1


def errors_of(batch):
    return reverse("registers:errors", args=[batch.pk])


def text_of(client, batch):
    return client.get(batch.get_absolute_url()).content.decode()


def rows_in(content, tmp_path):
    path = tmp_path / "a-corriger.xlsx"
    path.write_bytes(content)
    return [[cell.value for cell in row] for row in load_workbook(path).active.iter_rows()]


def test_of_a_large_register_it_is_asked_for_and_downloaded_once_made(
    client, agent, tmp_path, every_list_is_long
):
    batch = stored(client, person(1), person(2, **BAD), person(3, **BAD))
    assert "Préparer le classeur des 2 lignes à corriger" in text_of(client, batch)
    assert client.get(errors_of(batch)).url == batch.get_absolute_url()
    assert not Job.objects.filter(kind="rows_to_mend").exists()
    response = client.post(errors_of(batch))
    job = Job.objects.get(kind="rows_to_mend")
    assert response.url == job.get_absolute_url()
    assert (job.status, job.asked_by, job.page) == ("done", agent, batch.get_absolute_url())
    assert job.done == job.total == 3
    download = client.get(reverse("jobs:download", args=[job.pk]))
    heading, first, second = rows_in(b"".join(download.streaming_content), tmp_path)
    assert heading[-1] == "Ligne du fichier reçu"
    assert [first[-1], second[-1]] == [3, 4]
    assert first[3] == second[3] == "31/02/1990"
    client.post(errors_of(batch))
    assert Job.objects.filter(kind="rows_to_mend").count() == 1


def test_a_row_that_only_the_storing_refused_is_in_it_too(client, agent, tmp_path, settings):
    batch = checked(client, person(1), person(2, **BAD))
    person_known_since = person(3, cin="UA00001", born="02/03/1991")
    stored(client, person_known_since)
    client.post(reverse("registers:confirm", args=[batch.pk]))
    content = b"".join(client.get(errors_of(batch)).streaming_content)
    assert [row[-1] for row in rows_in(content, tmp_path)[1:]] == [2, 3]


def test_an_import_taken_back_gives_none_any_more(client, agent, every_list_is_long):
    batch = stored(client, person(1), person(2, **BAD), person(3, **BAD))
    client.post(errors_of(batch))
    job = Job.objects.get(kind="rows_to_mend")
    path = Path(job.file.path)
    client.post(reverse("registers:undo", args=[batch.pk]), {"reason": "mauvais fichier"})
    text = text_of(client, batch)
    assert errors_of(batch) not in text
    assert "corriger le registre entier" in text
    for ask in (client.get, client.post):
        assert "est annulé" in ask(errors_of(batch), follow=True).content.decode()
    assert not path.exists()
    assert client.get(reverse("jobs:download", args=[job.pk])).status_code == 404
    assert client.get(job.get_absolute_url()).status_code == 200


def test_it_goes_with_the_file_it_was_made_of(client, agent, every_list_is_long):
    batch = stored(client, person(1), person(2, **BAD), person(3, **BAD))
    client.post(errors_of(batch))
    path = Path(Job.objects.get(kind="rows_to_mend").file.path)
    purging.purge(in_days(purging.settings.REGISTER_KEPT_DAYS + 1))
    assert not path.exists()


def test_one_given_up_leaves_none_behind(client, agent, every_list_is_long):
    batch = checked(client, person(1), person(2, **BAD), person(3, **BAD))
    client.post(errors_of(batch))
    path = Path(Job.objects.get(kind="rows_to_mend").file.path)
    client.post(reverse("registers:drop", args=[batch.pk]))
    assert not path.exists()


def test_there_is_none_before_the_rows_are_checked(client, agent):
    batch = checked(client, person(1, **BAD))
    Import.objects.filter(pk=batch.pk).update(state=Import.State.CHECKING)
    answer = client.get(errors_of(batch), follow=True)
    assert "une fois le registre vérifié" in answer.content.decode()


def test_a_file_that_can_no_longer_be_read_as_far_gives_a_sentence_and_no_part(client, agent):
    batch = stored(client, person(1, **BAD), person(2, **BAD))
    path = Path(batch.stored.path)
    whole = path.read_text()
    path.write_text(whole[: whole.index("UA00002")] + '"')
    answer = client.get(errors_of(batch), follow=True)
    assert "guillemet" in answer.content.decode()
    path.unlink()
    answer = client.get(errors_of(batch), follow=True)
    assert "n’est plus là" in answer.content.decode()
