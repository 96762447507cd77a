"""The programme's time cut at its acts: which agreement each day counts under, or none.

A report's period is the one asked for, else that of the agreement in force, else that of the
latest begun, to its end: what came after is out of period and no part of it.
"""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from beneficiaries.funnel import short_day
from remess.programme.models import Agreement
from remess.shared.dates import ONE_DAY


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


@dataclass(frozen=True)
class Timeline:
    """Every day from the origin to the scope's last, cut at the acts and at the scope's start.

    `period`: the places in `spans` of the report's own period, empty where it has not begun;
    `act`: the agreement the report is sent under; `begun_on`: the first day of the first act, None
    before it.
    """

    spans: tuple[Period, ...]
    period: range
    act: Agreement | None
    begun_on: date | None

    @property
    def report(self) -> Period | None:
        """The period the report is about; the figures stay cumulative."""
        if not self.period:
            return None
        first, last = self.spans[self.period[0]], self.spans[self.period[-1]]
        return Period(first.start, last.end, self.act)

    @property
    def is_in_force(self) -> bool:
        """Whether the act the report is sent under holds on its last day."""
        return self.act is not None and self.spans[-1].agreement is not None


def timeline_of(scope) -> Timeline:
    acts = list(Agreement.objects.order_by("starts_on", "pk"))
    spans = []
    for span in periods_until(acts, scope.target_day):
        spans += _cut(span, scope.start)
    begun = [act for act in acts if act.starts_on <= scope.target_day]
    act = scope.agreement or spans[-1].agreement
    if act is None and begun and scope.is_cumulative:
        act = begun[-1]
    start, end = scope.start, scope.target_day
    if scope.is_cumulative and act:
        start, end = act.starts_on, min(act.ends_on, end)
    within = [
        at for at, span in enumerate(spans) if start and span.start and start <= span.start <= end
    ]
    period = range(within[0], within[-1] + 1) if within else range(0)
    return Timeline(tuple(spans), period, act, begun[0].starts_on if begun else None)


def _cut(span, day):
    """The span, in two where `day` falls within it."""
    if day is None or day > span.end or (span.start and day <= span.start):
        return [span]
    return [replace(span, end=day - ONE_DAY), replace(span, start=day)]


def _holding(agreements, day):
    """The latest begun act in force on `day`; `agreements` is sorted by start."""
    if day is None:
        return None
    holding = [act for act in agreements if act.starts_on <= day <= act.ends_on]
    return holding[-1] if holding else None
