"""What the register knows of those a figure does not count: one query per reason.

Every query is annotated with its `subject`, the person or the enterprise. Where nothing was
recorded yet, the places are those of the person's OCB today.
"""

from django.db.models import Exists, F, OuterRef, Q

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, EnterpriseMember, StageEvent
from bootcamps.models import Decision, Enrolment, Participation
from remess.shared.dates import midnight_after
from reporting.counting import in_period, in_places


def _events(stage):
    events = StageEvent.objects.filter(stage=stage).select_related("ocb")
    return events.annotate(subject=F("beneficiary"))


def outside_period(scope, stage):
    known = _events(stage).known_on(scope.as_of).filter(in_places(scope))
    return known.exclude(in_period(scope)) if scope.start or scope.end else known.none()


def known_later(scope, stage):
    """What happened in time and was learned after the day, and still stands today."""
    later = _events(stage).unvoided().filter(in_period(scope), in_places(scope))
    return later.filter(recorded_on__gt=scope.as_of, occurred_on__lte=scope.as_of)


def merged(scope, stage):
    """Taken back because another sheet was the same person: who counts there, once."""
    return voided(scope, stage).filter(beneficiary__merged_into__isnull=False)


def voided(scope, stage):
    events = _events(stage).filter(in_period(scope), in_places(scope))
    return events.filter(recorded_on__lte=scope.as_of, voided_on__lte=scope.as_of)


def elsewhere(scope, stage):
    known = _events(stage).known_on(scope.as_of).filter(in_period(scope))
    if scope.region_ids is None and scope.ocb_ids is None:
        return known.none()
    return known.filter(_now_in_places(scope, "beneficiary__ocb")).exclude(in_places(scope))


def incomplete(scope, stage):
    """Sheets opened by the day on which nothing was identified yet."""
    identified = StageEvent.objects.known_on(scope.as_of).filter(
        beneficiary=OuterRef("pk"), stage=stage
    )
    sheets = Beneficiary.objects.standing().filter(
        ~Exists(identified),
        _now_in_places(scope, "ocb"),
        created_at__lt=midnight_after(scope.as_of),
    )
    return sheets.annotate(subject=F("pk"))


def unsigned(scope, stage):
    """Retained by a jury whose minutes were not signed on the day."""
    retained = Participation.objects.retained().filter(
        _not_by("bootcamp__signed_on", scope.as_of),
        _now_in_places(scope, "beneficiary__ocb"),
        bootcamp__held_on__lte=scope.as_of,
    )
    return _held_in_period(retained, scope, "bootcamp__held_on", "bootcamp")


def set_aside(scope, stage):
    """Present at a bootcamp whose signed minutes do not retain them."""
    present = Participation.objects.filter(
        _now_in_places(scope, "beneficiary__ocb"),
        attended=True,
        decision__in=[Decision.WAITING, Decision.NOT_RETAINED],
        bootcamp__signed_on__lte=scope.as_of,
    )
    return _held_in_period(present, scope, "bootcamp__held_on", "bootcamp")


def course_open(scope, stage):
    enrolled = Enrolment.objects.filter(
        _not_by("course__closed_on", scope.as_of),
        _now_in_places(scope, "beneficiary__ocb"),
        course__starts_on__lte=scope.as_of,
    )
    return _held_in_period(enrolled, scope, "course__starts_on", "course")


def share_not_reached(scope, stage):
    enrolled = Enrolment.objects.filter(
        _now_in_places(scope, "beneficiary__ocb"), course__closed_on__lte=scope.as_of
    )
    return _held_in_period(enrolled, scope, "course__ends_on", "course")


def member_only(scope, stage):
    members = EnterpriseMember.objects.known_on(scope.as_of)
    members = members.filter(_now_in_places(scope, "beneficiary__ocb"))
    return members.annotate(subject=F("beneficiary")).select_related("enterprise")


def _held_in_period(rows, scope, day, about):
    if scope.start:
        rows = rows.filter(**{f"{day}__gte": scope.start})
    if scope.end:
        rows = rows.filter(**{f"{day}__lte": scope.end})
    return rows.annotate(subject=F("beneficiary")).select_related(about)


def _not_by(name, day):
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gt": day})


def _now_in_places(scope, ocb):
    """The condition that a person's OCB of today, at `ocb`, is one of the scope's places."""
    places = Q()
    if scope.region_ids is not None:
        places &= Q(**{f"{ocb}__region__in": scope.region_ids})
    if scope.ocb_ids is not None:
        places &= Q(**{f"{ocb}__in": scope.ocb_ids})
    return places


def _creations(scope):
    """The creations of members, each with its enterprise as `subject`."""
    path = "beneficiary__memberships"
    return StageEvent.objects.filter(
        in_places(scope), **{f"{path}__isnull": False}, stage=Stage.CREATED
    ).annotate(subject=F(f"{path}__enterprise"))


def founded_outside_period(scope, stage):
    known = _creations(scope).known_on(scope.as_of)
    return known.exclude(in_period(scope)) if scope.start or scope.end else known.none()


def founded_known_later(scope, stage):
    later = _creations(scope).unvoided().filter(in_period(scope))
    return later.filter(recorded_on__gt=scope.as_of, occurred_on__lte=scope.as_of)


def founding_voided(scope, stage):
    events = _creations(scope).filter(in_period(scope))
    return events.filter(recorded_on__lte=scope.as_of, voided_on__lte=scope.as_of)


def founded_elsewhere(scope, stage):
    """A member's creation counts here, an earlier one of the same enterprise elsewhere."""
    known = _creations(scope).known_on(scope.as_of).filter(in_period(scope))
    nowhere = scope.region_ids is None and scope.ocb_ids is None
    return known.none() if nowhere else known
