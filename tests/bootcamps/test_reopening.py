"""Reopening signed minutes: what is refused, what the new signature voids, what past days keep."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from beneficiaries import counts
from beneficiaries.funnel import Stage
from beneficiaries.models import StageEvent
from beneficiaries.transitions import TransitionRefused, advance, correct_date
from bootcamps import transitions
from bootcamps.models import Bootcamp, Reopening
from bootcamps.transitions import Mark
from remess.accounts.roles import Role
from reporting.indicators import totals
from reporting.scope import build_scope
from tests import factories
from tests.counted import each_table_written_once

pytestmark = pytest.mark.django_db
REASON = "Deux noms confondus"
FIRST, THEN, LAST = date(2015, 4, 2), date(2015, 4, 10), date(2015, 4, 12)


@pytest.fixture
def staff(client):
    user = factories.make_user(Role.STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def people():
    with on(date(2015, 3, 1)):
        return [factories.make_beneficiary(family_name=n) for n in ("Alaoui", "Bennis", "Chraibi")]


@pytest.fixture
def bootcamp(people, staff):
    """Alaoui and Bennis retained, signed on FIRST."""
    bootcamp = factories.make_bootcamp(code="B-01", participants=people)
    with on(FIRST):
        decide(bootcamp, "retained", "retained", "not_retained")
        sign(bootcamp, staff)
    return bootcamp


def on(day):
    return time_machine.travel(f"{day}T12:00:00+00:00", tick=False)


def decide(bootcamp, *decisions):
    rows = bootcamp.participations.order_by("beneficiary__sort_name")
    marks = {
        row.pk: Mark(True, None, decision, "" if decision == "retained" else "Projet à mûrir")
        for row, decision in zip(rows, decisions, strict=True)
    }
    transitions.save_participations(bootcamp, marks)


def sign(bootcamp, by):
    return transitions.sign_minutes(bootcamp, by=by, signatory="A. Benkirane")


def selections():
    """{family name: event id} of the selections that stand."""
    events = StageEvent.objects.unvoided().filter(stage=Stage.SELECTED)
    return dict(events.values_list("beneficiary__family_name", "pk"))


def selected_as_of(day):
    return totals(build_scope(as_of=day))[Stage.SELECTED]


def test_reopening_leaves_a_trace_and_takes_no_selection_back(bootcamp, staff):
    before = selections()
    with on(THEN):
        transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)
    trace = Reopening.objects.get()
    assert (trace.reopened_by, trace.reason, trace.reopened_at.date()) == (staff, REASON, THEN)
    assert (trace.signatory, trace.signed_on, trace.signed_by) == ("A. Benkirane", FIRST, staff)
    assert not Bootcamp.objects.get().is_signed
    assert selections() == before


def test_signing_anew_voids_the_selections_withdrawn_and_keeps_the_others(bootcamp, staff, people):
    before = selections()
    with on(THEN):
        transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)
        decide(bootcamp, "not_retained", "retained", "retained")
    with on(LAST):
        outcome = sign(bootcamp, staff)
    assert [row.beneficiary for row in outcome.advanced] == [people[2]]
    after = selections()
    assert set(after) == {"Bennis", "Chraibi"}
    assert after["Bennis"] == before["Bennis"]
    voided = StageEvent.objects.get(pk=before["Alaoui"])
    assert (voided.void_reason, voided.voided_by, voided.voided_on) == (REASON, staff, LAST)
    links = dict(bootcamp.participations.values_list("beneficiary__family_name", "event"))
    assert links == {"Alaoui": None, **after}
    people[0].refresh_from_db()
    assert people[0].current_stage == Stage.IDENTIFIED
    assert counts.differences() == []


def test_past_figures_stay_as_the_register_knew_them(bootcamp, staff):
    with on(THEN):
        transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)
        decide(bootcamp, "not_retained", "not_retained", "not_retained")
    with on(LAST):
        sign(bootcamp, staff)
    figures = [selected_as_of(day) for day in (date(2015, 4, 1), FIRST, THEN, LAST)]
    assert figures == [0, 2, 2, 0]


def test_a_selection_withdrawn_may_be_given_again(bootcamp, staff):
    for decision in ("not_retained", "retained"):
        transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)
        decide(bootcamp, decision, "retained", "not_retained")
        sign(bootcamp, staff)
    assert set(selections()) == {"Alaoui", "Bennis"}
    assert StageEvent.objects.filter(stage=Stage.SELECTED).count() == 3
    assert Reopening.objects.count() == 2


def test_signing_anew_counts_what_it_takes_back_and_what_it_selects_at_once(bootcamp, staff):
    transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)
    decide(bootcamp, "not_retained", "not_retained", "retained")
    with each_table_written_once():
        sign(bootcamp, staff)
    assert set(selections()) == {"Chraibi"}
    assert counts.differences() == []


def test_it_is_refused_while_a_training_stands_on_a_selection(bootcamp, staff, people):
    day = date(2015, 5, 1)
    advance(people[1], Stage.TRAINED, on=day, by=staff, evidence=factories.paper(day))
    with pytest.raises(TransitionRefused, match="la sélection de : BENNIS Amal"):
        transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)
    assert Bootcamp.objects.get().is_signed
    assert not Reopening.objects.exists()


def test_a_corrected_selection_is_still_found_as_these_minutes(bootcamp, staff, people):
    event = people[0].events.get(stage=Stage.SELECTED)
    correct_date(event, on=date(2015, 4, 3), by=staff, reason="Date mal lue")
    transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)
    decide(bootcamp, "not_retained", "retained", "not_retained")
    sign(bootcamp, staff)
    assert set(selections()) == {"Bennis"}


def test_a_training_recorded_meanwhile_stops_the_withdrawal_and_nothing_else_is_written(
    client, bootcamp, staff, people
):
    day = date(2015, 5, 1)
    transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)
    advance(people[0], Stage.TRAINED, on=day, by=staff, evidence=factories.paper(day))
    decide(bootcamp, "not_retained", "not_retained", "retained")
    with pytest.raises(TransitionRefused, match=r"ALAOUI Amal : La formation"):
        sign(bootcamp, staff)
    assert set(selections()) == {"Alaoui", "Bennis"}
    shown = client.get(reverse("bootcamps:sign", args=["B-01"])).content.decode()
    assert "une formation s&#x27;appuie sur sa sélection" in shown
    assert "Signataire" not in shown


def test_a_new_day_corrects_the_selections_kept(bootcamp, staff):
    before = selections()
    transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)
    bootcamp.refresh_from_db()
    bootcamp.held_on = date(2015, 4, 8)
    transitions.save_bootcamp(bootcamp)
    sign(bootcamp, staff)
    events = StageEvent.objects.unvoided().filter(stage=Stage.SELECTED)
    assert {event.occurred_on for event in events} == {date(2015, 4, 8)}
    assert {event.corrects_id for event in events} == set(before.values())
    assert counts.differences() == []


def test_open_minutes_are_not_reopened_and_a_reason_is_needed(bootcamp, staff):
    with pytest.raises(TransitionRefused, match="motif"):
        transitions.reopen_minutes(bootcamp, by=staff, reason="  ")
    transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)
    with pytest.raises(TransitionRefused, match="déjà ouvert"):
        transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)


def test_the_pages_reopen_show_the_trace_and_say_what_signing_anew_does(client, staff, bootcamp):
    url = reverse("bootcamps:reopen", args=["B-01"])
    assert client.post(url, {"reason": " "}).status_code == 422
    shown = client.post(url, {"reason": REASON}, follow=True).content.decode()
    assert "Procès-verbal rouvert" in shown
    assert REASON in shown
    assert "Signature d'avant : A. Benkirane, le 02/04/2015" in shown
    decide(bootcamp, "not_retained", "retained", "retained")
    plan = client.get(reverse("bootcamps:sign", args=["B-01"])).content.decode()
    kept, withdrawn = plan.index("leur sélection reste"), plan.index("leur sélection est annulée")
    assert plan.index("CHRAIBI") < kept < plan.index("BENNIS") < withdrawn < plan.index("ALAOUI")
    assert client.get(url).status_code == 302


def test_the_reason_is_for_the_team_alone(client, staff, bootcamp, people):
    transitions.reopen_minutes(bootcamp, by=staff, reason=REASON)
    client.force_login(factories.make_user(Role.OCB_AGENT, ocb=people[0].ocb))
    shown = client.get(bootcamp.get_absolute_url()).content.decode()
    assert "Réouvertures" in shown
    assert REASON not in shown
    client.force_login(factories.make_user(Role.OFFICIAL))
    assert "Réouvertures" not in client.get(bootcamp.get_absolute_url()).content.decode()
