"""The certificate list: only those trained, the same people on the page and in the workbook."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from beneficiaries.funnel import Stage
from beneficiaries.transitions import correct_date, void
from bootcamps.certificates import certificates_of
from bootcamps.transitions import close_course, mark_attendance
from remess.accounts.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = factories.make_user(Role.STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def course(staff):
    """A course of five sittings of three hours: one came always, one four times, one once."""
    ocb = factories.make_ocb(region=factories.make_region(code="ERR"))
    members = [
        factories.make_beneficiary(
            family_name=name, name_ar=arabic, ocb=ocb, at=Stage.SELECTED, given_name="Salma"
        )
        for name, arabic in [("=Alaoui", "سلمى العلوي"), ("Bennis", ""), ("Chraibi", "")]
    ]
    course = factories.make_course(code="F-01-1", region=ocb.region, members=members)
    alaoui, bennis, chraibi = (course.enrolments.get(beneficiary=person).pk for person in members)
    present = [{alaoui, bennis, chraibi}, {alaoui, bennis}, {alaoui, bennis}]
    present += [{alaoui, bennis}, {alaoui}]
    for session, rows in zip(course.sessions.order_by("held_on"), present, strict=True):
        mark_attendance(session, rows)
    close_course(course, by=staff)
    course.refresh_from_db()
    return course


def rows_of(client, course):
    url = reverse("reporting:certificates_export", args=[course.code])
    response = client.get(url)
    assert response.status_code == 200
    assert "remess-attestations-F-01-1-" in response["Content-Disposition"]
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    at = next(index for index, row in enumerate(rows) if row[0] == "N° de fiche")
    return rows[at], [row for row in rows[at + 1 :] if row[0]]


def test_the_workbook_lists_those_trained_with_hours_and_share(client, course):
    headings, rows = rows_of(client, course)
    assert headings[:4] == ["N° de fiche", "Nom", "Prénom", "Nom en arabe"]
    assert headings[-2:] == ["Heures suivies", "Part suivie"]
    assert [row[1] for row in rows] == ["=ALAOUI", "BENNIS"]
    assert rows[0][2:6] == ["Salma", "سلمى العلوي", "Formation avant création", "F-01-1"]
    assert [row[8:10] for row in rows] == [[15, 1], [12, 0.8]]


def test_the_page_shows_the_same_people(client, course):
    shown = client.get(reverse("bootcamps:course_certificates", args=[course.code]))
    text = shown.content.decode()
    assert "2 personnes formées" in text
    assert "سلمى العلوي" in text
    assert "12 h" in text
    assert "CHRAIBI" not in text


def test_a_training_voided_gives_no_certificate_and_a_corrected_one_does(client, course, staff):
    first, second = certificates_of(course, staff)
    on = course.ends_on + timedelta(days=1)
    correct_date(
        first.person.events.get(stage=Stage.TRAINED), on=on, by=staff, reason="Feuille relue"
    )
    void(second.person.events.get(stage=Stage.TRAINED), by=staff, reason="Feuille relue")
    assert [row.person for row in certificates_of(course, staff)] == [first.person]
    shown = client.get(course.get_absolute_url()).content.decode()
    assert shown.count(">formée<") == 1


def test_an_open_course_has_none(client, staff):
    course = factories.make_course(region=factories.make_region())
    shown = client.get(reverse("bootcamps:course_certificates", args=[course.code]))
    assert "après la clôture" in shown.content.decode()
    assert rows_of_open(client, course) == 200


def rows_of_open(client, course):
    url = reverse("reporting:certificates_export", args=[course.code])
    response = client.get(url)
    response.close()
    return response.status_code


@pytest.mark.parametrize("role", [Role.OCB_AGENT, Role.TRAINER, Role.OFFICIAL])
def test_others_than_the_team_have_no_certificates(client, course, role):
    client.force_login(factories.make_user(role))
    for name in ("bootcamps:course_certificates", "reporting:certificates_export"):
        assert client.get(reverse(name, args=[course.code])).status_code == 404
