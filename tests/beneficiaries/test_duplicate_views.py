"""The team's list of possible duplicates and what each role meets on a sheet."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Merge, PossibleDuplicate
from beneficiaries.transitions import merge, queue_duplicates
from remess.accounts.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
AMAL = {"family_name": "Idrissi", "given_name": "Fatima-Zahra", "birth_date": date(1993, 5, 17)}
TWIN = {**AMAL, "family_name": "El Idrissi", "given_name": "Fatim Zohra"}


@pytest.fixture
def team(client):
    user = factories.make_user()
    client.force_login(user)
    return user


def a_pair(ocb=None):
    ocb = ocb or factories.make_ocb()
    first = factories.make_beneficiary(**AMAL, ocb=ocb, commune="Jorf")
    second = factories.make_beneficiary(**TWIN, at=Stage.SELECTED, commune="Rissani")
    queue_duplicates([first, second])
    return PossibleDuplicate.objects.get()


def page_of(client, name, *args):
    return client.get(reverse(f"beneficiaries:{name}", args=args)).content.decode()


def test_the_list_shows_open_pairs_and_says_when_there_are_none(client, team):
    assert "Aucun doublon à examiner" in page_of(client, "duplicate_list")
    pair = a_pair()
    shown = page_of(client, "duplicate_list")
    assert pair.first.file_number in shown
    assert "même nom et même date de naissance" in shown


def test_twenty_pairs_cost_no_more_queries_than_one(client, team, django_assert_max_num_queries):
    a_pair()
    with CaptureQueriesContext(connection) as of_one:
        page_of(client, "duplicate_list")
    for _ in range(19):
        factories.make_beneficiary(**TWIN)
    queue_duplicates(Beneficiary.objects.order_by("pk"))
    # Fewer even: the menu stops counting once a hundred things wait.
    with django_assert_max_num_queries(len(of_one)):
        page_of(client, "duplicate_list")


def test_two_sheets_stand_side_by_side_with_what_differs(client, team):
    pair = a_pair()
    shown = page_of(client, "duplicate_detail", pair.pk)
    for text in ("Jorf", "Rissani", "différent", "gardée", "annulée"):
        assert text in shown


def test_set_apart_leaves_the_list_and_may_be_taken_back(client, team):
    pair = a_pair()
    address = reverse("beneficiaries:duplicate_set_apart", args=[pair.pk])
    client.post(address, {"note": "deux cousines"})
    assert "Aucun doublon à examiner" in page_of(client, "duplicate_list")
    assert "deux cousines" in page_of(client, "duplicate_detail", pair.pk)
    client.post(reverse("beneficiaries:duplicate_reopen", args=[pair.pk]))
    assert PossibleDuplicate.objects.open().exists()


def test_a_merge_takes_the_sheet_and_the_values_chosen(client, team):
    pair = a_pair()
    address = reverse("beneficiaries:duplicate_merge", args=[pair.pk])
    names = ["family_name", "given_name", "commune", "ocb"]
    given = {name: "first" for name in names} | {"kept": "second", "reason": "même CIN vue"}
    assert client.post(address, given | {"kept": ""}).status_code == 422
    answer = client.post(address, given)
    kept = Beneficiary.objects.standing().get()
    assert answer.url == kept.get_absolute_url()
    assert (kept.file_number, kept.commune) == (pair.second.file_number, "Jorf")
    assert kept.current_stage == Stage.SELECTED


def test_a_refused_merge_says_why_and_writes_nothing(client, team):
    pair = a_pair()
    merge(pair.first, pair.second, by=team, reason="ailleurs")
    address = reverse("beneficiaries:duplicate_merge", args=[pair.pk])
    names = ["family_name", "given_name", "commune", "ocb"]
    given = {name: "first" for name in names} | {"kept": "first", "reason": "encore"}
    answer = client.post(address, given)
    assert answer.status_code == 422
    assert "déjà fusionnée" in answer.content.decode()
    assert Merge.objects.count() == 1


@pytest.fixture
def merged(client, team):
    kept = factories.make_beneficiary(family_name="Kadiri", phone="+212611111111")
    absorbed = factories.make_beneficiary(
        family_name="Zerouali", phone="+212622222222", cin="UA77", ocb=kept.ocb
    )
    merge(kept, absorbed, by=team, reason="même personne")
    return kept, absorbed


def test_the_old_number_leads_to_the_kept_sheet(client, merged):
    kept, absorbed = merged
    answer = client.get(absorbed.get_absolute_url(), follow=True)
    assert answer.redirect_chain == [(kept.get_absolute_url(), 302)]
    shown = answer.content.decode()
    assert f"La fiche {absorbed.file_number} a été fusionnée avec celle-ci" in shown
    assert "Aussi connue sous le numéro" in shown


@pytest.mark.parametrize("query", ["number", "UA77", "0622222222", "Zerouali", "Kadiri"])
def test_all_that_was_known_of_both_sheets_finds_the_one(client, merged, query):
    kept, absorbed = merged
    text = absorbed.file_number if query == "number" else query
    assert client.get(reverse("home:search"), {"q": text}).url == kept.get_absolute_url()


def test_an_absorbed_sheet_is_in_no_list(client, merged):
    shown = page_of(client, "list")
    assert "1 personne" in shown
    assert "ZEROUALI" not in shown


def test_an_agent_of_elsewhere_is_not_led_to_the_kept_sheet(client, merged):
    stranger = factories.make_user(Role.OCB_AGENT, ocb=factories.make_ocb())
    client.force_login(stranger)
    assert client.get(merged[1].get_absolute_url()).status_code == 404


def test_a_merge_is_undone_from_the_sheet(client, merged):
    address = reverse("beneficiaries:merge_undo", args=[Merge.objects.get().pk])
    client.post(address, {"reason": "deux cousines"})
    assert Beneficiary.objects.standing().count() == 2
    assert "Aussi connue" not in page_of(client, "detail", merged[0].file_number)


def test_an_agent_is_told_of_a_duplicate_in_their_own_ocb_only(client):
    ocb = factories.make_ocb()
    pair = a_pair(ocb)
    client.force_login(factories.make_user(Role.OCB_AGENT, ocb=ocb))
    assert "Doublon possible" not in page_of(client, "detail", pair.first.file_number)
    Beneficiary.objects.filter(pk=pair.second.pk).update(ocb=ocb)
    assert pair.second.file_number in page_of(client, "detail", pair.first.file_number)


def test_reporting_needs_the_number_of_a_sheet_one_sees(client):
    ocb = factories.make_ocb()
    own, other = factories.make_beneficiary(ocb=ocb), factories.make_beneficiary(ocb=ocb)
    hidden = factories.make_beneficiary()
    client.force_login(factories.make_user(Role.OCB_AGENT, ocb=ocb))
    address = reverse("beneficiaries:duplicate_report", args=[own.file_number])
    assert client.post(address, {"number": hidden.file_number}).status_code == 422
    client.post(address, {"number": other.file_number.lower()})
    assert PossibleDuplicate.objects.open().get().second == other


def test_while_typing_an_agent_is_shown_the_matches_of_their_own_ocb(client):
    ocb = factories.make_ocb()
    factories.make_beneficiary(**AMAL, ocb=ocb)
    elsewhere = factories.make_beneficiary(**AMAL)
    client.force_login(factories.make_user(Role.OCB_AGENT, ocb=ocb))
    typed = {"family_name": "Idrissi", "given_name": "Fatim-Zohra", "phone": "06"}
    address = reverse("beneficiaries:duplicate_hint")
    assert client.post(address, typed).content.decode().strip() == ""
    shown = client.post(address, typed | {"birth_date": "17/05/1993"}).content.decode()
    assert "Fatima-Zahra" in shown
    assert "Fatim-Zohra" in shown
    assert elsewhere.file_number not in shown
