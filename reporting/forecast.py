"""Will the target be reached: the pace of the last whole months beside the pace it asks for.

Pure but for its counts, which the caller gives: persons by month, reached so far, the target and
the act in force.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from remess.shared.dates import month_of, next_month

MONTHS = 12  # the whole months the present pace is the average of, where there are as many
HORIZON = 100 * 12  # in months: nothing further away is given a date


@dataclass(frozen=True)
class Forecast:
    """One figure against its target on `day`; the act in force ends on `until`.

    `lately`: persons in the last `months` whole months before `day`.
    """

    day: date
    until: date
    reached: int
    target: int
    lately: int
    months: int

    @property
    def missing(self):
        return max(self.target - self.reached, 0)

    @property
    def is_over(self):
        """On its last day an act has no time left: a figure is read at the end of the day."""
        return self.day >= self.until

    @property
    def present(self):
        """Persons a month; None before the first whole month."""
        return self.lately / self.months if self.months else None

    @property
    def required(self):
        """Persons a month until the end of the act; None once it is over."""
        return None if self.is_over else self.missing / months_between(self.day, self.until)

    @property
    def reached_in(self):
        """The month the target is reached in at the present pace, as its first day, or None."""
        if not self.present or self.missing / self.present > HORIZON:
            return None
        return months_after(self.day, self.missing / self.present)

    @property
    def is_in_time(self):
        return self.present is not None and not self.is_over and self.present >= self.required

    def at(self, month, pace):
        """What `pace` a month would have led to by the end of the month beginning on `month`."""
        end = min(next_month(month), self.until)
        return round(self.reached + pace * months_between(self.day, end))


def forecast(day, act, reached, target, by_month):
    """The Forecast of a figure, None without target or act; `by_month`: {first day: persons}."""
    if act is None or target is None:
        return None
    months = whole_months_before(day, min(by_month, default=None))
    lately = sum(by_month.get(month, 0) for month in months)
    return Forecast(day, act.ends_on, reached, target, lately, len(months))


def whole_months_before(day, first):
    """The last MONTHS whole months over by the end of `day`, none before the month `first`."""
    months, month = [], month_of(day + timedelta(days=1))
    while first and len(months) < MONTHS:
        month = month_of(month - timedelta(days=1))
        if month < first:
            break
        months.append(month)
    return months


def months_between(day, last):
    """Months from `day` to a later one, days as thirtieths: 1 March 2018 to 1 March 2019 is 12."""
    whole = (last.year - day.year) * 12 + last.month - day.month
    return max(whole + (min(last.day, 30) - min(day.day, 30)) / 30, 1 / 30)


def months_after(day, n):
    """The month, as its first day, `n` months (a number) after `day`."""
    at = day.year * 12 + day.month - 1 + int((day.day - 1) / 30 + n)
    return date(at // 12, at % 12 + 1, 1)
