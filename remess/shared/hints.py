"""What the database is told besides the question."""

from django.db.models import Func


class RowByRow(Func):
    """The column, compared row by row on SQLite, which would begin in its index otherwise.

    Without statistics it believes every range narrow, and sorts most of the register; PostgreSQL
    counts first and reads the column as it is.
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra)
