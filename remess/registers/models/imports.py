"""What imports leave behind: the file, its rows checked and stored, columns matched by hand."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import Beneficiary, Exit
from ocbs.models import OCB
from remess.accounts.models import User
from remess.registers.reading.refusals import FileRefused
from remess.shared.documents import document_storage


class RowStatus(models.TextChoices):
    CREATED = "created", _("Nouvelle fiche")
    UPDATED = "updated", _("Fiche complétée")
    UNCHANGED = "unchanged", _("Sans changement")
    POSSIBLE_DUPLICATE = "possible_duplicate", _("Doublon possible")
    ERROR = "error", _("À corriger")
    SKIPPED = "skipped", _("Ignorée")


# The rows whose person is in the register.
STORED = (RowStatus.CREATED, RowStatus.UPDATED, RowStatus.UNCHANGED)


def stored_name(instance, given):
    """A name of ours for the stored file: nothing of what a person typed."""
    return f"registres/{instance.key.hex}"


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team sees every import, an agent their own."""
        if user.has_perm("beneficiaries.view_all"):
            return self
        return self.filter(by=user) if user.has_perm("registers.import") else self.none()

    def for_list(self):
        return self.select_related("by", "ocb").order_by("-started_at", "-pk")


class Import(models.Model):
    """One register brought in: the file as it was read, and how far the import got.

    The wizard's goes from `columns` to `checking`, `checked`, `running`; the command's begins
    running. `tally` counts rows by status, `gains` the passages they add. A file that cannot be
    read to its end leaves the import `stopped`, `refusal` saying why.
    """

    class State(models.TextChoices):
        COLUMNS = "columns", _("Colonnes à confirmer")
        CHECKING = "checking", _("Vérification en cours")
        CHECKED = "checked", _("À confirmer")
        DROPPED = "dropped", _("Abandonné")
        RUNNING = "running", _("Enregistrement en cours")
        STOPPED = "stopped", _("Arrêté en route")
        DONE = "done", _("Enregistré")
        UNDOING = "undoing", _("Annulation en cours")
        UNDONE = "undone", _("Annulé")

    # Made by the browser with the form, so that a POST sent again is one import.
    key = models.UUIDField(null=True, unique=True, editable=False)
    stored = models.FileField(
        upload_to=stored_name, storage=document_storage, max_length=100, blank=True
    )
    file = models.CharField(_("fichier"), max_length=255)
    digest = models.CharField(max_length=64)
    sheet = models.CharField(_("feuille"), max_length=255, blank=True)
    header_row = models.PositiveIntegerField(_("ligne des titres"))
    headings = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    answer_columns = models.JSONField(default=list)
    other_sheets = models.JSONField(default=list)
    expected_rows = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=dict)
    constants = models.JSONField(default=dict)
    ocb = models.ForeignKey(
        OCB, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("OCB")
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.RUNNING)
    checks = models.PositiveSmallIntegerField(default=0)
    tally = models.JSONField(default=dict)
    gains = models.JSONField(default=dict)
    # {"code", "details"} of the FileRefused that ended the reading.
    refusal = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undo_reason = models.CharField(max_length=300, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                name="import_state_is_known",
                condition=Q(
                    state__in=[
                        "columns", "checking", "checked", "dropped",
                        "running", "stopped", "done", "undoing", "undone",
                    ]
                ),
                violation_error_message=_("L'état de l'import n'est pas un état connu."),
            ),
            models.CheckConstraint(
                name="import_undone_whole",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undo_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
                violation_error_message=_("L'annulation d'un import porte son motif."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(name="import_newest", fields=["-started_at", "-id"])]

    def __str__(self):
        return self.file

    def get_absolute_url(self):
        return reverse("registers:detail", args=[self.pk])

    @property
    def fields(self):
        """{column index: field}, as the rows are read."""
        return {int(index): name for index, name in self.columns.items()}

    @property
    def rows(self):
        return sum(self.tally.values())

    @property
    def stop_sentence(self):
        """Why the import stopped half way, in the language of whoever reads it."""
        if not self.refusal:
            return _("L'enregistrement a été arrêté.")
        return str(FileRefused(self.refusal["code"], **self.refusal["details"]))


class ImportLineQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(batch__in=Import.objects.visible_to(user))

    def standing(self):
        """Lines whose person is in the register because of them or as they say."""
        return self.filter(beneficiary__isnull=False, undone_at__isnull=True)


class ImportLine(models.Model):
    """What became of one row. `marks` holds a short digest of each cell, `changes` before → after,
    `events` the passages it caused, `exit` the exit."""

    batch = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField(_("ligne"))
    status = models.CharField(_("résultat"), max_length=20, choices=RowStatus)
    digest = models.CharField(max_length=32, blank=True)
    marks = models.JSONField(default=dict)
    messages = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    events = models.JSONField(default=list)
    note = models.TextField(_("observation"), max_length=1000, blank=True)
    kept_because = models.CharField(max_length=200, blank=True)
    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, null=True, related_name="import_lines"
    )
    exit = models.ForeignKey(Exit, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = ImportLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne importée")
        verbose_name_plural = _("lignes importées")
        constraints = [
            models.UniqueConstraint(
                name="import_line_once",
                fields=["batch", "row"],
                violation_error_message=_("Cette ligne est déjà traitée."),
            ),
            models.CheckConstraint(
                name="import_line_status_is_known",
                condition=Q(status__in=RowStatus.values),
                violation_error_message=_("Ce résultat d'import n'existe pas."),
            ),
        ]
        indexes = [
            models.Index(
                name="import_line_by_digest",
                fields=["digest"],
                condition=Q(beneficiary__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.batch}, ligne {self.row}"


class CheckedLineQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(batch__in=Import.objects.visible_to(user))


class CheckedLine(models.Model):
    """What would become of one row: the preview, and after it the rows left aside, as received.

    `accepted`: fields whose newer correction in the application gives way to the row's value;
    `alike`: whom the row may be, as in SetAside.
    """

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="checked_lines")
    row = models.PositiveIntegerField(_("ligne"))
    status = models.CharField(_("résultat"), max_length=20, choices=RowStatus)
    digest = models.CharField(max_length=32, blank=True)
    who = models.CharField(max_length=200, blank=True)
    cells = models.JSONField(default=dict)
    messages = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    accepted = models.JSONField(default=list)
    person = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, null=True, related_name="+")
    resembles = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, null=True, related_name="+"
    )
    alike = models.JSONField(default=list)

    objects = CheckedLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne vérifiée")
        verbose_name_plural = _("lignes vérifiées")
        constraints = [
            models.UniqueConstraint(
                name="checked_line_once",
                fields=["batch", "row"],
                violation_error_message=_("Cette ligne est déjà vérifiée."),
            ),
            models.CheckConstraint(
                name="checked_line_status_is_known",
                condition=Q(status__in=RowStatus.values),
                violation_error_message=_("Ce résultat d'import n'existe pas."),
            ),
        ]
        indexes = [
            models.Index(name="checked_line_by_status", fields=["batch", "status", "row"]),
        ]

    def __str__(self):
        return f"{self.batch}, ligne {self.row}"


class SavedMapping(models.Model):
    """Columns matched by hand once, for the same headings of the same OCB ever after."""

    ocb = models.ForeignKey(OCB, on_delete=models.PROTECT, null=True, related_name="+")
    headings = models.CharField(max_length=32)
    columns = models.JSONField(default=dict)
    constants = models.JSONField(default=dict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("correspondance de colonnes")
        verbose_name_plural = _("correspondances de colonnes")
        constraints = [
            models.UniqueConstraint(
                name="saved_mapping_once",
                fields=["ocb", "headings"],
                condition=Q(ocb__isnull=False),
                violation_error_message=_("Ces colonnes ont déjà leur correspondance."),
            ),
            models.UniqueConstraint(
                name="saved_mapping_once_for_all",
                fields=["headings"],
                condition=Q(ocb__isnull=True),
                violation_error_message=_("Ces colonnes ont déjà leur correspondance."),
            ),
        ]

    def __str__(self):
        return f"{self.ocb or 'REMESS'} {self.headings}"
