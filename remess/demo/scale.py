"""A synthetic register of N beneficiaries for benchmarks: same door, no courses or visits."""

import gc
import random
from datetime import date, datetime, time, timedelta

from django.db import transaction

from beneficiaries.funnel import PATH, Evidence, EvidenceKind, Stage
from beneficiaries.models import Enterprise
from beneficiaries.transitions import Entry, open_files, record_many
from remess.demo.history import SEED, Cast
from remess.demo.people import PeopleMaker
from remess.shared.dates import CASABLANCA

CHUNK = 5000
FIRST_DAY, LAST_DAY = date(2014, 8, 4), date(2018, 2, 20)
# Of those at each stage, the share reaching the next: the published step rates.
STEP_RATES = [0.685, 0.888, 0.731]
PROOFS = {
    Stage.IDENTIFIED: Evidence(EvidenceKind.SHEET, "synthétique"),
    Stage.SELECTED: Evidence(EvidenceKind.MINUTES, "synthétique"),
    Stage.TRAINED: Evidence(EvidenceKind.COURSE, "synthétique"),
    Stage.CREATED: Evidence(EvidenceKind.ENTERPRISE, "synthétique"),
}


def make_register(size):
    """Write `size` people and their passages, CHUNK at a time."""
    rng = random.Random(SEED)
    people, cast = PeopleMaker(rng), Cast()
    ocbs = [ocb for group in cast.ocbs.values() for ocb in group]
    gc.disable()  # walking half a million fresh rows again and again costs a quarter of the time
    try:
        for start in range(0, size, CHUNK):
            _make_chunk(min(CHUNK, size - start), people, cast, ocbs, rng)
            gc.collect()
    finally:
        gc.enable()


@transaction.atomic
def _make_chunk(size, people, cast, ocbs, rng):
    plans = []
    for _number in range(size):
        ocb = rng.choice(ocbs)
        days = _days(rng)
        person = people.make(
            ocb=ocb,
            region_code=ocb.region.code,
            identified_on=days[0],
            recorded_by=cast.team,
        )
        plans.append((person, days))
    open_files([person for person, _days in plans])
    enterprises = Enterprise.objects.bulk_create(
        (
            Enterprise(legal_form="tpe", identifier=person.file_number, registered_on=days[-1])
            for person, days in plans
            if len(days) == len(PATH)
        ),
        batch_size=500,
    )
    founded = iter(enterprises)
    entries = [
        Entry(
            person,
            stage,
            day,
            PROOFS[stage],
            recorded_at=datetime.combine(
                min(day + timedelta(days=rng.randint(1, 20)), date(2018, 3, 1)),
                time(12),
                tzinfo=CASABLANCA,
            ),
            enterprise=next(founded) if stage == Stage.CREATED else None,
        )
        for person, days in plans
        for stage, day in zip(PATH, days, strict=False)
    ]
    record_many(entries, by=cast.team)


def _days(rng):
    days = [FIRST_DAY + timedelta(days=rng.randrange((LAST_DAY - FIRST_DAY).days))]
    for rate in STEP_RATES:
        if rng.random() > rate:
            break
        days.append(min(days[-1] + timedelta(days=rng.randint(20, 200)), LAST_DAY))
    return days
