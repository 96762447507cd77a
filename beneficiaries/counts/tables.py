"""What the count tables share: what is added to which, what is known on a day, who writes when."""

from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from django.db import connection, models
from django.db.models import Subquery, Value
from django.db.models.functions import Coalesce

from beneficiaries.counts.closings import Closing
from beneficiaries.counts.rows import upsert

# The numbers of our locks, among those of one database: on all count tables, on all enterprises.
COUNTS, ENTERPRISES = 28_022_014, 28_022_015
_gathered = ContextVar("gathered", default=None)  # {Tables: entries} within at_once()


@dataclass(frozen=True)
class Tables:
    """One set of counts: as they stand, by day recorded, and as they stood on days closed.

    `key`: the fields that name a count; `closings`: the first keeps whole keys, each after it
    fewer fields and more days. Entries are {(day recorded, *key): n}.
    """

    counts: type[models.Model]
    ledger: type[models.Model]
    key: tuple[str, ...]
    closings: tuple[Closing, ...]

    @property
    def keys(self):
        """{model: its whole key}."""
        closed = {closing.model: closing.whole_key for closing in self.closings}
        return {self.counts: self.key, self.ledger: ("recorded_on", *self.key)} | closed

    def add(self, entries):
        """Add `entries` to the counts, the ledger and what they change in days closed.

        Within at_once(), at its end.
        """
        gathered = _gathered.get()
        if gathered is None:
            self._write(entries)
        else:
            gathered.setdefault(self, Counter()).update(entries)

    def _write(self, entries):
        _write_beside_others()
        upsert(self.counts, self.key, without_day(entries))
        upsert(self.ledger, ("recorded_on", *self.key), entries)
        for closing in self.closings:
            closing.add(entries, self.key)

    def known_on(self, day, fields=()):
        """The two sets of rows that add up to the counts at the end of `day`, an earlier one.

        `fields`: those of the key that the rows must have; with fewer there are fewer rows.
        """
        model = [each.model for each in self.closings if {*fields} <= {*each.key}][-1]
        closed = model.objects.filter(closed_on__lte=day)
        # A column of its own type: the day before all days where nothing is closed.
        last = closed.order_by("-closed_on").values("closed_on")[:1]
        since = Coalesce(Subquery(last), Value(date.min), output_field=models.DateField())
        return [
            model.objects.filter(closed_on=Subquery(last)),
            self.ledger.objects.filter(recorded_on__gt=since, recorded_on__lte=day),
        ]

    def close(self):
        """Keep the counts of each day to close that is over."""
        hold_writers()
        for closing in self.closings:
            closing.close(self.ledger)

    def is_behind(self):
        """Whether close() would keep anything."""
        return any(closing.is_behind(self.ledger) for closing in self.closings)


@contextmanager
def at_once():
    """Write what is added within in one go, at the end: every table once, in one order.

    In the transaction that writes the rows counted. Two that each added twice could wait for each
    other in a circle. What an error takes back is not added.
    """
    own = {}
    outside = _gathered.set(own)
    try:
        yield
    finally:
        _gathered.reset(outside)
    for tables in sorted(own, key=lambda tables: tables.counts._meta.db_table):
        tables.add(own[tables])


def without_day(entries):
    """{key: n} of entries, all days together."""
    counts = Counter()
    for (_day, *key), n in entries.items():
        counts[tuple(key)] += n
    return counts


def hold_writers():
    """Let no writer in between reading the rows and the tables; SQLite's transaction does."""
    _take_turn("pg_advisory_xact_lock", COUNTS)


def hold_enterprises():
    """Let no other writer touch any enterprise until the end of this transaction."""
    _take_turn("pg_advisory_xact_lock", ENTERPRISES)


def _write_beside_others():
    """Wait while the tables are held: the one lock whoever counts takes, whatever they write."""
    _take_turn("pg_advisory_xact_lock_shared", COUNTS)


def _take_turn(lock, number):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {lock}(%s)", [number])
