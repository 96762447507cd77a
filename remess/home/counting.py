"""How much waits: every list counted in one query, for the navigation and for the pages."""

from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
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


def totals(lists, user, day):
    """[n of each list]: one query."""
    if not lists:
        return []
    columns = {
        f"n{rank}": RowCount(entry.rows(user, day).order_by().values("pk"))
        for rank, entry in enumerate(lists)
    }
    return list(User.objects.filter(pk=user.pk).annotate(**columns).values_list(*columns).get())


def things_to_do(user, day):
    """How many things wait for this user, CAP + 1 for more than CAP.

    Every page asks: one query that stops at the hundredth row of whichever lists, and a small one
    for each list whose conditions hang on what the register holds.
    """
    hanging = tuple(entry.hangs_on and entry.hangs_on(day) for entry in _counted(user))
    statement = _counting_statement(user.pk, user.role, day, hanging)
    if statement is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return cursor.fetchone()[0]


def _counted(user):
    return [entry for entry in lists_of(user) if entry.is_counted]


@lru_cache(maxsize=1024)
def _counting_statement(pk, role, day, hanging):
    """(sql, parameters) counting up to CAP + 1 rows of the counted lists, None without a list.

    Building it takes the ORM ten times as long as the database takes to answer: built once for a
    user, a day and what the lists hang on (`hanging`, there as part of the key).
    """
    user = User(pk=pk, role=role)
    rows = [
        entry.rows_on(held, day) if entry.rows_on else entry.rows(user, day)
        for entry, held in zip(_counted(user), hanging, strict=True)
    ]
    if not rows:
        return None
    parts = [found.order_by().values("pk") for found in rows]
    joined = parts[0].union(*parts[1:], all=True)[: CAP + 1]
    try:
        sql, parameters = joined.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:
        return None
    return f"SELECT COUNT(*) FROM ({sql}) counted", parameters


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
