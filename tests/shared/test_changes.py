"""The version of the register moves with every write, and with nothing else."""

from datetime import date

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from ocbs.models import Trainer
from remess.jobs.registry import ask_daily
from remess.programme.models import Region
from remess.shared.changes import (
    UNWATCHED_APPS,
    UNWATCHED_MODELS,
    missing_triggers,
    version,
    watch,
)
from remess.shared.models import Change
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer():
    return factories.make_trainer()


def moves(write):
    before = version()
    write()
    return version() != before


WRITES = {
    "one added": lambda: factories.make_region(),
    "one saved": lambda: Trainer.objects.get().save(),
    "many updated": lambda: Trainer.objects.update(name="Amal"),
    "many added": lambda: Region.objects.bulk_create(
        [Region(code="AAA", name_fr="A"), Region(code="BBB", name_fr="B")]
    ),
    "added unless there": lambda: Region.objects.bulk_create(
        [Region(code="AAA", name_fr="A")], ignore_conflicts=True
    ),
    "deleted": lambda: Trainer.objects.all().delete(),
    "by its own SQL": lambda: connection.cursor().execute("UPDATE ocbs_trainer SET name = 'X'"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_moves_the_version(trainer, write):
    assert moves(write)


def test_a_second_write_of_a_transaction_moves_it_again(trainer):
    Trainer.objects.update(name="Amal")
    assert moves(lambda: Trainer.objects.update(name="Salma"))


def test_reading_does_not_move_it(trainer):
    assert not moves(lambda: list(Trainer.objects.all()))


def test_a_write_taken_back_leaves_it_where_it_was(trainer):
    def write_and_take_back():
        with transaction.atomic():
            Trainer.objects.update(name="Amal")
            transaction.set_rollback(True)

    assert not moves(write_and_take_back)


def test_after_a_write_taken_back_the_next_one_moves_it(trainer):
    with transaction.atomic():
        Trainer.objects.update(name="Amal")
        transaction.set_rollback(True)
    assert moves(lambda: Trainer.objects.update(name="Salma"))


def test_signing_in_writes_a_session_and_moves_nothing_by_it(client):
    client.force_login(factories.make_user())
    assert not moves(lambda: client.session.save())


def test_every_table_is_watched_or_named_as_unwatched():
    with connection.cursor() as cursor:
        assert missing_triggers(cursor) == []
    known = {model._meta.label for model in apps.get_models()}
    assert known >= UNWATCHED_MODELS
    assert {app.label for app in apps.get_app_configs()} >= UNWATCHED_APPS


def test_a_trigger_lost_is_put_back_by_migrate():
    with connection.cursor() as cursor:
        on_table = " ON ocbs_trainer" if connection.vendor == "postgresql" else ""
        name = "change_ocbs_trainer" if on_table else "change_update_ocbs_trainer"
        cursor.execute(f"DROP TRIGGER {name}{on_table}")
    factories.make_trainer()
    assert not moves(lambda: Trainer.objects.update(name="Amal"))
    call_command("migrate", verbosity=0)
    assert moves(lambda: Trainer.objects.update(name="Salma"))


def test_without_marks_there_is_no_version_until_it_is_watched_again(trainer):
    Change.objects.all().delete()
    assert version() is None
    watch()
    assert moves(lambda: Trainer.objects.update(name="Amal"))


@pytest.mark.django_db(transaction=True)
def test_the_worker_gathers_the_marks_of_a_day_into_one_of_the_same_version():
    watch()  # a test before may have emptied every table
    factories.make_region()
    factories.make_trainer()
    before = version()
    ask_daily(date(2026, 11, 25))
    assert version() == before
    assert Change.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_version_within_a_transaction_is_the_one_read_after_it():
    """What was read half way through would else be shown as what all of it left."""
    watch()
    with transaction.atomic():
        factories.make_region()
        half_way = version()
        factories.make_trainer()
    assert version() != half_way
