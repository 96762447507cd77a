"""Two people, one row: a form opened before someone else's save does not overwrite it.

Where a row is written, its version is compared under the lock with the one the form was opened
with; a row that moved on is refused by Changed.
"""

from django.db import models, transaction


class Changed(Exception):
    """Somebody else saved this row since the form was opened; `stored` is how it stands."""

    def __init__(self, stored):
        super().__init__(str(stored))
        self.stored = stored


class Versioned(models.Model):
    """A row that several people may edit: every save of its form makes a new version."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


def refuse_overtaken(locked, version):
    """Raise Changed unless `locked` is still at `version`, that of the form; None: no form."""
    if version is not None and locked.version != version:
        raise Changed(locked)


@transaction.atomic
def save_as_opened(row, fields, *, version):
    """Store a new row, or the `fields` of one edited since `version`. Raises Changed.

    Other columns keep what is stored, whatever `row` read before the lock.
    """
    if row._state.adding:
        row.save()
        return row
    locked = type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    refuse_overtaken(locked, version)
    row.version = locked.version + 1
    row.save(update_fields=[*fields, "version"])
    return row
