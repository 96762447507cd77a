"""The dashboard and the page of a region: what needs attention, who sees what, at what cost."""

from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.models.person import Sex
from beneficiaries.transitions import move
from remess.accounts.roles import Role
from remess.programme.models import Agreement, Region
from remess.shared.dates import today
from reporting.dashboard import dashboard_of
from reporting.models import Target
from reporting.pace import pace_of, targets_behind
from reporting.scope import build_scope
from reporting.small_cells import Hidden
from tests import factories

pytestmark = pytest.mark.django_db
START, MIDDLE, END = date(2018, 3, 11), date(2018, 9, 10), date(2019, 3, 10)
PATH = ("identified", "selected", "trained", "created")


def people(ocb, n, at=Stage.IDENTIFIED, on=date(2015, 3, 1), **fields):
    return [factories.make_beneficiary(ocb=ocb, at=at, on=on, **fields) for _ in range(n)]


@pytest.fixture
def north():
    return factories.make_ocb(region=factories.make_region(code="NOR", name_fr="Nord"))


@pytest.fixture
def south():
    return factories.make_ocb(region=factories.make_region(code="SUD", name_fr="Sud"))


@pytest.fixture
def acts():
    convention = factories.make_agreement()
    return factories.make_agreement(code="AV", amends=convention, starts_on=START, ends_on=END)


# What needs attention


def test_the_step_where_most_stop_is_the_one_told_first(north):
    people(north, 2)
    people(north, 5, at=Stage.SELECTED)
    before, after, n, _reason = dashboard_of(build_scope())["most_stuck"]
    assert (before.code, after.code, n) == ("selected", "trained", 5)


def test_where_nobody_stops_no_step_is_named(client, north):
    client.force_login(factories.make_user(Role.STAFF))
    assert dashboard_of(build_scope())["most_stuck"] is None
    people(north, 1, at=Stage.CREATED)
    assert dashboard_of(build_scope())["most_stuck"] is None
    page = client.get(reverse("reporting:dashboard")).content.decode()
    assert "s'arrête surtout" not in page


def test_a_region_behind_its_line_is_named_with_what_was_expected(acts, north, south):
    factories.make_target(acts, 12, region=north.region)
    factories.make_target(acts, 4, region=south.region)
    people(north, 3)
    people(south, 6)
    (row,) = dashboard_of(build_scope(end=MIDDLE))["attention"]
    (pace,) = row.behind
    assert (row.region, pace.actual, pace.expected, pace.target) == (north.region, 3, 8, 12)


def test_the_regions_behind_are_those_of_the_work_list(north, south):
    act = factories.make_agreement(
        code="EN-COURS", starts_on=date(2015, 2, 1), ends_on=date(2099, 1, 1)
    )
    for ocb, n in ((north, 3), (south, 60)):
        people(ocb, n, at=Stage.SELECTED)
        for stage in ("identified", "selected", "created"):
            factories.make_target(act, 400, region=ocb.region, indicator=stage)
    found = {
        (row.region.code, pace.indicator.code, pace.actual, pace.expected)
        for row in dashboard_of(build_scope())["attention"]
        for pace in row.behind
    }
    listed = [pace_of(target, today()) for target in targets_behind(today())]
    assert found == {(p.region.code, p.indicator.code, p.actual, p.expected) for p in listed}
    assert 0 < len(found) < 6


def test_an_act_that_ended_is_held_against_its_whole_target(acts, north):
    factories.make_target(acts, 12, region=north.region)
    people(north, 11)
    (row,) = dashboard_of(build_scope())["attention"]
    assert row.behind[0].expected == 12
    people(north, 1)
    assert dashboard_of(build_scope())["attention"] == []


def test_an_earlier_day_knows_only_what_the_register_knew(acts, north):
    factories.make_target(acts, 12, region=north.region)
    people(north, 20)
    (row,) = dashboard_of(build_scope(as_of=MIDDLE))["attention"]
    assert row.behind[0].actual == 0


def test_the_step_where_a_region_loses_most_is_told(north, south):
    people(north, 4)
    people(north, 4, at=Stage.SELECTED)
    people(north, 2, at=Stage.CREATED)
    people(south, 10, at=Stage.CREATED)
    (row,) = dashboard_of(build_scope())["attention"]
    loss = row.loss
    assert (row.region, row.behind) == (north.region, [])
    assert (loss.before.code, loss.after.code) == ("selected", "trained")
    assert (loss.own, loss.whole) == (2 / 6, 12 / 16)


# Links to the people behind


@pytest.mark.parametrize("code", ["", "NOR"])
def test_women_losses_and_legal_forms_lead_to_as_many_people(client, north, south, code):
    people(north, 2)
    people(north, 3, at=Stage.SELECTED, sex=Sex.MALE)
    people(south, 1, at=Stage.TRAINED)
    people(north, 2, at=Stage.CREATED)
    client.force_login(factories.make_user(Role.STAFF))
    found = client.get(reverse("reporting:dashboard"), {"region": code}).context

    def total(stage, **query):
        address = reverse("reporting:figure_people", args=[stage])
        return client.get(address, {"region": code, **query}).context["page"].total

    for indicator, women, _persons, _goal in found["women"]:
        assert total(indicator.code, sexe="female") == women
    for form, _label, persons, _enterprises in found["legal_forms"]:
        assert total("created", forme=form) == persons
    if not code:
        assert found["losses_lead_to_people"]
        for at, _after, n, _reason in found["losses"]:
            assert total(at.code, arret="1") == n
    assert found["losses_lead_to_people"] == (not code)


