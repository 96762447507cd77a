"""The pages of courses: what each role is shown, attendance sheets, the closing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.transitions import TransitionRefused
from bootcamps import transitions
from bootcamps.models import Course, Session
from remess.accounts.roles import Role
from remess.shared.dates import today
from tests import factories

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode()


def page(course, name, *args):
    return reverse(f"bootcamps:{name}", args=[course.code, *args])


@pytest.fixture
def ocb():
    return factories.make_ocb(region=factories.make_region(code="ERR"))


@pytest.fixture
def staff(client):
    user = factories.make_user(Role.STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def trainer(ocb):
    return factories.make_trainer(region=ocb.region, user=factories.make_user(Role.TRAINER))


@pytest.fixture
def members(ocb):
    return [
        factories.make_beneficiary(family_name=name, ocb=ocb, at=Stage.SELECTED)
        for name in ("Alaoui", "Bennis")
    ]


@pytest.fixture
def course(ocb, members, trainer):
    return factories.make_course(
        code="F-01-1", region=ocb.region, members=members, trainers=[trainer]
    )


def attend(course, present, sessions):
    """Mark the first `sessions` sittings with `present` (enrolments)."""
    for session in course.sessions.order_by("held_on")[:sessions]:
        transitions.mark_attendance(session, {row.pk for row in present})


class TestWhoSeesWhat:
    def test_a_trainer_sees_the_courses_they_give_with_the_names(self, client, course, trainer):
        other = factories.make_course(region=course.region)
        client.force_login(trainer.user)
        listed = text_of(client.get(reverse("bootcamps:course_list")))
        assert course.code in listed
        assert other.code not in listed
        assert client.get(page(other, "course_detail")).status_code == 404
        shown = text_of(client.get(page(course, "course_detail")))
        assert "ALAOUI" in shown
        assert "/beneficiaires/ERR-" not in shown
        assert "Clôturer la formation" not in shown
        sheet = client.get(page(course, "session_attendance", course.sessions.first().pk))
        assert "ALAOUI" in text_of(sheet)

    def test_an_agent_sees_their_own_people_and_no_button(self, client, course, ocb):
        other = factories.make_beneficiary(
            family_name="Chraibi", ocb=factories.make_ocb(region=ocb.region), at=Stage.SELECTED
        )
        transitions.enrol_in_course(course, [other])
        client.force_login(factories.make_user(Role.OCB_AGENT, ocb=ocb))
        shown = text_of(client.get(page(course, "course_detail")))
        assert "ALAOUI" in shown
        assert "CHRAIBI" not in shown
        assert "Saisir les présences" not in shown
        assert "Inscrire des jeunes" not in shown
        session = page(course, "session_attendance", course.sessions.first().pk)
        assert client.get(session).status_code == 404

    def test_an_official_sees_no_course(self, client, course):
        client.force_login(factories.make_user(Role.OFFICIAL))
        assert client.get(reverse("bootcamps:course_list")).status_code == 403
        assert client.get(page(course, "course_detail")).status_code == 404

    @pytest.mark.parametrize("role", [Role.OCB_AGENT, Role.TRAINER, Role.OFFICIAL])
    @pytest.mark.parametrize(
        "name", ["course_edit", "course_enrol", "course_close", "session_create"]
    )
    def test_others_cannot_reach_the_work_of_the_team(self, client, course, role, name):
        client.force_login(factories.make_user(role))
        assert client.post(page(course, name)).status_code == 404


class TestPreparing:
    def fields(self, ocb, trainer, **changes):
        return {
            "code": "f-02-1",
            "title": "Formation avant création",
            "region": ocb.region.pk,
            "starts_on": "04/05/2015",
            "ends_on": "01/06/2015",
            "required_share": "80",
            "trainers": [trainer.pk],
            **changes,
        }

    def test_a_course_is_created_with_its_trainers(self, client, staff, ocb, trainer):
        response = client.post(reverse("bootcamps:course_create"), self.fields(ocb, trainer))
        assert response.url == "/formations/F-02-1/"
        assert list(Course.objects.get().trainers.all()) == [trainer]

    @pytest.mark.parametrize(
        "changes", [{"ends_on": "03/05/2015"}, {"required_share": "101"}, {"code": "F 2/1"}]
    )
    def test_what_does_not_hold_is_refused(self, client, staff, ocb, trainer, changes):
        data = self.fields(ocb, trainer, **changes)
        assert client.post(reverse("bootcamps:course_create"), data).status_code == 422
        assert not Course.objects.exists()

    def test_new_dates_do_not_leave_a_sitting_outside(self, client, staff, ocb, trainer, course):
        data = self.fields(ocb, trainer, ends_on="10/05/2015")
        response = client.post(page(course, "course_edit"), data)
        assert response.status_code == 422
        assert "Des séances ont lieu du 04/05/2015 au 01/06/2015" in text_of(response)

    def test_a_sitting_lies_within_the_course(self, client, staff, course):
        data = {"module": "Statuts", "held_on": "12/05/2015", "hours": "3"}
        assert client.post(page(course, "session_create"), data).status_code == 302
        late = client.post(page(course, "session_create"), data | {"held_on": "02/07/2015"})
        assert late.status_code == 422
        assert Session.objects.filter(module="Statuts").count() == 1

    def test_those_selected_are_offered_and_enrolled(self, client, staff, course, ocb):
        person = factories.make_beneficiary(family_name="Fassi", ocb=ocb, at=Stage.SELECTED)
        factories.make_beneficiary(family_name="Guessous", ocb=ocb)
        factories.make_beneficiary(family_name="Hakimi", ocb=ocb, at=Stage.TRAINED)
        shown = text_of(client.get(page(course, "course_enrol")))
        assert "FASSI" in shown
        assert "GUESSOUS" not in shown
        assert "HAKIMI" not in shown
        client.post(page(course, "course_enrol"), {"people": [person.pk]})
        assert course.enrolments.filter(beneficiary=person).exists()


class TestAttendance:
    def test_a_trainer_marks_who_came(self, client, course, trainer):
        client.force_login(trainer.user)
        session, first = course.sessions.first(), course.enrolments.for_list()[0]
        url = page(course, "session_attendance", session.pk)
        assert client.post(url, {"present": [first.pk]}).url == "/formations/F-01-1/"
        assert list(session.attendances.values_list("enrolment", flat=True)) == [first.pk]
        assert f'value="{first.pk}" checked' in text_of(client.get(url))
        client.post(url, {})
        session.refresh_from_db()
        assert session.is_marked
        assert not session.attendances.exists()

    def test_everyone_is_ticked_by_a_link_and_stored_only_when_saved(self, client, staff, course):
        session = course.sessions.first()
        url = page(course, "session_attendance", session.pk)
        shown = text_of(client.get(url, {"tous": "1"}))
        assert shown.count(" checked") == 2
        assert "rien n'est encore enregistré" in shown
        assert not session.attendances.exists()

    def test_a_sitting_of_another_course_is_not_found(self, client, staff, course):
        other = factories.make_course(region=course.region)
        url = page(course, "session_attendance", other.sessions.first().pk)
        assert client.get(url).status_code == 404

    def test_enrolments_of_another_course_are_not_taken(self, client, staff, course, members):
        other = factories.make_course(region=course.region, members=members)
        url = page(course, "session_attendance", course.sessions.first().pk)
        response = client.post(url, {"present": [other.enrolments.first().pk]})
        assert response.status_code == 422
        assert not course.sessions.filter(is_marked=True).exists()

    def test_a_sitting_to_come_is_not_marked(self, client, staff, ocb, members):
        course = factories.make_course(
            region=ocb.region, members=members, starts_on=today() + timedelta(days=2)
        )
        url = page(course, "session_attendance", course.sessions.first().pk)
        assert "Enregistrer les présences" not in text_of(client.get(url))
        assert client.post(url, {}).status_code == 422

    def test_the_sheet_shows_the_share_each_person_reached(self, client, staff, course):
        alaoui, bennis = course.enrolments.for_list()
        attend(course, [alaoui, bennis], 1)
        attend(course, [alaoui], 2)
        shown = text_of(client.get(page(course, "course_detail")))
        assert "2 sur 2" in shown
        assert "100\xa0%" in shown


class TestClosing:
    def test_the_page_says_who_advances_and_who_not_and_why(self, client, staff, course):
        alaoui, _bennis = course.enrolments.for_list()
        attend(course, [alaoui], 5)
        shown = text_of(client.get(page(course, "course_close")))
        assert "1 personne passe à l'étape Formé" in shown
        assert "0 séances sur 5" in shown
        assert not Course.objects.get().is_closed

    def test_closing_advances_and_freezes(self, client, staff, course, members):
        alaoui, bennis = course.enrolments.for_list()
        attend(course, [alaoui], 5)
        assert client.post(page(course, "course_close")).url == "/formations/F-01-1/"
        for person in members:
            person.refresh_from_db()
        assert [person.current_stage for person in members] == [Stage.TRAINED, Stage.SELECTED]
        shown = text_of(client.get(page(course, "course_detail")))
        assert "présences insuffisantes" in shown
        assert "Revoir les présences" not in shown
        assert client.get(page(course, "course_edit")).status_code == 302
        assert client.get(page(course, "course_enrol")).status_code == 302
        url = page(course, "session_attendance", course.sessions.first().pk)
        assert client.post(url, {"present": [bennis.pk]}).status_code == 422

    def test_a_course_with_sittings_unmarked_is_not_closed(self, client, staff, course):
        shown = text_of(client.get(page(course, "course_close")))
        assert "Les présences manquent pour : Module 1" in shown
        assert client.post(page(course, "course_close")).status_code == 422
        assert not Course.objects.get().is_closed


def count_queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["course_detail", "course_enrol", "course_close", "attendance"])
def test_a_page_costs_the_same_queries_for_1_and_20_people(client, staff, ocb, name):
    def address(n):
        people = [factories.make_beneficiary(ocb=ocb, at=Stage.SELECTED) for _ in range(n)]
        members = [] if name == "course_enrol" else people
        course = factories.make_course(region=ocb.region, members=members)
        attend(course, course.enrolments.all(), 5)
        if name == "attendance":
            return page(course, "session_attendance", course.sessions.first().pk)
        return page(course, name)

    one = count_queries(client, address(1))
    assert count_queries(client, address(20)) == one


def test_the_list_costs_the_same_queries_for_1_and_20_courses(client, staff, ocb, trainer):
    url = reverse("bootcamps:course_list")
    factories.make_course(region=ocb.region, trainers=[trainer])
    one = count_queries(client, url)
    for _ in range(19):
        factories.make_course(region=ocb.region, trainers=[trainer])
    assert count_queries(client, url) == one


def test_a_session_form_sent_twice_makes_one_session(client, staff, course):
    url = page(course, "session_create")
    form = {"module": "Prix de revient", "held_on": "20/05/2015", "hours": "3"}
    assert client.post(url, form).status_code == 302
    again = client.post(url, form)
    assert again.status_code == 422
    assert "déjà enregistrée" in text_of(again)
    assert course.sessions.filter(module="Prix de revient").count() == 1


class TestEnrolledByMistake:
    def test_somebody_who_never_came_is_taken_off_the_list(self, client, staff, course):
        alaoui, bennis = course.enrolments.for_list()
        attend(course, [alaoui], 1)
        shown = text_of(client.get(page(course, "course_detail")))
        assert shown.count("Retirer de la liste") == 1
        response = client.post(page(course, "course_unenrol", bennis.pk), follow=True)
        assert "BENNIS Amal n&#x27;est plus sur la liste." in text_of(response)
        assert list(course.enrolments.all()) == [alaoui]

    def test_somebody_who_came_stays(self, client, staff, course):
        alaoui, _bennis = course.enrolments.for_list()
        attend(course, [alaoui], 1)
        response = client.post(page(course, "course_unenrol", alaoui.pk), follow=True)
        assert "Une présence est déjà notée" in text_of(response)
        assert course.enrolments.count() == 2

    def test_nobody_is_taken_off_a_closed_course(self, client, staff, course):
        alaoui, bennis = course.enrolments.for_list()
        attend(course, [alaoui], 5)
        transitions.close_course(course, by=staff)
        assert "Retirer de la liste" not in text_of(client.get(page(course, "course_detail")))
        response = client.post(page(course, "course_unenrol", bennis.pk), follow=True)
        assert "figées" in text_of(response)
        assert course.enrolments.count() == 2

    def test_the_same_removal_twice_is_no_breakdown(self, course):
        enrolment = course.enrolments.for_list()[0]
        transitions.unenrol(enrolment)
        with pytest.raises(TransitionRefused, match="déjà plus inscrite"):
            transitions.unenrol(enrolment)


class TestAttendanceNotEntered:
    def test_the_list_says_how_many_sittings_wait(self, client, staff, course):
        url = reverse("bootcamps:course_list")
        assert "présences à saisir : 5 séances" in text_of(client.get(url))
        attend(course, [], 4)
        assert "présences à saisir : 1 séance<" in text_of(client.get(url))
        attend(course, [], 5)
        assert "présences à saisir" not in text_of(client.get(url))

    def test_the_filter_keeps_those_behind(self, client, staff, course, ocb):
        done = factories.make_course(region=ocb.region, code="F-02-1")
        attend(done, [], 5)
        shown = text_of(client.get(reverse("bootcamps:course_list"), {"a_saisir": "1"}))
        assert course.code in shown
        assert done.code not in shown
