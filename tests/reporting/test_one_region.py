"""A region's own workbook: no sheet of it tells what the whole one hides of the region."""

from datetime import date

import pytest
from django.db import transaction

from beneficiaries.funnel import PATH, Stage
from beneficiaries.transitions import follow_up, leave
from remess.accounts.roles import Role
from remess.programme.models import Region
from reporting.comparison import compare
from reporting.dashboard import dashboard_of
from reporting.dimensions import DIMENSIONS
from reporting.exports import donor
from reporting.indicators import BY_CODE
from reporting.losses import exit_losses, waiting
from reporting.outcomes import outcome_table
from reporting.scope import build_scope
from reporting.small_cells import Hidden
from tests.factories import make_beneficiary, make_ocb, make_region, make_user, unsaved_enterprise
from tests.reporting.workbooks import opened, results, rows_of

# One worker for all of them: what they share is made once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("one-region")]
DAY, LATER = date(2016, 3, 1), date(2017, 6, 1)
STAGES = [str(BY_CODE[stage].label) for stage in PATH]


@pytest.fixture(scope="module")
def official(django_db_setup, django_db_blocker):
    """Of the fewest creations 2 are small, and 6 would tell them by subtraction from the total."""
    with django_db_blocker.unblock(), transaction.atomic():
        team = make_user()
        for code, n in (("TRO", 2), ("SIX", 6), ("NEU", 9)):
            _fill(make_ocb(region=make_region(code=code)), code, n, team)
        yield make_user(Role.OFFICIAL)
        transaction.set_rollback(True)


def _fill(ocb, code, n, team):
    for rank in range(n):
        own = unsaved_enterprise(identifier=f"RC {code} {rank}", registered_on=DAY)
        person = make_beneficiary(ocb=ocb, at=Stage.CREATED, on=DAY, enterprise=own)
        told = {"monthly_income": 3000, "jobs_women": 1, "jobs_men": 1}
        follow_up(person, 12, done_on=LATER, status="active", by=team, **told)
        leaver = make_beneficiary(ocb=ocb, at=Stage.SELECTED, on=DAY)
        leave(leaver, on=LATER, by=team, reason="moved")
        make_beneficiary(ocb=ocb, on=DAY)


def workbook(user, code):
    scope = build_scope(user=user, region=Region.objects.get(code=code))
    return opened(donor.build(scope, user), data_only=True)


@pytest.mark.parametrize("code", ["TRO", "SIX"])
def test_the_trend_and_the_legal_forms_stop_at_what_is_hidden(official, code):
    book = workbook(official, code)
    assert type(results(book, "Ensemble")["Créés"]["Réalisé cumulé"]) is str
    months = rows_of(book["Parcours et rythme"], "À la fin du mois")
    assert {row["Créés"] for row in months} <= {None}
    forms = rows_of(book["Entreprises"], "Forme juridique")
    assert {type(row["Personnes ayant créé"]) for row in forms} == {str}
    assert {type(row["Entreprises"]) for row in forms} == {str}
    scope = build_scope(user=official, region=Region.objects.get(code=code))
    page = dashboard_of(scope, official)["legal_forms"]
    assert all(type(n) is Hidden for _key, _label, *counts in page for n in counts)


def test_a_region_whose_figures_are_shown_keeps_its_trend(official):
    last = rows_of(workbook(official, "NEU")["Parcours et rythme"], "À la fin du mois")[-1]
    assert [last[stage] for stage in STAGES] == [27, 18, 9, 9]


@pytest.mark.parametrize("code", ["TRO", "SIX"])
def test_what_became_of_the_creations_is_hidden_of_one_region_as_in_the_table_of_all(
    official, code
):
    region = Region.objects.get(code=code)
    everywhere = outcome_table(build_scope(user=official), 12, official)
    row = next(row for row in everywhere.breakdowns[0][1] if row.label == str(region))
    assert "creations" in row.hidden
    alone = outcome_table(build_scope(user=official, region=region), 12, official)
    assert row.hidden.keys() <= alone.whole.hidden.keys()
    for _title, rows in alone.breakdowns:
        assert all(row.hidden.keys() <= outcome.hidden.keys() for outcome in rows)


@pytest.mark.parametrize("code", ["TRO", "SIX"])
@pytest.mark.parametrize(("count", "total"), [(exit_losses, "gone"), (waiting, "people")])
def test_losses_are_hidden_of_one_region_as_in_the_table_of_all(official, code, count, total):
    region = Region.objects.get(code=code)
    everywhere = count(build_scope(user=official), official)
    row = next(row for row in everywhere.groups["region"] if row.key == code)
    assert total in row.hidden
    alone = count(build_scope(user=official, region=region), official)
    for _dimension, groups in alone.tables():
        assert all(type(group.seen(total)) is Hidden for group in groups)


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda dimension: dimension.code)
def test_a_comparison_within_one_region_tells_nothing_of_a_total_that_is_hidden(
    official, dimension
):
    for code in ("TRO", "SIX"):
        scope = build_scope(user=official, region=Region.objects.get(code=code))
        compared = compare(scope, dimension, official)
        unseen = [f for f in compared.codes if type(compared.total.seen(f)) is Hidden]
        assert "created" in unseen
        for line in compared.lines:
            assert {type(line.seen(figure)) for figure in unseen} == {Hidden}
