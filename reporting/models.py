import uuid
from urllib.parse import urlencode

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from remess.accounts.models import User
from remess.programme.models import Agreement, Region
from remess.shared.documents import document_storage


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
    # Why a figure stated for the whole programme is not the sum of its regions.
    note = models.CharField(_("note"), max_length=500, blank=True)

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
            models.CheckConstraint(
                name="target_note_on_a_total",
                condition=Q(region__isnull=True) | Q(note=""),
                violation_error_message=_("Une note accompagne un total énoncé par l'acte."),
            ),
        ]

    def __str__(self):
        return f"{self.agreement} {self.indicator} {self.region or ''} : {self.value}"


class PublicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The reports this user may open: aggregates of the whole programme, or none."""
        return self if user.has_perm("reporting.view_all") else self.none()

    def for_list(self):
        return self.select_related("agreement", "region", "published_by").order_by(
            "-published_at", "-pk"
        )

    def delete(self):
        raise TypeError("A report that was sent is kept.")


def publication_file(publication, _name):
    return f"publications/{publication.client_id}.xlsx"


class Publication(models.Model):
    """A report as it was sent: its figures, targets, definitions and file, frozen.

    `figures`: {"totals": {code: n}, "regions": {region code: {code: n}}}; `targets`: the same
    keys, each {"initial", "revised", "in_force"}, and "women", theirs alone, which older reports do
    not have; `definitions`: {code: the sentence read then}. `figures_digest`: of the figures as the
    file shows them and the targets; in the first reports, of all the figures.
    """

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("titre du rapport"), max_length=120)
    note = models.TextField(_("à qui et pourquoi"), max_length=1000, blank=True)
    as_of = models.DateField(_("arrêté au"), editable=False)
    start = models.DateField(null=True, editable=False)
    end = models.DateField(null=True, editable=False)
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    figures = models.JSONField(editable=False)
    targets = models.JSONField(editable=False)
    definitions = models.JSONField(editable=False)
    definitions_version = models.CharField(max_length=20, editable=False)
    figures_digest = models.CharField(max_length=64, editable=False)
    file = models.FileField(
        upload_to=publication_file, storage=document_storage, max_length=100, editable=False
    )
    file_name = models.CharField(max_length=120, editable=False)
    file_digest = models.CharField(max_length=64, unique=True, editable=False)
    published_at = models.DateTimeField(editable=False)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, editable=False, related_name="+"
    )

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapport publié")
        verbose_name_plural = _("rapports publiés")
        constraints = [
            models.CheckConstraint(
                name="publication_period_in_order",
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(start__lte=F("end")),
                violation_error_message=_("Le début de la période vient après sa fin."),
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        """Store a new report: one that was sent changes no more."""
        if not self._state.adding:
            raise TypeError("A report that was sent is never changed.")
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("reporting:publication", args=[self.pk])

    @property
    def asked_end(self):
        """The end of the period that was asked for; None where the agreement or the day set it."""
        if self.agreement is None:
            return self.end
        return None if self.end == min(self.agreement.ends_on, self.as_of) else self.end

    def bridge_query(self, day):
        """The address parameters of the bridge from this report to `day`."""
        found = {
            "depuis": self.as_of,
            "arrete": day,
            "du": self.start,
            "au": self.asked_end,
            "accord": self.agreement and self.agreement.code,
            "region": self.region and self.region.code,
        }
        shown = {k: f"{v:%d/%m/%Y}" if hasattr(v, "year") else v for k, v in found.items()}
        return urlencode({name: value for name, value in shown.items() if value})

    @property
    def women_targets(self):
        """{code: women's targets of the whole}; nothing in a report frozen before they were."""
        return self.targets.get("women", {}).get("totals", {})

    def regions_shown(self, now):
        """[(region code, {indicator: (then, now)})] for the regions of either day."""
        then = self.figures["regions"]
        return [
            (code, {name: (then.get(code, {}).get(name), n) for name, n in figures.items()})
            for code, figures in now.items()
        ]

    def delete(self, *args, **kwargs):
        raise TypeError("A report that was sent is kept.")


class ExportRecordQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team reads all that left the register, others what they took themselves."""
        return self if user.has_perm("exports.view_all") else self.filter(made_by=user)

    def for_list(self):
        return self.select_related("made_by")


class ExportRecord(models.Model):
    """A file that left the register: what, for whom, when, of which scope, and its digest."""

    class Way(models.TextChoices):
        PAGE = "page", _("téléchargement")
        JOB = "job", _("tâche de fond")
        COMMAND = "command", _("commande")

    name = models.CharField(max_length=40)
    made_at = models.DateTimeField(_("fait le"), default=timezone.now)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("fait par")
    )
    way = models.CharField(max_length=10, choices=Way)
    as_of = models.DateField(_("arrêté au"))
    scope = models.TextField(_("périmètre"), blank=True)
    rows = models.PositiveIntegerField(_("lignes"), null=True)
    file_name = models.CharField(_("fichier"), max_length=255)
    digest = models.CharField(_("empreinte"), max_length=64)

    objects = ExportRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            models.CheckConstraint(
                name="export_way_is_known",
                condition=Q(way__in=["page", "job", "command"]),
                violation_error_message=_(
                    "Un export vient d'une page, d'une tâche ou d'une commande."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="export_newest"),
            models.Index(fields=["made_by", "-made_at", "-id"], name="export_of_maker"),
        ]

    def __str__(self):
        return f"{self.name} {self.file_name}"
