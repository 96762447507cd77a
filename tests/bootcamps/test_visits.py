"""Visits: recorded once, voided with a reason, shown on the sheet and in the agenda."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.transitions import TransitionRefused, leave
from bootcamps.agenda import agenda, overdue_visits
from bootcamps.models import CoachingVisit
from bootcamps.transitions import mark_attendance, record_visit, void_visit
from remess.accounts.roles import Role
from remess.shared.dates import today
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return factories.make_user(Role.STAFF)


@pytest.fixture
def region():
    return factories.make_region(code="ERR")


@pytest.fixture
def trainer(region):
    return factories.make_trainer(region=region, user=factories.make_user(Role.TRAINER))


@pytest.fixture
def person(region, trainer):
    ocb = factories.make_ocb(region=region)
    return factories.make_beneficiary(family_name="Alaoui", ocb=ocb, referent=trainer)


def text_of(response):
    return response.content.decode()


def address(person, name="visit_create", *args):
    return reverse(f"bootcamps:{name}", args=[person.file_number, *args])


def fields(**changes):
    return {
        "client_id": str(uuid.uuid4()),
        "visited_on": "01/06/2015",
        "minutes": "75",
        "place": "Atelier",
        "topics": "Prix de revient",
        "next_step": "Apporter les factures",
        "next_on": "15/06/2015",
        **changes,
    }


def later(days):
    return today() + timedelta(days=days)


class TestRecording:
    def test_a_trainer_records_a_visit_to_their_own_people(self, client, person, trainer):
        client.force_login(trainer.user)
        assert client.post(address(person), fields()).url == person.get_absolute_url()
        visit = CoachingVisit.objects.get()
        assert visit.trainer == trainer
        assert visit.recorded_by == trainer.user
        assert (visit.minutes, visit.next_on) == (75, date(2015, 6, 15))
        stranger = factories.make_beneficiary()
        assert client.post(address(stranger), fields()).status_code == 404

    def test_the_team_says_whose_visit_it_was(self, client, person, trainer, staff, region):
        client.force_login(staff)
        shown = text_of(client.get(address(person)))
        assert f'value="{trainer.pk}" selected' in shown
        assert client.post(address(person), fields(trainer="")).status_code == 422
        other = factories.make_trainer(region=region)
        client.post(address(person), fields(trainer=other.pk))
        assert CoachingVisit.objects.get().trainer == other

    def test_the_same_form_twice_is_one_visit(self, client, person, trainer):
        client.force_login(trainer.user)
        sent = fields()
        assert client.post(address(person), sent).status_code == 302
        assert client.post(address(person), sent).status_code == 302
        assert CoachingVisit.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"visited_on": "28/02/2015"}, "identifiée depuis le 01/03/2015"),
            ({"visited_on": "01/01/2099", "next_on": ""}, "encore eu lieu"),
            ({"next_on": "01/06/2015"}, "La prochaine visite vient après celle-ci."),
            ({"minutes": "0"}, "Durée"),
            ({"minutes": "601"}, "Durée"),
            ({"topics": ""}, "Sujets"),
            ({"client_id": "x"}, "point"),
        ],
    )
    def test_what_does_not_hold_is_said(self, client, person, trainer, changes, sentence):
        client.force_login(trainer.user)
        response = client.post(address(person), fields(**changes))
        assert response.status_code == 422
        assert sentence in text_of(response)
        assert not CoachingVisit.objects.exists()

    def test_a_sheet_without_stage_takes_no_visit(self, trainer, staff):
        person = factories.make_beneficiary(at=None)
        with pytest.raises(TransitionRefused, match="à compléter"):
            factories.make_visit(person, trainer, by=staff)


class TestOnTheSheet:
    def test_visits_before_and_after_creation_and_the_next_one(self, client, region, trainer):
        person = factories.make_beneficiary(
            at=Stage.CREATED, ocb=factories.make_ocb(region=region), referent=trainer
        )
        factories.make_visit(person, trainer, visited_on=date(2015, 3, 1))
        factories.make_visit(person, trainer, visited_on=date(2015, 7, 1), next_on=later(3))
        client.force_login(trainer.user)
        shown = text_of(client.get(person.get_absolute_url()))
        assert "Visite après la création" in shown
        assert "Visite avant la création" not in shown
        assert "Prochaine visite" in shown
        assert "Annuler la visite" not in shown
        assert f"Suivi par {trainer}" in shown

    def test_a_voided_visit_stays_with_its_reason(self, client, person, trainer, staff):
        visit = factories.make_visit(person, trainer, next_on=later(3))
        client.force_login(staff)
        url = address(person, "visit_void", visit.pk)
        assert client.post(url, {"reason": ""}).status_code == 422
        assert client.post(url, {"reason": "Saisie deux fois"}).status_code == 302
        shown = text_of(client.get(person.get_absolute_url()))
        assert "Visite annulée" in shown
        assert "Motif : Saisie deux fois" in shown
        assert "Prochaine visite" not in shown
        with pytest.raises(TransitionRefused, match="déjà annulée"):
            void_visit(visit, by=staff, reason="Encore")
        with pytest.raises(TypeError):
            visit.delete()

    def test_the_sheet_to_print_has_the_facts_and_room_to_write(self, client, person, trainer):
        factories.make_visit(person, trainer, next_step="Apporter les factures")
        client.force_login(trainer.user)
        shown = text_of(client.get(address(person, "visit_sheet")))
        for words in (person.file_number, "ALAOUI", "Apporter les factures", "Signature"):
            assert words in shown
        assert shown.count("<hr>") == 6

    def test_twenty_visits_cost_the_queries_of_one(self, client, person, trainer, staff):
        def cost():
            caches["pages"].clear()
            with CaptureQueriesContext(connection) as queries:
                client.get(person.get_absolute_url())
            return len(queries)

        client.force_login(staff)
        factories.make_visit(person, trainer)
        cost()
        one = cost()
        for _ in range(19):
            factories.make_visit(person, trainer)
        assert cost() == one


class TestPlanned:
    def test_only_the_date_of_the_last_visit_waits(self, person, trainer, staff):
        factories.make_visit(person, trainer, next_on=date(2015, 7, 1))
        planned = CoachingVisit.objects.planned()
        assert planned.get().next_on == date(2015, 7, 1)
        second = factories.make_visit(person, trainer, visited_on=date(2015, 7, 2))
        assert not planned.exists()
        void_visit(second, by=staff, reason="Autre personne")
        assert planned.count() == 1

    def test_two_visits_of_one_day_leave_one_plan(self, person, trainer):
        factories.make_visit(person, trainer, next_on=later(2))
        factories.make_visit(person, trainer, next_on=later(5))
        assert CoachingVisit.objects.planned().get().next_on == later(5)

    def test_nobody_who_left_is_visited(self, person, trainer, staff):
        factories.make_visit(person, trainer, next_on=date(2015, 7, 1))
        leave(person, on=date(2015, 8, 1), by=staff, reason="moved")
        assert not CoachingVisit.objects.planned().exists()


class TestAgenda:
    def test_two_weeks_of_sittings_and_visits(self, region, person, trainer, staff):
        course = factories.make_course(
            region=region, trainers=[trainer], starts_on=today(), sessions=3
        )
        factories.make_visit(person, trainer, next_on=later(13))
        days = agenda(trainer.user, today())
        assert len(days) == 14
        assert [session.course for day in days for session in day.sessions] == [course, course]
        assert [visit.beneficiary for visit in days[-1].visits] == [person]
        assert not overdue_visits(trainer.user, today())
        assert len(overdue_visits(trainer.user, later(14))) == 1

    def test_a_trainer_sees_their_own_and_the_team_everybodys(
        self, client, region, person, trainer, staff
    ):
        other = factories.make_trainer(region=region)
        theirs = factories.make_beneficiary(family_name="Bennis", referent=other)
        factories.make_visit(person, trainer, next_on=today())
        factories.make_visit(theirs, other, next_on=today())
        url = reverse("bootcamps:calendar")
        client.force_login(trainer.user)
        own = text_of(client.get(url, {"formateur": other.code}))
        assert "ALAOUI" in own
        assert "BENNIS" not in own
        client.force_login(staff)
        assert "BENNIS" in text_of(client.get(url))
        one = text_of(client.get(url, {"formateur": other.code}))
        assert "BENNIS" in one
        assert "ALAOUI" not in one
        assert "ALAOUI" in text_of(client.get(url, {"formateur": "\x00"}))

    def test_the_home_of_a_trainer_says_what_today_asks(self, client, region, person, trainer):
        client.force_login(trainer.user)
        url = reverse("home:caseload")
        assert "convenue pour" not in text_of(client.get(url))
        course = factories.make_course(
            region=region, trainers=[trainer], members=[person], starts_on=today(), sessions=1
        )
        factories.make_visit(person, trainer, next_on=date(2015, 7, 1))
        shown = text_of(client.get(url))
        assert "Module 1" in shown
        assert "présences à saisir : 1 séance" in shown
        assert "convenue pour le 01/07/2015" in shown
        mark_attendance(course.sessions.get(), set())
        record_visit(
            CoachingVisit(
                beneficiary=person,
                trainer=trainer,
                visited_on=today(),
                place="Domicile",
                minutes=30,
                topics="Suivi",
            ),
            by=trainer.user,
        )
        shown = text_of(client.get(url))
        assert "présences à saisir" not in shown
        assert "convenue pour" not in shown

    def test_the_visits_long_overdue_come_a_page_at_a_time(self, client, region, person, trainer):
        ocb, on = person.ocb, date(2015, 7, 1)
        for n in range(21):
            late = factories.make_beneficiary(ocb=ocb, referent=trainer)
            factories.make_visit(late, trainer, next_on=on + timedelta(days=n))
        client.force_login(trainer.user)
        first = client.get(reverse("bootcamps:calendar"))
        assert text_of(first).count("convenue pour") == 20
        assert "Lignes 1 à 20 sur 21" in text_of(first)
        second = client.get(
            reverse("bootcamps:calendar"), {"apres": first.context["overdue"].next_token}
        )
        assert text_of(second).count("convenue pour") == 1
        assert "convenue pour le 21/07/2015" in text_of(second)
