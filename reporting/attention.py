"""The regions that need attention, and why: behind their target, or losing more than elsewhere."""

from dataclasses import dataclass
from itertools import pairwise

from beneficiaries.funnel import PATH
from remess.programme.models import Region
from remess.shared.numbers import rate
from reporting.indicators import BY_CODE, Indicator
from reporting.pace import Pace, pace_under

# A step at which a region passes so much less than the whole is told; from so much, by itself.
TOLD_FROM, ALARMING_FROM = 0.01, 0.05


@dataclass(frozen=True)
class StepLoss:
    """The step at which a region loses most compared with the whole: the shares that pass."""

    before: Indicator
    after: Indicator
    own: float
    whole: float

    @property
    def gap(self):
        return self.whole - self.own


@dataclass(frozen=True)
class Attention:
    """A region, its Paces behind the line of the act, its StepLoss or None."""

    region: Region
    behind: list[Pace]
    loss: StepLoss | None

    @property
    def worst(self):
        """How much of what is expected is reached where least is: 1 when nothing is behind."""
        return min((pace.actual / pace.expected for pace in self.behind), default=1)


def attention_of(reading, seen, targets, regions, veiled):
    """[Attention] of the regions that need it, the furthest behind first.

    `seen`: the Overview of the `reading`; figures that `veiled` hides are left out.
    """
    scope = reading.scope
    act = _act_begun(scope, targets)
    baseline = reading.reached_before(act.starts_on) if act else {}
    found = []
    for region in regions:
        shown = [s.value for s in PATH if (region.code, s.value) not in veiled.figures]
        behind = [
            pace
            for code in shown
            if act and (pace := _behind(scope, act, region, code, seen, targets, baseline))
        ]
        loss = _step_loss(seen, region, shown) if scope.is_cumulative else None
        if behind or (loss and loss.gap >= ALARMING_FROM):
            found.append(Attention(region, behind, loss))
    return sorted(found, key=lambda row: (row.worst, row.region.code))


def _act_begun(scope, targets):
    """The latest act that counts, where the scope compares with targets and it has begun."""
    act = targets.acts[-1] if targets.acts and scope.compares_to_targets else None
    return act if act and act.starts_on <= scope.target_day else None


def _behind(scope, act, region, code, seen, targets, baseline):
    """The Pace of one figure if it is below the line, else None."""
    target = targets.of_region(code, region.pk).in_force
    base = baseline.get((region.code, code), 0)
    if target is None or target <= base:
        return None
    actual = seen.regions[region.code][code]
    pace = pace_under(act, scope.target_day, region, code, actual, base, target)
    return pace if actual < pace.expected else None


def _step_loss(seen, region, shown):
    """The StepLoss of a region over the steps whose two figures are shown."""
    own = seen.regions[region.code]
    steps = []
    for before, after in pairwise(stage.value for stage in PATH):
        here, whole = rate(own[after], own[before]), rate(seen.totals[after], seen.totals[before])
        if before in shown and after in shown and here is not None and whole is not None:
            steps.append(StepLoss(BY_CODE[before], BY_CODE[after], here, whole))
    worst = max(steps, key=lambda step: step.gap, default=None)
    return worst if worst and worst.gap >= TOLD_FROM else None
