"""Real worker processes: killed halfway, stopped politely, begun again by their supervisor."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from remess.jobs import queue
from remess.jobs.models import LOST_AFTER
from remess.programme.models import Region
from tests.factories import make_user
from tests.jobs import kinds
from tests.race import ROOT, environment

WORKER = f"""
import django
django.setup()
import {kinds.__name__}
from django.core.management import call_command
call_command("job_worker", until_empty=True)
"""
# Says who it is each time it is begun, then lives until it is ended.
SLEEPER = "import os, signal; print(os.getpid(), flush=True); signal.pause()"
ENOUGH = 30  # seconds for a process to end, else the test fails


@contextmanager
def process(*arguments, **settings):
    """A Python process with pipes, ended in any case."""
    started = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with started:
        try:
            yield started
        finally:
            started.kill()


def worker():
    """The worker of an installation on the test's database, until no job waits."""
    return process("-c", WORKER, **{**environment(), "DJANGO_SETTINGS_MODULE": "remess.settings"})


def ask(**arguments):
    return queue.start("regions", "Régions", by=make_user(), key="clé", arguments=arguments)


def pieces():
    return [region.name_fr for region in Region.objects.order_by("pk")]


def assert_done_once(job, *, attempts, count):
    job.refresh_from_db()
    assert (job.status, job.attempts, job.percent) == ("done", attempts, 100)
    assert pieces() == [f"Pièce {number}" for number in range(count)]


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_is_killed_halfway_goes_on_and_ends_once(real_queue):
    job = ask(regions=6, wait_after=3)
    with worker() as first:
        assert first.stdout.readline() == "stored\n"
        first.kill()
        first.wait(ENOUGH)
    job.refresh_from_db()
    assert (job.status, len(pieces())) == ("running", 4)
    queue.put_back_lost(now=timezone.now() + LOST_AFTER + timedelta(seconds=1))
    with worker() as second:
        assert second.wait(ENOUGH) == 0
    assert_done_once(job, attempts=2, count=6)


@pytest.mark.django_db(transaction=True)
def test_a_worker_asked_to_stop_puts_its_job_back_for_the_next(real_queue):
    job = ask(regions=6, wait_after=3)
    with worker() as first:
        assert first.stdout.readline() == "stored\n"
        first.send_signal(signal.SIGTERM)
        first.send_signal(signal.SIGINT)
        first.communicate("\n", timeout=ENOUGH)
        assert first.returncode == 0
    job.refresh_from_db()
    assert (job.status, job.done, job.error) == ("waiting", 4, "")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(days=8))
    with worker() as second:
        assert second.wait(ENOUGH) == 0
    assert_done_once(job, attempts=2, count=6)
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"  # the old entry is tidied away


def test_the_supervisor_begins_a_dead_worker_again_and_ends_with_it():
    with process("-m", "remess.jobs.supervisor", sys.executable, "-c", SLEEPER) as supervisor:
        first = int(supervisor.stdout.readline())
        os.kill(first, signal.SIGKILL)
        second = int(supervisor.stdout.readline())
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(ENOUGH) == 0
    assert second != first
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
