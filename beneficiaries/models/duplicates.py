"""The same person in the register twice: pairs to look at, and the merges that settled them."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.person import Beneficiary
from remess.accounts.models import User


class Reason(models.TextChoices):
    """Why two sheets may be one person."""

    CIN = "cin", _("même CIN")
    BIRTH = "birth", _("même nom et même date de naissance")
    PHONE = "phone", _("même nom et même téléphone")
    REPORTED = "reported", _("signalé")


class PossibleDuplicateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team sees every pair; an agent those whose both sheets are theirs; others none."""
        if user.has_perm("beneficiaries.view_all"):
            return self
        if not user.has_perm("beneficiaries.enter"):
            return self.none()
        own = Beneficiary.objects.visible_to(user).values("pk")
        return self.filter(first__in=own, second__in=own)

    def open(self):
        """Pairs nobody decided on, of two sheets that both stand."""
        return self.filter(
            status=PossibleDuplicate.Status.OPEN,
            first__merged_into__isnull=True,
            second__merged_into__isnull=True,
            first__withdrawn_at__isnull=True,
            second__withdrawn_at__isnull=True,
        )

    def of(self, beneficiary):
        return self.filter(Q(first=beneficiary) | Q(second=beneficiary))

    def for_list(self):
        sheets = ("first__ocb__region", "second__ocb__region")
        return self.select_related(*sheets, "decided_by", "found_by")


class PossibleDuplicate(models.Model):
    """Two sheets that may be one person, and what was decided: remembered for good."""

    class Status(models.TextChoices):
        OPEN = "open", _("à examiner")
        DISTINCT = "distinct", _("deux personnes")

    first = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, related_name="pairs_first")
    second = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, related_name="pairs_second")
    reasons = models.CharField(max_length=60)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    found_at = models.DateTimeField(auto_now_add=True)
    found_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    objects = PossibleDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("doublon possible")
        verbose_name_plural = _("doublons possibles")
        constraints = [
            models.UniqueConstraint(
                name="possible_duplicate_once",
                fields=["first", "second"],
                violation_error_message=_("Ces deux fiches sont déjà signalées."),
            ),
            models.CheckConstraint(
                name="possible_duplicate_in_order",
                condition=Q(first__lt=F("second")),
                violation_error_message=_("Un doublon relie deux fiches différentes."),
            ),
            models.CheckConstraint(
                name="possible_duplicate_decided_whole",
                condition=Q(status="open", decided_at__isnull=True, decided_by__isnull=True)
                | Q(status="distinct", decided_at__isnull=False, decided_by__isnull=False),
                violation_error_message=_("Une décision porte son auteur et sa date."),
            ),
        ]
        indexes = [models.Index(name="possible_duplicate_by_status", fields=["status", "id"])]

    def __str__(self):
        return f"{self.first.file_number} – {self.second.file_number}"

    def get_absolute_url(self):
        return reverse("beneficiaries:duplicate_detail", args=[self.pk])

    @property
    def is_open(self):
        return self.status == self.Status.OPEN

    @property
    def reason_labels(self):
        return [Reason(code).label for code in self.reasons.split(",")]


class MergeQuerySet(models.QuerySet):
    def standing(self):
        """Merges that were not undone."""
        return self.filter(undone_at__isnull=True)

    def for_sheet(self):
        return self.select_related("absorbed", "merged_by").order_by("merged_at", "pk")


class Merge(models.Model):
    """Two sheets made one: which is kept, and in `changes` all that undoing it needs."""

    kept = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, related_name="merges_into")
    reason = models.CharField(max_length=300)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undo_reason = models.CharField(max_length=300, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("fusion de fiches")
        verbose_name_plural = _("fusions de fiches")
        constraints = [
            models.UniqueConstraint(
                name="merge_standing_once",
                fields=["absorbed"],
                condition=Q(undone_at__isnull=True),
                violation_error_message=_("Cette fiche est déjà fusionnée."),
            ),
            models.CheckConstraint(
                name="merge_of_two_sheets",
                condition=~Q(kept=F("absorbed")),
                violation_error_message=_("Une fusion réunit deux fiches différentes."),
            ),
            models.CheckConstraint(
                name="merge_undone_whole",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undo_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
                violation_error_message=_("Une fusion défaite porte son auteur et son motif."),
            ),
        ]

    def __str__(self):
        return f"{self.absorbed.file_number} → {self.kept.file_number}"
