"""The sheet of charts: the funnel and its growth, each beside the table it draws."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import PATH, Stage
from remess.shared.dates import ONE_DAY, next_month
from remess.shared.excel import Chart, Column, Drawing, Formula, Kind, Sheet, Table
from remess.shared.numbers import grouped
from reporting.exports.results import known_rate
from reporting.indicators import BY_CODE
from reporting.overview import cumulative
from reporting.small_cells import Hidden, places_of_growth, veil
from reporting.targets import TargetTable

# The marks of the stages on every screen, then that of a target.
COLOURS = ("#4f8ec2", "#9c5c0a", "#5f3e93", "#08402f", "#1f2a2e")


@dataclass(frozen=True)
class Step:
    """One stage of the funnel beside the one before it."""

    label: str
    actual: int
    before: int | None

    def rate(self):
        value = known_rate(self.actual, self.before)
        return None if value is None else Formula("={actual}/{actual:-1}", value)


FUNNEL = [
    Column(gettext_lazy("Étape"), lambda step: step.label, width=18, key="stage"),
    Column(gettext_lazy("Personnes"), lambda step: step.actual, Kind.INTEGER, 13, "actual"),
    Column(gettext_lazy("Part de l'étape précédente"), Step.rate, Kind.PERCENT, 15),
]


@dataclass(frozen=True)
class Month:
    """Where the path stood on `day`, the last of a month: {stage: persons, None where hidden}."""

    day: date
    reached: dict
    goal: int | None

    @property
    def remark(self):
        return veil() if None in self.reached.values() else None


MONTH = Column(gettext_lazy("À la fin du mois"), lambda row: row.day, Kind.MONTH, key="month")
GOAL = Column(
    gettext_lazy("Cible en vigueur, créés"), lambda row: row.goal, Kind.INTEGER, 15, "target"
)
REMARK = Column(gettext_lazy("Remarque"), lambda row: row.remark, width=12)


def charts_sheet(figures):
    """Parcours et rythme: two tables with their charts."""
    steps, rows = _steps(figures), _months(figures)
    goals = figures.scope.has_targets and any(row.goal is not None for row in rows)
    columns = [MONTH, *_stages(), *([GOAL] if goals else [])]
    caption = _("Cumul mois après mois")
    if figures.hides:
        columns.append(REMARK)
        caption += " · " + _("« masqué » : trop peu de personnes pour être montré")
    return Sheet(
        _("Parcours et rythme"),
        [Table(FUNNEL, steps, _("Parcours")), Table(columns, rows, caption)],
        charts=[_funnel_chart(steps), _trend_chart(rows, goals)],
        pages_tall=1,
    )


def _stages():
    return [
        Column(
            BY_CODE[stage].label,
            lambda row, stage=stage: row.reached[stage],
            Kind.INTEGER,
            13,
            stage.value,
        )
        for stage in PATH
    ]


def _steps(figures):
    """The funnel of the scope; from a start, what happened since is no share of the step before."""
    steps, before = [], None
    for stage in PATH:
        actual = figures.of(stage.value, time=figures.asked)
        comparable = before if figures.scope.is_cumulative else None
        steps.append(Step(str(BY_CODE[stage].label), actual, comparable))
        before = actual
    return steps


def _months(figures):
    """The Months from that of the first event to the last day there was something to wait for."""
    scope = replace(figures.scope, start=None)
    series = {stage: dict(cumulative(scope, stage)) for stage in PATH}
    reached = [month for months in series.values() for month in months]
    if not reached:
        return []
    last = _last_day(figures.timeline, max(reached), scope.target_day)
    targets, rows, so_far = TargetTable(scope), [], dict.fromkeys(PATH, 0)
    month = min(reached)
    while month <= last:
        so_far = {stage: series[stage].get(month, so_far[stage]) for stage in PATH}
        day = min(next_month(month) - ONE_DAY, last)
        rows.append(Month(day, so_far, targets.total_on(Stage.CREATED, day)))
        month = next_month(month)
    return _without_hidden(rows, figures) if figures.hides else rows


def _last_day(timeline, last_month, day):
    """`day`, or earlier: when the act ends and the month of the last event too."""
    awaited = next_month(last_month) - ONE_DAY
    if timeline.act:
        awaited = max(awaited, timeline.act.ends_on)
    return min(awaited, day)


def _without_hidden(rows, figures):
    """The rows, a stage hidden where it would have grown by too few persons since last shown.

    Nothing of a stage whose figure this reader may not see: the months would end at it.
    """
    shown = {
        stage: set()
        if type(figures.of(stage.value)) is Hidden
        else places_of_growth([row.reached[stage] for row in rows])
        for stage in PATH
    }
    return [
        replace(row, reached={s: row.reached[s] if at in shown[s] else None for s in PATH})
        for at, row in enumerate(rows)
    ]


def _funnel_chart(steps):
    parts = ", ".join(f"{step.label} {_shown(step.actual)}" for step in steps)
    return Chart(
        Drawing.BARS,
        _("Personnes ayant atteint chaque étape"),
        _("Barres, une par étape du parcours : %(parts)s.") % {"parts": parts},
        table=0,
        labels="stage",
        series=["actual"],
        colours=COLOURS,
    )


def _trend_chart(rows, goals):
    series = [*(stage.value for stage in PATH), *(["target"] if goals else [])]
    return Chart(
        Drawing.LINES,
        _("Personnes ayant atteint chaque étape, cumulées"),
        _trend_words(rows),
        table=1,
        labels="month",
        series=series,
        colours=COLOURS,
    )


def _trend_words(rows):
    if not rows:
        return _("Aucune étape n'est encore atteinte.")
    first, last = rows[0], rows[-1]
    parts = ", ".join(f"{BY_CODE[stage].label} {_shown(last.reached[stage])}" for stage in PATH)
    return _("Courbes du cumul de %(first)s à %(last)s ; à la fin : %(parts)s.") % {
        "first": f"{first.day:%m/%Y}",
        "last": f"{last.day:%m/%Y}",
        "parts": parts,
    }


def _shown(n):
    """The words of a figure; of one that a month does not show, what stands in its place."""
    if n is None:
        return veil()
    return n if type(n) is Hidden else grouped(n)
