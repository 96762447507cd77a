"""`funnel --json` beside a count over the rows of the register, written here and only here."""

import json
import random
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from beneficiaries.models import EnterpriseMember, StageEvent
from tests.histories import FIRST_MOMENT, LAST_DAY, live

pytestmark = pytest.mark.django_db
STAGES = ["identified", "selected", "trained", "created"]
DAYS = (LAST_DAY - FIRST_MOMENT.date()).days
# Odd on purpose: one day, a leap day, within a month, over a year's end, whole months, open ends.
PERIODS = [
    (date(2015, 7, 13), date(2015, 7, 13)),
    (date(2016, 2, 29), date(2016, 2, 29)),
    (date(2015, 5, 7), date(2015, 5, 22)),
    (date(2014, 12, 31), date(2015, 1, 1)),
    (date(2015, 1, 31), date(2015, 3, 1)),
    (date(2016, 1, 1), date(2016, 1, 31)),
    (date(2015, 11, 2), date(2017, 4, 30)),
    (date(2015, 2, 28), date(2016, 2, 28)),
    (None, date(2016, 6, 15)),
    (date(2016, 9, 18), None),
]


@pytest.fixture(params=[11, pytest.param(12, marks=pytest.mark.slow)])
def rng(request):
    live(request.param, size=25, moves=260)
    return random.Random(request.param)


def funnel(**asked):
    out = StringIO()
    given = [word for name, value in asked.items() if value for word in (f"--{name}", str(value))]
    call_command("funnel", "--json", *given, stdout=out)
    return json.loads(out.getvalue())


def was_known(row, day):
    return row.recorded_on <= day and (row.voided_on is None or row.voided_on > day)


def counted_apart(as_of, start, end):
    """{region: {stage: persons}} and the number of enterprises, from every row one by one."""
    start, end = start or date.min, end or date.max
    regions, creations = {}, {}
    for event in StageEvent.objects.select_related("region").order_by("pk"):
        if not was_known(event, as_of):
            continue
        if start <= event.occurred_on <= end:
            row = regions.setdefault(event.region.code, dict.fromkeys(STAGES, 0))
            row[event.stage] += 1
        if event.stage == "created":
            creations[event.beneficiary_id] = event.occurred_on
    first = {}
    for member in EnterpriseMember.objects.order_by("pk"):
        on = creations.get(member.beneficiary_id)
        if on and was_known(member, as_of):
            first[member.enterprise_id] = min(on, first.get(member.enterprise_id, on))
    return regions, sum(start <= on <= end for on in first.values())


def assert_same(as_of, start=None, end=None):
    answer = funnel(**{"as-of": as_of, "from": start, "to": end}, by="region")
    regions, enterprises = counted_apart(as_of, start, end)
    totals = {stage: sum(row[stage] for row in regions.values()) for stage in STAGES}
    assert answer["totals"] == {**totals, "enterprises": enterprises}
    shown = {row["key"]: {stage: row[stage] for stage in STAGES} for row in answer["rows"]}
    zeros = dict.fromkeys(STAGES, 0)
    assert shown == {code: regions.get(code, zeros) for code in shown}
    assert regions.keys() <= shown.keys()
    return answer["totals"]["identified"]


def test_the_funnel_of_ten_past_days_is_what_the_register_held_then(rng):
    days = [FIRST_MOMENT.date() + timedelta(days=rng.randrange(DAYS)) for _ in range(10)]
    counted = [assert_same(day) for day in sorted(days)]
    assert len(set(counted)) > 1


def test_the_funnel_of_ten_odd_periods_is_what_happened_in_them(rng):
    counted = 0
    for start, end in PERIODS:
        counted += assert_same(LAST_DAY, start, end)
        counted += assert_same(date(2017, 1, 15), start, end)
    assert counted
