"""The settings as the tests run them: the demo mode, plain static files, a quick hasher.

Named by pyproject.toml, so that `pytest` alone runs as `make test` does.
"""

import os

os.environ.setdefault("REMESS_DEMO", "1")
os.environ.setdefault("REMESS_PLAIN_STATIC", "1")
os.environ.setdefault("REMESS_SECRET_KEY", "a secret of the tests alone, which protects nothing")

from remess.settings import *  # noqa: E402, F403 (the environment must be set first)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# There is no collected folder: whitenoise must not look for one, nor warn that it is missing.
WHITENOISE_AUTOREFRESH = True
# A job is done at once where it is asked for; with the fixture `real_queue` it waits for a worker.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# A live server's threads must not keep connections to a database about to be dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
