"""How much waits: every list counted in one query, for the navigation and for the pages."""

from dataclasses import dataclass

from django.db.models import Count

from remess.accounts.models import User
from remess.home.worklists import WorkList, lists_of
from remess.shared.rowcount import RowCount

# The navigation says « 99+ » beyond this, and the database stops counting.
CAP = 99
# A page shows so many rows of each list.
SHOWN = 5


@dataclass(frozen=True)
class Section:
    """One list as a page shows it: its total, its first rows, [(facet, n)] of its cases."""

    list: WorkList
    total: int
    rows: list
    facets: list


def totals(lists, user, day, cap=None):
    """[n of each list], each counted up to `cap` where given: one query."""
    if not lists:
        return []
    columns = {
        f"n{rank}": RowCount(entry.rows(user, day).order_by().values("pk")[:cap])
        for rank, entry in enumerate(lists)
    }
    return list(User.objects.filter(pk=user.pk).annotate(**columns).values_list(*columns).get())


def things_to_do(user, day):
    """How many things wait for this user, CAP + 1 for more than CAP."""
    counted = [entry for entry in lists_of(user) if entry.is_counted]
    return min(sum(totals(counted, user, day, CAP + 1)), CAP + 1)


def sections(user, day):
    """The Section of every list of this user, empty ones too."""
    lists = lists_of(user)
    return [
        section(entry, total, user, day)
        for entry, total in zip(lists, totals(lists, user, day), strict=True)
    ]


def section(entry, total, user, day):
    if not total:
        return Section(entry, 0, [], [])
    found = entry.rows(user, day)
    facets = facet_counts(entry, found, day)
    if not entry.is_counted:
        return Section(entry, total, [], facets)
    rows = entry.load(found, day).order_by(*entry.order)[:SHOWN]
    return Section(entry, total, [entry.show(row, day) for row in rows], facets)


def facet_counts(entry, found, day):
    """[(facet, n)] of the cases that occur among the rows `found`: one query, none without."""
    if not entry.facets:
        return []
    counts = {
        f"n{rank}": Count("pk", filter=facet.condition(day))
        for rank, facet in enumerate(entry.facets)
    }
    numbers = found.aggregate(**counts)
    pairs = [(facet, numbers[f"n{rank}"]) for rank, facet in enumerate(entry.facets)]
    return [(facet, n) for facet, n in pairs if n]
