"""One figure explained: its rule in a sentence, its target, who is not counted and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from beneficiaries.models import Exit, Sex
from remess.shared.numbers import grouped, percentage
from reporting.counting import events_of
from reporting.exports.provenance import counted_words, places_words
from reporting.frame import Frame
from reporting.indicators import Indicator, breakdown, totals
from reporting.near_misses import Reason, near_misses
from reporting.parts import came_back
from reporting.small_cells import is_small, sees_small_cells, veil
from reporting.targets import NO_TARGET, TargetTable
from reporting.veils import NO_VEIL, region_veil


@dataclass(frozen=True)
class Missed:
    """A reason and how many it keeps out, hidden where they are too few for this reader."""

    reason: Reason
    n: int
    shown: object  # the count, or a Hidden


def figure_of(scope, indicator: Indicator, user):
    """Everything the page shows of one figure, as a dict for its template."""
    table = TargetTable(scope)
    compares = scope.compares_to_targets
    sees_names = sees_small_cells(user)
    actual, hides = totals(scope)[indicator.code], NO_VEIL if sees_names else region_veil(scope)
    target = table.total(indicator.code) if compares else NO_TARGET
    is_hidden = hides.hides_total(indicator.code)
    return {
        "indicator": indicator,
        "scope": scope,
        "rule": rule_of(scope, indicator),
        "actual": actual,
        "shown": veil(actual) if is_hidden else grouped(actual),
        "rate": percentage(actual, None if is_hidden else target.in_force, digits=1),
        "women": _women(scope, indicator, actual, sees_names, hides),
        "target": target,
        "women_target": table.total(indicator.code, Sex.FEMALE.value) if compares else NO_TARGET,
        "gaps": [gap for gap in table.gaps() if compares and gap.indicator == indicator.code],
        "has_targets": compares,
        "regions": _regions(scope, indicator, table, hides),
        "left": _seen(_left(scope, indicator), sees_names),
        "misses": misses_of(scope, indicator, sees_names),
    }


def rule_of(scope, indicator) -> str:
    """How this very figure is counted, in one sentence."""
    words = {
        "day": f"{scope.as_of:%d/%m/%Y}",
        "counted": counted_words(scope),
        "places": places_words(scope),
    }
    if indicator.stage:
        return (
            _(
                "Personnes, une fois chacune, dont le registre connaissait le passage à cette "
                "étape à la fin du %(day)s ; %(counted)s ; %(places)s, à la date où l'étape "
                "a été enregistrée."
            )
            % words
        )
    return (
        _("Ce que le registre connaissait à la fin du %(day)s ; %(counted)s ; %(places)s.") % words
    )


def misses_of(scope, indicator, sees_names):
    """[Missed] of the reasons that keep somebody out."""
    found = [(miss.reason, miss.rows.count()) for miss in near_misses(scope, indicator)]
    return [Missed(reason, n, _seen(n, sees_names)) for reason, n in found if n]


def _women(scope, indicator, actual, sees_names, hides):
    """The women in the figure, None where it has no sex; hidden with the men when too few."""
    if not indicator.has_meaning_by("sex"):
        return None
    women = breakdown(scope, "sex")[Sex.FEMALE.value][indicator.code]
    gives_away = is_small(women) or is_small(actual - women) or hides.hides_women(indicator.code)
    return veil(women) if gives_away and not sees_names else women


def _regions(scope, indicator, table, hides):
    """[(region, figure in words, TargetTriple)] of the regions of the scope."""
    by_region = breakdown(scope, "region")
    found = []
    for region in Frame.read().regions_shown(scope, by_region):
        n = by_region[region.code][indicator.code]
        is_hidden = (region.code, indicator.code) in hides.figures
        triple = table.of_region(indicator.code, region.pk)
        found.append(
            (
                region,
                veil(n) if is_hidden else grouped(n),
                triple if scope.compares_to_targets else NO_TARGET,
            )
        )
    return found


def _left(scope, indicator):
    """How many of those counted had left by the day and not come back; None for no stage."""
    if indicator.stage is None:
        return None
    gone = Exit.objects.known_on(scope.as_of).exclude(came_back(scope.as_of))
    counted = events_of(scope).filter(stage=indicator.stage)
    return counted.filter(beneficiary__in=gone.values("beneficiary")).count()


def _seen(n, sees_names):
    return veil(n) if n is not None and is_small(n) and not sees_names else n
