"""What happened to a person: passages from stage to stage, exits and returns. Never erased."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import EvidenceKind, Stage
from ocbs.models import OCB
from remess.accounts.models import User
from remess.programme.models import Region


class HistoryQuerySet(models.QuerySet):
    def unvoided(self):
        return self.filter(voided_on__isnull=True)

    def known_on(self, day):
        """What the register held at the end of `day`: recorded by then, not voided by then."""
        return self.filter(Q(voided_on__isnull=True) | Q(voided_on__gt=day), recorded_on__lte=day)

    def known_by(self, day):
        """As known_on; what stands now where no day is asked for."""
        return self.unvoided() if day is None else self.known_on(day)

    def delete(self):
        raise TypeError("History is voided with a reason, never deleted.")


class ExitQuerySet(HistoryQuerySet):
    def open(self):
        """Exits that stand: neither voided nor closed by a return."""
        return self.unvoided().filter(returned_on__isnull=True)


class HistoryRow(models.Model):
    """A dated fact with the moment the register learned of it, voidable with a reason.

    `recorded_on` and `voided_on` are the Casablanca days of the two moments, kept so that no
    query has to know a time zone.
    """

    recorded_at = models.DateTimeField(editable=False)
    recorded_on = models.DateField(editable=False)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True, editable=False)
    voided_on = models.DateField(null=True, editable=False)
    voided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    void_reason = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        abstract = True

    def delete(self, *args, **kwargs):
        raise TypeError("History is voided with a reason, never deleted.")


VOIDING = {"voided_at", "voided_on", "voided_by", "void_reason"}
VOIDED_WHOLE = Q(
    voided_at__isnull=True, voided_on__isnull=True, voided_by__isnull=True, void_reason=""
) | (
    Q(voided_at__isnull=False, voided_on__isnull=False, voided_by__isnull=False)
    & ~Q(void_reason="")
)


class StageEvent(HistoryRow):
    """One person's passage to one stage, with region, OCB and sex as they were when recorded."""

    beneficiary = models.ForeignKey(
        "beneficiaries.Beneficiary", on_delete=models.PROTECT, related_name="events"
    )
    stage = models.CharField(_("étape"), max_length=20, choices=Stage)
    occurred_on = models.DateField(_("date"))
    evidence_kind = models.CharField(_("preuve"), max_length=20, choices=EvidenceKind)
    evidence_reference = models.CharField(_("référence"), max_length=200, blank=True)
    evidence_on = models.DateField(_("date de la preuve"), null=True, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    ocb = models.ForeignKey(OCB, on_delete=models.PROTECT, related_name="+")
    sex = models.CharField(max_length=6)
    derogation_reason = models.CharField(_("dérogation"), max_length=300, blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage d'étape")
        verbose_name_plural = _("passages d'étape")
        constraints = [
            models.UniqueConstraint(
                name="stage_event_once_per_stage",
                fields=["beneficiary", "stage"],
                condition=Q(voided_at__isnull=True),
                violation_error_message=_("Cette étape est déjà enregistrée."),
            ),
            models.CheckConstraint(
                name="stage_event_stage_is_known",
                condition=Q(stage__in=Stage.values),
                violation_error_message=_("Cette étape n'existe pas."),
            ),
            models.CheckConstraint(
                name="stage_event_evidence_is_known",
                condition=Q(evidence_kind__in=EvidenceKind.values),
                violation_error_message=_("Cette sorte de preuve n'existe pas."),
            ),
            models.CheckConstraint(
                name="stage_event_sex_is_known",
                condition=Q(sex__in=["female", "male"]),
                violation_error_message=_("Une étape compte une femme ou un homme."),
            ),
            models.CheckConstraint(
                name="stage_event_voided_whole",
                condition=VOIDED_WHOLE,
                violation_error_message=_("Une annulation porte son auteur et son motif."),
            ),
        ]
        indexes = [
            models.Index(name="stage_event_by_day", fields=["stage", "occurred_on"]),
            models.Index(name="stage_event_by_record", fields=["recorded_on"]),
        ]

    def __str__(self):
        return f"{self.get_stage_display()} {self.occurred_on}"

    def save(self, *args, update_fields=None, **kwargs):
        """Store a new event, or its voiding: a stored event changes in no other way."""
        if not self._state.adding and not set(update_fields or ["*"]) <= VOIDING:
            raise TypeError("A stage event is voided and written anew, never changed.")
        super().save(*args, update_fields=update_fields, **kwargs)


class ExitReason(models.TextChoices):
    DROPPED_OUT = "dropped_out", _("abandon")
    MOVED = "moved", _("déménagement")
    EMPLOYED = "employed", _("emploi salarié")
    INELIGIBLE = "ineligible", _("inéligible")
    DECEASED = "deceased", _("décès")
    DUPLICATE = "duplicate", _("doublon")
    OTHER = "other", _("autre motif")


class Exit(HistoryRow):
    """A person's leaving, with the stage it happened at; a return closes it."""

    beneficiary = models.ForeignKey(
        "beneficiaries.Beneficiary", on_delete=models.PROTECT, related_name="exits"
    )
    stage = models.CharField(_("étape"), max_length=20, choices=Stage, blank=True)
    left_on = models.DateField(_("date de sortie"))
    reason = models.CharField(_("motif"), max_length=20, choices=ExitReason)
    note = models.CharField(_("précision"), max_length=300, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    ocb = models.ForeignKey(OCB, on_delete=models.PROTECT, related_name="+")
    sex = models.CharField(max_length=6, blank=True)
    returned_on = models.DateField(_("retour le"), null=True, blank=True)
    returned_recorded_on = models.DateField(null=True, editable=False)
    returned_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = ExitQuerySet.as_manager()

    class Meta:
        verbose_name = _("sortie")
        verbose_name_plural = _("sorties")
        constraints = [
            models.UniqueConstraint(
                name="exit_open_once",
                fields=["beneficiary"],
                condition=Q(voided_at__isnull=True, returned_on__isnull=True),
                violation_error_message=_("Cette personne est déjà sortie du parcours."),
            ),
            models.CheckConstraint(
                name="exit_reason_is_known",
                condition=Q(reason__in=ExitReason.values),
                violation_error_message=_("Choisir un des motifs proposés."),
            ),
            models.CheckConstraint(
                name="exit_returns_after_leaving",
                condition=Q(
                    returned_on__isnull=True,
                    returned_recorded_on__isnull=True,
                    returned_by__isnull=True,
                )
                | Q(
                    returned_on__isnull=False,
                    returned_on__gte=F("left_on"),
                    returned_recorded_on__isnull=False,
                    returned_by__isnull=False,
                ),
                violation_error_message=_("Le retour ne peut précéder la sortie."),
            ),
            models.CheckConstraint(
                name="exit_voided_whole",
                condition=VOIDED_WHOLE,
                violation_error_message=_("Une annulation porte son auteur et son motif."),
            ),
        ]

    def __str__(self):
        return f"{self.get_reason_display()} {self.left_on}"
