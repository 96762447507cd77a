"""A whole cohort, from the first sheet to the follow-up at 12 months, each step by its own role.

Forty youths: 20 selected at two bootcamps, 19 trained, 17 creators in 13 enterprises; the figures
at the end are counted by hand from cohort.py.
"""

import pytest
from playwright.sync_api import expect

from tests.browser import cohort_pages as pages
from tests.browser.cohort import (
    ACCOMPANIED,
    ALONE,
    CAME_INSTEAD,
    CLOSED_AT_6,
    COUSINS,
    LEFT_EARLY,
    LOST_AT_12,
    NOT_RETAINED,
    RETAINED,
    RETAINED_LATER,
    SECOND,
    SECOND_SHEET,
    SERVED,
    SUSPENDED_AT_6,
    TOGETHER,
    TYPED_TWICE,
    UNDER_THE_SHARE,
    WAITING_LIST,
    YOUTHS,
    make_network,
)
from tests.browser.cohort_figures import check_figures
from tests.browser.cohort_pages import follow, go, lists, on, press, says, send, signed_in
from tests.browser.conftest import LAPTOP, PHONE

pytestmark = pytest.mark.django_db(transaction=True)
SITTINGS = ["01/06/2015", "08/06/2015", "15/06/2015", "22/06/2015", "29/06/2015"]
NOT_KEPT = "Projet pas assez avancé"


@pytest.fixture
def users():
    return make_network()


@pytest.mark.slow
def test_a_cohort_walks_the_whole_path_and_leaves_no_list_and_no_figure_behind(users, open_as):
    with on("02/03/2015"):
        identify(users, open_as)
    with on("05/03/2015"):
        compare(users, open_as)
    select(users, open_as)
    train(users, open_as)
    create(users, open_as)
    follow_up(users, open_as)
    with on("14/11/2016"):
        for name in ("admin", "staff", "agent", "trainer"):
            pages.nothing_waits(users[name])
        pages.the_menu_shows_no_count(open_as(users["agent"], PHONE))
        pages.the_menu_shows_no_count(open_as(users["staff"], LAPTOP))
        check_figures(users, open_as(users["official"], LAPTOP))


def identify(users, open_as):
    """The agent enters forty sheets, one of them without a birth date at first."""
    page = open_as(users["agent"], PHONE)
    ocb = users["agent"].memberships.get().ocb
    pages.type_a_sheet(page, YOUTHS[1])
    says(page, "Fiche ERR-00001 enregistrée.")
    pages.type_a_sheet(page, YOUTHS[2], birth_date="")
    says(page, "enregistrée, à compléter. Il manque : la date de naissance.")
    client = signed_in(users["agent"])
    for rank in range(3, 41):
        pages.send_a_sheet(client, YOUTHS[rank], ocb)
    assert lists(users["agent"]) == {"fiches": 1, "attente-bootcamp": 39}
    go(page, "/mes-jeunes/")
    follow(page, "Compléter")
    page.get_by_label("Date de naissance").fill(f"{YOUTHS[2].born_on:%d/%m/%Y}")
    press(page, "Enregistrer la fiche")
    # One of them is typed a second time, from another list: told while typing, saved all the same.
    pages.type_a_sheet(page, YOUTHS[TYPED_TWICE], hint="Déjà dans le registre ?", **SECOND_SHEET)
    assert lists(users["agent"]) == {"attente-bootcamp": 41}


def compare(users, open_as):
    """The team looks at two pairs: cousins, and one person in the register twice."""
    assert lists(users["staff"]) == {"doublons": 2, "attente-bootcamp": 41, "cibles": 3}
    page = open_as(users["staff"], LAPTOP)
    pages.open_pair(page, YOUTHS[COUSINS[0]])
    follow(page, "Ce ne sont pas les mêmes")
    page.get_by_label("Ce qui les distingue").fill("Deux cousins, vus ensemble")
    press(page, "Retirer de la liste")
    pages.open_pair(page, YOUTHS[TYPED_TWICE])
    follow(page, "Fusionner les fiches")
    page.get_by_label("Motif").fill("Même jeune, vu le même jour")
    press(page, "Fusionner les deux fiches")
    says(page, "Les deux fiches n'en font plus qu'une.")
    assert lists(users["staff"]) == {"attente-bootcamp": 40, "cibles": 3}


