"""The follow-up of a creator at 6 and 12 months: due days, refusals, voiding, the sheet."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.models import FollowUp
from beneficiaries.outcomes import due_on, last_creation_due, state_on
from beneficiaries.transitions import TransitionRefused, follow_up
from remess.accounts.roles import Role
from tests.factories import make_agreement, make_beneficiary, make_ocb, make_user

pytestmark = pytest.mark.django_db
DAY = date(2015, 3, 1)


@pytest.fixture
def person(client):
    make_agreement()
    ocb = make_ocb()
    client.force_login(make_user(Role.OCB_AGENT, ocb=ocb))
    return make_beneficiary(ocb=ocb, at=Stage.CREATED, on=DAY)


def to(person, months=6):
    return reverse("beneficiaries:follow_up_add", args=[person.file_number, months])


@pytest.mark.parametrize(
    ("created", "months", "due"),
    [
        (date(2015, 3, 1), 6, date(2015, 9, 1)),
        (date(2015, 8, 31), 6, date(2016, 2, 29)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2015, 12, 31), 12, date(2016, 12, 31)),
    ],
)
def test_a_follow_up_is_due_the_same_day_of_the_month(created, months, due):
    assert due_on(created, months) == due
    assert last_creation_due(due, months) >= created


@pytest.mark.parametrize("months", [6, 12])
@pytest.mark.parametrize("day", [date(2016, 2, 28), date(2016, 2, 29), date(2017, 8, 31)])
def test_the_latest_creation_due_is_the_latest(day, months):
    last = last_creation_due(day, months)
    assert due_on(last, months) <= day
    assert due_on(date.fromordinal(last.toordinal() + 1), months) > day


def test_a_follow_up_waits_then_is_due_then_late():
    due = date(2015, 9, 1)
    states = [date(2015, 7, 31), date(2015, 8, 1), due, date(2015, 10, 1), date(2015, 10, 2)]
    assert [state_on(day, due) for day in states] == ["ahead", "open", "due", "due", "late"]


def test_what_is_told_shows_on_the_sheet_and_can_be_voided(client, person):
    typed = {
        "done_on": "05/09/2015",
        "status": "active",
        "monthly_income": "2 400",
        "jobs_women": "٢",
        "jobs_men": "",
    }
    assert "en retard" in client.get(person.get_absolute_url()).content.decode()
    assert client.post(to(person), typed).status_code == 302
    row = FollowUp.objects.get()
    assert (row.monthly_income, row.jobs_women, row.jobs_men) == (2400, 2, 0)
    page = client.get(person.get_absolute_url()).content.decode()
    assert "activité en marche" in page
    assert "femmes 2, hommes 0" in page
    again = client.post(to(person), typed)
    assert again.status_code == 422
    assert "déjà enregistré" in again.content.decode()
    client.force_login(make_user(Role.STAFF))
    void = reverse("beneficiaries:follow_up_void", args=[person.file_number, row.pk])
    client.post(void, {"reason": "Mauvaise fiche"})
    assert "Mauvaise fiche" in client.get(person.get_absolute_url()).content.decode()
    assert client.post(to(person), {**typed, "status": "closed"}).status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"done_on": "01/07/2015"}, "à partir du 01/08/2015"),
        ({"done_on": "01/01/2099"}, "futur"),
        ({"done_on": "hier"}, "jj/mm/aaaa"),
        ({"status": ""}, "Choisir une réponse"),
        ({"monthly_income": "beaucoup"}, "nombre entier"),
        ({"jobs_men": "-1"}, "nombre entier"),
        ({"monthly_income": "9999999999"}, "1000000"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_lost(client, person, typed, said):
    good = {"done_on": "05/09/2015", "status": "active", "jobs_women": "7"}
    response = client.post(to(person), {**good, **typed})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert 'value="7"' in response.content.decode()
    assert not FollowUp.objects.exists()


def test_nobody_is_followed_before_creating(client, person):
    trained = make_beneficiary(ocb=person.ocb, at=Stage.TRAINED)
    with pytest.raises(TransitionRefused, match="après la création"):
        follow_up(trained, 6, done_on=DAY, status="active", by=make_user())
    assert "Suivi après création" not in client.get(trained.get_absolute_url()).content.decode()
    assert client.get(to(person, 9)).status_code == 404


def test_a_follow_up_to_come_offers_no_button(client, person):
    with time_machine.travel("2015-07-01T12:00:00Z", tick=False):
        client.force_login(make_user(Role.STAFF))
        page = client.get(person.get_absolute_url()).content.decode()
    assert "échéance le 01/09/2015" in page
    assert "Enregistrer le suivi" not in page


def test_a_closed_activity_is_not_late_for_its_next_follow_up(client, person):
    told = {"done_on": date(2015, 9, 5), "status": "closed", "by": make_user()}
    follow_up(person, 6, **told)
    page = client.get(person.get_absolute_url()).content.decode()
    assert "activité fermée : ce suivi n'est plus dû" in page
    assert "en retard" not in page
