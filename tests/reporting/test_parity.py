"""One number, three ways: the count tables, the events in SQL, and a plain loop written here."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations_with_replacement

import pytest

from beneficiaries.counts import differences
from beneficiaries.funnel import Stage
from beneficiaries.models import Enterprise, EnterpriseMember, Exit, Measure, StageEvent
from beneficiaries.transitions import advance, join, void
from ocbs.models import OCB
from remess.programme.models import Region
from remess.shared.dates import CASABLANCA, today
from reporting.counting import count_events, count_stages
from reporting.indicators import BY_CODE, breakdown, people_behind, totals
from reporting.parts import (
    count_creations_by_form,
    count_enterprises,
    count_parts,
    parts_over_rows,
)
from reporting.scope import Scope, build_scope
from tests.factories import (
    import_line,
    make_agreement,
    make_beneficiary,
    make_enterprise,
    make_user,
    unsaved_enterprise,
)
from tests.histories import LAST_DAY, live, seeds

pytestmark = pytest.mark.django_db
SEEDS = seeds(4, quick=2)
SCOPES = 10
BREAKDOWNS = [(), ("region",), ("ocb",), ("sex",), ("month",), ("region", "sex"), ("month", "ocb")]
SHOWN = {
    "region": lambda event: event.region.code,
    "ocb": lambda event: event.ocb.code,
    "sex": lambda event: event.sex,
    "month": lambda event: event.occurred_on.replace(day=1),
}


def random_scope(rng):
    """Any day to know on, any period, whole or broken months, any places."""
    as_of = rng.choice([today(), today() + timedelta(days=3), *[some_day(rng) for _ in range(4)]])
    start = rng.choice([None, some_day(rng), some_day(rng).replace(day=1)])
    end = rng.choice([None, some_day(rng), some_day(rng).replace(day=1) - timedelta(days=1)])
    if start and rng.random() < 0.4:
        end = start + timedelta(days=rng.randrange(25))
    if start and end and start > end:
        start, end = end, start
    regions = list(Region.objects.order_by("pk").values_list("pk", flat=True))
    ocbs = list(OCB.objects.order_by("pk").values_list("pk", flat=True))
    return Scope(
        as_of=as_of,
        start=start,
        end=end,
        region_ids=rng.choice([None, None, frozenset(rng.sample(regions, 1))]),
        ocb_ids=rng.choice([None, None, frozenset(rng.sample(ocbs, 2)), frozenset()]),
    )


def some_day(rng):
    """A day on which the register or the world changed, or the one before or after it."""
    event = rng.choice(all_events())
    days = [event.occurred_on, event.recorded_on, event.voided_on or event.recorded_on]
    return rng.choice(days) + timedelta(days=rng.choice([-1, 0, 0, 0, 1]))


def known(row, day):
    """Whether the register held this row at the end of `day`, from its two moments."""
    recorded = row.recorded_at.astimezone(CASABLANCA).date()
    voided = row.voided_at.astimezone(CASABLANCA).date() if row.voided_at else None
    return recorded <= day and (voided is None or voided > day)


def counted(scope, event):
    return (
        (scope.start is None or event.occurred_on >= scope.start)
        and (scope.end is None or event.occurred_on <= scope.end)
        and (scope.region_ids is None or event.region_id in scope.region_ids)
        and (scope.ocb_ids is None or event.ocb_id in scope.ocb_ids)
    )


def all_events():
    return list(StageEvent.objects.select_related("region", "ocb").order_by("pk"))


def by_loop(scope, by):
    found = Counter()
    for event in all_events():
        if known(event, scope.as_of) and counted(scope, event):
            found[(*[SHOWN[key](event) for key in by], event.stage)] += 1
    return found


def enterprises_by_loop(scope, by):
    """Each enterprise under the earliest creation known of a member known."""
    creations = [
        event
        for event in all_events()
        if event.stage == Stage.CREATED and known(event, scope.as_of)
    ]
    found = Counter()
    for enterprise in Enterprise.objects.order_by("pk"):
        members = {
            row.beneficiary_id
            for row in EnterpriseMember.objects.filter(enterprise=enterprise)
            if known(row, scope.as_of)
        }
        own = [event for event in creations if event.beneficiary_id in members]
        if own and counted(scope, first := min(own, key=lambda e: (e.occurred_on, e.pk))):
            shown = {None: None, "legal_form": enterprise.legal_form}
            found[shown[by] if by in shown else SHOWN[by](first)] += 1
    return found


def forms_by_loop(scope):
    found = Counter()
    for event in all_events():
        if event.stage != Stage.CREATED or not known(event, scope.as_of):
            continue
        rows = EnterpriseMember.objects.filter(beneficiary=event.beneficiary_id)
        rows = [row for row in rows if known(row, scope.as_of)]
        first = min(rows, key=lambda row: (row.recorded_at, row.pk), default=None)
        if counted(scope, event):
            found[first.enterprise.legal_form if first else "unknown"] += 1
    return found


def exits_in(parts):
    return {
        tuple(part.split(":")): n
        for (measure, part), n in parts.items()
        if n and measure == Measure.AWAY
    }


def exits_by_loop(scope):
    found = Counter()
    for row in Exit.objects.order_by("pk"):
        is_back = row.returned_recorded_on and row.returned_recorded_on <= scope.as_of
        inside = (
            (scope.start is None or row.left_on >= scope.start)
            and (scope.end is None or row.left_on <= scope.end)
            and (scope.region_ids is None or row.region_id in scope.region_ids)
            and (scope.ocb_ids is None or row.ocb_id in scope.ocb_ids)
        )
        if known(row, scope.as_of) and inside and not is_back:
            found[row.stage, row.reason] += 1
    return found


def without_zeros(figures):
    return {key: n for key, n in figures.items() if n}


@pytest.mark.parametrize("seed", SEEDS)
def test_stages_count_the_same_three_ways(seed):
    live(seed)
    rng = random.Random(seed)
    seen = 0
    for scope in [Scope(LAST_DAY), *(random_scope(rng) for _ in range(SCOPES))]:
        for by in BREAKDOWNS:
            wanted = without_zeros(by_loop(scope, by))
            assert without_zeros(count_events(scope, by)) == wanted, (scope, by)
            assert without_zeros(count_stages(scope, by)) == wanted, (scope, by)
            seen += sum(wanted.values())
    assert seen


def test_periods_count_the_same_whatever_month_they_break():
    """Every period between days at the edges of three months, one person identified on each."""
    ocb, edges = make_beneficiary(at=None).ocb, [date(2015, 1, 31), date(2015, 2, 28)]
    around = [day + timedelta(days=shift) for day in edges for shift in (-1, 0, 1, 2)]
    for day in around:
        make_beneficiary(on=day, ocb=ocb)
    for start, end in combinations_with_replacement([None, *around, None], 2):
        if start is None or end is None or start <= end:
            scope = Scope(as_of=today(), start=start, end=end)
            assert count_stages(scope) == count_events(scope) == by_loop(scope, ()), scope


@pytest.mark.parametrize("seed", SEEDS)
def test_enterprises_and_legal_forms_count_as_in_a_plain_loop(seed):
    live(seed)
    rng = random.Random(seed)
    for _ in range(SCOPES):
        scope = random_scope(rng)
        for by in (None, "region", "ocb", "month", "legal_form"):
            figures = without_zeros(count_enterprises(scope, by))
            assert figures == without_zeros(enterprises_by_loop(scope, by)), (scope, by)
        both = Counter()
        for (_region, form), n in count_enterprises(scope, ("region", "legal_form")).items():
            both[form] += n
        assert both == without_zeros(enterprises_by_loop(scope, "legal_form")), scope
        assert without_zeros(count_creations_by_form(scope)) == forms_by_loop(scope), scope
        assert exits_in(count_parts(scope)) == exits_by_loop(scope), scope


@pytest.mark.parametrize("seed", SEEDS)
def test_parts_count_the_same_over_the_rows_and_over_their_tables(seed):
    live(seed)
    rng = random.Random(seed)
    seen = Counter()
    for scope in [Scope(LAST_DAY), *(random_scope(rng) for _ in range(SCOPES))]:
        for by in [(), ("region",), ("ocb", "month")]:
            found = without_zeros(count_parts(scope, by))
            assert found == without_zeros(parts_over_rows(scope, by)), (scope, by)
            seen.update(measure for *_key, measure, _part in found)
    assert seen[Measure.PERSONS]
    assert differences() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_every_breakdown_adds_up_to_the_totals_and_the_lists_behind_them(seed):
    world = live(seed)
    rng = random.Random(seed)
    for _ in range(SCOPES):
        scope = random_scope(rng)
        all_of_it = totals(scope)
        for by in ("region", "ocb", "sex", "month"):
            rows = breakdown(scope, by).values()
            for code in ("identified", "selected", "trained", "created"):
                assert sum(row[code] for row in rows) == all_of_it[code], (scope, by)
        for by in ("region", "ocb", "month", "legal_form"):
            rows = breakdown(scope, by).values()
            assert sum(row["enterprises"] for row in rows) == all_of_it["enterprises"]
        for stage in Stage:
            behind = people_behind(scope, BY_CODE[stage], world.by)
            assert behind.count() == all_of_it[stage], (scope, stage)


def test_a_past_report_stays_as_the_register_stood():
    world = live(3)
    scopes = [Scope(as_of=date(2016, 1, 1) + timedelta(days=90 * at)) for at in range(8)]
    before = [totals(scope) for scope in scopes]
    for event in StageEvent.objects.unvoided().filter(stage=Stage.CREATED):
        void(event, by=world.by, reason="Erreur")
    assert [totals(scope) for scope in scopes] == before
    assert totals(Scope(as_of=today()))["created"] == 0


def test_a_day_begins_at_midnight_in_casablanca():
    person = make_beneficiary(at=None)
    advance(
        person,
        Stage.IDENTIFIED,
        on=date(2015, 3, 1),
        by=make_user(),
        evidence=import_line(date(2015, 3, 1)),
        recorded_at=datetime(2018, 7, 1, 23, 30, tzinfo=UTC),  # half past midnight, 2 July
    )
    assert totals(Scope(as_of=date(2018, 7, 1)))["identified"] == 0
    assert totals(Scope(as_of=date(2018, 7, 2)))["identified"] == 1


def test_a_cooperative_is_five_persons_and_one_enterprise():
    cooperative = unsaved_enterprise(legal_form="cooperative", other_members=0)
    for _member in range(5):
        make_beneficiary(at=Stage.CREATED, enterprise=cooperative)
    figures = totals(Scope(as_of=today()))
    assert (figures["created"], figures["enterprises"]) == (5, 1)
    row = breakdown(Scope(as_of=today()), "legal_form")["cooperative"]
    assert (row["created"], row["enterprises"], row["identified"]) == (5, 1, None)


def test_an_enterprise_belongs_to_the_earliest_creation_even_when_recorded_last():
    cooperative = make_enterprise(legal_form="cooperative")
    late = make_beneficiary(at=Stage.CREATED, on=date(2015, 6, 1), enterprise=cooperative)
    early = make_beneficiary(at=Stage.CREATED, on=date(2015, 4, 1), enterprise=cooperative)
    rows = breakdown(Scope(as_of=today()), "region")
    assert rows[early.ocb.region.code]["enterprises"] == 1
    assert rows[late.ocb.region.code]["enterprises"] == 0
    assert totals(Scope(as_of=today(), start=date(2015, 5, 1)))["enterprises"] == 0


def test_a_membership_the_register_did_not_know_yet_makes_no_enterprise():
    person = make_beneficiary(at=Stage.CREATED)
    join(make_enterprise(), person, on=today(), by=make_user())
    assert totals(Scope(as_of=today()))["enterprises"] == 2
    rows = EnterpriseMember.objects.filter(beneficiary=person)
    first, second = rows.order_by("pk").values_list("recorded_on", flat=True)
    for day in (first - timedelta(days=1), second - timedelta(days=1)):
        found = enterprises_by_loop(Scope(as_of=day), None)
        assert totals(Scope(as_of=day))["enterprises"] == sum(found.values())


def test_an_agreement_counts_everybody_from_the_origin_to_its_end():
    convention = make_agreement()
    make_beneficiary(on=date(2013, 1, 1), birth_date=date(1990, 1, 1))
    make_beneficiary(on=date(2016, 2, 14))
    make_beneficiary(on=date(2016, 2, 15))
    scope = build_scope(agreement=convention)
    assert (scope.start, scope.end) == (None, date(2016, 2, 14))
    assert totals(scope)["identified"] == 2
    assert totals(build_scope())["identified"] == 3
