"""Which day it is in Morocco: decided here, never by a database's own clock or zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format

CASABLANCA = ZoneInfo("Africa/Casablanca")
ONE_DAY = timedelta(days=1)


def today() -> date:
    """The day it is now in Casablanca."""
    return day_of(timezone.now())


def hour_now() -> str:
    """The hour it is now in Casablanca, as written: « 14 h 32 »."""
    return f"{timezone.now().astimezone(CASABLANCA):%-H h %M}"


def day_of(moment: datetime) -> date:
    """The Casablanca day an aware moment falls on."""
    return moment.astimezone(CASABLANCA).date()


def at_noon(day: date) -> datetime:
    """Noon of `day` in Casablanca, for moments known only by their day."""
    return datetime.combine(day, time(12), tzinfo=CASABLANCA)


def midnight_after(day: date) -> datetime:
    """The first moment in Casablanca that no longer belongs to `day`."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=CASABLANCA)


def spoken(day: date) -> str:
    """« mardi 1er décembre 2026 », « mercredi 2 décembre 2026 »."""
    first = "1er" if day.day == 1 else day.day
    return f"{date_format(day, 'l')} {first} {date_format(day, 'F Y')}"


def month_of(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
