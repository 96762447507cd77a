"""What the stages alone do not tell: legal forms, enterprises, who left and is away.

Counted over the rows, which is the definition, or faster over their count tables, as
counting.py does for the stages. A parity test holds the two ways together.
"""

from collections import Counter

from django.db.models import Count, F, OuterRef, Q, Subquery, Value, Window
from django.db.models.functions import Coalesce, Concat, FirstValue, TruncMonth

from beneficiaries.counts import PART_TABLES
from beneficiaries.funnel import Stage
from beneficiaries.models import EnterpriseMember, Exit, Measure, StageEvent
from reporting.counting import count_table, events_of, in_places

UNKNOWN_FORM = "unknown"  # a creation whose enterprise is not known counts under it
# How a breakdown is read over an enterprise's first creation.
ENTERPRISE_KEYS = {
    "region": F("region__code"),
    "ocb": F("ocb__code"),
    "month": TruncMonth("occurred_on"),
    "legal_form": F("beneficiary__memberships__legal_form"),
}


def count_parts(scope, by=()):
    """{(*breakdown, measure, part): n} with `by` of region, ocb and month: the fast way."""
    return count_table(PART_TABLES, scope, by, ("measure", "part"), parts_over_rows)


def parts_over_rows(scope, by=()):
    """As count_parts(), over the creations, memberships and exits: the slow way."""
    keys = [ENTERPRISE_KEYS[name] for name in by]
    created = with_form(events_of(scope).filter(stage=Stage.CREATED), scope.as_of)
    away = exits_of(scope).exclude(came_back(scope.as_of))
    rows = (
        (Measure.PERSONS, created, Coalesce("form", Value(UNKNOWN_FORM)), keys),
        (Measure.ENTERPRISES, enterprise_creations(scope), ENTERPRISE_KEYS["legal_form"], keys),
        (
            Measure.AWAY,
            away,
            Concat("stage", Value(":"), "reason"),
            [TruncMonth("left_on") if name == "month" else ENTERPRISE_KEYS[name] for name in by],
        ),
    )
    found = Counter()
    for measure, queryset, part, reads in rows:
        shown = {f"key_{at}": read for at, read in enumerate(reads)}
        counted = queryset.annotate(**shown, part=part).order_by().values_list(*shown, "part")
        for *key, at_part, n in counted.annotate(n=Count("pk")):
            found[*key, measure.value, at_part] += n
    return found


def forms_of_persons(parts):
    """{legal form: persons} of count_parts(scope): each creation under what proved it."""
    return {part: n for (measure, part), n in parts.items() if measure == Measure.PERSONS}


def count_creations_by_form(scope):
    """{legal form: persons}: each creation under the enterprise that proved it, else the first."""
    return forms_of_persons(count_parts(scope))


def count_enterprises(scope, by=None):
    """{breakdown: n}, or {None: n}: enterprises by the earliest creation of their members.

    An enterprise counts when a member's creation counts; it belongs to the region, OCB and month
    of the earliest one (ties by id). `by` may be a tuple of breakdowns: the keys are tuples then.
    """
    names = by if isinstance(by, tuple) else (by,) if by else ()
    places = tuple(name for name in names if name != "legal_form")
    found = Counter()
    for (*key, measure, form), n in count_parts(scope, places).items():
        if measure == Measure.ENTERPRISES:
            at = iter(key)
            shown = tuple(form if name == "legal_form" else next(at) for name in names)
            found[shown if isinstance(by, tuple) else shown[0] if by else None] += n
    return found if by else {None: found[None]}


def read_enterprises(scope, read):
    """{key: n}: enterprises, `read(creations)` giving their earliest creations a `key`."""
    rows = read(enterprise_creations(scope)).order_by().values_list("key")
    return dict(rows.annotate(n=Count("pk")))


def with_form(created, day):
    """Creations annotated with the legal form they count under, as known on `day`."""
    first = (
        EnterpriseMember.objects.known_on(day)
        .filter(beneficiary=OuterRef("beneficiary"))
        .order_by(F("event").asc(nulls_last=True), "recorded_at", "pk")
    )
    return created.annotate(form=Subquery(first.values("legal_form")[:1]))


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
