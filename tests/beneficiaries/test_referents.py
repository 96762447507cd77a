"""Who accompanied whom, from when to when: one writer, nothing forgotten."""

from datetime import date, timedelta

import pytest

from beneficiaries.models import Beneficiary, ReferentPeriod
from beneficiaries.transitions import TransitionRefused, assign_referent, save_sheet
from remess.shared.dates import today
from tests import factories

pytestmark = pytest.mark.django_db


def periods(person):
    rows = person.referent_periods.for_sheet()
    return [(row.trainer, row.since, row.until) for row in rows]


@pytest.fixture
def staff():
    return factories.make_user()


@pytest.fixture
def trainers():
    region = factories.make_region()
    return [factories.make_trainer(region=region) for _ in range(2)]


def test_a_new_sheet_with_a_referent_opens_a_period(trainers):
    person = factories.make_beneficiary(referent=trainers[0])
    assert periods(person) == [(trainers[0], today(), None)]


def test_reassigning_keeps_who_was_referent_and_until_when(staff, trainers):
    first, second = trainers
    person = factories.make_beneficiary()
    assign_referent([person], first, on=date(2016, 1, 4), by=staff)
    assign_referent([person], second, on=date(2017, 3, 1), by=staff, reason="Départ de F-1")
    person.refresh_from_db()
    assert person.referent == second
    assert periods(person) == [
        (first, date(2016, 1, 4), date(2017, 3, 1)),
        (second, date(2017, 3, 1), None),
    ]
    assert person.referent_periods.open().get().reason == "Départ de F-1"
    assign_referent([person], None, on=date(2018, 1, 1), by=staff)
    person.refresh_from_db()
    assert person.referent is None
    assert not person.referent_periods.open().exists()
    assert person.referent_periods.last().ended_by == staff


def test_in_bulk_it_says_who_changed_who_not_and_why(staff, trainers):
    first, second = trainers
    free, same, late = (factories.make_beneficiary() for _ in range(3))
    assign_referent([same], second, on=date(2016, 1, 4), by=staff)
    assign_referent([late], first, on=date(2017, 5, 1), by=staff)
    done = assign_referent([free, same, late], second, on=date(2017, 1, 1), by=staff)
    assert done.changed == [free]
    assert done.unchanged == [same]
    ((person, sentence),) = done.refused
    assert person == late
    assert "01/05/2017" in sentence
    assert Beneficiary.objects.get(pk=late.pk).referent == first


def test_a_day_to_come_or_a_trainer_who_stopped_is_refused(staff, trainers):
    person = factories.make_beneficiary()
    with pytest.raises(TransitionRefused, match="futur"):
        assign_referent([person], trainers[0], on=today() + timedelta(days=1), by=staff)
    stopped = factories.make_trainer(region=trainers[0].region, is_active=False)
    with pytest.raises(TransitionRefused, match="cessé"):
        assign_referent([person], stopped, on=today(), by=staff)
    assert not ReferentPeriod.objects.exists()


def test_the_sheet_changes_the_referent_through_the_same_door(staff, trainers):
    first, second = trainers
    person = factories.make_beneficiary(referent=first)
    person.referent = second
    save_sheet(person, by=staff, version=person.version)
    stored = Beneficiary.objects.get(pk=person.pk)
    assert stored.referent == second
    assert stored.version == person.version
    assert [row[0] for row in periods(person)] == [first, second]
    save_sheet(person, by=staff, version=person.version)
    assert len(periods(person)) == 2


def test_a_form_opened_before_a_reassignment_is_out_of_date(staff, trainers):
    person = factories.make_beneficiary(referent=trainers[0])
    seen = person.version
    assign_referent([person], trainers[1], on=today(), by=staff)
    assert Beneficiary.objects.get(pk=person.pk).version == seen + 1


def test_people_cost_the_same_questions_for_1_and_20(
    staff, trainers, django_assert_max_num_queries
):
    people = [factories.make_beneficiary() for _ in range(20)]
    with django_assert_max_num_queries(6 + 20):
        assign_referent(people, trainers[0], on=today(), by=staff)
