"""How a creator fares at 6 and 12 months: told once per due date, voidable."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.funnel import Stage
from beneficiaries.models import FollowUp, StageEvent
from beneficiaries.outcomes import refuse_follow_up
from beneficiaries.transitions.parts import TransitionRefused, lock, mark_voided
from remess.shared.dates import day_of


@transaction.atomic
def follow_up(beneficiary, months, *, done_on, status, by, **told):
    """Record how `beneficiary` fares `months` after their creation.

    `told`: monthly_income, jobs_women, jobs_men. Raises TransitionRefused.
    """
    person, now = lock(beneficiary), timezone.now()
    creation = StageEvent.objects.unvoided().filter(beneficiary=person, stage=Stage.CREATED)
    if (created := creation.first()) is None:
        raise TransitionRefused(_("Le suivi commence après la création."))
    if refusal := refuse_follow_up(created.occurred_on, months, done_on, day_of(now)):
        raise TransitionRefused(refusal)
    if FollowUp.objects.unvoided().filter(beneficiary=person, months=months).exists():
        raise TransitionRefused(_("Ce suivi est déjà enregistré."))
    row = FollowUp(
        beneficiary=person,
        months=months,
        done_on=done_on,
        status=status,
        recorded_at=now,
        recorded_on=day_of(now),
        recorded_by=by,
        **told,
    )
    row.save()
    return row


@transaction.atomic
def void_follow_up(row, *, by, reason):
    """Void a follow-up told wrong: it can then be told anew."""
    lock(row.beneficiary)
    standing = FollowUp.objects.unvoided().filter(pk=row.pk).first()
    if standing is None:
        raise TransitionRefused(_("Ce suivi est déjà annulé."))
    mark_voided(standing, by=by, reason=reason, at=timezone.now())
    return standing
