"""Counting for indicators.py: over the events, or faster over the two count tables.

Whole months come from the counts (today) or, for an earlier day, from the last day closed by
then and the ledger since; the broken months at either edge of a period come from the events.
A parity test holds the two ways together.
"""

from collections import Counter
from dataclasses import replace

from django.db.models import Count, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth

from beneficiaries.counts import STAGE_TABLES
from beneficiaries.models import StageEvent
from ocbs.models import OCB
from remess.shared.dates import ONE_DAY, month_of, next_month, today

# How a breakdown is read in the count tables, and over the events.
IN_COUNTS = {"region": "region__code", "ocb": "ocb__code", "sex": "sex", "month": "month"}


def events_of(scope):
    """The stage events that `scope` counts."""
    return StageEvent.objects.known_on(scope.as_of).filter(in_period(scope), in_places(scope))


def count_events(scope, by=()):
    """{(*breakdown, stage): n} over the events: the slow way, which is the definition."""
    return _grouped(events_of(scope), by)


def count_stages(scope, by=()):
    """{(*breakdown, stage): n} with `by` a tuple of IN_COUNTS keys: the fast way."""
    return count_table(STAGE_TABLES, scope, by, ("stage",), count_events)


def count_table(tables, scope, by, what, count_rows):
    """{(*breakdown, *what): n} over the count `tables`, as they stood on the scope's day.

    `count_rows(scope, by)` counts the same over the rows, for the broken months of the period.
    """
    found, edges = in_whole_months(tables, scope, by)
    names, totals = [IN_COUNTS[key] for key in by], Counter()
    rows = [table.values_list(*names, *what).order_by().annotate(total=Sum("n")) for table in found]
    if rows:
        first, *others = rows
        for *key, n in first.union(*others, all=True) if others else first:
            totals[tuple(key)] += n
    totals = Counter({key: n for key, n in totals.items() if n})
    for edge in edges:
        totals.update(count_rows(edge, by))
    return totals


def in_whole_months(tables, scope, by):
    """([rows to add up] of the whole months in a scope, the scopes of its broken ones).

    The rows have the fields that break them down `by`; of an earlier day, not always the others.
    """
    months, edges = split_period(scope)
    if months is None:
        return [], edges
    found = [tables.counts.objects.all()]
    if scope.as_of < today():
        found = tables.known_on(scope.as_of, by if scope.ocb_ids is None else {*by, "ocb"})
    return [rows.filter(in_places(scope), **months) for rows in found], edges


def ocbs_with(scope, stage):
    """The OCBs under which somebody reached `stage` in the scope."""
    found, edges = in_whole_months(STAGE_TABLES, scope, ("ocb",))
    sums = [table.filter(stage=stage).order_by().values("ocb") for table in found]
    sums = [rows.annotate(total=Sum("n")) for rows in sums]
    if len(sums) == 1:
        is_counted, ocbs = Q(pk__in=sums[0].filter(total__gt=0).values("ocb")), OCB.objects.all()
    else:
        parts = [Subquery(rows.filter(ocb=OuterRef("pk")).values("total")) for rows in sums]
        whole = sum((Coalesce(part, 0) for part in parts), start=Value(0))
        is_counted, ocbs = Q(whole__gt=0), OCB.objects.alias(whole=whole)
    for edge in edges:
        is_counted |= Q(pk__in=events_of(edge).filter(stage=stage).values("ocb"))
    return ocbs.filter(is_counted)


def count_read(scope, read):
    """{(key, stage): n} over the events, `read(events)` giving each its `key`."""
    rows = read(events_of(scope)).order_by().values_list("key", "stage").annotate(n=Count("pk"))
    return {(key, stage): n for key, stage, n in rows}


def in_period(scope):
    """The condition that an event occurred in the scope's period."""
    period = Q()
    if scope.start:
        period &= Q(occurred_on__gte=scope.start)
    if scope.end:
        period &= Q(occurred_on__lte=scope.end)
    return period


def in_places(scope):
    """The condition that an event was copied with one of the scope's regions and OCBs."""
    places = Q()
    if scope.region_ids is not None:
        places &= Q(region__in=scope.region_ids)
    if scope.ocb_ids is not None:
        places &= Q(ocb__in=scope.ocb_ids)
    return places


def _grouped(events, by):
    names = [IN_COUNTS[key] for key in by]
    rows = (
        events.annotate(month=TruncMonth("occurred_on"))
        .order_by()
        .values_list(*names, "stage")
        .annotate(n=Count("pk"))
    )
    return Counter({tuple(key): n for *key, n in rows})


def split_period(scope):
    """The period as whole months, as a filter on `month`, and the scopes of what is left.

    None for the filter where no whole month lies inside.
    """
    first, last = _whole_months(scope)
    if first and last and first > last:
        return None, [scope]
    edges = []
    if first and scope.start < first:
        edges.append(replace(scope, end=first - ONE_DAY))
    if last and scope.end >= next_month(last):
        edges.append(replace(scope, start=next_month(last)))
    months = {"month__gte": first, "month__lte": last}
    return {name: month for name, month in months.items() if month}, edges


def _whole_months(scope):
    """(first, last) month lying whole inside the period; None where it is open."""
    first = last = None
    if scope.start:
        first = scope.start if scope.start.day == 1 else next_month(scope.start)
    if scope.end:
        day_after = scope.end + ONE_DAY
        last = month_of(scope.end if day_after.day == 1 else month_of(scope.end) - ONE_DAY)
    return first, last
