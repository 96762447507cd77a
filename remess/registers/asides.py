"""Rows set aside because they may be somebody: the queue that people decide from.

A row is queued once. It comes back into question when it resembles somebody it was not told apart
from; what an agent may not see waits here for the team. Once its import is taken back it waits for
nothing, until another import brings it anew.
"""

from remess.registers.checking import canonical
from remess.registers.faults import ERROR
from remess.registers.models import Import, RowStatus, SetAside


def ask_again(rows):
    """Put in question again the rows decided before that resemble somebody new; {digest: aside}."""
    digests = [row.digest for row in rows if row.alike]
    asides = SetAside.objects.filter(digest__in=digests).select_related("line__batch", "resembles")
    known = {aside.digest: aside for aside in asides}
    for row in rows:
        if row.alike and row.digest in known:
            known[row.digest].ask(row.alike)
    return known


def queue(rows, lines):
    """Queue the rows of a batch that wait for a decision, each with its line."""
    known = ask_again(rows)
    fresh = []
    for row, line in zip(rows, lines, strict=True):
        if not waits(row):
            continue
        cells = {name: canonical(value) for name, value in row.values.items()}
        aside = known.get(row.digest)
        if aside is None:
            found = {"resembles": row.resembles, "alike": row.alike}
            fresh.append(SetAside(digest=row.digest, line=line, cells=cells, **found))
        elif _has_no_line(aside):
            aside.line, aside.cells = line, cells
            aside.save(update_fields=["line", "cells"])
    SetAside.objects.bulk_create(fresh, ignore_conflicts=True)


def waits(row):
    """Whether a person must say who the row is.

    So it is too with a row refused for nothing but the CIN of somebody its user may not see.
    """
    if row.status == RowStatus.POSSIBLE_DUPLICATE:
        return True
    codes = {message.code for message in row.messages if message.level == ERROR}
    return bool(row.alike) and codes == {"duplicate_cin"}


def _has_no_line(aside):
    """Whether it was decided of before anything was stored, or its import taken back since."""
    return aside.line is None or aside.line.batch.state == Import.State.UNDONE
