"""Two sheets of one person made one, and two again."""

import random
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from beneficiaries import counts
from beneficiaries.funnel import Stage
from beneficiaries.models import (
    Beneficiary,
    EnterpriseMember,
    Exit,
    Merge,
    PossibleDuplicate,
    ReferentPeriod,
    StageEvent,
)
from beneficiaries.transitions import (
    TransitionRefused,
    advance,
    assign_referent,
    come_back,
    correct_date,
    follow_up,
    leave,
    merge,
    open_again,
    record_many,
    report_duplicate,
    save_sheet,
    set_apart,
    unmerge,
    withdraw,
)
from beneficiaries.transitions import merged_rows as rows
from beneficiaries.transitions.parts import Entry
from bootcamps.models import Attendance, CoachingVisit
from bootcamps.transitions import void_visit
from remess.shared.dates import CASABLANCA, today
from reporting.indicators import breakdown, totals
from reporting.scope import build_scope
from tests import factories
from tests.histories import live

pytestmark = pytest.mark.django_db
DAY = date(2015, 3, 1)
LATER = date(2016, 2, 1)


@pytest.fixture
def team():
    return factories.make_user()


def join(kept, absorbed, team, **kwargs):
    return merge(kept, absorbed, by=team, reason="même personne", **kwargs)


def path_of(person):
    return Beneficiary.objects.get(pk=person.pk).path().reached


def figures(day=None):
    """The figures of a day. Not the enterprises by OCB: of members who created the same day the
    one written first counts, and what is written anew comes last."""
    scope = build_scope(as_of=day)
    by_ocb = breakdown(scope, "ocb")
    for row in by_ocb.values():
        del row["enterprises"]
    return totals(scope), by_ocb, breakdown(scope, "sex")


def state():
    """All that stands, but for when and by whom it was recorded."""
    events = StageEvent.objects.unvoided().values_list(
        "beneficiary", "stage", "occurred_on", "evidence_reference", "ocb", "sex"
    )
    exits = Exit.objects.unvoided().values_list("beneficiary", "left_on", "returned_on", "sex")
    members = EnterpriseMember.objects.unvoided().values_list(
        "beneficiary", "enterprise", "event__stage", "event__beneficiary"
    )
    periods = ReferentPeriod.objects.values_list("beneficiary", "trainer", "since", "until")
    columns = {f.attname for f in Beneficiary._meta.concrete_fields} - {"version", "updated_at"}
    people = Beneficiary.objects.order_by("pk").values(*sorted(columns))
    return [*map(sorted, (events, exits, members, periods)), list(people)]


def test_the_person_counts_once_at_the_earliest_day_of_each_stage(team):
    kept = factories.make_beneficiary(at=Stage.SELECTED, on=LATER)
    absorbed = factories.make_beneficiary(at=Stage.TRAINED, on=DAY)
    advance(kept, Stage.TRAINED, on=date(2016, 5, 1), by=team, evidence=factories.import_line(DAY))
    join(kept, absorbed, team)
    assert path_of(kept) == dict.fromkeys([Stage.IDENTIFIED, Stage.SELECTED, Stage.TRAINED], DAY)
    assert path_of(absorbed) == {}
    assert totals(build_scope())["trained"] == totals(build_scope())["identified"] == 1
    kept.refresh_from_db()
    assert (kept.current_stage, kept.stage_on, kept.sheet_on) == (Stage.TRAINED, DAY, DAY)
    assert counts.differences() == []


def test_the_passage_taken_over_keeps_its_proof_its_ocb_and_its_region(team):
    kept = factories.make_beneficiary(on=LATER)
    absorbed = factories.make_beneficiary(on=DAY)
    old = absorbed.events.get()
    join(kept, absorbed, team)
    new = StageEvent.objects.unvoided().get()
    assert (new.ocb, new.region, new.evidence_reference) == (
        old.ocb,
        old.region,
        old.evidence_reference,
    )
    old.refresh_from_db()
    assert old.void_reason == f"fusion avec {kept.file_number}"


def test_an_earlier_report_still_counts_both(team):
    moment = datetime(2015, 4, 1, 12, tzinfo=CASABLANCA)
    with time_machine.travel(moment, tick=False):
        kept = factories.make_beneficiary(at=Stage.CREATED, on=DAY)
        absorbed = factories.make_beneficiary(at=Stage.CREATED, on=DAY - timedelta(days=9))
        before = figures(date(2015, 4, 2))
    join(kept, absorbed, team)
    assert figures(date(2015, 4, 2)) == before
    assert totals(build_scope())["created"] == 1


