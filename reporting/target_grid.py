"""The grid of an agreement's targets: regions × indicators, what the convention set beside each.

An empty cell sets nothing, which is not 0; saving writes only the cells that changed.
"""

from dataclasses import dataclass

from django.db import transaction

from remess.programme.models import Agreement, Region
from remess.shared.versions import Changed
from reporting.indicators import INDICATORS
from reporting.models import Target


@dataclass(frozen=True)
class GridCell:
    """One target: its key, the value the act sets, the convention's; None where none is set."""

    region: Region | None
    indicator: str
    value: int | None
    initial: int | None

    @property
    def key(self) -> str:
        """`ERR-identified`; `-identified` for the figure stated for the whole programme."""
        return f"{self.region.code if self.region else ''}-{self.indicator}"


@dataclass(frozen=True)
class ColumnSum:
    """The sum of a column over the regions; None where no region has a target."""

    value: int | None
    initial: int | None


class TargetGrid:
    """The cells of one agreement, read in two queries.

    `rows`: [(region, cells)], one more without region for the figures the act states for the
    whole programme. `initial_act` is the convention it amends, None for a convention.
    """

    def __init__(self, agreement):
        self.agreement = agreement
        self.columns = INDICATORS
        self.initial_act = agreement.chain()[-1] if agreement.is_avenant else None
        acts = [act for act in (agreement, self.initial_act) if act]
        self._values = {
            (target.agreement_id, target.region_id, target.indicator): target.value
            for target in Target.objects.filter(agreement__in=acts, sex="")
        }
        self.rows = [(region, self._row(region)) for region in Region.objects.for_list()]
        self.stated = self._row(None)

    def states_total(self):
        """Whether this act or the convention states a figure for the whole programme."""
        return any(cell.value is not None or cell.initial is not None for cell in self.stated)

    def cells(self):
        """Every cell, row by row, those stated for the whole programme last."""
        return [cell for _region, row in self.rows for cell in row] + self.stated

    def sums(self):
        """[(indicator, ColumnSum)] of the regions; a total the act states is a cell of its own."""
        found = []
        for at, indicator in enumerate(self.columns):
            column = [row[at] for _region, row in self.rows]
            sums = ColumnSum(
                _sum(cell.value for cell in column), _sum(cell.initial for cell in column)
            )
            found.append((indicator, sums))
        return found

    def _row(self, region):
        pk = region.pk if region else None
        return [
            GridCell(
                region,
                indicator.code,
                self._values.get((self.agreement.pk, pk, indicator.code)),
                self.initial_act and self._values.get((self.initial_act.pk, pk, indicator.code)),
            )
            for indicator in self.columns
        ]


@transaction.atomic
def save_targets(agreement, changes, shown):
    """Write `changes`, {(region or None, indicator): value or None}; None takes the target away.

    `shown`: what the form showed of the same cells. Raises Changed, nothing written, with what
    is stored of those that somebody else has set meanwhile: `stored`, {cell: value or None}.
    """
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    stored = _values(agreement, changes)
    if overtaken := {c: n for c, n in stored.items() if n not in (shown[c], changes[c])}:
        raise Changed(overtaken)
    for (region, indicator), value in changes.items():
        cell = {"region": region, "indicator": indicator, "sex": ""}
        if value is None:
            agreement.targets.filter(**cell).delete()
        else:
            agreement.targets.update_or_create(**cell, defaults={"value": value})


def _values(agreement, cells):
    """{(region, indicator): value or None} of these cells as they are stored."""
    found = {
        (target.region_id, target.indicator): target.value
        for target in agreement.targets.filter(sex="")
    }
    return {(region, code): found.get((region and region.pk, code)) for region, code in cells}


def _sum(values):
    """The sum of the values given, None when there is none: unknown is not zero."""
    given = [value for value in values if value is not None]
    return sum(given) if given else None
