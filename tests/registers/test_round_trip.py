"""Whatever the order, titles, date style or script: exactly the people put in come out."""

from datetime import date, timedelta
from itertools import count

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from beneficiaries.models import Beneficiary
from remess.registers.importing import Options, bring_in
from remess.registers.reading import open_register
from tests.registers.registers import a_network

pytestmark = pytest.mark.django_db

FAMILIES = ["El Gharbi", "AÏT SAID", "Ben Slimane", "Ouaziz", "العلمي", "بن سليمان"]
GIVEN = ["Mimoun", "Fatima-Zahra", "Aïcha", "M'barka", "سلمى", "عبد الرحيم"]
HEADINGS = {
    "family_name": ["Nom", "NOM DE FAMILLE", "النسب", "Family name"],
    "given_name": ["Prénom", "prenom", "الاسم الشخصي", "First name"],
    "sex": ["Sexe", "Genre", "الجنس"],
    "birth_date": ["Date de naissance", "Né(e) le", "تاريخ الازدياد"],
    "cin": ["CIN", "C.I.N.", "رقم البطاقة الوطنية"],
    "phone": ["Tél", "GSM", "الهاتف"],
    "ocb": ["OCB", "Association", "الجمعية"],
    "identified_on": ["Date d'identification", "Identifié(e) le", "تاريخ التسجيل"],
    "consent": ["Consentement", "الموافقة"],
    "commune": ["Commune", "الجماعة"],
}
SEXES = {"female": ["F", "Femme", "féminin", "أنثى"], "male": ["H", "M", "Homme", "ذكر"]}
MONTHS = [
    "janv.",
    "févr.",
    "mars",
    "avril",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
STYLES = [
    lambda day: day,
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day.day}-{day.month}-{day.year}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: day.isoformat(),
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{day:%d/%m/%y}",
    lambda day: f"{day:%d/%m/%Y}".translate(ARABIC_DIGITS),
]
PHONES = [
    lambda phone: phone.replace("+212", "0"),
    lambda phone: phone,
    lambda phone: phone.replace("+212", "00212 "),
    lambda phone: int(phone.removeprefix("+212")),
    lambda phone: phone.replace("+212", "0").translate(ARABIC_DIGITS),
]


@st.composite
def registers(draw):
    """(people by field, rows of a sheet): the same people as a register writes them."""
    numbers = count(100_000)
    people = [draw(a_person(next(numbers))) for _person in range(draw(st.integers(1, 5)))]
    fields = draw(st.permutations(list(HEADINGS)))
    style = draw(st.sampled_from(STYLES))
    titles = draw(st.lists(st.just(["Registre des jeunes"]) | st.just([]), max_size=3))
    headings = [draw(st.sampled_from(HEADINGS[name])) for name in fields]
    rows = [[draw(written(person, name, style)) for name in fields] for person in people]
    return people, [*titles, headings, *rows]


@st.composite
def a_person(draw, number):
    identified_on = date(2014, 8, 4) + timedelta(days=draw(st.integers(0, 1500)))
    return {
        "family_name": draw(st.sampled_from(FAMILIES)),
        "given_name": draw(st.sampled_from(GIVEN)),
        "sex": draw(st.sampled_from(list(SEXES))),
        "birth_date": identified_on
        - timedelta(days=draw(st.integers(19 * 366, 29 * 365)) + number % 7),
        "cin": f"UA{number}",
        "phone": f"+2126{number:08d}"[:13] if draw(st.booleans()) else "",
        "ocb": "OCB-01",
        "identified_on": identified_on,
        "consent": True,
        "commune": draw(st.sampled_from(["", "Rissani", "أرفود"])),
    }


def written(person, name, style):
    value = person[name]
    if name in ("birth_date", "identified_on"):
        return st.just(style(value))
    if name == "phone" and value:
        return st.sampled_from(PHONES).map(lambda write: write(value))
    words = {
        "sex": lambda: SEXES[value],
        "cin": lambda: [value, f"{value[:2]} {value[2:]}", value.lower()],
        "ocb": lambda: ["OCB-01", "association ZIZ"],
        "consent": lambda: ["oui", "Oui", "نعم", "x"],
    }
    return st.sampled_from(words[name]()) if name in words else st.just(value or None)


@pytest.mark.parametrize("examples", [6, pytest.param(40, marks=pytest.mark.slow)])
def test_exactly_the_people_put_in_come_out(examples, tmp_path):
    @settings(max_examples=examples, deadline=None)
    @given(register=registers())
    def check(register):
        people, rows = register
        assert_come_out(people, written_to(tmp_path / "registre.xlsx", rows))

    check()


def written_to(path, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def assert_come_out(people, path):
    with transaction.atomic():
        a_network()
        outcomes = [brought_in(path) for _time in range(2)]
        names = ["family_name", "given_name", "sex", "birth_date", "cin", "phone", "commune"]
        stored = [
            {name: getattr(person, name) for name in names} | {"identified_on": person.stage_on}
            for person in Beneficiary.objects.order_by("pk")
        ]
        transaction.set_rollback(True)
    expected = [{name: person[name] for name in [*names, "identified_on"]} for person in people]
    assert [r["messages"] for r in outcomes[0] if r["status"] != "created"] == []
    assert stored == expected
    assert {result["status"] for result in outcomes[1]} == {"unchanged"}


def brought_in(path):
    with open_register(path) as (found, rows):
        return bring_in(found, found.columns, rows, Options()).results
