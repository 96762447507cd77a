"""Uploaded registers are kept so many days, then only what became of each line."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from remess.accounts.roles import Role
from remess.jobs.models import Job
from remess.jobs.registry import ask_daily
from remess.registers import purging
from remess.registers.models import Import, SetAside
from tests.factories import make_beneficiary, make_user
from tests.registers.registers import a_network
from tests.registers.wizards import checked, person, stored

pytestmark = pytest.mark.django_db
BAD = {"born": "31/02/1990"}


@pytest.fixture
def team(client):
    a_network()
    user = make_user(Role.STAFF)
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def ninety_days(settings):
    settings.REGISTER_KEPT_DAYS = 90


def in_days(number):
    return timezone.now() + timedelta(days=number)


def test_the_file_of_an_import_goes_after_its_time_and_its_lines_stay(client, team):
    batch = stored(client, person(1), person(2, **BAD))
    path = Path(batch.stored.path)
    assert purging.purge(in_days(89)) == 0
    assert path.exists()
    assert purging.purge(in_days(91)) == 1
    batch.refresh_from_db()
    assert not path.exists()
    assert not batch.stored
    assert not batch.checked_lines.exists()  # the cells of the refused row went with the file
    assert batch.lines.count() == 2
    assert len(batch.digest) == 64
    assert purging.purge(in_days(91)) == 0


def test_the_workbook_of_errors_then_says_that_it_is_no_longer_there(client, team):
    batch = stored(client, person(1), person(2, **BAD))
    address = reverse("registers:errors", args=[batch.pk])
    assert address in client.get(batch.get_absolute_url()).content.decode()
    purging.purge(in_days(91))
    text = client.get(batch.get_absolute_url()).content.decode()
    assert address not in text
    assert "supprimé 90 jours après" in text
    assert "n&#x27;est plus disponible" in client.get(address, follow=True).content.decode()


def test_a_row_that_nobody_decided_stays(client, team):
    make_beneficiary(family_name="Famille AB", given_name="Amal", phone="+212650700001")
    batch = stored(client, person(1, cin=""), person(2, **BAD))
    purging.purge(in_days(91))
    assert SetAside.objects.waiting().count() == 1
    assert list(batch.checked_lines.values_list("row", flat=True)) == [2]


def test_a_register_that_was_never_confirmed_is_given_up(client, team):
    batch = checked(client, person(1))
    path = Path(batch.stored.path)
    assert purging.purge(in_days(91)) == 1
    batch.refresh_from_db()
    assert batch.state == Import.State.DROPPED
    assert not path.exists()


def test_the_worker_asks_once_a_day_and_only_when_there_is_something(client, team):
    day = timezone.now().date()
    ask_daily(day)
    assert not Job.objects.filter(kind="purge_registers").exists()
    batch = stored(client, person(1))
    Import.objects.filter(pk=batch.pk).update(ended_at=in_days(-91))
    ask_daily(day)
    ask_daily(day)
    assert Job.objects.get(kind="purge_registers").result == {"removed": 1}
    batch.refresh_from_db()
    assert not batch.stored
