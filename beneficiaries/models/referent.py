"""Who accompanied whom, from when to when. Written by transitions.assign_referent() alone."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ocbs.models import Trainer
from remess.accounts.models import User


class ReferentPeriodQuerySet(models.QuerySet):
    def open(self):
        """The periods that hold: those of the present referents."""
        return self.filter(until__isnull=True)

    def for_sheet(self):
        """Oldest first, with the trainer and who wrote it."""
        return self.select_related("trainer", "recorded_by").order_by("since", "pk")


class ReferentPeriod(models.Model):
    """A trainer was the referent of a person; ended by a date, never deleted.

    `Beneficiary.referent` repeats the open one, so that lists need no join on dates.
    """

    beneficiary = models.ForeignKey(
        "beneficiaries.Beneficiary", on_delete=models.PROTECT, related_name="referent_periods"
    )
    trainer = models.ForeignKey(Trainer, on_delete=models.PROTECT, related_name="referent_periods")
    since = models.DateField(_("depuis"))
    until = models.DateField(_("jusqu'au"), null=True)
    reason = models.CharField(_("motif"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ReferentPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("période de suivi")
        verbose_name_plural = _("périodes de suivi")
        constraints = [
            models.UniqueConstraint(
                name="referent_period_open_once",
                fields=["beneficiary"],
                condition=Q(until__isnull=True),
                violation_error_message=_("Cette personne a déjà un formateur référent."),
            ),
            models.CheckConstraint(
                name="referent_period_ends_after_start",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message=_("La fin d'un suivi vient après son début."),
            ),
            models.CheckConstraint(
                name="referent_period_ended_by_somebody",
                condition=Q(until__isnull=True, ended_by__isnull=True)
                | Q(until__isnull=False, ended_by__isnull=False),
                violation_error_message=_("La fin d'un suivi porte son auteur."),
            ),
        ]

    def __str__(self):
        return f"{self.trainer} {self.since}"
