"""A youth from the agent's phone to the official's dashboard, in a real browser."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from beneficiaries.models import Beneficiary
from ocbs.models import Membership, Trainer
from remess.accounts.models import User
from remess.accounts.roles import Role
from tests import factories
from tests.browser.conftest import LAPTOP, PASSWORD, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def user(username, role, **fields):
    return User.objects.create_user(
        username, PASSWORD, full_name=f"Compte {username}", role=role, **fields
    )


@pytest.fixture
def network():
    region = factories.make_region(code="ERR", name_fr="Errachidia")
    convention = factories.make_agreement()
    factories.make_target(convention, 10, region=region)
    ocb = factories.make_ocb(region=region, code="OCB-01", name_fr="OCB Ziz")
    agent = user("agent", Role.OCB_AGENT)
    Membership.objects.create(user=agent, ocb=ocb, since=date(2014, 1, 1))
    Trainer.objects.create(code="F-01", name="Formateur", region=region)
    return {
        "agent": agent,
        "staff": user("equipe", Role.STAFF),
        "official": user("mjs", Role.OFFICIAL),
    }


def figures(page):
    """The four figures the official reads, after a fresh look."""
    page.goto("/tableau-de-bord/")
    return [
        int(text.replace("\u202f", "")) for text in page.locator(".figure .value").all_inner_texts()
    ]


def enter_a_youth(page):
    page.get_by_role("link", name="Nouvelle fiche").first.click()
    page.get_by_label("Nom de famille").fill("Ait Oulhadj El Moutawakkil")
    page.get_by_label("Prénom").fill("Fatima Ezzahra")
    page.get_by_label("Femme").check(force=True)
    page.get_by_label("Date de naissance").fill("23/06/1992")
    page.get_by_label("Date de la fiche").fill("12/10/2014")
    page.get_by_label("Arabe", exact=True).check(force=True)
    page.get_by_label(re.compile("Le jeune a lu ou entendu la notice")).check()
    page.get_by_role("button", name="Enregistrer la fiche").click()
    expect(page.get_by_text("Fiche ERR-00001 enregistrée.")).to_be_visible()


def select_at_a_bootcamp(page):
    page.goto("/bootcamps/nouveau/")
    page.get_by_label("Numéro").fill("B-01")
    page.get_by_label("Région").select_option(label="Errachidia")
    page.get_by_label("Date").fill("15/11/2014")
    page.locator("main form button[type=submit]").click()
    page.goto("/bootcamps/B-01/inscrire/")
    page.get_by_role("checkbox", name=re.compile("OULHADJ")).check()
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.goto("/bootcamps/B-01/")
    page.locator("[name$=attended]").check(force=True)
    page.get_by_label("Retenir", exact=True).check(force=True)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.goto("/bootcamps/B-01/signer/")
    page.get_by_label("Signataire").fill("A. Benkirane")
    page.get_by_role("button", name="Signer le procès-verbal").click()


def train(page):
    page.goto("/formations/nouvelle/")
    page.get_by_label("Code").fill("C-01")
    page.get_by_label("Intitulé").fill("Formation avant création")
    page.get_by_label("Région").select_option(label="Errachidia")
    page.get_by_label("Début").fill("10/01/2015")
    page.get_by_label("Fin").fill("28/03/2015")
    page.get_by_label(re.compile("F-01")).check(force=True)
    page.locator("main form button[type=submit]").click()
    page.goto("/formations/C-01/seances/nouvelle/")
    page.get_by_label("Module").fill("Étude de prix")
    page.get_by_label("Date").fill("17/01/2015")
    page.locator("main form button[type=submit]").click()
    page.goto("/formations/C-01/inscrire/")
    page.get_by_role("checkbox", name=re.compile("OULHADJ")).check()
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.goto("/formations/C-01/")
    page.get_by_role("link", name=re.compile("Présences|Étude de prix|Saisir")).first.click()
    page.get_by_role("checkbox", name=re.compile("OULHADJ")).check(force=True)
    page.locator("main form button[type=submit]").first.click()
    page.goto("/formations/C-01/cloturer/")
    page.locator("main form button[type=submit]").click()


def create_activity(page, person):
    page.goto(person.get_absolute_url())
    page.get_by_role("link", name="Enregistrer la création").click()
    page.get_by_label("Auto-entrepreneur").check(force=True)
    page.get_by_label("Numéro d'immatriculation").fill("AE-1500")
    page.get_by_label("Date d'immatriculation").fill("06/11/2015")
    page.get_by_role("button", name="Enregistrer la création").click()
    expect(page.locator(".page-head .stage-badge")).to_have_text("Créé")


def test_a_youth_walks_the_whole_path_and_the_dashboard_moves_by_one_each_time(network, open_as):
    official = open_as(network["official"], LAPTOP)
    assert figures(official) == [0, 0, 0, 0]

    enter_a_youth(open_as(network["agent"], PHONE))
    assert figures(official) == [1, 0, 0, 0]

    staff = open_as(network["staff"], LAPTOP)
    select_at_a_bootcamp(staff)
    assert figures(official) == [1, 1, 0, 0]

    train(staff)
    assert figures(official) == [1, 1, 1, 0]

    person = Beneficiary.objects.get()
    create_activity(staff, person)
    assert figures(official) == [1, 1, 1, 1]

    assert official.goto(person.get_absolute_url()).status == 404
