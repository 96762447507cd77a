"""Storing many new rows: as bulk_create, without compiling an expression for every cell.

For rows whose relations are stored already, of one model, without conflicts to settle.
"""

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

ROWS_PER_STATEMENT = 500
# What SQLite takes in one statement since 3.32; PostgreSQL is given as much.
MAX_PARAMETERS = 32_000
# Cells of these classes that already are what the database takes.
PLAIN_FIELDS = (models.CharField, models.TextField, models.ForeignKey, models.IntegerField)
PLAIN = (str, int, type(None))


@transaction.atomic
def insert_many(rows):
    """Store `rows`, new instances of one model; gives each its primary key. Returns them."""
    rows = list(rows)
    if not rows:
        return rows
    meta, connection = rows[0]._meta, connections[DEFAULT_DB_ALIAS]
    is_numbered = all(row.pk is not None for row in rows)
    given = [field for field in meta.local_concrete_fields if not field.generated]
    fields = [field for field in given if is_numbered or not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    head = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES "
    tail = f" RETURNING {quote(meta.pk.column)}"
    places = f"({', '.join(['%s'] * len(fields))})"
    step = min(ROWS_PER_STATEMENT, MAX_PARAMETERS // len(fields))
    writers = [_writer(field, connection) for field in fields]
    with connection.cursor() as cursor:
        for at in range(0, len(rows), step):
            chunk = rows[at : at + step]
            values = [write(row) for row in chunk for write in writers]
            cursor.execute(head + ", ".join([places] * len(chunk)) + tail, values)
            for row, (pk,) in zip(chunk, cursor.fetchall(), strict=True):
                row.pk = pk
                row._state.adding, row._state.db = False, connection.alias
    return rows


def _writer(field, connection):
    """What gives the cell of a row, in the form the database takes."""
    is_plain = isinstance(field, PLAIN_FIELDS)

    def write(row):
        value = field.pre_save(row, add=True)
        if is_plain and type(value) in PLAIN:
            return value
        return field.get_db_prep_save(value, connection)

    return write
