"""Where people are lost, why, how long after their stage, and who waits without having left.

Every figure once, over a Scope. An exit counts on the day it happened, as the register knew it on
the scope's day; one followed by a return is an exit and a return, no longer a loss.
"""

from collections import Counter
from dataclasses import dataclass, replace
from math import ceil

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Subquery
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import FROM, PATH, Stage
from beneficiaries.models import Exit, ExitReason, Sex, StageEvent
from ocbs.models import OCB
from reporting.counting import events_of
from reporting.parts import came_back, exits_of
from reporting.scope import regions_of
from reporting.small_cells import Hidden, hidden_keys, sees_small_cells, veil

# Days since the stage: the last day of each class, None for no end.
CLASSES = {"to_30": 30, "to_90": 90, "to_180": 180, "over_180": None}
QUARTILES = {"first_quartile": 0.25, "median": 0.5, "third_quartile": 0.75}
DETAILS = (*CLASSES, *QUARTILES, "unknown", "people", "gone", "back", "away_median")
BEFORE = ""  # the stage of a sheet still to complete
KEYS = ("stage", "reason", "region__code", "ocb__code", "sex")
NEXT = {before: stage for stage, before in FROM.items() if before}


class Group:
    """The figures of one row; a figure hidden from this reader is a Hidden.

    `days`: {days since the stage: persons}; `unknown`: those whose delay is not known; `away`:
    {days between leaving and coming back: persons}; `at`: {stage: persons lost, or waiting}.
    """

    def __init__(self, label, key=None):
        self.label, self.key = capfirst(str(label)), key
        self.days, self.away, self.at = Counter(), Counter(), Counter()
        self.unknown = self.back = 0
        self.hidden = {}

    @property
    def people(self):
        return self.days.total() + self.unknown

    @property
    def gone(self):
        return self.people - self.back

    def figure(self, name):
        """The figure of this name before anything is hidden."""
        if name in CLASSES:
            return sum(n for days, n in self.days.items() if class_of(days) == name)
        if name in QUARTILES:
            return quantile(self.days, QUARTILES[name])
        if name == "away_median":
            return quantile(self.away, 0.5)
        return self.at[name[1]] if isinstance(name, tuple) else getattr(self, name)

    def seen(self, name):
        return self.hidden.get(name, self.figure(name))


def class_of(days):
    """The key of CLASSES for so many days."""
    return next(key for key, last in CLASSES.items() if last is None or days <= last)


def quantile(days, share):
    """The value below which `share` of {value: n} lies, between two neighbours where it falls so.

    None when there is none. The inclusive method: the smallest is 0, the largest 1.
    """
    if not days:
        return None
    place = (days.total() - 1) * share
    low, high = _nth(days, int(place)), _nth(days, ceil(place))
    return low + (high - low) * (place - int(place))


def _nth(days, n):
    """The value at rank `n` (from 0) of {value: n} in order."""
    for value in sorted(days):
        n -= days[value]
        if n < 0:
            return value
    raise IndexError(n)


@dataclass(frozen=True)
class Losses:
    """Groups by dimension: `whole`, then {dimension: [Group]}, and the stages of the columns.

    `totals_only`: the dimensions of which this reader sees no more than how many in all.
    """

    whole: Group
    groups: dict
    stages: list
    totals_only: tuple = ()

    def tables(self, *without):
        """[(dimension, groups)] in order, the whole first under ''; some left out."""
        return [("", [self.whole])] + [
            (name, rows) for name, rows in self.groups.items() if rows and name not in without
        ]


TITLES = {
    "": "",
    "stage": gettext_lazy("Par étape"),
    "reason": gettext_lazy("Par motif"),
    "region": gettext_lazy("Par région"),
    "ocb": gettext_lazy("Par OCB"),
    "sex": gettext_lazy("Par sexe"),
}
DIMENSIONS = tuple(name for name in TITLES if name)


def exit_losses(scope, user=None):
    """The Losses of `scope` by exits; small cells hidden from who sees no names.

    `user` None sees everything.
    """
    reached = StageEvent.objects.known_on(scope.as_of).filter(
        beneficiary=OuterRef("beneficiary"), stage=OuterRef("stage")
    )
    left = exits_of(scope).annotate(reached_on=Subquery(reached.values("occurred_on")[:1]))
    returned = exits_of(scope).filter(came_back(scope.as_of))
    losses = _empty(scope, DIMENSIONS, [BEFORE, *PATH], user)
    for *key, delay, n in _lapses(left, "left_on", "reached_on"):
        for group in _groups_of(losses, key):
            group.at[key[0]] += n
            if delay is None or delay.days < 0:
                group.unknown += n
            else:
                group.days[delay.days] += n
    for *key, delay, n in _lapses(returned, "returned_on", "left_on"):
        for group in _groups_of(losses, key):
            group.at[key[0]] -= n
            group.back += n
            group.away[delay.days] += n
    return _finished(losses, scope, user, exit_losses, total="gone")


