"""Every file that leaves the register is written down here, wherever it was asked from."""

import hashlib

from django.utils.translation import gettext_lazy as _

from remess.accounts.models import User
from reporting.exports import lists, registry
from reporting.models import ExportRecord

LABELS = {
    **{report.name: report.description for report in registry.REPORTS},
    **{export.name: export.label for export in lists.LISTS},
    "bootcamp": _("Listes d'un bootcamp"),
    "a-inviter": _("Personnes à inviter à un bootcamp"),
    "attestations": _("Attestations d'une formation"),
}


def keep_record(file, *, name, by, way, as_of, scope, file_name, rows=None):
    """Write down that `by` (None: a command of the register itself) took `file`, left at its start.

    `name`: a key of LABELS. `scope`: what it covers, in words. `rows`: None for a workbook of
    several tables.
    """
    if name not in LABELS:
        raise LookupError(f"No export is called {name}.")
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return ExportRecord.objects.create(
        name=name,
        made_by=by or User.objects.system(),
        way=way,
        as_of=as_of,
        scope=scope,
        rows=rows,
        file_name=file_name,
        digest=digest,
    )


def label_of(record):
    """What the file was, in words; the name itself for a report there is no more."""
    return LABELS.get(record.name, record.name)
