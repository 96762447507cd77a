"""Accompanying: a visit is recorded once, never changed, and voided with a reason."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.funnel import Stage, short_day
from beneficiaries.transitions import TransitionRefused
from beneficiaries.transitions.parts import lock, mark_voided
from bootcamps.models import CoachingVisit
from remess.shared.dates import day_of


@transaction.atomic
def record_visit(visit, *, by, recorded_at=None):
    """Store a new visit (unsaved, with its person and trainer).

    The same form sent again is the same visit. Raises TransitionRefused for a day to come,
    before the identification, or a next visit already past.
    """
    lock(visit.beneficiary)
    if already := CoachingVisit.objects.filter(client_id=visit.client_id).first():
        return already
    moment = recorded_at or timezone.now()
    _refuse_days(visit, day_of(moment))
    visit.recorded_at, visit.recorded_on, visit.recorded_by = moment, day_of(moment), by
    visit.save(force_insert=True)
    return visit


@transaction.atomic
def void_visit(visit, *, by, reason):
    """Void a visit recorded by mistake; it stays in the history with the reason."""
    lock(visit.beneficiary)
    standing = CoachingVisit.objects.unvoided().filter(pk=visit.pk).first()
    if standing is None:
        raise TransitionRefused(_("Cette visite est déjà annulée."))
    mark_voided(standing, by=by, reason=reason, at=timezone.now())
    return standing


def _refuse_days(visit, today):
    if visit.visited_on > today:
        raise TransitionRefused(
            _("La visite du %(day)s n'a pas encore eu lieu : la mettre comme prochaine visite.")
            % {"day": short_day(visit.visited_on)}
        )
    identified_on = visit.beneficiary.path().reached.get(Stage.IDENTIFIED)
    if identified_on is None:
        raise TransitionRefused(_("Cette fiche est à compléter avant la première visite."))
    if visit.visited_on < identified_on:
        raise TransitionRefused(
            _("Cette personne est identifiée depuis le %(day)s : une visite ne peut la précéder.")
            % {"day": short_day(identified_on)}
        )
