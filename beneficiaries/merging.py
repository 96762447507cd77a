"""What a merge of two sheets would do, said before it is done. Reads, writes nothing.

The earliest passage of each stage is kept, whichever sheet it stands on; the funnel must hold.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries import funnel
from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Beneficiary, Exit, ExitReason, StageEvent
from remess.programme.brackets import bracket_on
from remess.programme.models import all_brackets

# What the merge page asks about where the two sheets differ; one choice may cover several columns.
CONSENT = ("consent_notice", "consent_language", "consent_on", "consent_by")
CHOICES = {
    "family_name": ("family_name",),
    "given_name": ("given_name",),
    "name_ar": ("name_ar",),
    "sex": ("sex",),
    "birth_date": ("birth_date",),
    "cin": ("cin",),
    "phone": ("phone",),
    "province": ("province",),
    "commune": ("commune",),
    "education": ("education",),
    "activity_before": ("activity_before",),
    "income_before": ("income_before",),
    "sector": ("sector",),
    "project": ("project",),
    "sheet_on": ("sheet_on",),
    "ocb": ("ocb",),
    "referent": ("referent",),
    "consent": CONSENT,
}
LABELS = {"consent": gettext_lazy("accord")}


@dataclass(frozen=True)
class StagePlan:
    """One stage: the passages that stand on each sheet, and the one whose day is kept."""

    stage: Stage
    kept: StageEvent | None
    absorbed: StageEvent | None

    @property
    def is_absorbed_earlier(self):
        """Whether the absorbed sheet's passage wins: earlier, or the only one."""
        if self.absorbed is None:
            return False
        return self.kept is None or self.absorbed.occurred_on < self.kept.occurred_on

    @property
    def winner(self):
        return self.absorbed if self.is_absorbed_earlier else self.kept


@dataclass(frozen=True)
class Plan:
    """Both sheets, the values the kept one will have, its passages, the exits that follow it."""

    kept: Beneficiary
    absorbed: Beneficiary
    values: dict
    stages: list
    own_exits: list = field(default_factory=list)
    other_exits: list = field(default_factory=list)

    def values_id(self, name):
        """The value of a column; of a relation its id."""
        value = self.values[Beneficiary._meta.get_field(name).name]
        return getattr(value, "pk", value)

    @property
    def refusal(self):
        """The sentence refusing this merge, or None."""
        return _refuse_age(self) or _refuse_exits(self)


def differing(one, other):
    """The names of CHOICES whose values differ, both filled.

    Not the date of the sheet where somebody is identified: that of the identification is kept.
    """
    settled = {"sheet_on"} if one.current_stage or other.current_stage else set()
    return [
        name
        for name, columns in CHOICES.items()
        if name not in settled
        and all(_filled(sheet, columns[0]) for sheet in (one, other))
        and any(getattr(one, c) != getattr(other, c) for c in columns if c != "consent_by")
    ]


def label_of(name):
    return LABELS.get(name) or Beneficiary._meta.get_field(name).verbose_name


def plan(kept, absorbed, choices=()):
    """The Plan of merging `absorbed` into `kept`.

    `choices`: the names (of CHOICES) whose value comes from the absorbed sheet. A field that the
    kept sheet lacks is taken from the other.
    """
    values = {}
    for name, columns in CHOICES.items():
        from_other = name in choices or not _filled(kept, columns[0])
        source = absorbed if from_other and _filled(absorbed, columns[0]) else kept
        values |= {column: getattr(source, column) for column in columns}
    stages = stage_plans(kept, absorbed)
    identified = next((row.winner for row in stages if row.stage == Stage.IDENTIFIED), None)
    if identified:
        values["sheet_on"] = identified.occurred_on
    own, others = _exits(kept), _exits(absorbed)
    known = {(row.left_on, row.returned_on) for row in own}
    others = [row for row in others if (row.left_on, row.returned_on) not in known]
    return Plan(kept, absorbed, values, stages, own, others)


def stage_plans(kept, absorbed):
    """The StagePlan of every stage that one of the two reached, in order: two queries."""
    mine, theirs = _standing(kept), _standing(absorbed)
    return [
        StagePlan(stage, mine.get(stage), theirs.get(stage))
        for stage in PATH
        if stage in mine or stage in theirs
    ]


def _standing(sheet):
    rows = StageEvent.objects.unvoided().filter(beneficiary=sheet)
    return {row.stage: row for row in rows.select_related("ocb", "region", "recorded_by")}


def _exits(sheet):
    """The exits of a sheet; one for being a duplicate says nothing of the person."""
    rows = Exit.objects.unvoided().filter(beneficiary=sheet).exclude(reason=ExitReason.DUPLICATE)
    return list(rows.order_by("left_on", "pk"))


def _filled(sheet, column):
    return getattr(sheet, column) not in (None, "")


def _refuse_age(plan):
    identified = next((row.winner for row in plan.stages if row.stage == Stage.IDENTIFIED), None)
    if identified is None or plan.values["birth_date"] is None:
        return None
    path = funnel.Path(birth_date=plan.values["birth_date"])
    bracket = bracket_on(identified.occurred_on, all_brackets())
    return funnel.refuse_person(path, identified.occurred_on, bracket, identified.derogation_reason)


def _refuse_exits(plan):
    """Absences may not overlap, nor a stage fall into one: which is wrong, only people know."""
    exits = sorted(plan.own_exits + plan.other_exits, key=lambda row: (row.left_on, row.pk))
    for before, after in zip(exits, exits[1:], strict=False):
        if before.returned_on is None or after.left_on < before.returned_on:
            return _(
                "Les sorties du %(first)s et du %(second)s se chevauchent : annuler d'abord "
                "celle qui est fausse."
            ) % {
                "first": funnel.short_day(before.left_on),
                "second": funnel.short_day(after.left_on),
            }
    for row in exits:
        for stage in plan.stages:
            on = stage.winner.occurred_on
            if row.left_on < on and (row.returned_on is None or on < row.returned_on):
                return _(
                    "%(stage)s du %(day)s tombe pendant la sortie du %(left)s : annuler d'abord "
                    "cette sortie, ou enregistrer le retour."
                ) % {
                    "stage": funnel.capital(funnel.NOUNS[stage.stage]),
                    "day": funnel.short_day(on),
                    "left": funnel.short_day(row.left_on),
                }
    return None
