"""What every test stands on. Warnings and undefined template variables are errors (pyproject.toml).

A test that reads or writes the database says so: `pytestmark = pytest.mark.django_db`.
"""

import pytest
from django.core.cache import cache, caches
from django.db import connection


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite in a file: browser and race tests need several connections to one database."""
    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(scope="session", autouse=True)
def _last_connection(django_db_setup, django_db_blocker):
    """A server's thread cut short may still hold a connection: PostgreSQL would not drop the
    database under it."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _empty_cache():
    """Sign-in attempts are counted in the cache: one test's must not refuse another's."""
    cache.clear()
    caches["pages"].clear()


@pytest.fixture
def real_queue(settings):
    """Jobs wait for a worker, as they do outside the tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture(autouse=True)
def _own_documents(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
