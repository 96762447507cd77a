"""Whoever writes several passages in one transaction adds to each count table once."""

from datetime import date

import pytest
from django.db import transaction

from beneficiaries import counts
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Merge
from beneficiaries.transitions import (
    TransitionRefused,
    at_once,
    correct_date,
    correct_identity,
    correct_proof,
    create_activity,
    join,
    leave,
    merge,
    unmerge,
    void,
)
from tests import factories
from tests.counted import each_table_written_once

pytestmark = pytest.mark.django_db
REASON = "erreur de saisie"


def correct_a_sex(by):
    person = factories.make_beneficiary(at=Stage.CREATED, sex="female")
    return lambda: correct_identity(person, sex="male", by=by, reason=REASON)


def correct_a_day(by):
    event = factories.make_beneficiary(at=Stage.SELECTED).events.get(stage=Stage.SELECTED)
    return lambda: correct_date(event, on=date(2015, 8, 1), by=by, reason=REASON)


def merge_two(by):
    kept = factories.make_beneficiary(at=Stage.SELECTED, on=date(2015, 6, 1))
    absorbed = factories.make_beneficiary(at=Stage.CREATED, on=date(2015, 3, 1))
    return lambda: merge(kept, absorbed, by=by, reason=REASON)


def divide_two(by):
    merge_two(by)()
    return lambda: unmerge(Merge.objects.get(), by=by, reason=REASON)


def correct_what_two_founded(by):
    """The day of registration moves to another month, and both creations with it."""
    people = [factories.make_beneficiary(at=Stage.TRAINED) for _ in range(2)]
    enterprise = factories.make_enterprise(legal_form="cooperative", identifier="12/2016")
    day = enterprise.registered_on = date(2016, 3, 1)
    enterprise.save()
    create_activity(people[0], enterprise, on=day, by=by)
    join(enterprise, people[1], on=day, by=by)
    return lambda: correct_proof(
        enterprise, legal_form="cooperative", identifier="12/2016",
        registered_on=date(2016, 5, 1), by=by, reason=REASON,
    )  # fmt: skip


@pytest.mark.parametrize(
    "writer", [correct_a_sex, correct_a_day, merge_two, divide_two, correct_what_two_founded]
)
def test_each_count_table_is_written_once(writer):
    write = writer(factories.make_user())
    with each_table_written_once():
        write()
    assert counts.differences() == []


def test_two_writers_within_one_another_add_once_and_what_an_error_takes_back_is_not_added():
    by = factories.make_user()
    gone, stayed = factories.make_beneficiary(), factories.make_beneficiary(at=Stage.SELECTED)
    with each_table_written_once(), at_once():
        void(stayed.events.get(stage=Stage.SELECTED), by=by, reason=REASON)
        leave(gone, on=date(2016, 3, 1), by=by, reason="moved")
        with pytest.raises(TransitionRefused):
            leave(gone, on=date(2016, 4, 1), by=by, reason="moved")
        with pytest.raises(ZeroDivisionError):
            _void_and_fail(gone, by)
    assert Beneficiary.objects.get(pk=gone.pk).current_stage == Stage.IDENTIFIED
    assert counts.differences() == []


def _void_and_fail(person, by):
    with transaction.atomic(), at_once():
        void(person.events.get(), by=by, reason=REASON)
        raise ZeroDivisionError
