"""Why a figure differs between two states of the register, or between two periods.

Every person (or enterprise) that counts in one state and not in the other is one step of the
bridge, with one cause: the steps add up to the difference exactly.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import Stage
from beneficiaries.models import EnterpriseMember, Exit, Merge, StageEvent
from remess.shared.dates import ONE_DAY
from reporting.counting import events_of
from reporting.indicators import totals
from reporting.scope import Scope


class Cause(models.TextChoices):
    """What made the difference, in the order a reader is told it."""

    NEW = "new", _("Survenus depuis")
    LATE = "late", _("Saisis en retard")
    DATE = "date", _("Dates corrigées")
    PLACE = "place", _("Région, OCB ou sexe corrigés")
    VOID = "void", _("Annulés")
    MERGE = "merge", _("Fusions de doublons")
    MOVE = "move", _("Changements d'OCB")
    EXIT = "exit", _("Sorties")
    RETURN = "return", _("Retours")
    PERIOD = "period", _("Hors de la période")


MEANINGS = {
    Cause.NEW: _("L'événement a eu lieu après le premier arrêté."),
    Cause.LATE: _("L'événement avait déjà eu lieu, le registre l'a appris après."),
    Cause.DATE: _("La date a été corrigée, avec un motif : l'événement change de période."),
    Cause.PLACE: _("Une région, une OCB ou un sexe saisis par erreur ont été corrigés."),
    Cause.VOID: _("Un événement enregistré par erreur a été annulé, avec un motif."),
    Cause.MERGE: _("Deux fiches étaient la même personne : elle compte une fois."),
    Cause.MOVE: _("Un changement d'OCB laisse les étapes comptées là où elles l'ont été."),
    Cause.EXIT: _("La personne a quitté le parcours. Un cumul la garde."),
    Cause.RETURN: _("La personne est revenue, ou sa sortie était une erreur."),
    Cause.PERIOD: _("L'événement n'est que dans une des deux périodes."),
}


class Counted(models.TextChoices):
    """Whom a figure counts: all who reached a stage, or those of them who have not left."""

    REACHED = "reached", _("Ont atteint l'étape")
    STAYING = "staying", _("Encore dans le parcours")


class Fact(NamedTuple):
    """An event as one state of the register knows it."""

    pk: int
    subject: int  # the person, or the enterprise whose first creation this is
    occurred_on: date
    region: int
    ocb: int
    by_merge: bool
    gone_by_merge: bool
    stays: bool


@dataclass(frozen=True)
class Step:
    """One subject that counts in one state only: +1 or -1, and why."""

    subject: int
    event: int
    cause: Cause
    change: int


@dataclass(frozen=True)
class Bridge:
    """From `before` to `after`; the changes of `steps` add up to the difference."""

    before: int
    after: int
    steps: tuple[Step, ...]

    @property
    def difference(self) -> int:
        return self.after - self.before

    @property
    def parts(self) -> list[tuple[Cause, int, int]]:
        """[(cause, added, removed)] for every cause met, in the order of Cause."""
        added = Counter(step.cause for step in self.steps if step.change > 0)
        removed = Counter(step.cause for step in self.steps if step.change < 0)
        return [
            (cause, added[cause], removed[cause]) for cause in Cause if cause in added | removed
        ]

    def of(self, cause) -> dict[int, int]:
        """{event: change} of one cause."""
        return {step.event: step.change for step in self.steps if step.cause == cause}


def bridge(before: Scope, after: Scope, code: str, counted=Counted.REACHED) -> Bridge:
    """The Bridge of the indicator `code` between two scopes over the same places.

    `after` is known on the same day as `before` or later. Raises ValueError otherwise.
    """
    if (before.region_ids, before.ocb_ids) != (after.region_ids, after.ocb_ids):
        raise ValueError("A bridge keeps its places.")
    if after.as_of < before.as_of:
        raise ValueError("A bridge goes forward in what the register knew.")
    read = _enterprise_facts if code == "enterprises" else _person_facts
    olds, news = (read(scope, before, after, code, counted) for scope in (before, after))
    steps = []
    for subject in sorted(olds.keys() | news.keys()):
        old, new = olds.get(subject), news.get(subject)
        change = _counts(new, after) - _counts(old, before)
        if change:
            event = (new if change > 0 else old).pk
            steps.append(Step(subject, event, _cause(old, new, before, after), change))
    start = total(before, code, counted)
    return Bridge(start, total(after, code, counted), tuple(steps))


def total(scope: Scope, code: str, counted=Counted.REACHED) -> int:
    """The figure at one end of a bridge, counted as everywhere else."""
    if counted == Counted.REACHED:
        return totals(scope)[code]
    events = events_of(scope).filter(stage=Stage(code))
    return events.exclude(beneficiary__in=_left(scope)).count()


def _cause(old, new, before, after):
    """Why a subject known as `old` then and `new` now counts in one of the two only."""
    if _is_merge(old, new):
        return Cause.MERGE
    if new is None:
        return Cause.VOID
    if old is None:
        return Cause.NEW if new.occurred_on > before.target_day else Cause.LATE
    if _in_places(old, before) != _in_places(new, after):
        return Cause.PLACE
    if old.occurred_on != new.occurred_on and _in_period(old, before) != _in_period(new, after):
        return Cause.DATE
    if _in_period(old, before) != _in_period(new, after):
        return Cause.NEW if new.occurred_on > before.target_day else Cause.PERIOD
    return Cause.RETURN if new.stays else Cause.EXIT


def _is_merge(old, new):
    """Whether the merging of two sheets, or its undoing, replaced the one by the other."""
    if new is None:
        return old.gone_by_merge
    return new.by_merge and (old is None or old.pk != new.pk)


def _counts(fact, scope) -> int:
    counts = fact and fact.stays and _in_places(fact, scope) and _in_period(fact, scope)
    return 1 if counts else 0


def _in_places(fact, scope):
    in_region = scope.region_ids is None or fact.region in scope.region_ids
    return in_region and (scope.ocb_ids is None or fact.ocb in scope.ocb_ids)


def _in_period(fact, scope):
    begun = scope.start is None or fact.occurred_on >= scope.start
    return begun and (scope.end is None or fact.occurred_on <= scope.end)


def _person_facts(scope, before, after, stage, counted):
    """{person: Fact} as known for `scope`, of the people whose state may have changed."""
    changed = StageEvent.objects.filter(
        _moved(before, after) | _shifted(before, after), stage=stage
    )
    people = Q(beneficiary__in=changed.values("beneficiary"))
    left = ()
    if counted == Counted.STAYING:
        left = _left(scope).values_list("beneficiary", flat=True)
        came_or_went = Exit.objects.filter(
            _moved(before, after)
            | Q(returned_recorded_on__range=_window(before, after))
            | Q(left_on__range=sorted((before.target_day, after.target_day)))
        )
        people |= Q(beneficiary__in=came_or_went.values("beneficiary"))
    events = StageEvent.objects.known_on(scope.as_of).filter(people, stage=stage)
    return {fact.subject: fact for fact in _facts(events, left)}


def _enterprise_facts(scope, before, after, _code, _counted):
    """{enterprise: Fact of its earliest creation} as known for `scope`."""
    created = StageEvent.objects.filter(stage=Stage.CREATED)
    changed = created.filter(_moved(before, after) | _shifted(before, after))
    members = EnterpriseMember.objects.filter(
        _moved(before, after) | Q(beneficiary__in=changed.values("beneficiary"))
    )
    known = EnterpriseMember.objects.known_on(scope.as_of).filter(
        enterprise__in=members.values("enterprise")
    )
    founded = {}
    for person, enterprise in known.values_list("beneficiary", "enterprise"):
        founded.setdefault(person, set()).add(enterprise)
    events = created.known_on(scope.as_of).filter(beneficiary__in=known.values("beneficiary"))
    firsts = {}
    for fact in _facts(events):
        for enterprise in founded[fact.subject]:
            firsts.setdefault(enterprise, fact._replace(subject=enterprise))
    return firsts


def _facts(events, left=()):
    """The Facts of `events`, earliest first, ties by id; those in `left` do not stay."""
    gone, merges = set(left), _merge_moments()
    rows = events.order_by("occurred_on", "pk").values_list(
        "pk", "beneficiary", "occurred_on", "region", "ocb", "recorded_at", "voided_at"
    )
    return [
        Fact(
            *row,
            by_merge=(row[1], recorded_at) in merges,
            gone_by_merge=(row[1], voided_at) in merges,
            stays=row[1] not in gone,
        )
        for *row, recorded_at, voided_at in rows.iterator()
    ]


def _merge_moments():
    """{(person, moment)} at which a merge, or its undoing, wrote or voided that person's events."""
    rows = Merge.objects.values_list("kept", "absorbed", "merged_at", "undone_at")
    return {
        (person, moment)
        for kept, absorbed, *moments in rows
        for person in (kept, absorbed)
        for moment in moments
        if moment
    }


def _left(scope):
    """The people who had left and not come back, as known on the scope's day."""
    back = Q(returned_recorded_on__isnull=False, returned_recorded_on__lte=scope.as_of)
    exits = Exit.objects.known_on(scope.as_of).filter(left_on__lte=scope.target_day).exclude(back)
    return exits.values("beneficiary")


def _window(before, after):
    """The days on which the register learned what makes the difference, both included."""
    return before.as_of + ONE_DAY, after.as_of


def _moved(before, after):
    """What the register learned or took back between the two days."""
    window = _window(before, after)
    return Q(recorded_on__range=window) | Q(voided_on__range=window)


def _shifted(before, after):
    """What occurred in one of the two periods only."""
    return _occurred(before) & ~_occurred(after) | _occurred(after) & ~_occurred(before)


def _occurred(scope):
    inside = Q(pk__isnull=False)
    if scope.start:
        inside &= Q(occurred_on__gte=scope.start)
    if scope.end:
        inside &= Q(occurred_on__lte=scope.end)
    return inside
