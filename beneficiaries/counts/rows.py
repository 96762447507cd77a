"""Rows of a count table: added to in key order, with one SQL on both databases."""

from django.db import connection

ROWS_PER_STATEMENT = 500


def upsert(model, key, totals):
    """Add `totals` {key: n} to the table of `model`; zeros are left out.

    In key order, so that two writers never wait for each other in a circle.
    """
    rows = [(*k, n) for k, n in sorted(totals.items()) if n]
    with connection.cursor() as cursor:
        for at in range(0, len(rows), ROWS_PER_STATEMENT):
            chunk = rows[at : at + ROWS_PER_STATEMENT]
            places = ", ".join(["(" + ", ".join(["%s"] * (len(key) + 1)) + ")"] * len(chunk))
            cursor.execute(
                f"INSERT INTO {table_of(model)} ({columns(model, key)}, n) "
                f"VALUES {places} {conflict(model, key)}",
                [value for row in chunk for value in row],
            )


def table_of(model):
    return model._meta.db_table


def columns(model, key):
    return ", ".join(model._meta.get_field(name).column for name in key)


def conflict(model, key):
    table = table_of(model)
    return f"ON CONFLICT ({columns(model, key)}) DO UPDATE SET n = {table}.n + excluded.n"


def cast_day():
    """A place for a day whose type PostgreSQL cannot guess."""
    return "CAST(%s AS date)" if connection.vendor == "postgresql" else "%s"


def stored_in(model, key):
    """{key: n} of what the table holds, zeros left out."""
    return {tuple(k): n for *k, n in model.objects.values_list(*key, "n") if n}


def empty(tables):
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"DELETE FROM {table_of(model)}")
