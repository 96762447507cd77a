"""Acting on many people of the list: who may not and why, nothing half done, once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary
from beneficiaries.transitions import assign_referent, leave, open_files
from bootcamps.models import Enrolment, Participation
from bootcamps.transitions import enrol_many, invite_many
from remess.accounts.roles import Role
from tests.factories import (
    make_agreement,
    make_beneficiary,
    make_bootcamp,
    make_course,
    make_ocb,
    make_region,
    make_trainer,
    make_user,
    unsaved_sheet,
)

pytestmark = pytest.mark.django_db
DAY = date(2015, 3, 1)


@pytest.fixture
def ocb():
    make_agreement()
    return make_ocb(region=make_region(code="ERR"), code="OCB-01")


@pytest.fixture
def staff(client):
    user = make_user(Role.STAFF)
    client.force_login(user)
    return user


def people(n, ocb, at=Stage.IDENTIFIED, **fields):
    return [make_beneficiary(at=at, ocb=ocb, **fields) for _rank in range(n)]


def ids(chosen):
    return ".".join(str(person.pk) for person in chosen)


def act(client, name, chosen, **choice):
    """Confirm the action on these ticked people."""
    query = {"ids": ids(chosen), **choice}
    return client.post(reverse(f"bootcamps:{name}", query=query), {"envoi": "1"})


def listed(chosen):
    return Beneficiary.objects.filter(pk__in=[p.pk for p in chosen]).for_list().order_by("pk")


def test_those_who_may_be_are_invited_and_the_others_told_why(client, staff, ocb):
    bootcamp = make_bootcamp(region=ocb.region, held_on=date(2015, 4, 1))
    able = people(3, ocb)
    late = make_beneficiary(ocb=ocb, on=date(2015, 5, 1))
    selected = make_beneficiary(at=Stage.SELECTED, ocb=ocb)
    blank = make_beneficiary(at=None, ocb=ocb)
    gone = make_beneficiary(ocb=ocb)
    leave(gone, on=date(2015, 3, 2), by=staff, reason="moved")
    chosen = [*able, late, selected, blank, gone]

    preview = client.get(
        reverse("bootcamps:bulk_invite", query={"ids": ids(chosen), "bootcamp": bootcamp.code})
    )
    assert preview.status_code == 200
    assert not Participation.objects.exists()
    assert preview.context["summary"].acting == 3

    result = act(client, "bulk_invite", chosen, bootcamp=bootcamp.code).context["summary"]
    assert set(bootcamp.participations.values_list("beneficiary", flat=True)) == {
        person.pk for person in able
    }
    refusals = {person.pk: sentence for person, sentence in result.refused}
    assert refusals == {
        late.pk: "N'a atteint l'étape « Identifié » qu'après le 01/04/2015.",
        selected.pk: "Est déjà à l'étape « Sélectionné ».",
        blank.pk: "Fiche à compléter d'abord.",
        gone.pk: "A quitté le parcours.",
    }


def test_each_refused_is_named_with_file_number_and_sentence(client, staff, ocb):
    bootcamp = make_bootcamp(region=ocb.region)
    refused = make_beneficiary(at=Stage.SELECTED, ocb=ocb, family_name="Ouali")
    page = act(client, "bulk_invite", [refused], bootcamp=bootcamp.code).content.decode()
    assert "OUALI" in page
    assert refused.file_number in page
    assert "Est déjà à l&#x27;étape « Sélectionné »." in page


def test_past_the_capacity_the_places_go_to_those_who_waited_longest(client, staff, ocb):
    bootcamp = make_bootcamp(region=ocb.region, capacity=1)
    second = make_beneficiary(ocb=ocb, family_name="Alaoui", on=DAY)
    first = make_beneficiary(ocb=ocb, family_name="Zaki", on=DAY - timedelta(days=1))
    result = act(client, "bulk_invite", [second, first], bootcamp=bootcamp.code).context["summary"]
    assert [group.people for group in result.groups] == [[first], [second]]
    assert bootcamp.participations.get(is_waiting=True).beneficiary == second


def test_the_same_post_twice_enrols_once(client, staff, ocb):
    bootcamp = make_bootcamp(region=ocb.region)
    chosen = people(2, ocb)
    act(client, "bulk_invite", chosen, bootcamp=bootcamp.code)
    again = act(client, "bulk_invite", chosen, bootcamp=bootcamp.code)
    assert again.status_code == 200
    assert again.context["summary"].acting == 0
    assert bootcamp.participations.count() == 2


def test_those_selected_are_enrolled_in_a_course(client, staff, ocb):
    course = make_course(region=ocb.region)
    (able,) = people(1, ocb, at=Stage.SELECTED)
    (early,) = people(1, ocb)
    result = act(client, "bulk_enrol", [able, early], formation=course.code).context["summary"]
    assert [row.beneficiary for row in Enrolment.objects.all()] == [able]
    assert result.refused == [(early, "N'a pas encore atteint l'étape « Sélectionné ».")]


def test_a_closed_course_and_signed_minutes_are_not_offered(client, staff, ocb):
    make_course(region=ocb.region, code="C-09", closed_on=DAY, closed_by=staff)
    signed = {"signed_on": DAY, "signed_by": staff, "signatory": "A. Benkirane"}
    make_bootcamp(region=ocb.region, code="B-09", **signed)
    chosen = people(1, ocb)
    assert act(client, "bulk_enrol", chosen, formation="C-09").status_code == 422
    assert act(client, "bulk_invite", chosen, bootcamp="B-09").status_code == 422


def test_people_are_entrusted_and_one_whose_referent_came_later_is_refused(client, staff, ocb):
    old, new = make_trainer(region=ocb.region), make_trainer(region=ocb.region)
    fresh, later = people(2, ocb)
    assign_referent([later], old, on=date(2015, 6, 1), by=staff)
    choice = {"formateur": new.code, "on": "01/05/2015", "reason": "Secteur"}
    result = act(client, "bulk_assign", [fresh, later], **choice).context["summary"]
    fresh.refresh_from_db()
    later.refresh_from_db()
    assert (fresh.referent, later.referent) == (new, old)
    assert fresh.version == 2
    assert [person for person, _sentence in result.refused] == [later]
    again = act(client, "bulk_assign", [fresh, later], **choice).context["summary"]
    assert again.acting == 0
    assert fresh.referent_periods.count() == 1


def test_a_day_to_come_is_told_at_the_form_and_nothing_is_done(client, staff, ocb):
    trainer = make_trainer(region=ocb.region)
    (person,) = people(1, ocb)
    choice = {"formateur": trainer.code, "on": "01/01/2099", "reason": "Secteur"}
    assert act(client, "bulk_assign", [person], **choice).status_code == 422
    person.refresh_from_db()
    assert person.referent is None


def whole_filter(client, bootcamp, shown):
    choice = {"portee": "filtre", "filtre": "stage=identified", "nombre": shown}
    query = {**choice, "bootcamp": bootcamp.code}
    return client.post(reverse("bootcamps:bulk_invite", query=query), {"envoi": "1"})


def test_a_whole_filter_is_computed_anew_and_a_changed_count_stops_the_action(client, staff, ocb):
    bootcamp = make_bootcamp(region=ocb.region)
    people(2, ocb)
    make_beneficiary(at=Stage.SELECTED, ocb=ocb)
    stopped = whole_filter(client, bootcamp, 3)
    assert stopped.status_code == 409
    assert "3 personnes affichées alors, 2 maintenant" in stopped.content.decode()
    assert not Participation.objects.exists()
    assert whole_filter(client, bootcamp, 2).status_code == 200
    assert bootcamp.participations.count() == 2


def test_a_filter_that_cannot_be_read_is_nobody_not_everybody(client, staff, ocb):
    bootcamp = make_bootcamp(region=ocb.region)
    people(2, ocb)
    for filters in ("stage=nothing", "q=" + "a" * 3000):
        query = {"portee": "filtre", "filtre": filters, "nombre": 2, "bootcamp": bootcamp.code}
        client.post(reverse("bootcamps:bulk_invite", query=query), {"envoi": "1"})
    assert not Participation.objects.exists()


def test_more_people_than_a_form_may_have_fields_are_entrusted_at_once(client, staff, ocb):
    trainer = make_trainer(region=ocb.region)
    chosen = open_files([unsaved_sheet(ocb=ocb, by=staff) for _rank in range(1100)])
    choice = {"formateur": trainer.code, "on": "01/05/2015", "reason": "Secteur"}
    assert act(client, "bulk_assign", chosen, **choice).context["summary"].acting == 1100
    assert trainer.beneficiaries.count() == 1100
    assert trainer.referent_periods.count() == 1100


def queries_of(action):
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def costs_for(size, ocb, staff):
    """How many queries each bulk entrance takes for `size` people."""
    trainer, other = make_trainer(region=ocb.region), make_trainer(region=ocb.region)
    identified, selected = people(size, ocb), people(size, ocb, at=Stage.SELECTED)
    assign_referent(identified, other, on=DAY, by=staff)
    bootcamp, course = make_bootcamp(region=ocb.region), make_course(region=ocb.region)
    chosen, trained = list(listed(identified)), list(listed(selected))
    return [
        queries_of(lambda: invite_many(bootcamp, chosen)),
        queries_of(lambda: enrol_many(course, trained)),
        queries_of(lambda: assign_referent(chosen, trainer, on=DAY, by=staff)),
    ]


def test_each_action_costs_the_same_for_two_and_for_twenty(staff, ocb):
    assert costs_for(2, ocb, staff) == costs_for(20, ocb, staff)
