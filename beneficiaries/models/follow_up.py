"""How a creator fares 6 and 12 months after creation, as told on a given day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.history import VOIDED_WHOLE, HistoryQuerySet, HistoryRow


class FollowUp(HistoryRow):
    """How a creator fares 6 or 12 months after creation."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("en marche")
        SUSPENDED = "suspended", _("suspendue")
        CLOSED = "closed", _("fermée")
        LOST = "lost", _("perdue de vue")

    beneficiary = models.ForeignKey(
        "beneficiaries.Beneficiary", on_delete=models.PROTECT, related_name="follow_ups"
    )
    months = models.PositiveSmallIntegerField(_("échéance (mois)"))
    done_on = models.DateField(_("date du suivi"))
    status = models.CharField(_("activité"), max_length=10, choices=Status)
    monthly_income = models.PositiveIntegerField(_("revenu mensuel (MAD)"), null=True, blank=True)
    jobs_women = models.PositiveSmallIntegerField(_("emplois créés, femmes"), default=0)
    jobs_men = models.PositiveSmallIntegerField(_("emplois créés, hommes"), default=0)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("suivi")
        verbose_name_plural = _("suivis")
        constraints = [
            models.UniqueConstraint(
                name="follow_up_once_per_due_date",
                fields=["beneficiary", "months"],
                condition=Q(voided_at__isnull=True),
                violation_error_message=_("Ce suivi est déjà enregistré."),
            ),
            models.CheckConstraint(
                name="follow_up_months_are_known",
                condition=Q(months__in=[6, 12]),
                violation_error_message=_("Le suivi se fait à 6 et à 12 mois."),
            ),
            models.CheckConstraint(
                name="follow_up_voided_whole",
                condition=VOIDED_WHOLE,
                violation_error_message=_("Une annulation porte son auteur et son motif."),
            ),
        ]

    def __str__(self):
        return f"{self.beneficiary} – {self.months} mois"

    @property
    def is_closed(self):
        return self.status == self.Status.CLOSED
