"""The places of a bootcamp and the queue for them: by the rules, then on the pages."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.transitions import TransitionRefused, come_back, leave
from bootcamps import transitions
from bootcamps.models import Bootcamp
from remess.accounts.roles import Role
from remess.shared.dates import today
from tests import factories

pytestmark = pytest.mark.django_db
NAMES = ("Alaoui", "Bennis", "Chraibi", "Daoudi", "Essafi")


@pytest.fixture
def ocb():
    return factories.make_ocb(region=factories.make_region(code="ERR"))


@pytest.fixture
def people(ocb):
    return [factories.make_beneficiary(family_name=name, ocb=ocb) for name in NAMES]


@pytest.fixture
def bootcamp(ocb):
    """Three places, in three days."""
    return factories.make_bootcamp(
        code="B-01", region=ocb.region, held_on=today() + timedelta(days=3), capacity=3
    )


@pytest.fixture
def staff(client):
    user = factories.make_user(Role.STAFF)
    client.force_login(user)
    return user


def names(rows):
    return [row.beneficiary.family_name for row in rows]


def placed(bootcamp):
    return names(bootcamp.participations.placed().for_list())


def queue(bootcamp):
    return names(bootcamp.participations.queue().select_related("beneficiary"))


def row_of(bootcamp, person):
    return bootcamp.participations.get(beneficiary=person)


def page(name, *args):
    return reverse(f"bootcamps:{name}", args=["B-01", *args])


def held(bootcamp, day=date(2015, 4, 1)):
    Bootcamp.objects.filter(pk=bootcamp.pk).update(held_on=day)
    bootcamp.refresh_from_db()


class TestRules:
    def test_past_the_capacity_people_wait_in_the_order_they_came(self, bootcamp, people):
        enrolled = transitions.enrol(bootcamp, people[:4])
        assert (names(enrolled.placed), names(enrolled.waiting)) == (list(NAMES[:3]), ["Daoudi"])
        assert names(transitions.enrol(bootcamp, people).waiting) == ["Essafi"]
        assert placed(bootcamp) == list(NAMES[:3])
        assert queue(bootcamp) == ["Daoudi", "Essafi"]

    def test_without_a_capacity_nobody_waits(self, ocb, people):
        bootcamp = factories.make_bootcamp(region=ocb.region)
        assert len(transitions.enrol(bootcamp, people).placed) == 5
        assert transitions.places_left(bootcamp) is None

    def test_a_place_freed_takes_the_first_in_turn(self, bootcamp, people):
        transitions.enrol(bootcamp, people)
        assert names(transitions.withdraw(row_of(bootcamp, people[0]))) == ["Daoudi"]
        assert placed(bootcamp) == ["Bennis", "Chraibi", "Daoudi"]
        assert queue(bootcamp) == ["Essafi"]

    def test_leaving_the_queue_frees_no_place(self, bootcamp, people):
        transitions.enrol(bootcamp, people)
        assert transitions.withdraw(row_of(bootcamp, people[3])) == []
        assert queue(bootcamp) == ["Essafi"]

    @pytest.mark.parametrize(("capacity", "served"), [(4, 1), (9, 2), (None, 2)])
    def test_new_places_go_to_those_who_wait(self, bootcamp, people, capacity, served):
        transitions.enrol(bootcamp, people)
        bootcamp.capacity = capacity
        assert len(transitions.save_bootcamp(bootcamp)) == served

    def test_places_already_given_are_not_taken_back(self, bootcamp, people):
        transitions.enrol(bootcamp, people)
        bootcamp.capacity = 2
        with pytest.raises(TransitionRefused, match="3 jeunes ont déjà une place"):
            transitions.save_bootcamp(bootcamp)
        assert Bootcamp.objects.get().capacity == 3

    def test_on_the_day_the_place_of_an_absent_goes_to_who_came(self, bootcamp, people):
        transitions.enrol(bootcamp, people)
        waiting = row_of(bootcamp, people[4])
        with pytest.raises(TransitionRefused, match="premier de la file"):
            transitions.take_place(waiting)
        held(bootcamp)
        with pytest.raises(TransitionRefused, match="noter d'abord qui est absent"):
            transitions.take_place(waiting)
        transitions.save_participations(
            bootcamp, {row_of(bootcamp, people[0]).pk: transitions.Mark(False)}
        )
        transitions.take_place(waiting)
        assert queue(bootcamp) == ["Daoudi"]
        with pytest.raises(TransitionRefused, match="noter d'abord qui est absent"):
            transitions.take_place(row_of(bootcamp, people[3]))

    def test_after_the_day_nobody_is_called_for_a_place_freed(self, bootcamp, people):
        transitions.enrol(bootcamp, people)
        held(bootcamp)
        assert transitions.withdraw(row_of(bootcamp, people[0])) == []
        assert queue(bootcamp) == ["Daoudi", "Essafi"]

    def test_who_waits_is_neither_marked_nor_missing_at_the_signature(self, bootcamp, people):
        transitions.enrol(bootcamp, people)
        held(bootcamp)
        marks = {row.pk: transitions.Mark(True, None, "retained") for row in
                 bootcamp.participations.all()}  # fmt: skip
        transitions.save_participations(bootcamp, marks)
        outcome = transitions.sign_minutes(bootcamp, by=factories.make_user(), signatory="A. B.")
        assert len(outcome.advanced) == 3
        people[3].refresh_from_db()
        assert people[3].current_stage == Stage.IDENTIFIED
        assert queue(bootcamp) == ["Daoudi", "Essafi"]


class TestPages:
    def test_who_enrols_past_the_last_place_is_told(self, client, staff, bootcamp, people):
        transitions.enrol(bootcamp, people[:2])
        assert "Il reste 1 place sur 3" in client.get(page("enrol")).content.decode()
        sent = {"people": [person.pk for person in people[2:]]}
        shown = client.post(page("enrol"), sent, follow=True).content.decode()
        assert "1 jeune inscrit." in shown
        assert "Plus de place : DAOUDI Amal, ESSAFI Amal attendent leur tour" in shown
        assert "Toutes les places sont prises" in shown

    def test_list_and_queue_are_both_visible_and_a_freed_place_is_told(
        self, client, staff, bootcamp, people
    ):
        transitions.enrol(bootcamp, people)
        shown = client.get(page("detail")).content.decode()
        assert "<b>3</b> sur 3 places" in shown
        assert shown.index("DAOUDI") < shown.index("ESSAFI")
        remove = page("remove", row_of(bootcamp, people[1]).pk)
        assert f'formaction="{remove}"' in shown
        told = client.post(remove, follow=True).content.decode()
        assert "DAOUDI Amal, qui attendait, a maintenant une place." in told
        listed = client.get(reverse("bootcamps:list")).content.decode()
        assert "3 / 3" in listed
        assert "+ 1 en attente" in listed

    def test_an_agent_sees_the_true_rank_of_their_own_people_alone(
        self, client, bootcamp, people, ocb
    ):
        other = factories.make_ocb(region=ocb.region)
        stranger = factories.make_beneficiary(family_name="Fassi", ocb=other)
        transitions.enrol(bootcamp, [*people[:4], stranger])
        client.force_login(factories.make_user(Role.OCB_AGENT, ocb=other))
        shown = client.get(page("detail")).content.decode()
        assert "FASSI" in shown
        assert '<span class="num">2.</span>' in shown
        assert "DAOUDI" not in shown

    def test_the_place_of_an_absent_is_given_on_the_page(self, client, staff, bootcamp, people):
        transitions.enrol(bootcamp, people)
        held(bootcamp)
        place = page("place", row_of(bootcamp, people[3]).pk)
        assert f'formaction="{place}"' in client.get(page("detail")).content.decode()
        assert "noter d&#x27;abord" in client.post(place, follow=True).content.decode()
        transitions.save_participations(
            bootcamp, {row_of(bootcamp, people[0]).pk: transitions.Mark(False)}
        )
        assert "DAOUDI Amal a une place." in client.post(place, follow=True).content.decode()

    def test_those_never_invited_are_found(self, client, staff, bootcamp, people, ocb):
        before = factories.make_bootcamp(region=ocb.region, capacity=1)
        transitions.enrol(before, people[:2])

        def found(choice):
            shown = client.get(page("enrol"), {"invited": choice}).content.decode()
            return [name for name in NAMES if name.upper() in shown]

        assert found("jamais") == list(NAMES[2:])
        assert found("deja") == list(NAMES[:2])
        assert found("") == list(NAMES)
        held(before)
        row = row_of(before, people[0])
        transitions.save_participations(
            before, {row.pk: transitions.Mark(True, None, "not_retained", "Projet à mûrir")}
        )
        transitions.sign_minutes(before, by=staff, signatory="A. B.")
        assert found("jamais") == list(NAMES[1:])

    @pytest.mark.parametrize("capacity", ["0", "-1", "abc"])
    def test_a_capacity_is_a_number_of_places(self, client, staff, bootcamp, ocb, capacity):
        data = {"code": "B-01", "region": ocb.region.pk, "held_on": "01/01/2015"}
        response = client.post(page("edit"), {**data, "capacity": capacity})
        assert response.status_code == 422
        assert client.post(page("edit"), {**data, "capacity": ""}).status_code == 302
        assert Bootcamp.objects.get().capacity is None


def test_who_left_the_path_is_told_beside_their_place_and_their_turn(
    client, bootcamp, people, staff
):
    transitions.enrol(bootcamp, people)
    for person in (people[0], people[4]):
        leave(person, on=date(2015, 3, 20), by=staff, reason="moved")
    content = client.get(bootcamp.get_absolute_url()).content.decode()
    assert content.count("sortie le 20/03/2015") == 2
    come_back(people[0], on=date(2015, 3, 25), by=staff)
    content = client.get(bootcamp.get_absolute_url()).content.decode()
    assert content.count("sortie le 20/03/2015") == 1
