"""The grid of an agreement's targets: regions × indicators, what the convention set beside each.

An empty cell sets nothing, which is not 0; saving writes only the cells that changed. A total
that its regions do not add up to is kept as the act states it, with a note that says why.
"""

from dataclasses import dataclass

from django.db import transaction

from beneficiaries.models import Sex
from remess.programme.models import Agreement, Region
from remess.shared.versions import Changed
from reporting.indicators import INDICATORS
from reporting.models import Target
from reporting.scope import build_scope
from reporting.targets import TargetTable


class NoteNeeded(Exception):
    """Totals stated beside regions that do not add up to them, without a note: `gaps`, [Gap]."""

    def __init__(self, gaps):
        super().__init__()
        self.gaps = gaps


@dataclass(frozen=True)
class GridCell:
    """One target: its key, the value the act sets, the convention's; None where none is set."""

    region: Region | None
    indicator: str
    sex: str
    value: int | None
    initial: int | None
    note: str = ""

    @property
    def column(self) -> str:
        """`identified`; `identified-female` for the women's column."""
        return "-".join(part for part in (self.indicator, self.sex) if part)

    @property
    def key(self) -> str:
        """`ERR-identified`; `-identified` for the figure stated for the whole programme."""
        return f"{self.region.code if self.region else ''}-{self.column}"


@dataclass(frozen=True)
class ColumnSum:
    """The sum of a column over the regions; None where no region has a target."""

    value: int | None
    initial: int | None


@dataclass(frozen=True)
class Block:
    """The cells of everyone (`sex` ''), of the women or of the men.

    `rows`: [(region, cells)]; `stated`: the cells of the whole programme.
    """

    sex: str
    columns: list
    rows: list
    stated: list

    def cells(self):
        """Every cell, row by row, those stated for the whole programme last."""
        return [cell for _region, row in self.rows for cell in row] + self.stated

    def states_total(self):
        """Whether this act or the convention states a figure for the whole programme."""
        return any(cell.value is not None or cell.initial is not None for cell in self.stated)

    def is_set(self):
        return any(cell.value is not None or cell.initial is not None for cell in self.cells())

    def sums(self):
        """[(column key, ColumnSum)] of the regions; a total the act states is a cell of its own."""
        found = []
        for at, stated in enumerate(self.stated):
            column = [row[at] for _region, row in self.rows]
            sums = ColumnSum(
                _sum(cell.value for cell in column), _sum(cell.initial for cell in column)
            )
            found.append((stated.column, sums))
        return found


class TargetGrid:
    """The cells of one agreement, read in two queries.

    `blocks`: everyone's, the women's and, where some are set, the men's. `initial_act` is the
    convention it amends, None for a convention.
    """

    def __init__(self, agreement):
        self.agreement = agreement
        self.initial_act = agreement.chain()[-1] if agreement.is_avenant else None
        acts = [act for act in (agreement, self.initial_act) if act]
        self._targets = {
            (target.agreement_id, target.region_id, target.indicator, target.sex): target
            for target in Target.objects.filter(agreement__in=acts)
        }
        self._regions = list(Region.objects.for_list())
        sexes = ["", Sex.FEMALE.value]
        if any(key[3] == Sex.MALE for key in self._targets):
            sexes.append(Sex.MALE.value)
        self.blocks = [self._block(sex) for sex in sexes]

    def has_regions(self):
        return bool(self._regions)

    def cells(self):
        return [cell for block in self.blocks for cell in block.cells()]

    def stated(self):
        """The cells of the whole programme, of everyone and by sex."""
        return [cell for block in self.blocks for cell in block.stated]

    def gaps(self):
        """[Gap] of the totals this act states, as stored."""
        return gaps_of(self.agreement)

    def _block(self, sex):
        columns = [i for i in INDICATORS if not sex or i.has_meaning_by("sex")]
        rows = [(region, self._row(region, columns, sex)) for region in self._regions]
        return Block(sex, columns, rows, self._row(None, columns, sex))

    def _row(self, region, columns, sex):
        return [self._cell(region, indicator.code, sex) for indicator in columns]

    def _cell(self, region, code, sex):
        key = (region.pk if region else None, code, sex)
        target = self._targets.get((self.agreement.pk, *key))
        initial = self.initial_act and self._targets.get((self.initial_act.pk, *key))
        return GridCell(
            region,
            code,
            sex,
            target and target.value,
            initial and initial.value,
            target.note if target else "",
        )


def gaps_of(agreement):
    """[Gap] of the totals `agreement` states, its regions as they stand once it has begun."""
    table = TargetTable(build_scope())
    acts = table.all_acts
    at = next(n for n, act in enumerate(acts, 1) if act.pk == agreement.pk)
    return table.gaps_of(agreement, acts[:at])


@transaction.atomic
def save_targets(agreement, changes, shown, notes=None):
    """Write `changes`, {(region or None, indicator, sex): value or None}; None takes it away.

    `shown`: what the form showed of the same cells; `notes`: {(indicator, sex): text} beside the
    stated totals. Raises Changed, nothing written, with what is stored of the cells that somebody
    else has set meanwhile: `stored`, {cell: value or None}. Raises NoteNeeded, nothing written,
    when a total of a column written to is left with a gap and no note.
    """
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    stored = _values(agreement, changes)
    if overtaken := {c: n for c, n in stored.items() if n not in (shown[c], changes[c])}:
        raise Changed(overtaken)
    for (region, indicator, sex), value in changes.items():
        cell = {"region": region, "indicator": indicator, "sex": sex}
        if value is None:
            agreement.targets.filter(**cell).delete()
        else:
            agreement.targets.update_or_create(**cell, defaults={"value": value})
    for (indicator, sex), note in (notes or {}).items():
        agreement.targets.filter(region=None, indicator=indicator, sex=sex).update(note=note)
    written = {cell[1:] for cell in changes} | set(notes or ())
    unsaid = [
        gap for gap in gaps_of(agreement) if not gap.note and (gap.indicator, gap.sex) in written
    ]
    if unsaid:
        raise NoteNeeded(unsaid)


def _values(agreement, cells):
    """{(region, indicator, sex): value or None} of these cells as they are stored."""
    found = {
        (target.region_id, target.indicator, target.sex): target.value
        for target in agreement.targets.all()
    }
    return {cell: found.get((cell[0] and cell[0].pk, *cell[1:])) for cell in cells}


def _sum(values):
    """The sum of the values given, None when there is none: unknown is not zero."""
    given = [value for value in values if value is not None]
    return sum(given) if given else None
