"""Keeps one worker running beside the server: begins it again when it dies, stops it on SIGTERM.

gunicorn.conf.py starts it (`python -m remess.jobs.supervisor`). A process of its own and no thread
of gunicorn's, which forks; it holds no Django. When its parent is gone, it stops as well.
"""

import os
import signal
import subprocess
import sys
import threading

LONGEST_PAUSE = 30  # seconds before a worker that keeps dying is begun again
PATIENCE = 10  # seconds given to a worker to put its job back; killed, the job is found again


def supervise(command):
    """Keep `command` running until SIGTERM, or until the parent is gone."""
    parent, stop, pause = os.getppid(), threading.Event(), 1
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    while not stop.is_set():
        worker = subprocess.Popen([*command, "--parent", str(os.getpid())])
        lived = 0
        while worker.poll() is None and not stop.wait(1):
            lived += 1
            if os.getppid() != parent:
                stop.set()
        pause = 1 if lived > LONGEST_PAUSE else pause
        stop.wait(pause)  # none once it is set
        pause = min(2 * pause, LONGEST_PAUSE)
    end(worker)


def end(process):
    """Ask the process to stop, wait, and kill it where it does not."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    supervise(sys.argv[1:] or [sys.executable, "manage.py", "job_worker"])
