"""Targets as a ledger of acts: by sex, the act that set each, the gap of a stated total."""

from datetime import date

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from remess.accounts.roles import Role
from reporting.exports import donor
from reporting.exports.figures import Figures
from reporting.exports.notes import notes
from reporting.models import Target
from reporting.scope import build_scope
from reporting.targets import NO_TARGET, TargetTable, TargetTriple
from tests.factories import make_agreement, make_region, make_target, make_user
from tests.reporting.test_agreements import grid_form, sent, values_of
from tests.reporting.workbooks import opened, rows_of

pytestmark = pytest.mark.django_db
DAY = date(2018, 6, 1)


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMIN)
    client.force_login(user)
    return user


@pytest.fixture
def acts():
    """A convention over two regions and an avenant that changes one of its four cells."""
    convention = make_agreement(title="Convention")
    first, second = make_region(code="ERR"), make_region(code="SAF")
    for indicator, values in (("identified", (100, 200)), ("created", (40, 60))):
        for region, value in zip((first, second), values, strict=True):
            make_target(convention, value, region=region, indicator=indicator)
    avenant = make_agreement(code="AV1", title="Avenant n° 1", amends=convention)
    make_target(avenant, 150, region=first)
    return convention, avenant, first, second


def table(day=DAY, **asked):
    return TargetTable(build_scope(as_of=day, **asked))


def ledger(client, day="01/06/2018"):
    return client.get(reverse("reporting:ledger"), {"arrete": day})


def lines_of(response, code, sex=""):
    found = next(t for t in response.context["tables"] if t.indicator.code == code)
    return {line.region and line.region.code: line for line in found.lines if line.sex == sex}


def test_the_value_in_force_names_the_act_that_set_it(acts):
    convention, avenant, first, second = acts
    found = table()
    assert found.of_region("identified", first.pk).act == avenant
    assert found.of_region("identified", second.pk).act == convention
    assert found.of_region("identified", first.pk).difference == 50
    assert found.of_region("identified", second.pk).difference == 0
    assert found.total("identified") == TargetTriple(300, 150, 350)
    assert (found.total("identified").difference, found.total("identified").act) == (50, avenant)
    assert found.total("created").act == convention
    assert found.total("trained").difference is None


def test_before_the_first_act_begins_nothing_is_in_force_and_no_difference_is_told(acts):
    target = table(date(2014, 1, 1)).total("identified")
    assert (target.initial, target.in_force, target.act, target.difference) == (
        300,
        None,
        None,
        None,
    )


def test_an_avenant_that_changes_some_cells_says_how_many_of_how_many(acts):
    convention, avenant, *_regions = acts
    found = table()
    assert found.total("identified").revised_cells == (1, 2)
    assert found.total("created").revised_cells == (0, 2)
    assert found.cells_set(avenant) == (1, 4)
    assert found.cells_set(convention) == (4, 4)


def test_targets_for_women_follow_the_acts_as_everyones_do(acts):
    convention, avenant, first, second = acts
    make_target(convention, 50, region=first, sex="female")
    make_target(convention, 90, region=second, sex="female")
    make_target(avenant, 80, region=first, sex="female")
    found = table()
    assert found.of_region("identified", first.pk, "female") == TargetTriple(50, 80, 80)
    assert found.total("identified", "female") == TargetTriple(140, 80, 170)
    assert found.total("identified") == TargetTriple(300, 150, 350)
    assert found.total("identified", "male") == NO_TARGET


def test_the_grid_sets_women_and_leaves_everyones_targets_alone(client, admin, acts):
    _convention, avenant, first, _second = acts
    form = grid_form(client, avenant)
    assert {block.sex for block in form.grid.blocks} == {"", "female"}
    assert "ERR-enterprises-female" not in form.fields
    data = sent(form, ERR_created_female="30", SAF_created="70")
    assert client.post(avenant.get_absolute_url(), data).status_code == 302
    rows = avenant.targets.values_list("region__code", "indicator", "sex", "value")
    assert set(rows) == {
        ("ERR", "identified", "", 150),
        ("ERR", "created", "female", 30),
        ("SAF", "created", "", 70),
    }


def test_men_have_a_grid_only_where_some_act_sets_their_targets(client, admin, acts):
    convention, _avenant, first, _second = acts
    make_target(convention, 45, region=first, sex="male")
    assert [b.sex for b in grid_form(client, convention).grid.blocks] == ["", "female", "male"]


