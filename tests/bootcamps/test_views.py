"""The pages of bootcamps: what each role is shown, what is refused, how minutes are filled."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.transitions import TransitionRefused, leave
from bootcamps import transitions
from bootcamps.models import Bootcamp, Decision
from remess.accounts.roles import Role
from remess.shared.dates import today
from tests import factories

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode()


@pytest.fixture
def ocb():
    return factories.make_ocb(region=factories.make_region(code="ERR"))


@pytest.fixture
def staff(client):
    user = factories.make_user(Role.STAFF)
    client.force_login(user)
    return user


@pytest.fixture
def people(ocb):
    return [factories.make_beneficiary(family_name=name, ocb=ocb) for name in ("Alaoui", "Bennis")]


@pytest.fixture
def bootcamp(ocb, people):
    return factories.make_bootcamp(code="B-01", region=ocb.region, participants=people)


def page(bootcamp, name, *args):
    return reverse(f"bootcamps:{name}", args=[bootcamp.code, *args])


def marks(bootcamp, **lines):
    """The form as a browser sends it: `alaoui=("on", "13,5", "retained")` by family name."""
    data = {"ligne": []}
    for row in bootcamp.participations.select_related("beneficiary"):
        data["ligne"].append(str(row.pk))
        sent = lines.get(row.beneficiary.family_name.lower(), ("", "", ""))
        attended, data[f"p{row.pk}-score"], data[f"p{row.pk}-decision"] = sent
        if attended:
            data[f"p{row.pk}-attended"] = attended
    return data


def fill(bootcamp, decision=Decision.RETAINED):
    transitions.save_participations(
        bootcamp,
        {
            row.pk: transitions.Mark(
                True, None, decision, "" if decision == Decision.RETAINED else "Projet à mûrir"
            )
            for row in bootcamp.participations.all()
        },
    )


class TestWhoSeesWhat:
    def test_an_official_sees_the_tallies_and_never_a_name(self, client, bootcamp):
        fill(bootcamp)
        client.force_login(factories.make_user(Role.OFFICIAL))
        listed = text_of(client.get(reverse("bootcamps:list")))
        shown = text_of(client.get(page(bootcamp, "detail")))
        assert "B-01" in listed
        assert "<b>2</b> sur 2" in shown
        assert "ALAOUI" not in listed + shown
        assert "Enregistrer" not in shown

    def test_an_agent_sees_their_own_people_and_no_button(self, client, bootcamp, ocb):
        other = factories.make_beneficiary(
            family_name="Chraibi", ocb=factories.make_ocb(region=ocb.region)
        )
        transitions.enrol(bootcamp, [other])
        client.force_login(factories.make_user(Role.OCB_AGENT, ocb=ocb))
        shown = text_of(client.get(page(bootcamp, "detail")))
        assert "ALAOUI" in shown
        assert "CHRAIBI" not in shown
        assert "sur 3 en tout" in shown
        assert "<form id=" not in shown
        assert "Inscrire des jeunes" not in shown

    def test_a_trainer_sees_those_whose_referent_they_are(self, client, ocb):
        user = factories.make_user(Role.TRAINER)
        trainer = factories.make_trainer(region=ocb.region, user=user)
        own = factories.make_beneficiary(family_name="Daoudi", ocb=ocb, referent=trainer)
        other = factories.make_beneficiary(family_name="Essafi", ocb=ocb)
        bootcamp = factories.make_bootcamp(region=ocb.region, participants=[own, other])
        client.force_login(user)
        shown = text_of(client.get(page(bootcamp, "detail")))
        assert "DAOUDI" in shown
        assert "ESSAFI" not in shown

    @pytest.mark.parametrize("role", [Role.OCB_AGENT, Role.TRAINER, Role.OFFICIAL])
    @pytest.mark.parametrize("name", ["edit", "enrol", "sign", "participations"])
    def test_others_cannot_reach_the_work_of_the_team(self, client, bootcamp, role, name):
        client.force_login(factories.make_user(role))
        assert client.post(page(bootcamp, name)).status_code == 404

    def test_an_unknown_code_is_not_found(self, client, staff):
        for code in ("B-99", "b-01", "B 01", "B\x00"):
            assert client.get(reverse("bootcamps:detail", args=[code])).status_code == 404


class TestCreating:
    def send(self, client, region, **fields):
        data = {"code": "b-13", "region": region.pk, "held_on": "30/01/2016", **fields}
        return client.post(reverse("bootcamps:create"), data)

    def test_the_code_is_kept_in_capitals(self, client, staff, ocb):
        assert self.send(client, ocb.region).url == "/bootcamps/B-13/"
        assert Bootcamp.objects.get().held_on == date(2016, 1, 30)

    @pytest.mark.parametrize("code", ["B/13", "nouvéau", "-B", ""])
    def test_a_code_that_no_address_carries_is_refused(self, client, staff, ocb, code):
        response = self.send(client, ocb.region, code=code, place="Missour")
        assert response.status_code == 422
        assert "Missour" in text_of(response)
        assert not Bootcamp.objects.exists()

    @pytest.mark.parametrize("make", [factories.make_bootcamp, factories.make_course])
    def test_the_database_refuses_such_a_code_too(self, make):
        with pytest.raises(IntegrityError), transaction.atomic():
            make(code="b 1")

    def test_signed_minutes_are_not_edited(self, client, staff, bootcamp, ocb):
        fill(bootcamp)
        transitions.sign_minutes(bootcamp, by=staff, signatory="A. Benkirane")
        data = {"code": "B-01", "region": ocb.region.pk, "held_on": "01/01/2015"}
        assert client.post(page(bootcamp, "edit"), data).status_code == 302
        bootcamp.refresh_from_db()
        assert bootcamp.held_on == date(2015, 4, 1)


class TestEnrolling:
    def test_only_those_who_may_be_invited_are_offered(self, client, staff, bootcamp, ocb):
        factories.make_beneficiary(family_name="Fassi", ocb=ocb)
        factories.make_beneficiary(family_name="Guessous", ocb=ocb, at=Stage.SELECTED)
        factories.make_beneficiary(family_name="Hakimi", ocb=ocb, at=None)
        factories.make_beneficiary(family_name="Idrissi", ocb=ocb, on=date(2015, 4, 2))
        gone = factories.make_beneficiary(family_name="Jebli", ocb=ocb)
        leave(gone, on=date(2015, 3, 20), by=staff, reason="moved")
        shown = text_of(client.get(page(bootcamp, "enrol")))
        assert "FASSI" in shown
        for name in ("GUESSOUS", "HAKIMI", "IDRISSI", "JEBLI", "ALAOUI"):
            assert name not in shown

    def test_it_opens_on_the_region_and_searches_both_scripts(self, client, staff, bootcamp):
        far = factories.make_ocb(region=factories.make_region(code="SAF"))
        factories.make_beneficiary(family_name="Kettani", name_ar="الكتاني أمل", ocb=far)
        url = page(bootcamp, "enrol")
        assert "KETTANI" not in text_of(client.get(url))
        assert "KETTANI" in text_of(client.get(url, {"region": "", "q": "الكتاني"}))
        assert "KETTANI" in text_of(client.get(url, {"region": "SAF", "ocb": far.code}))

    def test_those_ticked_are_put_on_the_list(self, client, staff, bootcamp, ocb):
        person = factories.make_beneficiary(ocb=ocb)
        client.post(page(bootcamp, "enrol"), {"people": [person.pk]})
        assert bootcamp.participations.filter(beneficiary=person, attended=None).exists()

    def test_nobody_ticked_or_someone_not_invitable_is_said(self, client, staff, bootcamp, ocb):
        person = factories.make_beneficiary(ocb=ocb)
        ahead = factories.make_beneficiary(ocb=ocb, at=Stage.SELECTED)
        nobody = client.post(page(bootcamp, "enrol"), {})
        assert nobody.status_code == 422
        assert "Cocher au moins un jeune." in text_of(nobody)
        mixed = client.post(page(bootcamp, "enrol"), {"people": [person.pk, ahead.pk]})
        assert mixed.status_code == 422
        assert f'value="{person.pk}" checked' in text_of(mixed)
        assert bootcamp.participations.count() == 2

    @pytest.mark.parametrize("pk", ["x", "99999999999999999999", "\x00"])
    def test_an_odd_number_is_refused_as_any_other(self, client, staff, bootcamp, pk):
        assert client.post(page(bootcamp, "enrol"), {"people": [pk]}).status_code == 422

    def test_the_rule_itself_refuses_whoever_is_further_on(self, bootcamp, ocb):
        ahead = factories.make_beneficiary(family_name="Lahlou", ocb=ocb, at=Stage.SELECTED)
        with pytest.raises(TransitionRefused, match="LAHLOU"):
            transitions.enrol(bootcamp, [ahead])

    def test_an_invitation_is_taken_back_before_anything_is_marked(self, client, staff, bootcamp):
        first, second = bootcamp.participations.order_by("pk")
        client.post(page(bootcamp, "remove", first.pk))
        assert list(bootcamp.participations.all()) == [second]
        fill(bootcamp)
        client.post(page(bootcamp, "remove", second.pk))
        assert bootcamp.participations.count() == 1


class TestMarking:
    def test_presence_score_and_decision_are_stored(self, client, staff, bootcamp):
        data = marks(bootcamp, alaoui=("on", "13,5", "retained"))
        assert client.post(page(bootcamp, "participations"), data).url == "/bootcamps/B-01/"
        alaoui, bennis = bootcamp.participations.for_list()
        assert (alaoui.attended, alaoui.score, alaoui.decision) == (
            True,
            Decimal("13.5"),
            Decision.RETAINED,
        )
        assert (bennis.attended, bennis.score, bennis.decision) == (False, None, "")

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            (("on", "25", ""), "La note va de 0 à 20."),
            (("on", "-1", ""), "La note va de 0 à 20."),
            (("on", "treize", ""), "Écrire la note en chiffres"),
            (("on", "12,345", ""), "Deux chiffres au plus après la virgule."),
            (("", "12", ""), "cocher la présence"),
            (("", "", "retained"), "cocher la présence"),
        ],
    )
    def test_a_wrong_line_is_told_and_nothing_typed_is_lost(
        self, client, staff, bootcamp, line, sentence
    ):
        data = marks(bootcamp, alaoui=line, bennis=("on", "11,25", "not_retained"))
        response = client.post(page(bootcamp, "participations"), data)
        shown = text_of(response)
        assert response.status_code == 422
        assert "ALAOUI Amal : " in shown
        assert sentence in shown
        assert f'value="{line[1]}"' in shown
        assert 'value="11,25"' in shown
        assert 'value="not_retained" checked' in shown
        assert not bootcamp.participations.exclude(attended=None).exists()

    def test_arabic_digits_and_a_point_are_read(self, client, staff, bootcamp):
        data = marks(bootcamp, alaoui=("on", "١٣٫٥", ""), bennis=("on", "12.5", ""))
        client.post(page(bootcamp, "participations"), data)
        scores = [row.score for row in bootcamp.participations.for_list()]
        assert scores == [Decimal("13.5"), Decimal("12.5")]

    def test_lines_of_another_bootcamp_are_not_touched(self, client, staff, bootcamp, ocb):
        person = factories.make_beneficiary(family_name="Mansouri", ocb=ocb)
        other = factories.make_bootcamp(region=ocb.region, participants=[person])
        data = marks(other, mansouri=("on", "12", "retained"))
        client.post(page(bootcamp, "participations"), data)
        assert other.participations.get().attended is None

    def test_nothing_is_marked_before_the_day(self, client, staff, ocb, people):
        soon = factories.make_bootcamp(
            region=ocb.region, participants=people, held_on=today() + timedelta(days=3)
        )
        assert 'id="minutes"' not in text_of(client.get(page(soon, "detail")))
        data = marks(soon, alaoui=("on", "12", "retained"))
        client.post(page(soon, "participations"), data)
        assert not soon.participations.exclude(attended=None).exists()

    def test_what_lacks_is_listed_with_a_link_to_the_line(self, client, staff, bootcamp):
        data = marks(bootcamp, alaoui=("on", "13", ""))
        client.post(page(bootcamp, "participations"), data)
        shown = text_of(client.get(page(bootcamp, "detail")))
        row = bootcamp.participations.get(beneficiary__family_name="Alaoui")
        assert "Une décision manque." in shown
        assert f'<a href="#ligne-{row.pk}">ALAOUI Amal</a>' in shown

    def test_saving_goes_on_to_the_signature_when_nothing_lacks(self, client, staff, bootcamp):
        data = marks(bootcamp, alaoui=("on", "13", "")) | {"suite": "signer"}
        assert client.post(page(bootcamp, "participations"), data).url == "/bootcamps/B-01/"
        data = marks(bootcamp, alaoui=("on", "13", "retained")) | {"suite": "signer"}
        assert client.post(page(bootcamp, "participations"), data).url.endswith("/signer/")


class TestSigning:
    def sign(self, client, bootcamp, signatory="A. Benkirane", on="03/04/2015"):
        return client.post(page(bootcamp, "sign"), {"signatory": signatory, "on": on})

    def test_the_page_says_what_the_signature_will_do(self, client, staff, bootcamp):
        fill(bootcamp)
        shown = text_of(client.get(page(bootcamp, "sign")))
        assert "les 2 jeunes retenus passent à l'étape Sélectionné au 01/04/2015" in shown
        assert "ALAOUI" in shown
        assert not Bootcamp.objects.get().is_signed

    def test_signing_advances_those_retained_and_freezes_the_list(
        self, client, staff, bootcamp, people
    ):
        fill(bootcamp)
        transitions.save_participations(
            bootcamp, {bootcamp.participations.for_list()[1].pk: transitions.Mark(False)}
        )
        assert self.sign(client, bootcamp).url == "/bootcamps/B-01/"
        for person in people:
            person.refresh_from_db()
        assert [person.current_stage for person in people] == [Stage.SELECTED, Stage.IDENTIFIED]
        shown = text_of(client.get(page(bootcamp, "detail")))
        assert "A. Benkirane" in shown
        assert "<form id=" not in shown
        client.post(page(bootcamp, "participations"), marks(bootcamp))
        assert bootcamp.participations.retained().count() == 1
        assert client.get(page(bootcamp, "enrol")).status_code == 302
        assert self.sign(client, bootcamp, signatory="Autre").status_code == 302
        assert Bootcamp.objects.get().signatory == "A. Benkirane"

    def test_minutes_that_lack_something_are_not_signed(self, client, staff, bootcamp):
        shown = text_of(client.get(page(bootcamp, "sign")))
        assert "La présence manque pour 2 jeunes." in shown
        assert self.sign(client, bootcamp).status_code == 422
        assert not Bootcamp.objects.get().is_signed

    @pytest.mark.parametrize(
        ("signatory", "on"),
        [("", "03/04/2015"), ("A. Benkirane", "31/03/2015"), ("A. Benkirane", "01/01/2099")],
    )
    def test_the_signature_needs_a_name_and_a_day_that_holds(
        self, client, staff, bootcamp, signatory, on
    ):
        fill(bootcamp)
        assert self.sign(client, bootcamp, signatory, on).status_code == 422
        assert not Bootcamp.objects.get().is_signed

    def test_somebody_retained_who_left_is_named_before_signing(
        self, client, staff, bootcamp, people
    ):
        fill(bootcamp)
        leave(people[0], on=date(2015, 3, 20), by=staff, reason="moved")
        shown = text_of(client.get(page(bootcamp, "detail")))
        assert "sortie du parcours le 20/03/2015" in shown
        assert self.sign(client, bootcamp).status_code == 302
        assert Bootcamp.objects.get().is_signed
        people[0].refresh_from_db()
        assert people[0].current_stage == Stage.IDENTIFIED


def count_queries(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["detail", "enrol", "sign"])
def test_a_page_costs_the_same_queries_for_1_and_20_people(client, staff, ocb, name):
    def made(n):
        people = [factories.make_beneficiary(ocb=ocb) for _ in range(n)]
        if name == "enrol":
            return factories.make_bootcamp(region=ocb.region)
        bootcamp = factories.make_bootcamp(region=ocb.region, participants=people)
        fill(bootcamp)
        return bootcamp

    one = count_queries(client, page(made(1), name))
    assert count_queries(client, page(made(20), name)) == one


def test_the_list_costs_the_same_queries_for_1_and_20_bootcamps(client, staff, ocb):
    url = reverse("bootcamps:list")
    factories.make_bootcamp(region=ocb.region)
    one = count_queries(client, url)
    for _ in range(19):
        factories.make_bootcamp(region=ocb.region)
    assert count_queries(client, url) == one


def test_minutes_say_truthfully_who_was_retained_though_already_selected_elsewhere(staff):
    """Counting rule 3: two bootcamps, one person; the second minutes are signed all the same."""
    person = factories.make_beneficiary(at=Stage.SELECTED, on=date(2015, 3, 1))
    newcomer = factories.make_beneficiary(at=Stage.IDENTIFIED, on=date(2015, 3, 1))
    bootcamp = factories.make_bootcamp(participants=[person, newcomer], held_on=date(2015, 4, 1))
    bootcamp.participations.update(attended=True, decision="retained")
    outcome = transitions.sign_minutes(bootcamp, by=staff, signatory="A. Benkirane")
    assert [row.beneficiary for row in outcome.advanced] == [newcomer]
    assert [row.beneficiary for row, _why in outcome.refused] == [person]
    assert person.events.filter(stage=Stage.SELECTED).count() == 1
    bootcamp.refresh_from_db()
    assert bootcamp.is_signed
