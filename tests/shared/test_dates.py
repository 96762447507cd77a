from datetime import UTC, date, datetime

import pytest
import time_machine

from remess.shared.dates import at_noon, day_of, month_of, next_month, spoken, today


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2018, 3, 1, 23, 59, tzinfo=UTC), date(2018, 3, 1)),  # UTC+0 that winter
        (datetime(2018, 7, 1, 22, 59, tzinfo=UTC), date(2018, 7, 1)),  # UTC+1 that summer
        (datetime(2018, 7, 1, 23, 0, tzinfo=UTC), date(2018, 7, 2)),
        (datetime(2019, 1, 1, 23, 0, tzinfo=UTC), date(2019, 1, 2)),  # UTC+1 all year since
        (datetime(2019, 5, 20, 23, 30, tzinfo=UTC), date(2019, 5, 20)),  # Ramadan: UTC+0
        (datetime(2026, 9, 21, 23, 30, tzinfo=UTC), date(2026, 9, 21)),  # UTC+0 for good
        (datetime(2027, 7, 1, 23, 30, tzinfo=UTC), date(2027, 7, 1)),
    ],
)
def test_the_day_is_that_of_casablanca(moment, day):
    assert day_of(moment) == day
    with time_machine.travel(moment, tick=False):
        assert today() == day


def test_noon_falls_on_its_own_day():
    assert day_of(at_noon(date(2018, 7, 1))) == date(2018, 7, 1)


@pytest.mark.parametrize(
    ("day", "first", "after"),
    [
        (date(2016, 2, 29), date(2016, 2, 1), date(2016, 3, 1)),
        (date(2015, 12, 31), date(2015, 12, 1), date(2016, 1, 1)),
        (date(2015, 1, 1), date(2015, 1, 1), date(2015, 2, 1)),
        (date(2015, 1, 31), date(2015, 1, 1), date(2015, 2, 1)),
    ],
)
def test_months_begin_on_their_first_day(day, first, after):
    assert month_of(day) == first
    assert next_month(day) == after


def test_the_first_of_a_month_is_spoken_as_french_does():
    assert spoken(date(2026, 12, 1)) == "mardi 1er décembre 2026"
    assert spoken(date(2026, 12, 2)) == "mercredi 2 décembre 2026"
    assert spoken(date(2026, 12, 21)) == "lundi 21 décembre 2026"
