"""A course: its sittings, who came, and the closing that makes people `trained`."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from beneficiaries.funnel import Evidence, EvidenceKind, Stage, short_day
from beneficiaries.transitions import TransitionRefused
from bootcamps.models import Attendance, Course, Enrolment
from bootcamps.transitions.parts import Outcome, advance_rows, check_rows, refuse_uninvitable
from remess.shared.dates import today
from remess.shared.versions import refuse_overtaken


@dataclass(frozen=True)
class Share:
    """What one enrolled person reached: sittings attended of those marked, and if it is enough."""

    enrolment: Enrolment
    present: int
    sessions: int
    is_enough: bool


@transaction.atomic
def save_course(course, trainers, *, version=None):
    """Store a new or changed course with its trainers.

    `version`: that of the form as it was opened. Raises Changed; TransitionRefused once it is
    closed, or when its dates leave a sitting outside.
    """
    if not course._state.adding:
        locked = lock_open(course)
        refuse_overtaken(locked, version)
        course.version = locked.version + 1
        held = locked.sessions.aggregate(first=Min("held_on"), last=Max("held_on"))
        if (
            held["first"]
            and not course.starts_on <= held["first"] <= held["last"] <= course.ends_on
        ):
            raise TransitionRefused(
                _("Des séances ont lieu du %(first)s au %(last)s : ces dates les laissent dehors.")
                % {"first": short_day(held["first"]), "last": short_day(held["last"])}
            )
    course.save()
    course.trainers.set(trainers)


@transaction.atomic
def enrol_in_course(course, beneficiaries):
    """Enrol people in a course; those already enrolled are left as they are.

    Raises TransitionRefused once it is closed, or when one of them may not be enrolled.
    Returns how many were added.
    """
    locked = lock_open(course)
    already = set(locked.enrolments.values_list("beneficiary", flat=True))
    new = [person for person in beneficiaries if person.pk not in already]
    refuse_uninvitable(locked, new)
    rows = [Enrolment(course=locked, beneficiary=person) for person in new]
    return len(Enrolment.objects.bulk_create(rows))


@transaction.atomic
def unenrol(enrolment):
    """Take an enrolment back: a slip of the hand, of somebody who never came.

    Raises TransitionRefused once the course is closed or the person attended a sitting.
    """
    locked = lock_open(enrolment.course)
    row = locked.enrolments.filter(pk=enrolment.pk).first()
    if row is None:
        raise TransitionRefused(_("Cette personne n'est déjà plus inscrite."))
    if row.attendances.exists():
        raise TransitionRefused(
            _("Une présence est déjà notée : cette personne reste inscrite à la formation.")
        )
    row.delete()


@transaction.atomic
def add_session(session):
    """Store a sitting of an open course, between its first and last day."""
    course = lock_open(session.course)
    if not course.starts_on <= session.held_on <= course.ends_on:
        raise TransitionRefused(
            _("Une séance a lieu pendant la formation, du %(first)s au %(last)s.")
            % {"first": short_day(course.starts_on), "last": short_day(course.ends_on)}
        )
    session.save()


@transaction.atomic
def mark_attendance(session, present):
    """Store who came to a session: `present` is a set of enrolment ids of its course.

    Raises TransitionRefused when the course is closed or the session still to come.
    """
    course = lock_open(session.course)
    if session.held_on > today():
        raise TransitionRefused(_("Cette séance n'a pas encore eu lieu."))
    own = set(course.enrolments.filter(pk__in=present).values_list("pk", flat=True))
    session.attendances.exclude(enrolment__in=own).delete()
    Attendance.objects.bulk_create(
        [Attendance(session=session, enrolment_id=pk) for pk in sorted(own)],
        ignore_conflicts=True,
    )
    session.is_marked = True
    session.save(update_fields=["is_marked"])


def reaches_share(course, present, sessions):
    """Whether `present` of `sessions` sittings reach the course's required share."""
    return sessions > 0 and present * 100 >= course.required_share * sessions


def shares(course, enrolments, sessions):
    """The Share of each of `enrolments` (of for_list()) over `sessions` sittings."""
    return [
        Share(row, row.present_count, sessions, reaches_share(course, row.present_count, sessions))
        for row in enrolments
    ]


def missing_before_closing(course, sessions):
    """The sentences saying what keeps `course`, with its `sessions` in order, from closing."""
    if course.is_closed:
        return [_("Cette formation est déjà clôturée.")]
    missing = []
    if course.ends_on > today():
        missing.append(_("La formation n'est pas encore finie."))
    if not sessions:
        missing.append(_("Aucune séance n'est enregistrée."))
    if unmarked := [session.module for session in sessions if not session.is_marked]:
        missing.append(
            _("Les présences manquent pour : %(modules)s.") % {"modules": ", ".join(unmarked)}
        )
    return missing


def preview_closing(course):
    """The Outcome close_course() would have with what is stored now; writes nothing."""
    enough, outcome = _enough(course)
    checked = check_rows(enough, Stage.TRAINED, on=course.ends_on, evidence=_evidence(course))
    return Outcome(checked.advanced, checked.refused + outcome.refused)


@transaction.atomic
def close_course(course, *, by):
    """Close a course: those who attended the required share become `trained`, on its last day.

    Raises TransitionRefused when it is closed, not over, or a session's attendance is missing.
    Returns the Outcome; the refused are those under the share or stopped by the funnel.
    """
    locked = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    if missing := missing_before_closing(locked, locked.sessions.order_by("held_on", "pk")):
        raise TransitionRefused(" ".join(missing))
    enough, under = _enough(locked)
    outcome = advance_rows(
        enough, Stage.TRAINED, on=locked.ends_on, by=by, evidence=_evidence(locked)
    )
    outcome.refused += under.refused
    locked.closed_on, locked.closed_by = today(), by
    locked.save(update_fields=["closed_on", "closed_by"])
    return outcome


def _enough(course):
    """(enrolments that reach the share, an Outcome refusing the others)."""
    sessions = course.sessions.count()
    reached = shares(course, course.enrolments.for_list(), sessions)
    under = [
        (
            share.enrolment,
            _("%(present)s séances sur %(sessions)s : il en faut %(share)s\u00a0%%.")
            % {
                "present": share.present,
                "sessions": sessions,
                "share": course.required_share,
            },
        )
        for share in reached
        if not share.is_enough
    ]
    return [share.enrolment for share in reached if share.is_enough], Outcome(refused=under)


def _evidence(course):
    return Evidence(EvidenceKind.COURSE, course.code, course.ends_on)


def lock_open(course):
    """The course freshly read and locked. Raises TransitionRefused once it is closed."""
    locked = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    if locked.is_closed:
        raise TransitionRefused(_("La formation est clôturée : ses présences sont figées."))
    return locked
