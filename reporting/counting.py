"""Counting for indicators.py: over the events, or faster over the two count tables.

Whole months come from FunnelCount (today) or FunnelLedger (an earlier day); the broken months at
either edge of a period come from the events. A parity test holds the two ways together.
"""

from collections import Counter
from datetime import timedelta

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import FirstValue, TruncMonth

from beneficiaries.funnel import Stage
from beneficiaries.models import (
    EnterpriseMember,
    Exit,
    FunnelCount,
    FunnelLedger,
    StageEvent,
)
from remess.shared.dates import month_of, next_month, today

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
    table = FunnelCount.objects.all()
    if scope.as_of < today():
        table = FunnelLedger.objects.filter(recorded_on__lte=scope.as_of)
    first, last = _whole_months(scope)
    if first:
        table = table.filter(month__gte=first)
    if last:
        table = table.filter(month__lte=last)
    names = [IN_COUNTS[key] for key in by]
    rows = table.filter(in_places(scope)).values_list(*names, "stage").order_by()
    totals = Counter({tuple(key): n for *key, n in rows.annotate(total=Sum("n")) if n})
    for edge in _edges(scope, first, last):
        totals.update(_grouped(events_of(scope).filter(edge), by))
    return totals


def count_creations_by_form(scope):
    """{legal form: persons}: each creation under the enterprise that proved it, else the first.

    A creation whose enterprise is not known counts under `unknown`."""
    first = (
        EnterpriseMember.objects.known_on(scope.as_of)
        .filter(beneficiary=OuterRef("beneficiary"))
        .order_by(F("event").asc(nulls_last=True), "recorded_at", "pk")
    )
    created = events_of(scope).filter(stage=Stage.CREATED)
    rows = (
        created.annotate(form=Subquery(first.values("legal_form")[:1]))
        .order_by()
        .values_list("form")
        .annotate(n=Count("pk"))
    )
    return {form or "unknown": n for form, n in rows}


def count_enterprises(scope, by=None):
    """{breakdown: n}, or {None: n}: enterprises by the earliest creation of their members.

    An enterprise counts when a member's creation counts; it belongs to the region, OCB and month
    of the earliest one (ties by id).
    """
    creations = enterprise_creations(scope)
    if by is None:
        return {None: creations.count()}
    key = {
        "region": F("region__code"),
        "ocb": F("ocb__code"),
        "month": TruncMonth("occurred_on"),
        "legal_form": F("beneficiary__memberships__legal_form"),
    }[by]
    rows = creations.annotate(key=key).order_by().values_list("key").annotate(n=Count("pk"))
    return dict(rows)


def enterprise_creations(scope):
    """The creations the scope's enterprises count by, one each; `enterprise` is annotated."""
    # « + 0 » keeps SQLite from walking the whole list of members again for every creation.
    return (
        events_of(scope)
        .filter(stage=Stage.CREATED)
        .annotate(
            member=F("beneficiary__memberships__pk") + 0,
            enterprise=F("beneficiary__memberships__enterprise"),
        )
        .filter(member__in=_first_members(scope.as_of))
    )


def count_out_of_period(scope, agreements):
    """{stage: n}: events of the scope on days no agreement was in force."""
    events = events_of(scope)
    for agreement in agreements:
        events = events.exclude(occurred_on__range=(agreement.starts_on, agreement.ends_on))
    return {stage: n for (stage,), n in _grouped(events, ()).items()}


def exits_of(scope):
    """The exits that `scope` counts, followed by a return or not."""
    exits = Exit.objects.known_on(scope.as_of)
    if scope.start:
        exits = exits.filter(left_on__gte=scope.start)
    if scope.end:
        exits = exits.filter(left_on__lte=scope.end)
    return exits.filter(in_places(scope))


def came_back(day):
    """The condition that an exit was followed by a return, as known on `day`."""
    return Q(returned_recorded_on__isnull=False, returned_recorded_on__lte=day)


def count_exits(scope):
    """{(stage, reason): persons} who had left and not come back, as known on the scope's day."""
    exits = exits_of(scope).exclude(came_back(scope.as_of))
    rows = exits.order_by().values_list("stage", "reason").annotate(n=Count("pk"))
    return {(stage, reason): n for stage, reason, n in rows}


def _first_members(day):
    """One membership per enterprise known on `day`: that of the member who created first."""
    members = "beneficiary__memberships"
    creations = StageEvent.objects.known_on(day).filter(
        Q(**{f"{members}__voided_on__isnull": True}) | Q(**{f"{members}__voided_on__gt": day}),
        **{f"{members}__recorded_on__lte": day},
        stage=Stage.CREATED,
    )
    first = Window(
        FirstValue(f"{members}__pk"),
        partition_by=[F(f"{members}__enterprise")],
        order_by=["occurred_on", "pk"],
    )
    return creations.annotate(first=first).order_by().values("first")


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


def _whole_months(scope):
    """(first, last) month lying whole inside the period; None where it is open."""
    first = last = None
    if scope.start:
        first = scope.start if scope.start.day == 1 else next_month(scope.start)
    if scope.end:
        day_after = scope.end + timedelta(days=1)
        last = month_of(
            scope.end if day_after.day == 1 else month_of(scope.end) - timedelta(days=1)
        )
    return first, last


def _edges(scope, first, last):
    """Conditions for the broken months at either end: a period within one month is one edge."""
    if first and last and first > last:
        return [Q()]
    edges = []
    if first and scope.start < first:
        edges.append(Q(occurred_on__lt=first))
    if last and scope.end >= next_month(last):
        edges.append(Q(occurred_on__gte=next_month(last)))
    return edges
