"""Targets side by side: initial, revised and in force on a day, per region and in all."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy

from beneficiaries.models import Sex
from remess.programme.models import Agreement
from reporting.frame import Frame
from reporting.indicators import BY_CODE


@dataclass(frozen=True)
class TargetTriple:
    """The three targets of one cell; None where an act sets none.

    `act`: the one that set the value in force. `revised_cells`: (n, m) when the latest avenant
    sets only n, perhaps none, of the m regions that have a target: the revised figure adds up
    these alone. `partial`: (n, m) when a sex has no target in all because only n of the m regions
    that have one for everyone set it.
    """

    initial: int | None = None
    revised: int | None = None
    in_force: int | None = None
    act: Agreement | None = field(default=None, compare=False)
    revised_cells: tuple[int, int] | None = field(default=None, compare=False)
    partial: tuple[int, int] | None = field(default=None, compare=False)

    @property
    def difference(self) -> int | None:
        """In force less initial; None where one of the two is not set."""
        if self.initial is None or self.in_force is None:
            return None
        return self.in_force - self.initial

    def as_dict(self):
        return {"initial": self.initial, "revised": self.revised, "in_force": self.in_force}


# Whom a target is set for, where it is not everyone.
_SEXES = {"": "", Sex.FEMALE.value: gettext_lazy("femmes"), Sex.MALE.value: gettext_lazy("hommes")}
NO_TARGET = TargetTriple()


@dataclass(frozen=True)
class Gap:
    """A total stated by an act that its regions, as they stood under it, do not add up to."""

    act: Agreement
    indicator: str
    sex: str
    stated: int
    added: int
    note: str

    @property
    def value(self) -> int:
        return self.stated - self.added

    @property
    def label(self) -> str:
        """« Créés », « Créés, femmes »."""
        parts = [BY_CODE[self.indicator].label, _SEXES[self.sex]]
        return ", ".join(str(part) for part in parts if part)


@dataclass(frozen=True)
class Step:
    """One act in the history of a cell: the value it sets and the change from the one before."""

    act: Agreement
    value: int
    change: int | None


class TargetTable:
    """The targets that hold for a scope, as its `frame` read them.

    `initial` is the convention's, `revised` the latest avenant's begun by the day, `in_force`
    that of the latest act begun by the day which sets the cell; it stays after the act's end.
    `sex`: '' for everyone's target, else that of the women or of the men.
    """

    def __init__(self, scope, frame=None):
        frame = frame or Frame.read()
        self.scope, acts = scope, frame.acts
        self.region_ids = scope.region_ids or frozenset(region.pk for region in frame.regions)
        self.all_acts = acts
        self.acts = _acts_of(acts, scope.agreement, scope.target_day)
        self.initial_act = _convention_of(acts, self.acts)
        self.revised_act = next((act for act in reversed(self.acts) if act.kind == "avenant"), None)
        self._totals_on = {}
        self.cells = {key: value for key, (value, _note) in frame.cells.items()}
        self.notes = {key: note for key, (_value, note) in frame.cells.items() if note}

    def of_region(self, indicator, region_id, sex=""):
        """The TargetTriple of one region."""
        if not self.scope.has_targets:
            return NO_TARGET
        act = self._setting_act(region_id, indicator, sex, self.acts)
        return TargetTriple(
            self._cell(self.initial_act, region_id, indicator, sex),
            self._cell(self.revised_act, region_id, indicator, sex),
            self._cell(act, region_id, indicator, sex),
            act,
        )

    def total(self, indicator, sex=""):
        """The TargetTriple of the scope's regions together.

        A total the act itself states goes before the sum of its regions, when all are asked for.
        The women of some regions are no target for those of all.
        """
        if not self.scope.has_targets:
            return NO_TARGET
        in_force, act = self._total_in_force(indicator, sex, self.acts)
        return TargetTriple(
            self._act_total(self.initial_act, indicator, sex),
            self._act_total(self.revised_act, indicator, sex),
            in_force,
            act,
            self._revised_cells(indicator, sex),
            self._partial(indicator, sex, self.acts) if in_force is None else None,
        )

    def total_on(self, indicator, day):
        """The total in force on an earlier `day`: what the target line of a curve shows."""
        if not self.scope.has_targets:
            return None
        begun = [act for act in self.acts if act.starts_on <= day]
        key = indicator, len(begun)  # it changes with an act alone, and a curve asks every month
        if key not in self._totals_on:
            self._totals_on[key] = self._total_in_force(indicator, "", begun)[0]
        return self._totals_on[key]

    def history(self, indicator, region_id, sex=""):
        """[Step] of one cell over every act that sets it, those to come included."""
        steps, before = [], None
        for act in self.all_acts:
            value = self._cell(act, region_id, indicator, sex)
            if value is not None:
                change = None if before is None else value - before
                steps.append(Step(act, value, change))
                before = value
        return steps

    def has_any(self, sex):
        """Whether some act sets a target for this sex."""
        return any(key[3] == sex for key in self.cells)

    def cells_set(self, act):
        """(n, m): the regions' cells `act` sets, of those that have a target once it has begun."""
        known = {key[1:] for key in self._regional(self.all_acts[: self.all_acts.index(act) + 1])}
        return len(self._regional([act])), len(known)

    def gaps(self):
        """[Gap] of every act that counts and states a total other than the sum of its regions."""
        if self.scope.region_ids is not None or not self.scope.has_targets:
            return []
        acts = self.acts
        if self.initial_act and self.initial_act not in acts:
            acts = [self.initial_act, *acts]
        return [gap for n, act in enumerate(acts) for gap in self.gaps_of(act, acts[: n + 1])]

    def gaps_of(self, act, acts):
        """[Gap] of the totals `act` states, its regions read under `acts`, the last of them."""
        found = []
        for agreement_id, region_id, indicator, sex in sorted(self.cells, key=str):
            if agreement_id != act.pk or region_id is not None:
                continue
            stated = self.cells[act.pk, None, indicator, sex]
            added = self._sum_in_force(indicator, sex, acts)
            if added is not None and added != stated:
                note = self.notes.get((act.pk, None, indicator, sex), "")
                found.append(Gap(act, indicator, sex, stated, added, note))
        return found

    def _regional(self, acts):
        """The keys of the cells that `acts` set in a region of the scope, for everyone."""
        pks = {act.pk for act in acts}
        return [
            key
            for key in self.cells
            if key[0] in pks and key[1] in self.region_ids and key[3] == ""
        ]

    def _cell(self, act, region_id, indicator, sex):
        return self.cells.get((act.pk, region_id, indicator, sex)) if act else None

    def _setting_act(self, region_id, indicator, sex, acts):
        """The latest of `acts` that sets the cell, None when none does."""
        setting = (act for act in reversed(acts) if self._sets(act, region_id, indicator, sex))
        return next(setting, None)

    def _sets(self, act, region_id, indicator, sex):
        return self._cell(act, region_id, indicator, sex) is not None

    def _act_total(self, act, indicator, sex):
        stated = self._cell(act, None, indicator, sex) if self.scope.region_ids is None else None
        if stated is not None:
            return stated
        if act is None or self._partial(indicator, sex, [act]):
            return None
        return _sum(self._cell(act, region_id, indicator, sex) for region_id in self.region_ids)

    def _total_in_force(self, indicator, sex, acts):
        """(the total in force under `acts`, the act that made it)."""
        for n in range(len(acts), 0, -1):
            act = acts[n - 1]
            if self.scope.region_ids is None and self._sets(act, None, indicator, sex):
                return self._cell(act, None, indicator, sex), act
            if any(self._sets(act, region_id, indicator, sex) for region_id in self.region_ids):
                added = self._sum_in_force(indicator, sex, acts[:n])
                if added is not None:
                    return added, act
        return None, None

    def _partial(self, indicator, sex, acts):
        """(n, m) where `acts` set a sex's target in n of the m regions with one, None if in all."""
        own = self._regions_set(indicator, sex, acts)
        expected = self._regions_set(indicator, "", acts) or set(self.region_ids)
        return (len(own & expected), len(expected)) if sex and own and expected - own else None

    def _regions_set(self, indicator, sex, acts):
        return {
            region_id
            for region_id in self.region_ids
            if self._setting_act(region_id, indicator, sex, acts)
        }

    def _sum_in_force(self, indicator, sex, acts):
        if self._partial(indicator, sex, acts):
            return None
        return _sum(
            self._cell(
                self._setting_act(region_id, indicator, sex, acts), region_id, indicator, sex
            )
            for region_id in self.region_ids
        )

    def _revised_cells(self, indicator, sex):
        act = self.revised_act
        stated = self.scope.region_ids is None and self._sets(act, None, indicator, sex)
        if act is None or stated:
            return None
        n = sum(self._sets(act, region_id, indicator, sex) for region_id in self.region_ids)
        m = sum(
            self._setting_act(region_id, indicator, sex, self.acts) is not None
            for region_id in self.region_ids
        )
        return (n, m) if n < m else None


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
