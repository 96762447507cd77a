"""What was typed survives the end of a session, and is gone once saved or signed out."""

import re
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from beneficiaries.models import Beneficiary
from beneficiaries.transitions import save_sheet
from ocbs.models import Membership
from remess.accounts.models import User
from remess.accounts.roles import Role
from tests import factories
from tests.browser.conftest import PASSWORD, PHONE

pytestmark = pytest.mark.django_db(transaction=True)
CREATE = "/beneficiaires/nouveau/"
KEPT = "Brouillon gardé sur cet appareil"


@pytest.fixture
def agent():
    factories.make_agreement()
    ocb = factories.make_ocb(region=factories.make_region(code="ERR"), code="OCB-01")
    user = User.objects.create_user("agent", PASSWORD, full_name="Agent", role=Role.OCB_AGENT)
    Membership.objects.create(user=user, ocb=ocb, since=date(2014, 1, 1))
    return user


def type_a_sheet(page):
    page.goto(CREATE)
    page.get_by_label("Nom de famille").fill("El Amrani")
    page.get_by_label("Prénom").fill("Zineb")
    page.get_by_label("Femme").check(force=True)
    page.get_by_label("Date de naissance").fill("23/06/1992")
    page.get_by_label("CIN").fill("UA123456")
    page.get_by_label("Date de la fiche").fill("12/10/2014")
    page.get_by_label("Arabe", exact=True).check(force=True)
    page.get_by_label(re.compile("Le jeune a lu ou entendu la notice")).check()
    expect(page.get_by_text(KEPT)).to_be_visible()


def save(page):
    page.get_by_role("button", name="Enregistrer la fiche").click()


def drafts(page):
    page.wait_for_load_state()
    return page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('brouillon:'))")


def stored(page):
    return page.evaluate("Object.values(localStorage).join(' ')")


def sign_in(page):
    page.get_by_label("Identifiant").fill("agent")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def test_the_end_of_a_session_loses_no_typing_and_saving_clears_the_draft(open_as, agent):
    page = open_as(agent, PHONE)
    type_a_sheet(page)
    assert "UA123456" not in stored(page)
    Session.objects.all().delete()
    save(page)
    sign_in(page)
    expect(page.get_by_label("Prénom")).to_have_value("Zineb")
    expect(page.get_by_label("Femme")).to_be_checked()
    expect(page.get_by_label("CIN")).to_have_value("")
    save(page)
    expect(page.get_by_text("Fiche ERR-00001 enregistrée.")).to_be_visible()
    assert drafts(page) == []
    page.goto(CREATE)
    expect(page.get_by_label("Prénom")).to_have_value("")


def test_a_form_sent_back_keeps_its_draft(open_as, agent):
    page = open_as(agent, PHONE)
    type_a_sheet(page)
    page.get_by_label("Date de naissance").fill("31/02/1992")
    with page.expect_navigation():
        save(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert len(drafts(page)) == 1
    assert not Beneficiary.objects.exists()


def test_signing_out_leaves_nothing_on_the_device(open_as, agent):
    page = open_as(agent, PHONE)
    type_a_sheet(page)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    assert drafts(page) == []


def test_the_draft_can_be_dropped(open_as, agent):
    page = open_as(agent, PHONE)
    type_a_sheet(page)
    page.get_by_role("button", name="Effacer le brouillon").click()
    expect(page.get_by_label("Prénom")).to_have_value("")
    assert drafts(page) == []


def test_going_back_after_saving_opens_no_second_sheet(open_as, agent):
    page = open_as(agent, PHONE)
    type_a_sheet(page)
    save(page)
    expect(page.get_by_text("Fiche ERR-00001 enregistrée.")).to_be_visible()
    page.go_back()
    page.get_by_label("Prénom").fill("Salma")
    save(page)
    expect(
        page.get_by_text("Cette fiche est déjà enregistrée, sous le n° ERR-00001")
    ).to_be_visible()
    assert Beneficiary.objects.get().given_name == "Zineb"


def test_taking_the_version_saved_meanwhile_gives_up_the_draft(open_as, agent):
    person = factories.make_beneficiary(ocb=agent.memberships.get().ocb, commune="Errachidia")
    page = open_as(agent, PHONE)
    page.goto(f"{person.get_absolute_url()}modifier/")
    person.commune = "Jorf"
    save_sheet(person, by=agent)
    page.get_by_label("Commune").fill("Rissani")
    save(page)
    page.get_by_role("link", name="Abandonner ma saisie").click()
    expect(page.get_by_text("entre-temps")).to_have_count(0)
    expect(page.get_by_label("Commune")).to_have_value("Jorf")
    assert drafts(page) == []
