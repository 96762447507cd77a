"""Leaving the path and coming back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries import counts, funnel
from beneficiaries.models import Exit
from beneficiaries.transitions.parts import (
    TransitionRefused,
    lock,
    mark_voided,
    refuse_day,
)
from remess.shared.dates import day_of


@transaction.atomic
def leave(beneficiary, *, on, by, reason, note="", recorded_at=None):
    """Record a dated exit with its reason. Raises TransitionRefused."""
    locked = lock(beneficiary)
    path = locked.path()
    moment = recorded_at or timezone.now()
    if path.left_on:
        raise TransitionRefused(
            _("La sortie du %(day)s est déjà enregistrée.")
            % {"day": funnel.short_day(path.left_on)}
        )
    last = max((day for day in (locked.stage_on, path.back_on) if day), default=None)
    refuse_day(on, after=last, today=day_of(moment))
    row = Exit(
        beneficiary=locked,
        stage=locked.current_stage,
        left_on=on,
        reason=reason,
        note=note,
        region_id=locked.ocb.region_id,
        ocb=locked.ocb,
        sex=locked.sex,
        recorded_at=moment,
        recorded_on=day_of(moment),
        recorded_by=by,
    )
    with counts.following([locked.pk], with_enterprises=False):
        row.save()
    return row


@transaction.atomic
def come_back(beneficiary, *, on, by, recorded_at=None):
    """Close the open exit: the person goes on from the stage they had. Raises TransitionRefused."""
    locked = lock(beneficiary)
    row = Exit.objects.open().filter(beneficiary=locked).first()
    if row is None:
        raise TransitionRefused(_("Cette personne n'est pas sortie du parcours."))
    moment = recorded_at or timezone.now()
    refuse_day(on, after=row.left_on, today=day_of(moment))
    row.returned_on, row.returned_recorded_on, row.returned_by = on, day_of(moment), by
    with counts.following([locked.pk], with_enterprises=False):
        row.save(update_fields=["returned_on", "returned_recorded_on", "returned_by"])
    return row


@transaction.atomic
def void_exit(row, *, by, reason):
    """Void an exit recorded by mistake, as if it had never been."""
    locked = lock(row.beneficiary)
    standing = Exit.objects.unvoided().filter(pk=row.pk).first()
    if standing is None:
        raise TransitionRefused(_("Cette sortie est déjà annulée."))
    with counts.following([locked.pk], with_enterprises=False):
        mark_voided(standing, by=by, reason=reason, at=timezone.now())
    return standing
