"""Whom a new sheet may be is shown while it is typed, and never under a press."""

from datetime import date

import pytest
from playwright.sync_api import expect

from ocbs.models import Membership
from remess.accounts.models import User
from remess.accounts.roles import Role
from tests import factories
from tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
# So high that the whole form shows: what comes above the button moves it.
TALL = {"width": 1366, "height": 3000}
ASKED = "**/beneficiaires/doublons/"


@pytest.fixture
def agent():
    factories.make_agreement()
    ocb = factories.make_ocb(region=factories.make_region(code="ERR"), code="OCB-01")
    user = User.objects.create_user("agent", PASSWORD, full_name="Agent", role=Role.OCB_AGENT)
    Membership.objects.create(user=user, ocb=ocb, since=date(2014, 1, 1))
    factories.make_beneficiary(
        ocb=ocb, family_name="El Amrani", given_name="Zineb", birth_date=date(1992, 6, 23)
    )
    return user


def test_a_hint_that_comes_during_a_press_waits_until_it_is_let_go(open_as, agent):
    page = open_as(agent, TALL)
    page.goto("/beneficiaires/nouveau/")
    hint = page.get_by_role("heading", name="Déjà dans le registre ?")
    page.get_by_label("Nom de famille").fill("El Amrani")
    for label, text in (("Prénom", "Zineb"), ("Date de naissance", "23/06/1992")):
        with page.expect_response(ASKED):
            page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Enregistrer la fiche").hover()
    with page.expect_response(ASKED) as asked:
        page.mouse.down()
    assert "El Amrani" in asked.value.text()
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
    expect(hint).to_have_count(0)
    page.mouse.move(5, 5)
    page.mouse.up()
    expect(hint).to_be_visible()
    page.get_by_role("button", name="Enregistrer la fiche").click()
    expect(page.get_by_role("alert")).to_be_visible()
