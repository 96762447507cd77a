"""What is kept is what would be drawn: for this reader, now."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import Client, RequestFactory

from beneficiaries import recent
from beneficiaries.models import Beneficiary
from remess.accounts.models import User
from remess.accounts.roles import Role
from remess.shared.changes import version
from remess.shared.models import Change
from tests import factories

pytestmark = pytest.mark.django_db
LIST, DASHBOARD = "/beneficiaires/", "/tableau-de-bord/"
PAGES = [LIST, DASHBOARD]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def signed_in(role=Role.STAFF, username="equipe", **kept):
    user = User.objects.create_user(username, "p", full_name=username, role=role)
    client = Client(**kept)
    client.force_login(user)
    return client


@pytest.fixture
def person():
    factories.make_agreement()
    return factories.make_beneficiary(family_name="El Amrani", given_name="Zineb")


@pytest.fixture
def team(person):
    return signed_in()


def text(client, address):
    return client.get(address).content.decode()


def without_token(page):
    return TOKEN.sub("", page)


@pytest.mark.parametrize("address", PAGES)
def test_an_unchanged_page_only_asks_who_reads_it(team, address, django_assert_num_queries):
    first = text(team, address)
    with django_assert_num_queries(2):
        again = text(team, address)
    assert without_token(again) == without_token(first)


@pytest.mark.parametrize("address", PAGES)
def test_where_nothing_watches_pages_are_drawn_each_time(team, address):
    Change.objects.all().delete()
    first = text(team, address)
    assert version() is None
    Beneficiary.objects.update(given_name="Salma")
    assert without_token(text(team, address)) == without_token(first.replace("Zineb", "Salma"))


def test_a_change_shows_at_once(team, person):
    assert "EL AMRANI Zineb" in text(team, LIST)
    Beneficiary.objects.update(given_name="Salma")
    assert "EL AMRANI Salma" in text(team, LIST)


def test_a_new_person_is_counted_at_once(team, person):
    assert "1 personne<" in text(team, LIST)
    factories.make_beneficiary(ocb=person.ocb)
    assert "2 personnes<" in text(team, LIST)


def test_another_reader_is_given_no_page_of_this_one(team, person):
    text(team, LIST)
    other = signed_in(Role.TRAINER, "formateur")
    assert "EL AMRANI" not in text(other, LIST)


def test_who_loses_a_role_loses_the_page(team, person):
    text(team, LIST)
    User.objects.update(role=Role.OFFICIAL)
    assert team.get(LIST).status_code == 403


def test_a_new_language_draws_anew(team, person):
    assert "Bénéficiaires" in text(team, LIST)
    User.objects.update(language="ar")
    assert '<html lang="ar"' in text(team, LIST)


def test_a_message_is_shown_once_over_a_kept_page(team, person):
    text(team, LIST)
    waiting, answer = CookieStorage(RequestFactory().get(LIST)), HttpResponse()
    waiting.add(messages.SUCCESS, "Fiche enregistrée.")
    waiting.update(answer)
    team.cookies["messages"] = answer.cookies["messages"].value
    assert "Fiche enregistrée." in text(team, LIST)
    assert "Fiche enregistrée." not in text(team, LIST)


def test_the_sheets_opened_last_stand_on_a_kept_list(team, person):
    before = text(team, LIST)
    assert recent.COOKIE in team.get(person.get_absolute_url()).cookies
    after = text(team, LIST)
    assert after.count("EL AMRANI Zineb") == before.count("EL AMRANI Zineb") + 1


@pytest.mark.parametrize("address", PAGES)
def test_a_form_on_a_kept_page_can_be_sent(person, address):
    client = signed_in(enforce_csrf_checks=True)
    tokens = [TOKEN.findall(text(client, address))[-1] for _ in range(2)]
    assert tokens[0] != tokens[1]
    sent = client.post("/deconnexion/", {"csrfmiddlewaretoken": tokens[1]})
    assert sent.status_code == 302


def test_a_kept_page_is_told_anew_when_it_is_printed(team, person):
    with time_machine.travel(datetime(2026, 11, 25, 9, 5, tzinfo=UTC), tick=False):
        assert "9 h 05" in text(team, DASHBOARD)
    with time_machine.travel(datetime(2026, 11, 25, 16, 40, tzinfo=UTC), tick=False):
        page = text(team, DASHBOARD)
    assert "16 h 40" in page
    assert "9 h 05" not in page


def test_the_next_day_is_another_page(person):
    with time_machine.travel(datetime(2026, 11, 25, 23, 50, tzinfo=UTC), tick=False):
        team = signed_in()
        assert "25/11/2026" in text(team, DASHBOARD)
    with time_machine.travel(datetime(2026, 11, 26, 0, 10, tzinfo=UTC), tick=False):
        assert "26/11/2026" in text(team, DASHBOARD)


def test_the_menu_counts_anew_after_a_change(team, person):
    assert "1 chose à faire" in text(team, "/aide/")
    factories.make_bootcamp(region=person.ocb.region, held_on=date(2015, 1, 10))
    assert "2 choses à faire" in text(team, "/aide/")