def test_exits_that_overlap_are_for_people_to_settle(team):
    kept, absorbed = factories.make_beneficiary(on=DAY), factories.make_beneficiary(on=DAY)
    leave(kept, on=date(2015, 5, 1), by=team, reason="moved")
    leave(absorbed, on=date(2015, 6, 1), by=team, reason="moved")
    with pytest.raises(TransitionRefused, match="se chevauchent"):
        join(kept, absorbed, team)
    assert Merge.objects.count() == 0


def test_a_stage_during_an_exit_is_for_people_to_settle(team):
    kept = factories.make_beneficiary(at=Stage.SELECTED, on=LATER)
    absorbed = factories.make_beneficiary(on=DAY)
    leave(absorbed, on=date(2015, 6, 1), by=team, reason="moved")
    with pytest.raises(TransitionRefused, match="tombe pendant la sortie du 01/06/2015"):
        join(kept, absorbed, team)
    come_back(absorbed, on=date(2015, 9, 1), by=team)
    join(kept, absorbed, team)
    assert Exit.objects.unvoided().get().beneficiary == kept


def test_an_exit_for_being_a_duplicate_ends_with_the_merge(team):
    kept, absorbed = factories.make_beneficiary(on=DAY), factories.make_beneficiary(on=DAY)
    leave(absorbed, on=LATER, by=team, reason="duplicate")
    done = join(kept, absorbed, team)
    assert not Exit.objects.unvoided().exists()
    unmerge(done, by=team, reason="erreur")
    assert Exit.objects.unvoided().get().beneficiary == absorbed


def test_an_age_that_no_agreement_covers_is_refused(team):
    kept = factories.make_beneficiary(on=LATER, birth_date=date(1997, 6, 1))
    absorbed = factories.make_beneficiary(on=DAY, birth_date=date(1990, 1, 1))
    with pytest.raises(TransitionRefused, match="Vérifier l'année de naissance"):
        join(kept, absorbed, team)
    join(kept, absorbed, team, choices=["birth_date"])


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_merge_and_its_undo_ask_for_a_reason(team, reason):
    kept, absorbed = factories.make_beneficiary(), factories.make_beneficiary()
    with pytest.raises(TransitionRefused, match="motif"):
        merge(kept, absorbed, by=team, reason=reason)
    done = join(kept, absorbed, team)
    with pytest.raises(TransitionRefused, match="motif"):
        unmerge(done, by=team, reason=reason)


def test_a_sheet_is_not_merged_with_itself_nor_twice(team):
    one, two, three = (factories.make_beneficiary() for _ in range(3))
    with pytest.raises(TransitionRefused, match="même fiche"):
        join(one, one, team)
    join(one, two, team)
    with pytest.raises(TransitionRefused, match="déjà fusionnée"):
        join(three, two, team)


def test_two_sheets_set_apart_are_not_merged_before_the_pair_is_opened_again(team):
    kept, absorbed = factories.make_beneficiary(), factories.make_beneficiary()
    pair = report_duplicate(kept, absorbed, by=team)
    set_apart(pair, by=team, note="deux cousines")
    with pytest.raises(TransitionRefused, match="deux personnes différentes"):
        join(kept, absorbed, team)
    open_again(pair)
    join(kept, absorbed, team)
    with pytest.raises(TransitionRefused, match="déjà fusionnée"):
        set_apart(pair, by=team)


@pytest.mark.parametrize("withdrawn", [0, 1])
def test_a_withdrawn_sheet_is_not_merged(team, withdrawn):
    pair = [factories.make_beneficiary(at=None), factories.make_beneficiary(at=None)]
    withdraw(pair[withdrawn], by=team, reason="import annulé")
    with pytest.raises(TransitionRefused, match="retirée"):
        join(*pair, team)


def test_what_the_kept_sheet_lacks_comes_from_the_other_and_choices_decide_the_rest(team):
    kept = factories.make_beneficiary(phone="+212600000001", commune="", given_name="Amal")
    absorbed = factories.make_beneficiary(
        phone="+212600000002", commune="Rissani", given_name="Amale", cin="UA123"
    )
    join(kept, absorbed, team, choices=["given_name"])
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert (kept.phone, kept.commune, kept.given_name) == ("+212600000001", "Rissani", "Amale")
    assert (kept.cin, absorbed.cin) == ("UA123", "")


