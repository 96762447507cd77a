"""The bridge between two states: its steps add up to the difference, each with its cause."""

import random
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.transitions import (
    TransitionRefused,
    come_back,
    correct_date,
    correct_identity,
    leave,
    merge,
    move,
    unmerge,
    void,
)
from remess.accounts.roles import Role
from reporting.bridge import Counted, bridge
from reporting.indicators import CODES, totals
from reporting.scope import Scope
from tests.factories import (
    make_beneficiary,
    make_ocb,
    make_publication,
    make_region,
    make_user,
)
from tests.histories import live, seeds
from tests.reporting.test_parity import random_scope

pytestmark = pytest.mark.django_db


def at(day):
    return time_machine.travel(f"{day}T10:00:00Z", tick=False)


def two_scopes(rng):
    """Two scopes over the same places, the second known on the same day or later."""
    before, after = random_scope(rng), random_scope(rng)
    first, second = sorted((before.as_of, after.as_of))
    places = {"region_ids": before.region_ids, "ocb_ids": before.ocb_ids}
    return (
        Scope(first, before.start, before.end, **places),
        Scope(second, after.start, after.end, **places),
    )


def merge_some(rng, world):
    """After all moves of a world, merge pairs of its people, and undo every other merge."""
    team = make_user(Role.STAFF)
    people = rng.sample(world.people, 8)
    for month, (kept, absorbed) in enumerate(zip(people[::2], people[1::2], strict=True), 1):
        try:
            with at(f"2020-{month:02d}-10"):
                found = merge(kept, absorbed, by=team, reason="Même personne")
            if month % 2:
                with at(f"2020-{month + 4:02d}-10"):
                    unmerge(found, by=team, reason="Deux personnes")
        except TransitionRefused:
            continue


@pytest.mark.parametrize("seed", seeds(4, quick=1))
def test_the_steps_add_up_to_the_difference_whatever_the_history(seed):
    world = live(seed, size=14, moves=160)
    rng = random.Random(seed)
    merge_some(rng, world)
    causes = set()
    for _ in range(12):
        before, after = two_scopes(rng)
        for code in CODES:
            found = bridge(before, after, code)
            assert found.before == totals(before)[code]
            assert found.after == totals(after)[code]
            assert found.before + sum(step.change for step in found.steps) == found.after
            assert sum(n - m for _cause, n, m in found.parts) == found.after - found.before
            causes |= {step.cause for step in found.steps}
        for stage in Stage:
            found = bridge(before, after, stage, Counted.STAYING)
            assert found.before + sum(step.change for step in found.steps) == found.after, (
                before,
                after,
                stage,
            )
            causes |= {step.cause for step in found.steps}
    assert len(causes) >= 3


AFTER = date(2016, 6, 30)
BEFORE = date(2015, 12, 31)


def parts(code="created", counted=Counted.REACHED, **places):
    found = bridge(Scope(BEFORE, **places), Scope(AFTER, **places), code, counted)
    return {cause.value: (added, removed) for cause, added, removed in found.parts}


@pytest.fixture
def creator():
    with at("2015-10-05"):
        return make_beneficiary(at=Stage.CREATED, on=date(2015, 9, 20))


def test_what_happened_since_and_what_was_learned_late_are_told_apart():
    with at("2016-03-01"):
        make_beneficiary(on=date(2015, 6, 1))
        make_beneficiary(on=date(2016, 2, 1))
    assert parts("identified") == {"new": (1, 0), "late": (1, 0)}


def test_a_void_takes_away(creator):
    with at("2016-02-01"):
        void(creator.events.get(stage=Stage.CREATED), by=make_user(), reason="Erreur")
    assert parts() == {"void": (0, 1)}
    assert parts("enterprises") == {"void": (0, 1)}


def test_a_date_corrected_out_of_the_period_is_a_corrected_date(creator):
    with at("2016-02-01"):
        event = creator.events.get(stage=Stage.CREATED)
        correct_date(event, on=date(2015, 12, 1), by=make_user(), reason="Erreur")
    period = {"end": date(2015, 11, 1)}
    found = bridge(Scope(BEFORE, **period), Scope(AFTER, **period), "created")
    assert [step.cause for step in found.steps] == ["date"]


