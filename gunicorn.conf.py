"""How gunicorn serves REMESS: two processes of four threads; SQLite writes one at a time anyway.

Beside them one worker for the background jobs, whatever the number of processes: its supervisor is
a child of gunicorn's own, begun and ended with it, in a session apart so that Ctrl-C reaches it
through gunicorn only.
"""

import subprocess
import sys
from pathlib import Path

worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
control_socket_disable = True


def when_ready(server):
    # Kept by the arbiter: this file is read anew at a reload.
    server.job_supervisor = subprocess.Popen(
        [sys.executable, "-m", "remess.jobs.supervisor"],
        cwd=Path(__file__).parent,
        start_new_session=True,
    )


def on_reload(server):
    on_exit(server)
    when_ready(server)


def on_exit(server):
    if supervisor := getattr(server, "job_supervisor", None):
        supervisor.terminate()
        supervisor.wait()
