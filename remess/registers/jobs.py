"""The work of the wizard done in the background: checking, storing, taking back."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from remess.accounts.models import User
from remess.jobs import queue
from remess.jobs.registry import JobRefused, Outcome, daily, job
from remess.registers import mending, purging, stopping, undoing, wizard
from remess.registers.importing import Options, Stopped, Tally, bring_in, stop
from remess.registers.models import CheckedLine, Import, RowStatus
from remess.registers.preview import Preview
from remess.registers.reading import FileRefused, open_register
from remess.registers.wizard import StepRefused

State = Import.State
PURGE = "purge_registers"


@job(wizard.CHECK)
def check_register(job, *, progress):
    """Try every row and keep what would become of it; begun again, it starts anew."""
    batch = _import_of(job, State.CHECKING, State.CHECKED)
    if batch.state == State.CHECKED:
        return Outcome(page=batch.get_absolute_url())
    batch.checked_lines.all().delete()
    preview = Preview(batch)
    options = Options(
        user=batch.by, ocb=batch.ocb, constants=batch.constants, is_trial=True, keep=preview.keep
    )
    outcome = _read(batch, options, progress)
    tally = {str(status): n for status, n in outcome.tally.items()}
    Import.objects.filter(pk=batch.pk, state=State.CHECKING).update(
        state=State.CHECKED, tally=tally, gains=dict(preview.gains)
    )
    return Outcome(page=batch.get_absolute_url())


@job(wizard.STORE)
def store_register(job, *, progress):
    """Store every row by the rules of the check, read anew; goes on after the last row stored."""
    batch = _import_of(job, State.RUNNING, State.STOPPED, State.DONE)
    if batch.state != State.DONE:
        if not stopping.go_on(batch):
            raise JobRefused(_given_up())
        accepted = CheckedLine.objects.filter(batch=batch).exclude(accepted=[])
        options = Options(
            user=batch.by,
            ocb=batch.ocb,
            constants=batch.constants,
            batch=batch,
            accepted=dict(accepted.values_list("row", "accepted")),
        )
        _read(batch, options, progress)
    aside = [RowStatus.ERROR, RowStatus.POSSIBLE_DUPLICATE]
    batch.checked_lines.exclude(status__in=aside).delete()
    return Outcome(page=batch.get_absolute_url())


@job(wizard.UNDO)
def undo_register(job, *, progress):
    """Take back line after line what is still as imported; each line is a transaction."""
    batch = _import_of(job, State.UNDOING, State.UNDONE)
    undoing.take_back(batch, by=job.asked_by, tell=progress)
    Import.objects.filter(pk=batch.pk, state=State.UNDOING).update(state=State.UNDONE)
    return Outcome(page=batch.get_absolute_url())


@job(wizard.MEND)
def rows_to_mend(job, *, progress):
    """Write the workbook of the rows to mend, anew at every attempt."""
    visible = Import.objects.visible_to(job.asked_by)
    batch = visible.filter(pk=job.arguments["import"]).first()
    if batch is None:
        raise JobRefused(_given_up())
    page = batch.get_absolute_url()
    with ExitStack() as stack:
        file = tempfile.NamedTemporaryFile(delete=False)  # noqa: SIM115 - moved once it is whole
        path = Path(file.name)
        stack.callback(path.unlink, missing_ok=True)
        with file:
            try:
                with mending.workbook(batch, progress) as made:
                    shutil.copyfileobj(made, file)
            except StepRefused as refusal:
                raise JobRefused(str(refusal), page=page) from refusal
        stack.pop_all()
    return Outcome(page=page, file=path, file_name=mending.file_name(batch))


@job(PURGE)
def purge_registers(job, *, progress):
    """Remove the files of the registers that have been kept long enough."""
    return Outcome(result={"removed": purging.purge(timezone.now())})


@daily
def ask_for_purge(day):
    """Have the worker purge on a day when there is something to purge."""
    if purging.has_work(timezone.now()):
        title = _("Suppression des fichiers de registres gardés assez longtemps")
        queue.start(PURGE, title, by=User.objects.system(), key=day.isoformat())


def _import_of(job, *states):
    """The import this job is about. Raises JobRefused where it was given up meanwhile.

    The last of `states` is the one that the job leads to: a stop may come right after it.
    """
    visible = Import.objects.visible_to(job.asked_by).select_related("by", "ocb__region")
    batch = visible.filter(pk=job.arguments["import"], state__in=states).first()
    if batch is None:
        raise JobRefused(_given_up())
    return batch


def _given_up():
    return _("Cet import a été abandonné, arrêté ou annulé : rien n'est à faire.")


def _read(batch, options, progress):
    """Bring in the stored file; its refusal is the job's."""

    def tell(done):
        progress(min(done, batch.expected_rows), batch.expected_rows)

    try:
        with open_register(batch.stored.path, file_name=batch.file) as (register, rows):
            batch.expected_rows = wizard.rows_below(register)
            batch.save(update_fields=["expected_rows"])
            return bring_in(register, batch.fields, rows, options, tell, Tally())
    except FileRefused as refusal:
        stop(batch, refusal)
        raise JobRefused(str(refusal), page=batch.get_absolute_url()) from refusal
    except FileNotFoundError as missing:
        refusal = FileRefused("gone")
        stop(batch, refusal)
        raise JobRefused(str(refusal), page=batch.get_absolute_url()) from missing
    except Stopped as ended:
        raise JobRefused(_given_up()) from ended
