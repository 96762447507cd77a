"""Who waits for a bootcamp or a course, and who was trained long ago and created nothing."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, Subquery

from beneficiaries.funnel import Stage
from bootcamps.models import (
    Bootcamp,
    CoachingVisit,
    Course,
    Decision,
    Enrolment,
    Participation,
)

# A creation is expected this many days after the training; later, somebody should ask.
CREATION_EXPECTED_DAYS = 90


def waiting_for_bootcamp(beneficiaries):
    """Identified, not gone, on no list whose minutes are still to be signed.

    Nor set aside by the latest jury that decided on them: unless on its waiting list.
    """
    mine = Participation.objects.filter(beneficiary=OuterRef("pk"))
    decided = mine.filter(bootcamp__signed_on__isnull=False).exclude(decision="")
    latest = decided.order_by("-bootcamp__held_on", "-pk").values("decision")[:1]
    return (
        beneficiaries.staying()
        .filter(~Exists(mine.filter(bootcamp__signed_on__isnull=True)))
        .filter(current_stage=Stage.IDENTIFIED)
        .alias(latest_decision=Subquery(latest))
        .filter(Q(latest_decision__isnull=True) | Q(latest_decision=Decision.WAITING))
    )


def with_next_bootcamp(beneficiaries, day):
    """Annotate `next_bootcamp`: the code of the next one in their region, from `day` on."""
    coming = Bootcamp.objects.filter(
        region=OuterRef("ocb__region"), held_on__gte=day, signed_on__isnull=True
    )
    return beneficiaries.annotate(
        next_bootcamp=Subquery(coming.order_by("held_on", "pk").values("code")[:1])
    )


def waiting_for_course(beneficiaries):
    """Selected, not gone, enrolled in no course that is still to be closed."""
    enrolled = Enrolment.objects.filter(beneficiary=OuterRef("pk"), course__closed_on__isnull=True)
    return beneficiaries.staying().filter(~Exists(enrolled), current_stage=Stage.SELECTED)


def with_next_course(beneficiaries, day):
    """Annotate `next_course`: the code of the next one in their region that ends after `day`."""
    coming = Course.objects.filter(
        region=OuterRef("ocb__region"), ends_on__gte=day, closed_on__isnull=True
    )
    return beneficiaries.annotate(
        next_course=Subquery(coming.order_by("starts_on", "pk").values("code")[:1])
    )


def trained_without_creation(beneficiaries, day):
    """Trained CREATION_EXPECTED_DAYS before `day` or earlier, nothing created, not gone.

    A visit planned for `day` or later shows that somebody looks after them.
    """
    planned = CoachingVisit.objects.planned().filter(beneficiary=OuterRef("pk"), next_on__gte=day)
    return beneficiaries.staying().filter(
        ~Exists(planned),
        current_stage=Stage.TRAINED,
        stage_day__lte=day - timedelta(days=CREATION_EXPECTED_DAYS),
    )
