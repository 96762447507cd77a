"""What the jury writes: reasons with decisions, criteria with weights, scores on them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from beneficiaries.transitions import TransitionRefused
from bootcamps import transitions
from bootcamps.models import CriterionScore
from bootcamps.transitions import Mark
from remess.accounts.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = factories.make_user(Role.STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def bootcamp():
    people = [factories.make_beneficiary(family_name=name) for name in ("Alaoui", "Bennis")]
    return factories.make_bootcamp(code="B-01", participants=people)


def page(name):
    return reverse(f"bootcamps:{name}", args=["B-01"])


def rows(bootcamp):
    return list(bootcamp.participations.for_list())


def present(bootcamp):
    transitions.save_participations(bootcamp, {row.pk: Mark(True) for row in rows(bootcamp)})


def with_criteria(bootcamp):
    transitions.save_criteria(bootcamp, [(None, "Projet", 2), (None, "Motivation", 1)])
    present(bootcamp)
    return list(bootcamp.criteria.order_by("pk"))


class TestReasons:
    def send(self, client, bootcamp, decision, reason):
        alaoui, bennis = rows(bootcamp)
        data = {"ligne": [alaoui.pk, bennis.pk], f"p{alaoui.pk}-attended": "on"}
        data |= {f"p{alaoui.pk}-decision": decision, f"p{alaoui.pk}-reason": reason}
        return client.post(page("participations"), data)

    def test_a_reason_is_typed_stored_and_shown(self, client, staff, bootcamp):
        assert self.send(client, bootcamp, "waiting", " Places limitées ").status_code == 302
        assert rows(bootcamp)[0].reason == "Places limitées"
        assert 'value="Places limitées"' in client.get(page("detail")).content.decode()
        transitions.sign_minutes(bootcamp, by=staff, signatory="A. Benkirane")
        read = client.get(page("detail")).content.decode()
        assert '<span class="sub reason-read">Places limitées</span>' in read

    def test_a_reason_without_a_decision_is_refused(self, client, staff, bootcamp):
        response = self.send(client, bootcamp, "", "Places limitées")
        assert response.status_code == 422
        assert "Un motif accompagne une décision" in response.content.decode()

    def test_too_long_a_reason_is_told(self, client, staff, bootcamp):
        response = self.send(client, bootcamp, "waiting", "x" * 201)
        assert "Un motif tient en 200 caractères." in response.content.decode()

    @pytest.mark.parametrize("decision", ["waiting", "not_retained"])
    def test_who_is_set_aside_is_told_why_before_the_signature(
        self, client, staff, bootcamp, decision
    ):
        self.send(client, bootcamp, decision, "")
        sentence = "Le motif d'une décision manque."
        with pytest.raises(TransitionRefused, match=sentence):
            transitions.sign_minutes(bootcamp, by=staff, signatory="A. Benkirane")
        shown = client.get(page("detail")).content.decode()
        assert "Le motif d&#x27;une décision manque." in shown
        self.send(client, bootcamp, "retained", "")
        transitions.sign_minutes(bootcamp, by=staff, signatory="A. Benkirane")


class TestCriteria:
    @pytest.mark.parametrize(
        ("weights", "scores", "mean"),
        [
            ({1: 2, 2: 1}, {1: Decimal(15), 2: Decimal(12)}, "14.00"),
            ({1: 1, 2: 1, 3: 1}, {1: Decimal(10), 2: Decimal(10), 3: Decimal("10.01")}, "10.00"),
            ({1: 1, 2: 1}, {1: Decimal("10.00"), 2: Decimal("10.01")}, "10.01"),
            ({1: 3}, {1: Decimal(0)}, "0.00"),
            ({1: 1, 2: 1}, {1: Decimal(10)}, None),
            ({}, {}, None),
        ],
    )
    def test_the_score_is_the_weighted_mean_once_all_is_scored(self, weights, scores, mean):
        assert transitions.weighted_mean(weights, scores) == (mean and Decimal(mean))

    def test_the_score_follows_the_criteria_and_their_weights(self, bootcamp):
        project, drive = with_criteria(bootcamp)
        alaoui, bennis = rows(bootcamp)
        transitions.save_criterion_scores(
            bootcamp,
            {
                alaoui.pk: {project.pk: Decimal(15), drive.pk: Decimal(12)},
                bennis.pk: {project.pk: Decimal(9), drive.pk: None},
            },
        )
        assert [row.score for row in rows(bootcamp)] == [Decimal(14), None]
        transitions.save_criteria(bootcamp, [(project, "Motivation", 1), (drive, "Projet", 1)])
        assert rows(bootcamp)[0].score == Decimal("13.5")
        assert [c.name for c in bootcamp.criteria.order_by("pk")] == ["Motivation", "Projet"]

    def test_the_jury_decides_whatever_the_score(self, bootcamp, staff):
        project, drive = with_criteria(bootcamp)
        alaoui, bennis = rows(bootcamp)
        scores = {row.pk: {project.pk: 2, drive.pk: 2} for row in (alaoui, bennis)}
        transitions.save_criterion_scores(bootcamp, scores)
        assert [row.decision for row in rows(bootcamp)] == ["", ""]
        marks = {row.pk: Mark(True, Decimal(19), "retained") for row in (alaoui, bennis)}
        transitions.save_participations(bootcamp, marks)
        assert [row.score for row in rows(bootcamp)] == [2, 2]
        with pytest.raises(transitions.RowsRefused, match="cocher la présence"):
            transitions.save_participations(bootcamp, {alaoui.pk: Mark(False)})

    def test_criteria_keep_their_number_once_something_is_scored(self, bootcamp):
        project, drive = with_criteria(bootcamp)
        alaoui, _bennis = rows(bootcamp)
        transitions.save_criterion_scores(bootcamp, {alaoui.pk: {project.pk: Decimal(15)}})
        for changed in (
            [(project, "Projet", 2)],
            [(project, "P", 1), (drive, "M", 1), (None, "N", 1)],
        ):
            with pytest.raises(TransitionRefused, match="déjà saisies"):
                transitions.save_criteria(bootcamp, changed)
        transitions.save_criterion_scores(bootcamp, {alaoui.pk: {project.pk: None}})
        transitions.save_criteria(bootcamp, [])
        assert not bootcamp.criteria.exists()

    def test_scores_are_for_those_present_out_of_20_and_frozen_once_signed(self, bootcamp, staff):
        project, drive = with_criteria(bootcamp)
        alaoui, bennis = rows(bootcamp)
        transitions.save_participations(bootcamp, {bennis.pk: Mark(False)})
        transitions.save_criterion_scores(bootcamp, {bennis.pk: {project.pk: Decimal(9)}})
        assert not CriterionScore.objects.exists()
        with pytest.raises(TransitionRefused, match="de 0 à 20"):
            transitions.save_criterion_scores(bootcamp, {alaoui.pk: {project.pk: Decimal(21)}})
        transitions.save_participations(bootcamp, {alaoui.pk: Mark(True, None, "retained")})
        transitions.sign_minutes(bootcamp, by=staff, signatory="A. Benkirane")
        for write in (
            lambda: transitions.save_criterion_scores(bootcamp, {}),
            lambda: transitions.save_criteria(bootcamp, []),
        ):
            with pytest.raises(TransitionRefused, match="figée"):
                write()

    def test_the_pages_name_weigh_and_score(self, client, staff, bootcamp):
        sent = {"name_0": "Projet", "weight_0": "2", "name_1": "Motivation", "weight_1": ""}
        assert client.post(page("criteria"), sent).status_code == 302
        present(bootcamp)
        assert 'value="Projet"' in client.get(page("criteria")).content.decode()
        project, drive = bootcamp.criteria.order_by("pk")
        alaoui, bennis = rows(bootcamp)
        cells = {f"p{alaoui.pk}-c{project.pk}": "15,5", f"p{alaoui.pk}-c{drive.pk}": "12"}
        cells["ligne"] = [alaoui.pk, bennis.pk]
        wrong = client.post(page("scores"), cells | {f"p{bennis.pk}-c{project.pk}": "25"})
        assert wrong.status_code == 422
        assert "Projet : La note va de 0 à 20." in wrong.content.decode()
        assert 'value="15,5"' in wrong.content.decode()
        assert client.post(page("scores"), cells).status_code == 302
        assert rows(bootcamp)[0].score == Decimal("14.33")
        shown = client.get(page("detail")).content.decode()
        assert "14,33" in shown
        assert f'name="p{alaoui.pk}-score"' not in shown

    @pytest.mark.parametrize(
        "sent",
        [
            {"name_0": "Projet", "name_1": "projet"},
            {"weight_0": "3"},
            {"name_0": "Projet", "weight_0": "0"},
            {"name_0": "Projet", "weight_0": "101"},
            {"name_0": "x" * 61},
        ],
    )
    def test_criteria_that_do_not_hold_are_told(self, client, staff, bootcamp, sent):
        assert client.post(page("criteria"), sent).status_code == 422
        assert not bootcamp.criteria.exists()
