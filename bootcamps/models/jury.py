"""What informs the jury, and what became of its minutes: criteria, their scores, reopenings."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bootcamps.models.bootcamp import Bootcamp, Participation
from remess.accounts.models import User

HIGHEST_WEIGHT = 100


class Criterion(models.Model):
    """One thing the jury of a bootcamp looks at, with its weight in the score out of 20."""

    bootcamp = models.ForeignKey(Bootcamp, on_delete=models.CASCADE, related_name="criteria")
    name = models.CharField(_("critère"), max_length=60)
    weight = models.PositiveSmallIntegerField(_("poids"), default=1)

    class Meta:
        verbose_name = _("critère")
        verbose_name_plural = _("critères")
        constraints = [
            models.UniqueConstraint(
                name="criterion_once",
                fields=["bootcamp", "name"],
                violation_error_message=_("Ce critère est déjà sur la liste."),
            ),
            models.CheckConstraint(
                name="criterion_weighs_something",
                condition=Q(weight__range=(1, HIGHEST_WEIGHT)),
                violation_error_message=_("Un poids va de 1 à 100."),
            ),
        ]

    def __str__(self):
        return self.name


class CriterionScore(models.Model):
    """The jury's score for one participant on one criterion, out of 20."""

    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="criterion_scores"
    )
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    score = models.DecimalField(_("note sur 20"), max_digits=4, decimal_places=2)

    class Meta:
        verbose_name = _("note sur un critère")
        verbose_name_plural = _("notes sur les critères")
        constraints = [
            models.UniqueConstraint(
                name="criterion_score_once",
                fields=["participation", "criterion"],
                violation_error_message=_("Ce critère est déjà noté pour ce jeune."),
            ),
            models.CheckConstraint(
                name="criterion_score_out_of_20",
                condition=Q(score__range=(Decimal(0), Decimal(20))),
                violation_error_message=_("La note va de 0 à 20."),
            ),
        ]

    def __str__(self):
        return f"{self.participation} – {self.criterion}"


class Reopening(models.Model):
    """Signed minutes taken up again: who, when, why, and the signature that stood before."""

    bootcamp = models.ForeignKey(Bootcamp, on_delete=models.PROTECT, related_name="reopenings")
    reopened_at = models.DateTimeField(_("rouvert le"))
    reopened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("motif"), max_length=300)
    signed_on = models.DateField(_("signature d'avant"))
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signatory = models.CharField(_("signataire d'avant"), max_length=120)

    class Meta:
        verbose_name = _("réouverture")
        verbose_name_plural = _("réouvertures")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="reopening_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Une réouverture demande son motif."),
            ),
        ]

    def __str__(self):
        return f"{self.bootcamp} {self.reopened_at:%d/%m/%Y}"
