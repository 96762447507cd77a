"""Taking back: voiding a passage, correcting a date or an identity, handing a person over."""

from django.db import transaction
from django.utils import timezone

from beneficiaries import funnel
from beneficiaries.funnel import Evidence, Path
from beneficiaries.models import EnterpriseMember, StageEvent
from beneficiaries.transitions.parts import (
    Entry,
    TransitionRefused,
    lock,
    mark_voided,
    refresh_stages,
    refusal_of,
    rewrite,
    standing_event,
    void_event,
)
from remess.programme.models import all_brackets


@transaction.atomic
def void(event, *, by, reason, voided_at=None):
    """Void a passage recorded by mistake; the person stands again at the stage before.

    Raises TransitionRefused while a later stage stands on it.
    """
    locked = lock(event.beneficiary)
    standing = standing_event(event)
    path = locked.path()
    if refusal := funnel.refuse_void(path, standing.stage):
        raise TransitionRefused(refusal)
    moment = voided_at or timezone.now()
    void_event(standing, by=by, reason=reason, at=moment)
    for membership in EnterpriseMember.objects.unvoided().filter(event=standing):
        mark_voided(membership, by=by, reason=reason, at=moment)
    refresh_stages([locked.pk])
    return standing


@transaction.atomic
def correct_date(event, *, on, by, reason, at=None):
    """Void `event` and write it anew at the day `on`, the later stages untouched.

    Raises TransitionRefused when the day is out of order, in the future or, for the
    identification, outside the age bracket.
    """
    locked = lock(event.beneficiary)
    standing = standing_event(event)
    path = locked.path()
    moment = at or timezone.now()
    bare = Path(path.without(standing.stage).reached, path.missing, path.birth_date)
    evidence = Evidence(standing.evidence_kind, standing.evidence_reference, standing.evidence_on)
    entry = Entry(locked, standing.stage, on, evidence, by, moment, standing.derogation_reason)
    if refusal := refusal_of(entry, bare, all_brackets()):
        raise TransitionRefused(refusal)
    new = rewrite(standing, by=by, reason=reason, at=moment, occurred_on=on)
    refresh_stages([locked.pk])
    return new


@transaction.atomic
def correct_identity(beneficiary, *, by, reason, sex=None, ocb=None):
    """Correct a mistaken sex or OCB: the sheet changes, and every passage is written anew.

    Unlike move(), past figures change from today on; those of an earlier « arrêté au » do not.
    """
    locked = lock(beneficiary)
    locked.sex, locked.ocb = sex or locked.sex, ocb or locked.ocb
    locked.version += 1
    locked.save()
    now = timezone.now()
    changes = {"sex": locked.sex, "ocb": locked.ocb, "region_id": locked.ocb.region_id}
    standing = StageEvent.objects.unvoided().filter(beneficiary=locked).order_by("pk")
    for event in list(standing):
        rewrite(event, by=by, reason=reason, at=now, **changes)
    return locked


@transaction.atomic
def move(beneficiary, ocb):
    """Hand a person over to another OCB: passages already counted keep the OCB they had."""
    locked = lock(beneficiary)
    locked.ocb = ocb
    locked.version += 1
    locked.save()
    return locked
