"""Hiding small cells of a table from those who may not see names, and what would give them away.

A count of 1 to SMALL_CELL - 1 persons is hidden; so is enough of its row and of its column that
no subtraction from a total finds it again.
"""

from django.conf import settings
from django.utils.translation import gettext as _


class Hidden(str):
    """A cell not shown: what stands in its place."""


def is_small(n: int) -> bool:
    return 0 < n < settings.SMALL_CELL


def sees_small_cells(user) -> bool:
    """Whether small counts are shown to `user`: those who may see names; None sees everything."""
    return user is None or user.has_perm("beneficiaries.view")


def hidden_in_column(counts: list[int], hidden=frozenset()) -> set[int]:
    """The places to hide of one column of counts; place `len(counts)` is their total.

    `hidden`: those already hidden elsewhere.
    """
    cells = hidden_cells([[n] for n in counts], {(i, j) for i in hidden for j in (0, 1)})
    return {i for i, _j in cells}


def hidden_together(columns: list[list[int]], hidden=frozenset()) -> set[int]:
    """The places to hide in all of several columns, as `hidden_in_column` does in one.

    For columns where each tells nearly the other: no enterprise has less than one person.
    """
    found = set(hidden)
    while True:
        before = len(found)
        for counts in columns:
            found |= hidden_in_column(counts, found)
        if len(found) == before:
            return found


def veil(n: int = 0) -> Hidden:
    """What stands in the place of the count `n`."""
    return Hidden(f"< {settings.SMALL_CELL}" if is_small(n) else _("masqué"))


def places_of_growth(counts: list[int]) -> set[int]:
    """The places of growing `counts` that may be shown, the last always among them.

    From one to the next as many persons are added as may be shown, or none.
    """
    *others, last = range(len(counts))
    kept = []
    for at in others:
        if not is_small(counts[at] - (counts[kept[-1]] if kept else 0)):
            kept.append(at)
    while kept and is_small(counts[last] - counts[kept[-1]]):
        kept.pop()
    return {*kept, last}


def hidden_keys(tables, count):
    """The cells to hide of tables that share some: each a list of lines, totals last in both ways.

    `count(cell)` is the number of persons of a cell; a cell may stand in several tables.
    """
    hidden = set()
    while True:
        before = len(hidden)
        for lines in tables:
            counts = [[count(cell) for cell in line[:-1]] for line in lines[:-1]]
            known = {
                (i, j)
                for i, line in enumerate(lines)
                for j, cell in enumerate(line)
                if cell in hidden
            }
            hidden |= {lines[i][j] for i, j in hidden_cells(counts, known)}
        if len(hidden) == before:
            return hidden


def hidden_cells(rows: list[list[int]], hidden=frozenset()) -> set[tuple[int, int]]:
    """The (row, column) to hide of `rows`, whose totals are shown beside and under them.

    The totals are part of the answer: row `len(rows)` is the sum of the rows, column
    `len(rows[0])` that of the columns. `hidden`: those already hidden elsewhere.
    """
    if not rows:
        return set(hidden)
    full = [[*row, sum(row)] for row in rows]
    full.append([sum(column) for column in zip(*full, strict=True)])
    height, width = len(full), len(full[0])
    small = {(i, j) for i, row in enumerate(full) for j, n in enumerate(row) if is_small(n)}
    found = small | hidden
    lines = [[(i, j) for j in range(width)] for i in range(height)]
    lines += [[(i, j) for i in range(height)] for j in range(width)]
    while True:
        before = len(found)
        for line in lines:
            _protect(line, full, found)
        if len(found) == before:
            return found


def _protect(line, full, hidden):
    """Hide more of `line` until nothing hidden in it can be told from the rest."""
    *parts, total = line
    while unknown := [cell for cell in line if cell in hidden]:
        held = sum(full[i][j] for i, j in parts if (i, j) in hidden)
        if len(unknown) > 1 and (total in hidden or held >= settings.SMALL_CELL):
            return
        open_cells = [cell for cell in line if cell not in hidden]
        if not open_cells:
            return
        hidden.add(min(open_cells, key=lambda cell: (cell == total, full[cell[0]][cell[1]])))
