"""What the dashboard shows of a scope: figures beside targets, per region, over time."""

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import ngettext

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Sex
from remess.programme.models import Agreement
from remess.shared.dates import next_month
from remess.shared.numbers import grouped
from reporting.counting import count_enterprises, count_out_of_period
from reporting.indicators import (
    BY_CODE,
    INDICATORS,
    Indicator,
    beyond_stages,
    by_legal_form,
    cumulative,
    losses,
    network,
    overview,
)
from reporting.scope import regions_shown
from reporting.targets import NO_TARGET, TargetTable, TargetTriple


@dataclass(frozen=True)
class Figure:
    """One figure beside its targets; `scale` is the full width of its bar."""

    indicator: Indicator
    actual: int
    target: TargetTriple
    scale: int
    before: int | None = None  # the figure of the stage before, for the step rate

    @property
    def code(self):
        return self.indicator.code


@dataclass(frozen=True)
class AgainstTargets:
    """One indicator of the whole scope beside its targets; `women` None where it has no sex."""

    indicator: Indicator
    actual: int
    women: int | None
    target: TargetTriple
    women_target: TargetTriple

    sex = ""  # the line is everyone's


def dashboard_of(scope):
    """Everything the page shows, as a dict for its template."""
    seen, targets = overview(scope), TargetTable(scope)
    agreements = list(Agreement.objects.order_by("starts_on", "pk"))
    forms = by_legal_form(scope)
    curve = _curve(scope, targets, agreements)
    return {
        "cards": _cards(scope, seen, targets),
        "notes": _notes(scope, sum(enterprises for _label, _persons, enterprises in forms)),
        "regions": _region_rows(scope, seen, targets),
        "region_enterprises": count_enterprises(scope, "region"),
        "has_targets": scope.compares_to_targets,
        "curve": curve,
        "curve_data": [[f"{month:%m/%Y}", n, goal] for month, n, goal in curve],
        "missing": _missing(scope, seen, targets),
        "losses": [
            (BY_CODE[stage], BY_CODE[PATH[PATH.index(stage) + 1]], n, reason)
            for stage, n, reason in (losses(scope, seen.totals) if scope.is_cumulative else [])
        ],
        "legal_forms": forms,
        "enterprises": sum(enterprises for _label, _persons, enterprises in forms),
        "women": [
            (
                BY_CODE[stage],
                seen.women[stage],
                seen.totals[stage],
                targets.total(stage, Sex.FEMALE.value) if scope.compares_to_targets else NO_TARGET,
            )
            for stage in PATH
        ],
        "against": _against_targets(scope, seen, targets),
        "gaps": targets.gaps() if scope.compares_to_targets else [],
        "totals": seen.totals,
        "out_of_period": count_out_of_period(scope, agreements).get(Stage.CREATED.value, 0),
        "in_force": _in_force_act(targets),
    }


def _cards(scope, seen, targets):
    figures = []
    for before, stage in pairwise((None, *PATH)):
        target = targets.total(stage) if scope.compares_to_targets else NO_TARGET
        actual = seen.totals[stage]
        previous = seen.totals[before] if before and scope.is_cumulative else None
        figures.append(Figure(BY_CODE[stage], actual, target, _scale(actual, target), previous))
    return figures


def _against_targets(scope, seen, targets):
    """[AgainstTargets] of every indicator, stages and others."""
    figures = {stage.value: (seen.totals[stage], seen.women[stage]) for stage in PATH}
    figures |= beyond_stages(scope)
    compares = scope.compares_to_targets
    return [
        AgainstTargets(
            indicator,
            *figures[indicator.code],
            targets.total(indicator.code) if compares else NO_TARGET,
            targets.total(indicator.code, Sex.FEMALE.value) if compares else NO_TARGET,
        )
        for indicator in INDICATORS
    ]


def _notes(scope, enterprises):
    """{stage: what is counted, and by how many of whom} for the cards."""
    units = {stage.value: BY_CODE[stage].unit for stage in PATH}
    units[Stage.CREATED.value] = ngettext(
        "personnes, dans %(n)s entreprise", "personnes, dans %(n)s entreprises", enterprises
    ) % {"n": grouped(enterprises)}
    if scope.ocb_ids is not None:
        return units
    seen = network(scope)
    return units | {
        Stage.IDENTIFIED.value: ngettext(
            "jeunes, par %(n)s OCB", "jeunes, par %(n)s OCB", seen.ocbs
        )
        % {"n": seen.ocbs},
        Stage.SELECTED.value: ngettext(
            "porteurs de projet, en %(n)s bootcamp",
            "porteurs de projet, en %(n)s bootcamps",
            seen.bootcamps,
        )
        % {"n": seen.bootcamps},
        Stage.TRAINED.value: ngettext(
            "avant la création, par %(n)s formateur",
            "avant la création, par %(n)s formateurs",
            seen.trainers,
        )
        % {"n": seen.trainers},
    }


def _region_rows(scope, seen, targets):
    """[(region, its figures)]; down one column every bar has the same scale."""
    regions = regions_shown(scope, seen.regions)
    triples = {
        (region.pk, stage): targets.of_region(stage, region.pk)
        if scope.compares_to_targets
        else NO_TARGET
        for region in regions
        for stage in PATH
    }
    scales = {
        stage: max(
            (_scale(seen.regions[r.code][stage], triples[r.pk, stage]) for r in regions),
            default=0,
        )
        for stage in PATH
    }
    return [
        (
            region,
            [
                Figure(
                    BY_CODE[stage],
                    seen.regions[region.code][stage],
                    triples[region.pk, stage],
                    scales[stage],
                )
                for stage in PATH
            ],
        )
        for region in regions
    ]


def _scale(actual, target):
    """The largest of a figure and its targets, with a little room after it."""
    largest = max(actual, target.initial or 0, target.revised or 0, target.in_force or 0)
    return largest * 1.04


def _curve(scope, targets, agreements):
    """[(month, creations so far, target in force)], to the last event or agreement's end."""
    points = cumulative(scope, Stage.CREATED)
    if not points:
        return []
    until = min(max([points[-1][0], *(act.ends_on for act in agreements)]), scope.target_day)
    month = next_month(points[-1][0])
    while month <= until:
        points.append((month, points[-1][1]))
        month = next_month(month)
    return [
        (
            month,
            n,
            targets.total_on(Stage.CREATED, min(next_month(month), until))
            if scope.compares_to_targets
            else None,
        )
        for month, n in points
    ]


def _missing(scope, seen, targets):
    """How many creations the target in force still asks for; None without target."""
    if not scope.compares_to_targets:
        return None
    target = targets.total(Stage.CREATED).in_force
    return None if target is None else target - seen.totals[Stage.CREATED]


def _in_force_act(targets):
    return targets.acts[-1] if targets.acts else None
