import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from remess.accounts.roles import Role
from remess.programme.models import Agreement
from reporting.models import Target
from tests.factories import make_agreement, make_region, make_target, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMIN)
    client.force_login(user)
    return user


@pytest.fixture
def avenant():
    """An avenant that sets one of two regions, on a convention that sets both."""
    convention = make_agreement(title="Convention")
    first, second = make_region(code="ERR"), make_region(code="SAF")
    make_target(convention, 220, region=first)
    make_target(convention, 200, region=second)
    act = make_agreement(code="AV1", amends=convention)
    make_target(act, 260, region=first)
    return act


def sent(form, **changes):
    """What the browser sends of a grid as it was shown, some cells typed over."""
    data = {}
    for name, field in form.fields.items():
        shown = "" if field.initial is None else str(field.initial)
        data |= {form.add_prefix(name): shown, form.add_initial_prefix(name): shown}
    return data | {name.replace("_", "-"): value for name, value in changes.items()}


def values_of(agreement):
    rows = agreement.targets.order_by("region__code", "indicator")
    return {(row.region and row.region.code, row.indicator): row.value for row in rows}


def grid_form(client, agreement):
    return client.get(agreement.get_absolute_url()).context["form"]


def test_agreements_are_read_by_team_and_officials_only(client, avenant):
    for role, status in ((Role.STAFF, 200), (Role.OFFICIAL, 200)):
        client.force_login(make_user(role))
        assert client.get(reverse("reporting:agreements")).status_code == status
        page = client.get(avenant.get_absolute_url()).content.decode()
        assert "260" in page
        assert '<input type="text"' not in page
        assert client.post(avenant.get_absolute_url(), {}).status_code == 404
    for role in (Role.OCB_AGENT, Role.TRAINER):
        client.force_login(make_user(role))
        assert client.get(reverse("reporting:agreements")).status_code == 403
        assert client.get(avenant.get_absolute_url()).status_code == 404


def test_only_an_administrator_writes_agreements(client, avenant):
    for role in (Role.STAFF, Role.OFFICIAL):
        client.force_login(make_user(role))
        assert client.get(reverse("reporting:agreement_create")).status_code == 403
        edit = reverse("reporting:agreement_edit", args=[avenant.code])
        assert client.get(edit).status_code == 404


def test_the_grid_shows_the_initial_value_beside_and_sums_the_regions(client, admin, avenant):
    grid = client.get(avenant.get_absolute_url()).context["grid"]
    cells = {cell.key: (cell.value, cell.initial) for cell in grid.cells()}
    assert cells["ERR-identified"] == (260, 220)
    assert cells["SAF-identified"] == (None, 200)
    sums = dict(grid.blocks[0].sums())
    assert (sums["identified"].value, sums["identified"].initial) == (260, 420)
    assert sums["created"].value is None


def test_saving_writes_only_what_was_typed_over(client, admin, avenant):
    form = grid_form(client, avenant)
    # Somebody else fills a cell meanwhile: this page, sent unchanged there, leaves it alone.
    make_target(avenant, 7, region=form.grid.blocks[0].rows[1][0], indicator="trained")
    data = sent(form, ERR_identified="1 300", SAF_selected="0")
    assert client.post(avenant.get_absolute_url(), data).status_code == 302
    assert values_of(avenant) == {
        ("ERR", "identified"): 1300,
        ("SAF", "selected"): 0,
        ("SAF", "trained"): 7,
    }


def test_two_people_fill_different_cells_and_see_both_versions_of_the_same(client, admin, avenant):
    form, url = grid_form(client, avenant), avenant.get_absolute_url()
    assert client.post(url, sent(form, ERR_identified="270")).status_code == 302
    assert client.post(url, sent(form, SAF_identified="245")).status_code == 302
    late = client.post(url, sent(form, ERR_identified="280", SAF_created="90"))
    assert late.status_code == 409
    [(label, stored, typed)] = late.context["form"].both_versions
    assert (label.endswith(", Identifiés"), stored, typed) == (True, "270", "280")
    assert values_of(avenant) == {("ERR", "identified"): 270, ("SAF", "identified"): 245}
    shown = late.context["form"].data.dict()
    assert client.post(url, shown).status_code == 302
    assert values_of(avenant)[("ERR", "identified")] == 280
    assert values_of(avenant)[("SAF", "created")] == 90


