"""The list at length: counts that stop, pages that start in an index, lines that say enough."""

import re
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Beneficiary
from beneficiaries.sorting import SORTS
from beneficiaries.transitions import leave, void
from remess.accounts.roles import Role
from remess.shared.paging import keyset_page
from tests.factories import make_agreement, make_beneficiary, make_ocb, make_region, make_user

pytestmark = pytest.mark.django_db
LIST, BULK = reverse("beneficiaries:list"), reverse("beneficiaries:bulk")


@pytest.fixture
def ocb():
    make_agreement()
    return make_ocb(region=make_region(code="ERR", name_fr="Errachidia"), name_fr="OCB Ziz")


@pytest.fixture
def staff(client, ocb):
    user = make_user(Role.STAFF)
    client.force_login(user)
    return user


def people(ocb, *stages):
    return [make_beneficiary(ocb=ocb, at=stage) for stage in stages]


def pages(queryset, order, **how):
    """Every page of size 2, one after the other."""
    token = ""
    while True:
        page = keyset_page(queryset, order, after=token, size=2, **how)
        yield page
        token = page.next_token
        if not token:
            return


# Counting


def test_a_list_longer_than_the_cap_says_so_and_nothing_else(client, staff, ocb, monkeypatch):
    people(ocb, *[Stage.IDENTIFIED] * 4)
    monkeypatch.setattr("beneficiaries.views.sheets.COUNTED", 3)
    html = client.get(LIST).content.decode()
    assert "plus de 3 personnes" in html
    assert "Lignes 1 à 4 sur plus de 3" in html
    assert "Exporter toute la liste" in html
    assert "Agir sur toute la liste" in html
    assert "Agir sur tous ceux de ce filtre" in client.get(LIST, {"sex": "female"}).content.decode()


def test_a_list_as_long_as_the_cap_is_counted(client, staff, ocb, monkeypatch):
    people(ocb, *[Stage.IDENTIFIED] * 3)
    monkeypatch.setattr("beneficiaries.views.sheets.COUNTED", 3)
    html = client.get(LIST).content.decode()
    assert "plus de" not in html
    assert "Exporter ces 3 lignes" in html
    assert '<input type="hidden" name="nombre" value="3">' in html


def test_acting_on_an_uncounted_list_counts_it_and_claims_no_change(
    client, staff, ocb, monkeypatch
):
    people(ocb, *[Stage.IDENTIFIED] * 4)
    monkeypatch.setattr("beneficiaries.views.sheets.COUNTED", 3)
    told = re.search('name="nombre" value="([^"]*)"', client.get(LIST).content.decode())[1]
    page = client.get(BULK, {"portee": "filtre", "filtre": "", "nombre": told})
    assert (page.context["n"], page.context["has_changed"]) == (4, False)
    assert all("nombre=4" in address for _action, address in page.context["actions"])
    odd = client.get(BULK, {"portee": "filtre", "filtre": "", "nombre": "beaucoup"})
    assert odd.context["has_changed"]


# Sorting and paging


@pytest.mark.parametrize("how", [{}, {"cap": 3}, {"cap": 100, "gather": True}])
@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.key)
def test_pages_follow_the_order_whatever_is_counted(ocb, sort, how):
    people(ocb, Stage.CREATED, None, Stage.TRAINED, None, Stage.IDENTIFIED, Stage.IDENTIFIED)
    expected = list(Beneficiary.objects.order_by(*sort.order))
    found = [page.rows for page in pages(Beneficiary.objects.for_rows(), sort.order, **how)]
    assert [len(rows) for rows in found] == [2, 2, 2]
    assert sum(found, []) == expected


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.key)
def test_a_page_starts_in_the_index_of_its_order(ocb, sort):
    people(ocb, *[Stage.IDENTIFIED] * 3)
    rows, order = Beneficiary.objects.standing().for_rows(), sort.order
    token = keyset_page(rows, order, size=1).next_token
    with connection.execute_wrapper(explaining := Plans()):
        keyset_page(rows, order, after=token, size=1)
    assert STARTS[connection.vendor] in explaining.plans[-1]
    assert "TEMP B-TREE" not in explaining.plans[-1]


STARTS = {
    "sqlite": "SEARCH beneficiaries_beneficiary USING INDEX",
    "postgresql": "Index Cond: (ROW(",
}
EXPLAIN = {
    "sqlite": "EXPLAIN QUERY PLAN",
    # So few rows it would read and sort without an index.
    "postgresql": "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; EXPLAIN",
}


