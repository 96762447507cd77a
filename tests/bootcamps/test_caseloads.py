"""Caseloads: who has how many, where, visited when; handing people over in part or whole."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary
from beneficiaries.transitions import leave
from bootcamps.caseloads import caseloads, waiting
from remess.accounts.roles import Role
from remess.shared.dates import today
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = factories.make_user(Role.STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def regions():
    return factories.make_region(code="ERR"), factories.make_region(code="MIS")


@pytest.fixture
def ocbs(regions):
    return [factories.make_ocb(region=region) for region in regions]


@pytest.fixture
def trainers(regions):
    return [factories.make_trainer(region=region, code=f"F-{region.code}") for region in regions]


@pytest.fixture
def people(ocbs, trainers):
    """Three with the first trainer, in two regions; one without any."""
    first = trainers[0]
    return [
        factories.make_beneficiary(family_name=name, ocb=ocb, at=stage, referent=referent)
        for name, ocb, stage, referent in [
            ("Alaoui", ocbs[0], Stage.CREATED, first),
            ("Bennis", ocbs[0], Stage.TRAINED, first),
            ("Chraibi", ocbs[1], Stage.TRAINED, first),
            ("Daoudi", ocbs[1], Stage.SELECTED, None),
        ]
    ]


def referents():
    rows = Beneficiary.objects.order_by("sort_name").values_list("referent__code", flat=True)
    return list(rows)


class TestLoad:
    def test_how_many_where_at_which_stage_and_visited(self, staff, people, trainers, regions):
        first, second = trainers
        factories.make_visit(
            people[0], first, visited_on=today() - timedelta(days=90), next_on=today()
        )
        factories.make_visit(people[1], first, visited_on=today() - timedelta(days=91))
        heavy, light = caseloads(staff, today())
        assert (heavy.trainer, heavy.people) == (first, 3)
        assert [n for _code, _label, n in heavy.by_stage()] == [0, 0, 2, 1]
        assert heavy.where() == [(regions[0], 2), (regions[1], 1)]
        assert (heavy.visits, heavy.unvisited, heavy.due) == (1, 2, 1)
        assert (light.trainer, light.people) == (second, 0)
        assert waiting(staff).people == 1

    def test_those_who_left_weigh_nothing(self, staff, people):
        leave(people[0], on=today(), by=staff, reason="moved")
        assert caseloads(staff, today())[0].people == 2

    def test_the_page_says_it(self, client, staff, people):
        shown = client.get(reverse("bootcamps:caseloads")).content.decode()
        assert "De 0 à 3 personnes par formateur en activité, 2 en moyenne." in shown
        assert "1 personne sélectionnée ou plus loin" in shown

    def test_it_costs_the_same_queries_for_2_and_20_trainers(self, client, staff, people, regions):
        def cost():
            caches["pages"].clear()
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse("bootcamps:caseloads"))
            return len(queries)

        cost()
        two = cost()
        for _ in range(18):
            trainer = factories.make_trainer(region=regions[0])
            factories.make_beneficiary(referent=trainer, ocb=people[0].ocb)
        assert cost() == two


class TestHandingOver:
    def send(self, client, leaving, **fields):
        args = [leaving.code] if leaving else []
        name = "caseload_reassign" if leaving else "caseload_assign"
        sent = {"on": today().strftime("%d/%m/%Y"), "reason": "Congé", **fields}
        return client.post(reverse(f"bootcamps:{name}", args=args), sent, follow=True)

    def test_some_of_them(self, client, staff, people, trainers):
        first, second = trainers
        done = self.send(client, first, people=[people[1].pk], trainer=second.pk)
        assert "1 personne change de formateur" in done.content.decode()
        assert referents() == ["F-ERR", "F-MIS", "F-ERR", None]
        old, new = people[1].referent_periods.for_sheet()
        assert (old.trainer, old.until, old.ended_by) == (first, today(), staff)
        assert (new.trainer, new.reason) == (second, "Congé")

    def test_all_of_them(self, client, staff, people, trainers):
        first, second = trainers
        self.send(client, first, portee="tout", trainer=second.pk)
        assert referents() == ["F-MIS", "F-MIS", "F-MIS", None]

    def test_those_without_one(self, client, staff, people, trainers):
        self.send(client, None, people=[people[3].pk], trainer=trainers[1].pk)
        assert referents() == ["F-ERR", "F-ERR", "F-ERR", "F-MIS"]

    def test_who_is_not_changed_is_named_with_why(self, client, staff, people, trainers):
        early = (today() - timedelta(days=1)).strftime("%d/%m/%Y")
        done = self.send(
            client, trainers[0], people=[people[0].pk], trainer=trainers[1].pk, on=early
        )
        text = done.content.decode()
        assert "de formateur :" not in text
        assert "ALAOUI Amal : Son suivi par F-ERR" in text

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({}, "Cocher au moins une personne."),
            ({"portee": "tout", "trainer": ""}, "Nouveau formateur"),
            ({"portee": "tout", "on": "01/01/2099"}, "futur"),
            ({"portee": "tout", "reason": ""}, "Motif"),
            ({"people": ["99999999999999999999"]}, "plus dans ce portefeuille"),
        ],
    )
    def test_what_does_not_hold_is_said(self, client, staff, people, trainers, changes, sentence):
        first, second = trainers
        answer = self.send(client, first, **{"trainer": second.pk, **changes})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert referents() == ["F-ERR", "F-ERR", "F-ERR", None]

    def test_people_of_another_caseload_are_not_taken(self, client, staff, people, trainers):
        first, second = trainers
        answer = self.send(client, first, people=[people[3].pk], trainer=second.pk)
        assert answer.status_code == 422
        assert referents()[3] is None

    def test_the_list_is_filtered_by_place(self, client, staff, people, trainers, regions):
        url = reverse("bootcamps:caseload_reassign", args=[trainers[0].code])
        shown = client.get(url, {"region": regions[1].code}).content.decode()
        assert "CHRAIBI" in shown
        assert "ALAOUI" not in shown
