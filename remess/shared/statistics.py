"""What the database believes of its tables' sizes, on which it chooses an index or a whole read."""

from django.db import connection

# Rows of each index that SQLite looks at: a few milliseconds, however large the table.
SAMPLE = 1000


def note_sizes(*models):
    """Have the database look anew at how large the tables of these models are."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit={SAMPLE}")
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
