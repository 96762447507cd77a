"""What the dashboard shows of a scope: figures beside targets, per region, over time."""

from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from django.utils.translation import ngettext

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Sex
from remess.shared.numbers import grouped
from reporting.attention import attention_of
from reporting.frame import Frame
from reporting.indicators import BY_CODE, INDICATORS, Indicator, beyond_stages
from reporting.outlook import outlook_of
from reporting.overview import Overview, Reading
from reporting.small_cells import hidden_together, is_small, sees_small_cells, veil
from reporting.targets import NO_TARGET, TargetTable, TargetTriple
from reporting.veils import veil_for


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


def dashboard_of(scope, user=None, frame=None):
    """Everything the page shows, as a dict for its template; None sees everything.

    From who sees no names the small cells of regions, women and legal forms are hidden; the
    programme's own totals are published and stay.
    """
    frame = frame or Frame.read()
    reading, targets = Reading(scope, frame), TargetTable(scope, frame)
    seen, (enterprises, _forms) = reading.overview(), reading.enterprises()
    veiled = veil_for(user, scope, seen, enterprises, frame)
    shown, around = _shown(seen, veiled), reading.around()
    all_enterprises = _all_enterprises(enterprises, veiled)
    regions = _region_rows(scope, shown, targets, frame)
    stopped = _losses(reading, shown)
    return {
        "cards": _cards(scope, shown, targets),
        "notes": _notes(scope, around, all_enterprises),
        "regions": regions,
        "region_enterprises": _without_hidden(enterprises, veiled),
        "has_targets": scope.compares_to_targets,
        **outlook_of(reading, seen, targets, veiled, user),
        "attention": attention_of(reading, seen, targets, [row for row, _own in regions], veiled),
        "losses": stopped,
        "most_stuck": max((row for row in stopped if row[2]), key=itemgetter(2), default=None),
        "losses_lead_to_people": _is_everywhere(scope) and sees_small_cells(user),
        "legal_forms": _legal_forms(reading.legal_forms(), user, veiled),
        "enterprises": all_enterprises,
        "women": [
            (
                BY_CODE[stage],
                shown.women[stage],
                shown.totals[stage],
                targets.total(stage, Sex.FEMALE.value) if scope.compares_to_targets else NO_TARGET,
            )
            for stage in PATH
        ],
        "against": _against_targets(scope, shown, sum(enterprises.values()), targets, veiled),
        "gaps": targets.gaps() if scope.compares_to_targets else [],
        "totals": shown.totals,
        "out_of_period": _out_of_period(around.outside, user),
        "in_force": _in_force_act(targets),
    }


def _shown(seen, veiled):
    """The Overview with what is `veiled` in place of its figures."""
    totals = {s: veil(n) if veiled.hides_total(s) else n for s, n in seen.totals.items()}
    women = {s: veil(n) if veiled.hides_women(s) else n for s, n in seen.women.items()}
    regions = {
        code: {s: veil(n) if (code, s) in veiled.figures else n for s, n in figures.items()}
        for code, figures in seen.regions.items()
    }
    return Overview(totals, women, regions, seen.women_of)


def _all_enterprises(by_region, veiled):
    n = sum(by_region.values())
    return veil(n) if veiled.hides_total("enterprises") else n


def _without_hidden(by_region, veiled):
    return {code: n for code, n in by_region.items() if (code, "enterprises") not in veiled.figures}


def _legal_forms(rows, user, veiled):
    """[(form, label, persons, enterprises)], small counts hidden from who sees no names."""
    if sees_small_cells(user):
        return rows
    # A total that may not be read is not told by its parts either.
    without_total = veiled.hides_total("created") or veiled.hides_total("enterprises")
    hidden = hidden_together(
        [[persons for _key, _label, persons, _n in rows], [n for *_row, n in rows]],
        range(len(rows) + 1) if without_total else (),
    )
    return [
        (key, label, veil(persons), veil(n)) if i in hidden else (key, label, persons, n)
        for i, (key, label, persons, n) in enumerate(rows)
    ]


def _losses(reading, shown):
    """[(stage, the next, how many did not go on, most frequent reason)] where it can be read."""
    known = {stage: n for stage, n in shown.totals.items() if not isinstance(n, str)}
    if not reading.scope.is_cumulative or len(known) < len(PATH):
        return []
    return [
        (BY_CODE[stage], BY_CODE[PATH[PATH.index(stage) + 1]], n, reason)
        for stage, n, reason in reading.losses(known)
    ]


def _is_everywhere(scope):
    """Whether no place is chosen: only then are those who did not go on a list of people.

    Somebody handed over to another region goes on there.
    """
    return scope.region_ids is None and scope.ocb_ids is None


def _out_of_period(n, user):
    return 0 if is_small(n) and not sees_small_cells(user) else n


def _cards(scope, seen, targets):
    figures = []
    for before, stage in pairwise((None, *PATH)):
        target = targets.total(stage) if scope.compares_to_targets else NO_TARGET
        actual = seen.totals[stage]
        previous = seen.totals[before] if before and scope.is_cumulative else None
        figures.append(Figure(BY_CODE[stage], actual, target, _scale(actual, target), previous))
    return figures


def _against_targets(scope, seen, enterprises, targets, veiled):
    """[AgainstTargets] of every indicator, stages and others, with what is `veiled` hidden."""
    figures = {stage.value: (seen.totals[stage], seen.women[stage]) for stage in PATH}
    for code, (n, women) in beyond_stages(scope, {"enterprises": (enterprises, None)}).items():
        figures[code] = (veil(n), women and veil()) if veiled.hides_total(code) else (n, women)
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


def _notes(scope, around, enterprises):
    """{stage: what is counted, and by how many of whom} for the cards."""
    units = {stage.value: BY_CODE[stage].unit for stage in PATH}
    if not isinstance(enterprises, str):
        units[Stage.CREATED.value] = ngettext(
            "personnes, dans %(n)s entreprise", "personnes, dans %(n)s entreprises", enterprises
        ) % {"n": grouped(enterprises)}
    if scope.ocb_ids is not None:
        return units
    return units | {
        Stage.IDENTIFIED.value: ngettext(
            "jeunes, par %(n)s OCB", "jeunes, par %(n)s OCB", around.ocbs
        )
        % {"n": around.ocbs},
        Stage.SELECTED.value: ngettext(
            "porteurs de projet, en %(n)s bootcamp",
            "porteurs de projet, en %(n)s bootcamps",
            around.bootcamps,
        )
        % {"n": around.bootcamps},
        Stage.TRAINED.value: ngettext(
            "avant la création, par %(n)s formateur",
            "avant la création, par %(n)s formateurs",
            around.trainers,
        )
        % {"n": around.trainers},
    }


def _region_rows(scope, seen, targets, frame):
    """[(region, its figures)]; down one column every bar has the same scale."""
    regions = frame.regions_shown(scope, seen.regions)
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
    known = 0 if isinstance(actual, str) else actual
    largest = max(known, target.initial or 0, target.revised or 0, target.in_force or 0)
    return largest * 1.04


def _in_force_act(targets):
    return targets.acts[-1] if targets.acts else None
