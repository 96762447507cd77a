"""How many reached each stage, written with the stage events."""

from collections import Counter

from django.db.models import Count, F
from django.db.models.functions import TruncMonth

from beneficiaries.counts.closings import TENS, Closing
from beneficiaries.counts.tables import Tables
from beneficiaries.models.counts import (
    KEY,
    REGION_KEY,
    FunnelClosing,
    FunnelCount,
    FunnelLedger,
    RegionClosing,
)
from beneficiaries.models.history import StageEvent
from remess.shared.dates import month_of

# Most figures of a past day need no OCB: they start from fewer rows, kept more often.
CLOSINGS = (Closing(FunnelClosing, KEY), Closing(RegionClosing, REGION_KEY, TENS))
TABLES = Tables(FunnelCount, FunnelLedger, KEY, CLOSINGS)
DAYS = {"recorded_on": 1, "voided_on": -1}


def add_recorded(events):
    """Count `events` (an iterable of StageEvent) that were just written."""
    TABLES.add(Counter((event.recorded_on, *_key(event)) for event in events))


def add_voided(events):
    """Uncount `events` that were just voided, on the day of the voiding."""
    entries = Counter()
    entries.subtract((event.voided_on, *_key(event)) for event in events)
    TABLES.add(entries)


def all_entries():
    """{(day, *key): n}: what the ledger holds, by the events."""
    found = Counter()
    events = StageEvent.objects.annotate(month=TruncMonth("occurred_on")).order_by()
    for name, sign in DAYS.items():
        rows = events.filter(**{f"{name}__isnull": False}).annotate(day=F(name))
        for *key, n in rows.values_list("day", *KEY).annotate(n=Count("pk")).iterator():
            found[tuple(key)] += n * sign
    return found


def _key(event):
    return (month_of(event.occurred_on), event.region_id, event.ocb_id, event.sex, event.stage)
