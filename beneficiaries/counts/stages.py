"""FunnelCount and FunnelLedger: how many reached each stage, written with the stage events."""

from collections import Counter

from django.db import connection
from django.db.models import Count, F
from django.db.models.functions import TruncMonth

from beneficiaries.counts.tables import columns, conflict, table_of, upsert
from beneficiaries.models.counts import KEY, FunnelCount, FunnelLedger
from beneficiaries.models.history import StageEvent
from remess.shared.dates import month_of

LEDGER_KEY = ["recorded_on", *KEY]
KEYS = {FunnelCount: KEY, FunnelLedger: LEDGER_KEY}


def add_recorded(events):
    """Count `events` (an iterable of StageEvent) that were just written."""
    _add(Counter((event.recorded_on, *_key(event)) for event in events))


def add_voided(events):
    """Uncount `events` that were just voided, on the day of the voiding."""
    entries = Counter()
    entries.subtract((event.voided_on, *_key(event)) for event in events)
    _add(entries)


def fill():
    """Write both empty tables from the events."""
    with connection.cursor() as cursor:
        for model, key, query in _queries():
            sql, params = query.query.sql_with_params()
            cursor.execute(
                f"INSERT INTO {table_of(model)} ({columns(model, key)}, n) {sql} "
                f"{conflict(model, key)}",
                params,
            )


def expected():
    """{table: {key: n}} by the events."""
    found = {model: Counter() for model in KEYS}
    for model, _key_names, query in _queries():
        for *key, n in query:
            found[model][tuple(key)] += n
    return found


def _key(event):
    return (month_of(event.occurred_on), event.region_id, event.ocb_id, event.sex, event.stage)


def _add(entries):
    """Add `entries` {(day, month, region, OCB, sex, stage): n} to both tables."""
    counts = Counter()
    for (_day, *key), n in entries.items():
        counts[tuple(key)] += n
    upsert(FunnelCount, KEY, counts)
    upsert(FunnelLedger, LEDGER_KEY, entries)


def _queries():
    """(table, key, query): what each table's rows are, counted over the events."""
    events = StageEvent.objects.annotate(month=TruncMonth("occurred_on")).order_by()
    voided = events.filter(voided_on__isnull=False)
    dimensions = ["region", "ocb", "sex", "stage"]
    ledger = ["day", "month", *dimensions]
    return [
        (
            FunnelCount,
            KEY,
            events.unvoided().values_list("month", *dimensions).annotate(n=Count("pk")),
        ),
        (
            FunnelLedger,
            LEDGER_KEY,
            events.annotate(day=F("recorded_on")).values_list(*ledger).annotate(n=Count("pk")),
        ),
        (
            FunnelLedger,
            LEDGER_KEY,
            voided.annotate(day=F("voided_on")).values_list(*ledger).annotate(n=-Count("pk")),
        ),
    ]
