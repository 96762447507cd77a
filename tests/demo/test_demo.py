"""The demo: the published totals exactly, the invented breakdown, the same at every run."""

import hashlib
import json
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Max

from beneficiaries import counts
from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import (
    Beneficiary,
    Enterprise,
    Exit,
    FollowUp,
    PossibleDuplicate,
    StageEvent,
)
from bootcamps.models import Attendance, Bootcamp, Course, Participation
from bootcamps.transitions import reaches_share
from ocbs.models import OCB, Trainer
from remess.accounts.models import User
from remess.accounts.roles import Role
from remess.demo.history import make_people
from remess.demo.network import load_programme, make_network
from remess.shared.dates import CASABLANCA
from reporting.checks import INCONSISTENT
from reporting.scope import build_scope
from reporting.targets import TargetTable

# One worker for all of them: what they share is made once.
pytestmark = pytest.mark.xdist_group("demo")
PUBLISHED = {"identified": 1083, "selected": 742, "trained": 659, "created": 482}
END = datetime(2018, 3, 1, 23, 59, tzinfo=CASABLANCA)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The whole demo, written once and rolled back after the last test of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", stdout=StringIO())
        yield load_programme()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _leave_no_trace(request):
    """Undo what a test of this module writes beside the demo."""
    if "demo" not in request.fixturenames:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def funnel(*arguments):
    out = StringIO()
    call_command("funnel", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


def register_digest():
    """One number for everything the demo says of people and what happened to them."""
    people = Beneficiary.objects.order_by("file_region", "file_no").values_list(
        "file_region", "file_no", "client_id", "family_name", "birth_date", "cin", "current_stage"
    )
    events = StageEvent.objects.order_by("pk").values_list(
        "stage", "occurred_on", "recorded_at", "sex", "ocb__code", "voided_at"
    )
    return hashlib.sha256(repr([*people, *events]).encode()).hexdigest()


def test_the_published_totals_are_exact(demo):
    totals = funnel()["totals"]
    assert {code: totals[code] for code in PUBLISHED} == PUBLISHED


def test_the_figures_of_every_region_are_those_of_the_programme(demo):
    rows = {row["key"]: row for row in funnel("--by", "region")["rows"]}
    for stage, cells in demo["actuals_at_2018-03-01"].items():
        assert {code: row[stage] for code, row in rows.items()} == cells


def test_today_and_the_first_of_march_2018_read_the_same(demo):
    for by in ("region", "ocb", "sex", "legal_form", "month"):
        today, then = funnel("--by", by), funnel("--by", by, "--as-of", "2018-03-01")
        for answer in (today, then):
            del answer["as_of"], answer["targets"]
        assert today == then


def test_an_earlier_day_knew_less(demo):
    figures = [
        funnel("--as-of", f"{year}-12-31")["totals"]["identified"] for year in (2014, 2015, 2016)
    ]
    assert 0 < figures[0] < figures[1] < figures[2] < 1083


def test_the_network_is_the_one_published(demo):
    assert (OCB.objects.count(), Trainer.objects.count(), Bootcamp.objects.count()) == (22, 12, 12)
    assert Bootcamp.objects.filter(signed_on__isnull=True).count() == 0
    roles = {role: User.objects.filter(role=role, is_demo=True).count() for role in Role}
    assert roles == {
        Role.ADMIN: 1,
        Role.STAFF: 1,
        Role.OCB_AGENT: 22,
        Role.TRAINER: 12,
        Role.OFFICIAL: 1,
    }


def test_the_targets_are_those_of_the_programme(demo):
    table = TargetTable(build_scope(as_of=date(2018, 3, 1)))
    for stage in PATH:
        convention, avenant = (sum(act["targets"][stage].values()) for act in demo["agreements"])
        triple = table.total(stage.value)
        assert (triple.initial, triple.revised, triple.in_force) == (convention, avenant, avenant)


def test_everything_happened_and_was_recorded_by_the_evening_of_the_first_of_march(demo):
    latest = StageEvent.objects.aggregate(
        recorded=Max("recorded_at"), voided=Max("voided_at"), occurred=Max("occurred_on")
    )
    assert latest["recorded"] <= END
    assert latest["voided"] <= END
    assert latest["occurred"] <= date(2018, 3, 1)
    exits = Exit.objects.aggregate(left=Max("recorded_at"), back=Max("returned_recorded_on"))
    assert exits["left"] <= END
    assert exits["back"] <= date(2018, 3, 1)
    assert Bootcamp.objects.aggregate(last=Max("signed_on"))["last"] <= date(2018, 3, 1)


def test_events_are_recorded_after_they_happened_and_some_of_them_late(demo):
    delays = [
        (event.recorded_on - event.occurred_on).days
        for event in StageEvent.objects.filter(corrects__isnull=True)
    ]
    assert min(delays) >= 0
    assert sorted(delays)[len(delays) // 2] < 30
    assert sum(delay > 60 for delay in delays) > 10


def test_the_demo_keeps_every_rule(demo):
    assert counts.differences() == []
    assert {check.code: check.find().count for check in INCONSISTENT} == dict.fromkeys(
        [check.code for check in INCONSISTENT], 0
    )


def test_the_demo_shows_every_kind_of_thing(demo):
    assert Exit.objects.open().exists()
    assert Exit.objects.filter(returned_on__isnull=False).exists()
    assert Exit.objects.values("reason").distinct().count() >= 4
    assert set(Enterprise.objects.values_list("legal_form", flat=True)) == {
        "auto_entrepreneur",
        "tpe",
        "cooperative",
    }
    assert Enterprise.objects.count() < PUBLISHED["created"]
    assert set(FollowUp.objects.values_list("months", flat=True)) == {6, 12}
    assert StageEvent.objects.filter(voided_on__isnull=False).count() >= 5
    assert set(Participation.objects.values_list("attended", flat=True)) == {True, False}


def test_those_trained_attended_enough_and_the_others_did_not(demo):
    course = Course.objects.order_by("pk").first()
    sessions = course.sessions.count()
    for enrolment in course.enrolments.all().for_list():
        is_enough = reaches_share(course, enrolment.present_count, sessions)
        assert is_enough == (enrolment.event_id is not None)
    assert Attendance.objects.exists()


def test_a_second_run_changes_nothing(demo):
    before = register_digest()
    out = StringIO()
    call_command("demo", stdout=out)
    assert register_digest() == before
    assert "laissé tel quel" in out.getvalue()
    assert OCB.objects.count() == 22


def test_people_and_network_are_marked_as_demo_accounts(demo):
    assert not User.objects.filter(is_demo=False, is_active=True).exists()
    assert User.objects.get(username="mjs").check_password("demo-remess-2018")


@pytest.mark.django_db
def test_two_runs_on_empty_registers_write_the_same():
    digests = []
    for _run in range(2):
        with transaction.atomic():
            programme = load_programme()
            small = {
                **programme,
                "actuals_at_2018-03-01": {
                    stage: {code: n // 8 + 4 for code, n in cells.items()}
                    for stage, cells in programme["actuals_at_2018-03-01"].items()
                },
            }
            make_network(programme)
            make_people(small)
            digests.append(register_digest())
            transaction.set_rollback(True)
    assert digests[0] == digests[1]


@pytest.mark.django_db
def test_without_people_there_is_the_network_and_nobody():
    call_command("demo", "--without-people", stdout=StringIO())
    assert (OCB.objects.count(), Trainer.objects.count(), Bootcamp.objects.count()) == (22, 12, 12)
    assert not Beneficiary.objects.exists()
    assert funnel()["targets"]["created"]["initial"] == 400
    call_command("demo", "--without-people", stdout=StringIO())
    assert OCB.objects.count() == 22


@pytest.mark.django_db
def test_a_synthetic_register_keeps_every_rule():
    call_command("demo", "--scale", "300", stdout=StringIO())
    assert Beneficiary.objects.count() == 300
    assert funnel()["totals"]["identified"] == 300
    assert counts.differences() == []
    assert {check.code: check.find().count for check in INCONSISTENT} == dict.fromkeys(
        [check.code for check in INCONSISTENT], 0
    )
    assert StageEvent.objects.aggregate(last=Max("recorded_at"))["last"] <= END
    shares = [Beneficiary.objects.reached(stage).count() for stage in Stage]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] > 60


def test_a_few_people_are_entered_twice_for_the_team_to_settle(demo):
    pairs = PossibleDuplicate.objects.open().for_list()
    assert len(pairs) == 4
    assert {pair.first.ocb.region.code for pair in pairs} == {"ERR", "MAR", "SAF", "SID"}
