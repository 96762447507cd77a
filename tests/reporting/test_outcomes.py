"""Survival, jobs and incomes after creation, against figures counted by hand."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, FollowUp, Sex
from beneficiaries.transitions import follow_up, void_follow_up
from remess.accounts.roles import Role
from reporting.exports import donor
from reporting.outcomes import outcome_table
from reporting.scope import build_scope
from reporting.small_cells import Hidden
from tests.factories import (
    make_agreement,
    make_beneficiary,
    make_enterprise,
    make_ocb,
    make_region,
    make_user,
)
from tests.reporting.workbooks import opened

pytestmark = pytest.mark.django_db
DAY = date(2016, 3, 1)
TOLD_ON = date(2017, 3, 10)
AS_OF = date(2018, 3, 1)


@pytest.fixture
def register():
    """Seven creators in two regions: a cooperative of three, told once in part and once voided."""
    make_agreement()
    north = make_ocb(region=make_region(code="NOR", name_fr="Nord"))
    south = make_ocb(region=make_region(code="SUD", name_fr="Sud"))
    with time_machine.travel("2017-12-01T12:00:00Z", tick=False):
        by = make_user()
        cooperative = make_enterprise(legal_form="cooperative", sub_form="", registered_on=DAY)

        def creator(ocb, form="tpe", on=DAY, **fields):
            enterprise = cooperative
            if form != "cooperative":
                enterprise = make_enterprise(legal_form=form, sub_form="", registered_on=on)
            at = {"at": Stage.CREATED, "enterprise": enterprise, "by": by}
            return make_beneficiary(ocb=ocb, on=on, **at, **fields)

        def told(person, status, income=None, women=0, men=0):
            return follow_up(
                person,
                12,
                done_on=TOLD_ON,
                status=status,
                by=by,
                monthly_income=income,
                jobs_women=women,
                jobs_men=men,
            )

        told(creator(north, income_before=1000), "active", 3000, 2, 1)
        man = creator(north, "auto_entrepreneur", sex=Sex.MALE, income_before=500)
        told(man, "closed", 200)
        three = [creator(north, "cooperative", income_before=n) for n in (None, 800, 900)]
        told(three[0], "active", 2000, 4, 0)
        second = told(three[1], "active", 1800, 3, 2)
        told(three[2], "lost")
        creator(south, on=date(2016, 9, 10), sex=Sex.MALE)
        creator(south, on=date(2017, 9, 1))
    with time_machine.travel("2018-04-01T12:00:00Z", tick=False):
        void_follow_up(second, by=by, reason="Autre personne")
        told(three[1], "closed", 100)
    return {"north": north, "south": south}


def counts(outcome):
    return (outcome.active, outcome.stopped, outcome.lost, outcome.waiting)


def jobs(outcome):
    return (outcome.jobs_women, outcome.jobs_men)


def rows(table, title):
    return dict(table.breakdowns)[title]


def test_the_whole_at_twelve_months_as_counted_by_hand(register):
    whole = outcome_table(build_scope(as_of=AS_OF), 12).whole
    assert whole.creations == 6
    assert counts(whole) == (3, 1, 1, 1)
    assert whole.survival == 3 / 6
    assert whole.survival_of_answered == 3 / 4
    assert jobs(whole) == (2 + 4, 1 + 2)
    assert (whole.income_n, whole.income_before, whole.income_after) == (3, 800, 1800)


def test_a_creation_counts_from_the_very_day_it_is_old_enough(register):
    assert outcome_table(build_scope(as_of=AS_OF), 6).whole.creations == 7
    assert outcome_table(build_scope(as_of=date(2018, 2, 28)), 6).whole.creations == 6
    assert counts(outcome_table(build_scope(as_of=AS_OF), 6).whole) == (0, 0, 0, 7)


def test_each_breakdown_as_counted_by_hand(register):
    table = outcome_table(build_scope(as_of=AS_OF), 12)
    north, south = rows(table, "Par région")
    assert (north.label, counts(north), jobs(north)) == ("Nord", (3, 1, 1, 0), (6, 3))
    assert (south.label, counts(south), jobs(south)) == ("Sud", (0, 0, 0, 1), (0, 0))
    women, men = rows(table, "Par sexe")
    assert (counts(women), jobs(women)) == ((3, 0, 1, 0), (None, None))
    assert (counts(men), men.income_after) == ((0, 1, 0, 1), 200)
    alone, tpe, cooperative = rows(table, "Par forme juridique")
    assert (counts(alone), jobs(alone)) == ((0, 1, 0, 0), (0, 0))
    assert (counts(tpe), jobs(tpe)) == ((1, 0, 0, 1), (2, 1))
    assert (counts(cooperative), jobs(cooperative)) == ((2, 0, 1, 0), (4, 2))
    assert (cooperative.income_n, cooperative.income_before) == (1, 800)


def test_an_earlier_day_still_says_what_was_known_then(register):
    assert counts(outcome_table(build_scope(as_of=date(2018, 4, 1)), 12).whole) == (2, 2, 1, 1)
    later = outcome_table(build_scope(as_of=date(2018, 4, 1)), 12).whole
    assert (later.income_before, later.income_after) == (800, 200)
    assert jobs(later) == (2 + 4, 1 + 0)
    assert outcome_table(build_scope(as_of=date(2017, 11, 30)), 12).whole.creations == 0


def test_closed_at_six_months_is_closed_at_twelve_unless_told_otherwise(register):
    """The south's only creation of that age; one who works again at 12 months; known by the day."""
    with time_machine.travel("2018-02-01T12:00:00Z", tick=False):
        for person in Beneficiary.objects.filter(ocb=register["south"]).order_by("pk"):
            closed = {"done_on": date(2018, 2, 1), "status": "closed", "by": make_user()}
            follow_up(person, 6, **closed)
        active = FollowUp.objects.filter(status="active", months=12).first().beneficiary
        follow_up(active, 6, done_on=date(2018, 2, 1), status="closed", by=make_user())
    whole = outcome_table(build_scope(as_of=AS_OF), 12).whole
    assert counts(whole) == (3, 2, 1, 0)
    assert whole.survival_of_answered == 3 / 5
    assert counts(outcome_table(build_scope(as_of=date(2018, 1, 31)), 12).whole) == (3, 1, 1, 1)