def test_the_part_of_a_figure_shown_is_named_and_an_odd_one_refused(client, north):
    people(north, 1)
    client.force_login(factories.make_user(Role.STAFF))
    address = reverse("reporting:figure_people", args=["identified"])
    page = client.get(address, {"sexe": "female"}).content.decode()
    assert "Sexe : Femme" in page
    assert client.get(address, {"sexe": "autre"}).status_code == 422


def test_people_moved_to_another_ocb_are_told_apart_in_a_part_too(client, north, south):
    person, _other = people(north, 2)
    move(person, south, by=factories.make_user())
    client.force_login(factories.make_user(Role.OCB_AGENT, ocb=north))
    address = reverse("reporting:figure_people", args=["identified"])
    context = client.get(address, {"sexe": "female"}).context
    assert (context["page"].total, context["unseen"]) == (1, 1)


# Small cells


def test_an_official_sees_no_small_cell_of_regions_women_or_forms(client, acts, north, south):
    people(north, 3, at=Stage.CREATED)
    people(south, 9, at=Stage.CREATED, sex=Sex.MALE)
    people(south, 8)
    official = factories.make_user(Role.OFFICIAL)
    found = dashboard_of(build_scope(user=official), official)
    cells = [figure.actual for _region, figures in found["regions"] for figure in figures]
    cells += [women for _indicator, women, _persons, _goal in found["women"]]
    cells += [n for _form, _label, *counts in found["legal_forms"] for n in counts]
    assert any(isinstance(n, Hidden) for n in cells)
    assert all(isinstance(n, Hidden) or n == 0 or n >= 5 for n in cells)
    assert [figure.actual for figure in found["cards"]] == [20, 12, 12, 12]
    assert all(n >= 5 for n in found["region_enterprises"].values())
    client.force_login(official)
    for address in (reverse("reporting:dashboard"), reverse("reporting:region", args=["NOR"])):
        page = client.get(address).content.decode()
        assert "&lt; 5" in page
        assert "Essai" not in page
        assert "/personnes/" not in page


def test_neither_filter_nor_page_of_a_region_uncovers_what_is_hidden(north, south):
    """The other region and the total shown would tell the three."""
    people(north, 3, at=Stage.CREATED)
    people(south, 9, at=Stage.CREATED)
    official = factories.make_user(Role.OFFICIAL)
    for ocb, text in ((north, "< 5"), (south, "masqué")):
        scope = build_scope(user=official, region=ocb.region)
        found = dashboard_of(scope, official)
        assert [figure.actual for figure in found["cards"]] == [text] * 4
        assert (found["curve"], found["losses"], found["paces"]) == ([], [], [])
        assert found["enterprises"] == text


def test_the_team_sees_every_figure(client, north):
    people(north, 3, at=Stage.CREATED)
    client.force_login(factories.make_user(Role.STAFF))
    for address in (reverse("reporting:dashboard"), reverse("reporting:region", args=["NOR"])):
        page = client.get(address).content.decode()
        assert "masqué" not in page
        assert "&lt; 5" not in page


# The page of a region


def test_a_region_has_its_ocbs_bootcamps_and_trainers(client, north, south):
    trainer = factories.make_trainer(region=north.region)
    people(north, 2, referent=trainer)
    people(south, 4)
    client.force_login(factories.make_user(Role.STAFF))
    response = client.get(reverse("reporting:region", args=["NOR"]))
    assert response.context["totals"]["identified"] == 2
    tables = {shown.title: shown for shown in response.context["comparisons"]}
    assert list(tables) == ["OCB", "Bootcamp", "Formateur"]
    assert [row.label for row in tables["OCB"].rows] == [north.name_fr]
    assert [row.label for row in tables["Formateur"].rows] == [str(trainer)]
    page = response.content.decode()
    assert reverse("reporting:outcomes") + "?region=NOR" in page
    assert reverse("reporting:losses") + "?region=NOR" in page
    assert south.name_fr not in page


def test_the_curve_of_an_official_grows_by_no_small_step(client, north):
    """Six created in March, two in April, nine in May: April would be told from March."""
    for n, month in ((6, 3), (2, 4), (9, 5)):
        people(north, n, at=Stage.CREATED, on=date(2016, month, 1))
    official = factories.make_user(Role.OFFICIAL)
    scope = build_scope()
    found, team = dashboard_of(scope, official), dashboard_of(scope)
    assert [n for _month, n, *_lines in team["curve"]] == [6, 8, 17]
    march, april, may = (n for _month, n, *_lines in found["curve"])
    assert (march, type(april), may) == (6, Hidden, 17)
    assert [n for _month, n, *_lines in found["curve_data"]] == [6, None, 17]
    client.force_login(official)
    page = client.get(reverse("reporting:dashboard")).content.decode()
    assert '<th scope="row">04/2016</th><td class="r">masqué</td>' in page


