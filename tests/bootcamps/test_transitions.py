from datetime import date

import pytest
import time_machine

from beneficiaries import counts
from beneficiaries.funnel import EvidenceKind, Stage
from beneficiaries.models import Beneficiary, StageEvent
from beneficiaries.transitions import TransitionRefused, leave
from bootcamps.models import Attendance, Bootcamp, Course, Participation
from bootcamps.transitions import (
    close_course,
    enrol,
    mark_attendance,
    missing_before_signing,
    reaches_share,
    sign_minutes,
)
from remess.shared.dates import today
from tests.factories import make_beneficiary, make_bootcamp, make_course, make_user

pytestmark = pytest.mark.django_db


def decided(people, decisions, **fields):
    """A bootcamp whose jury decided: None is absent, '' is present without decision."""
    bootcamp = make_bootcamp(participants=people, **fields)
    for person, decision in zip(people, decisions, strict=True):
        bootcamp.participations.filter(beneficiary=person).update(
            attended=decision is not None,
            decision=decision or "",
            reason="Projet à mûrir" if decision in ("waiting", "not_retained") else "",
        )
    return bootcamp


def attended(course, *, shares):
    """Mark every session: each enrolled person, in order, came to so many of them."""
    enrolments = list(course.enrolments.order_by("pk"))
    for rank, session in enumerate(course.sessions.order_by("held_on", "pk")):
        here = {e.pk for e, n in zip(enrolments, shares, strict=True) if rank < n}
        mark_attendance(session, here)
    return enrolments


def stages(people):
    return [Beneficiary.objects.get(pk=person.pk).current_stage for person in people]


def nothing_moved():
    return (
        not StageEvent.objects.exclude(stage=Stage.IDENTIFIED).exists()
        and not Bootcamp.objects.filter(signed_on__isnull=False).exists()
        and not Participation.objects.filter(event__isnull=False).exists()
    )


def test_enrol_adds_each_person_once():
    people = [make_beneficiary() for _ in range(3)]
    bootcamp = make_bootcamp(participants=people[:1])
    assert len(enrol(bootcamp, people).placed) == 2
    assert enrol(bootcamp, people).placed == []
    assert bootcamp.participations.count() == 3
    assert bootcamp.participations.filter(attended__isnull=True).count() == 3


def test_signed_minutes_freeze_the_list():
    person, other = make_beneficiary(), make_beneficiary()
    bootcamp = decided([person], ["retained"])
    sign_minutes(bootcamp, by=make_user(), signatory="A. Benkirane")
    with pytest.raises(TransitionRefused, match="figée"):
        enrol(bootcamp, [other])
    with pytest.raises(TransitionRefused, match="figée"):
        sign_minutes(bootcamp, by=make_user(), signatory="A. Benkirane")


def test_signing_selects_those_retained_on_the_day_of_the_bootcamp():
    staff = make_user()
    people = [make_beneficiary() for _ in range(4)]
    bootcamp = decided(people, ["retained", "waiting", "not_retained", None])
    outcome = sign_minutes(bootcamp, by=staff, signatory="A. Benkirane", on=date(2015, 4, 3))

    assert [row.beneficiary for row in outcome.advanced] == people[:1]
    assert outcome.refused == []
    assert stages(people) == [Stage.SELECTED, *[Stage.IDENTIFIED] * 3]
    event = StageEvent.objects.get(stage=Stage.SELECTED)
    assert event.occurred_on == bootcamp.held_on
    assert (event.evidence_kind, event.evidence_reference, event.evidence_on) == (
        EvidenceKind.MINUTES,
        bootcamp.code,
        date(2015, 4, 3),
    )
    assert bootcamp.participations.get(beneficiary=people[0]).event == event
    bootcamp.refresh_from_db()
    assert (bootcamp.signed_on, bootcamp.signed_by, bootcamp.signatory) == (
        date(2015, 4, 3),
        staff,
        "A. Benkirane",
    )
    assert counts.differences() == []


