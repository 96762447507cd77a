import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from remess.accounts.roles import Role
from remess.programme.models import Agreement, Region
from tests.factories import make_agreement, make_region, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMIN)
    client.force_login(user)
    return user


def test_regions_are_the_administrators_business(client):
    region = make_region()
    for role in (Role.STAFF, Role.OFFICIAL, Role.OCB_AGENT, Role.TRAINER):
        client.force_login(make_user(role))
        assert client.get(reverse("programme:region_list")).status_code == 403
        assert client.get(region.get_absolute_url()).status_code == 404


def test_a_region_is_made_and_renamed_but_keeps_its_code(client, admin):
    client.post(reverse("programme:region_create"), {"code": "tat", "name_fr": "Tata"})
    region = Region.objects.get()
    assert region.code == "TAT"
    client.post(region.get_absolute_url(), {"code": "XXX", "name_fr": "Tata et Akka"})
    region.refresh_from_db()
    assert (region.code, region.name_fr) == ("TAT", "Tata et Akka")


def test_a_region_code_already_taken_is_said_at_its_field(client, admin):
    make_region(code="TAT")
    response = client.post(reverse("programme:region_create"), {"code": "TAT", "name_fr": "Tata"})
    assert response.status_code == 422
    assert "autre région" in response.context["form"].errors["code"][0]


def test_the_administrative_region_is_chosen_among_the_twelve(client, admin):
    page = client.get(reverse("programme:region_create")).content.decode()
    assert "Drâa-Tafilalet" in page


def test_the_list_of_regions_costs_as_much_for_one_as_for_twenty(
    client, admin, django_assert_num_queries
):
    make_region()
    with CaptureQueriesContext(connection) as once:
        client.get(reverse("programme:region_list"))
    for _repeat in range(19):
        make_region()
    with django_assert_num_queries(len(once)):
        client.get(reverse("programme:region_list"))


def test_an_avenant_does_not_begin_before_what_it_amends():
    convention = make_agreement()
    avenant = make_agreement(code="AV1", amends=convention)
    avenant.starts_on = convention.starts_on.replace(year=2013)
    with pytest.raises(ValidationError, match="ne commence pas avant"):
        avenant.full_clean()


def test_agreements_do_not_amend_each_other_in_a_circle():
    convention = make_agreement()
    first = make_agreement(code="AV1", amends=convention)
    second = make_agreement(code="AV2", amends=first)
    first.amends = second
    with pytest.raises(ValidationError, match="découle déjà"):
        first.full_clean()


def test_the_database_refuses_an_agreement_code_that_fits_no_address():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_agreement(code="AV/1")
    assert not Agreement.objects.exists()
