"""The steps of an import made in the browser: file, columns, check, confirmation, storing.

Each step moves the Import's state under a lock and asks for the job that does the work; rows are
checked and stored by importing.bring_in alone, as for the command.
"""

from contextlib import suppress
from datetime import date, datetime

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from remess.jobs import queue
from remess.jobs.models import Job
from remess.registers.checking import is_filled
from remess.registers.errors_workbook import own_headings
from remess.registers.field_labels import LASTING_CONSTANTS, missing_fields
from remess.registers.headings import recognise
from remess.registers.importing import headings_digest, saved_mapping_of
from remess.registers.models import Import, SavedMapping
from remess.registers.reading import FileRefused, Limits, look_at
from remess.registers.reading.limits import MEGABYTE
from remess.registers.values import text_in

State = Import.State
# How long the headings of a file are looked for while its sender waits, and how long the whole is
# gone through for what would refuse it: else the worker, which reads the rows, finds it.
LOOK_SECONDS = 10
PATIENCE = 3
SAMPLE_LENGTH = 40

CHECK, STORE, UNDO = "check_register", "store_register", "undo_register"
MEND = "rows_to_mend"
# The job at work, or last at work, in each state.
JOB_OF = {
    State.CHECKING: CHECK,
    State.CHECKED: CHECK,
    State.RUNNING: STORE,
    State.DONE: STORE,
    State.UNDOING: UNDO,
    State.UNDONE: UNDO,
}


class StepRefused(Exception):
    """The import does not stand where this step begins; str() is the sentence to show."""


def receive(path, file, *, name, by, ocb, key):
    """Keep an uploaded register, its header row found. Returns the Import, the same for one key.

    `path` is where the upload lies, `file` the open upload. Raises FileRefused, and StepRefused
    where the key is another user's.
    """
    if known := _sent_before(key, by):
        return known
    limits = Limits(seconds=LOOK_SECONDS, cpu_seconds=LOOK_SECONDS, file_size=size_limit())
    register, rows = look_at(path, file_name=name, limits=limits, patience=PATIENCE)
    columns, constants = dict(register.columns), {}
    if saved := saved_mapping_of(register.headings, ocb):
        columns = recognise(register.headings, saved.columns, register.answer_columns)
        constants = saved.constants
    facts = dict(
        key=key,
        file=name[:255],
        stored=File(file, name=name),
        digest=register.digest,
        sheet=(register.sheet or "")[:255],
        header_row=register.header_row,
        headings=[str(heading) for heading in register.headings],
        samples=_samples(register, rows),
        answer_columns=list(register.answer_columns),
        other_sheets=[str(sheet) for sheet in register.other_sheets],
        expected_rows=rows_below(register),
        columns={str(index): field for index, field in columns.items()},
        constants=constants,
        ocb=ocb,
        by=by,
    )
    return _create(**facts)


def rows_below(register):
    """How many rows stand below the headings, 0 before they were gone through."""
    return max((register.last_row or 0) - register.header_row, 0)


def _create(*, key, by, **facts):
    """The import of the form `key`, made once. Raises StepRefused where it is another user's."""
    try:
        with transaction.atomic():
            return Import.objects.create(key=key, by=by, state=State.COLUMNS, **facts)
    except IntegrityError:
        # The same form, sent again while this file was being read.
        if known := _sent_before(key, by):
            return known
        raise StepRefused(_("Ce formulaire a déjà servi : recharger la page.")) from None


def _sent_before(key, by):
    return Import.objects.filter(key=key, by=by).first()


def size_limit():
    """The largest upload, in bytes."""
    return settings.REGISTER_MAX_MEGABYTES * MEGABYTE


def _samples(register, rows):
    """The first filled cell of each column, as a hint beside its heading."""
    found = [""] * len(register.headings)
    for cells in rows:
        for index, cell in enumerate(cells[: len(found)]):
            if not found[index] and is_filled(cell):
                found[index] = shown(cell)[:SAMPLE_LENGTH]
    return found


def shown(cell):
    """A cell as a person typed it."""
    value = cell.value
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else text_in(value)


def needs_nothing(batch):
    """Whether every heading is known and all that a sheet needs is there: no question to ask.

    A mended file of refused rows still has the two columns that told what to mend; a column the
    OCB, or the team, left alone in the same headings was asked about then.
    """
    settled = {*own_headings(), *_left_alone(batch)}
    unknown = [
        index
        for index, heading in enumerate(batch.headings)
        if heading and index not in batch.fields and heading not in settled
    ]
    if unknown or batch.constants:
        return False
    return not missing_fields(batch.columns.values(), {}, batch.ocb)


def _left_alone(batch):
    """The headings that whoever confirmed these columns for the same OCB chose not to read."""
    saved = saved_mapping_of(batch.headings, batch.ocb)
    if saved is None or saved.ocb_id != batch.ocb_id:
        return []
    return [heading for heading, field in saved.columns.items() if not field]


