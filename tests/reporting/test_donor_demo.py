"""The donor workbook of the demo: the published totals, and the same figures everywhere."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from beneficiaries.funnel import PATH
from reporting.exports import donor
from reporting.indicators import BY_CODE, CODES, INDICATORS, breakdown, totals
from reporting.scope import build_scope, regions_of
from tests.factories import make_user
from tests.reporting.workbooks import opened, results, rows_of

# One worker for all of them: what they share is made once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("donor-demo")]
PUBLISHED = {"identified": 1083, "selected": 742, "trained": 659, "created": 482}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The whole demo, written once and rolled back after the last test of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def book(demo):
    """The whole workbook of the day of the published totals."""
    return read(build_scope(as_of=date(2018, 3, 1)))


def read(scope, user=None):
    return opened(donor.build(scope, user), data_only=True)


def test_the_donor_workbook_shows_the_published_totals(book):
    scope = build_scope(as_of=date(2018, 3, 1))
    whole = results(book, "Ensemble")
    shown = {code: whole[str(BY_CODE[code].label)]["Réalisé cumulé"] for code in CODES}
    assert shown == totals(scope)
    assert {code: shown[code] for code in PUBLISHED} == PUBLISHED
    assert book.sheetnames == [
        *("Couverture", "Cadre de résultats", "Périodes"),
        *("Errachidia", "Marrakech", "Missour", "Safi", "Sidi Slimane"),
        *("Parcours et rythme", "Pertes", "Entreprises", "Après création", "Données", "Notes"),
    ]


def test_every_cell_of_results_is_the_figure_of_funnel_json(book):
    out = StringIO()
    call_command("funnel", as_of=date(2018, 3, 1), by="region", json=True, stdout=out)
    answer = json.loads(out.getvalue())
    scope = build_scope(as_of=date(2018, 3, 1))
    names = {region.code: str(region) for region in regions_of(scope)}
    places = {"Ensemble": answer["totals"], **{names[r["key"]]: r for r in answer["rows"]}}
    for place, figures in places.items():
        lines = results(book, place)
        for indicator in INDICATORS:
            assert lines[str(indicator.label)]["Réalisé cumulé"] == figures[indicator.code]
    for indicator in INDICATORS:
        line = results(book, "Ensemble")[str(indicator.label)]
        goal = answer["targets"][indicator.code]
        assert line["Cible initiale"] == goal["initial"]
        assert line["Cible révisée"] == goal["revised"]
        assert line["Cible en vigueur"] == goal["in_force"]
    for code, name in names.items():
        own = results(book, name, page=name)
        row = next(row for row in answer["rows"] if row["key"] == code)
        assert [own[str(i.label)]["Réalisé cumulé"] for i in INDICATORS] == [row[c] for c in CODES]


def test_a_cell_is_the_figure_of_the_dashboard(client):
    staff = make_user()
    client.force_login(staff)
    page = client.get(reverse("reporting:dashboard"), {"arrete": "01/03/2018"})
    book = read(build_scope(user=staff, as_of=date(2018, 3, 1)), staff)
    cards = {card.code: card.actual for card in page.context["cards"]}
    whole = results(book, "Ensemble")
    assert {code: whole[str(BY_CODE[code].label)]["Réalisé cumulé"] for code in cards} == cards
    for region, figures in page.context["regions"]:
        lines = results(book, str(region))
        for figure in figures:
            line = lines[str(figure.indicator.label)]
            assert line["Réalisé cumulé"] == figure.actual
            assert line["Cible en vigueur"] == figure.target.in_force


def test_every_sheet_prints_whole_and_holds_no_merged_cell(book):
    for page in book:
        assert not page.merged_cells.ranges, page.title
        assert page.print_area, page.title
        assert page.freeze_panes, page.title


def test_the_trend_ends_at_the_figures_of_the_scope(book):
    rows = rows_of(book["Parcours et rythme"], "À la fin du mois")
    last = rows[-1]
    assert [last[str(BY_CODE[stage].label)] for stage in PATH] == [1083, 742, 659, 482]
    assert last["Cible en vigueur, créés"] == 600
    assert rows[0]["Créés"] == 0


def test_enterprises_stand_by_legal_form_and_by_region(book):
    scope = build_scope(as_of=date(2018, 3, 1))
    page = book["Entreprises"]
    forms = rows_of(page, "Forme juridique")
    whole = totals(scope)
    assert forms[-1]["Personnes ayant créé"] == whole["created"]
    assert forms[-1]["Entreprises"] == whole["enterprises"]
    assert sum(row["Entreprises"] for row in forms[:-1]) == whole["enterprises"]
    regions = rows_of(page, "Région")
    assert [row["Entreprises"] for row in regions[:-1]] == [
        row["enterprises"] for row in breakdown(scope, "region").values()
    ]


def test_regions_on_a_past_day_agree_with_the_breakdown():
    scope = build_scope(as_of=date(2015, 12, 31))
    book = read(scope)
    for code, figures in breakdown(scope, "region").items():
        name = next(str(r) for r in regions_of(scope) if r.code == code)
        lines = results(book, name)
        assert [lines[str(i.label)]["Réalisé cumulé"] for i in INDICATORS] == [
            figures[c] for c in CODES
        ]
