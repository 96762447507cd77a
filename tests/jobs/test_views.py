"""The pages of a job, and its file."""

from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from remess.accounts.roles import Role
from remess.jobs.models import STOPPED_AFTER, Job
from tests.factories import make_job, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker(client):
    user = make_user()
    client.force_login(user)
    return user


def running(by, **fields):
    told = {"status": Job.Status.RUNNING, "heartbeat_at": timezone.now(), "done": 42, "total": 100}
    return make_job(by=by, **{**told, **fields})


def part(client, job, seen=""):
    address = reverse("jobs:progress", args=[job.pk])
    return client.get(address, {"vu": seen}).content.decode()


def test_a_running_job_shows_how_far_it_is_and_asks_again(client, asker):
    page = client.get(running(asker).get_absolute_url()).content.decode()
    assert "42 %" in page
    assert "42 sur 100" in page
    assert 'hx-trigger="every 2s"' in page
    assert "Vous pouvez quitter cette page" in page
    assert "<noscript>" in page


def test_a_job_whose_total_is_unknown_shows_no_percentage(client, asker):
    page = client.get(running(asker, done=0, total=0).get_absolute_url()).content.decode()
    assert "En préparation" in page
    assert "<progress" in page
    assert "value=" not in page.partition("<progress")[2].partition(">")[0]


def test_a_change_of_state_is_announced_and_mere_progress_is_not(client, asker):
    job = running(asker)
    assert "La tâche a commencé." in part(client, job, seen="waiting")
    assert "job-said" not in part(client, job, seen="running")
    Job.objects.update(status=Job.Status.DONE)
    assert "La tâche est terminée." in part(client, job, seen="running")


def test_a_finished_job_gives_its_file_and_asks_no_more(client, asker):
    job = make_job(by=asker)
    text = part(client, job)
    assert reverse("jobs:download", args=[job.pk]) in text
    assert "hx-get" not in text


def test_a_finished_job_leads_to_its_page(client, asker):
    text = part(client, make_job(by=asker, page="/taches/"))
    assert 'href="/taches/"' in text


def test_a_stopped_job_says_where_and_goes_on_when_asked(client, asker, real_queue):
    job = running(asker, heartbeat_at=timezone.now() - STOPPED_AFTER - timedelta(minutes=1))
    page = client.get(job.get_absolute_url()).content.decode()
    assert "Arrêtée à 42 %" in page
    assert 'hx-trigger="every 15s"' in page  # a worker may still come and take it over
    response = client.post(reverse("jobs:restart", args=[job.pk]), follow=True)
    assert "En attente" in response.content.decode()
    again = client.post(reverse("jobs:restart", args=[job.pk]), follow=True)
    assert "rien à relancer" in again.content.decode()
    job.refresh_from_db()
    assert (job.status, job.done) == ("waiting", 42)


def test_a_failed_job_says_why(client, asker):
    page = part(client, make_job(by=asker, status="failed", error="Le fichier n'est plus là."))
    assert "Le fichier n&#x27;est plus là." in page
    assert "Relancer la tâche" in page


def test_the_file_is_downloaded_and_not_opened(client, asker):
    response = client.get(reverse("jobs:download", args=[make_job(by=asker).pk]))
    assert b"".join(response.streaming_content) == b"PK"
    assert response["Content-Disposition"] == 'attachment; filename="liste.xlsx"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


def test_a_job_without_file_has_nothing_to_download(client, asker):
    job = running(asker)
    assert client.get(reverse("jobs:download", args=[job.pk])).status_code == 404


def test_each_sees_their_own_jobs_and_the_administrator_all(client, asker):
    make_job(by=asker, title="Export de mes jeunes")
    make_job(title="Export d'une autre")
    page = client.get(reverse("jobs:list")).content.decode()
    assert "Export de mes jeunes" in page
    assert "Export d&#x27;une autre" not in page
    client.force_login(make_user(Role.ADMIN))
    page = client.get(reverse("jobs:list")).content.decode()
    assert "Export de mes jeunes" in page
    assert "Export d&#x27;une autre" in page


@pytest.mark.parametrize("rows", [0, 1, 20])
def test_the_list_costs_the_same_whatever_its_length(client, rows, django_assert_num_queries):
    client.force_login(make_user(Role.ADMIN))
    for _ in range(rows):
        make_job()
    with django_assert_num_queries(4):
        response = client.get(reverse("jobs:list"))
    assert len(response.context["page"]) == rows


def test_htmx_runs_under_the_policy(client, asker):
    page = client.get(make_job(by=asker).get_absolute_url())
    assert '"allowEval":false' in page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    assert finders.find("vendor/htmx.min.js")
