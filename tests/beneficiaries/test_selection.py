"""Choosing people on the list: ticked, or everybody of the filter; what each role may then do."""

from io import BytesIO

import pytest
from django.urls import reverse

from beneficiaries.funnel import Stage
from remess.accounts.roles import Role
from tests.factories import make_agreement, make_beneficiary, make_ocb, make_region, make_user
from tests.reporting.workbooks import opened, rows_of

pytestmark = pytest.mark.django_db
BULK = reverse("beneficiaries:bulk")


@pytest.fixture
def ocb():
    make_agreement()
    return make_ocb(region=make_region(code="ERR"), code="OCB-01")


def sign_in(client, role, ocb=None):
    user = make_user(role, ocb=ocb)
    client.force_login(user)
    return user


def offered(response):
    return [str(action.label) for action, _address in response.context["actions"]]


def test_the_team_may_do_all_and_an_agent_only_export(client, ocb):
    person = make_beneficiary(ocb=ocb)
    sign_in(client, Role.STAFF)
    assert len(offered(client.get(BULK, {"people": person.pk}))) == 4
    sign_in(client, Role.OCB_AGENT, ocb)
    assert offered(client.get(BULK, {"people": person.pk})) == ["Exporter ces lignes"]


def test_a_trainer_has_nothing_to_tick(client, ocb):
    make_beneficiary(ocb=ocb)
    sign_in(client, Role.TRAINER)
    assert 'name="people"' not in client.get(reverse("beneficiaries:list")).content.decode()


def test_the_list_carries_its_filter_and_its_count(client, ocb):
    make_beneficiary(ocb=ocb)
    sign_in(client, Role.STAFF)
    page = client.get(reverse("beneficiaries:list"), {"stage": "identified", "tri": "date"})
    html = page.content.decode()
    assert '<input type="hidden" name="filtre" value="stage=identified&amp;tri=date">' in html
    assert '<input type="hidden" name="nombre" value="1">' in html


def test_nobody_ticked_leads_back_to_the_filtered_list_with_a_sentence(client, ocb):
    sign_in(client, Role.STAFF)
    response = client.get(BULK, {"filtre": "stage=identified", "nombre": "3"}, follow=True)
    assert response.request["QUERY_STRING"] == "stage=identified"
    assert "Cocher au moins une personne" in response.content.decode()


def test_only_those_an_agent_may_see_are_chosen_whatever_is_sent(client, ocb):
    own, foreign = make_beneficiary(ocb=ocb), make_beneficiary()
    sign_in(client, Role.OCB_AGENT, ocb)
    page = client.get(BULK, {"people": [own.pk, foreign.pk]})
    assert page.context["n"] == 1
    assert "2 personnes affichées alors, 1 maintenant" in page.content.decode()
    assert foreign.file_number not in page.content.decode()


@pytest.mark.parametrize("sent", ["x", "9" * 30, "-1", "", "1;2"])
def test_odd_values_are_nobody(client, ocb, sent):
    sign_in(client, Role.STAFF)
    assert client.get(BULK, {"people": sent}).status_code == 302


def exported(client, address):
    book = opened(BytesIO(client.get(address).getvalue()))
    return [row["N° de fiche"] for row in rows_of(book["Bénéficiaires"], "N° de fiche")]


def test_the_export_holds_those_chosen_and_no_others(client, ocb):
    chosen, other = make_beneficiary(ocb=ocb), make_beneficiary(ocb=ocb)
    selected = make_beneficiary(at=Stage.SELECTED, ocb=ocb)
    sign_in(client, Role.OCB_AGENT, ocb)

    def file_numbers(data):
        page = client.get(BULK, data)
        ((_action, address),) = page.context["actions"]
        path, query = address.split("?")
        form = client.get(address).content.decode()
        assert path == reverse("reporting:list_columns")
        assert f'action="{reverse("reporting:list_export")}"' in form
        return exported(client, f"{reverse('reporting:list_export')}?{query}")

    assert file_numbers({"people": chosen.pk}) == [chosen.file_number]
    whole = {"portee": "filtre", "filtre": "stage=identified", "nombre": 2}
    assert sorted(file_numbers(whole)) == [chosen.file_number, other.file_number]
    assert selected.file_number not in file_numbers(whole)


@pytest.mark.parametrize(
    "address", [{"ids": ""}, {"people": "x"}, {"portee": "filtre", "filtre": "q=" + "a" * 2000}]
)
def test_a_choice_that_cannot_be_read_exports_nobody_rather_than_everybody(client, ocb, address):
    make_beneficiary(ocb=ocb)
    sign_in(client, Role.STAFF)
    response = client.get(reverse("reporting:list_export"), address, follow=True)
    assert "Cocher au moins une personne" in response.content.decode()
