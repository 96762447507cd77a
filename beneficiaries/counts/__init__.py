"""The count tables: add to them, close days, rebuild them, verify them.

Called by transitions/ inside the transaction that writes the rows they count; nothing else writes
them.
"""

from django.db import transaction

from beneficiaries.counts import parts, stages
from beneficiaries.counts.parts import following, lock_enterprises_of, lock_people
from beneficiaries.counts.rows import empty, stored_in, table_of
from beneficiaries.counts.stages import add_recorded, add_voided
from beneficiaries.counts.tables import at_once, hold_enterprises, hold_writers, without_day
from remess.shared.inserting import insert_values

__all__ = [
    "KEYS",
    "PART_TABLES",
    "STAGE_TABLES",
    "add_recorded",
    "add_voided",
    "at_once",
    "close_days",
    "differences",
    "following",
    "has_days_to_close",
    "hold_enterprises",
    "lock_enterprises_of",
    "lock_people",
    "rebuild",
]
COUNTED = (stages, parts)
STAGE_TABLES, PART_TABLES = stages.TABLES, parts.TABLES
KEYS = stages.TABLES.keys | parts.TABLES.keys


@transaction.atomic
def close_days():
    """Keep the counts at the end of each part of a month that is over.

    « Arrêté au » then reads the last day kept and what was recorded since.
    """
    for counted in COUNTED:
        counted.TABLES.close()


def has_days_to_close():
    """Whether a part of a month is over whose counts are not kept yet."""
    return any(counted.TABLES.is_behind() for counted in COUNTED)


@transaction.atomic
def rebuild():
    """Make all tables anew from the rows they count, in one transaction."""
    hold_writers()
    empty(KEYS)
    for counted in COUNTED:
        tables, entries = counted.TABLES, counted.all_entries()
        _fill(tables.counts, tables.key, without_day(entries))
        _fill(tables.ledger, tables.keys[tables.ledger], entries)
        tables.close()


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
        for closing in tables.closings:
            found += _differing(tables, closing.model, closing.at_ends(entries, tables.key))
    return found


def _differing(tables, model, totals):
    stored = stored_in(model, tables.keys[model])
    wanted = {k: n for k, n in totals.items() if n}
    return [
        (table_of(model), k, stored.get(k, 0), wanted.get(k, 0))
        for k in sorted(stored.keys() | wanted.keys(), key=str)
        if stored.get(k, 0) != wanted.get(k, 0)
    ]
