"""Targets behind pace: the straight line of the act that runs, the figures of the dashboard."""

from datetime import date

import pytest

from beneficiaries.funnel import Stage
from reporting.indicators import breakdown
from reporting.pace import for_rows, pace_of, targets_behind
from reporting.scope import build_scope
from tests import factories

pytestmark = pytest.mark.django_db
START, MIDDLE, END = date(2018, 3, 11), date(2018, 9, 10), date(2019, 3, 10)


@pytest.fixture
def region():
    return factories.make_region(code="ERR")


@pytest.fixture
def acts():
    convention = factories.make_agreement()
    avenant = factories.make_agreement(code="AV", amends=convention, starts_on=START, ends_on=END)
    return convention, avenant


@pytest.fixture
def ocb(region):
    return factories.make_ocb(region=region)


def identify(ocb, n, day):
    for _number in range(n):
        factories.make_beneficiary(ocb=ocb, on=day)


def behind(day):
    return [
        (pace.region.code, pace.indicator.code, pace.actual, pace.expected, pace.target)
        for pace in (pace_of(target, day) for target in targets_behind(day))
    ]


def test_the_line_starts_at_what_was_reached_before_the_act(acts, region, ocb):
    factories.make_target(acts[1], 12, region=region)
    identify(ocb, 1, date(2015, 3, 1))
    identify(ocb, 1, date(2018, 3, 10))
    assert behind(MIDDLE) == [("ERR", "identified", 2, 8, 12)]
    identify(ocb, 4, date(2018, 4, 20))
    assert behind(MIDDLE) == [("ERR", "identified", 6, 8, 12)]
    identify(ocb, 2, MIDDLE)
    assert behind(MIDDLE) == []
    assert behind(END) == [("ERR", "identified", 8, 12, 12)]


def test_it_lasts_as_long_as_the_act(acts, region, ocb):
    factories.make_target(acts[1], 12, region=region)
    assert behind(date(2018, 3, 10)) == []
    assert len(behind(END)) == 1
    assert behind(date(2019, 3, 11)) == []


def test_a_cell_the_avenant_leaves_alone_keeps_the_target_before(acts, region, ocb):
    factories.make_target(acts[0], 10, region=region)
    factories.make_target(acts[0], 4, region=region, indicator=Stage.SELECTED)
    factories.make_target(acts[1], 20, region=region)
    found = {(code, target) for _r, code, _a, _e, target in behind(END)}
    assert found == {("identified", 20), ("selected", 4)}


def test_a_target_reached_before_the_act_or_of_one_sex_is_never_behind(acts, region, ocb):
    identify(ocb, 3, date(2015, 3, 1))
    factories.make_target(acts[1], 2, region=region)
    factories.make_target(acts[1], 50, region=region, sex="female")
    factories.make_target(acts[1], 50)
    assert behind(END) == []


def test_many_targets_behind_cost_what_one_does(acts, region, django_assert_num_queries):
    for stage in Stage.values:
        factories.make_target(acts[1], 12, region=region, indicator=stage)
    with django_assert_num_queries(2):
        lines = [pace_of(target, END) for target in for_rows(targets_behind(END))]
    assert [(line.expected, line.until) for line in lines] == [(12, END)] * 4


def test_the_figure_is_the_dashboards(acts, region, ocb):
    other = factories.make_ocb(region=factories.make_region(code="SAF"))
    for stage in Stage.values:
        factories.make_target(acts[1], 10_000, region=region, indicator=stage)
        factories.make_target(acts[1], 10_000, region=other.region, indicator=stage)
    days = (date(2015, 3, 1), date(2018, 3, 10), date(2018, 3, 11), date(2018, 9, 10))
    for day, at in zip(days, Stage, strict=True):
        factories.make_beneficiary(ocb=ocb, on=day, at=at)
        factories.make_beneficiary(ocb=other, on=day)
    for day in (START, date(2018, 9, 9), MIDDLE, date(2018, 9, 30)):
        figures = breakdown(build_scope(end=day), "region")
        assert {(code, stage): n for code, stage, n, _e, _t in behind(day)} == {
            (code, stage): figures[code][stage] for code in ("ERR", "SAF") for stage in Stage.values
        }
