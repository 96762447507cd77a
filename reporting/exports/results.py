"""Results against targets: the lines of a place, and the columns that show them."""

from dataclasses import dataclass, replace
from itertools import chain, cycle

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import PATH, short_day
from remess.programme.models import Region
from remess.shared.excel import Column, Formula, Kind, Style, Table
from remess.shared.numbers import rate
from reporting.indicators import INDICATORS
from reporting.targets import NO_TARGET, TargetTriple

WOMEN = gettext_lazy("dont femmes")
INDENT = "      "
# The styles of a place's indicators and of their women: the whole, then white and sand in turn.
WHOLE = (Style.STRONG, Style.BAND_FAINT)
WHITE = (Style.PLAIN, Style.FAINT)
SAND = (Style.BAND, Style.BAND_FAINT)


@dataclass(frozen=True)
class Place:
    """The whole programme (`region` None) or one region, with its figures and targets."""

    name: str
    region: Region | None
    actual: dict
    women: dict
    targets: dict
    women_targets: dict


@dataclass(frozen=True)
class Result:
    """One line of results. `base_…`: (how many lines above, figure) of what it is a share of."""

    place: str
    label: str
    unit: str
    actual: int
    targets: TargetTriple = NO_TARGET
    base_previous: tuple[int, int] | None = None
    base_identified: tuple[int, int] | None = None
    base_everyone: tuple[int, int] | None = None
    style: Style = Style.PLAIN

    def achievement(self):
        value = rate(self.actual, self.targets.in_force)
        return None if value is None else Formula("={actual}/{in_force}", value)

    def difference(self):
        value = self.targets.difference
        return None if value is None else Formula("={in_force}-{initial}", value)

    def set_by(self):
        """The act that set the target in force, with its day; '' where there is none."""
        act = self.targets.act
        return f"{act}, {short_day(act.starts_on)}" if act else ""


def share(base):
    """The column value dividing a line's actual by its `base`, live, empty without one."""

    def value(result):
        distance, whole = getattr(result, base) or (0, None)
        found = rate(result.actual, whole)
        return None if found is None else Formula(f"={{actual}}/{{actual:-{distance}}}", found)

    return value


PLACE = Column(gettext_lazy("Région"), lambda result: result.place, width=16)
RESULT_COLUMNS = [
    Column(gettext_lazy("Indicateur"), lambda result: result.label, width=28),
    Column(gettext_lazy("Ce qui est compté"), lambda result: result.unit, width=24),
    Column(
        gettext_lazy("Cible initiale"),
        lambda result: result.targets.initial,
        Kind.INTEGER,
        12,
        "initial",
    ),
    Column(
        gettext_lazy("Cible révisée"),
        lambda result: result.targets.revised,
        Kind.INTEGER,
        12,
        "revised",
    ),
    Column(
        gettext_lazy("Cible en vigueur"),
        lambda result: result.targets.in_force,
        Kind.INTEGER,
        12,
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
        gettext_lazy("Réalisé"),
        lambda result: result.actual,
        Kind.INTEGER,
        12,
        "actual",
    ),
    Column(
        gettext_lazy("Taux d'atteinte"),
        Result.achievement,
        Kind.PERCENT,
        12,
        "achievement",
    ),
    Column(
        gettext_lazy("Part de l'étape précédente"),
        share("base_previous"),
        Kind.PERCENT,
        14,
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
CUMULATIVE_KEYS = {"achievement", "step_rate", "conversion"}


def results_table(scope, places):
    results = []
    for place, styles in zip(places, chain([WHOLE], cycle([WHITE, SAND])), strict=False):
        results += results_of(place, styles)
    return Table([PLACE, *columns_for(scope)], results, style=lambda result: result.style)


def columns_for(scope):
    """The columns that have a meaning: no targets by OCB, no rates over part of the time."""
    left_out = set() if scope.has_targets else set(TARGET_KEYS)
    if scope.start:
        left_out |= CUMULATIVE_KEYS
    return [column for column in RESULT_COLUMNS if column.key not in left_out]


def results_of(place, styles=WHITE):
    """The lines of one place: each indicator and, where it has a meaning, its women."""
    results, stages = [], {}
    for indicator in INDICATORS:
        code, stage, here = indicator.code, indicator.stage, len(results)
        actual = place.actual[code]
        if stage:
            stages[stage] = (here, actual)
        results.append(
            Result(
                place.name,
                str(indicator.label),
                str(indicator.unit),
                actual,
                place.targets[code],
                _base(stages, _previous(stage), here),
                _base(stages, PATH[0] if stage else None, here),
                style=styles[0],
            )
        )
        women = place.women[code]
        if women is not None:
            unit = _("femmes")
            goal = place.women_targets[code]
            line = Result(place.name, f"{INDENT}{WOMEN}", unit, women, goal, style=styles[1])
            results.append(replace(line, base_everyone=(1, actual)))
    return results


def _previous(stage):
    """The stage before this one on the path, None for the first and for no stage."""
    return None if stage in (None, PATH[0]) else PATH[PATH.index(stage) - 1]


def _base(stages, stage, here):
    """(lines above, figure) of the line of `stage`."""
    if stage not in stages:
        return None
    line, whole = stages[stage]
    return here - line, whole
