"""Counts as they stood at the end of days past, kept so that « arrêté au » adds up less.

Written when a part of a month is over, and by whatever is recorded in a day closed afterwards.
"""

from collections import Counter
from dataclasses import dataclass

from django.db import connection, models
from django.db.models import Max

from beneficiaries.counts.rows import cast_day, columns, table_of, upsert
from remess.shared.dates import ONE_DAY, next_month, today

MONTHS = (1,)
TENS = (1, 11, 21)


@dataclass(frozen=True)
class Closing:
    """One table of counts kept by `key`, at the end of each part of a month that changed them.

    `starts`: the days of a month on which a part of it begins.
    """

    model: type[models.Model]
    key: tuple[str, ...]
    starts: tuple[int, ...] = MONTHS

    @property
    def whole_key(self):
        return ("closed_on", *self.key)

    def start_of(self, day):
        """The first day of the part that holds `day`."""
        return day.replace(day=max(start for start in self.starts if start <= day.day))

    def end_of(self, day):
        """The last day of the part that holds `day`."""
        later = [start for start in self.starts if start > day.day]
        return (day.replace(day=min(later)) if later else next_month(day)) - ONE_DAY

    def days(self):
        """The days closed, oldest first."""
        rows = self.model.objects.order_by("closed_on")
        return rows.values_list("closed_on", flat=True).distinct()

    def add(self, entries, key):
        """Add `entries` {(day recorded, *key): n} to what is closed on their day or later."""
        past = [day for day, *_key in entries if day < self.start_of(today())]
        if past:
            upsert(self.model, self.whole_key, self.at_ends(entries, key, since=min(past)))

    def at_ends(self, entries, key, since=None):
        """{(day closed, *key): n}: what `entries` by `key` add up to at each day closed."""
        days = self.days().filter(closed_on__gte=since) if since else self.days()
        left = sorted(((day, n, rest) for (day, *rest), n in entries.items()), reverse=True)
        places = [key.index(name) for name in self.key]
        found, running = {}, Counter()
        for end in days:
            while left and left[-1][0] <= end:
                _day, n, rest = left.pop()
                running[tuple(rest[at] for at in places)] += n
            found |= {(end, *at): n for at, n in running.items() if n}
        return found

    def close(self, ledger):
        """Keep the counts at the end of each part that is over and in which `ledger` changed."""
        last = self.last()
        days = self._to_close(ledger, last).order_by("recorded_on")
        for end in sorted({self.end_of(day) for day in days.dates("recorded_on", "day")}):
            self._close(ledger, last, end)
            last = end

    def is_behind(self, ledger):
        """Whether close() would keep anything."""
        return self._to_close(ledger, self.last()).exists()

    def last(self):
        """The last day closed, None before the first."""
        return self.model.objects.aggregate(last=Max("closed_on"))["last"]

    def _to_close(self, ledger, last):
        """What changed since the day `last` closed, the present part's not yet."""
        rows = ledger.objects.filter(recorded_on__lt=self.start_of(today())).exclude(n=0)
        return rows.filter(recorded_on__gt=last) if last else rows

    def _close(self, ledger, last, end):
        names, closing = columns(ledger, self.key), table_of(self.model)
        since, params = ("AND recorded_on > %s", [last]) if last else ("", [])
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {closing} (closed_on, {names}, n) "
                f"SELECT {cast_day()}, {names}, SUM(n) FROM ("
                f"SELECT {names}, n FROM {closing} WHERE closed_on = {cast_day()} UNION ALL "
                f"SELECT {names}, n FROM {table_of(ledger)} WHERE recorded_on <= %s {since}"
                f") moved GROUP BY {names} HAVING SUM(n) <> 0",
                [end, last, end, *params],
            )
