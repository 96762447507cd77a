"""Rows that may be somebody known: each pair is decided, by whoever may see it; nothing is told."""

import uuid
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from beneficiaries.models import Beneficiary
from beneficiaries.transitions import move, void, withdraw
from remess.accounts.roles import Role
from remess.registers.models import Import, SetAside
from tests.factories import make_beneficiary, make_ocb, make_user
from tests.registers.registers import a_network
from tests.registers.wizards import checked, person, statuses, stored

pytestmark = pytest.mark.django_db
TOLD = "Déjà connu, voir avec REMESS."


@pytest.fixture
def ocb():
    return a_network()


@pytest.fixture
def elsewhere(ocb):
    return make_ocb(code="OCB-02", region=ocb.region)


@pytest.fixture
def agent(client, ocb):
    user = make_user(Role.OCB_AGENT, ocb=ocb)
    client.force_login(user)
    return user


def alike(ocb, **fields):
    """Somebody of the name and the telephone of person(1)."""
    return make_beneficiary(
        **{
            "ocb": ocb,
            "family_name": "Famille AB",
            "given_name": "Amal",
            "phone": "+212650700001",
            "cin": "",
            **fields,
        }
    )


def page(client, batch):
    return client.get(batch.get_absolute_url()).content.decode()


def decide(client, batch, decision, key=""):
    address = reverse("registers:line_decide", args=[batch.pk, 2])
    client.post(address, {"decision": decision, "alike": key})


def confirm(client, batch):
    client.post(reverse("registers:confirm", args=[batch.pk]))
    batch.refresh_from_db()
    return statuses(batch)


def test_each_of_two_look_alikes_is_shown_and_decided(client, agent, ocb):
    twins = [alike(ocb), alike(ocb)]
    batch = checked(client, person(1, cin=""))
    text = page(client, batch)
    assert all(twin.file_number in text for twin in twins)
    assert text.count('name="decision" value="same"') == 2
    decide(client, batch, "different", twins[1].pk)
    assert SetAside.objects.waiting().get().resembles == twins[0]
    decide(client, batch, "different", twins[0].pk)
    assert not SetAside.objects.waiting().exists()
    assert page(client, batch).count('aria-pressed="true"') == 2
    decide(client, batch, "same", twins[1].pk)
    assert confirm(client, batch) == {2: "updated"}
    assert Beneficiary.objects.count() == 2


def test_a_hidden_look_alike_stays_for_the_team_and_its_list_decides(client, agent, ocb, elsewhere):
    seen, hidden = alike(ocb), alike(elsewhere, birth_date=date(1988, 1, 1))
    batch = checked(client, person(1, cin=""))
    text = page(client, batch)
    assert TOLD in text
    assert hidden.file_number not in text
    decide(client, batch, "different", hidden.pk)
    assert not SetAside.objects.exists()
    decide(client, batch, "different", seen.pk)
    assert confirm(client, batch) == {2: "possible_duplicate"}
    aside = SetAside.objects.waiting().get()
    assert client.get(aside.get_absolute_url()).status_code == 404

    client.force_login(make_user(Role.STAFF))
    imports = client.get(reverse("registers:list")).content.decode()
    assert "1 ligne d'import à décider" in unescape(imports)
    work_list = reverse("home:worklist", args=["lignes-de-cote"])
    for listed in (reverse("home:todo"), work_list, reverse("registers:aside_list")):
        text = client.get(listed).content.decode()
        assert hidden.file_number in text
        assert aside.get_absolute_url() in text
    told = client.get(aside.get_absolute_url()).content.decode()
    assert hidden.file_number in told
    assert "01/01/1988" in told
    client.post(aside.get_absolute_url(), {"decision": "different", "alike": hidden.pk})
    assert not SetAside.objects.waiting().exists()
    client.force_login(agent)
    client.post(reverse("registers:again", args=[batch.pk]), {"key": uuid.uuid4()})
    assert statuses(Import.objects.latest("pk")) == {2: "created"}


def test_a_row_that_was_somebody_since_withdrawn_is_in_question_again(client, agent, ocb):
    known = alike(ocb, at=None)
    batch = checked(client, person(1, cin=""))
    decide(client, batch, "same", known.pk)
    assert confirm(client, batch) == {2: "updated"}
    for event in known.events.unvoided():
        void(event, by=agent, reason="Ouverte par erreur")
    withdraw(known, by=agent, reason="Ouverte par erreur")
    other = alike(ocb)
    again = checked(client, person(1, cin=""))
    assert confirm(client, again) == {2: "possible_duplicate"}
    assert SetAside.objects.waiting().get().resembles == other


