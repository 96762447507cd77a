"""The coming two weeks, day by day: sittings to give and visits to make."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from bootcamps.models import CoachingVisit, Course, Session

DAYS = 14


@dataclass
class Day:
    """One day of the agenda: sittings, then planned visits."""

    on: date
    sessions: list = field(default_factory=list)
    visits: list = field(default_factory=list)

    @property
    def is_free(self):
        return not self.sessions and not self.visits


def sessions_of(user, trainer=None):
    """The sittings this user may see, of `trainer` alone where given."""
    courses = Course.objects.visible_to(user)
    if trainer:
        courses = courses.filter(trainers=trainer)
    rows = Session.objects.filter(course__in=courses.order_by().values("pk"))
    rows = rows.select_related("course__region").prefetch_related("course__trainers")
    return rows.order_by("held_on", "pk")


def planned_visits(user, trainer=None):
    """The planned visits to the people this user may see, of `trainer`'s alone where given."""
    rows = CoachingVisit.objects.visible_to(user).planned().for_agenda()
    return rows.filter(beneficiary__referent=trainer) if trainer else rows


def agenda(user, start, trainer=None):
    """The Days from `start` on for two weeks: three queries."""
    days = {start + timedelta(days=n): Day(start + timedelta(days=n)) for n in range(DAYS)}
    span = (start, start + timedelta(days=DAYS - 1))
    for session in sessions_of(user, trainer).filter(held_on__range=span):
        days[session.held_on].sessions.append(session)
    for visit in planned_visits(user, trainer).filter(next_on__range=span):
        days[visit.next_on].visits.append(visit)
    return list(days.values())


def overdue_visits(user, day, trainer=None):
    """The planned visits whose date is past on `day`."""
    return planned_visits(user, trainer).filter(next_on__lt=day)
