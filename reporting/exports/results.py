"""The results framework: what was promised, where one began, what is reached, line by line."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, cycle

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import PATH, short_day
from beneficiaries.models import Sex
from remess.programme.models import Region
from remess.shared.excel import Column, Formula, Kind, Style, Table
from remess.shared.numbers import rate
from reporting.exports.figures import CUMULATIVE, PERIOD
from reporting.indicators import INDICATORS
from reporting.small_cells import Hidden
from reporting.targets import NO_TARGET, TargetTriple

WOMEN = gettext_lazy("dont femmes")
INDENT = "      "
# The styles of a place's indicators and of their women: the whole, then white and sand in turn.
WHOLE = (Style.STRONG, Style.BAND_FAINT)
WHITE = (Style.PLAIN, Style.FAINT)
SAND = (Style.BAND, Style.BAND_FAINT)


@dataclass(frozen=True)
class Place:
    """The whole programme (`region` None) or one region, with its targets."""

    name: str
    region: Region | None
    targets: dict
    women_targets: dict

    @property
    def code(self):
        return self.region.code if self.region else None


@dataclass(frozen=True)
class Result:
    """One line of results. `base_…`: (how many lines above, figure) of what it is a share of.

    `period`, `actual`: reached in the report's period (None where it has not begun), and from the
    origin to its end.
    """

    place: str
    label: str
    level: str
    unit: str
    period: int | None
    actual: int
    baseline: int | None = None
    baseline_on: date | None = None
    targets: TargetTriple = NO_TARGET
    base_previous: tuple[int, int] | None = None
    base_identified: tuple[int, int] | None = None
    base_everyone: tuple[int, int] | None = None
    style: Style = Style.PLAIN

    def achievement(self):
        value = known_rate(self.actual, self.targets.in_force)
        return None if value is None else Formula("={actual}/{in_force}", value)

    def difference(self):
        value = self.targets.difference
        return None if value is None else Formula("={in_force}-{initial}", value)

    def set_by(self):
        """The act that set the target in force, with its day; why there is none, else ''."""
        act = self.targets.act
        if self.targets.partial:
            n, m = self.targets.partial
            return _("pas de cible en tout (régions avec cible : %(n)s sur %(m)s)") % {
                "n": n,
                "m": m,
            }
        return f"{act}, {short_day(act.starts_on)}" if act else ""


def known_rate(part, whole):
    """The rate, None where it has no meaning or would tell a hidden count."""
    return None if Hidden in (type(part), type(whole)) else rate(part, whole)


def share(base):
    """The column value dividing a line's cumulative actual by its `base`, live."""

    def value(result):
        distance, whole = getattr(result, base) or (0, None)
        found = known_rate(result.actual, whole)
        return None if found is None else Formula(f"={{actual}}/{{actual:-{distance}}}", found)

    return value