def test_a_row_like_an_earlier_one_of_its_file_is_settled_as_the_same_person(client, ocb):
    client.force_login(make_user(Role.STAFF))
    batch = checked(client, person(1, cin=""), person(1, cin="", sector="artisanat"))
    assert confirm(client, batch) == {2: "created", 3: "possible_duplicate"}
    aside, opened = SetAside.objects.waiting().get(), Beneficiary.objects.get()
    page = client.get(aside.get_absolute_url()).content.decode()
    assert opened.file_number in page
    (key,) = aside.alike
    client.post(aside.get_absolute_url(), {"decision": "same", "alike": key})
    aside.refresh_from_db()
    assert (aside.decision, aside.resembles) == ("same", opened)
    assert 'aria-pressed="true"' in client.get(aside.get_absolute_url()).content.decode()
    assert not SetAside.objects.waiting().exists()
    client.post(reverse("registers:again", args=[batch.pk]), {"key": uuid.uuid4()})
    assert statuses(Import.objects.latest("pk"))[3] in ("updated", "unchanged")
    assert Beneficiary.objects.get() == opened


def test_an_odd_decision_is_refused_in_a_sentence(client, agent, ocb):
    alike(ocb)
    batch = checked(client, person(1, cin=""))
    for decision, key in (("odd", ""), ("same", "99999"), ("same", "\x00")):
        decide(client, batch, decision, key)
    assert not SetAside.objects.exists()


def test_somebody_who_moved_away_is_shown_no_longer(client, agent, ocb, elsewhere):
    stored(client, person(1))
    batch = stored(client, person(1, phone="0611111118"))
    text = page(client, batch)
    assert "06 50 70 00 01" in text
    known = Beneficiary.objects.get()
    move(known, ocb=elsewhere, by=make_user())
    text = page(client, batch)
    assert known.file_number not in text
    assert "06 50 70 00 01" not in text


def test_a_look_alike_who_moved_away_is_named_no_longer(client, agent, ocb, elsewhere):
    twin = alike(ocb)
    batch = checked(client, person(1, cin=""))
    assert twin.file_number in page(client, batch)
    move(twin, ocb=elsewhere, by=make_user())
    text = page(client, batch)
    assert twin.file_number not in text
    assert TOLD in text
    assert 'name="decision"' not in text


def test_another_person_of_the_same_cin_is_told_to_be_corrected(client, agent, elsewhere):
    alike(elsewhere, cin="UA00001", birth_date=date(1988, 1, 1))
    stored_rows = confirm(client, checked(client, person(1)))
    assert stored_rows == {2: "possible_duplicate"}
    aside = SetAside.objects.waiting().get()
    client.force_login(make_user(Role.STAFF))
    assert "la CIN est à corriger" in client.get(aside.get_absolute_url()).content.decode()
    client.post(aside.get_absolute_url(), {"decision": "different"})
    assert not SetAside.objects.waiting().exists()
    assert Beneficiary.objects.count() == 1


def test_a_row_decided_on_its_own_page_is_stored_from_there(client, ocb):
    alike(ocb)
    client.force_login(make_user(Role.STAFF))
    batch = stored(client, person(1, cin=""), person(2))
    address = SetAside.objects.get().get_absolute_url()
    button = "Reprendre l'import avec cette décision"
    assert button not in unescape(client.get(address).content.decode())
    client.post(address, {"decision": "different"})
    told = client.get(address)
    assert button in unescape(told.content.decode())
    again = reverse("registers:again", args=[batch.pk])
    assert f'action="{again}"' in told.content.decode()
    client.post(again, {"key": told.context["again"]["key"].value()})
    new = Import.objects.latest("pk")
    assert confirm(client, new) == {2: "created", 3: "unchanged"}
    assert button not in unescape(client.get(address).content.decode())


def test_a_row_of_an_import_taken_back_is_not_taken_up(client, ocb):
    alike(ocb)
    client.force_login(make_user(Role.STAFF))
    batch = stored(client, person(1, cin=""), person(2))
    address = SetAside.objects.get().get_absolute_url()
    client.post(address, {"decision": "different"})
    client.post(reverse("registers:undo", args=[batch.pk]), {"reason": "mauvais fichier"})
    assert "avec cette décision" not in client.get(address).content.decode()
