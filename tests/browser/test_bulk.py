"""Ticking people, acting on them and reading the result, on a phone and by keyboard alone."""

from datetime import date

import pytest
from playwright.sync_api import expect

from beneficiaries.funnel import Stage
from bootcamps.models import Participation
from remess.accounts.models import User
from remess.accounts.roles import Role
from tests import factories
from tests.browser.conftest import LAPTOP, PASSWORD, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff():
    return User.objects.create_user("equipe", PASSWORD, full_name="Équipe", role=Role.STAFF)


@pytest.fixture
def ocb():
    factories.make_agreement()
    region = factories.make_region(code="ERR", name_fr="Errachidia")
    return factories.make_ocb(region=region, code="OCB-01", name_fr="OCB Ziz")


@pytest.fixture
def people(ocb):
    """Two who may be invited and one already selected, in the order of their names."""
    stages = [Stage.IDENTIFIED, Stage.IDENTIFIED, Stage.SELECTED]
    names = ["Alaoui", "Benali", "Chraibi"]
    return [
        factories.make_beneficiary(at=stage, ocb=ocb, family_name=name)
        for stage, name in zip(stages, names, strict=True)
    ]


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_three_are_ticked_on_a_phone_two_are_invited_and_the_third_is_told_why(
    open_as, staff, people
):
    factories.make_bootcamp(region=people[0].ocb.region, code="B-01", held_on=date(2015, 4, 1))
    page = open_as(staff, PHONE)
    page.goto("/beneficiaires/")
    for name in ("ALAOUI", "BENALI", "CHRAIBI"):
        page.get_by_role("checkbox", name=f"Choisir {name}").check()
    expect(page.get_by_text("3 choisis", exact=True)).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Agir sur les cochés").click()
    expect(page.get_by_role("heading", name="3 personnes choisies")).to_be_visible()
    page.get_by_role("link", name="Inscrire à un bootcamp").click()
    page.get_by_label("Bootcamp").select_option("B-01")
    page.get_by_role("button", name="Voir ce qui sera fait").click()
    expect(page.get_by_text("Est déjà à l'étape « Sélectionné ».")).to_be_visible()
    assert not Participation.objects.exists()
    fits(page)
    page.get_by_role("button", name="Inscrire ces personnes").click()
    expect(page.get_by_text("C'est fait pour 2 personnes sur 3.")).to_be_visible()
    expect(page.get_by_role("link", name="CHRAIBI")).to_be_visible()
    fits(page)
    assert Participation.objects.count() == 2


def press_to(page, name):
    """Tab until the control of this name has the focus."""
    for _step in range(80):
        page.keyboard.press("Tab")
        text = page.evaluate(
            "(() => { const at = document.activeElement;"
            " return ((at.labels && at.labels[0]) || at).innerText; })()"
        )
        if text.strip() == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")


def enter(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_whole_filter_is_entrusted_with_the_keyboard_alone(open_as, staff, people):
    trainer = factories.make_trainer(region=people[0].ocb.region, code="F-01", name="Formatrice")
    page = open_as(staff, LAPTOP)
    page.goto("/beneficiaires/?stage=identified")
    press_to(page, "Agir sur les 2 de ce filtre")
    enter(page)
    press_to(page, "Confier à un formateur")
    enter(page)
    press_to(page, "Formateur")
    page.keyboard.press("F")
    press_to(page, "Motif")
    page.keyboard.type("Secteur")
    enter(page)
    expect(page.get_by_role("heading", name="Ce qui sera fait : F-01 · Formatrice")).to_be_visible()
    press_to(page, "Confier ces personnes")
    enter(page)
    expect(page.get_by_text("C'est fait pour 2 personnes sur 2.")).to_be_visible()
    people[0].refresh_from_db()
    assert people[0].referent == trainer


def test_enter_in_a_note_saves_nothing(open_as, staff, people):
    bootcamp = factories.make_bootcamp(region=people[0].ocb.region, participants=people[:2])
    page = open_as(staff, LAPTOP)
    page.goto(bootcamp.get_absolute_url())
    note = page.get_by_label("Note sur 20 de").first
    note.fill("12")
    note.press("Enter")
    page.goto(bootcamp.get_absolute_url())
    assert bootcamp.participations.filter(attended__isnull=True).count() == 2


def test_the_keys_lead_through_the_filtered_list_and_back(open_as, staff, people):
    page = open_as(staff, LAPTOP)
    page.goto("/beneficiaires/?stage=identified")
    page.get_by_role("link", name="ALAOUI").click()
    page.get_by_role("link", name="suivant").press("Enter")
    expect(page.get_by_role("heading", name="BENALI Amal")).to_be_visible()
    page.get_by_role("link", name="Retour à la liste").press("Enter")
    assert "stage=identified" in page.url
