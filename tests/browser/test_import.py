"""An agent imports a register from a phone, mends the bad line and imports that too."""

import pytest
from openpyxl import Workbook, load_workbook

from beneficiaries.models import Beneficiary
from remess.accounts.roles import Role
from remess.registers.models import Import
from tests.browser.conftest import PASSWORD, PHONE
from tests.factories import make_user
from tests.registers.registers import a_network

pytestmark = pytest.mark.django_db(transaction=True)
HEADINGS = ["Nom", "Prénom", "Sexe", "Né(e) le", "Joindre au", "Identifié(e) le"]
GOOD = ["El Gharbi", "Mimoun", "H", "06/04/1990", "0650743782", "18/02/2015"]
BAD = ["Guessous", "Chafika", "F", "31/02/1991", "0649115729", "18/02/2015"]


@pytest.fixture
def agent():
    user = make_user(Role.OCB_AGENT, ocb=a_network())
    user.set_password(PASSWORD)
    user.save()
    return user


def write(path, *rows):
    book = Workbook()
    for row in [["Registre de l'association"], HEADINGS, *rows]:
        book.active.append(row)
    book.save(path)
    return path


def drop(page, path):
    """Give the file on the page of a new import, and read it."""
    page.goto("/imports/nouveau/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Lire ce fichier").click()


def nothing_overflows(page):
    return page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_register_comes_in_from_a_phone_with_its_bad_line_mended(open_as, agent, tmp_path):
    page = open_as(agent, PHONE)
    drop(page, write(tmp_path / "registre.xlsx", GOOD, BAD))
    page.get_by_label("Joindre au").select_option("phone")
    page.get_by_label("Chaque jeune de ce registre").check()
    assert nothing_overflows(page)
    page.get_by_role("button", name="Vérifier les lignes").click()
    page.get_by_text("31/02/1991", exact=True).wait_for()
    assert nothing_overflows(page)
    assert not Beneficiary.objects.exists()
    page.get_by_role("button", name="Enregistrer 1 ligne").click()
    page.get_by_text("Import enregistré.").wait_for()
    assert nothing_overflows(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger la ligne à corriger").first.click()
    mended = tmp_path / "mended.xlsx"
    download.value.save_as(mended)
    book = load_workbook(mended)
    book.active["D2"] = "28/02/1991"
    book.save(mended)
    drop(page, mended)
    page.get_by_label("Chaque jeune de ce registre").check()
    page.get_by_label("Joindre au").select_option("phone")
    page.get_by_role("button", name="Vérifier les lignes").click()
    page.get_by_role("button", name="Enregistrer 1 ligne").click()
    page.get_by_text("Import enregistré.").wait_for()
    phones = Beneficiary.objects.order_by("pk").values_list("phone", flat=True)
    assert list(phones) == ["+212650743782", "+212649115729"]


def test_taking_an_import_back_from_a_phone(open_as, agent, tmp_path):
    page = open_as(agent, PHONE)
    drop(page, write(tmp_path / "registre.xlsx", GOOD))
    page.get_by_label("Chaque jeune de ce registre").check()
    page.get_by_role("button", name="Vérifier les lignes").click()
    page.get_by_role("button", name="Enregistrer 1 ligne").click()
    page.get_by_role("link", name="Annuler cet import").click()
    page.get_by_label("Motif").fill("mauvais fichier")
    page.get_by_role("button", name="Annuler cet import").click()
    page.get_by_text("1 ligne est annulée").wait_for()
    assert not Beneficiary.objects.visible_to(agent).exists()
    assert Import.objects.get().state == "undone"