PLACE = Column(gettext_lazy("Région"), lambda result: result.place, width=15)
RESULT_COLUMNS = [
    Column(gettext_lazy("Indicateur"), lambda result: result.label, width=18),
    Column(gettext_lazy("Unité"), lambda result: result.unit, width=19),
    Column(gettext_lazy("Niveau"), lambda result: result.level, width=9),
    Column(
        gettext_lazy("Situation de départ"),
        lambda result: result.baseline,
        Kind.INTEGER,
        11,
        "baseline",
    ),
    Column(
        gettext_lazy("Date de la situation de départ"),
        lambda result: result.baseline_on,
        Kind.DATE,
        14,
        "baseline_on",
    ),
    Column(
        gettext_lazy("Cible initiale"),
        lambda result: result.targets.initial,
        Kind.INTEGER,
        11,
        "initial",
    ),
    Column(
        gettext_lazy("Cible révisée"),
        lambda result: result.targets.revised,
        Kind.INTEGER,
        11,
        "revised",
    ),
    Column(
        gettext_lazy("Cible en vigueur"),
        lambda result: result.targets.in_force,
        Kind.INTEGER,
        11,
        "in_force",
    ),
    Column(
        gettext_lazy("En vigueur − initiale"),
        Result.difference,
        Kind.INTEGER,
        12,
        "difference",
    ),
    Column(gettext_lazy("Fixée par"), Result.set_by, width=26, key="set_by"),
    Column(
        gettext_lazy("Réalisé sur la période"),
        lambda result: result.period,
        Kind.INTEGER,
        12,
        "period",
    ),
    Column(
        gettext_lazy("Réalisé cumulé"), lambda result: result.actual, Kind.INTEGER, 11, "actual"
    ),
    Column(
        gettext_lazy("Taux d'atteinte"),
        Result.achievement,
        Kind.PERCENT,
        11,
        "achievement",
    ),
    Column(
        gettext_lazy("Part de l'étape précédente"),
        share("base_previous"),
        Kind.PERCENT,
        12,
        "step_rate",
    ),
    Column(
        gettext_lazy("Part des identifiés"),
        share("base_identified"),
        Kind.PERCENT,
        12,
        "conversion",
    ),
    Column(
        gettext_lazy("Part des femmes"),
        share("base_everyone"),
        Kind.PERCENT,
        12,
        "women",
    ),
]
TARGET_KEYS = {"initial", "revised", "in_force", "difference", "set_by", "achievement"}


def results_table(figures, places):
    results = []
    for place, styles in zip(places, chain([WHOLE], cycle([WHITE, SAND])), strict=False):
        results += results_of(figures, place, styles)
    columns = [PLACE, *columns_for(figures.scope)]
    return Table(columns, results, style=lambda result: result.style)


def place_table(figures, place):
    """The lines of one place alone."""
    columns, results = columns_for(figures.scope), results_of(figures, place)
    return Table(columns, results, style=lambda result: result.style)


def columns_for(scope):
    """The columns that have a meaning: an OCB has no targets."""
    left_out = set() if scope.has_targets else TARGET_KEYS
    return [column for column in RESULT_COLUMNS if column.key not in left_out]


def results_of(figures, place, styles=WHITE):
    """The lines of one place: each indicator and, where it has a meaning, its women."""
    results, stages = [], {}
    for indicator in INDICATORS:
        code, stage, here = indicator.code, indicator.stage, len(results)
        line = Result(
            place.name,
            str(indicator.label),
            str(indicator.level.label),
            str(indicator.unit),
            **_reached(figures, code, place.code),
            targets=place.targets[code],
            style=styles[0],
        )
        if stage:
            stages[stage] = (here, line.actual)
        results.append(
            replace(
                line,
                base_previous=_base(stages, _previous(stage), here),
                base_identified=_base(stages, PATH[0] if stage else None, here),
            )
        )
        if indicator.has_meaning_by("sex"):
            women = Result(
                place.name,
                f"{INDENT}{WOMEN}",
                str(indicator.level.label),
                _("femmes"),
                **_reached(figures, code, place.code, Sex.FEMALE.value),
                targets=place.women_targets[code],
                base_everyone=(1, line.actual),
                style=styles[1],
            )
            results.append(women)
    return results


def _reached(figures, code, region, *sex):
    """What the line counts: at the beginning, in the period and in all."""
    begun_on = figures.timeline.begun_on
    return {
        "baseline": figures.of(code, region, *sex, time=0) if begun_on else None,
        "baseline_on": begun_on,
        "period": figures.of(code, region, *sex, time=PERIOD) if figures.timeline.period else None,
        "actual": figures.of(code, region, *sex, time=CUMULATIVE),
    }


def _previous(stage):
    """The stage before this one on the path, None for the first and for no stage."""
    return None if stage in (None, PATH[0]) else PATH[PATH.index(stage) - 1]


def _base(stages, stage, here):
    """(lines above, figure) of the line of `stage`."""
    if stage not in stages:
        return None
    line, whole = stages[stage]
    return here - line, whole
