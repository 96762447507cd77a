"""What the count tables share: adding to them in key order, with one SQL on both databases."""

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


def hold_writers(models):
    """Let no writer in between reading the rows and the tables; SQLite's transaction does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            names = ", ".join(table_of(model) for model in models)
            cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


def empty(models):
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"DELETE FROM {table_of(model)}")


def stored_in(model, key):
    """{key: n} of what the table holds, zeros left out."""
    return {tuple(k): n for *k, n in model.objects.values_list(*key, "n") if n}
