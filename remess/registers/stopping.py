"""An import that stopped half way: what it stored stays; it goes on, or is left as it is."""

from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from remess.jobs import queue
from remess.jobs.models import Job
from remess.registers import wizard
from remess.registers.importing import stop
from remess.registers.models import Import
from remess.registers.wizard import StepRefused

State = Import.State


@transaction.atomic
def resume(batch, *, by):
    """Have a stopped import go on after the last row it stored. Raises StepRefused.

    One that stored nothing yet, perhaps never confirmed, is checked anew.
    """
    held = wizard.lock(batch, State.STOPPED)
    _run_on(held)
    if held.lines.exists():
        queue.restart(wizard.start_storing(held, by))
    else:
        wizard.start_checking(held, by)


@transaction.atomic
def go_on(batch):
    """Whether the rows of `batch` may be stored now: it is under way, or goes on after a stop."""
    with suppress(StepRefused):
        held = wizard.lock(batch, State.RUNNING, State.STOPPED)
        if held.state == State.STOPPED:
            _run_on(held)
        return True
    return False


def _run_on(held):
    held.state, held.refusal, held.ended_at = State.RUNNING, {}, None
    held.save(update_fields=["state", "refusal", "ended_at"])


def leave_off(batch):
    """End an import whose job has stopped: what it stored stays. Raises StepRefused."""
    job = storing_job(batch)
    if (job and not job.may_restart) or not stop(batch):
        raise StepRefused(_("Cet import n'est pas arrêté."))


def may_leave_off(batch, job):
    """Whether the page offers to end an import: its job stands still."""
    return batch.state == State.RUNNING and (job is None or job.may_restart)


def storing_job(batch):
    """The job that stores the rows of `batch`, whoever asked for it; None where none ever was."""
    return Job.objects.filter(kind=wizard.STORE, key=str(batch.pk)).first()
