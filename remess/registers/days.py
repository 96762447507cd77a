"""Dates as registers write them, read as days; refuses to guess what cannot be known.

Text is day first, or ISO; two-digit years are returned unresolved, since their century depends on
what the date means.
"""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from remess.programme.brackets import age_on
from remess.registers.faults import Fault
from remess.shared.dates import day_of
from remess.shared.text import clean, fold, latin_digits

# Excel counts 1900 as a leap year: until that 29 February its day numbers name no certain day.
EXCEL_IS_SURE_FROM = date(1900, 3, 1)
FIRST_YEAR, LAST_YEAR = 1850, 9999
MILLENNIUM = date(2000, 1, 1)
AGES_OF_A_BIRTH = range(10, 100)

MONTH_NAMES = (
    "janvier janv jan يناير january", "février fevr fev feb فبراير february",
    "mars mar مارس march", "avril avr apr أبريل ابريل april", "mai may ماي مايو",
    "juin jun يونيو june", "juillet juil jul يوليوز يوليو july",
    "août aout aou aug غشت أغسطس august", "septembre sept sep شتنبر سبتمبر september",
    "octobre oct أكتوبر اكتوبر october", "novembre nov نونبر نوفمبر november",
    "décembre dec دجنبر ديسمبر december",
)  # fmt: skip
MONTHS = {fold(name): at for at, names in enumerate(MONTH_NAMES, 1) for name in names.split()}

BREAK = r"(?:\s*[/.\-]\s*|\s+)"
TIME = r"(?:[T,\s]\s*\d{1,2}(?:[:h]\d{0,2}){1,2}(?:[.,]\d+)?\s*(?:am|pm|AM|PM)?)?"
WEEKDAY = re.compile(
    r"^(?:le\s+)?(?:(?:lun|mar|mercre|jeu|vendre|same)di,?\s+|dimanche,?\s+)?", re.I
)
DAY_FIRST = re.compile(rf"(\d{{1,2}}){BREAK}(\d{{1,2}}){BREAK}(\d{{4}}|\d{{2}}){TIME}")
YEAR_FIRST = re.compile(rf"(\d{{4}}){BREAK}(\d{{1,2}}){BREAK}(\d{{1,2}}){TIME}")
MONTH_IN_WORDS = re.compile(
    r"(\d{1,2})\s*(?:er|e|ème)?[\s.\-/]*([^\W\d_]{3,})[\s.\-/,]*(\d{4}|\d{2})"
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")
DASHES = str.maketrans("‐‑‒–—−∕⁄٫", "------//.")


class ShortYear(NamedTuple):
    """A day whose year has two digits."""

    day: int
    month: int
    year: int


def day_in(value, *, is_utc=False):
    """The day a cell's value names: a date, a ShortYear, or None for an empty cell.

    `is_utc`: a moment without zone counts from Greenwich (Kobo's time of sending). Raises Fault.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        return _certain(_day_of_moment(value, is_utc))
    if isinstance(value, date):
        return _certain(value)
    if isinstance(value, str):
        return _day_in_text(value, is_utc)
    raise _invalid(_("« %(text)s » est un nombre, pas une date.") % {"text": value})


def _day_of_moment(moment, is_utc):
    if moment.tzinfo:
        return day_of(moment)
    return day_of(moment.replace(tzinfo=UTC)) if is_utc else moment.date()


def _certain(day):
    if day < EXCEL_IS_SURE_FROM:
        raise _invalid(
            _("Cette cellule vient d'un nombre qui n'est pas une date : écrire jj/mm/aaaa.")
        )
    return day


@lru_cache(maxsize=4_000)
def _day_in_text(text, is_utc):
    plain = latin_digits(clean(text)).translate(DASHES)
    if not plain.strip("-/. "):
        return None
    if MOMENT.fullmatch(plain):
        return _moment_in(plain, is_utc)
    plain = WEEKDAY.sub("", plain)
    parts = _parts_in(plain)
    if parts is None:
        raise _invalid(_("« %(text)s » n'est pas une date : écrire jj/mm/aaaa.") % {"text": plain})
    if parts.year < 100:
        # 2000 is a leap year: a 29 February is decided with its century.
        _real(parts._replace(year=2000), plain)
        return parts
    return _real(parts, plain)


def _moment_in(plain, is_utc):
    try:
        return _day_of_moment(datetime.fromisoformat(plain), is_utc)
    except ValueError:
        raise _invalid(
            _("« %(text)s » n'est pas une date : écrire jj/mm/aaaa.") % {"text": plain}
        ) from None


def _parts_in(plain):
    if found := DAY_FIRST.fullmatch(plain):
        return _parts(*found.groups())
    if found := YEAR_FIRST.fullmatch(plain):
        return _parts(*found.groups()[::-1])
    if (found := MONTH_IN_WORDS.fullmatch(plain)) and (month := MONTHS.get(fold(found[2]))):
        return _parts(found[1], month, found[3])
    return None


def _parts(day, month, year):
    """A year written « 0095 » is no year of a century: it stays what it is, and is refused."""
    return ShortYear(int(day), int(month), int(year) if len(year) == 2 or int(year) > 99 else 100)


def _real(parts, plain):
    try:
        found = date(parts.year, parts.month, parts.day)
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _invalid(_("« %(text)s » n'existe pas dans le calendrier.") % {"text": plain})
    return found


def with_century(found, *, of_birth=False, identified_on=None, today):
    """`found` with its whole year: a date stays; a ShortYear gets the one century it can have.

    A birth lies 10 to 99 years before the identification (not known: before any day from 2000
    on), any other day between 2000 and today. Raises Fault where none or two centuries fit.
    """
    if not isinstance(found, ShortYear):
        return found
    days = [day for century in (1900, 2000) if (day := _day_of(found, century))]
    if of_birth:
        fitting = [day for day in days if _may_be_birth(day, identified_on, today)]
    else:
        fitting = [day for day in days if MILLENNIUM <= day <= today]
    written = f"{found.day:02d}/{found.month:02d}/{found.year:02d}"
    if len(fitting) > 1:
        raise Fault(
            "ambiguous_date",
            _("« %(text)s » : l'année peut être de deux siècles, l'écrire en quatre chiffres.")
            % {"text": written},
        )
    if not fitting:
        raise _invalid(
            _("« %(text)s » : aucune année possible, l'écrire en quatre chiffres.")
            % {"text": written}
        )
    return fitting[0]


def _day_of(short, century):
    try:
        return date(century + short.year, short.month, short.day)
    except ValueError:
        return None


def _may_be_birth(day, identified_on, today):
    if identified_on:
        return age_on(day, identified_on) in AGES_OF_A_BIRTH
    return age_on(day, today) >= AGES_OF_A_BIRTH.start and age_on(day, MILLENNIUM) < (
        AGES_OF_A_BIRTH.stop
    )


def _invalid(text):
    return Fault("invalid_date", text)
