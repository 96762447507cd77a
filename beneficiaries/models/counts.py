"""Two indexes over the stage events, written by counts.py alone and rebuildable from them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ocbs.models import OCB
from remess.programme.models import Region

KEY = ["month", "region", "ocb", "sex", "stage"]


class CountRow(models.Model):
    month = models.DateField()
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    ocb = models.ForeignKey(OCB, on_delete=models.PROTECT, related_name="+")
    sex = models.CharField(max_length=6)
    stage = models.CharField(max_length=20)
    n = models.BigIntegerField()

    class Meta:
        abstract = True


class FunnelCount(CountRow):
    """How many unvoided events occurred in a month, by region, OCB, sex and stage."""

    class Meta:
        verbose_name = _("compte du parcours")
        verbose_name_plural = _("comptes du parcours")
        constraints = [
            models.UniqueConstraint(
                name="funnel_count_key",
                fields=KEY,
                violation_error_message=_("Ce compte existe déjà."),
            ),
        ]

    def __str__(self):
        return f"{self.month} {self.stage} {self.n}"


class FunnelLedger(CountRow):
    """How the counts changed on each day the register learned something: +1 recorded, -1 voided."""

    recorded_on = models.DateField()

    class Meta:
        verbose_name = _("journal des comptes")
        verbose_name_plural = _("journaux des comptes")
        constraints = [
            models.UniqueConstraint(
                name="funnel_ledger_key",
                fields=["recorded_on", *KEY],
                violation_error_message=_("Ce compte existe déjà."),
            ),
        ]

    def __str__(self):
        return f"{self.recorded_on} {self.stage} {self.n:+d}"
