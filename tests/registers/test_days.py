"""How registers write dates, and the centuries of two-digit years."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from remess.registers.days import ShortYear, day_in, with_century
from remess.registers.faults import Fault


def naive(*parts):
    """A moment as Excel has them, without a zone."""
    return datetime(*parts)  # noqa: DTZ001


DAY = date(2001, 4, 3)
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "value",
    [
        DAY,
        naive(2001, 4, 3),
        naive(2001, 4, 3, 23, 59),
        "03/04/2001",
        "3/4/2001",
        "03-04-2001",
        "03.04.2001",
        "3 4 2001",
        " 03 / 04 / 2001 ",
        "03/04/2001 10:30",
        "2001-04-03",
        "2001/04/03",
        "2001-04-03T10:30:00.000+01:00",
        "2001-04-03 00:00:00",
        "3 avr. 2001",
        "3 avril 2001",
        "03-avr-2001",
        "3 AVRIL 2001",
        "mardi 3 avril 2001",
        "le 3 avril 2001",
        "٠٣/٠٤/٢٠٠١",
        "٣ أبريل ٢٠٠١",
        "\u200e03/04/2001\u00a0",
        "03–04–2001",
    ],
)
def test_a_date_is_read_however_it_is_written(value):
    assert day_in(value) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er janvier 1995", date(1995, 1, 1)),
        ("12 févr. 1995", date(1995, 2, 12)),
        ("12 fevrier 1995", date(1995, 2, 12)),
        ("5 août 1995", date(1995, 8, 5)),
        ("5 aout 1995", date(1995, 8, 5)),
        ("9 déc 1995", date(1995, 12, 9)),
        ("9 juil. 1995", date(1995, 7, 9)),
        ("9 juin 1995", date(1995, 6, 9)),
        ("29/02/1996", date(1996, 2, 29)),
    ],
)
def test_months_are_known_by_their_french_names(text, day):
    assert day_in(text) == day


@pytest.mark.parametrize("value", [None, "", "  ", "-", "/"])
def test_an_empty_cell_is_no_date(value):
    assert day_in(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "31/02/1994",
        "29/02/1995",
        "12/25/1994",
        "00/04/2001",
        "03/04/201",
        "03/04/20015",
        "vers 1994",
        "1994",
        "42000",
        "20010403",
        42000,
        42000.5,
        Decimal(60),
        True,
        time(10, 30),
        date(1900, 1, 5),
        naive(1899, 12, 30),
        "3 brumaire 2001",
        "2001-13-03T10:00:00",
    ],
)
def test_what_is_no_certain_day_is_refused(value):
    with pytest.raises(Fault) as refusal:
        day_in(value)
    assert refusal.value.code == "invalid_date"


def test_a_moment_with_its_zone_is_a_day_in_casablanca():
    assert day_in("2024-03-02T23:30:00.000+00:00") == date(2024, 3, 3)
    moment = datetime(2024, 3, 2, 23, 30, tzinfo=timezone(timedelta(hours=1)))
    assert day_in(moment) == date(2024, 3, 2)


def test_the_time_of_sending_counts_from_greenwich():
    assert day_in("2024-03-02T23:30:00", is_utc=True) == date(2024, 3, 3)
    assert day_in("2024-03-02T23:30:00") == date(2024, 3, 2)


@pytest.mark.parametrize(
    ("text", "identified_on", "day"),
    [
        ("06/04/95", date(2015, 2, 18), date(1995, 4, 6)),
        ("06/04/00", date(2018, 2, 18), date(2000, 4, 6)),
        ("18/02/05", date(2015, 2, 18), date(2005, 2, 18)),
        ("29/02/96", date(2015, 2, 18), date(1996, 2, 29)),
    ],
)
def test_a_birth_lies_10_to_99_years_before_the_identification(text, identified_on, day):
    found = day_in(text)
    assert isinstance(found, ShortYear)
    born = with_century(found, of_birth=True, identified_on=identified_on, today=TODAY)
    assert born == day


def century_fault(text, **kind):
    with pytest.raises(Fault) as refusal:
        with_century(day_in(text), today=TODAY, **kind)
    return refusal.value.code


def test_without_the_identification_two_centuries_may_fit_a_birth():
    assert century_fault("06/04/05", of_birth=True) == "ambiguous_date"
    assert with_century(day_in("06/04/95"), of_birth=True, today=TODAY) == date(1995, 4, 6)


def test_a_birth_that_fits_no_century_is_invalid():
    born_that_year = {"of_birth": True, "identified_on": date(2015, 2, 18)}
    assert century_fault("01/01/15", **born_that_year) == "invalid_date"
    assert century_fault("19/02/05", **born_that_year) == "invalid_date"


def test_any_other_day_lies_between_2000_and_today():
    assert with_century(day_in("18/02/15"), today=TODAY) == date(2015, 2, 18)
    assert with_century(day_in("24/11/26"), today=TODAY) == TODAY
    assert century_fault("25/11/26") == "invalid_date"
    assert century_fault("18/02/95") == "invalid_date"
