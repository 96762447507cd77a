"""Enterprises in registers: one row each, taken up again after an undo, never doubled."""

from datetime import date

import pytest
from django.utils import timezone

from beneficiaries.counts import differences
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Enterprise, StageEvent
from beneficiaries.transitions import create_activity, void
from remess.accounts.roles import Role
from remess.registers.models import Import
from remess.registers.undoing import take_line_back
from reporting.indicators import totals
from reporting.scope import build_scope
from tests.factories import (
    make_beneficiary,
    make_bootcamp,
    make_enterprise,
    make_ocb,
    make_region,
    make_user,
    unsaved_enterprise,
)
from tests.registers.registers import (
    a_network,
    a_row,
    another_row,
    bring,
    bring_all,
    codes_of,
    status_of,
)

pytestmark = pytest.mark.django_db
ICE, OTHER_ICE = "001500000000119", "001500000000216"
HISTORY = {
    "bootcamp": "B-01",
    "selected_on": "09/05/2015",
    "trained_on": "14/06/2015",
    "created_on": "26/10/2015",
}
COOPERATIVE = {**HISTORY, "legal_form": "Coopérative", "identifier": "42702"}
COMPANY = {**HISTORY, "legal_form": "SARL AU", "identifier": "28585"}


@pytest.fixture
def ocb():
    found = a_network()
    make_bootcamp(code="B-01", region=found.region, held_on=date(2015, 5, 9))
    return found


@pytest.fixture
def elsewhere(ocb):
    """Another OCB of the region."""
    return make_ocb(code="OCB-02", region=ocb.region)


def take_back(outcome):
    batch, by = outcome.batch, make_user()
    Import.objects.filter(pk=batch.pk).update(
        undo_reason="mauvais fichier", undone_by=by, undone_at=timezone.now()
    )
    for pk in batch.lines.order_by("-row").values_list("pk", flat=True):
        take_line_back(pk, by=by)


def founder(ocb, **enterprise):
    return make_beneficiary(
        ocb=ocb, at=Stage.CREATED, on=date(2015, 10, 1), enterprise=unsaved_enterprise(**enterprise)
    )


def cooperative(**fields):
    return {
        "legal_form": "cooperative", "sub_form": "", "identifier": "42702", "court": "",
        "registered_on": date(2015, 10, 1), **fields,
    }  # fmt: skip


@pytest.mark.parametrize("form", [COOPERATIVE, COMPANY])
def test_an_import_taken_back_and_made_again_leaves_one_enterprise(ocb, form):
    rows = [a_row(**form), another_row()]
    take_back(bring_all(*rows))
    left = Enterprise.objects.get()
    assert totals(build_scope())["enterprises"] == 0
    results = bring(*rows)
    assert [status_of(result) for result in results] == ["created", "created"]
    assert codes_of(results[0]) == set()
    assert Enterprise.objects.get() == left
    assert list(Enterprise.objects.counted()) == [left]
    assert totals(build_scope())["enterprises"] == 1
    assert differences() == []
    assert [status_of(result) for result in bring(*rows)] == ["unchanged", "unchanged"]


def test_the_whole_cooperative_comes_back_as_one(ocb):
    rows = [a_row(**COOPERATIVE), another_row(**COOPERATIVE)]
    take_back(bring_all(*rows))
    bring(*rows)
    assert Enterprise.objects.get().members.unvoided().count() == 2


def test_the_row_taken_up_says_what_the_new_file_says(ocb):
    take_back(bring_all(a_row(**COOPERATIVE)))
    left = Enterprise.objects.get()
    bring(a_row(**COOPERATIVE | {"created_on": "02/11/2015", "ice": ICE}))
    left.refresh_from_db()
    assert (left.registered_on, left.ice) == (date(2015, 11, 2), ICE)
    assert left.history.count() == 2  # as it stood, and what was changed


def test_a_creation_typed_by_hand_takes_up_the_row_left_without_members(ocb):
    person = founder(ocb, **cooperative(name="Tissage du Ziz"))
    left = Enterprise.objects.get()
    by = make_user()
    void(StageEvent.objects.unvoided().get(stage=Stage.CREATED), by=by, reason="erreur de date")
    again = unsaved_enterprise(**cooperative(registered_on=date(2015, 11, 2), court="Errachidia"))
    create_activity(person, again, on=date(2015, 11, 2), by=by)
    assert Enterprise.objects.get() == left
    left.refresh_from_db()
    assert (left.name, left.court) == ("Tissage du Ziz", "Errachidia")
    assert left.registered_on == date(2015, 11, 2)
    assert totals(build_scope())["enterprises"] == 1
    assert differences() == []


@pytest.mark.parametrize(
    ("other", "rows"),
    [
        ({"identifier": "42 702 "}, 2),
        ({"identifier": "42702 "}, 1),
        ({"legal_form": "tpe", "sub_form": "sarl"}, 2),
        ({"court": "Midelt"}, 2),
        ({"court": "errachidia"}, 1),
        ({"identifier": "9", "ice": ICE}, 1),
        ({"ice": OTHER_ICE}, 2),
    ],
)
def test_only_the_same_enterprise_is_taken_up(ocb, other, rows):
    make_enterprise(**cooperative(court="Errachidia", ice=ICE))
    founder(ocb, **cooperative(**{"court": "Errachidia", **other}))
    assert Enterprise.objects.count() == rows


