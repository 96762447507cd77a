"""What the count tables share: adding to them in key order, with one SQL on both databases."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db import connection, models
from django.db.models import Max, Subquery, Value
from django.db.models.functions import Coalesce

from remess.shared.dates import ONE_DAY, month_of, next_month, today

ROWS_PER_STATEMENT = 500
TURN = 28_022_014  # the number of our lock on all count tables, among those of one database


@dataclass(frozen=True)
class Tables:
    """One set of counts: as they stand, by day recorded, and as they stood at ends of months.

    `key`: the fields that name a count. Entries are {(day recorded, *key): n}.
    """

    counts: type[models.Model]
    ledger: type[models.Model]
    closing: type[models.Model]
    key: tuple[str, ...]

    @property
    def keys(self):
        """{model: its whole key}."""
        return {
            self.counts: self.key,
            self.ledger: ("recorded_on", *self.key),
            self.closing: ("closed_on", *self.key),
        }

    def add(self, entries):
        """Add `entries` to the counts, the ledger and what they change in months closed."""
        _write_beside_others()
        upsert(self.counts, self.key, without_day(entries))
        upsert(self.ledger, ("recorded_on", *self.key), entries)
        past = {key: n for key, n in entries.items() if key[0] < month_of(today())}
        if past:
            first = min(key[0] for key in past)
            totals = totals_at(self.closed_days().filter(closed_on__gte=first), past)
            upsert(self.closing, ("closed_on", *self.key), totals)

    def known_on(self, day):
        """The two sets of rows that add up to the counts at the end of `day`, an earlier one."""
        closed = self.closing.objects.filter(closed_on__lte=day)
        # A column of its own type: the day before all days where nothing is closed.
        last = closed.order_by("-closed_on").values("closed_on")[:1]
        since = Coalesce(Subquery(last), Value(date.min), output_field=models.DateField())
        return [
            self.closing.objects.filter(closed_on=Subquery(last)),
            self.ledger.objects.filter(recorded_on__gt=since, recorded_on__lte=day),
        ]

    def closed_days(self):
        """The days closed, oldest first."""
        rows = self.closing.objects.order_by("closed_on")
        return rows.values_list("closed_on", flat=True).distinct()

    def close_months(self):
        """Keep the counts at the end of each month that is over and in which they changed."""
        hold_writers()
        last = self._last_closed()
        rows = self._to_close(last)
        for month in rows.order_by("recorded_on").dates("recorded_on", "month"):
            end = next_month(month) - ONE_DAY
            self._close(last, end)
            last = end

    def has_months_to_close(self):
        """Whether close_months() would keep anything."""
        return self._to_close(self._last_closed()).exists()

    def _last_closed(self):
        return self.closing.objects.aggregate(last=Max("closed_on"))["last"]

    def _to_close(self, last):
        """What changed since the day `last` closed, the present month's not yet."""
        rows = self.ledger.objects.filter(recorded_on__lt=month_of(today())).exclude(n=0)
        return rows.filter(recorded_on__gt=last) if last else rows

    def _close(self, last, end):
        names = columns(self.ledger, self.key)
        closing, ledger = table_of(self.closing), table_of(self.ledger)
        since, params = ("AND recorded_on > %s", [last]) if last else ("", [])
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {closing} (closed_on, {names}, n) "
                f"SELECT {cast_day()}, {names}, SUM(n) FROM ("
                f"SELECT {names}, n FROM {closing} WHERE closed_on = {cast_day()} UNION ALL "
                f"SELECT {names}, n FROM {ledger} WHERE recorded_on <= %s {since}"
                f") moved GROUP BY {names} HAVING SUM(n) <> 0",
                [end, last, end, *params],
            )


def totals_at(days, entries):
    """{(day closed, *key): n}: what the entries up to each of `days` add up to."""
    found = Counter()
    for day in days:
        for (at, *key), n in entries.items():
            if at <= day:
                found[day, *key] += n
    return found


def without_day(entries):
    """{key: n} of entries, all days together."""
    counts = Counter()
    for (_day, *key), n in entries.items():
        counts[tuple(key)] += n
    return counts


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


def hold_writers():
    """Let no writer in between reading the rows and the tables; SQLite's transaction does."""
    _take_turn("pg_advisory_xact_lock")


def _write_beside_others():
    """Wait while the tables are held: the one lock whoever counts takes, whatever they write."""
    _take_turn("pg_advisory_xact_lock_shared")


def _take_turn(lock):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {lock}(%s)", [TURN])


def empty(tables):
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"DELETE FROM {table_of(model)}")


def stored_in(model, key):
    """{key: n} of what the table holds, zeros left out."""
    return {tuple(k): n for *k, n in model.objects.values_list(*key, "n") if n}
