"""Random lives of a small register, lived through the door day after day, the same for a seed."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from beneficiaries.counts import close_days
from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Beneficiary, Exit, StageEvent
from beneficiaries.models.person import Sex
from beneficiaries.transitions import (
    TransitionRefused,
    advance,
    come_back,
    correct_date,
    correct_identity,
    create_activity,
    leave,
    move,
    open_files,
    void,
)
from remess.accounts.models import User
from tests.factories import (
    import_line,
    make_ocb,
    make_region,
    make_user,
    unsaved_enterprise,
    unsaved_sheet,
)

FIRST_MOMENT = datetime(2014, 8, 4, 9, tzinfo=UTC)
LAST_DAY = date(2018, 3, 1)


def seeds(n, quick):
    """Seeds 0 … n - 1 to parametrize a test with: `make test` takes the first `quick` of them."""
    return [pytest.param(seed, marks=[pytest.mark.slow] * (seed >= quick)) for seed in range(n)]


@dataclass
class World:
    """The places, the one who writes, and the people of a random register."""

    ocbs: list
    by: User
    people: list


def make_world(rng, size):
    """Three regions, five OCBs and `size` people without stage."""
    regions = [make_region() for _ in range(3)]
    ocbs = [make_ocb(region=regions[at % 3]) for at in range(5)]
    by = make_user()
    people = open_files(
        [
            unsaved_sheet(ocb=rng.choice(ocbs), by=by, sex=rng.choice(Sex.values))
            for _ in range(size)
        ]
    )
    return World(ocbs, by, people)


def live(seed, *, size=12, moves=120):
    """A world after `moves` random moves, each at its own moment between 2014 and 2018.

    What the door refuses is left: the world then holds only what it accepted. Months are closed
    along the way.
    """
    rng = random.Random(seed)
    world = make_world(rng, size)
    moment = FIRST_MOMENT
    enterprises = []
    for rank in range(moves):
        moment += timedelta(hours=rng.randrange(1, 2 * 1296 * 24 // moves))
        with time_machine.travel(moment, tick=False):
            try:
                one_move(rng, world, moment.date(), enterprises)
            except TransitionRefused:
                continue
            if rank % 10 == 0:
                close_days()
    return world


def one_move(rng, world, day, enterprises):
    person = Beneficiary.objects.get(pk=rng.choice(world.people).pk)
    action = rng.choices(
        ["advance", "void", "date", "identity", "move", "leave", "back"], [60, 9, 9, 5, 5, 4, 8]
    )[0]
    on = day - timedelta(days=int(rng.expovariate(1 / 30)))
    if action == "advance":
        advance_somehow(rng, world, person, on, enterprises)
    elif action in ("void", "date"):
        take_back(rng, world, person, on, action)
    elif action == "identity":
        correct_identity(
            person,
            by=world.by,
            reason="Erreur",
            sex=rng.choice(Sex.values),
            ocb=rng.choice(world.ocbs),
        )
    elif action == "move":
        move(person, rng.choice(world.ocbs), by=world.by)
    elif action == "leave":
        leave(person, on=on, by=world.by, reason="moved")
    elif Exit.objects.open().filter(beneficiary=person).exists():
        come_back(person, on=day, by=world.by)


def advance_somehow(rng, world, person, on, enterprises):
    """To the next stage; a creation often joins an enterprise that is already there."""
    done = person.path().reached
    stage = next((stage for stage in PATH if stage not in done), None)
    if stage is None:
        return
    if stage == Stage.CREATED and rng.random() < 0.9:
        if not enterprises or rng.random() < 0.5:
            enterprises.append(random_enterprise(rng, on))
        create_activity(person, rng.choice(enterprises), on=on, by=world.by)
    else:
        advance(person, stage, on=on, by=world.by, evidence=import_line(on))


def random_enterprise(rng, on):
    forms = ["tpe", "cooperative"]
    if on >= date(2015, 9, 1):
        forms.append("auto_entrepreneur")
    enterprise = unsaved_enterprise(legal_form=rng.choice(forms), registered_on=on)
    enterprise.save()
    return enterprise


def take_back(rng, world, person, on, action):
    events = list(StageEvent.objects.unvoided().filter(beneficiary=person).order_by("pk"))
    if not events:
        return
    if action == "void":
        void(events[-1], by=world.by, reason="Erreur")
    else:
        event = rng.choice(events)
        correct_date(event, on=on, by=world.by, reason="Erreur")