class Plans:
    """How the database goes about each SELECT sent within."""

    def __init__(self):
        self.plans = []

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("SELECT"):
            cursor = context["cursor"].cursor
            cursor.execute(f"{EXPLAIN[connection.vendor]} {sql % quoted(params)}")
            self.plans.append("; ".join(step[-1] for step in cursor.fetchall()))
        return execute(sql, params, many, context)


def quoted(params):
    return tuple(str(p) if isinstance(p, int) else f"'{p}'" for p in params)


def test_the_stage_sort_puts_the_furthest_first_and_the_incomplete_last(ocb):
    people(ocb, None, *PATH)
    order = SORTS[2].order
    found = [person.current_stage for person in Beneficiary.objects.order_by(*order)]
    assert found == [*reversed(PATH), ""]
    assert [p.stage_rank for p in Beneficiary.objects.order_by(*order)] == [4, 3, 2, 1, 0]


def test_what_is_sorted_by_follows_the_stage_by_itself(ocb):
    person = make_beneficiary(ocb=ocb, at=Stage.TRAINED)
    person.refresh_from_db()
    assert (person.stages_ahead, person.stage_day) == (1, person.stage_on)
    void(person.events.get(stage=Stage.TRAINED), by=make_user(Role.STAFF), reason="Essai")
    person.refresh_from_db()
    assert person.stages_ahead == 2


def test_rows_written_within_a_thousandth_of_a_second_are_all_paged(ocb):
    written = people(ocb, None, None, None)
    for microsecond, person in enumerate(written):
        at = datetime(2020, 1, 1, 12, 0, 0, 123000 + microsecond, tzinfo=UTC)
        Beneficiary.objects.filter(pk=person.pk).update(created_at=at)
    found = [page.rows for page in pages(Beneficiary.objects.all(), ("-created_at", "-pk"))]
    assert sum(found, []) == list(reversed(written))


def test_until_a_day_leaves_out_who_has_no_stage(client, staff, ocb):
    dated, _incomplete = people(ocb, Stage.IDENTIFIED, None)
    for period in ({"until": "01/01/2020"}, {"since": "01/01/1900"}):
        assert list(client.get(LIST, period).context["page"]) == [dated]
    assert list(client.get(LIST, {"until": "01/01/1950"}).context["page"]) == []


# What a line says


def test_a_line_says_who_where_and_since_when(client, staff, ocb):
    person = make_beneficiary(ocb=ocb, at=Stage.SELECTED, name_ar="خديجة", sex="female")
    gone = make_beneficiary(ocb=ocb, at=Stage.TRAINED)
    leave(gone, on=date(2018, 1, 1), reason="moved", by=staff)
    rows = {row["pk"]: row for row in client.get(LIST).context["rows"]}
    line = rows[str(person.pk)]
    assert (line["name"], line["number"]) == (person.full_name, person.file_number)
    assert (line["name_ar"], line["sex"]) == ("خديجة", " · Femme")
    assert (line["region"], line["ocb"], line["standing"]) == (
        "Errachidia",
        "OCB Ziz",
        "Sélectionné",
    )
    left = rows[str(gone.pk)]
    assert (left["css"], left["rank"], left["standing"]) == ("exit", "3", "Sortie : déménagement")


def test_the_lines_of_a_filtered_list_lead_to_sheets_that_know_it(client, staff, ocb):
    person = make_beneficiary(ocb=ocb)
    (row,) = client.get(LIST, {"sex": person.sex}).context["rows"]
    place = client.get(row["url"]).context["place"]
    assert place.back.startswith(f"{LIST}?sex={person.sex}#")
    (row,) = client.get(LIST).context["rows"]
    assert client.get(row["url"]).context["place"].back == f"{LIST}?#fiche-{person.pk}"


def test_the_cards_of_a_phone_name_their_cells_as_the_table_does(client, staff, ocb):
    make_beneficiary(ocb=ocb)
    html = client.get(LIST).content.decode()
    headings = " ".join(re.findall('<th scope="col">([^<]*)</th>', html))
    css = (settings.BASE_DIR / "static" / "css" / "people.css").read_text()
    labels = re.findall(r'::before \{ content: "(\w[^"]*)"', css)
    assert len(labels) == 4
    assert [label for label in labels if label not in headings] == []


def test_a_filter_in_use_stays_chosen_in_its_control(client, staff, ocb):
    html = client.get(LIST, {"sex": "male", "q": 'a"<b', "since": "05/03/2015"}).content.decode()
    assert '<option value="male" selected>Homme</option>' in html
    assert html.count('<option value="" selected>') == 6
    assert 'value="a&quot;&lt;b"' in html
    assert 'value="05/03/2015"' in html