def test_an_emptied_cell_is_no_target_and_not_zero(client, admin, avenant):
    form = grid_form(client, avenant)
    client.post(avenant.get_absolute_url(), sent(form, ERR_identified=""))
    assert values_of(avenant) == {}


@pytest.mark.parametrize("typed", ["beaucoup", "12,5", "-3", "1e3", "99999999999"])
def test_what_is_no_number_is_refused_at_its_cell_and_the_rest_kept(client, admin, avenant, typed):
    form = grid_form(client, avenant)
    data = sent(form, ERR_identified=typed, SAF_identified="245")
    response = client.post(avenant.get_absolute_url(), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["ERR-identified"]
    assert f'value="{typed}"' in page
    assert 'value="245"' in page
    assert values_of(avenant) == {("ERR", "identified"): 260}


def test_a_total_stated_by_the_act_is_a_cell_of_its_own(client, admin, avenant):
    form = grid_form(client, avenant)
    client.post(avenant.get_absolute_url(), sent(form) | {"-created": "600"})
    assert values_of(avenant)[(None, "created")] == 600
    client.post(avenant.get_absolute_url(), sent(grid_form(client, avenant)) | {"-created": "650"})
    assert values_of(avenant)[(None, "created")] == 650


def test_arabic_digits_are_read(client, admin, avenant):
    form = grid_form(client, avenant)
    client.post(avenant.get_absolute_url(), sent(form, ERR_created="١٢٠"))
    assert values_of(avenant)[("ERR", "created")] == 120


def test_a_third_agreement_and_a_sixth_region_appear_by_data_alone(client, admin, avenant):
    data = {
        "code": "av2",
        "title": "Avenant n° 2",
        "kind": "avenant",
        "amends": avenant.pk,
        "starts_on": "01/04/2019",
        "ends_on": "31/03/2020",
        "min_age": "18",
        "max_age": "29",
    }
    assert client.post(reverse("reporting:agreement_create"), data).status_code == 302
    third = Agreement.objects.get(code="AV2")
    make_region(code="TAT", name_fr="Tata")
    client.post(third.get_absolute_url(), sent(grid_form(client, third), TAT_created="40"))
    assert values_of(third) == {("TAT", "created"): 40}
    page = client.get(third.get_absolute_url()).content.decode()
    assert "Tata" in page
    assert 'value="40"' in page
    assert "220" in page
    assert "Avenant n° 2" in client.get(reverse("reporting:agreements")).content.decode()


def test_an_avenant_that_amends_nothing_is_refused_with_a_sentence(client, admin):
    data = {"code": "AV9", "title": "Avenant", "kind": "avenant", "min_age": 18, "max_age": 29}
    days = {"starts_on": "01/04/2019", "ends_on": "31/03/2018"}
    response = client.post(reverse("reporting:agreement_create"), {**data, **days})
    page = response.content.decode()
    assert response.status_code == 422
    assert "nomme l&#x27;accord" in page
    assert "vient après son début" in page


def test_the_grid_costs_as_much_for_one_region_as_for_twenty(
    client, admin, avenant, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as once:
        client.get(avenant.get_absolute_url())
    for _repeat in range(18):
        make_target(avenant, 5, region=make_region())
    with django_assert_num_queries(len(once)):
        client.get(avenant.get_absolute_url())
    assert Target.objects.filter(agreement=avenant).count() == 19


def test_the_list_of_agreements_costs_as_much_for_two_as_for_twenty(
    client, admin, avenant, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as once:
        client.get(reverse("reporting:agreements"))
    for number in range(2, 20):
        make_agreement(code=f"AV{number}", amends=avenant)
    with django_assert_num_queries(len(once)):
        client.get(reverse("reporting:agreements"))
