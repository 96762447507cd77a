"""What the invented people lived through: written through the door, to the published totals."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction

from beneficiaries.funnel import PATH, Evidence, EvidenceKind, Stage
from beneficiaries.models import Beneficiary, Enterprise, StageEvent
from beneficiaries.transitions import (
    Entry,
    assign_referent,
    come_back,
    correct_date,
    leave,
    open_files,
    queue_duplicates,
    record_many,
    void,
)
from bootcamps.models import Bootcamp
from ocbs.models import OCB, Trainer
from remess.accounts.models import User
from remess.demo.duplicates import plant_duplicate
from remess.demo.enterprises import file_proofs, make_enterprises
from remess.demo.people import PeopleMaker
from remess.demo.training import make_followups, make_participations, plan_courses, store_courses
from remess.demo.visits import make_visits
from remess.shared.dates import CASABLANCA

SEED = 2018
FIELD_WORK_FROM = date(2014, 8, 4)
LAST_DAY = date(2018, 2, 20)
KNOWN_BY = datetime(2018, 3, 1, 18, tzinfo=CASABLANCA)


@dataclass
class Life:
    """One invented person's path, planned before anything is written."""

    ocb: OCB
    fate: int  # how many stages of PATH they reach
    bootcamp: Bootcamp | None = None
    course: object = None
    days: dict = field(default_factory=dict)
    recorded: dict = field(default_factory=dict)
    enterprise: Enterprise | None = None
    person: Beneficiary | None = None


@transaction.atomic
def make_people(programme):
    """Write the demo's people and their histories, region by region, in file-number order."""
    rng = random.Random(SEED)
    people = PeopleMaker(rng)
    cast = Cast()
    for code in sorted(row["code"] for row in programme["regions"]):
        actuals = {s: programme["actuals_at_2018-03-01"][s][code] for s in PATH}
        lives = plan_region(code, actuals, cast, rng)
        write_region(code, lives, cast, people, rng)


class Cast:
    """Who writes in the demo, and the network they write about."""

    def __init__(self):
        self.team = User.objects.get(username="equipe")
        self.agents = {
            agent.memberships.get().ocb_id: agent
            for agent in User.objects.filter(memberships__isnull=False)
        }
        self.ocbs, self.trainers, self.bootcamps = (
            defaultdict(list),
            defaultdict(list),
            defaultdict(list),
        )
        for ocb in OCB.objects.for_list():
            self.ocbs[ocb.region.code].append(ocb)
        for trainer in Trainer.objects.for_list():
            self.trainers[trainer.region.code].append(trainer)
        for bootcamp in Bootcamp.objects.select_related("region").order_by("held_on", "pk"):
            self.bootcamps[bootcamp.region.code].append(bootcamp)


def plan_region(code, actuals, cast, rng):
    """Lives whose stages add up exactly to `actuals` (stage → persons)."""
    lives = []
    for rank in range(actuals[Stage.IDENTIFIED]):
        fate = sum(rank < actuals[stage] for stage in PATH)
        lives.append(Life(rng.choice(cast.ocbs[code]), fate))
    for rank, life in enumerate(lives):
        if life.fate >= 2 or rng.random() < 0.45:
            life.bootcamp = cast.bootcamps[code][rank % len(cast.bootcamps[code])]
        life.days[Stage.IDENTIFIED] = _identified_on(life, rng)
        if life.fate >= 2:
            life.days[Stage.SELECTED] = life.bootcamp.held_on
    plan_courses(lives, cast.bootcamps[code], cast.trainers[code], rng)
    make_enterprises([life for life in lives if life.fate == len(PATH)], code, rng, LAST_DAY)
    for life in lives:
        _plan_recording(life, rng)
    return sorted(lives, key=lambda life: (life.days[Stage.IDENTIFIED], life.ocb.pk))


def write_region(code, lives, cast, people, rng):
    """Store the lives of one region: sheets, stages, participations, courses, exits, follow-ups."""
    for life in lives:
        life.person = people.make(
            ocb=life.ocb,
            region_code=code,
            identified_on=life.days[Stage.IDENTIFIED],
            recorded_by=cast.agents[life.ocb.pk],
        )
    plant_duplicate(code, lives)
    open_files([life.person for life in lives])
    queue_duplicates([life.person for life in lives])
    _assign_referents(lives, cast, rng)
    founded = {id(life.enterprise): life.enterprise for life in lives if life.enterprise}
    enterprises = Enterprise.objects.bulk_create(founded.values())
    file_proofs(enterprises, cast.team, random.Random(f"{SEED} {code}"))
    entries = [entry for life in lives for entry in _entries(life, cast)]
    result = record_many(entries, by=cast.team)
    if result.refusals:
        raise RuntimeError(f"The demo's own history was refused: {result.refusals}")
    events = {(event.beneficiary_id, event.stage): event for event in result.events}
    make_participations(lives, cast, events, rng)
    store_courses(lives, cast, events, rng)
    make_followups(lives, cast, rng)
    make_visits(lives, code, cast, LAST_DAY)
    _make_exits(lives, cast, rng)
    _make_corrections(lives, events, cast, rng)


