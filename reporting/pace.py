"""Which regional targets are behind pace: below the straight line of the act in force.

The line goes from what was reached when the act began to its target on the act's last day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from django.db.models import (
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from beneficiaries.funnel import Stage
from beneficiaries.models import FunnelCount, StageEvent
from remess.programme.models import Agreement, Region
from remess.shared.dates import month_of
from reporting.indicators import BY_CODE, Indicator
from reporting.models import Target


@dataclass(frozen=True)
class Pace:
    """One target behind pace: `actual` persons where the line asks for `expected`."""

    region: Region
    indicator: Indicator
    actual: int
    expected: int
    target: int
    until: date


def running_span(day):
    """(first day, last day) of the latest act begun by `day`, None once it has ended: one query."""
    spans = Agreement.objects.filter(starts_on__lte=day).order_by("-starts_on", "-pk")
    span = spans.values_list("starts_on", "ends_on").first()
    return span if span and span[1] >= day else None


def targets_behind(day):
    """The regional stage targets in force that are behind on `day`.

    With their `actual`, what the line has `expected` and `until` when the act runs. None when no
    act runs. Both counts come from the same index as the dashboard's.
    """
    return behind_within(running_span(day), day)


def behind_within(span, day):
    """As targets_behind, where the running act's span is known already: no query."""
    if span is None:
        return Target.objects.none()
    first, last = span
    passed, whole = _days(first, day), _days(first, last)
    counted = _in_force(day).annotate(
        actual=_reached_by(day), baseline=_reached_by(first - timedelta(days=1))
    )
    line = F("baseline") + (F("value") - F("baseline")) * 1.0 * passed / whole
    return counted.annotate(
        expected=ExpressionWrapper(line, FloatField()),
        until=Value(last, DateField()),
    ).filter(value__gt=F("baseline"), actual__lt=F("expected"))


def for_rows(targets):
    """With region, in an order that pages can follow."""
    return targets.select_related("region").annotate(region_code=F("region__code"))


def pace_of(target, day):
    """The Pace of a target of targets_behind(), which read it all: no query."""
    return Pace(
        target.region,
        BY_CODE[target.indicator],
        target.actual,
        ceil(target.expected),
        target.value,
        target.until,
    )


def pace_under(act, day, region, code, actual, baseline, target):
    """The Pace of a figure under `act`, read on a day it has begun by; after its end, at its end.

    `baseline`: what was reached when the act began.
    """
    last = min(day, act.ends_on)
    passed, whole = _days(act.starts_on, last), _days(act.starts_on, act.ends_on)
    expected = ceil(baseline + (target - baseline) * 1.0 * passed / whole)
    return Pace(region, BY_CODE[code], actual, expected, target, act.ends_on)


def _days(first, last):
    return (last - first).days + 1


def _in_force(day):
    """The cells of a region and a stage that no later act begun by `day` sets anew."""
    begun = Target.objects.filter(
        sex="",
        region__isnull=False,
        indicator__in=Stage.values,
        agreement__starts_on__lte=day,
    )
    later = begun.filter(region=OuterRef("region"), indicator=OuterRef("indicator")).filter(
        Q(agreement__starts_on__gt=OuterRef("agreement__starts_on"))
        | Q(
            agreement__starts_on=OuterRef("agreement__starts_on"),
            agreement__gt=OuterRef("agreement"),
        )
    )
    return begun.filter(~Exists(later))


def _reached_by(day):
    """How many persons of the target's region had reached its stage at the end of `day`.

    Whole months from FunnelCount, the broken one from the events.
    """
    broken = month_of(day + timedelta(days=1))
    place = {"region": OuterRef("region"), "stage": OuterRef("indicator")}
    months = FunnelCount.objects.filter(month__lt=broken, **place).order_by()
    events = StageEvent.objects.unvoided().filter(
        occurred_on__gte=broken, occurred_on__lte=day, **place
    )
    in_months = months.values("region").annotate(total=Sum("n")).values("total")
    since = events.order_by().values("region").annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(in_months), 0) + Coalesce(Subquery(since), 0)
