"""« Hors période »: events on days when no act was in force. Counted, shown apart, never moved."""

from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q

from remess.shared.dates import ONE_DAY, month_of, next_month
from reporting.counting import events_of

FIRST, LAST = date.min, date.max


def gaps(acts):
    """[(first day, last day)] that none of `acts` covers, from the beginning to the end of time."""
    found, start = [], FIRST
    for act in sorted(acts, key=lambda act: act.starts_on):
        if act.starts_on > start:
            found.append((start, act.starts_on - ONE_DAY))
        start = max(start, act.ends_on + ONE_DAY)
    return [*found, (start, LAST)]


def in_whole_months(acts, months, stage):
    """Persons of `stage` in the months that no act touches; `months`: {(month, stage): n}."""
    return sum(
        n
        for (month, at), n in months.items()
        if at == stage and any(_holds(gap, month) for gap in gaps(acts))
    )


def in_broken_months(scope, acts, stage):
    """The events of `stage` outside all acts in the months that an act begins or ends within."""
    events = events_of(scope).filter(stage=stage)
    days = [Q(occurred_on__range=part) for gap in gaps(acts) for part in _broken(gap)]
    return events.filter(reduce(or_, days)) if days else events.none()


def _holds(gap, month):
    first, last = gap
    return first <= month and next_month(month) - ONE_DAY <= last


def _broken(gap):
    """The days of a gap in months it does not hold whole: [(first, last)]."""
    first, last = gap
    parts = []
    if first != FIRST and first.day > 1:
        parts.append((first, min(last, next_month(first) - ONE_DAY)))
    is_one_month = parts and parts[0][1] == last
    if last != LAST and (last + ONE_DAY).day > 1 and not is_one_month:
        parts.append((month_of(last), last))
    return parts
