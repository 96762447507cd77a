"""The history of every field typed by people: each row as it stood before and after a change.

Written by transitions/changes.py alone, never changed, never deleted. The one way past that, for
anonymising, is to name the plain queryset: `QuerySet(Beneficiary.history.model).update(cin="")`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoricalQuerySet
from simple_history.models import HistoricalRecords

from remess.accounts.models import User

REFUSAL = "The history of a sheet is never changed nor deleted."


class ChangeQuerySet(HistoricalQuerySet):
    def update(self, **kwargs):
        raise TypeError(REFUSAL)

    def delete(self):
        raise TypeError(REFUSAL)

    def of(self, row):
        """The rows of one person or enterprise."""
        return self.filter(id=row.pk)


class ChangeRow(models.Model):
    """What a history row of any model refuses."""

    objects = ChangeQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError(REFUSAL)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError(REFUSAL)


class Changes(HistoricalRecords):
    """The history of a model, its `untracked` fields left out.

    The library writes a row at each save(), dated and signed by the request; bulk writes escape
    it and a save that changes nothing leaves one. Here the transitions write the rows themselves,
    and its signals do nothing. What the register holds is voided or anonymised, never deleted.
    """

    def __init__(self, *, untracked, no_db_index=()):
        super().__init__(
            excluded_fields=untracked,
            no_db_index=list(no_db_index),
            bases=(ChangeRow,),
            historical_queryset=ChangeQuerySet,
            history_id_field=models.BigAutoField(),
            history_change_reason_field=models.CharField(_("motif"), max_length=300, blank=True),
        )

    def post_save(self, instance, created, using=None, **kwargs):
        """Nothing: transitions/changes.py writes the rows."""

    def post_delete(self, instance, using=None, **kwargs):
        """Nothing."""

    def get_extra_fields(self, model, fields):
        """As the library's, but whoever is named in a history stays in the register."""
        extra = super().get_extra_fields(model, fields)
        extra["history_date"] = models.DateTimeField()
        extra["history_user"] = models.ForeignKey(
            User, on_delete=models.PROTECT, null=True, related_name="+"
        )
        return extra
