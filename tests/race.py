"""Two real processes at one database: both set off while a third connection holds the lock.

`together()` gives what each said. Neither may end while the lock is held: they wait for it.
"""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction

ROOT = Path(__file__).resolve().parent.parent
# Longer than a process needs to reach the lock once it was told to go.
HOLD = 0.7


def together(scripts, hold, then=lambda: None):
    """Run each script in its own process, all at once, while `hold()` holds a lock.

    `then()` is called while they wait for it, in the same transaction. A script's standard output
    is its answer; each is a text of Python in which Django is set up.
    """
    processes = [start(script) for script in scripts]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n", process.communicate()[1]
        with held(hold):
            for process in processes:
                process.stdin.write("go\n")
                process.stdin.flush()
            for process in processes:
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(timeout=HOLD)
            then()
        return [answer_of(process) for process in processes]
    finally:
        for process in processes:
            with process:  # closes its pipes and waits for its end
                process.kill()


@contextmanager
def held(hold):
    """A transaction of this process holding what `hold()` locks; on SQLite, the whole file."""
    with transaction.atomic():
        hold()
        yield


def hold(model, **which):
    """What holds these rows as a writer does who is about to change them, by pk."""
    rows = model.objects.select_for_update(no_key=True).filter(**which).order_by("pk")
    return lambda: list(rows.all())


def start(script):
    program = f"import django\ndjango.setup()\nprint('ready', flush=True)\ninput()\n{script}"
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **environment()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def environment():
    """The settings of this run, with the test's own database."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        url = f"{os.environ['REMESS_DATABASE_URL'].rpartition('/')[0]}/{name}"
    return {"DJANGO_SETTINGS_MODULE": "tests.settings", "REMESS_DATABASE_URL": url}


def answer_of(process):
    said, complaints = process.communicate(timeout=30)
    assert process.returncode == 0, complaints
    return said.strip()
