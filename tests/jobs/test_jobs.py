"""A job from its asking to its end, done at once in this process."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from remess.accounts.roles import Role
from remess.jobs import attempts, queue
from remess.jobs.models import LOST_AFTER, STOPPED_AFTER, Job
from remess.jobs.registry import JobInterrupted, function_of, job
from remess.programme.models import Region
from tests.factories import make_job, make_user
from tests.jobs import kinds

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def ask(kind="regions", *, key="clé", **arguments):
    return queue.start(
        kind, "Création des régions", by=make_user(), key=key, arguments=arguments or {"regions": 3}
    )


def a_running_job(**fields):
    running = {"status": Job.Status.RUNNING, "heartbeat_at": NOON, "attempts": 1}
    return make_job(**{"kind": "regions", "arguments": {"regions": 3}, **running, **fields})


def test_a_job_is_done_and_says_what_it_came_to():
    done = ask()
    assert (done.status, done.done, done.total, done.percent) == ("done", 3, 3, 100)
    assert (done.result, done.page) == ({"made": 3}, "/parametres/regions/")
    assert done.ended_at
    assert Region.objects.count() == 3


def test_an_unknown_kind_is_refused_at_once():
    with pytest.raises(LookupError):
        ask("unknown")
    assert not Job.objects.exists()


def test_two_functions_for_one_kind_are_refused():
    assert function_of("regions") is kinds.make_regions
    with pytest.raises(ValueError, match="regions"):
        job("regions")(kinds.refuse)


def test_the_same_post_sent_twice_makes_one_job():
    first = ask(regions=2)
    assert ask(regions=5) == first
    assert Job.objects.get().arguments == {"regions": 2}
    assert Region.objects.count() == 2
    assert ask(key="autre", regions=5) != first


def test_the_same_post_sent_twice_wakes_one_worker(real_queue):
    ask()
    ask()
    assert DBTaskResult.objects.count() == 1
    assert Job.objects.get().status == "waiting"


def test_a_refusal_is_the_sentence_the_person_reads():
    refused = ask("refused")
    assert (refused.status, refused.may_restart) == ("failed", True)
    assert refused.error == "Le fichier n'est plus là : le déposer à nouveau."


def test_a_breakdown_says_so_without_its_technical_words():
    broken = ask("broken")
    assert (broken.status, broken.done, broken.total) == ("failed", 1, 4)
    assert "erreur imprévue" in broken.error
    assert "nobody" not in broken.error


def test_a_file_is_kept_out_of_the_web_root_and_made_anew_by_a_restart(tmp_path, settings):
    made = tmp_path / "liste"
    first = ask("file", path=str(made))
    assert first.file_name == "liste.csv"
    assert not made.exists()
    Job.objects.update(status=Job.Status.STOPPED)
    assert queue.restart(first)
    first.refresh_from_db()
    with first.file.open("rb") as file:
        assert file.read() == b"attempt 2"
    assert [path.name for path in (settings.MEDIA_ROOT / "taches").iterdir()] == [first.pk.hex]


def test_progress_is_written_once_a_second_at_most_and_always_at_the_end():
    begun = make_job(status=Job.Status.WAITING)
    told = []
    with time_machine.travel(NOON, tick=False) as clock:
        attempt = attempts.claim(begun.pk)
        for done in range(1, 5):
            attempt.progress(done, 4)
            told.append(Job.objects.get().done)
            clock.shift(timedelta(seconds=0.6))
    assert told == [1, 1, 3, 4]
    assert Job.objects.get().heartbeat_at == NOON + timedelta(seconds=1.8)


def test_percents_reach_100_only_at_the_end():
    assert [Job(done=done, total=1000).percent for done in (0, 419, 999, 1000)] == [0, 41, 99, 100]
    assert Job(done=3, total=0).percent is None


def test_one_job_is_claimed_once():
    waiting = make_job(status=Job.Status.WAITING)
    assert attempts.claim(waiting.pk)
    assert attempts.claim(waiting.pk) is None


def test_an_attempt_taken_over_stops_and_touches_nothing():
    waiting = make_job(status=Job.Status.WAITING)
    attempt = attempts.claim(waiting.pk)
    Job.objects.update(attempts=2, done=7, total=9)
    with pytest.raises(JobInterrupted):
        attempt.progress(1, 9)
    assert Job.objects.get().done == 7


def test_a_silent_job_reads_as_stopped_where_it_was():
    silent = a_running_job(done=42, total=100)
    with time_machine.travel(NOON + STOPPED_AFTER, tick=False):
        assert (silent.standing, silent.may_restart) == ("running", False)
    with time_machine.travel(NOON + STOPPED_AFTER + timedelta(seconds=1), tick=False):
        assert (silent.standing, silent.may_restart) == ("stopped", True)


def test_a_silent_job_is_put_back_and_goes_on():
    kinds.make_regions(make_job(arguments={"regions": 2}), progress=lambda *_: None)
    left = a_running_job()
    queue.put_back_lost(now=NOON + LOST_AFTER)
    left.refresh_from_db()
    assert left.status == "running"
    queue.put_back_lost(now=NOON + LOST_AFTER + timedelta(seconds=1))
    left.refresh_from_db()
    assert (left.status, left.attempts) == ("done", 2)
    assert [region.name_fr for region in Region.objects.order_by("pk")] == [
        "Pièce 0",
        "Pièce 1",
        "Pièce 2",
    ]


def test_a_job_that_kills_its_worker_again_and_again_waits_for_a_person():
    left = a_running_job(vain_attempts=queue.MOST_VAIN_ATTEMPTS)
    queue.put_back_lost(now=NOON + timedelta(hours=1))
    left.refresh_from_db()
    assert (left.status, left.attempts) == ("stopped", 1)
    assert "plusieurs fois" in left.error
    assert queue.restart(left)
    left.refresh_from_db()
    assert (left.status, left.error, left.vain_attempts) == ("done", "", 0)


def test_only_an_attempt_that_gets_further_counts_as_useful():
    waiting = make_job(status=Job.Status.WAITING, done=5, total=9, vain_attempts=1)
    attempt = attempts.claim(waiting.pk)
    attempt.progress(5, 9)
    assert Job.objects.get().vain_attempts == 2
    attempt.progress(9, 9)
    assert Job.objects.get().vain_attempts == 0


def test_a_waiting_job_that_the_queue_forgot_is_queued_again(real_queue):
    forgotten = ask()
    queue.put_back_lost()
    assert DBTaskResult.objects.count() == 1
    DBTaskResult.objects.update(status="RUNNING")
    queue.put_back_lost()
    entries = [entry.args_kwargs["args"] for entry in DBTaskResult.objects.filter(status="READY")]
    assert entries == [[str(forgotten.pk)]]


@pytest.mark.parametrize("status", ["waiting", "running", "done"])
def test_what_is_not_stopped_is_not_restarted(status):
    with time_machine.travel(NOON, tick=False):
        found = make_job(status=status, heartbeat_at=NOON)
        assert not queue.restart(found)
    found.refresh_from_db()
    assert (found.status, found.attempts) == (status, 0)


def test_a_job_is_seen_by_who_asked_and_by_the_administrator():
    mine, other = make_user(Role.STAFF), make_user(Role.STAFF)
    found = make_job(by=mine)
    assert list(Job.objects.visible_to(mine)) == [found]
    assert list(Job.objects.visible_to(make_user(Role.ADMIN))) == [found]
    assert not Job.objects.visible_to(other)