def select(users, open_as):
    """Two bootcamps; somebody leaves before the first and is back for the second."""
    with on("09/03/2015"):
        page = open_as(users["staff"], LAPTOP)
        pages.create_bootcamp(page, "B-01", "11/04/2015", capacity="30")
        pages.act_on_all_selected_by(page, "stage=identified", "Inscrire à un bootcamp")
        page.get_by_label("Bootcamp").select_option("B-01")
        press(page, "Voir ce qui sera fait")
        says(page, "à inscrire, avec une place")
        press(page, "Inscrire ces personnes")
        says(page, "C'est fait pour 40 personnes sur 40.")
        # Behind the straight line of their targets: selected, trained, created.
        assert lists(users["staff"]) == {"cibles": 3}
    with on("20/03/2015"):
        phone = open_as(users["agent"], PHONE)
        pages.record_exit(phone, YOUTHS[LEFT_EARLY], "20/03/2015", "déménagement")
        page = open_as(users["staff"], LAPTOP)
        go(page, "/bootcamps/B-01/")
        row = page.locator("tr", has_text=YOUTHS[LEFT_EARLY].shown)
        expect(row.get_by_text("sortie le 20/03/2015")).to_be_visible()
        row.get_by_role("button", name="Retirer de la liste").click()
        says(page, f"{YOUTHS[SERVED].shown}, qui attendait, a maintenant une place.")
    with on("11/04/2015"):
        hold_first_bootcamp(users, open_as(users["staff"], LAPTOP))
    with on("02/05/2015"):
        pages.record_return(open_as(users["agent"], PHONE), YOUTHS[LEFT_EARLY], "02/05/2015")
        assert lists(users["agent"]) == {"attente-bootcamp": 15}
        page = open_as(users["staff"], LAPTOP)
        pages.create_bootcamp(page, "B-02", "23/05/2015")
        follow(page, "Inscrire des jeunes")
        for rank in SECOND:
            page.get_by_role("checkbox", name=YOUTHS[rank].shown).check()
        press(page, "Inscrire les jeunes cochés")
        says(page, "15 jeunes inscrits.")
        assert lists(users["agent"]) == {}
    with on("23/05/2015"):
        hold_second_bootcamp(users)
        waiting = {"attente-formation": 20, "sans-formateur": 20}
        assert lists(users["staff"]) == {**waiting, "cibles": 2}
        go(open_as(users["staff"], PHONE), "/a-faire/")


def hold_first_bootcamp(users, page):
    assert lists(users["staff"]) == {"proces-verbaux": 1, "cibles": 3}
    go(page, "/bootcamps/B-01/")
    for rank in RETAINED:
        pages.mark(page, YOUTHS[rank], "Retenir")
    for rank in WAITING_LIST:
        pages.mark(page, YOUTHS[rank], "Liste d'attente", "Places de formation limitées")
    for rank in set(NOT_RETAINED) - {CAME_INSTEAD}:
        pages.mark(page, YOUTHS[rank], "Ne pas retenir", NOT_KEPT)
    press(page, "Enregistrer")
    waiting = page.locator("li", has_text=YOUTHS[CAME_INSTEAD].shown)
    waiting.get_by_role("button", name="Est venu : donner une place").click()
    says(page, f"{YOUTHS[CAME_INSTEAD].shown} a une place.")
    pages.mark(page, YOUTHS[CAME_INSTEAD], "Ne pas retenir", NOT_KEPT)
    press(page, "Enregistrer et passer à la signature")
    pages.sign(page, 17)
    # The two absents, the four of the jury's waiting list, the eight without a place.
    assert lists(users["agent"]) == {"attente-bootcamp": 14}
    selected = {"attente-formation": 17, "sans-formateur": 17}
    assert lists(users["staff"]) == {"attente-bootcamp": 14, **selected, "cibles": 2}


def hold_second_bootcamp(users):
    client = signed_in(users["staff"])
    pages.mark_by_form(client, "B-02", [YOUTHS[rank] for rank in RETAINED_LATER], NOT_KEPT)
    send(client, "/bootcamps/B-02/signer/", signatory="A. Benkirane", on="23/05/2015")


def train(users, open_as):
    """Twenty are entrusted and enrolled; one comes to three sittings of five."""
    with on("26/05/2015"):
        page = open_as(users["staff"], LAPTOP)
        pages.act_on_all_selected_by(page, "stage=selected", "Confier à un formateur")
        page.get_by_label("Formateur").select_option("F-01")
        page.get_by_label("Motif").fill("Début de la formation")
        press(page, "Voir ce qui sera fait")
        press(page, "Confier ces personnes")
        says(page, "C'est fait pour 20 personnes sur 20.")
        pages.create_course(page, "C-01", "01/06/2015", "29/06/2015", SITTINGS)
        pages.act_on_all_selected_by(page, "stage=selected", "Inscrire à une formation")
        page.get_by_label("Formation").select_option("C-01")
        press(page, "Voir ce qui sera fait")
        press(page, "Inscrire ces personnes")
        says(page, "C'est fait pour 20 personnes sur 20.")
    with on("29/06/2015"):
        assert lists(users["trainer"]) == {"presences": 1}
        phone = open_as(users["trainer"], PHONE)
        for number in range(1, 6):
            absent = YOUTHS[UNDER_THE_SHARE] if number > 3 else None
            pages.mark_sitting(phone, "C-01", number, absent)
        assert lists(users["trainer"]) == {}
    with on("06/07/2015"):
        assert lists(users["staff"]) == {"formations": 1, "cibles": 2}
        page = open_as(users["staff"], LAPTOP)
        go(page, "/a-faire/formations/")
        follow(page, "Clôturer")
        says(page, "3 séances sur 5 : il en faut 80")
        press(page, "Clôturer la formation")
        says(page, "Formation clôturée : 19 personnes passent à l'étape Formé.")
        assert lists(users["staff"]) == {"attente-formation": 1, "cibles": 1}
        pages.record_exit(page, YOUTHS[UNDER_THE_SHARE], "06/07/2015", "emploi salarié")
        assert lists(users["staff"]) == {"cibles": 1}