def test_a_number_of_another_region_is_not_taken_up_without_its_court(ocb):
    person = founder(make_ocb(code="OCB-09", region=make_region(code="MIS")), **cooperative())
    void(person.events.unvoided().get(stage=Stage.CREATED), by=make_user(), reason="erreur")
    founder(ocb, **cooperative())
    assert Enterprise.objects.count() == 2


def test_a_later_file_joins_a_cooperative_of_each_region(ocb):
    far = make_ocb(code="OCB-09", region=make_region(code="MIS"))
    founder(ocb, **cooperative(court="Errachidia"))
    founder(far, **cooperative(court="Missour"))
    results = bring(
        a_row(**COOPERATIVE),
        another_row(**COOPERATIVE, ocb="OCB-09"),
    )
    assert [("joins_enterprise", "identifier") in codes_of(r) for r in results] == [True, True]
    assert Enterprise.objects.count() == 2


def test_an_agent_learns_nothing_of_an_enterprise_of_another_ocb(ocb, elsewhere):
    founder(elsewhere, **cooperative(ice=ICE))
    founder(elsewhere, legal_form="tpe", sub_form="sarl_au", identifier="28585", court="")
    rows = [
        a_row(**COOPERATIVE, ice=OTHER_ICE),
        another_row(**COMPANY),
    ]
    agent = make_user(Role.OCB_AGENT, ocb=ocb)
    for user, said in ((agent, False), (make_user(), True)):
        results = bring(*rows, user=user, is_trial=True)
        assert [status_of(result) for result in results] == ["created", "created"]
        assert [bool(codes_of(result)) for result in results] == [said, said]
    bring(*rows, user=agent)
    assert Enterprise.objects.filter(legal_form="cooperative").get().members.count() == 2


def test_an_agent_is_told_of_an_enterprise_of_their_own_people(ocb):
    founder(ocb, **cooperative())
    (result,) = bring(a_row(**COOPERATIVE), user=make_user(Role.OCB_AGENT, ocb=ocb))
    assert codes_of(result) == {("joins_enterprise", "identifier")}


def test_whoever_joins_may_bring_the_ice_that_was_missing(ocb):
    founder(ocb, **cooperative())
    (result,) = bring(a_row(**COOPERATIVE, ice=ICE))
    assert codes_of(result) == {("joins_enterprise", "identifier"), ("ice_filled", "ice")}
    enterprise = Enterprise.objects.get()
    assert enterprise.ice == ICE
    assert [row.ice for row in enterprise.history.order_by("pk")] == ["", ICE]


def test_the_ice_is_filled_among_the_rows_of_one_file(ocb):
    results = bring(a_row(**COOPERATIVE), another_row(**COOPERATIVE, ice=ICE))
    assert ("ice_filled", "ice") in codes_of(results[1])
    assert Enterprise.objects.get().ice == ICE


@pytest.mark.parametrize(
    ("known", "cells", "note"),
    [
        ({"ice": OTHER_ICE}, {"ice": ICE}, ("other_ice", "ice")),
        ({}, {"ice": ICE}, ("same_ice", "ice")),
        ({"registered_on": date(2015, 11, 1)}, {}, ("before_registration", "created_on")),
    ],
)
def test_what_contradicts_a_known_enterprise_is_a_note_and_changes_nothing(ocb, known, cells, note):
    by = make_user()
    if note[0] == "same_ice":
        founder(ocb, ice=ICE)
    enterprise = unsaved_enterprise(**cooperative(**known))
    person = make_beneficiary(ocb=ocb, at=Stage.TRAINED)
    create_activity(person, enterprise, on=date(2015, 11, 2), by=by)
    before = Enterprise.objects.get(pk=enterprise.pk)
    (result,) = bring(a_row(**COOPERATIVE, **cells))
    assert codes_of(result) == {("joins_enterprise", "identifier"), note}
    after = Enterprise.objects.get(pk=enterprise.pk)
    assert (after.ice, after.registered_on, after.version) == (
        before.ice,
        before.registered_on,
        before.version,
    )


def test_a_known_founder_may_bring_the_ice_later(ocb):
    bring(a_row(**COOPERATIVE))
    (result,) = bring(a_row(**COOPERATIVE, ice=ICE))
    assert status_of(result) == "updated"
    assert Enterprise.objects.get().ice == ICE
    (again,) = bring(a_row(**COOPERATIVE, ice=ICE))
    assert (status_of(again), codes_of(again)) == ("unchanged", set())
    (other,) = bring(a_row(**COOPERATIVE, ice=OTHER_ICE))
    assert (status_of(other), codes_of(other)) == ("unchanged", {("other_ice", "ice")})


def test_an_ice_brought_later_is_taken_back_with_its_import(ocb):
    bring(a_row(**COOPERATIVE))
    take_back(bring_all(a_row(**COOPERATIVE, ice=ICE)))
    enterprise = Enterprise.objects.get()
    assert enterprise.ice == ""
    assert enterprise.members.unvoided().count() == 1


@pytest.mark.parametrize(
    ("cells", "field"),
    [({"identifier": "99"}, "identifier"), ({"legal_form": "SARL"}, "legal_form")],
)
def test_another_proof_of_a_known_creation_is_told_and_left(ocb, cells, field):
    bring(a_row(**COOPERATIVE))
    (result,) = bring(a_row(**COOPERATIVE | cells))
    assert (status_of(result), codes_of(result)) == ("unchanged", {("for_the_team", field)})
    assert Enterprise.objects.get().identifier == "42702"
    assert Beneficiary.objects.count() == 1