def test_two_cins_stay_in_the_register_whichever_is_chosen(team):
    kept = factories.make_beneficiary(cin="UA1")
    absorbed = factories.make_beneficiary(cin="UA2")
    done = join(kept, absorbed, team, choices=["cin"])
    assert set(Beneficiary.objects.values_list("pk", "cin")) == {
        (kept.pk, "UA2"),
        (absorbed.pk, "UA1"),
    }
    unmerge(done, by=team, reason="erreur")
    kept.refresh_from_db()
    assert kept.cin == "UA1"


def test_the_chosen_sex_is_that_of_every_passage(team):
    kept = factories.make_beneficiary(at=Stage.SELECTED, on=DAY, sex="female")
    absorbed = factories.make_beneficiary(on=LATER, sex="male")
    join(kept, absorbed, team, choices=["sex"])
    assert set(StageEvent.objects.unvoided().values_list("sex", flat=True)) == {"male"}
    assert counts.differences() == []


def test_one_enterprise_on_both_sheets_is_one_membership(team):
    coop = factories.make_enterprise(legal_form="cooperative", sub_form="", registered_on=DAY)
    kept = factories.make_beneficiary(at=Stage.CREATED, on=LATER, enterprise=coop)
    absorbed = factories.make_beneficiary(at=Stage.CREATED, on=DAY, enterprise=coop)
    done = join(kept, absorbed, team)
    member = EnterpriseMember.objects.unvoided().get()
    assert member.beneficiary == kept
    assert member.event == StageEvent.objects.unvoided().get(stage=Stage.CREATED)
    unmerge(done, by=team, reason="erreur")
    for person in (kept, absorbed):
        member = EnterpriseMember.objects.unvoided().get(beneficiary=person)
        assert member.event == person.events.unvoided().get(stage=Stage.CREATED)


def test_two_enterprises_are_both_the_kept_persons_and_one_creation(team):
    kept = factories.make_beneficiary(at=Stage.CREATED, on=LATER)
    absorbed = factories.make_beneficiary(at=Stage.CREATED, on=DAY)
    join(kept, absorbed, team)
    found = totals(build_scope())
    assert (found["created"], found["enterprises"]) == (1, 2)
    linked = EnterpriseMember.objects.unvoided().filter(event__isnull=False).get()
    assert linked.enterprise == absorbed.memberships.get().enterprise


def test_follow_ups_visits_and_referents_follow(team):
    first, second = factories.make_trainer(), factories.make_trainer()
    kept = factories.make_beneficiary(at=Stage.CREATED, on=DAY)
    absorbed = factories.make_beneficiary(at=Stage.CREATED, on=DAY)
    assign_referent([kept], first, on=LATER, by=team)
    assign_referent([absorbed], second, on=LATER, by=team)
    told = {"done_on": date(2016, 3, 2), "status": "active", "by": team}
    follow_up(kept, 12, **told)
    follow_up(absorbed, 12, **told)
    factories.make_visit(absorbed, second)
    before = state()
    done = join(kept, absorbed, team, choices=["referent"])
    kept.refresh_from_db()
    assert kept.referent == second
    assert ReferentPeriod.objects.open().get().trainer == second
    assert kept.follow_ups.unvoided().count() == kept.visits.unvoided().count() == 1
    assert absorbed.visits.unvoided().count() == 0
    unmerge(done, by=team, reason="erreur")
    assert state() == before
    assert absorbed.follow_ups.unvoided().count() == absorbed.visits.unvoided().count() == 1


def test_of_two_places_at_one_bootcamp_the_one_that_says_more_stays(team):
    kept, absorbed = factories.make_beneficiary(), factories.make_beneficiary()
    bootcamp = factories.make_bootcamp(participants=[kept, absorbed])
    bootcamp.participations.filter(beneficiary=absorbed).update(
        attended=True, decision="retained", score=15
    )
    done = join(kept, absorbed, team)
    row = bootcamp.participations.get()
    assert (row.beneficiary, row.decision) == (kept, "retained")
    unmerge(done, by=team, reason="erreur")
    assert set(bootcamp.participations.values_list("beneficiary", "decision")) == {
        (kept.pk, ""),
        (absorbed.pk, "retained"),
    }


