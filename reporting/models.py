from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from remess.programme.models import Agreement, Region


class Target(models.Model):
    """What an agreement promises: a cumulative number for one indicator in one region.

    `region` is empty only where the act itself states a figure for the whole programme.
    """

    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        related_name="targets",
        verbose_name=_("accord"),
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("région"),
    )
    indicator = models.CharField(_("indicateur"), max_length=40)
    sex = models.CharField(_("sexe"), max_length=6, blank=True)
    value = models.PositiveIntegerField(_("cible"))

    class Meta:
        verbose_name = _("cible")
        verbose_name_plural = _("cibles")
        constraints = [
            models.UniqueConstraint(
                name="target_once_per_region",
                fields=["agreement", "region", "indicator", "sex"],
                condition=Q(region__isnull=False),
                violation_error_message=_("Cette cible existe déjà pour cette région."),
            ),
            models.UniqueConstraint(
                name="target_once_for_all",
                fields=["agreement", "indicator", "sex"],
                condition=Q(region__isnull=True),
                violation_error_message=_("Cette cible d'ensemble existe déjà."),
            ),
            models.CheckConstraint(
                name="target_sex_is_known",
                condition=Q(sex__in=["", "female", "male"]),
                violation_error_message=_("Une cible vaut pour toutes, les femmes ou les hommes."),
            ),
        ]

    def __str__(self):
        return f"{self.agreement} {self.indicator} {self.region or ''} : {self.value}"
