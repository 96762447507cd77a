"""The sheet of charts: the funnel and its growth, each beside the table it draws."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import PATH, Stage
from remess.shared.dates import next_month
from remess.shared.excel import Chart, Column, Drawing, Formula, Kind, Sheet, Table
from remess.shared.numbers import grouped
from reporting.exports.results import known_rate
from reporting.indicators import BY_CODE
from reporting.overview import cumulative
from reporting.small_cells import Hidden
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
MONTH = Column(gettext_lazy("À la fin du mois"), lambda row: f"{row[0]:%m/%Y}", key="month")
GOAL = Column(
    gettext_lazy("Cible en vigueur, créés"), lambda row: row[2], Kind.INTEGER, 15, "target"
)


def charts_sheet(figures):
    """Parcours et rythme: two tables with their charts."""
    steps, rows = _steps(figures), _months(figures)
    goals = figures.scope.has_targets and any(row[2] is not None for row in rows)
    return Sheet(
        _("Parcours et rythme"),
        [
            Table(FUNNEL, steps, _("Parcours")),
            Table(
                [MONTH, *_stages(), *([GOAL] if goals else [])], rows, _("Cumul mois après mois")
            ),
        ],
        charts=[_funnel_chart(steps), _trend_chart(rows, goals)],
        pages_tall=1,
    )


def _stages():
    return [
        Column(
            BY_CODE[stage].label,
            lambda row, stage=stage: row[1][stage],
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
    """[(month, {stage: persons so far}, target in force)], from the first event to the last day."""
    scope = replace(figures.scope, start=None)
    series = {stage: dict(cumulative(scope, stage)) for stage in PATH}
    reached = [month for months in series.values() for month in months]
    if not reached:
        return []
    targets, rows, so_far = TargetTable(scope), [], dict.fromkeys(PATH, 0)
    month = min(reached)
    while month <= max(reached):
        so_far = {stage: series[stage].get(month, so_far[stage]) for stage in PATH}
        goal = targets.total_on(Stage.CREATED, min(next_month(month), scope.target_day))
        rows.append((month, so_far, goal))
        month = next_month(month)
    return _without_small_steps(rows) if figures.hides else rows


def _without_small_steps(rows):
    """The rows, those left out after which a stage would have grown by too few persons."""
    kept = [(None, dict.fromkeys(PATH, 0), None)]
    for row in rows[:-1]:
        if _grows_enough(kept[-1], row):
            kept.append(row)
    while len(kept) > 1 and not _grows_enough(kept[-1], rows[-1]):
        kept.pop()
    return [*kept[1:], rows[-1]]


def _grows_enough(before, after):
    grown = [after[1][stage] - before[1][stage] for stage in PATH]
    return all(n == 0 or n >= settings.SMALL_CELL for n in grown)


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
    (first, *_rest), (last, reached, _goal) = rows[0], rows[-1]
    parts = ", ".join(f"{BY_CODE[stage].label} {_shown(reached[stage])}" for stage in PATH)
    return _("Courbes du cumul de %(first)s à %(last)s ; à la fin : %(parts)s.") % {
        "first": f"{first:%m/%Y}",
        "last": f"{last:%m/%Y}",
        "parts": parts,
    }


def _shown(n):
    return n if type(n) is Hidden else grouped(n)
