"""Indexes over the history, written by counts/ alone and rebuildable from it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ocbs.models import OCB
from remess.programme.models import Region

KEY = ("month", "region", "ocb", "sex", "stage")
REGION_KEY = ("month", "region", "sex", "stage")
PART_KEY = ("month", "region", "ocb", "measure", "part")


# The rows counted hold their own keys: checking them again costs every write, and no index but
# that of the whole key is ever used.
UNCHECKED = {"db_constraint": False, "db_index": False}


class RegionRow(models.Model):
    month = models.DateField()
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", **UNCHECKED)
    n = models.BigIntegerField()

    class Meta:
        abstract = True


class CountRow(RegionRow):
    ocb = models.ForeignKey(OCB, on_delete=models.PROTECT, related_name="+", **UNCHECKED)

    class Meta:
        abstract = True


class OfStage(models.Model):
    sex = models.CharField(max_length=6)
    stage = models.CharField(max_length=20)

    class Meta:
        abstract = True


class StageRow(OfStage, CountRow):
    class Meta:
        abstract = True


class Closing(models.Model):
    """A count as it stood at the end of `closed_on`, a day that ends a part of a month."""

    closed_on = models.DateField()

    class Meta:
        abstract = True


class Measure(models.TextChoices):
    """What a PartCount counts, and what `part` is there."""

    PERSONS = "persons", _("personnes ayant créé, par forme juridique")
    ENTERPRISES = "enterprises", _("entreprises, par forme juridique")
    AWAY = "away", _("personnes sorties et non revenues, par étape et motif")


class PartRow(CountRow):
    measure = models.CharField(max_length=12)
    part = models.CharField(max_length=41)  # a legal form, or stage:reason

    class Meta:
        abstract = True


class FunnelCount(StageRow):
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


class FunnelLedger(StageRow):
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


class FunnelClosing(StageRow, Closing):
    """The funnel counts at the end of a month: an earlier day adds only that month's ledger."""

    class Meta:
        verbose_name = _("clôture des comptes")
        verbose_name_plural = _("clôtures des comptes")
        constraints = [
            models.UniqueConstraint(
                name="funnel_closing_key",
                fields=["closed_on", *KEY],
                violation_error_message=_("Ce compte existe déjà."),
            ),
        ]

    def __str__(self):
        return f"{self.closed_on} {self.stage} {self.n}"


class RegionClosing(OfStage, RegionRow, Closing):
    """The funnel counts all OCBs together, every ten days: most figures need no more."""

    class Meta:
        verbose_name = _("clôture des comptes d'une région")
        verbose_name_plural = _("clôtures des comptes des régions")
        constraints = [
            models.UniqueConstraint(
                name="region_closing_key",
                fields=["closed_on", *REGION_KEY],
                violation_error_message=_("Ce compte existe déjà."),
            ),
        ]

    def __str__(self):
        return f"{self.closed_on} {self.stage} {self.n}"


class PartCount(PartRow):
    """How many of a measure's part stand now, by month, region and OCB."""

    class Meta:
        verbose_name = _("compte détaillé")
        verbose_name_plural = _("comptes détaillés")
        constraints = [
            models.UniqueConstraint(
                name="part_count_key",
                fields=PART_KEY,
                violation_error_message=_("Ce compte existe déjà."),
            ),
        ]

    def __str__(self):
        return f"{self.month} {self.measure} {self.part} {self.n}"


class PartLedger(PartRow):
    """How the detailed counts changed on each day the register learned something."""

    recorded_on = models.DateField()

    class Meta:
        verbose_name = _("journal des comptes détaillés")
        verbose_name_plural = _("journaux des comptes détaillés")
        constraints = [
            models.UniqueConstraint(
                name="part_ledger_key",
                fields=["recorded_on", *PART_KEY],
                violation_error_message=_("Ce compte existe déjà."),
            ),
        ]

    def __str__(self):
        return f"{self.recorded_on} {self.measure} {self.part} {self.n:+d}"


class PartClosing(PartRow, Closing):
    """The detailed counts at the end of a month."""

    class Meta:
        verbose_name = _("clôture des comptes détaillés")
        verbose_name_plural = _("clôtures des comptes détaillés")
        constraints = [
            models.UniqueConstraint(
                name="part_closing_key",
                fields=["closed_on", *PART_KEY],
                violation_error_message=_("Ce compte existe déjà."),
            ),
        ]

    def __str__(self):
        return f"{self.closed_on} {self.measure} {self.part} {self.n}"