def test_minutes_without_anyone_retained_are_signed_and_advance_nobody():
    bootcamp = decided([make_beneficiary()], ["not_retained"])
    outcome = sign_minutes(bootcamp, by=make_user(), signatory="A. Benkirane")
    assert outcome.advanced == []
    bootcamp.refresh_from_db()
    assert bootcamp.is_signed


@pytest.mark.parametrize(
    ("attendance", "decisions", "sentence"),
    [
        ([], [], "Aucun jeune n'est inscrit."),
        ([None, True], ["", "retained"], "La présence manque pour 1 jeune."),
        ([None, None], ["", ""], "La présence manque pour 2 jeunes."),
        ([True, True], ["retained", ""], "Une décision manque."),
        ([True, True], ["", ""], "2 décisions manquent."),
    ],
)
def test_signing_says_what_is_missing_and_writes_nothing(attendance, decisions, sentence):
    people = [make_beneficiary() for _ in attendance]
    bootcamp = make_bootcamp(participants=people)
    for person, is_present, decision in zip(people, attendance, decisions, strict=True):
        bootcamp.participations.filter(beneficiary=person).update(
            attended=is_present, decision=decision
        )
    assert missing_before_signing(bootcamp.participations.all().tally()) == [sentence]
    with pytest.raises(TransitionRefused, match=sentence):
        sign_minutes(bootcamp, by=make_user(), signatory="A. Benkirane")
    assert nothing_moved()


def test_all_that_is_missing_is_said_together():
    people = [make_beneficiary(), make_beneficiary()]
    bootcamp = make_bootcamp(participants=people)
    bootcamp.participations.filter(beneficiary=people[0]).update(attended=True)
    with pytest.raises(TransitionRefused, match=r"présence manque .* Une décision manque"):
        sign_minutes(bootcamp, by=make_user(), signatory="A. Benkirane")


def test_a_bootcamp_still_to_come_is_not_signed():
    bootcamp = decided([make_beneficiary()], ["retained"], held_on=date(2015, 6, 2))
    staff = make_user()
    with (
        time_machine.travel("2015-06-01T12:00:00+00:00", tick=False),
        pytest.raises(TransitionRefused, match="pas encore eu lieu"),
    ):
        sign_minutes(bootcamp, by=staff, signatory="A. Benkirane")
    assert nothing_moved()


def test_one_person_who_cannot_be_selected_stops_the_whole_signature():
    fine, late = make_beneficiary(), make_beneficiary(on=date(2015, 4, 2), family_name="Tardif")
    bootcamp = decided([fine, late], ["retained", "retained"], held_on=date(2015, 4, 1))
    with pytest.raises(TransitionRefused, match=r"TARDIF Amal : La sélection ne peut précéder"):
        sign_minutes(bootcamp, by=make_user(), signatory="A. Benkirane")
    assert nothing_moved()
    assert stages([fine, late]) == [Stage.IDENTIFIED] * 2


def test_minutes_cannot_retain_who_is_not_identified():
    person = make_beneficiary(at=None)
    bootcamp = decided([person], ["retained"])
    with pytest.raises(TransitionRefused, match="AMAL|Amal"):
        sign_minutes(bootcamp, by=make_user(), signatory="A. Benkirane")
    assert not Participation.objects.filter(event__isnull=False).exists()


@pytest.mark.parametrize(
    ("present", "sessions", "share", "is_enough"),
    [
        (4, 5, 80, True),
        (3, 5, 80, False),
        (8, 10, 80, True),
        (7, 10, 80, False),
        (3, 4, 75, True),
        (2, 3, 67, False),  # 66,7 % is not 67 %
        (0, 0, 80, False),
        (1, 1, 100, True),
    ],
)
def test_the_required_share_is_compared_without_rounding(present, sessions, share, is_enough):
    assert reaches_share(Course(required_share=share), present, sessions) == is_enough


