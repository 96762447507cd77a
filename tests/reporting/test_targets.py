from datetime import date

import pytest

from reporting.scope import build_scope
from reporting.targets import NO_TARGET, TargetTable, TargetTriple
from tests.factories import (
    make_agreement,
    make_ocb,
    make_region,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db
STAGE = "identified"


@pytest.fixture
def regions():
    return make_region(code="ERR"), make_region(code="MAR")


@pytest.fixture
def convention(regions):
    """A convention of 2014–2016 promising 100 and 200."""
    act = make_agreement()
    for region, value in zip(regions, (100, 200), strict=True):
        make_target(act, value, region=region)
    return act


@pytest.fixture
def avenant(convention, regions):
    """An avenant of 2018–2019 raising the first region to 150 and silent on the second."""
    act = make_agreement(code="AV1", amends=convention)
    make_target(act, 150, region=regions[0])
    return act


def table(**asked):
    return TargetTable(build_scope(**asked))


@pytest.mark.parametrize(
    ("day", "first", "second", "total"),
    [
        # before the convention began, its target is known but not in force
        (date(2014, 2, 14), (100, None, None), (200, None, None), (300, None, None)),
        (date(2014, 2, 15), (100, None, 100), (200, None, 200), (300, None, 300)),
        # between two agreements the last target stays
        (date(2017, 1, 1), (100, None, 100), (200, None, 200), (300, None, 300)),
        (date(2018, 2, 28), (100, None, 100), (200, None, 200), (300, None, 300)),
        # where the avenant is silent the convention's target holds on
        (date(2018, 3, 1), (100, 150, 150), (200, None, 200), (300, 150, 350)),
        (date(2030, 1, 1), (100, 150, 150), (200, None, 200), (300, 150, 350)),
    ],
)
def test_initial_revised_and_in_force_by_day(avenant, regions, day, first, second, total):
    found = table(as_of=day)
    assert found.of_region(STAGE, regions[0].pk) == TargetTriple(*first)
    assert found.of_region(STAGE, regions[1].pk) == TargetTriple(*second)
    assert found.total(STAGE) == TargetTriple(*total)


def test_the_end_of_the_period_decides_which_target_is_in_force(avenant, regions):
    found = table(as_of=date(2018, 6, 1), end=date(2015, 6, 1))
    assert found.of_region(STAGE, regions[0].pk) == TargetTriple(100, None, 100)


def test_a_stage_without_target_has_none_and_not_zero(avenant, regions):
    found = table(as_of=date(2018, 6, 1))
    assert found.of_region("created", regions[0].pk) == NO_TARGET
    assert found.total("created") == NO_TARGET


def test_a_target_of_zero_is_a_target(convention, regions):
    make_target(convention, 0, region=regions[0], indicator="created")
    found = table(as_of=date(2015, 6, 1))
    assert found.of_region("created", regions[0].pk) == TargetTriple(0, None, 0)
    assert found.total("created") == TargetTriple(0, None, 0)


def test_a_total_the_act_states_goes_before_the_sum_of_regions(convention, regions):
    make_target(convention, 1000)
    assert table(as_of=date(2015, 6, 1)).total(STAGE) == TargetTriple(1000, None, 1000)
    one_region = table(as_of=date(2015, 6, 1), region=regions[0])
    assert one_region.total(STAGE) == TargetTriple(100, None, 100)


def test_a_target_for_women_alone_is_not_the_target(convention, regions):
    make_target(convention, 40, region=regions[0], sex="female")
    found = table(as_of=date(2015, 6, 1))
    assert found.of_region(STAGE, regions[0].pk).initial == 100


def test_a_third_agreement_counts_by_data_alone(avenant, regions):
    second = make_agreement(
        code="AV2", amends=avenant, starts_on=date(2019, 1, 1), ends_on=date(2020, 1, 1)
    )
    make_target(second, 260, region=regions[1])
    before, after = table(as_of=date(2018, 12, 31)), table(as_of=date(2019, 1, 1))
    assert before.of_region(STAGE, regions[1].pk) == TargetTriple(200, None, 200)
    assert after.of_region(STAGE, regions[0].pk) == TargetTriple(100, None, 150)
    assert after.of_region(STAGE, regions[1].pk) == TargetTriple(200, 260, 260)
    assert after.total(STAGE) == TargetTriple(300, 260, 410)


def test_under_an_agreement_only_it_and_what_it_amends_count(avenant, convention, regions):
    later = make_agreement(
        code="AV2", amends=avenant, starts_on=date(2019, 1, 1), ends_on=date(2020, 1, 1)
    )
    make_target(later, 999, region=regions[0])
    of_convention = table(as_of=date(2019, 6, 1), agreement=convention)
    of_avenant = table(as_of=date(2019, 6, 1), agreement=avenant)
    assert of_convention.of_region(STAGE, regions[0].pk) == TargetTriple(100, None, 100)
    assert of_avenant.of_region(STAGE, regions[0].pk) == TargetTriple(100, 150, 150)
    assert of_avenant.total(STAGE) == TargetTriple(300, 150, 350)


def test_a_second_convention_starts_its_own_line(avenant, regions):
    other = make_agreement(code="C2", starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    make_target(other, 70, region=regions[0])
    found = table(as_of=date(2020, 6, 1))
    assert found.of_region(STAGE, regions[0].pk).initial == 70
    assert found.of_region(STAGE, regions[0].pk).in_force == 70


def test_a_sixth_region_without_target_adds_nothing(convention, regions):
    newcomer = make_region(code="FES")
    found = table(as_of=date(2015, 6, 1))
    assert found.of_region(STAGE, newcomer.pk) == NO_TARGET
    assert found.total(STAGE) == TargetTriple(300, None, 300)


def test_a_figure_cut_by_ocb_has_no_target(convention, regions):
    ocb = make_ocb(region=regions[0])
    for scope in (
        build_scope(ocb=ocb, as_of=date(2015, 6, 1)),
        build_scope(user=make_user("ocb_agent", ocb=ocb), as_of=date(2015, 6, 1)),
    ):
        assert TargetTable(scope).of_region(STAGE, regions[0].pk) == NO_TARGET
        assert TargetTable(scope).total(STAGE) == NO_TARGET


def test_a_target_is_not_compared_with_a_figure_that_begins_with_a_period(convention):
    assert build_scope(as_of=date(2015, 6, 1)).compares_to_targets
    assert not build_scope(as_of=date(2015, 6, 1), start=date(2015, 1, 1)).compares_to_targets


def test_without_agreement_there_is_no_target():
    assert table().total(STAGE) == NO_TARGET


def test_the_table_costs_two_queries(avenant, regions, django_assert_num_queries):
    scope = build_scope(as_of=date(2018, 6, 1))
    with django_assert_num_queries(2):
        found = TargetTable(scope)
        found.total(STAGE)
        found.of_region(STAGE, regions[0].pk)
