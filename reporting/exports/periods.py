"""The programme's time cut at its acts: which agreement each day counts under, or none."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from beneficiaries.funnel import short_day
from remess.programme.models import Agreement

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days that count under one act; `agreement` is None outside all of them.

    `start` is None for what came before the first act.
    """

    start: date | None
    end: date
    agreement: Agreement | None = None

    @property
    def label(self) -> str:
        return str(self.agreement) if self.agreement else _("Hors période")

    @property
    def days(self) -> str:
        """« 15/02/2014 – 14/02/2016 »."""
        if self.start is None:
            return _("jusqu'au %(day)s") % {"day": short_day(self.end)}
        return f"{short_day(self.start)} – {short_day(self.end)}"


def periods_until(agreements, day: date) -> list[Period]:
    """Every day up to `day`, each in one period: that of the latest begun act which holds it."""
    starts = {act.starts_on for act in agreements} | {act.ends_on + ONE_DAY for act in agreements}
    bounds = sorted(start for start in starts if start <= day)
    firsts = [None, *bounds]
    lasts = [*(start - ONE_DAY for start in bounds), day]
    return [
        Period(first, last, _holding(agreements, first))
        for first, last in zip(firsts, lasts, strict=True)
    ]


def periods_of(scope) -> list[Period]:
    """The periods that `scope` reaches over, the first one cut at its start."""
    agreements = list(Agreement.objects.order_by("starts_on", "pk"))
    periods = periods_until(agreements, scope.target_day)
    if scope.start is None:
        return periods
    return [
        replace(period, start=max(scope.start, period.start or scope.start))
        for period in periods
        if period.end >= scope.start
    ]


def report_period(scope) -> Period:
    """The period the report is about: the one asked for, else the last one up to the day.

    The figures stay cumulative: the period says which act the report is sent under.
    """
    if scope.agreement:
        return Period(scope.agreement.starts_on, scope.target_day, scope.agreement)
    last = periods_of(replace(scope, start=None))[-1]
    return replace(last, start=scope.start) if scope.start else last


def _holding(agreements, day):
    """The latest begun act in force on `day`; `agreements` is sorted by start."""
    if day is None:
        return None
    holding = [act for act in agreements if act.starts_on <= day <= act.ends_on]
    return holding[-1] if holding else None
