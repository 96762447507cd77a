"""Targets side by side: initial, revised and in force on a day, per region and in all."""

from dataclasses import dataclass
from datetime import date

from remess.programme.models import Agreement, Region
from reporting.models import Target


@dataclass(frozen=True)
class TargetTriple:
    """The three targets of one cell; None where an act sets none."""

    initial: int | None = None
    revised: int | None = None
    in_force: int | None = None

    def as_dict(self):
        return {"initial": self.initial, "revised": self.revised, "in_force": self.in_force}


NO_TARGET = TargetTriple()


class TargetTable:
    """The targets that hold for a scope, read in three queries.

    `initial` is the convention's, `revised` the latest avenant's begun by the day, `in_force`
    that of the latest act begun by the day which sets the cell; it stays after the act's end.
    """

    def __init__(self, scope):
        self.scope = scope
        self.region_ids = scope.region_ids or frozenset(Region.objects.values_list("pk", flat=True))
        acts = list(Agreement.objects.order_by("starts_on", "pk"))
        self.all_acts = acts
        self.acts = _acts_of(acts, scope.agreement, scope.target_day)
        self.initial_act = _convention_of(acts, self.acts)
        self.revised_act = next((act for act in reversed(self.acts) if act.kind == "avenant"), None)
        self.cells = {
            (target.agreement_id, target.region_id, target.indicator): target.value
            for target in Target.objects.filter(sex="")
        }

    def of_region(self, indicator, region_id):
        """The TargetTriple of one region."""
        if not self.scope.has_targets:
            return NO_TARGET
        return TargetTriple(
            self._cell(self.initial_act, region_id, indicator),
            self._cell(self.revised_act, region_id, indicator),
            self._in_force(region_id, indicator, self.acts),
        )

    def total(self, indicator):
        """The TargetTriple of the scope's regions together.

        A total the act itself states goes before the sum of its regions, when all are asked for.
        """
        if not self.scope.has_targets:
            return NO_TARGET
        return TargetTriple(
            self._act_total(self.initial_act, indicator),
            self._act_total(self.revised_act, indicator),
            self._total_in_force(indicator, self.acts),
        )

    def total_on(self, indicator, day):
        """The total in force on an earlier `day`: what the target line of a curve shows."""
        if not self.scope.has_targets:
            return None
        return self._total_in_force(indicator, [act for act in self.acts if act.starts_on <= day])

    def _cell(self, act, region_id, indicator):
        return self.cells.get((act.pk, region_id, indicator)) if act else None

    def _in_force(self, region_id, indicator, acts):
        values = [self._cell(act, region_id, indicator) for act in reversed(acts)]
        return next((value for value in values if value is not None), None)

    def _act_total(self, act, indicator):
        stated = self._cell(act, None, indicator) if self.scope.region_ids is None else None
        if stated is not None:
            return stated
        return _sum(self._cell(act, region_id, indicator) for region_id in self.region_ids)

    def _total_in_force(self, indicator, acts):
        for act in reversed(acts):
            if self.scope.region_ids is None and self._cell(act, None, indicator) is not None:
                return self._cell(act, None, indicator)
            if self._act_total(act, indicator) is not None:
                cells = (
                    self._in_force(region_id, indicator, acts) for region_id in self.region_ids
                )
                return _sum(cells)
        return None


def _acts_of(acts, agreement, day: date):
    """The acts that count on `day`, oldest first; under an agreement, it and what it amends."""
    if agreement is None:
        return [act for act in acts if act.starts_on <= day]
    by_pk = {act.pk: act for act in acts}
    chain = [by_pk[agreement.pk]]
    while chain[0].amends_id:
        chain.insert(0, by_pk[chain[0].amends_id])
    return chain


def _convention_of(acts, counting):
    """The convention that the latest act counting stands on; before any, the first one."""
    by_pk = {act.pk: act for act in acts}
    act = counting[-1] if counting else next(iter(acts), None)
    while act and act.amends_id:
        act = by_pk[act.amends_id]
    return act


def _sum(values):
    """The sum of the values given, None when there is none: unknown is not zero."""
    given = [value for value in values if value is not None]
    return sum(given) if given else None
