"""The pace a target asks for beside the present one: by hand, and on the page."""

from datetime import date

import pytest

from beneficiaries.funnel import Stage
from reporting.dashboard import dashboard_of
from reporting.forecast import Forecast, forecast, months_between, whole_months_before
from reporting.outlook import sentences
from reporting.scope import build_scope
from tests import factories

DAY, UNTIL = date(2018, 3, 1), date(2019, 3, 1)


def made(*, day=DAY, until=UNTIL, reached=482, target=600, lately=73, months=12):
    return Forecast(day, until, reached, target, lately, months)


def test_months_are_counted_from_day_to_day():
    assert months_between(DAY, UNTIL) == 12
    assert months_between(date(2018, 2, 15), DAY) == 1 - 14 / 30
    for last_days in (
        (date(2018, 1, 31), date(2018, 2, 1)),
        (date(2018, 1, 30), date(2018, 1, 31)),
    ):
        assert months_between(*last_days) == 1 / 30


def test_the_mockups_sentence():
    found = made()
    assert (found.missing, found.required) == (118, 118 / 12)
    assert found.reached_in == date(2019, 10, 1)
    assert sentences(found) == [
        "Il manque 118 créations pour atteindre la cible de 600 au 01/03/2019.",
        "Il en faudrait 9,8 par mois.",
        (
            "Au rythme des 12 derniers mois entiers (6,1 par mois), "
            "elle serait atteinte en octobre 2019, après la fin de l'accord."
        ),
    ]


def test_a_pace_that_is_enough_is_said_to_be_in_time():
    found = made(lately=120)
    assert found.is_in_time
    assert sentences(found)[-1].endswith("elle serait atteinte à temps, en février 2019.")


def test_one_is_not_written_as_many():
    first, _required, last = sentences(made(reached=599, lately=3, months=1))
    assert first.startswith("Il manque 1 création pour")
    assert last.startswith("Au rythme du dernier mois entier (3,0")


def test_an_act_is_over_at_the_end_of_its_last_day():
    assert made(day=date(2019, 2, 28)).required == pytest.approx(118 / 0.1)
    over = made(day=UNTIL)
    assert (over.is_over, over.required) == (True, None)
    (sentence,) = sentences(over)
    assert sentence.startswith("L'accord est fini depuis le 01/03/2019 : il manque 118 créations")


def test_a_target_reached_asks_for_nothing_more():
    for reached in (600, 650):
        found = made(reached=reached)
        assert (found.missing, found.required, found.is_in_time) == (0, 0, True)
        assert sentences(found) == ["La cible en vigueur, 600 créations, est atteinte."]


@pytest.mark.parametrize(
    ("lately", "months", "end"),
    [
        (0, 12, "à ce rythme, elle ne serait pas atteinte."),
        (0, 0, "Pas encore de mois entier pour dire le rythme actuel."),
        (1, 12, "elle ne serait pas atteinte avant cent ans."),
    ],
)
def test_a_pace_that_leads_nowhere_gives_no_date(lately, months, end):
    found = made(lately=lately, months=months, target=10_000)
    assert found.reached_in is None
    assert not found.is_in_time
    assert sentences(found)[-1].endswith(end)


def test_the_present_pace_is_that_of_whole_months_only():
    first = date(2014, 8, 1)
    assert whole_months_before(DAY, first)[0] == date(2018, 2, 1)
    assert whole_months_before(DAY, first)[-1] == date(2017, 3, 1)
    assert whole_months_before(date(2018, 2, 28), first)[0] == date(2018, 2, 1)
    assert whole_months_before(date(2018, 2, 27), first)[0] == date(2018, 1, 1)
    assert len(whole_months_before(date(2014, 10, 31), first)) == 3
    assert whole_months_before(DAY, None) == []
    by_month = {date(2018, 2, 1): 4, date(2018, 3, 1): 90, date(2018, 1, 1): 2}
    act = factories.Agreement(starts_on=DAY, ends_on=UNTIL)
    found = forecast(date(2018, 3, 20), act, 96, 600, by_month)
    assert (found.lately, found.months, found.present) == (6, 2, 3)
    assert forecast(DAY, None, 96, 600, by_month) is None
    assert forecast(DAY, act, 96, None, by_month) is None


@pytest.mark.django_db
def test_the_curve_goes_on_to_the_end_of_the_act_and_both_paces_start_where_it_stands():
    act = factories.make_agreement(starts_on=date(2015, 1, 1), ends_on=date(2015, 12, 31))
    ocb = factories.make_ocb()
    factories.make_target(act, 12, region=ocb.region, indicator=Stage.CREATED)
    for month in (3, 4, 5):
        for _number in range(month - 2):
            factories.make_beneficiary(at=Stage.CREATED, ocb=ocb, on=date(2015, month, 10))
    found = dashboard_of(build_scope(end=date(2015, 5, 31)))
    # 6 creations in 3 whole months: 2 a month; 6 more in 7 months.
    assert [(n, goal) for _m, n, goal, *_paces in found["curve"]] == [
        *[(1, 12), (3, 12), (6, 12)],
        *[(None, 12)] * 7,
    ]
    paces = [(present, required) for *_known, present, required in found["curve"]]
    assert paces[:3] == [(None, None), (None, None), (6, 6)]
    assert [present for present, _required in paces[3:6]] == [8, 10, 12]
    assert paces[-1] == (20, 12)
    assert found["has_projection"]
    assert found["pace_sentences"][0].startswith("Il manque 6 créations")
    later = dashboard_of(build_scope())
    assert not later["has_projection"]
    assert later["pace_sentences"][0].startswith("L'accord est fini")


@pytest.mark.django_db
def test_a_period_or_an_ocb_has_no_forecast():
    act, ocb = factories.make_agreement(), factories.make_ocb()
    factories.make_target(act, 12, region=ocb.region, indicator=Stage.CREATED)
    factories.make_beneficiary(at=Stage.CREATED, ocb=ocb)
    for scope in (build_scope(start=date(2015, 1, 1)), build_scope(ocb=ocb)):
        found = dashboard_of(scope)
        assert (found["paces"], found["pace_sentences"]) == ([], [])
    assert dashboard_of(build_scope())["paces"]