def test_an_official_sees_no_trainers_table(client, north):
    people(north, 9, referent=factories.make_trainer(region=north.region, name="Salma"))
    client.force_login(factories.make_user(Role.OFFICIAL))
    response = client.get(reverse("reporting:region", args=["NOR"]))
    assert [shown.title for shown in response.context["comparisons"]] == ["OCB", "Bootcamp"]
    assert "Salma" not in response.content.decode()


def test_an_agent_opens_the_regions_of_their_ocbs_only(client, north, south):
    other = factories.make_ocb(region=north.region)
    people(north, 2)
    people(other, 7)
    client.force_login(factories.make_user(Role.OCB_AGENT, ocb=north))
    response = client.get(reverse("reporting:region", args=["NOR"]))
    assert response.context["totals"]["identified"] == 2
    assert other.name_fr not in response.content.decode()
    assert client.get(reverse("reporting:region", args=["SUD"])).status_code == 404
    assert client.get(reverse("reporting:region", args=["XXX"])).status_code == 404


def test_a_region_without_anyone_says_so(client, north):
    client.force_login(factories.make_user(Role.STAFF))
    page = client.get(reverse("reporting:region", args=["NOR"])).content.decode()
    assert "La courbe commence avec la première création." in page


@pytest.mark.parametrize("name", ["dashboard", "outcomes", "losses", "comparison"])
def test_a_day_to_come_is_no_day_to_close_figures_on(client, name):
    client.force_login(factories.make_user(Role.OFFICIAL))
    days = [f"{today() + timedelta(days=shift):%d/%m/%Y}" for shift in (0, 1)]
    address = reverse(f"reporting:{name}")
    answers = [client.get(address, {"arrete": day}) for day in days]
    assert [answer.status_code for answer in answers] == [200, 422]
    assert "Ce jour est à venir" in answers[1].content.decode()


# What it costs


MOST = 10


def queries_of(client, address):
    """What the page costs drawn anew."""
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN, Role.OFFICIAL, Role.OCB_AGENT])
@pytest.mark.parametrize("name", ["dashboard", "region"])
@pytest.mark.parametrize("day", ["", "31/12/2017"])
def test_the_page_costs_the_same_queries_whatever_it_shows(client, acts, north, role, name, day):
    people(north, 1, at=Stage.CREATED)
    factories.make_target(acts, 12, region=north.region)
    client.force_login(factories.make_user(role, ocb=north if role == Role.OCB_AGENT else None))
    args = ["NOR"] if name == "region" else []
    address = reverse(f"reporting:{name}", args=args, query={"arrete": day})
    queries_of(client, address)
    before = queries_of(client, address)
    for number in range(4):
        ocb = factories.make_ocb()
        on = date(2015, 4 + number, 3)
        people(ocb, 2, at=Stage.CREATED, on=on, referent=factories.make_trainer())
        for stage in PATH:
            factories.make_target(acts, 90, region=ocb.region, indicator=stage)
    factories.make_agreement(code="AV9", starts_on=date(2018, 5, 17), ends_on=date(2018, 11, 9))
    assert queries_of(client, address) == before
    if name == "dashboard":
        assert before <= MOST


# What is kept of it


def change_target(acts, north):
    Target.objects.update(value=13)


def change_name(acts, north):
    Region.objects.update(name_fr="Nord lointain")


def change_figure(acts, north):
    people(north, 1, at=Stage.IDENTIFIED)


def change_act(acts, north):
    Agreement.objects.update(title="Avenant corrigé")


CHANGES = [change_target, change_name, change_figure, change_act]


@pytest.mark.parametrize("change", CHANGES)
def test_the_page_kept_is_drawn_anew_after_any_change(client, acts, north, change):
    people(north, 6, at=Stage.CREATED)
    factories.make_target(acts, 12, region=north.region)
    client.force_login(factories.make_user(Role.OFFICIAL))
    address = reverse("reporting:dashboard")
    first = part_of(client.get(address))
    assert part_of(client.get(address)) == first
    change(acts, north)
    changed = part_of(client.get(address))
    assert changed != first
    caches["pages"].clear()
    assert part_of(client.get(address)) == changed


def test_the_page_kept_for_the_team_is_not_the_official_s(client, acts, north):
    people(north, 6, at=Stage.CREATED)
    pages = []
    for role in (Role.STAFF, Role.OFFICIAL):
        client.force_login(factories.make_user(role))
        pages.append(part_of(client.get(reverse("reporting:dashboard"))))
    people_url = reverse("reporting:figure_people", args=["created"])
    assert [people_url in page for page in pages] == [True, False]


def part_of(response):
    """What stands between the header and the foot: the frame says who reads and when."""
    page = response.content.decode()
    return page[page.index("<main") : page.index("</main>")]
