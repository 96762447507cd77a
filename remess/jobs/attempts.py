"""One attempt at a job: claim it, let its function work and tell its progress, write how it ended.

Every write names the attempt by its number: one that was taken over can no longer touch the job.
"""

import threading
from datetime import timedelta

from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from remess.jobs.models import Job
from remess.jobs.registry import JobInterrupted, JobRefused, Outcome, function_of

# Told at most so often: progress is for eyes, and each telling is a write.
TELLING = timedelta(seconds=1)

# Set when this process is asked to stop: the job in hand goes back to waiting at its next progress.
stopping = threading.Event()
# The attempts of this process, for the pulse that signs them.
at_work = set()


def claim(job_id):
    """The attempt now begun at this job; None when it is not waiting (any more)."""
    waiting = Job.objects.filter(pk=job_id, status=Job.Status.WAITING)
    begun = waiting.update(
        status=Job.Status.RUNNING,
        heartbeat_at=timezone.now(),
        attempts=F("attempts") + 1,
        vain_attempts=F("vain_attempts") + 1,
        error="",
    )
    return Attempt(Job.objects.select_related("asked_by").get(pk=job_id)) if begun else None


class Attempt:
    """A job being done by this process."""

    def __init__(self, job):
        self.job = job
        self.number = job.attempts
        self.from_done = job.done
        self.told_at = None

    def work(self):
        """Call the function of this kind of job; whatever happens, the job says how it ended."""
        with translation.override(self.job.asked_by.language):
            ended = {"status": Job.Status.FAILED, "error": unexpected()}
            at_work.add(self)
            try:
                outcome = function_of(self.job.kind)(self.job, progress=self.progress)
                ended = self._kept(outcome or Outcome())
            except JobRefused as refusal:
                ended = {
                    "status": Job.Status.FAILED,
                    "error": str(refusal),
                    "page": refusal.page,
                }
            except JobInterrupted:
                ended = {"status": Job.Status.WAITING, "ended_at": None, "vain_attempts": 0}
            finally:
                at_work.discard(self)
                self._write(**{"ended_at": timezone.now(), **ended})

    def progress(self, done, total):
        """Tell that `done` of `total` are stored; raises JobInterrupted when it is time to stop."""
        now = timezone.now()
        is_due = self.told_at is None or now - self.told_at >= TELLING
        if is_due or done >= total or stopping.is_set():
            useful = {"vain_attempts": 0} if done > self.from_done else {}
            self._tell(now, done=done, total=total, **useful)
        if stopping.is_set():
            raise JobInterrupted

    def sign(self):
        """Say that this process still lives, however long the function is silent."""
        self._write(heartbeat_at=timezone.now())

    def _tell(self, now, **told):
        if not self._write(heartbeat_at=now, **told):
            raise JobInterrupted
        self.told_at = now

    def _write(self, **fields):
        """Whether the job is still this attempt's; if so, write the fields."""
        mine = Job.objects.filter(pk=self.job.pk, status=Job.Status.RUNNING, attempts=self.number)
        return mine.update(**fields)

    def _kept(self, outcome):
        """The fields of a job done, its file moved where downloads come from."""
        fields = {"status": Job.Status.DONE, "result": outcome.result, "page": outcome.page}
        if outcome.file is None:
            return fields
        stored = self.job.file
        stored.storage.delete(stored.field.generate_filename(self.job, outcome.file_name))
        with outcome.file.open("rb") as content:
            stored.save(outcome.file_name, content, save=False)
        outcome.file.unlink()
        return {**fields, "file": stored.name, "file_name": outcome.file_name}


def unexpected():
    """What is said of a breakdown nobody foresaw; its traceback is in the worker's log."""
    return _(
        "La tâche s'est arrêtée sur une erreur imprévue. Ce qui était enregistré le reste ; "
        "si elle s'arrête encore après « Relancer », prévenir l'administrateur."
    )
