"""Taking back: voiding a passage, correcting a date or an identity, handing a person over."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries import counts, funnel
from beneficiaries.funnel import Evidence, Stage
from beneficiaries.models import EnterpriseMember, Exit, StageEvent
from beneficiaries.transitions.changes import change
from beneficiaries.transitions.parts import (
    Entry,
    TransitionRefused,
    lock,
    mark_voided,
    refresh_stages,
    refusal_of,
    rewrite,
    rewrite_exit,
    standing_event,
    void_event,
)
from remess.programme.models import all_brackets


@transaction.atomic
def void(event, *, by, reason, voided_at=None):
    """Void a passage recorded by mistake; the person stands again at the stage before.

    Raises TransitionRefused while a later stage stands on it.
    """
    with counts.following(_creating(event)):
        return _void(event, by, reason, voided_at or timezone.now())


def _creating(event):
    """Whose creation this event is: the people whose parts are counted again with it."""
    return [event.beneficiary_id] if event.stage == Stage.CREATED else []


def _void(event, by, reason, moment):
    locked = lock(event.beneficiary)
    standing = standing_event(event)
    path = locked.path()
    if refusal := funnel.refuse_void(path, standing.stage):
        raise TransitionRefused(refusal)
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
    with counts.following(_creating(event)):
        return _correct_date(event, on, by, reason, at or timezone.now())


def _correct_date(event, on, by, reason, moment):
    locked = lock(event.beneficiary)
    standing = standing_event(event)
    if on == standing.occurred_on:
        raise TransitionRefused(_("Cette étape porte déjà cette date."))
    if refusal := refusal_of_day(locked, standing, on, by, moment):
        raise TransitionRefused(refusal)
    new = rewrite(standing, by=by, reason=reason, at=moment, occurred_on=on)
    if new.stage == Stage.IDENTIFIED:
        change(locked, {"sheet_on": on}, by=by, reason=reason, at=moment)
    refresh_stages([locked.pk])
    return new


def refusal_of_day(locked, standing, on, by, moment):
    """The sentence refusing that the passage `standing` happened on the day `on`, or None."""
    path = locked.path()
    past = tuple(absence for absence in path.absences if absence[1])
    bare = replace(path.without(standing.stage), absences=past)
    evidence = Evidence(standing.evidence_kind, standing.evidence_reference, standing.evidence_on)
    entry = Entry(locked, standing.stage, on, evidence, by, moment, standing.derogation_reason)
    refusal = refusal_of(entry, bare, all_brackets())
    for membership in standing.memberships.unvoided().select_related("enterprise"):
        refusal = refusal or membership.enterprise.refuse_creation(on)
    return refusal


@transaction.atomic
def correct_identity(beneficiary, *, by, reason, sex=None, ocb=None):
    """Correct a mistaken sex or OCB: the sheet changes, and what carries the mistake is rewritten.

    Unlike move(), past figures change from today on; those of an earlier « arrêté au » do not.
    Passages and exits counted at another OCB, before a move, keep it. Raises TransitionRefused
    when nothing would change.
    """
    with counts.following([beneficiary.pk]):
        return _correct_identity(beneficiary, by, reason, sex, ocb)


def _correct_identity(beneficiary, by, reason, sex, ocb):
    locked = lock(beneficiary)
    old_ocb, new_sex, new_ocb = locked.ocb, sex or locked.sex, ocb or locked.ocb
    if (new_sex, new_ocb) == (locked.sex, old_ocb):
        raise TransitionRefused(_("Rien ne change : choisir un autre sexe ou une autre OCB."))
    now = timezone.now()
    locked = change(locked, {"sex": new_sex, "ocb": new_ocb}, by=by, reason=reason, at=now)
    for model, write in ((StageEvent, rewrite), (Exit, rewrite_exit)):
        for row in list(model.objects.unvoided().filter(beneficiary=locked).order_by("pk")):
            at_ocb = new_ocb if row.ocb_id == old_ocb.pk else row.ocb
            if (row.sex, row.ocb_id) != (new_sex, at_ocb.pk):
                changes = {"sex": new_sex, "ocb": at_ocb, "region_id": at_ocb.region_id}
                write(row, by=by, reason=reason, at=now, **changes)
    return locked


@transaction.atomic
def move(beneficiary, ocb, *, by, reason=""):
    """Hand a person over to another OCB: passages already counted keep the OCB they had."""
    locked = lock(beneficiary)
    if locked.ocb == ocb:
        raise TransitionRefused(_("Cette personne est déjà suivie par cette OCB."))
    return change(locked, {"ocb": ocb}, by=by, reason=reason, at=timezone.now())
