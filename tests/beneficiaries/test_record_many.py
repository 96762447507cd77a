"""The door's two entrances, advance() and record_many(), must do the same."""

import random
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from beneficiaries.counts import KEYS as COUNTS
from beneficiaries.funnel import PATH, Evidence, EvidenceKind, Stage
from beneficiaries.models import (
    Beneficiary,
    EnterpriseMember,
    StageEvent,
)
from beneficiaries.transitions import (
    Entry,
    TransitionRefused,
    advance,
    create_activity,
    leave,
    record_many,
)
from remess.accounts.roles import Role
from remess.shared.dates import CASABLANCA
from tests.factories import (
    import_line,
    make_beneficiary,
    make_enterprise,
    make_user,
    unsaved_sheet,
)
from tests.histories import make_world

pytestmark = pytest.mark.django_db
SEEDS = range(12)


def random_entries(rng, world, agent):
    """Passages in no good order: about half of them must be refused."""
    entries = []
    for _ in range(60):
        person = rng.choice(world.people)
        done = [entry.stage for entry in entries if entry.beneficiary == person]
        likely = PATH[min(len(set(done)), len(PATH) - 1)]
        stage = likely if rng.random() < 0.8 else rng.choice(PATH)
        on = date(2014, 8, 1) + timedelta(days=rng.randrange(40) + 200 * PATH.index(stage))
        kind = rng.choice([EvidenceKind.IMPORT] * 8 + list(EvidenceKind))
        recorded_on = on + timedelta(days=rng.randrange(-2, 60))
        entries.append(
            Entry(
                person,
                stage,
                on,
                Evidence(kind, rng.choice(["", "réf. 4"]), on),
                by=rng.choice([None, world.by, agent]),
                recorded_at=datetime.combine(recorded_on, datetime.min.time(), CASABLANCA).replace(
                    hour=12
                ),
                derogation=rng.choice(["", "", "Accord du comité"]),
            )
        )
    return entries


def written():
    """What stands in the register, ids of events and zero counts aside."""
    fields = [f.attname for f in StageEvent._meta.concrete_fields if f.name != "id"]
    return {
        "events": list(StageEvent.objects.order_by("pk").values(*fields)),
        "stages": list(
            Beneficiary.objects.order_by("pk").values("pk", "current_stage", "stage_on")
        ),
        **{model.__name__: counted(model) for model in COUNTS},
    }


def counted(model):
    names = [f.attname for f in model._meta.concrete_fields if f.name != "id"]
    return sorted(model.objects.exclude(n=0).values_list(*names))


def one_by_one(entries, by):
    refusals = {}
    for index, entry in enumerate(entries):
        try:
            advance(
                entry.beneficiary,
                entry.stage,
                on=entry.on,
                by=entry.by or by,
                evidence=entry.evidence,
                recorded_at=entry.recorded_at,
                derogation=entry.derogation,
            )
        except TransitionRefused as refusal:
            refusals[index] = str(refusal)
    return refusals


@pytest.mark.parametrize("seed", SEEDS)
def test_both_entrances_write_and_refuse_the_same(seed):
    rng = random.Random(seed)
    world, agent = make_world(rng, 10), make_user(Role.OCB_AGENT)
    Beneficiary.objects.filter(pk=world.people[0].pk).update(birth_date=date(1980, 1, 1))
    Beneficiary.objects.filter(pk=world.people[1].pk).update(sex="")
    leave(world.people[2], on=date(2014, 8, 1), by=world.by, reason="moved")
    entries = random_entries(rng, world, agent)

    with transaction.atomic():
        slow_refusals = one_by_one(entries, world.by)
        slow = written()
        transaction.set_rollback(True)
    fast_refusals = record_many(entries, by=world.by).refusals
    fast = written()

    assert fast_refusals == slow_refusals
    assert fast == slow
    assert slow["events"]
    assert slow_refusals


def test_the_random_entries_meet_many_kinds_of_refusal():
    sentences = set()
    for seed in SEEDS:
        rng = random.Random(seed)
        with transaction.atomic():
            world = make_world(rng, 10)
            entries = random_entries(rng, world, make_user(Role.OCB_AGENT))
            refusals = record_many(entries, by=world.by).refusals
            sentences |= {sentence[:14] for sentence in refusals.values()}
            transaction.set_rollback(True)
    assert len(sentences) >= 6


def test_a_creation_in_bulk_makes_the_member_that_create_activity_makes():
    alone, enterprise = make_beneficiary(at=Stage.TRAINED), make_enterprise()
    together, staff = make_beneficiary(at=Stage.TRAINED), make_user()
    on = date(2015, 4, 1)
    create_activity(alone, enterprise, on=on, by=staff)
    entry = Entry(together, Stage.CREATED, on, import_line(on), enterprise=enterprise)
    record_many([entry], by=staff)
    one, other = EnterpriseMember.objects.order_by("pk")
    assert (one.enterprise, one.recorded_by) == (other.enterprise, other.recorded_by)
    assert (other.beneficiary, other.event.stage) == (together, Stage.CREATED)


def test_the_result_tells_events_and_refusals_apart():
    person, staff = make_beneficiary(), make_user()
    on = date(2015, 4, 1)
    entries = [
        Entry(person, Stage.TRAINED, on, import_line(on)),
        Entry(person, Stage.SELECTED, on, import_line(on)),
        Entry(person, Stage.TRAINED, on, import_line(on)),
    ]
    result = record_many(entries, by=staff)
    assert [event.stage for event in result.events] == [Stage.SELECTED, Stage.TRAINED]
    assert all(event.pk for event in result.events)
    assert list(result.refusals) == [0]
    assert "sélection" in result.refusals[0]


def test_nothing_to_record_writes_nothing():
    result = record_many([], by=make_user())
    assert (result.events, result.refusals) == ([], {})


def test_the_cost_in_queries_does_not_grow_with_the_entries(django_assert_max_num_queries):
    staff = make_user()
    ocb = make_beneficiary().ocb
    people = Beneficiary.objects.bulk_create(
        [unsaved_sheet(ocb=ocb, by=staff, file_region="R", file_no=n) for n in range(1, 201)]
    )
    on = date(2015, 3, 1)
    entries = [Entry(p, Stage.IDENTIFIED, on, import_line(on)) for p in people]
    with django_assert_max_num_queries(15):
        record_many(entries, by=staff)
