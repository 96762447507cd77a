"""The lists of a bootcamp: on paper and as a workbook, each with the people one may see."""

from io import BytesIO

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from bootcamps import transitions
from remess.accounts.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
PAGES = ["bootcamps:convocations", "bootcamps:attendance"]


@pytest.fixture
def ocb():
    return factories.make_ocb(name_fr="Association Oasis", region=factories.make_region(code="ERR"))


@pytest.fixture
def bootcamp(ocb):
    """Two places and one who waits, of another OCB."""
    other = factories.make_ocb(region=ocb.region)
    people = [
        factories.make_beneficiary(
            ocb=ocb,
            family_name="Alaoui",
            given_name="=1+1",
            name_ar="أمل العلوي",
            phone="+212612345678",
        ),
        factories.make_beneficiary(ocb=ocb, family_name="Bennis", cin="UA123456"),
        factories.make_beneficiary(ocb=other, family_name="Chraibi"),
    ]
    bootcamp = factories.make_bootcamp(code="B-01", region=ocb.region, capacity=2)
    transitions.enrol(bootcamp, people)
    return bootcamp


def workbook(client):
    response = client.get(reverse("reporting:bootcamp_lists", args=["B-01"]))
    return load_workbook(BytesIO(b"".join(response.streaming_content)))


def table(sheet):
    """The rows from the headings on."""
    found = [list(row) for row in sheet.iter_rows(values_only=True)]
    start = next(at for at, row in enumerate(found) if row[0] == "N°")
    return found[start:]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_has_both_names_ocb_and_phone(client, bootcamp, name):
    client.force_login(factories.make_user(Role.STAFF))
    shown = client.get(reverse(name, args=["B-01"])).content.decode()
    for text in ("ALAOUI", "أمل العلوي", "Association Oasis", "06 12 34 56 78", "CHRAIBI"):
        assert text in shown
    assert "UA123456" not in shown
    assert shown.index("CHRAIBI") > shown.index("attente")


def test_one_sheet_is_to_sign_the_other_to_call(client, bootcamp):
    client.force_login(factories.make_user(Role.STAFF))
    call, sign = (client.get(reverse(name, args=["B-01"])).content.decode() for name in PAGES)
    assert ("Prévenu le" in call, "Signature" in call) == (True, False)
    assert ("Prévenu le" in sign, "Signature" in sign) == (False, True)


@pytest.mark.parametrize("name", PAGES)
def test_an_agent_prints_their_own_people(client, bootcamp, ocb, name):
    client.force_login(factories.make_user(Role.OCB_AGENT, ocb=ocb))
    shown = client.get(reverse(name, args=["B-01"])).content.decode()
    assert "ALAOUI" in shown
    assert "CHRAIBI" not in shown


def test_the_workbook_holds_the_three_lists(client, bootcamp):
    client.force_login(factories.make_user(Role.STAFF))
    book = workbook(client)
    assert book.sheetnames == ["Convocation", "Émargement", "En attente d'une place"]
    call, sign, waiting = (table(sheet) for sheet in book)
    heads = ["N°", "N° de fiche", "Nom", "Prénom", "Nom en arabe", "OCB", "Téléphone"]
    assert call[0] == [*heads, "Prévenu(e) le"]
    assert sign[0] == [*heads, "Signature"]
    assert [len(rows) for rows in (call, sign, waiting)] == [3, 3, 2]
    number, _file, *rest = sign[1]
    assert number == 1
    assert rest == ["ALAOUI", "=1+1", "أمل العلوي", "Association Oasis", "06 12 34 56 78", None]
    cell = next(c for row in book["Émargement"].iter_rows() for c in row if c.value == "=1+1")
    assert cell.data_type == "s"
    assert book["Émargement"].row_dimensions[cell.row].height == 36
    assert waiting[1][2] == "CHRAIBI"


def test_the_workbook_of_an_agent_holds_their_own_people(client, bootcamp, ocb):
    client.force_login(factories.make_user(Role.OCB_AGENT, ocb=ocb))
    book = workbook(client)
    assert book.sheetnames == ["Convocation", "Émargement"]
    assert len(table(book["Convocation"])) == 3


def test_those_to_invite_are_exported_as_filtered(client, bootcamp, ocb):
    client.force_login(factories.make_user(Role.STAFF))
    other = factories.make_ocb(region=ocb.region)
    for home, name in ((ocb, "Daoudi"), (other, "Essafi")):
        factories.make_beneficiary(ocb=home, family_name=name)
    url = reverse("reporting:invitations", args=["B-01"])
    page = client.get(reverse("bootcamps:enrol", args=["B-01"]), {"ocb": ocb.code})
    assert f'href="{url}?ocb={ocb.code}"' in page.content.decode()
    response = client.get(url, {"ocb": ocb.code, "invited": "jamais"})
    (sheet,) = load_workbook(BytesIO(b"".join(response.streaming_content)))
    assert [row[2] for row in table(sheet)] == ["Nom", "DAOUDI"]


@pytest.mark.parametrize("name", [*PAGES, "bootcamps:detail", "bootcamps:scores"])
def test_a_page_costs_the_same_queries_for_2_and_20_people(client, bootcamp, ocb, name):
    client.force_login(factories.make_user(Role.STAFF))
    transitions.save_criteria(bootcamp, [(None, "Projet", 1)])
    bootcamp.participations.placed().update(attended=True)

    def cost():
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name, args=["B-01"])).status_code == 200
        return len(queries)

    cost()
    few = cost()
    bootcamp.capacity = None
    transitions.save_bootcamp(bootcamp)
    people = [factories.make_beneficiary(ocb=ocb) for _ in range(18)]
    transitions.enrol(bootcamp, people[:9])
    bootcamp.participations.placed().update(attended=True)
    bootcamp.capacity = bootcamp.participations.placed().count()
    transitions.save_bootcamp(bootcamp)
    transitions.enrol(bootcamp, people[9:])
    assert cost() == few
