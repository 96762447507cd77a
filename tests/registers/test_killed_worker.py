"""An import whose worker is killed again and again: nothing lost, nothing doubled.

The workers are processes of their own. Each is killed by SIGKILL, in the middle of a transaction
or between two, at another statement each time.
"""

import os
import subprocess
import sys
import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from beneficiaries.counts import differences
from beneficiaries.models import Beneficiary, StageEvent
from remess.jobs import queue
from remess.jobs.models import LOST_AFTER, Job
from remess.registers import wizard
from remess.registers.models import Import, ImportLine
from tests.factories import make_user
from tests.race import ROOT, environment
from tests.registers.registers import a_network
from tests.registers.wizards import HEADINGS, person

pytestmark = pytest.mark.django_db(transaction=True)
BATCH = 5
# One process that has loaded everything and forks a worker for each line it is sent: the number
# of SQL statements after which that worker is killed, 0 for never.
FOREMAN = f"""
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection, connections
from remess.registers import importing
importing.BATCH = {BATCH}

def killer(limit):
    left = [limit]
    def count(execute, sql, params, many, context):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)
    return count

for line in sys.stdin:
    child = os.fork()
    if not child:
        if limit := int(line):
            connection.execute_wrappers.append(killer(limit))
        call_command("job_worker", until_empty=True)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def work(settings):
    """work(statements) → how a worker ended that was killed after so many."""
    env = {**environment(), "REMESS_MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    foreman = subprocess.Popen(
        [sys.executable, "-c", FOREMAN],
        cwd=ROOT,
        env={**os.environ, **env, "DJANGO_SETTINGS_MODULE": "remess.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def one(statements):
        foreman.stdin.write(f"{statements}\n")
        foreman.stdin.flush()
        return int(foreman.stdout.readline())

    with foreman:
        try:
            yield one
        finally:
            foreman.kill()


def a_checked_import(rows):
    lines = [person(number) for number in range(rows)]
    text = "\n".join([HEADINGS, *lines]).encode()
    columns = (
        "family_name", "given_name", "sex", "birth_date", "cin", "phone", "ocb", "identified_on",
        "consent",
    )  # fmt: skip
    return Import.objects.create(
        key=uuid.uuid4(),
        file="registre.csv",
        stored=ContentFile(text, name="registre.csv"),
        digest="a" * 64,
        header_row=1,
        headings=HEADINGS.split(";"),
        expected_rows=rows,
        columns={str(index): name for index, name in enumerate(columns)},
        by=make_user(),
        state=Import.State.CHECKED,
    )


def stored_rows():
    """How many rows are stored, everything about them being whole."""
    rows = ImportLine.objects.count()
    assert Beneficiary.objects.count() == StageEvent.objects.count() == rows
    assert rows % BATCH == 0
    return rows


@pytest.mark.parametrize(
    ("cycles", "rows"), [(4, 30), pytest.param(40, 200, marks=pytest.mark.slow)]
)
def test_an_import_killed_many_times_loses_and_doubles_nothing(real_queue, work, cycles, rows):
    a_network()
    batch = a_checked_import(rows)
    job = wizard.confirm(batch, by=batch.by)
    kills = 0
    for cycle in range(cycles):
        statements = 30 + 12 * (cycle % 7) + cycle // 4
        killed = work(statements) == -9
        kills += killed
        stored_rows()
        job.refresh_from_db()
        if job.status == Job.Status.RUNNING:
            later = timezone.now() + LOST_AFTER + timedelta(seconds=1)
            queue.put_back_lost(now=later)
            job.refresh_from_db()
        if job.status == Job.Status.STOPPED:  # killed again and again before any batch was done
            queue.restart(job)
    assert kills == cycles
    assert 0 < stored_rows() < rows  # killed on the way, not before nor after
    assert work(0) == 0
    job.refresh_from_db()
    batch.refresh_from_db()
    assert (job.status, batch.state, stored_rows()) == ("done", "done", rows)
    assert set(Beneficiary.objects.values_list("cin", flat=True)) == {
        f"UA{number:05d}" for number in range(rows)
    }
    assert batch.tally == {"created": rows}
    assert differences() == []
