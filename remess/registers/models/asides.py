"""Rows set aside because they may be somebody: what waits for a person's decision."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import Beneficiary
from remess.accounts.models import User
from remess.registers.models.imports import Import, ImportLine


class Decision(models.TextChoices):
    SAME = "same", _("La même personne")
    DIFFERENT = "different", _("Une autre personne")


class SetAsideQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Deciding shows the person resembled: an agent decides of people of their own OCB."""
        if user.has_perm("beneficiaries.view_all"):
            return self
        return self.filter(resembles__in=Beneficiary.objects.visible_to(user))

    def waiting(self):
        """Those that nobody decided, of imports not taken back."""
        return self.filter(decision="").exclude(line__batch__state=Import.State.UNDONE)

    def for_list(self):
        return self.select_related("line__batch__by", "resembles__ocb")


class SetAside(models.Model):
    """A row that may be somebody the register knows: queued once, decided by a person.

    `alike` names all it may be: a sheet by its pk, an earlier row of the file by its digest;
    `apart` those of them, or of former questions, that somebody told apart from it. The next import
    of the row follows the decision: `same` updates `resembles`, `different` (from each) opens a
    file.
    """

    digest = models.CharField(max_length=32, unique=True)
    # The import that first set it aside; none where it was decided before anything was stored.
    line = models.ForeignKey(ImportLine, on_delete=models.PROTECT, null=True, related_name="+")
    resembles = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, null=True, related_name="+"
    )
    alike = models.JSONField(default=list)
    apart = models.JSONField(default=list)
    cells = models.JSONField(default=dict)
    decision = models.CharField(_("décision"), max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne mise de côté")
        verbose_name_plural = _("lignes mises de côté")
        constraints = [
            models.CheckConstraint(
                name="set_aside_decided_whole",
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(
                    decision__in=Decision.values,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                violation_error_message=_("Une décision porte son auteur et sa date."),
            ),
            models.CheckConstraint(
                name="set_aside_same_as_somebody",
                condition=~Q(decision="same") | Q(resembles__isnull=False),
                violation_error_message=_("Choisir la personne dont il s'agit."),
            ),
        ]

    def __str__(self):
        names = ("family_name", "given_name", "name_ar")
        return " ".join(self.cells[name] for name in names if self.cells.get(name)) or "–"

    def get_absolute_url(self):
        return reverse("registers:aside", args=[self.pk])

    def decide(self, decision, *, by, key=None):
        """Remember what a person decided of this row and of one of `alike`, of all without `key`.

        The row stays in question until it is somebody, or was told apart from each.
        """
        keys = self.alike if key is None else [key]
        self.apart = [other for other in self.apart if other not in keys]
        if decision == Decision.DIFFERENT:
            self.apart = [*self.apart, *keys]
        elif key is not None:
            self.resembles_id = key
        is_settled = decision == Decision.SAME or not self.open_keys()
        self._write(decision if is_settled else "", by)

    def ask(self, alike):
        """Put the row in question again where it may be somebody it was not told apart from.

        A row that was somebody stays so, unless that sheet has been withdrawn since.
        """
        if self.decision == Decision.SAME:
            if self.resembles.withdrawn_at is None:
                return
        elif alike == self.alike:
            return
        self.alike = alike
        if self.open_keys():
            self._write("", None)

    def open_keys(self):
        """Those of `alike` nobody told apart from the row yet."""
        return [key for key in self.alike if key not in self.apart]

    def _write(self, decision, by):
        """Store the row's decision; a row in question shows the first sheet it may be."""
        self.decision = decision
        self.decided_by = by if decision else None
        self.decided_at = timezone.now() if decision else None
        if not decision:
            self.resembles_id = next((k for k in self.open_keys() if isinstance(k, int)), None)
        self.save(
            update_fields=[
                "alike", "apart", "resembles", "decision", "decided_by", "decided_at",
            ]
        )  # fmt: skip
