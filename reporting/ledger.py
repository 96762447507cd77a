"""Targets act by act: what each act sets, and how every cell came to the value in force."""

from dataclasses import dataclass

from beneficiaries.models import Sex
from remess.programme.models import Agreement, Region
from reporting.indicators import INDICATORS, Indicator
from reporting.scope import regions_of
from reporting.targets import Step, TargetTable, TargetTriple

# The lines under a region: everyone, then each sex for which some act sets a target.
SEXES = ("", Sex.FEMALE.value, Sex.MALE.value)


@dataclass(frozen=True)
class ActLine:
    """One act: how many regional cells it sets, of how many that then have a target."""

    act: Agreement
    n: int
    m: int
    has_begun: bool

    @property
    def is_partial(self) -> bool:
        return self.n < self.m


@dataclass(frozen=True)
class LedgerLine:
    """One cell on the day, and its history over the acts; `region` None: the whole programme."""

    region: Region | None
    sex: str
    target: TargetTriple
    steps: list[Step]

    @property
    def is_stated(self) -> bool:
        """Whether an act names this cell, rather than its regions adding up to it."""
        return bool(self.steps)


@dataclass(frozen=True)
class LedgerTable:
    """One indicator: its lines, region by region, then the whole."""

    indicator: Indicator
    lines: list[LedgerLine]

    @property
    def is_set(self) -> bool:
        """Whether some act sets a target of this indicator."""
        return any(line.steps for line in self.lines)


def acts_of(table: TargetTable) -> list[ActLine]:
    """Every act, oldest first, those to come included."""
    return [ActLine(act, *table.cells_set(act), act in table.acts) for act in table.all_acts]


def ledger_of(scope, table: TargetTable) -> list[LedgerTable]:
    """A LedgerTable per indicator over the regions of `scope`."""
    regions = list(regions_of(scope))
    return [_table_of(indicator, table, regions) for indicator in INDICATORS]


def _table_of(indicator, table, regions):
    sexes = [sex for sex in SEXES if not sex or table.has_any(sex)]
    lines = [
        LedgerLine(
            place,
            sex,
            table.of_region(indicator.code, place.pk, sex)
            if place
            else table.total(indicator.code, sex),
            table.history(indicator.code, place and place.pk, sex),
        )
        for place in [*regions, None]
        for sex in (sexes if indicator.has_meaning_by("sex") else [""])
    ]
    return LedgerTable(indicator, [line for line in lines if _is_shown(line)])


def _is_shown(line):
    """Everyone's line always, that of a sex where some act sets it."""
    return not line.sex or line.steps or line.target.partial or any(line.target.as_dict().values())