def test_attendance_at_one_course_is_added_up(team):
    kept, absorbed = factories.make_beneficiary(), factories.make_beneficiary()
    course = factories.make_course(members=[kept, absorbed], sessions=3)
    mine, theirs = course.enrolments.order_by("pk")
    one, two, three = course.sessions.order_by("pk")
    for session, enrolment in ((one, mine), (two, mine), (two, theirs), (three, theirs)):
        Attendance.objects.create(session=session, enrolment=enrolment)
    before = sorted(Attendance.objects.values_list("pk", "session", "enrolment"))
    done = join(kept, absorbed, team)
    assert course.enrolments.get().attendances.count() == 3
    unmerge(done, by=team, reason="erreur")
    assert sorted(Attendance.objects.values_list("pk", "session", "enrolment")) == before


def test_an_absorbed_sheet_takes_nothing_more(team):
    kept, absorbed = factories.make_beneficiary(), factories.make_beneficiary()
    stale = Beneficiary.objects.get(pk=absorbed.pk)
    join(kept, absorbed, team)
    evidence = factories.import_line(DAY)
    for act in (
        lambda: advance(absorbed, Stage.IDENTIFIED, on=DAY, by=team, evidence=evidence),
        lambda: leave(absorbed, on=LATER, by=team, reason="moved"),
        lambda: save_sheet(stale, by=team),
    ):
        with pytest.raises(TransitionRefused, match=kept.file_number):
            act()
    entry = Entry(absorbed, Stage.IDENTIFIED, DAY, evidence)
    assert kept.file_number in record_many([entry], by=team).refusals[0]
    result = assign_referent([absorbed], factories.make_trainer(), on=today(), by=team)
    assert [person for person, _why in result.refused] == [absorbed]


def test_a_visit_to_an_absorbed_sheet_is_refused_not_lost(team):
    kept, absorbed = factories.make_beneficiary(), factories.make_beneficiary()
    visit = factories.make_visit(absorbed, factories.make_trainer())
    written_before = CoachingVisit.objects.get(pk=visit.pk)
    stale = Beneficiary.objects.get(pk=absorbed.pk)
    join(kept, absorbed, team)
    with pytest.raises(TransitionRefused, match=kept.file_number):
        factories.make_visit(stale, factories.make_trainer())
    with pytest.raises(TransitionRefused, match=kept.file_number):
        void_visit(written_before, by=team, reason="erreur")


def test_a_chain_of_merges_is_undone_from_its_end(team):
    one, two, three = (factories.make_beneficiary() for _ in range(3))
    before = state()
    first = join(two, one, team)
    second = join(three, two, team)
    assert Beneficiary.objects.get(pk=one.pk).merged_into == three
    with pytest.raises(TransitionRefused, match="plus récente"):
        unmerge(first, by=team, reason="erreur")
    unmerge(second, by=team, reason="erreur")
    assert Beneficiary.objects.get(pk=one.pk).merged_into == two
    unmerge(first, by=team, reason="erreur")
    assert state() == before
    with pytest.raises(TransitionRefused, match="déjà défaite"):
        unmerge(first, by=team, reason="erreur")


def test_what_was_recorded_since_stays_on_the_kept_sheet(team):
    kept = factories.make_beneficiary(on=LATER, commune="Jorf")
    absorbed = factories.make_beneficiary(on=DAY, commune="Rissani")
    done = join(kept, absorbed, team)
    kept.refresh_from_db()
    kept.commune = "Aoufous"
    save_sheet(kept, by=team)
    advance(kept, Stage.SELECTED, on=date(2016, 4, 1), by=team, evidence=factories.import_line(DAY))
    unmerge(done, by=team, reason="erreur")
    kept.refresh_from_db()
    assert kept.commune == "Aoufous"
    assert path_of(kept) == {Stage.IDENTIFIED: LATER, Stage.SELECTED: date(2016, 4, 1)}
    assert path_of(absorbed) == {Stage.IDENTIFIED: DAY}
    assert counts.differences() == []


def test_an_undo_that_leaves_a_stage_in_the_air_is_refused(team):
    kept = factories.make_beneficiary(on=DAY)
    absorbed = factories.make_beneficiary(at=Stage.SELECTED, on=DAY)
    done = join(kept, absorbed, team)
    advance(kept, Stage.TRAINED, on=LATER, by=team, evidence=factories.import_line(DAY))
    with pytest.raises(TransitionRefused, match="La formation du 01/02/2016"):
        unmerge(done, by=team, reason="erreur")
    assert Beneficiary.objects.get(pk=absorbed.pk).merged_into == kept


