from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from beneficiaries import counts
from beneficiaries.funnel import Stage
from beneficiaries.models import FunnelCount, FunnelLedger, RegionClosing, StageEvent
from beneficiaries.transitions import advance, void
from remess.jobs.models import Job
from remess.jobs.registry import ask_daily
from remess.shared.dates import today
from reporting.counting import count_stages
from reporting.scope import Scope
from tests.factories import import_line, make_beneficiary, make_ocb, make_user
from tests.histories import live, seeds

pytestmark = pytest.mark.django_db
SEEDS = seeds(6, quick=3)


def run(command):
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def tables():
    return [
        sorted(model.objects.exclude(n=0).values_list(*key, "n"))
        for model, key in counts.KEYS.items()
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_stay_equal_to_the_events_whatever_happens(seed):
    live(seed)
    assert StageEvent.objects.filter(voided_on__isnull=False).exists()
    assert counts.differences() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_made_anew_equal_those_kept_along_the_way(seed):
    live(seed)
    counts.close_days()
    kept = tables()
    counts.rebuild()
    assert tables() == kept
    assert counts.differences() == []


def test_a_voided_event_leaves_the_count_and_both_days_in_the_ledger():
    person, staff = make_beneficiary(), make_user()
    void(person.events.get(), by=staff, reason="Erreur")
    assert FunnelCount.objects.get().n == 0
    assert sum(FunnelLedger.objects.values_list("n", flat=True)) == 0


def test_people_of_one_month_and_place_share_one_row():
    ocb = make_beneficiary(on=date(2015, 3, 1)).ocb
    make_beneficiary(on=date(2015, 3, 31), ocb=ocb)
    make_beneficiary(on=date(2015, 4, 1), ocb=ocb)
    rows = FunnelCount.objects.order_by("month").values_list("month", "n")
    assert list(rows) == [(date(2015, 3, 1), 2), (date(2015, 4, 1), 1)]


def test_verify_says_when_all_is_equal():
    make_beneficiary(at=Stage.TRAINED)
    assert run("verify_counts") == "Les comptes sont égaux aux passages d'étape.\n"


@pytest.mark.parametrize("model", counts.KEYS)
@pytest.mark.parametrize("damage", ["changed", "lost", "invented"])
def test_verify_fails_with_a_sentence_on_any_difference(model, damage):
    with time_machine.travel(datetime(2016, 5, 3, tzinfo=UTC), tick=False):
        make_beneficiary(at=Stage.CREATED)
    counts.close_days()
    row = model.objects.order_by("pk").first()
    if damage == "changed":
        model.objects.filter(pk=row.pk).update(n=7)
    elif damage == "lost":
        model.objects.filter(pk=row.pk).delete()
    else:
        row.pk, row.month = None, date(2001, 1, 1)
        row.save()
    with pytest.raises(CommandError, match="rebuild_counts") as refusal:
        run("verify_counts")
    assert refusal.value.returncode == 1
    assert "\n" not in str(refusal.value)
    assert "refaits" in run("rebuild_counts")
    assert "égaux" in run("verify_counts")


def test_a_month_closed_follows_what_is_recorded_in_its_days_afterwards():
    """Only the demo dates a recording back; a figure read from the closing must know of it."""
    ocb, by = make_beneficiary(at=None).ocb, make_user()
    for day in (datetime(2016, 5, 3, tzinfo=UTC), datetime(2016, 8, 9, tzinfo=UTC)):
        with time_machine.travel(day, tick=False):
            make_beneficiary(ocb=ocb)
    counts.close_days()
    assert len(set(counts.STAGE_TABLES.closings[0].days())) == 2
    late = make_beneficiary(at=None, ocb=ocb)
    on = date(2016, 4, 1)
    moment = datetime(2016, 5, 20, tzinfo=UTC)
    advance(late, Stage.IDENTIFIED, on=on, by=by, evidence=import_line(on), recorded_at=moment)
    known = [date(2016, 5, 19), date(2016, 5, 20), date(2016, 6, 30), date(2016, 9, 1)]
    assert [count_stages(Scope(as_of=day))["identified",] for day in known] == [1, 2, 2, 3]
    assert counts.differences() == []


def test_a_month_is_closed_once_and_this_one_stays_open():
    with time_machine.travel(datetime(2016, 5, 3, tzinfo=UTC), tick=False):
        make_beneficiary()
        counts.close_days()
        assert not counts.STAGE_TABLES.closings[0].days().exists()
    with time_machine.travel(datetime(2016, 6, 1, 12, tzinfo=UTC), tick=False):
        make_beneficiary()
        for _ in range(2):
            counts.close_days()
            assert list(counts.STAGE_TABLES.closings[0].days()) == [date(2016, 5, 31)]
    assert counts.differences() == []


def test_ten_days_are_closed_all_ocbs_together_and_a_figure_starts_from_them():
    with time_machine.travel(datetime(2016, 5, 3, tzinfo=UTC), tick=False):
        region = make_beneficiary().ocb.region
        make_beneficiary(ocb=make_ocb(region=region))
    with time_machine.travel(datetime(2016, 5, 10, 12, tzinfo=UTC), tick=False):
        counts.close_days()
        assert not RegionClosing.objects.exists()
    with time_machine.travel(datetime(2016, 5, 21, 12, tzinfo=UTC), tick=False):
        make_beneficiary(ocb=make_ocb(region=region))
        counts.close_days()
    months, tens = counts.STAGE_TABLES.closings
    assert (list(months.days()), list(tens.days())) == ([], [date(2016, 5, 10)])
    assert [row.n for row in RegionClosing.objects.all()] == [2]
    assert counts.differences() == []
    FunnelLedger.objects.filter(recorded_on=date(2016, 5, 3)).delete()
    day = Scope(as_of=date(2016, 5, 21))
    assert count_stages(day)["identified",] == 3
    assert count_stages(day, ("ocb",)).total() == 1


def test_the_worker_closes_days_once_they_are_over_and_asks_no_more():
    asked = Job.objects.filter(kind="close_months")
    with time_machine.travel(datetime(2016, 5, 3, 12, tzinfo=UTC), tick=False):
        make_beneficiary()
        ask_daily(today())
        assert not asked.exists()
    for day in (1, 1, 2):
        with time_machine.travel(datetime(2016, 6, day, 12, tzinfo=UTC), tick=False):
            ask_daily(today())
        assert asked.get().key == "2016-06-01"
        assert list(counts.STAGE_TABLES.closings[0].days()) == [date(2016, 5, 31)]