def test_the_places_and_the_period_of_the_scope_narrow_it(register):
    south = register["south"].region
    assert outcome_table(build_scope(as_of=AS_OF, region=south), 12).whole.creations == 1
    late = build_scope(as_of=AS_OF, start=date(2016, 6, 1), end=date(2016, 12, 31))
    assert outcome_table(late, 12).whole.creations == 1


def test_an_official_is_shown_no_count_under_five(client, register):
    user = make_user(Role.OFFICIAL)
    table = outcome_table(build_scope(user=user, as_of=AS_OF), 12, user)
    for _title, outcomes in table.breakdowns:
        for outcome in [*outcomes, table.whole]:
            for name in ("active", "stopped", "lost", "waiting", "creations"):
                value = outcome.seen(name, getattr(outcome, name))
                assert isinstance(value, str) or value == 0 or value >= 5
    client.force_login(user)
    page = client.get(reverse("reporting:outcomes"), {"arrete": "01/03/2018"}).content.decode()
    assert "&lt; 5" in page
    assert "masqué" in page
    book = opened(donor.build(build_scope(user=user, as_of=AS_OF), user))
    numbers = [
        cell
        for line in book["Après création"].iter_rows(min_row=4, max_col=6, values_only=True)
        for cell in line
        if isinstance(cell, int)
    ]
    assert numbers
    assert not any(0 < n < 5 for n in numbers)


def test_choosing_a_region_uncovers_nothing_that_the_table_of_regions_hides():
    """Six lost of one region are hidden beside two of another: the whole minus six would tell."""
    make_agreement()
    regions = [make_region(code=code) for code in ("NOR", "SUD", "TRO")]
    with time_machine.travel("2017-12-01T12:00:00Z", tick=False):
        for region, lost in zip(regions, (6, 2, 9), strict=True):
            ocb = make_ocb(region=region)
            for number in range(lost + 5):
                enterprise = make_enterprise(legal_form="tpe", sub_form="", registered_on=DAY)
                person = make_beneficiary(
                    ocb=ocb, on=DAY, at=Stage.CREATED, enterprise=enterprise, by=make_user()
                )
                status = "lost" if number < lost else "active"
                follow_up(person, 12, done_on=TOLD_ON, status=status, by=make_user())
    user = make_user(Role.OFFICIAL)
    for region, row in zip(regions, everywhere(user), strict=True):
        part = outcome_table(build_scope(user=user, as_of=AS_OF, region=region), 12, user)
        ((own,), whole) = (rows(part, "Par région"), part.whole)
        assert row.hidden.keys() <= own.hidden.keys() & whole.hidden.keys()
    assert [type(row.seen("lost", row.lost)) is Hidden for row in everywhere(user)] == [
        *(True, True, False)
    ]


def everywhere(user):
    return rows(outcome_table(build_scope(user=user, as_of=AS_OF), 12, user), "Par région")


def test_the_team_sees_every_count_on_the_page_and_in_the_workbook(client, register):
    client.force_login(make_user(Role.STAFF))
    page = client.get(reverse("reporting:outcomes"), {"arrete": "01/03/2018"}).content.decode()
    assert "50\u00a0%" in page
    assert "75\u00a0%" in page
    assert "masqué" not in page
    book = opened(donor.build(build_scope(as_of=AS_OF), None))
    found = [row for row in book["Après création"].iter_rows(values_only=True) if row[0]]
    whole = next(row for row in reversed(found) if row[0] == "Ensemble")
    assert whole[:13] == ("Ensemble", 6, 3, 1, 1, 1, 0.5, 0.75, 6, 3, 3, 800, 1800)


def test_the_page_costs_the_same_whatever_the_register(
    client, register, django_assert_max_num_queries
):
    client.force_login(make_user(Role.STAFF))
    assert FollowUp.objects.count() == 6
    with django_assert_max_num_queries(14):
        client.get(reverse("reporting:outcomes"))
