"""The version of the register: one number, another one after every write, whoever wrote.

Triggers move it, so that no writer can forget to; `migrate` puts them on every table but those
that no kept page shows. On PostgreSQL each transaction adds a row of its own: writers never wait
for each other, and a version never comes back. SQLite has one writer, and one row.
"""

from django.apps import apps
from django.db import connection, transaction
from django.db.models.expressions import RawSQL

from remess.shared.models import Change

# What no kept page shows: sign-in, jobs and what they check, histories beside their records.
UNWATCHED_APPS = frozenset(
    {"account", "auth", "contenttypes", "django_tasks_database", "jobs", "sessions", "shared"}
)
UNWATCHED_MODELS = frozenset(
    {
        "beneficiaries.HistoricalBeneficiary",
        "beneficiaries.HistoricalEnterprise",
        "registers.CheckedLine",
    }
)

# One of a table's triggers, by whose name the table is known as watched.
POSTGRESQL_NAMES = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
SQLITE_NAMES = "SELECT name FROM sqlite_master WHERE type = 'trigger'"

# After its first write a transaction adds up beside the table, as `remess.change`: a row written
# again and again is as many rows to pass by until the transaction ends. What it adds up is never 0:
# no version within it is the one that others read after it.
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION remess_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  own text := current_setting('remess.change', true);
  new_mark bigint := 1 + (random() * 1e9)::bigint;
BEGIN
  IF own <> '' THEN
    PERFORM set_config('remess.change', (own::bigint + new_mark)::text, true);
  ELSE
    INSERT INTO shared_change (mark) VALUES (new_mark);
    PERFORM set_config('remess.change', new_mark::text, true);
  END IF;
  RETURN NULL;
END $$
"""
POSTGRESQL_TRIGGERS = {
    "change_{table}": "AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION remess_change()",
}
# UPDATE, since in a trigger « OR REPLACE » gives way to the conflict rule of the statement outside.
SQLITE_TRIGGERS = {
    f"change_{act.lower()}_{{table}}": f"AFTER {act} ON {{table}} "
    "BEGIN UPDATE shared_change SET mark = random(); END"
    for act in ("INSERT", "UPDATE", "DELETE")
}


VERSIONS = {
    "postgresql": "SELECT SUM(mark) + COALESCE(NULLIF(current_setting('remess.change', true), '')"
    "::bigint, 0) FROM shared_change",
    "sqlite": "SELECT SUM(mark) FROM shared_change",
}


def version():
    """What stands for all that the register holds now; None where nothing watches it.

    One query. To be asked before what it is to stand for is read.
    """
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS[connection.vendor])
        return cursor.fetchone()[0]


def with_version(queryset):
    """The rows of `queryset`, each telling the version too, as `register_version`."""
    return queryset.annotate(register_version=RawSQL(VERSIONS[connection.vendor], ()))


def watched_tables():
    """The tables whose writes move the version."""
    return [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in UNWATCHED_APPS and model._meta.label not in UNWATCHED_MODELS
    ]


@transaction.atomic
def watch():
    """Put the triggers on the watched tables that lack them."""
    if not Change.objects.exists():
        Change.objects.create(mark=0)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for statement in missing_triggers(cursor):
            cursor.execute(statement)


def missing_triggers(cursor):
    """[the statement that makes it] of each trigger that is not there."""
    is_postgresql = connection.vendor == "postgresql"
    cursor.execute(POSTGRESQL_NAMES if is_postgresql else SQLITE_NAMES)
    there = {name for (name,) in cursor.fetchall()}
    triggers = POSTGRESQL_TRIGGERS if is_postgresql else SQLITE_TRIGGERS
    return [
        f"CREATE TRIGGER {name.format(table=table)} {rule.format(table=table)}"
        for table in watched_tables()
        for name, rule in triggers.items()
        if name.format(table=table) not in there
    ]


def gather():
    """Make one mark of all: the version stays, and is quick to add up."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "WITH gone AS (DELETE FROM shared_change RETURNING mark) "
                "INSERT INTO shared_change (mark) SELECT SUM(mark) FROM gone HAVING COUNT(*) > 0"
            )
