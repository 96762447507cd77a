"""FunnelCount and FunnelLedger: add to them, rebuild them, verify them.

Called by transitions.py inside the transaction that writes the events; nothing else writes them.
"""

from collections import Counter

from django.db import connection, transaction
from django.db.models import Count, F
from django.db.models.functions import TruncMonth

from beneficiaries.models.counts import KEY, FunnelCount, FunnelLedger
from beneficiaries.models.history import StageEvent
from remess.shared.dates import month_of

ROWS_PER_STATEMENT = 500
LEDGER_KEY = ["recorded_on", *KEY]


def add_recorded(events):
    """Count `events` (an iterable of StageEvent) that were just written."""
    _add([(event.recorded_on, *_key(event)) for event in events], +1)


def add_voided(events):
    """Uncount `events` that were just voided, on the day of the voiding."""
    _add([(event.voided_on, *_key(event)) for event in events], -1)


def rebuild():
    """Make both tables anew from the events, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        _hold_writers(cursor)
        for model in (FunnelCount, FunnelLedger):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
        for model, key, query in _queries():
            sql, params = query.query.sql_with_params()
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({_columns(model, key)}, n) {sql} "
                f"{_conflict(model, key)}",
                params,
            )


@transaction.atomic
def differences():
    """Where the tables differ from the events.

    Returns a list of (table, key, stored n, n by the events), zeros left out on both sides.
    """
    with connection.cursor() as cursor:
        _hold_writers(cursor)
    expected = {FunnelCount: Counter(), FunnelLedger: Counter()}
    keys = {FunnelCount: KEY, FunnelLedger: LEDGER_KEY}
    for model, _key_names, query in _queries():
        for *key, n in query:
            expected[model][tuple(key)] += n
    found = []
    for model, key in keys.items():
        stored = {tuple(k): n for *k, n in model.objects.values_list(*key, "n") if n}
        wanted = {k: n for k, n in expected[model].items() if n}
        found += [
            (model._meta.db_table, k, stored.get(k, 0), wanted.get(k, 0))
            for k in sorted(stored.keys() | wanted.keys(), key=str)
            if stored.get(k, 0) != wanted.get(k, 0)
        ]
    return found


def _hold_writers(cursor):
    """Let no writer in between reading the events and the tables; SQLite's transaction does."""
    if connection.vendor == "postgresql":
        tables = f"{FunnelCount._meta.db_table}, {FunnelLedger._meta.db_table}"
        cursor.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")


def _key(event):
    return (month_of(event.occurred_on), event.region_id, event.ocb_id, event.sex, event.stage)


def _add(keys, sign):
    """Add `sign` per (day, month, region, OCB, sex, stage), in key order against deadlocks."""
    ledger = Counter(keys)
    counts = Counter()
    for (_day, *key), n in ledger.items():
        counts[tuple(key)] += n
    _upsert(FunnelCount, KEY, counts, sign)
    _upsert(FunnelLedger, LEDGER_KEY, ledger, sign)


def _upsert(model, key, totals, sign):
    rows = [(*k, n * sign) for k, n in sorted(totals.items())]
    with connection.cursor() as cursor:
        for at in range(0, len(rows), ROWS_PER_STATEMENT):
            chunk = rows[at : at + ROWS_PER_STATEMENT]
            places = ", ".join(["(" + ", ".join(["%s"] * (len(key) + 1)) + ")"] * len(chunk))
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({_columns(model, key)}, n) "
                f"VALUES {places} {_conflict(model, key)}",
                [value for row in chunk for value in row],
            )


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


def _columns(model, key):
    return ", ".join(model._meta.get_field(name).column for name in key)


def _conflict(model, key):
    table = model._meta.db_table
    return f"ON CONFLICT ({_columns(model, key)}) DO UPDATE SET n = {table}.n + excluded.n"
