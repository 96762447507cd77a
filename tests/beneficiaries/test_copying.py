"""A new sheet for the same household or village, and the same form sent twice."""

import uuid

import pytest
from django.urls import reverse

from beneficiaries.models import Beneficiary
from remess.accounts.roles import Role
from tests.factories import make_agreement, make_beneficiary, make_ocb, make_region, make_user

pytestmark = pytest.mark.django_db
CREATE = reverse("beneficiaries:create")


@pytest.fixture
def ocb():
    make_agreement()
    return make_ocb(region=make_region(code="ERR"), code="OCB-01")


@pytest.fixture
def agent(client, ocb):
    user = make_user(Role.OCB_AGENT, ocb=ocb)
    client.force_login(user)
    return user


def sheet(ocb, **changes):
    return {
        "client_id": str(uuid.uuid4()),
        "family_name": "El Amrani",
        "given_name": "Zineb",
        "sex": "female",
        "birth_date": "23/06/1992",
        "phone": "0612345678",
        "commune": "Aoufous",
        "cin": "UA123456",
        "sheet_on": "12/10/2014",
        "ocb": ocb.pk,
        "consent_language": "ar",
        "consent": "on",
        **changes,
    }


def offered(client, kind):
    """What the new form opens with, of the fields that a sheet before filled."""
    form = client.get(CREATE, {"comme": kind}).context["form"]
    names = [name for name in SHEET_FIELDS if name in form.fields]
    return {name: form[name].value() for name in names if form[name].value()}


SHEET_FIELDS = [
    "family_name", "given_name", "sex", "birth_date", "phone", "commune", "cin",
    "consent_language", "consent",
]  # fmt: skip


def test_the_same_household_takes_name_phone_and_place(client, agent, ocb):
    client.post(CREATE, sheet(ocb))
    assert offered(client, "foyer") == {
        "family_name": "El Amrani",
        "phone": "+212612345678",
        "commune": "Aoufous",
    }


def test_the_same_village_takes_the_place_only(client, agent, ocb):
    client.post(CREATE, sheet(ocb))
    assert offered(client, "village") == {"commune": "Aoufous"}
    assert offered(client, "autre") == {}


def test_the_ocb_is_taken_over_where_there_are_several(client, ocb):
    client.force_login(make_user(Role.STAFF))
    client.post(CREATE, sheet(ocb))
    make_ocb(region=ocb.region)
    form = client.get(CREATE, {"comme": "village"}).context["form"]
    assert form["ocb"].value() == ocb.pk
    assert f'value="{ocb.pk}" selected' in str(form["ocb"])


def test_it_is_the_last_sheet_this_very_user_entered(client, agent, ocb):
    make_beneficiary(ocb=ocb, commune="Goulmima")
    assert client.get(CREATE).context["previous"] is None
    client.post(CREATE, sheet(ocb))
    client.post(CREATE, sheet(ocb, commune="Er-Rissani", cin=""))
    make_beneficiary(ocb=ocb, commune="Goulmima")
    assert offered(client, "village") == {"commune": "Er-Rissani"}


def test_after_a_new_sheet_the_next_of_the_same_village_is_one_link_away(client, agent, ocb):
    page = client.post(CREATE, sheet(ocb), follow=True).content.decode()
    assert f'<a href="{CREATE}?comme=village">Nouvelle fiche, même village</a>' in page
    person = Beneficiary.objects.get()
    edit = reverse("beneficiaries:edit", args=[person.file_number])
    page = client.post(edit, sheet(ocb), follow=True).content.decode()
    assert "même village" not in page


def test_the_same_form_sent_again_leads_to_the_sheet_it_made(client, agent, ocb):
    sent = sheet(ocb)
    client.post(CREATE, sent)
    person = Beneficiary.objects.get()
    again = client.post(CREATE, sent)
    assert again.status_code == 302, again.context["differences"]
    assert again.url == person.get_absolute_url()


def test_going_back_and_changing_shows_both_versions_instead_of_a_second_sheet(client, agent, ocb):
    sent = sheet(ocb)
    client.post(CREATE, sent)
    again = client.post(CREATE, {**sent, "given_name": "Salma", "cin": ""})
    assert again.status_code == 409
    page = again.content.decode()
    person = Beneficiary.objects.get()
    assert (person.given_name, person.cin) == ("Zineb", "UA123456")
    assert f"Cette fiche est déjà enregistrée, sous le n° {person.file_number}" in page
    assert "Salma" in page
    edit = reverse("beneficiaries:edit", args=[person.file_number])
    assert f'action="{edit}"' in page
    form = again.context["form"]
    client.post(edit, {**form.data.dict(), "seen_version": form["seen_version"].value()})
    person.refresh_from_db()
    assert (person.given_name, person.file_number) == ("Salma", "ERR-00001")


def test_going_back_and_breaking_the_form_says_what_is_wrong(client, agent, ocb):
    sent = sheet(ocb)
    client.post(CREATE, sent)
    again = client.post(CREATE, {**sent, "given_name": "Salma", "birth_date": "31/02/1992"})
    assert again.status_code == 422
    assert "jj/mm/aaaa" in str(again.context["form"].errors["birth_date"])
    assert Beneficiary.objects.count() == 1
