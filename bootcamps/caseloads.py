"""The load of each trainer: how many people, where, at which stage, and when they were visited."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count
from django.utils.translation import gettext as _

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Beneficiary
from bootcamps.models import CoachingVisit
from ocbs.models import Trainer
from remess.programme.models import Region

RECENT_DAYS = 90
# From here on a person is to have a referent: before, the OCB follows them.
ACCOMPANIED = (Stage.SELECTED, Stage.TRAINED, Stage.CREATED)


@dataclass
class Caseload:
    """One trainer (None: nobody) and those who stay in the path with them."""

    trainer: Trainer | None
    people: int = 0
    stages: dict = field(default_factory=lambda: defaultdict(int))
    regions: dict = field(default_factory=lambda: defaultdict(int))
    visits: int = 0
    unvisited: int = 0
    due: int = 0

    def by_stage(self):
        """[(stage, label, n)] in the order of the path, zeros included."""
        return [(stage, stage.label, self.stages[stage]) for stage in PATH]

    def where(self):
        """[(region, n)], the most people first."""
        return sorted(self.regions.items(), key=lambda pair: (-pair[1], pair[0].code))


def unassigned(beneficiaries):
    """Those to whom a referent is still to be given."""
    return beneficiaries.staying().filter(referent__isnull=True, current_stage__in=ACCOMPANIED)


def caseloads(user, day):
    """The Caseload of every trainer who is active or has people, heaviest first: six queries."""
    visible = Beneficiary.objects.visible_to(user)
    loads = {trainer.pk: Caseload(trainer) for trainer in Trainer.objects.for_list()}
    since = day - timedelta(days=RECENT_DAYS)
    recent = CoachingVisit.objects.unvoided().filter(visited_on__range=(since, day))
    staying = visible.staying().filter(referent__isnull=False)
    _add_people(loads, staying)
    for pk, n in _grouped(recent, "trainer"):
        loads[pk].visits = n
    for pk, n in _grouped(staying.exclude(pk__in=recent.values("beneficiary")), "referent"):
        loads[pk].unvisited = n
    for pk, n in _grouped(CoachingVisit.objects.due_by(day), "beneficiary__referent"):
        if pk:
            loads[pk].due = n
    kept = [load for load in loads.values() if load.people or load.trainer.is_active]
    return sorted(kept, key=lambda load: (-load.people, load.trainer.code))


def waiting(user):
    """The Caseload of those without a referent."""
    load = Caseload(None)
    _count(load, unassigned(Beneficiary.objects.visible_to(user)))
    return load


def balance_sentence(loads):
    """One sentence on how the load is spread over the trainers at work."""
    at_work = [load.people for load in loads if load.trainer.is_active]
    if not at_work:
        return ""
    return _(
        "De %(least)s à %(most)s personnes par formateur en activité, %(mean)s en moyenne."
    ) % {
        "least": min(at_work),
        "most": max(at_work),
        "mean": round(sum(at_work) / len(at_work)),
    }


def _add_people(loads, people):
    regions = Region.objects.in_bulk()
    rows = people.order_by().values_list("referent", "current_stage", "ocb__region")
    for pk, stage, region, n in rows.annotate(n=Count("pk")):
        _add(loads[pk], stage, regions[region], n)


def _count(load, people):
    regions = Region.objects.in_bulk()
    rows = people.order_by().values_list("current_stage", "ocb__region")
    for stage, region, n in rows.annotate(n=Count("pk")):
        _add(load, stage, regions[region], n)


def _add(load, stage, region, n):
    load.people += n
    load.stages[stage] += n
    load.regions[region] += n


def _grouped(rows, name):
    return rows.order_by().values_list(name).annotate(n=Count("pk"))
