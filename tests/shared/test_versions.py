"""Two people open the same form: whoever saves second sees both versions and loses nothing."""

from datetime import date

import pytest
from django.urls import reverse

from remess.accounts.roles import Role
from remess.programme.models import Region
from remess.shared.versions import save_as_opened
from tests.factories import (
    make_agreement,
    make_bootcamp,
    make_course,
    make_ocb,
    make_region,
    make_trainer,
    make_user,
)

pytestmark = pytest.mark.django_db


def a_region():
    return make_region(code="ERR"), {"name_fr": "Errachidia"}, "name_fr", "Nom en français"


def an_ocb():
    ocb = make_ocb()
    return ocb, {"name_fr": "Amal", "region": ocb.region_id}, "commune", "Commune"


def a_trainer():
    trainer = make_trainer()
    return trainer, {"name": "Aziz", "region": trainer.region_id, "is_active": "on"}, "name", "Nom"


def an_agreement():
    days = {"starts_on": "15/02/2014", "ends_on": "14/02/2016", "min_age": 18, "max_age": 29}
    return make_agreement(), {"kind": "convention", **days}, "title", "Intitulé"


def a_bootcamp():
    bootcamp = make_bootcamp(held_on=date(2015, 4, 2))
    return bootcamp, {"region": bootcamp.region_id, "held_on": "02/04/2015"}, "place", "Lieu"


def a_course():
    trainer = make_trainer()
    course = make_course(trainers=[trainer])
    days = {"starts_on": f"{course.starts_on:%d/%m/%Y}", "ends_on": f"{course.ends_on:%d/%m/%Y}"}
    data = {"region": course.region_id, "required_share": 80, "trainers": [trainer.pk], **days}
    return course, data, "title", "Intitulé"


def an_account():
    account = make_user(Role.STAFF)
    return account, {"username": account.username, "role": "staff"}, "full_name", "Nom complet"


EDITED = {
    "region": (a_region, "programme:region_edit"),
    "ocb": (an_ocb, "ocbs:edit"),
    "trainer": (a_trainer, "ocbs:trainer_edit"),
    "agreement": (an_agreement, "reporting:agreement_edit"),
    "bootcamp": (a_bootcamp, "bootcamps:edit"),
    "course": (a_course, "bootcamps:course_edit"),
    "account": (an_account, "accounts:user_edit"),
}


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMIN)
    client.force_login(user)
    return user


@pytest.mark.parametrize("what", EDITED)
def test_the_second_to_save_sees_both_versions_and_may_insist(client, admin, what):
    make, name = EDITED[what]
    row, data, field, label = make()
    url = reverse(name, args=[row.pk if what == "account" else row.code])
    opened = client.get(url).context["form"]["seen_version"].initial
    data |= {"seen_version": opened}
    assert client.post(url, {**data, field: "Le premier"}).status_code == 302
    late = client.post(url, {**data, field: "Le second"})
    page = late.content.decode()
    assert late.status_code == 409
    assert late.context["form"].both_versions == [(label, "Le premier", "Le second")]
    assert 'value="Le second"' in page
    assert "entre-temps" in page
    row.refresh_from_db()
    assert getattr(row, field) == "Le premier"
    again = {**data, field: "Le second", "seen_version": row.version}
    assert f'name="seen_version" value="{row.version}"' in page
    assert client.post(url, again).status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == "Le second"


def test_the_trainers_of_a_course_are_compared_too(client, admin):
    course, data, _field, _label = a_course()
    other = make_trainer(name="Zahra")
    url = reverse("bootcamps:course_edit", args=[course.code])
    data |= {"title": course.title, "seen_version": 1}
    client.post(url, {**data, "trainers": [other.pk]})
    late = client.post(url, data)
    first = course.trainers.model.objects.exclude(pk=other.pk).get()
    assert late.status_code == 409
    assert late.context["form"].both_versions == [("Formateurs", str(other), str(first))]
    assert list(course.trainers.all()) == [other]


def test_the_ocbs_of_an_agent_are_compared_too(client, admin):
    one, two = make_ocb(name_fr="Amal"), make_ocb(name_fr="Tafoukt")
    agent = make_user(Role.OCB_AGENT, ocb=one)
    data = {"username": agent.username, "full_name": agent.full_name, "role": "ocb_agent"}
    data["seen_version"] = 1
    url = reverse("accounts:user_edit", args=[agent.pk])
    client.post(url, {**data, "ocbs": [one.pk, two.pk]})
    late = client.post(url, {**data, "ocbs": [one.pk]})
    assert late.status_code == 409
    assert late.context["form"].both_versions == [("OCB de l'agent", "Amal, Tafoukt", "Amal")]
    assert agent.memberships.current().count() == 2


def test_what_a_form_does_not_hold_stays_as_stored_meanwhile():
    """Here the counter of file numbers, moved between the reading of the row and its saving."""
    region = make_region(code="ERR")
    Region.objects.update(last_file_number=7)
    region.name_fr = "Errachidia"
    save_as_opened(region, ["name_fr"], version=1)
    region.refresh_from_db()
    assert (region.name_fr, region.last_file_number, region.version) == ("Errachidia", 7, 2)
