import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ocbs.models import OCB, Trainer
from remess.accounts.roles import Role
from remess.shared.dates import today
from tests.factories import (
    make_beneficiary,
    make_course,
    make_ocb,
    make_region,
    make_trainer,
    make_user,
)

pytestmark = pytest.mark.django_db


def sign_in(client, role, **fields):
    user = make_user(role, **fields)
    client.force_login(user)
    return user


def ocb_data(region, **changes):
    return {"code": "ocb-90", "name_fr": "Association Amal", "region": region.pk, **changes}


def test_the_list_shows_people_and_agents_to_the_team(client):
    ocb = make_ocb(name_fr="Association Tafoukt")
    agent = make_user(Role.OCB_AGENT, ocb=ocb, full_name="Rachid Berrada")
    make_beneficiary(ocb=ocb)
    sign_in(client, Role.STAFF)
    page = client.get(reverse("ocbs:list")).content.decode()
    assert "Association Tafoukt" in page
    assert str(agent) in page
    assert 'data-label="Personnes"' in page


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.TRAINER])
def test_others_see_the_network_without_agents_or_counts(client, role):
    ocb = make_ocb()
    make_user(Role.OCB_AGENT, ocb=ocb, full_name="Rachid Berrada")
    make_beneficiary(ocb=ocb)
    sign_in(client, role)
    for address in (reverse("ocbs:list"), ocb.get_absolute_url()):
        page = client.get(address).content.decode()
        assert ocb.name_fr in page
        assert "Rachid Berrada" not in page
        assert 'data-label="Personnes"' not in page
        assert "étape actuelle" not in page


def test_an_agent_sees_their_own_ocb_with_its_counts_and_no_other(client):
    own, other = make_ocb(), make_ocb()
    make_beneficiary(ocb=own)
    sign_in(client, Role.OCB_AGENT, ocb=own)
    page = client.get(reverse("ocbs:list")).content.decode()
    assert own.code in page
    assert other.code not in page
    assert "étape actuelle" in client.get(own.get_absolute_url()).content.decode()
    assert client.get(other.get_absolute_url()).status_code == 404


def test_the_sheet_counts_everyone_at_their_current_stage(client):
    ocb = make_ocb()
    make_beneficiary(ocb=ocb)
    make_beneficiary(ocb=ocb, at="selected")
    make_beneficiary(ocb=ocb, at=None, sex="")
    sign_in(client, Role.STAFF)
    context = client.get(ocb.get_absolute_url()).context
    assert [(code, n) for code, _label, n in context["stages"]] == [
        ("", 1),
        ("identified", 1),
        ("selected", 1),
        ("trained", 0),
        ("created", 0),
    ]
    assert context["people"] == 3


def test_only_an_administrator_makes_an_ocb(client):
    sign_in(client, Role.STAFF)
    assert client.get(reverse("ocbs:create")).status_code == 403
    ocb = make_ocb()
    assert client.get(reverse("ocbs:edit", args=[ocb.code])).status_code == 404


def test_a_new_ocb_has_its_code_in_capitals(client):
    sign_in(client, Role.ADMIN)
    response = client.post(reverse("ocbs:create"), ocb_data(make_region()))
    assert response.status_code == 302
    assert OCB.objects.get().code == "OCB-90"


def test_a_code_that_fits_no_address_is_refused_at_its_field(client):
    sign_in(client, Role.ADMIN)
    response = client.post(reverse("ocbs:create"), ocb_data(make_region(), code="OCB 90/é"))
    assert response.status_code == 422
    assert "lettres capitales" in response.content.decode()
    assert "Association Amal" in response.content.decode()


@pytest.mark.parametrize("make", [make_ocb, make_trainer])
def test_the_database_refuses_a_code_that_fits_no_address(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(code="a/b")


def test_the_region_of_an_ocb_with_people_does_not_change(client):
    ocb = make_ocb()
    make_beneficiary(ocb=ocb)
    sign_in(client, Role.ADMIN)
    response = client.post(
        reverse("ocbs:edit", args=[ocb.code]), ocb_data(make_region(), code=ocb.code)
    )
    assert response.status_code == 422
    assert "suit déjà des jeunes" in response.context["form"].errors["region"][0]
    ocb.region = make_region()
    with pytest.raises(ValidationError):
        ocb.full_clean()


def test_the_region_of_an_empty_ocb_may_change(client):
    ocb, region = make_ocb(), make_region()
    sign_in(client, Role.ADMIN)
    client.post(reverse("ocbs:edit", args=[ocb.code]), ocb_data(region, code="IGNORED"))
    ocb.refresh_from_db()
    assert ocb.region == region
    assert ocb.code != "IGNORED"


def test_a_code_never_changes():
    ocb = make_ocb()
    ocb.code = "AUTRE"
    with pytest.raises(ValidationError, match="ne change plus"):
        ocb.full_clean()


def test_trainers_are_the_teams_business(client):
    trainer = make_trainer()
    for role in (Role.OFFICIAL, Role.TRAINER, Role.OCB_AGENT):
        sign_in(client, role)
        assert client.get(reverse("ocbs:trainer_list")).status_code == 403
        assert client.get(trainer.get_absolute_url()).status_code == 404


def test_a_trainers_sheet_shows_caseload_and_courses(client):
    trainer = make_trainer()
    make_beneficiary(referent=trainer)
    course = make_course(trainers=[trainer])
    sign_in(client, Role.STAFF)
    response = client.get(trainer.get_absolute_url())
    assert response.context["people"] == 1
    assert course.code in response.content.decode()


def test_a_trainer_is_made_and_changed(client):
    sign_in(client, Role.ADMIN)
    data = {"code": "F-90", "name": "Hind Saadi", "region": make_region().pk, "is_active": "on"}
    client.post(reverse("ocbs:trainer_create"), {**data, "phone": "06 12 34 56 78"})
    trainer = Trainer.objects.get()
    assert trainer.phone == "+212612345678"
    response = client.post(
        reverse("ocbs:trainer_edit", args=[trainer.code]), {**data, "phone": "12"}
    )
    assert response.status_code == 422
    assert "dix chiffres" in response.context["form"].errors["phone"][0]


@pytest.mark.parametrize("name", ["ocbs:list", "ocbs:trainer_list"])
def test_a_list_costs_as_much_for_one_as_for_twenty(client, name, django_assert_num_queries):
    def make():
        make_user(Role.OCB_AGENT, ocb=make_ocb())
        make_trainer(user=make_user(Role.TRAINER))

    sign_in(client, Role.STAFF)
    make()
    with CaptureQueriesContext(connection) as once:
        client.get(reverse(name))
    for _repeat in range(19):
        make()
    with django_assert_num_queries(len(once)):
        client.get(reverse(name))


def test_the_pages_of_an_ocb_and_a_trainer_say_of_which_day_they_are(client):
    ocb, trainer = make_ocb(), make_trainer()
    sign_in(client, Role.STAFF)
    for address in (
        reverse("ocbs:detail", args=[ocb.code]),
        reverse("ocbs:trainer_detail", args=[trainer.code]),
    ):
        assert f"Arrêté au {today():%d/%m/%Y}" in client.get(address).content.decode()


@pytest.mark.parametrize("role", [Role.STAFF, Role.OFFICIAL, Role.TRAINER])
def test_the_list_of_exports_is_one_step_from_every_page(client, role):
    sign_in(client, role)
    page = client.get(reverse("home:help")).content.decode()
    assert f'href="{reverse("reporting:exports")}"' in page
