"""Asking for a job, asking again, and putting back what a dead worker left.

The job's own row is the truth; django-tasks-db's queue only wakes a worker up for it. An entry too
many does no harm (a job is claimed once), and a missing one is made again here.
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from remess.jobs import attempts
from remess.jobs.models import Job
from remess.jobs.registry import function_of

# After so many attempts in a row without any progress, only a person begins it again.
MOST_VAIN_ATTEMPTS = 3


def start(kind, title, *, by, key, arguments=None):
    """Ask for a job in the name of `by`; the same kind and key again give the job already made.

    `kind`: registered under @job (LookupError otherwise). `title`: a short French sentence saying
    what is done. `key`: made by the browser with the form, or naming what may be done once only.
    `arguments`: plain JSON. Asked within a transaction, the job exists once that one is committed.
    """
    function_of(kind)
    wanted = {"title": title, "asked_by": by, "arguments": arguments or {}}
    with transaction.atomic():
        job, is_new = Job.objects.get_or_create(kind=kind, key=key, defaults=wanted)
        if is_new:
            _wake(job)
    job.refresh_from_db()
    return job


def restart(job):
    """Have a stopped or failed job go on from what it stored; whether there was anything to do."""
    ended = Q(status__in=[Job.Status.STOPPED, Job.Status.FAILED])
    silent = Q(pk__in=Job.objects.silent(timezone.now()).values("pk"))
    return _put_back(Job.objects.filter(ended | silent, pk=job.pk), job, vain_attempts=0)


def discard_files(jobs):
    """Remove the files that these jobs made, where they may no longer be had; the jobs stay."""
    for job in jobs.exclude(file="").order_by("pk"):
        job.file.delete(save=False)
        Job.objects.filter(pk=job.pk).update(file="", file_name="")


def put_back_lost(now=None):
    """Put back the jobs of dead workers, and those waiting without an entry in the queue.

    A job that keeps killing its worker before any progress is stopped instead.
    """
    for job in Job.objects.silent(now or timezone.now()):
        mine = Job.objects.filter(pk=job.pk, status=job.status, attempts=job.attempts)
        if job.vain_attempts < MOST_VAIN_ATTEMPTS:
            _put_back(mine.filter(heartbeat_at=job.heartbeat_at), job)
        else:
            stopped = _("La tâche a été interrompue plusieurs fois de suite au même endroit.")
            mine.filter(heartbeat_at=job.heartbeat_at).update(
                status=Job.Status.STOPPED, ended_at=timezone.now(), error=stopped
            )
    entries = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    queued = {entry["args"][0] for entry in entries.values_list("args_kwargs", flat=True)}
    for job in Job.objects.filter(status=Job.Status.WAITING).exclude(pk__in=queued):
        _wake(job)


@transaction.atomic
def _put_back(rows, job, **fields):
    """Make the job wait again, unless it is no longer among `rows`; whether it was."""
    is_back = rows.update(status=Job.Status.WAITING, ended_at=None, error="", **fields)
    if is_back:
        _wake(job)
    return bool(is_back)


def _wake(job):
    do_queued.enqueue(str(job.pk))


@task()
def do_queued(job_id):
    """What the queue calls: one attempt at the job, if it still waits for one."""
    attempt = attempts.claim(job_id)
    if attempt is not None:
        attempt.work()
