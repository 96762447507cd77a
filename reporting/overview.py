"""A scope at a glance: all its figures from one reading of each count table.

What is read once is cut here by region, sex, month, legal form and reason, without a query.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import ExitReason, LegalForm, Measure, Sex
from bootcamps.models import Bootcamp, Course
from ocbs.models import Trainer
from remess.accounts.models import User
from remess.shared.dates import month_of, next_month
from remess.shared.rowcount import RowCount
from reporting.counting import count_stages, ocbs_with
from reporting.frame import Frame
from reporting.indicators import UNKNOWN_FORM_LABEL
from reporting.outside import in_broken_months, in_whole_months
from reporting.parts import count_parts


@dataclass(frozen=True)
class Overview:
    """The stages of a scope at a glance: {stage: n} in all and for women, the same by region."""

    totals: dict
    women: dict
    regions: dict
    women_of: dict


class Reading:
    """What a scope counts, read in two queries: one more each where its period breaks a month.

    `stages`: {(month, region code, sex, stage): n}; `parts`: {(region code, measure, part): n}.
    """

    def __init__(self, scope, frame):
        self.scope, self.frame = scope, frame
        self.stages = count_stages(scope, ("month", "region", "sex"))
        self.parts = count_parts(scope, ("region",))

    def overview(self):
        """The Overview of the scope."""
        zeros = dict.fromkeys((stage.value for stage in PATH), 0)
        codes = [region.code for region in self.frame.regions_of(self.scope)]
        total, women = dict(zeros), dict(zeros)
        regions = {code: dict(zeros) for code in codes}
        women_of = {code: dict(zeros) for code in codes}
        for (_month, code, sex, stage), n in self.stages.items():
            total[stage] += n
            regions[code][stage] += n
            if sex == Sex.FEMALE:
                women[stage] += n
                women_of[code][stage] += n
        return Overview(total, women, regions, women_of)

    def months(self):
        """{(month as date, stage): persons}, months without any left out."""
        found = Counter()
        for (month, _code, _sex, stage), n in self.stages.items():
            found[month, stage] += n
        return found

    def reached_before(self, day):
        """{(region code, stage): persons} who had reached it before `day`.

        A `day` within a month takes one query more, for that month's days.
        """
        found = Counter()
        first = month_of(day)
        for (month, code, _sex, stage), n in self.stages.items():
            if month < first:
                found[code, stage] += n
        if day.day > 1:
            days = replace(self.scope, start=month_of(day), end=day - timedelta(days=1))
            if not self.scope.start or self.scope.start < days.start:
                found.update(count_stages(days, ("region",)))
        return found

    def enterprises(self):
        """({region code: enterprises}, {legal form: enterprises})."""
        regions, forms = Counter(), Counter()
        for (region, measure, form), n in self.parts.items():
            if measure == Measure.ENTERPRISES:
                regions[region] += n
                forms[form] += n
        return regions, forms

    def of(self, measure):
        """{part: n} of one measure, all regions together."""
        found = Counter()
        for (_region, at, part), n in self.parts.items():
            if at == measure:
                found[part] += n
        return found

    def legal_forms(self):
        """[(form, label, persons, enterprises)], in the order of the forms."""
        return legal_forms(self.of(Measure.PERSONS), self.of(Measure.ENTERPRISES))

    def losses(self, reached):
        """[(stage, how many did not go on, most frequent reason or None)], `reached` {stage: n}.

        Not going on is not leaving: the reason is that of those who left at this stage.
        """
        found, away = [], self.of(Measure.AWAY)
        for stage, after in pairwise(PATH):
            reasons = {
                reason: n
                for (at, reason), n in ((part.split(":"), n) for part, n in away.items())
                if at == stage
            }
            main = max(sorted(reasons), key=reasons.get, default=None)
            label = ExitReason(main).label if main else None
            found.append((stage, reached[stage] - reached[after], label))
        return found

    def around(self):
        """The Around of the scope, in one query."""
        counted = {
            "ocbs": ocbs_with(self.scope, Stage.IDENTIFIED),
            "bootcamps": bootcamps_of(self.scope),
            "trainers": trainers_of(self.scope),
            "outside": in_broken_months(self.scope, self.frame.acts, Stage.CREATED),
        }
        columns = {name: RowCount(rows.order_by().values("pk")) for name, rows in counted.items()}
        # One row to hang the counts on: the system's own account is always there.
        row = User.objects.order_by("pk").annotate(**columns).values(*columns)
        numbers = row[:1].get()
        whole = in_whole_months(self.frame.acts, self.months(), Stage.CREATED)
        return Around(**numbers | {"outside": numbers["outside"] + whole})


@dataclass(frozen=True)
class Around:
    """Who carried the programme in a scope, and how many created when no act was in force."""

    ocbs: int
    bootcamps: int
    trainers: int
    outside: int


def bootcamps_of(scope):
    """The bootcamps held and signed in the scope."""
    found = Bootcamp.objects.filter(
        signed_on__lte=scope.as_of, held_on__lte=scope.target_day, **_region(scope, "region")
    )
    return found.filter(held_on__gte=scope.start) if scope.start else found


def trainers_of(scope):
    """The trainers of the courses closed in the scope."""
    courses = Course.objects.filter(
        closed_on__lte=scope.as_of, ends_on__lte=scope.target_day, **_region(scope, "region")
    )
    if scope.start:
        courses = courses.filter(ends_on__gte=scope.start)
    return Trainer.objects.filter(courses__in=courses).distinct()


def _region(scope, name):
    return {} if scope.region_ids is None else {f"{name}__in": scope.region_ids}


def overview(scope):
    """The Overview of a scope."""
    return Reading(scope, Frame.read()).overview()


def by_legal_form(scope):
    """[(label, persons, enterprises)] of each legal form, in the order of the forms."""
    rows = Reading(scope, Frame.read()).legal_forms()
    return [(label, persons, enterprises) for _key, label, persons, enterprises in rows]


def legal_forms(persons, enterprises):
    """[(form, label, persons, enterprises)] of {form: n} each, in the order of the forms."""
    known = dict(LegalForm.choices)
    forms = dict.fromkeys([*known, *sorted(persons), *sorted(enterprises)])
    return [
        (form, known.get(form, UNKNOWN_FORM_LABEL), persons.get(form, 0), enterprises.get(form, 0))
        for form in forms
    ]


def cumulative(scope, stage):
    """[(month as date, persons so far)] for one stage, every month from the first event on."""
    return cumulative_of(count_stages(scope, ("month",)), stage)


def cumulative_of(counts, stage):
    """As cumulative(), from {(month as date, stage): persons}."""
    months = {month: n for (month, at), n in counts.items() if at == stage}
    if not months:
        return []
    month, running, points = min(months), 0, []
    while month <= max(months):
        running += months.get(month, 0)
        points.append((month, running))
        month = next_month(month)
    return points