def create(users, open_as):
    """Twelve alone, five together, two on their way; nobody is forgotten after 90 days."""
    trainer = signed_in(users["trainer"])
    with on("14/09/2015"):
        trainer = signed_in(users["trainer"])
        for rank in ACCOMPANIED:
            pages.visit(trainer, YOUTHS[rank], "12/10/2015")
    with on("05/10/2015"):
        assert lists(users["trainer"]) == {"sans-creation": 17}
        trainer = signed_in(users["trainer"])
        page = open_as(users["trainer"], PHONE)
        form = ("Auto-entrepreneur", "AE-2015-01", "05/10/2015")
        pages.create_by_hand(page, YOUTHS[1], *form)
        assert lists(users["trainer"]) == {"sans-creation": 16, "entreprises": 1}
        pages.add_proof_by_hand(page, "Carte d'auto-entrepreneur")
        for rank in ALONE[1:]:
            pages.create_and_prove(trainer, YOUTHS[rank], f"AE-2015-{rank:02}", "05/10/2015")
        assert lists(users["trainer"]) == {"sans-creation": 5}
    with on("05/11/2015"):
        # The visits agreed upon are past: the two wait again, with the five.
        assert lists(users["trainer"]) == {"visites": 2, "sans-creation": 7}
        trainer = signed_in(users["trainer"])
        for rank in ACCOMPANIED:
            pages.visit(trainer, YOUTHS[rank], "16/01/2017")
        found_the_cooperative(open_as(users["trainer"], PHONE), trainer)
        assert lists(users["trainer"]) == {}
        assert lists(users["staff"]) == {}


def found_the_cooperative(page, trainer):
    first, second, third, *others = (YOUTHS[rank] for rank in TOGETHER)
    form = ("Coopérative", "COOP 14/2015", "05/11/2015")
    others_count = {"name": "Coopérative Tafilalet", "other_members": "2", "other_women": "1"}
    pages.create_by_hand(page, first, *form, **others_count)
    pages.add_proof_by_hand(page, "Statuts")
    enterprise = first.person.enterprises()[0]
    creation = f"/beneficiaires/{second.person.file_number}/creation/"
    send(trainer, creation, existing=enterprise.pk)
    go(page, enterprise.get_absolute_url())
    follow(page, "Ajouter un membre")
    page.get_by_label("Numéro de fiche").fill(third.person.file_number)
    press(page, "Ajouter ce membre")
    for youth in others:
        join = {"number": youth.person.file_number, "on": "05/11/2015"}
        send(trainer, f"{enterprise.get_absolute_url()}membres/ajouter/", **join)
    go(page, enterprise.get_absolute_url())
    says(page, "5 personnes du programme")


def follow_up(users, open_as):
    """At 6 and at 12 months, by the agent, the trainer and the team."""
    with on("10/05/2016"):
        for name in ("agent", "trainer", "staff"):
            assert lists(users[name])["suivis"] == 17
        agent, trainer = signed_in(users["agent"]), signed_in(users["trainer"])
        phone = open_as(users["agent"], PHONE)
        pages.follow_up_by_hand(phone, YOUTHS[1], 6, "en marche", "1 500")
        pages.follow_up(agent, 2, 6, "active", "1500", men="2")
        for rank in range(3, 11):
            pages.follow_up(agent, rank, 6, "active", "1500")
        pages.follow_up(agent, CLOSED_AT_6, 6, "closed")
        pages.follow_up(agent, SUSPENDED_AT_6, 6, "suspended")
        pages.follow_up(trainer, 12, 6, "active", "1000", women="3", men="1")
        for rank in range(13, 17):
            pages.follow_up(trainer, rank, 6, "active", "1000")
        assert lists(users["staff"]) == {}
    with on("14/11/2016"):
        # One is not asked again: its closing is known.
        assert lists(users["agent"]) == {"suivis": 16}
        agent, staff = signed_in(users["agent"]), signed_in(users["staff"])
        phone = open_as(users["trainer"], PHONE)
        pages.follow_up_by_hand(phone, YOUTHS[1], 12, "en marche", "2 000")
        for rank in range(2, 10):
            pages.follow_up(agent, rank, 12, "active", "2000", women="1" if rank == 2 else "")
        pages.follow_up(agent, LOST_AT_12, 12, "lost")
        pages.follow_up(staff, SUSPENDED_AT_6, 12, "active", "1500")
        for rank in TOGETHER:
            pages.follow_up(staff, rank, 12, "active", "1800", women="4", men="1")
