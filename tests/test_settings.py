"""Starting: what an unsafe installation is refused, and what a safe one runs on."""

import importlib.util
import json
import os
import subprocess
import sys
import zoneinfo
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from remess.accounts.models import User
from remess.accounts.roles import Role

GOOD_SECRET = "kT7-qz2LmX9vB4nR8wY1cD5fG6hJ3sP0aE_uI-oQtZxWbVnMrKl"
PRODUCTION = {"REMESS_SECRET_KEY": GOOD_SECRET, "REMESS_ALLOWED_HOSTS": "suivi.example.ma"}


def run(*arguments, **variables):
    """A fresh Python at the project's root with these settings alone, its output as text."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("REMESS_")}
    own.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=own | variables,
        capture_output=True,
        text=True,
    )


def start(**variables):
    return run("manage.py", "check", **variables)


def values_of(expression, **variables):
    """What a fresh start with these settings makes of `expression`, over `settings`."""
    program = f"import json; from remess import settings; print(json.dumps({expression}))"
    answer = run("-c", program, **variables)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_a_production_starts_with_a_good_secret_and_named_hosts():
    assert start(**PRODUCTION).returncode == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"REMESS_SECRET_KEY": ""}, "REMESS_SECRET_KEY manque"),
        ({"REMESS_SECRET_KEY": "trop-court"}, "REMESS_SECRET_KEY est trop faible"),
        ({"REMESS_SECRET_KEY": "ab" * 40}, "REMESS_SECRET_KEY est trop faible"),
        ({"REMESS_ALLOWED_HOSTS": ""}, "REMESS_ALLOWED_HOSTS manque"),
        ({"REMESS_ALLOWED_HOSTS": "suivi.example.ma,*"}, "REMESS_ALLOWED_HOSTS contient « * »"),
    ],
)
def test_an_unsafe_production_is_refused_with_a_sentence(changes, sentence):
    answer = start(**PRODUCTION | changes)
    assert answer.returncode == 1
    assert answer.stderr.startswith(sentence)
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.django_db(transaction=True)
def test_demo_accounts_stop_a_production_and_not_a_demo():
    User.objects.create_user(
        "equipe", "demo-remess-2018", full_name="Démo", role=Role.STAFF, is_demo=True
    )
    here = PRODUCTION | {"REMESS_DATABASE_URL": url_of_this_database()}
    answer = run("-c", "import remess.wsgi", **here)
    assert answer.returncode == 1
    assert "Cette base contient des comptes de démonstration" in answer.stderr
    assert run("-c", "import remess.wsgi", **here, REMESS_DEMO="1").returncode == 0


def url_of_this_database():
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return f"postgres://{database['USER']}@/{database['HOST']}/{database['NAME']}"


def test_cookies_are_bound_to_https_in_production_and_not_in_the_demo():
    names = "[settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]"
    secure = "[settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE]"
    assert values_of(names, **PRODUCTION) == ["__Host-sessionid", "__Host-csrftoken"]
    assert values_of(secure, **PRODUCTION) == [True, True]
    assert values_of(names, REMESS_DEMO="1") == ["sessionid", "csrftoken"]
    assert values_of(secure, REMESS_DEMO="1") == [False, False]


def test_no_other_host_and_nothing_inline_may_run():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    allowed = {source for sources in directives.values() for source in sources}
    assert allowed == {"'none'", "'self'", "data:"}
    assert [name for name, sources in directives.items() if "data:" in sources] == ["img-src"]


def test_the_driver_is_psycopg2_alone():
    """Django silently prefers psycopg 3 where both are installed."""
    assert importlib.util.find_spec("psycopg2")
    assert not importlib.util.find_spec("psycopg")
    assert not is_psycopg3


def test_the_clock_is_that_of_the_tzdata_package():
    """Morocco left UTC+1 on 20 September 2026; the tables of older systems do not know."""
    assert zoneinfo.TZPATH == ()
    casablanca = zoneinfo.ZoneInfo(settings.TIME_ZONE)
    assert casablanca.key == "Africa/Casablanca"

    def ahead(*day):
        return datetime(*day, 12, tzinfo=casablanca).utcoffset()

    assert ahead(2018, 3, 1) == timedelta(0)
    assert ahead(2025, 1, 15) == timedelta(hours=1)
    assert ahead(2027, 1, 15) == timedelta(0)


def test_sqlite_locks_early_waits_long_and_syncs_to_the_disk(tmp_path):
    program = (
        "import django, json; django.setup();"
        "from django.db import connection as c;"
        "k = c.cursor();"
        "pragmas = [k.execute('PRAGMA ' + n).fetchone()[0]"
        " for n in ('journal_mode', 'synchronous', 'busy_timeout')];"
        "print(json.dumps([*pragmas, c.transaction_mode, c.settings_dict['ATOMIC_REQUESTS']]))"
    )
    answer = run(
        "-c",
        program,
        DJANGO_SETTINGS_MODULE="remess.settings",
        REMESS_DEMO="1",
        REMESS_DATABASE_URL=f"sqlite:///{tmp_path}/own.sqlite3",
    )
    full = 2
    assert json.loads(answer.stdout) == ["wal", full, 20_000, "IMMEDIATE", False]


def test_a_database_on_a_socket_is_reached_by_its_folder():
    read = "{k: settings.DATABASES['default'][k] for k in ('HOST', 'NAME', 'USER')}"
    url = "postgres://remess@//run/postgresql/registre"
    expected = {"HOST": "/run/postgresql", "NAME": "registre", "USER": "remess"}
    assert values_of(read, REMESS_DEMO="1", REMESS_DATABASE_URL=url) == expected
