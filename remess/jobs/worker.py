"""The process that does the jobs, one after another, and outlives neither its parent nor a stop.

On top of django-tasks-db's worker: a pulse that signs the job in hand and finds those of dead
workers, and a stop that puts the job in hand back at its next progress.
"""

import os
import signal
import sys
import threading
from datetime import timedelta

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME, TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from remess.jobs import attempts
from remess.jobs.queue import put_back_lost
from remess.jobs.registry import ask_daily
from remess.shared.dates import today

PULSE = 3  # seconds, several of which fit into LOST_AFTER
KEPT = timedelta(days=7)


class JobWorker(Worker):
    """Give `until_empty` to stop once no job waits, `parent` to stop when that process is gone."""

    def __init__(self, *, until_empty=False, parent=None):
        super().__init__(
            queue_names=[DEFAULT_TASK_QUEUE_NAME],
            excluded_queue_names=[],
            interval=1,
            batch=until_empty,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{os.uname().nodename[:40]}-{os.getpid()}",
        )
        self.parent = parent
        self.asked_on = None
        self.is_over = threading.Event()

    def run(self):
        old = DBTaskResult.objects.filter(enqueued_at__lt=timezone.now() - KEPT)
        old.exclude(status=TaskResultStatus.READY).delete()
        put_back_lost()
        self._ask_daily()
        pulse = threading.Thread(target=self._pulse, daemon=True)
        pulse.start()
        try:
            super().run()
        finally:
            self.is_over.set()
            pulse.join()

    def shutdown(self, signum, frame):
        """However often asked, end no job halfway: a second Ctrl-C must not make it fail."""
        self.running = False
        attempts.stopping.set()
        if not self.running_task:
            sys.exit(0)

    def _ask_daily(self):
        if (day := today()) != self.asked_on:
            ask_daily(day)
            self.asked_on = day

    def _pulse(self):
        while not self.is_over.wait(PULSE):
            if self.parent and os.getppid() != self.parent:
                os.kill(os.getpid(), signal.SIGTERM)
            close_old_connections()
            try:
                for attempt in list(attempts.at_work):
                    attempt.sign()
                put_back_lost()
                self._ask_daily()
            except (OperationalError, InterfaceError):
                continue  # the database is busy or away: again at the next beat
        connection.close()