def waiting(scope, user=None):
    """The Losses of `scope` by waiting: those at a stage, neither gone further nor out."""
    losses = _empty(scope, ["stage", "region", "ocb", "sex"], NEXT, user)
    known = StageEvent.objects.known_on(scope.as_of).filter(beneficiary=OuterRef("beneficiary"))
    out = Exit.objects.known_on(scope.as_of).exclude(came_back(scope.as_of))
    out = out.filter(beneficiary=OuterRef("beneficiary"))
    for stage, after in NEXT.items():
        stuck = events_of(scope).filter(
            ~Exists(known.filter(stage=after)), ~Exists(out), stage=stage
        )
        rows = stuck.order_by().values_list("region__code", "ocb__code", "sex", "occurred_on")
        for region, ocb, sex, day, n in rows.annotate(n=Count("pk")):
            for group in _groups_of(losses, (stage.value, None, region, ocb, sex)):
                group.at[stage.value] += n
                group.days[(scope.as_of - day).days] += n
    return _finished(losses, scope, user, waiting, total="people")


def stage_label(stage):
    return dict(Stage.choices).get(stage, _("Fiche à compléter"))


def _lapses(exits, end, start):
    """[(*KEYS, days from `start` to `end` as a duration, how many)] of `exits`."""
    lapse = ExpressionWrapper(F(end) - F(start), output_field=DurationField())
    rows = exits.annotate(lapse=lapse).order_by().values_list(*KEYS, "lapse")
    return rows.annotate(n=Count("pk"))


def _empty(scope, dimensions, stages, user):
    """Losses without anyone, every group that may be shown in its order."""
    labels = {
        "stage": lambda: [(str(stage), stage_label(stage)) for stage in stages],
        "reason": lambda: ExitReason.choices,
        "region": lambda: [(r.code, str(r)) for r in regions_of(scope)],
        "ocb": lambda: OCB.objects.order_by("code", "pk").values_list("code", "name_fr"),
        "sex": lambda: [*Sex.choices, ("", _("Non saisi"))],
    }
    if user is not None and not user.has_perm("reporting.filter_ocb"):
        dimensions = [name for name in dimensions if name != "ocb"]
    groups = {
        name: {key: Group(label, key) for key, label in labels[name]()} for name in dimensions
    }
    return Losses(Group(_("Ensemble")), groups, list(groups["stage"]))


def _groups_of(losses, key):
    """The whole, and the group of each dimension that (stage, reason, region, ocb, sex) is in."""
    at = dict(zip(DIMENSIONS, key, strict=True))
    return [losses.whole, *(groups[at[name]] for name, groups in losses.groups.items())]


def _finished(losses, scope, user, count, total):
    """Without the rows and columns nobody can be in, small cells hidden where they must be.

    Stages, sexes and, but under an OCB, regions are listed with their zeros.
    """
    kept = {"stage": set(Stage.values), "sex": set(Sex.values)}
    if scope.ocb_ids is None:
        kept["region"] = set(losses.groups["region"])
    groups = {
        name: [group for key, group in rows.items() if group.people or key in kept.get(name, ())]
        for name, rows in losses.groups.items()
    }
    stages = [group.key for group in groups["stage"]]
    if sees_small_cells(user):
        return Losses(losses.whole, groups, stages)
    found = Losses(losses.whole, groups, stages, tuple(name for name in groups if name != "stage"))
    _hide(found, total)
    if scope.region_ids is not None:
        _hide_regions(found, count(replace(scope, region_ids=None), user), total)
    return found


def _hide_regions(losses, everywhere, total):
    """Hide all of a region chosen whose total the table of all regions hides."""
    codes = {group.key for group in losses.groups["region"]}
    if any(group.key in codes and total in group.hidden for group in everywhere.groups["region"]):
        for group in [losses.whole, *(group for rows in losses.groups.values() for group in rows)]:
            group.hidden |= dict.fromkeys([*DETAILS, total], veil())
            group.hidden |= {("at", stage): veil() for stage in losses.stages}


def _hide(losses, total):
    """Hide the counts of too few persons, and whatever leads to them.

    A reason, a region or a sex is cut no further: so small a cell of one would hide half the page.
    """
    whole, tables = losses.whole, []
    by_stage = {group.key: group for group in losses.groups["stage"]}
    for split in [[*CLASSES, "unknown", "people"], ["gone", "back", "people"]]:
        rows = [*by_stage.values(), whole]
        tables.append([[(group, part) for part in split] for group in rows])
    for name in losses.totals_only:
        rows = [*losses.groups[name], whole]
        tables.append([[(group, total)] * 2 for group in rows])
    for group, name in hidden_keys(tables, lambda cell: cell[0].figure(cell[1])):
        group.hidden[name] = veil(group.figure(name))
    for stage, group in by_stage.items():
        if total in group.hidden:
            whole.hidden["at", stage] = group.hidden[total]
    for group in [whole, *by_stage.values()]:
        _hide_what_follows(group)
    details = [*DETAILS, *(("at", stage) for stage in losses.stages)]
    for group in (group for name in losses.totals_only for group in losses.groups[name]):
        group.hidden |= {name: Hidden() for name in details if name != total}


def _hide_what_follows(group):
    """The spread of the days follows the counts it is read from."""
    counts = {"people", "unknown", *CLASSES}
    names = [*QUARTILES] if counts & group.hidden.keys() else []
    names += ["away_median"] if {"back", "people"} & group.hidden.keys() else []
    for name in names:
        group.hidden[name] = veil()
