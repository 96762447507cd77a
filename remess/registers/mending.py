"""The workbook of the rows to mend: at once for a small register, by the worker for a large one.

It holds refused rows alone: once an import is taken back it is no longer given, as mending it
would bring in those rows without the others.
"""

from django.conf import settings
from django.utils.translation import gettext as _

from remess.jobs import queue
from remess.registers.errors_workbook import errors_file
from remess.registers.models import Import, RowStatus
from remess.registers.purging import no_file
from remess.registers.reading import FileRefused, open_register
from remess.registers.wizard import MEND, StepRefused

State = Import.State
STORED = (State.DONE, State.STOPPED)
TAKEN_BACK = (State.UNDOING, State.UNDONE)
ROWS_PER_TELLING = 500


def why_not(batch):
    """The sentence saying why the workbook of `batch` cannot be had, or None."""
    if batch.state in TAKEN_BACK:
        return _(
            "Cet import est annulé : corriger le registre entier et le déposer à nouveau, ses "
            "lignes à corriger ne suffisent plus."
        )
    if batch.state not in (State.CHECKED, *STORED):
        return _("Les lignes à corriger se téléchargent une fois le registre vérifié.")
    return None if batch.stored else no_file(batch)


def is_long(batch):
    """Whether reading the file again is too long for a page, as for any list taken away."""
    return batch.expected_rows > settings.EXPORT_AT_ONCE


def ask(batch, *, by):
    """Ask for the workbook as a job, one for the same rows and person. Raises StepRefused."""
    if refusal := why_not(batch):
        raise StepRefused(refusal)
    title = _("Lignes à corriger de %(file)s") % {"file": batch.file[:150]}
    key = f"{batch.pk}-{batch.checks}-{batch.state}-{by.pk}"
    return queue.start(MEND, title[:200], by=by, key=key, arguments={"import": batch.pk})


def file_name(batch):
    """What the workbook is called where it is downloaded."""
    return _("lignes-a-corriger") + f"-{batch.pk}.xlsx"


def workbook(batch, tell=None):
    """The open workbook, its rows as received, read from the file. Raises StepRefused.

    `tell(done, total)` hears how far the reading is.
    """
    if refusal := why_not(batch):
        raise StepRefused(refusal)
    results = _results(batch)
    last = results[-1]["row"] if results else 0
    try:
        with open_register(batch.stored.path, file_name=batch.file) as (register, rows):
            read = _as_far_as(last, rows)
            if tell:
                read = _told(read, register.header_row, last, tell)
            return errors_file(register, batch.fields, read, results)
    except FileNotFoundError as missing:
        raise StepRefused(str(FileRefused("gone"))) from missing
    except FileRefused as refusal:
        raise StepRefused(str(refusal)) from refusal


def _results(batch):
    """The refused rows, in order, as the command answers them."""
    lines = batch.lines if batch.state in STORED else batch.checked_lines
    wrong = lines.filter(status=RowStatus.ERROR).order_by("row")
    return [
        {"row": row, "status": str(RowStatus.ERROR), "messages": messages}
        for row, messages in wrong.values_list("row", "messages")
    ]


def _as_far_as(last, rows):
    """The rows up to `last`: that the file refuses itself further down is of no matter."""
    at = 0
    try:
        for row in rows:
            at = row[0]
            yield row
            if at >= last:
                return
    except FileRefused:
        if at < last:
            raise


def _told(rows, first, last, tell):
    for count, row in enumerate(rows):
        if count % ROWS_PER_TELLING == 0:
            tell(row[0] - first, last - first)
        yield row
    tell(last - first, last - first)