def test_a_day_corrected_since_stays_corrected(team):
    kept = factories.make_beneficiary(on=LATER)
    absorbed = factories.make_beneficiary(on=DAY)
    done = join(kept, absorbed, team)
    standing = StageEvent.objects.unvoided().get()
    correct_date(standing, on=date(2015, 8, 1), by=team, reason="Erreur")
    unmerge(done, by=team, reason="erreur")
    assert path_of(kept) == {Stage.IDENTIFIED: date(2015, 8, 1)}
    assert path_of(absorbed) == {Stage.IDENTIFIED: DAY}


def test_a_day_corrected_since_goes_with_a_passage_that_only_the_absorbed_sheet_had(team):
    kept = factories.make_beneficiary(on=DAY)
    absorbed = factories.make_beneficiary(at=Stage.SELECTED, on=DAY)
    done = join(kept, absorbed, team)
    for day in (date(2015, 8, 1), date(2015, 8, 2)):
        standing = StageEvent.objects.unvoided().get(stage=Stage.SELECTED)
        correct_date(standing, on=day, by=team, reason="Erreur")
    unmerge(done, by=team, reason="erreur")
    assert path_of(kept) == {Stage.IDENTIFIED: DAY}
    assert path_of(absorbed) == {Stage.IDENTIFIED: DAY, Stage.SELECTED: date(2015, 8, 2)}
    assert totals(build_scope())["selected"] == 1
    assert counts.differences() == []


def test_the_date_of_a_sheet_goes_with_its_identification_corrected_since(team):
    kept, absorbed = factories.make_beneficiary(at=None), factories.make_beneficiary(on=DAY)
    done = join(kept, absorbed, team)
    correct_date(StageEvent.objects.unvoided().get(), on=LATER, by=team, reason="Erreur")
    unmerge(done, by=team, reason="erreur")
    absorbed.refresh_from_db()
    assert path_of(absorbed) == {Stage.IDENTIFIED: LATER}
    assert (absorbed.sheet_on, absorbed.stage_on) == (LATER, LATER)


def test_a_cin_taken_by_somebody_since_is_said(team):
    kept = factories.make_beneficiary()
    absorbed = factories.make_beneficiary(cin="UA77")
    done = join(kept, absorbed, team)
    Beneficiary.objects.filter(pk=kept.pk).update(cin="")
    factories.make_beneficiary(cin="UA77")
    with pytest.raises(TransitionRefused, match="UA77"):
        unmerge(done, by=team, reason="erreur")


def test_whom_the_absorbed_sheet_might_be_the_kept_one_might_be(team):
    kept, absorbed, third = (factories.make_beneficiary() for _ in range(3))
    first, second = sorted((absorbed.pk, third.pk))
    PossibleDuplicate.objects.create(first_id=first, second_id=second, reasons="reported")
    join(kept, absorbed, team)
    pair = PossibleDuplicate.objects.open().get()
    assert {pair.first, pair.second} == {kept, third}


def test_every_relation_to_a_person_has_its_line():
    named = {relation.name for relation in (*rows.HISTORY, *rows.MOVED)}
    known = named | set(rows.BY_HAND) | set(rows.ABOUT_SHEETS)
    assert {field.get_accessor_name() for field in Beneficiary._meta.related_objects} == known


RANDOM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


@settings(max_examples=3, **RANDOM)
@given(seed=st.integers(0, 10_000))
@example(seed=2430)  # two members of one enterprise who created the same day
def test_random_lives_merged_and_divided_again_are_as_they_were(seed):
    merge_and_divide(seed)


@pytest.mark.slow
@settings(max_examples=20, **RANDOM)
@given(seed=st.integers(0, 10_000))
def test_many_more_random_lives_merged_and_divided_again_are_as_they_were(seed):
    merge_and_divide(seed)


def merge_and_divide(seed):
    with transaction.atomic():
        world = live(seed, size=6, moves=60)
        rng = random.Random(seed)
        before, shown, past = state(), figures(), figures(date(2017, 1, 1))
        merged = 0
        for _ in range(8):
            one, two = rng.sample(world.people, 2)
            reached, other = path_of(one), path_of(two)
            try:
                done = join(one, two, world.by, choices=rng.sample(["sex", "ocb"], 1))
            except TransitionRefused:
                continue
            merged += 1
            earliest = {
                stage: min(d[stage] for d in (reached, other) if stage in d)
                for stage in reached | other
            }
            assert path_of(one) == earliest
            assert counts.differences() == []
            assert figures(date(2017, 1, 1)) == past
            unmerge(done, by=world.by, reason="erreur")
            assert state() == before
            assert figures() == shown
            assert figures(date(2017, 1, 1)) == past
            assert counts.differences() == []
        assume(merged)
        transaction.set_rollback(True)