def test_a_corrected_region_leaves_one_place_and_enters_the_other(creator):
    other = make_ocb(region=make_region())
    with at("2016-02-01"):
        correct_identity(creator, by=make_user(), reason="Erreur", ocb=other)
    assert parts(region_ids=frozenset({other.region_id})) == {"place": (1, 0)}
    assert parts(region_ids=frozenset({creator.ocb.region_id})) == {"place": (0, 1)}
    assert parts() == {}


def test_a_move_to_another_ocb_changes_no_figure(creator):
    other = make_ocb(region=make_region())
    with at("2016-02-01"):
        move(creator, other, by=make_user(Role.STAFF))
    assert parts(region_ids=frozenset({other.region_id})) == {}


def test_exits_and_returns_count_among_those_still_there(creator):
    with at("2015-11-01"):
        gone = make_beneficiary(at=Stage.CREATED, on=date(2015, 9, 20))
        leave(gone, on=date(2015, 11, 1), by=make_user(), reason="moved")
    with at("2016-02-01"):
        leave(creator, on=date(2016, 1, 15), by=make_user(), reason="employed")
        come_back(gone, on=date(2016, 1, 20), by=make_user())
    assert parts() == {}
    assert parts(counted=Counted.STAYING) == {"exit": (0, 1), "return": (1, 0)}


def test_two_sheets_of_one_person_merged_count_once(creator):
    staff = make_user(Role.STAFF)
    with at("2015-11-01"):
        twin = make_beneficiary(at=Stage.SELECTED, on=date(2015, 10, 1), ocb=creator.ocb)
    with at("2016-02-01"):
        found = merge(creator, twin, by=staff, reason="Même personne")
    assert parts("identified") == {"merge": (0, 1)}
    assert parts("created") == {}
    with at("2016-03-01"):
        unmerge(found, by=staff, reason="Deux cousines")
    assert parts("identified") == {}


def test_those_still_there_have_their_own_list_of_events(client, creator):
    with at("2016-02-01"):
        leave(creator, on=date(2016, 1, 15), by=make_user(), reason="employed")
    client.force_login(make_user(Role.STAFF))
    url = reverse("reporting:bridge_events", args=["created", "exit"])
    days = "?depuis=31/12/2015&arrete=30/06/2016"
    assert creator.file_number in client.get(url + days + "&compte=presents").content.decode()
    assert creator.file_number not in client.get(url + days).content.decode()


def test_a_bridge_keeps_its_places_and_goes_forward():
    with pytest.raises(ValueError, match="places"):
        bridge(Scope(BEFORE, region_ids=frozenset({1})), Scope(AFTER), "created")
    with pytest.raises(ValueError, match="forward"):
        bridge(Scope(AFTER), Scope(BEFORE), "created")


def test_the_page_refuses_two_days_the_wrong_way_round(client):
    client.force_login(make_user(Role.STAFF))
    answer = client.get(reverse("reporting:bridge") + "?depuis=01/03/2018&arrete=01/01/2016")
    assert answer.status_code == 422
    assert "échanger les deux dates" in answer.content.decode()


def test_an_agent_reads_the_events_of_their_own_ocb_only(client):
    with at("2016-03-01"):
        own, other = (make_beneficiary(on=date(2016, 2, 1)) for _ in range(2))
    client.force_login(make_user(Role.OCB_AGENT, ocb=own.ocb))
    url = reverse("reporting:bridge_events", args=["identified", "new"])
    answer = client.get(url + "?depuis=31/12/2015&arrete=30/06/2016").content.decode()
    assert own.file_number in answer
    assert other.file_number not in answer


def test_a_published_report_is_offered_to_compare_with(client):
    report = make_publication(as_of=date(2016, 6, 30))
    client.force_login(make_user(Role.OFFICIAL))
    page = client.get(reverse("reporting:bridge"))
    ((offered, query),) = page.context["reports"]
    assert offered == report
    assert "Rapport du semestre" in page.content.decode()
    compared = client.get(f"{reverse('reporting:bridge')}?{query}")
    assert compared.context["before"].as_of == report.as_of
    client.force_login(make_user(Role.OCB_AGENT, ocb=make_ocb()))
    assert client.get(reverse("reporting:bridge")).context["reports"] == []
