"""A few people of the demo entered twice, spelled as another hand would: no figure changes."""

from datetime import date

from beneficiaries.funnel import Stage
from remess.programme.brackets import age_on

# Region → (sex, the name as first entered, as entered again).
TWICE = {
    "ERR": ("female", ("Alaoui", "Fatima-Zahra"), ("El Alaoui", "Fatim Zohra")),
    "MAR": ("male", ("Naciri", "Mohamed"), ("Nassiri", "Mohammed")),
    "SAF": ("female", ("Skalli", "Khadija"), ("الصقلي", "خديجة")),
    "SID": ("male", ("Rhazi", "Youssef"), ("Youssef", "El Ghazi")),
}
YOUNGEST, OLDEST = 18, 29


def plant_duplicate(code, lives):
    """Give two of these people, not stored yet, one name and one birth date."""
    if code not in TWICE:
        return
    sex, *spellings = TWICE[code]
    pair = _two_of(sex, lives)
    born = pair[0].person.birth_date
    for life, (family_name, given_name) in zip(pair, spellings, strict=True):
        person = life.person
        person.family_name, person.given_name, person.name_ar = family_name, given_name, ""
        person.birth_date = born
    pair[1].person.cin = ""


def _two_of(sex, lives):
    """The first two identified only, of this sex, whose ages allow one birth date."""
    waiting = [life for life in lives if life.fate == 1 and life.person.sex == sex]
    for at, first in enumerate(waiting):
        for second in waiting[at + 1 :]:
            if first.ocb != second.ocb and _fits(first.person.birth_date, second):
                return first, second
    raise RuntimeError("The demo holds no two people to enter twice.")


def _fits(born: date, life):
    return YOUNGEST <= age_on(born, life.days[Stage.IDENTIFIED]) <= OLDEST