def test_closing_trains_those_who_came_often_enough():
    staff = make_user()
    people = [make_beneficiary(at=Stage.SELECTED) for _ in range(3)]
    course = make_course(members=people, sessions=5)
    enrolments = attended(course, shares=[5, 4, 3])
    outcome = close_course(course, by=staff)

    assert [row.pk for row in outcome.advanced] == [row.pk for row in enrolments[:2]]
    ((short, why),) = outcome.refused
    assert short == enrolments[2]
    assert "3 séances sur 5" in why
    assert "80" in why
    assert stages(people) == [Stage.TRAINED, Stage.TRAINED, Stage.SELECTED]
    event = StageEvent.objects.filter(stage=Stage.TRAINED).first()
    assert (event.occurred_on, event.evidence_kind, event.evidence_reference) == (
        course.ends_on,
        EvidenceKind.COURSE,
        course.code,
    )
    course.refresh_from_db()
    assert (course.closed_on, course.closed_by) == (today(), staff)
    assert course.enrolments.filter(event__isnull=False).count() == 2
    assert counts.differences() == []


def test_closing_tells_who_the_funnel_stops_and_trains_the_others():
    fine, never_selected = make_beneficiary(at=Stage.SELECTED), make_beneficiary()
    gone = make_beneficiary(at=Stage.SELECTED)
    leave(gone, on=date(2015, 5, 5), by=make_user(), reason="moved")
    course = make_course(members=[fine, never_selected, gone])
    attended(course, shares=[5, 5, 5])
    outcome = close_course(course, by=make_user())
    assert [row.beneficiary for row in outcome.advanced] == [fine]
    said = {row.beneficiary_id: why for row, why in outcome.refused}
    assert "Il manque la sélection" in said[never_selected.pk]
    assert "retour" in said[gone.pk]


@pytest.mark.parametrize(
    ("fields", "marked", "sentence"),
    [
        ({"sessions": 0}, True, "Aucune séance"),
        ({}, False, "Les présences manquent pour : Module 1, Module 2"),
        ({"ends_on": date(2999, 1, 1)}, True, "pas encore finie"),
    ],
)
def test_a_course_is_not_closed_before_its_time(fields, marked, sentence):
    person = make_beneficiary(at=Stage.SELECTED)
    course = make_course(members=[person], **fields)
    if marked:
        attended(course, shares=[5])
    with pytest.raises(TransitionRefused, match=sentence):
        close_course(course, by=make_user())
    course.refresh_from_db()
    assert not course.is_closed
    assert stages([person]) == [Stage.SELECTED]


def test_a_closed_course_is_frozen():
    course = make_course(members=[make_beneficiary(at=Stage.SELECTED)])
    attended(course, shares=[5])
    close_course(course, by=make_user())
    with pytest.raises(TransitionRefused, match="déjà clôturée"):
        close_course(course, by=make_user())
    with pytest.raises(TransitionRefused, match="figées"):
        mark_attendance(course.sessions.first(), set())
    assert Attendance.objects.count() == 5


def test_attendance_is_marked_again_as_often_as_wanted():
    people = [make_beneficiary(at=Stage.SELECTED) for _ in range(2)]
    course = make_course(members=people, sessions=1)
    first, second = course.enrolments.order_by("pk")
    session = course.sessions.get()
    mark_attendance(session, {first.pk})
    mark_attendance(session, {first.pk, second.pk})
    mark_attendance(session, {second.pk})
    session.refresh_from_db()
    assert session.is_marked
    assert [row.enrolment for row in session.attendances.all()] == [second]


def test_attendance_takes_only_enrolments_of_the_course():
    stranger = make_course(members=[make_beneficiary()]).enrolments.get()
    course = make_course(members=[make_beneficiary()])
    mark_attendance(course.sessions.first(), {stranger.pk})
    assert not Attendance.objects.exists()


def test_a_session_where_nobody_came_is_marked_all_the_same():
    course = make_course(members=[make_beneficiary()], sessions=1)
    mark_attendance(course.sessions.get(), set())
    assert course.sessions.get().is_marked
