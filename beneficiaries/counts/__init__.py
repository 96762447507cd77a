"""The count tables: add to them, close months, rebuild them, verify them.

Called by transitions/ inside the transaction that writes the rows they count; nothing else writes
them.
"""

from collections import Counter

from django.db import transaction

from beneficiaries.counts import parts, stages
from beneficiaries.counts.parts import following, lock_enterprises_of
from beneficiaries.counts.stages import add_recorded, add_voided
from beneficiaries.counts.tables import (
    empty,
    hold_writers,
    stored_in,
    table_of,
    without_day,
)
from remess.shared.inserting import insert_values

__all__ = [
    "KEYS",
    "PART_TABLES",
    "STAGE_TABLES",
    "add_recorded",
    "add_voided",
    "close_months",
    "differences",
    "following",
    "has_months_to_close",
    "lock_enterprises_of",
    "rebuild",
]
COUNTED = (stages, parts)
STAGE_TABLES, PART_TABLES = stages.TABLES, parts.TABLES
KEYS = stages.TABLES.keys | parts.TABLES.keys


@transaction.atomic
def close_months():
    """Keep the counts at the end of each month that is over: « arrêté au » then reads less."""
    for counted in COUNTED:
        counted.TABLES.close_months()


def has_months_to_close():
    """Whether a month is over whose counts are not kept yet."""
    return any(counted.TABLES.has_months_to_close() for counted in COUNTED)


@transaction.atomic
def rebuild():
    """Make all tables anew from the rows they count, in one transaction."""
    hold_writers()
    empty(KEYS)
    for counted in COUNTED:
        tables, entries = counted.TABLES, counted.all_entries()
        _fill(tables.counts, tables.key, without_day(entries))
        _fill(tables.ledger, tables.keys[tables.ledger], entries)
        tables.close_months()


def _fill(model, key, totals):
    """Write an empty table, zeros left out."""
    insert_values(model, [*key, "n"], ((*k, n) for k, n in sorted(totals.items()) if n))


@transaction.atomic
def differences():
    """Where the tables differ from the rows they count.

    Returns a list of (table, key, stored n, n by the rows), zeros left out on both sides.
    """
    hold_writers()
    found = []
    for counted in COUNTED:
        tables, entries = counted.TABLES, counted.all_entries()
        found += _differing(tables, tables.counts, without_day(entries))
        found += _differing(tables, tables.ledger, entries)
        found += _differing(tables, tables.closing, _closed(tables, entries))
    return found


def _closed(tables, entries):
    """{(day closed, *key): n} by the entries, for the days that are closed."""
    found, running = {}, Counter()
    left = sorted(entries.items(), reverse=True)
    for day in tables.closed_days():
        while left and left[-1][0][0] <= day:
            (_at, *key), n = left.pop()
            running[tuple(key)] += n
        found |= {(day, *key): n for key, n in running.items() if n}
    return found


def _differing(tables, model, totals):
    stored = stored_in(model, tables.keys[model])
    wanted = {k: n for k, n in totals.items() if n}
    return [
        (table_of(model), k, stored.get(k, 0), wanted.get(k, 0))
        for k in sorted(stored.keys() | wanted.keys(), key=str)
        if stored.get(k, 0) != wanted.get(k, 0)
    ]