@transaction.atomic
def confirm_columns(batch, columns, constants, *, by):
    """Take the columns as confirmed, remember them for the same headings, and check the rows.

    `columns`: {index: field}, those left alone absent. Raises StepRefused.
    """
    held = lock(batch, State.COLUMNS, State.CHECKED)
    held.columns = {str(index): field for index, field in columns.items()}
    held.constants = constants
    confirmed = {
        heading: columns.get(index, "") for index, heading in enumerate(held.headings) if heading
    }
    SavedMapping.objects.update_or_create(
        ocb=held.ocb,
        headings=headings_digest(held.headings),
        defaults={
            "columns": confirmed,
            "constants": {
                name: value
                for name, value in constants.items()
                if held.ocb and name in LASTING_CONSTANTS
            },
            "by": by,
        },
    )
    return start_checking(held, by)


@transaction.atomic
def check(batch, *, by):
    """Have the rows checked with the columns as they are. Raises StepRefused."""
    return start_checking(lock(batch, State.COLUMNS, State.CHECKED), by)


def start_checking(held, by):
    """Ask for the job that checks the rows of a locked import, once more each time."""
    held.state, held.checks = State.CHECKING, held.checks + 1
    held.save()
    title = _("Vérification de %(file)s") % {"file": held.file[:150]}
    return _start(CHECK, title, held, key=f"{held.pk}-{held.checks}", by=by)


@transaction.atomic
def confirm(batch, *, by):
    """Have the rows stored. Raises StepRefused."""
    held = lock(batch, State.CHECKED)
    held.state = State.RUNNING
    held.save(update_fields=["state"])
    return start_storing(held, by)


def start_storing(held, by):
    """Ask for the job that stores the rows of a running import; for a second time, the same."""
    title = _("Enregistrement de %(file)s") % {"file": held.file[:150]}
    return _start(STORE, title, held, key=str(held.pk), by=by)


@transaction.atomic
def drop(batch):
    """Give the import up before anything was stored. Raises StepRefused."""
    held = lock(batch, State.COLUMNS, State.CHECKED, State.CHECKING)
    held.state = State.DROPPED
    held.save(update_fields=["state"])
    held.checked_lines.all().delete()
    discard_workbooks(held)
    held.stored.delete(save=True)


@transaction.atomic
def undo(batch, *, by, reason):
    """Have everything taken back that is still as imported. Raises StepRefused."""
    held = lock(batch, State.DONE, State.STOPPED)
    held.state, held.undone_by, held.undo_reason = State.UNDOING, by, reason
    held.undone_at = timezone.now()
    held.save(update_fields=["state", "undone_by", "undo_reason", "undone_at"])
    discard_workbooks(held)
    title = _("Annulation de l'import %(file)s") % {"file": held.file[:150]}
    return _start(UNDO, title, held, key=str(held.pk), by=by)


def again(batch, *, by, key):
    """An import of the same file with the same columns, its rows checked anew for `by`.

    The same one for one `key`. Raises StepRefused where it is another user's.
    """
    if known := _sent_before(key, by):
        return known
    copied = (
        "file", "digest", "sheet", "header_row", "headings", "samples", "answer_columns",
        "other_sheets", "expected_rows", "columns", "constants", "ocb",
    )  # fmt: skip
    facts = {name: getattr(batch, name) for name in copied}
    with _stored_file(batch) as content:
        new = _create(by=by, key=key, stored=File(content, name=batch.file), **facts)
    with suppress(StepRefused):  # sent twice, the other has had it checked already
        check(new, by=by)
    return new


def _stored_file(batch):
    try:
        return batch.stored.open("rb")
    except FileNotFoundError:
        raise StepRefused(str(FileRefused("gone"))) from None


def lock(batch, *states):
    """A locked copy of the import, in one of `states`. Raises StepRefused."""
    held = Import.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if held.state not in states:
        raise StepRefused(
            _("Cet import est déjà plus loin : « %(state)s ».")
            % {"state": held.get_state_display()}
        )
    return held


def _start(kind, title, batch, *, key, by):
    return queue.start(kind, title[:200], by=by, key=key, arguments={"import": batch.pk})


def job_of(batch, user):
    """The job at work on this import; None where none ever was, or somebody else asked for it."""
    kind = JOB_OF.get(batch.state)
    key = f"{batch.pk}-{batch.checks}" if kind == CHECK else str(batch.pk)
    return Job.objects.visible_to(user).filter(kind=kind, key=key).first() if kind else None


def discard_workbooks(batch):
    """Let go of the workbooks of rows to mend that jobs made of this import."""
    made = Job.objects.filter(kind=MEND, key__startswith=f"{batch.pk}-")
    queue.discard_files(made)