def _assign_referents(lives, cast, rng):
    """Those trained are accompanied, from their course on, by one of its trainers."""
    groups = defaultdict(list)
    for life in lives:
        if life.fate >= 3:
            groups[life.course, rng.choice(life.course.teachers)].append(life.person)
    for (course, trainer), people in groups.items():
        assign_referent(people, trainer, on=course.starts_on, by=cast.team)


def _identified_on(life, rng):
    if life.bootcamp:
        earliest = max(FIELD_WORK_FROM, life.bootcamp.held_on - timedelta(days=150))
        span = (life.bootcamp.held_on - timedelta(days=8) - earliest).days
        return earliest + timedelta(days=rng.randint(0, span))
    span = (LAST_DAY - FIELD_WORK_FROM).days
    return FIELD_WORK_FROM + timedelta(days=rng.randint(0, span))


def _plan_recording(life, rng):
    """When the register learned of each stage: mostly within weeks, some months late."""
    earlier = None
    for stage in PATH[: life.fate]:
        usual, slow, late = rng.randint(1, 21), rng.randint(22, 60), rng.randint(90, 240)
        delay = rng.choices([usual, slow, late], weights=[85, 12, 3])[0]
        day = life.days[stage] + timedelta(days=delay)
        moment = datetime.combine(
            day, time(rng.randint(9, 17), rng.randint(0, 59)), tzinfo=CASABLANCA
        )
        moment = min(max(moment, earlier or moment), KNOWN_BY)
        life.recorded[stage] = earlier = moment


def _entries(life, cast):
    proofs = {
        Stage.IDENTIFIED: lambda: Evidence(EvidenceKind.SHEET, life.person.file_number),
        Stage.SELECTED: lambda: Evidence(EvidenceKind.MINUTES, life.bootcamp.code),
        Stage.TRAINED: lambda: Evidence(EvidenceKind.COURSE, life.course.code),
        Stage.CREATED: lambda: Evidence(EvidenceKind.ENTERPRISE, life.enterprise.identifier),
    }
    for stage in PATH[: life.fate]:
        proof = proofs[stage]()
        yield Entry(
            life.person,
            stage,
            life.days[stage],
            Evidence(proof.kind, proof.reference, life.days[stage]),
            by=cast.agents[life.ocb.pk] if stage == Stage.IDENTIFIED else cast.team,
            recorded_at=life.recorded[stage],
            enterprise=life.enterprise if stage == Stage.CREATED else None,
        )


def _make_exits(lives, cast, rng):
    """Some leave, for the usual reasons of their stage; a few come back."""
    reasons = {
        1: (0.3, ["dropped_out", "moved", "ineligible", "other"]),
        2: (0.6, ["employed", "dropped_out", "moved"]),
        3: (0.25, ["employed", "dropped_out", "moved"]),
    }
    for life in lives:
        share, choices = reasons.get(life.fate, (0, []))
        if rng.random() >= share:
            continue
        last = life.days[PATH[life.fate - 1]]
        left_on = min(last + timedelta(days=rng.randint(15, 200)), LAST_DAY + timedelta(days=2))
        recorded_at = min(
            datetime.combine(left_on + timedelta(days=rng.randint(0, 20)), time(11), CASABLANCA),
            KNOWN_BY,
        )
        leave(
            life.person,
            on=left_on,
            by=cast.team,
            reason=rng.choice(choices),
            recorded_at=recorded_at,
        )
        if rng.random() < 0.06:
            back = min(left_on + timedelta(days=60), LAST_DAY + timedelta(days=3))
            come_back(life.person, on=back, by=cast.team, recorded_at=KNOWN_BY)


def _make_corrections(lives, events, cast, rng):
    """Two corrected training dates and one creation voided per region, all before KNOWN_BY."""
    trained = [life for life in lives if life.fate == 3]
    for life in rng.sample(trained, 2):
        event = events[life.person.pk, Stage.TRAINED]
        if not life.person.path().left_on:
            correct_date(
                event,
                on=event.occurred_on + timedelta(days=1),
                by=cast.team,
                reason="Erreur de saisie",
                at=KNOWN_BY,
            )
    for life in trained[:1]:
        standing = StageEvent.objects.unvoided().get(beneficiary=life.person, stage=Stage.TRAINED)
        if life.person.path().left_on:
            continue
        entry = Entry(
            life.person,
            Stage.CREATED,
            standing.occurred_on + timedelta(days=5),
            Evidence(EvidenceKind.ENTERPRISE, "Dossier déposé"),
            recorded_at=KNOWN_BY - timedelta(days=20),
        )
        for event in record_many([entry], by=cast.team).events:
            void(
                event,
                by=cast.team,
                reason="Dossier déposé mais entreprise non immatriculée",
                voided_at=KNOWN_BY,
            )
