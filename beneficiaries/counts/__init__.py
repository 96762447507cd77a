"""The count tables: add to them, rebuild them, verify them.

Called by transitions/ inside the transaction that writes the rows they count; nothing else writes
them.
"""

from django.db import transaction

from beneficiaries.counts import parts, stages
from beneficiaries.counts.parts import following, lock_enterprises_of
from beneficiaries.counts.stages import add_recorded, add_voided
from beneficiaries.counts.tables import empty, hold_writers, stored_in, table_of

__all__ = [
    "KEYS",
    "add_recorded",
    "add_voided",
    "differences",
    "following",
    "lock_enterprises_of",
    "rebuild",
]
KEYS = stages.KEYS | parts.KEYS


@transaction.atomic
def rebuild():
    """Make all tables anew from the rows they count, in one transaction."""
    hold_writers(KEYS)
    empty(KEYS)
    stages.fill()
    parts.fill()


@transaction.atomic
def differences():
    """Where the tables differ from the rows they count.

    Returns a list of (table, key, stored n, n by the rows), zeros left out on both sides.
    """
    hold_writers(KEYS)
    found = []
    for model, totals in (stages.expected() | parts.expected()).items():
        stored = stored_in(model, KEYS[model])
        wanted = {k: n for k, n in totals.items() if n}
        found += [
            (table_of(model), k, stored.get(k, 0), wanted.get(k, 0))
            for k in sorted(stored.keys() | wanted.keys(), key=str)
            if stored.get(k, 0) != wanted.get(k, 0)
        ]
    return found
