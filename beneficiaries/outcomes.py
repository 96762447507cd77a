"""When a creator is due for follow-up: 6 and 12 months after creation. Pure, no queries."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

DUE_AFTER = (6, 12)  # months
# A visit a little before the due day counts for it; a month after it, the follow-up is late.
EARLY = timedelta(days=31)
LATE = timedelta(days=30)


def due_on(created_on: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day."""
    year, month = divmod(created_on.month - 1 + months, 12)
    year, month = created_on.year + year, month + 1
    return date(year, month, min(created_on.day, monthrange(year, month)[1]))


def last_creation_due(day: date, months: int) -> date:
    """The latest day of creation whose follow-up at `months` is due by `day`."""
    created_on = day - timedelta(days=31 * months)
    while due_on(created_on + timedelta(days=1), months) <= day:
        created_on += timedelta(days=1)
    return created_on


@dataclass(frozen=True)
class FollowUpLine:
    """A follow-up of one person: done (`row`), or waited for."""

    months: int
    due_on: date
    state: str  # done, ahead, open (may be done), due, late
    row: object = None
    is_moot: bool = False  # an earlier one told that the activity is closed: nobody asks again

    @property
    def may_record(self):
        return self.state in ("open", "due", "late")


def state_on(day: date, due: date) -> str:
    """How a follow-up not done yet stands on `day`."""
    if day < due - EARLY:
        return "ahead"
    if day < due:
        return "open"
    return "late" if day > due + LATE else "due"


def follow_up_lines(created_on, rows, today):
    """The FollowUpLine of each due date of a creation; `rows`: the follow-ups that stand."""
    done = {row.months: row for row in rows}
    lines, is_closed = [], False
    for months in DUE_AFTER:
        due, row = due_on(created_on, months), done.get(months)
        state = "done" if row else state_on(today, due)
        lines.append(FollowUpLine(months, due, state, row, is_moot=is_closed and not row))
        is_closed = row.is_closed if row else is_closed
    return lines


def refuse_follow_up(created_on, months, done_on, today):
    """The sentence refusing a follow-up `done_on` this day, or None."""
    if done_on > today:
        return _("Cette date est dans le futur : vérifier.")
    first = due_on(created_on, months) - EARLY
    if done_on < first:
        return _("Le suivi à %(months)s mois se fait à partir du %(day)s.") % {
            "months": months,
            "day": f"{first:%d/%m/%Y}",
        }
    return None
