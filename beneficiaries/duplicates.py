"""Who may be in the register twice: the rules, and one entrance for a sheet or for a batch.

One CIN (but for leading zeros), or one name in any spelling with one birth date or one telephone.
A name, a birth date or a telephone alone never makes a duplicate. Writes nothing.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from beneficiaries.models import Beneficiary, Reason
from beneficiaries.models.derived import cin_key, name_and_birth, name_and_phone
from beneficiaries.names import same_name

BATCH = 500


@dataclass(frozen=True)
class Identity:
    """Who somebody says they are, before there is a sheet: phone and CIN in their normal form."""

    family_name: str = ""
    given_name: str = ""
    name_ar: str = ""
    sex: str = ""
    birth_date: date | None = None
    phone: str = ""
    cin: str = ""


def reasons_for(one, other):
    """The Reasons why `one` and `other` (Identity or Beneficiary) may be one person, in order."""
    found = [Reason.CIN] if cin_key(one) and cin_key(one) == cin_key(other) else []
    is_one_birth = one.birth_date is not None and one.birth_date == other.birth_date
    is_one_phone = bool(one.phone) and one.phone == other.phone
    if (is_one_birth or is_one_phone) and same_name(one, other):
        found += [Reason.BIRTH] if is_one_birth else []
        found += [Reason.PHONE] if is_one_phone else []
    return found


def matches_of(people, *, among=None):
    """For each of `people`, [(Beneficiary, [Reason])] of the standing sheets they may be.

    One query per 500. What an absorbed sheet matches is told of the sheet that it became part
    of. A Beneficiary never matches itself. `among`: the sheets to look at, all by default.
    """
    among = Beneficiary.objects.not_withdrawn() if among is None else among
    people = list(people)
    found = []
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        known = _by_key(batch, among)
        found += [_matches(person, known) for person in batch]
    return found


def candidates(person, *, among=None):
    """[(Beneficiary, [Reason])] for one person; see matches_of."""
    return matches_of([person], among=among)[0]


# The stored key and how a person not stored yet gets theirs.
KEYS = {"name_and_birth": name_and_birth, "name_and_phone": name_and_phone, "cin_key": cin_key}


def _by_key(people, among):
    """{(column, key): sheets} for every key of `people`: one query."""
    wanted, known = Q(pk__in=[]), {}
    for column, derive in KEYS.items():
        keys = {key for person in people if (key := derive(person))}
        wanted |= Q(**{f"{column}__in": sorted(keys)})
        known |= {(column, key): [] for key in keys}
    rows = among.filter(wanted).select_related("ocb__region", "merged_into__ocb__region")
    for sheet in rows.order_by("pk"):
        for column in KEYS:
            if (place := (column, getattr(sheet, column))) in known:
                known[place].append(sheet)
    return known


def _matches(person, known):
    found = {}
    own = getattr(person, "pk", None)
    for column, derive in KEYS.items():
        for sheet in known.get((column, derive(person)), ()):
            stands = sheet.merged_into or sheet
            if stands.pk == own or sheet.pk == own or stands.pk in found:
                continue
            if reasons := reasons_for(person, sheet):
                found[stands.pk] = (stands, reasons)
    return list(found.values())