def test_a_total_its_regions_do_not_add_up_to_asks_for_a_note(client, admin, acts):
    convention, *_ = acts
    url = convention.get_absolute_url()
    refused = client.post(url, sent(grid_form(client, convention)) | {"-created": "130"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["note-created"]
    page = refused.content.decode()
    assert 'name="note-created"' in page
    assert "diffèrent de 30" in page
    assert (None, "created") not in values_of(convention)
    data = sent(grid_form(client, convention)) | {
        "-created": "130",
        "note-created": "Trente restent à répartir.",
    }
    assert client.post(url, data).status_code == 302
    stated = convention.targets.get(region=None)
    assert (stated.value, stated.note) == (130, "Trente restent à répartir.")


def test_a_total_that_adds_up_needs_no_note(client, admin, acts):
    convention, *_ = acts
    data = sent(grid_form(client, convention)) | {"-created": "100"}
    assert client.post(convention.get_absolute_url(), data).status_code == 302
    assert table(date(2015, 6, 1)).gaps() == []


def test_a_region_that_opens_a_gap_asks_for_the_note_too(client, admin, acts):
    convention, *_ = acts
    make_target(convention, 100, indicator="created")
    form = grid_form(client, convention)
    refused = client.post(convention.get_absolute_url(), sent(form, ERR_created="41"))
    assert refused.status_code == 422
    assert values_of(convention)[("ERR", "created")] == 40


def test_a_gap_elsewhere_does_not_hold_up_another_column(client, admin, acts):
    convention, *_ = acts
    make_target(convention, 130, indicator="created")
    form = grid_form(client, convention)
    data = sent(form, ERR_identified="101")
    assert client.post(convention.get_absolute_url(), data).status_code == 302


def test_the_regions_of_an_avenants_total_are_those_in_force_under_it(acts):
    _convention, avenant, *_ = acts
    make_target(avenant, 360, note="Dix de réserve.")
    assert [(g.act, g.stated, g.added, g.value) for g in table().gaps()] == [
        (avenant, 360, 350, 10)
    ]
    assert table(date(2018, 2, 28)).gaps() == []
    assert table(region=acts[2]).gaps() == []


def test_a_gap_is_shown_with_its_note_on_every_page_and_in_the_workbook(client, admin, acts):
    convention, *_ = acts
    make_target(convention, 130, indicator="created", note="Trente restent à répartir.")
    pages = [
        client.get(convention.get_absolute_url()),
        ledger(client),
        client.get(reverse("reporting:dashboard"), {"arrete": "01/06/2018"}),
        client.get(reverse("reporting:figure", args=["created"]), {"arrete": "01/06/2018"}),
    ]
    for page in pages:
        text = page.content.decode()
        assert "Trente restent à répartir." in text
        assert "énonce 130" in text
        assert "+30" in text
    said = [
        note.text
        for note in notes(Figures(build_scope(as_of=DAY), admin))
        if "énonce 130" in note.text
    ]
    assert len(said) == 1
    assert "+30. Trente restent à répartir." in said[0]
    assert table().total("created") == TargetTriple(130, None, 130)


def test_a_gap_without_note_is_shown_as_lacking_one(client, admin, acts):
    make_target(acts[0], 130, indicator="created")
    assert "note à écrire" in ledger(client).content.decode()


def test_the_ledger_shows_each_cell_on_the_day_and_over_the_acts(client, admin, acts):
    convention, avenant, *_ = acts
    lines = lines_of(ledger(client), "identified")
    assert lines["ERR"].target == TargetTriple(100, 150, 150)
    assert [(s.act, s.value, s.change) for s in lines["ERR"].steps] == [
        (convention, 100, None),
        (avenant, 150, 50),
    ]
    assert [step.act for step in lines["SAF"].steps] == [convention]
    assert lines[None].target == TargetTriple(300, 150, 350)
    before = lines_of(ledger(client, "28/02/2018"), "identified")
    assert before["ERR"].target == TargetTriple(100, None, 100)
    # what a later act will change is already in the history
    assert len(before["ERR"].steps) == 2


def test_the_ledger_says_that_a_partial_avenant_is_no_fall(client, admin, acts):
    page = " ".join(ledger(client).content.decode().split())
    assert "1 case sur 4" in page
    assert "change 1 région sur 2 : la cible révisée n&#x27;additionne" in page or (
        "change 1 région sur 2 : la cible révisée n'additionne" in page
    )
    assert "Le dernier avenant n'y change rien" in page


def test_without_agreement_the_ledger_says_what_is_missing(client, admin):
    assert "Aucun accord enregistré" in ledger(client).content.decode()


def test_the_ledger_refuses_a_day_that_is_none(client, admin, acts):
    assert ledger(client, "32/13/2018").status_code == 422


def test_the_ledger_costs_as_much_for_two_regions_as_for_twenty(
    client, admin, acts, django_assert_num_queries
):
    ledger(client)
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as once:
        ledger(client)
    for _repeat in range(18):
        make_target(acts[1], 5, region=make_region())
    with django_assert_num_queries(len(once)):
        assert len(lines_of(ledger(client), "identified")) == 21


def test_women_targets_stand_on_the_dashboard_and_under_each_total_of_the_workbook(
    client, admin, acts
):
    convention, _avenant, first, second = acts
    for region, value in ((first, 51), (second, 92)):
        make_target(convention, value, region=region, sex="female")
    page = client.get(reverse("reporting:dashboard"), {"arrete": "01/06/2018"})
    women = {indicator.code: goal for indicator, _n, _all, goal in page.context["women"]}
    assert women["identified"] == TargetTriple(143, None, 143)
    assert "143" in page.content.decode()
    book = opened(donor.build(build_scope(as_of=DAY), None))
    rows = rows_of(book["Cadre de résultats"], "Indicateur")
    found = [
        (row["Région"], row["Cible en vigueur"], row["Fixée par"])
        for before, row in zip(rows, rows[1:], strict=False)
        if before["Indicateur"] == "Identifiés" and "dont femmes" in row["Indicateur"]
    ]
    act = "Convention, 15/02/2014"
    assert found == [("Ensemble", 143, act), (str(first), 51, act), (str(second), 92, act)]


@pytest.fixture
def some_women(acts):
    """Everyone's target in both regions, the women's in the first alone."""
    convention, _avenant, first, second = acts
    for region in (first, second):
        make_target(convention, 100, region=region, indicator="selected")
    make_target(convention, 51, region=first, indicator="selected", sex="female")
    return acts


def test_the_women_of_one_region_are_no_target_for_those_of_all(client, admin, some_women):
    convention, _avenant, first, _second = some_women
    table = TargetTable(build_scope(as_of=DAY))
    assert table.total("selected", "female") == TargetTriple()
    assert table.total("selected", "female").partial == (1, 2)
    assert table.of_region("selected", first.pk, "female").in_force == 51
    of_first = TargetTable(build_scope(as_of=DAY, region=first))
    assert of_first.total("selected", "female").in_force == 51
    make_target(convention, 90, indicator="selected", sex="female")
    stated = TargetTable(build_scope(as_of=DAY)).total("selected", "female")
    assert (stated.in_force, stated.partial) == (90, None)


def test_every_place_says_why_the_women_have_no_target_in_all(client, admin, some_women):
    asked, words = {"arrete": "01/06/2018"}, "pas de cible en tout : fixée dans 1 région sur 2"
    pages = {
        reverse("reporting:dashboard"): 2,
        reverse("reporting:ledger"): 1,
        reverse("reporting:figure", args=["selected"]): 1,
    }
    for address, n in pages.items():
        page = " ".join(client.get(address, asked).content.decode().split())
        assert page.count(words) == n, address
    book = opened(donor.build(build_scope(as_of=DAY), None))
    rows = rows_of(book["Cadre de résultats"], "Indicateur")
    at = next(n for n, row in enumerate(rows) if row["Indicateur"] == "Sélectionnés")
    women = rows[at + 1]
    assert (women["Région"], women["Cible en vigueur"]) == ("Ensemble", None)
    assert women["Fixée par"] == "pas de cible en tout (régions avec cible : 1 sur 2)"


def test_the_note_of_a_stated_total_is_no_target(client, admin, acts):
    convention, *_ = acts
    make_target(convention, 130, indicator="created", note="À répartir.")

    def told(**changes):
        data = sent(grid_form(client, convention)) | changes
        page = client.post(convention.get_absolute_url(), data, follow=True)
        return [str(message) for message in page.context["messages"]]

    assert told(**{"-created": "131", "note-created": "Autre."}) == ["1 cible modifiée."]
    assert told(**{"note-created": "Encore autre."}) == ["Note enregistrée."]
    assert told() == ["Rien n'était à enregistrer."]


def test_a_note_stays_with_a_stated_total_and_leaves_with_it(client, admin, acts):
    convention, *_ = acts
    make_target(convention, 130, indicator="created", note="À répartir.")
    data = sent(grid_form(client, convention)) | {"-created": ""}
    assert client.post(convention.get_absolute_url(), data).status_code == 302
    assert not Target.objects.exclude(note="").exists()
