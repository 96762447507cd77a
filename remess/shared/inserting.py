"""Storing many new rows: as bulk_create, without compiling an expression for every cell.

For rows whose relations are stored already, of one model, without conflicts to settle.
"""

from io import StringIO

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from psycopg2.extras import Json

ROWS_PER_STATEMENT = 500
# What SQLite takes in one statement since 3.32; PostgreSQL is given as much.
MAX_PARAMETERS = 32_000
# Cells of these classes that already are what the database takes.
PLAIN_FIELDS = (models.CharField, models.TextField, models.ForeignKey, models.IntegerField)
PLAIN = (str, int, type(None))
# What would end a cell or a row in the text of COPY.
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


@transaction.atomic
def insert_many(rows):
    """Store `rows`, new instances of one model; gives each its primary key. Returns them."""
    rows = list(rows)
    if not rows:
        return rows
    meta, connection = rows[0]._meta, connections[DEFAULT_DB_ALIAS]
    is_numbered = all(row.pk is not None for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if not is_numbered:
                _number(cursor, meta, rows)
            fields = _fields(meta, is_numbered=True)
            writers = [_writer(field, connection) for field in fields]
            columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
            cells = ([write(row) for write in writers] for row in rows)
            _copy(cursor, connection, meta, columns, cells)
        else:
            _insert(cursor, connection, _fields(meta, is_numbered=is_numbered), rows)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return rows


def insert_values(model, names, rows):
    """Store `rows`, tuples of what the fields `names` hold as the database takes it, in bulk."""
    connection = connections[DEFAULT_DB_ALIAS]
    quote, columns = connection.ops.quote_name, [model._meta.get_field(n).column for n in names]
    listed = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, connection, model._meta, listed, rows)
        else:
            places = ", ".join(["%s"] * len(columns))
            head = f"INSERT INTO {quote(model._meta.db_table)} ({listed}) VALUES ({places})"
            cursor.executemany(head, rows)


def _fields(meta, *, is_numbered):
    given = [field for field in meta.local_concrete_fields if not field.generated]
    return [field for field in given if is_numbered or not field.primary_key]


def _insert(cursor, connection, fields, rows):
    """Statements of many rows each; what the database numbers comes back in the order given."""
    meta, quote = rows[0]._meta, connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    head = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES "
    tail = f" RETURNING {quote(meta.pk.column)}"
    places = f"({', '.join(['%s'] * len(fields))})"
    step = min(ROWS_PER_STATEMENT, MAX_PARAMETERS // len(fields))
    writers = [_writer(field, connection) for field in fields]
    for at in range(0, len(rows), step):
        chunk = rows[at : at + step]
        values = [write(row) for row in chunk for write in writers]
        cursor.execute(head + ", ".join([places] * len(chunk)) + tail, values)
        for row, (pk,) in zip(chunk, cursor.fetchall(), strict=True):
            row.pk = pk


def _number(cursor, meta, rows):
    """Give the rows the next numbers of PostgreSQL's own sequence."""
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
        [meta.db_table, meta.pk.column, len(rows)],
    )
    for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
        row.pk = pk


def _copy(cursor, connection, meta, columns, rows):
    """PostgreSQL's COPY: no statement to parse, one line of text a row."""
    table = connection.ops.quote_name(meta.db_table)
    content = StringIO("".join("\t".join(map(_text, row)) + "\n" for row in rows))
    with connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", content)


def _text(value):
    """A cell as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, Json):
        value = value.dumps(value.adapted)
    return str(value).translate(ESCAPES)


def _writer(field, connection):
    """What gives the cell of a row, in the form the database takes."""
    is_plain = isinstance(field, PLAIN_FIELDS)

    def write(row):
        value = field.pre_save(row, add=True)
        if is_plain and type(value) in PLAIN:
            return value
        return field.get_db_prep_save(value, connection)

    return write
