"""From one sheet to the next in the filtered list, back to it, and the sheets opened last."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.transitions import assign_referent
from remess.accounts.roles import Role
from remess.shared.dates import today
from tests.factories import (
    make_agreement,
    make_beneficiary,
    make_ocb,
    make_region,
    make_trainer,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = reverse("beneficiaries:list")


@pytest.fixture
def ocb():
    make_agreement()
    return make_ocb(region=make_region(code="ERR"), code="OCB-01")


@pytest.fixture
def staff(client):
    user = make_user(Role.STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def alphabet(ocb):
    """Alaoui, Benali and Chraibi, identified; Bziz between them, selected."""
    names = ["Chraibi", "Alaoui", "Benali"]
    rows = {name: make_beneficiary(ocb=ocb, family_name=name) for name in names}
    rows["Bziz"] = make_beneficiary(at=Stage.SELECTED, ocb=ocb, family_name="Bziz")
    return rows


def place_at(client, address):
    return client.get(address).context["place"]


def at(person, query="", rank=1):
    return reverse(
        "beneficiaries:detail",
        args=[person.file_number],
        query={"liste": query, "rang": rank},
    )


def test_the_lists_links_know_the_list_and_the_rank(client, staff, alphabet):
    html = client.get(LIST, {"stage": "identified"}).content.decode()
    link = f"{alphabet['Benali'].get_absolute_url()}?liste=stage%3Didentified&amp;rang=2"
    assert link in html


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("stage=identified", ["Alaoui", "Benali", "Chraibi"]),
        ("", ["Alaoui", "Benali", "Bziz", "Chraibi"]),
        ("tri=fiche", ["Chraibi", "Alaoui", "Benali", "Bziz"]),
        ("tri=etape", ["Bziz", "Alaoui", "Benali", "Chraibi"]),
        ("tri=date", ["Bziz", "Benali", "Alaoui", "Chraibi"]),
    ],
)
def test_next_and_previous_follow_the_filter_and_the_sort(client, staff, alphabet, query, order):
    people = [alphabet[name] for name in order]
    address, walked = at(people[0], query), []
    while address:
        response = client.get(address)
        walked.append(response.context["beneficiary"])
        assert response.context["place"].rank == len(walked)
        address = response.context["place"].after
    assert walked == people
    assert place_at(client, at(people[1], query, 2)).before == at(people[0], query)
    assert place_at(client, at(people[0], query)).before == ""


def test_the_list_and_its_filter_survive_an_action_on_the_sheet(client, staff, alphabet):
    person = alphabet["Benali"]
    client.get(at(person, "stage=identified", 2))
    url = reverse("beneficiaries:leave", args=[person.file_number])
    after = client.post(url, {"on": "02/03/2015", "reason": "moved"}, follow=True)
    place = after.context["place"]
    assert (place.rank, place.back) == (2, f"{LIST}?stage=identified#fiche-{person.pk}")
    assert place.after == at(alphabet["Chraibi"], "stage=identified", 3)
    assert place_at(client, alphabet["Alaoui"].get_absolute_url()) is None


def test_going_back_opens_the_page_that_shows_the_sheet(client, staff, ocb):
    people = [make_beneficiary(ocb=ocb, family_name=f"N {rank:03}") for rank in range(53)]
    back = place_at(client, at(people[51], "", 52)).back
    page = client.get(back.split("#")[0]).context["page"]
    assert page.rows[0] == people[51]
    assert page.first == 52


def test_neighbours_cost_two_queries_in_a_short_and_a_long_list(
    client, staff, ocb, django_assert_num_queries
):
    first = make_beneficiary(ocb=ocb, family_name="A 1")
    make_beneficiary(ocb=ocb, family_name="A 2")
    with CaptureQueriesContext(connection) as without:
        client.get(first.get_absolute_url())
    caches["pages"].clear()  # the header, drawn by the page before
    with django_assert_num_queries(len(without) + 2):
        client.get(at(first))
    for rank in range(20):
        make_beneficiary(ocb=ocb, family_name=f"B {rank}")
    with django_assert_num_queries(len(without) + 2):
        client.get(at(first))


def test_no_neighbour_is_shown_whom_the_user_may_not_see(client, ocb, alphabet):
    own = alphabet["Alaoui"]
    make_beneficiary(family_name="Almou")
    client.force_login(make_user(Role.OCB_AGENT, ocb=ocb))
    assert place_at(client, at(own)).after == at(alphabet["Benali"], rank=2)


@pytest.mark.parametrize("rank", ["x", "", "9" * 12, "-4", "٣"])
def test_an_odd_place_is_no_place(client, staff, alphabet, rank):
    assert place_at(client, at(alphabet["Alaoui"], "", rank)) is None


def test_a_list_that_cannot_be_read_has_no_neighbours(client, staff, alphabet):
    place = place_at(client, at(alphabet["Alaoui"], "stage=nothing"))
    assert (place.before, place.after) == ("", "")


# Recent files


def recent(client):
    html = client.get(LIST).content.decode()
    start = html.find("Fiches récentes :")
    return html[start : html.find("</ul>", start)] if start >= 0 else ""


def test_the_sheets_opened_last_come_first_and_each_once(client, staff, alphabet):
    for name in ("Alaoui", "Benali", "Alaoui"):
        client.get(alphabet[name].get_absolute_url())
    shown = recent(client)
    assert shown.count("<a ") == 2
    assert shown.index("ALAOUI") < shown.index("BENALI")


def test_ten_are_kept(client, staff, ocb):
    for _rank in range(12):
        client.get(make_beneficiary(ocb=ocb).get_absolute_url())
    assert recent(client).count("<a ") == 10


def test_a_recent_sheet_disappears_with_the_right_to_see_it(client, ocb):
    user = make_user(Role.TRAINER)
    trainer = make_trainer(region=ocb.region, user=user)
    other = make_trainer(region=ocb.region)
    person = make_beneficiary(ocb=ocb, family_name="Alaoui", referent=trainer)
    client.force_login(user)
    client.get(person.get_absolute_url())
    assert "ALAOUI" in recent(client)
    assign_referent([person], other, on=today(), by=make_user())
    assert recent(client) == ""


def test_the_next_person_on_the_same_device_sees_none_of_them(client, staff, alphabet):
    client.get(alphabet["Alaoui"].get_absolute_url())
    client.force_login(make_user(Role.STAFF))
    assert recent(client) == ""


def test_a_forged_cookie_shows_nothing(client, staff, alphabet):
    client.cookies["recentes"] = f"[{staff.pk},{alphabet['Alaoui'].pk}]"
    client.cookies["liste"] = "x"
    assert recent(client) == ""
    assert place_at(client, alphabet["Alaoui"].get_absolute_url()) is None


def test_no_script_may_read_what_is_kept(staff, alphabet):
    client = Client()
    client.force_login(staff)
    client.get(at(alphabet["Alaoui"]))
    assert all(client.cookies[name]["httponly"] for name in ("recentes", "liste"))
