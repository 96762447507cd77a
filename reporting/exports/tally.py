"""Counts the rows on their way to a file and holds them against the register's own count.

Both come from one reading: every row carries how many the database found with it, so that
somebody entering a sheet meanwhile makes no difference, and a row lost on the way does.
"""

from django.conf import settings
from django.db.models import Count, Window
from django.utils.translation import gettext as _

from remess.shared.numbers import grouped

STEP = 500


class IncompleteExport(Exception):
    """A file that does not hold every row; str() is the sentence to show."""


def with_total(queryset):
    """`queryset` whose rows carry `in_all`, how many they are."""
    return queryset.annotate(in_all=Window(Count("pk")))


def untold(done, total):
    """The progress nobody looks at."""


class Tally:
    """`written` rows of the `expected` ones; `progress(done, total)` is called now and then."""

    def __init__(self, progress=untold):
        self.written = self.expected = 0
        self.progress = progress

    def over(self, rows):
        for row in rows:
            self.expected = row.in_all
            yield row
            self.written += 1
            if self.written % STEP == 0:
                self.progress(self.written, self.expected)

    def gathered(self, rows, n):
        """The rows for a workbook: in a list where they are few (`n`), else one by one."""
        counted = self.over(rows)
        return counted if n > settings.EXPORT_AT_ONCE else list(counted)

    def check(self):
        """Raise IncompleteExport unless every row was written; at the end all is told."""
        if self.written != self.expected:
            raise IncompleteExport(
                _(
                    "Le fichier compte %(written)s lignes, le registre %(expected)s : il n'est pas "
                    "gardé. Relancer l'export."
                )
                % {"written": grouped(self.written), "expected": grouped(self.expected)}
            )
        self.progress(self.written, self.expected)

    def checked(self, built):
        """`built` if it holds every row, else closed and refused."""
        try:
            self.check()
        except IncompleteExport:
            built.close()
            raise
        return built
