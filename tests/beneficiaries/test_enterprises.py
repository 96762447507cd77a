"""The enterprise after its creation: members, proof, scanned files, and the list of the team."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Enterprise, EnterpriseFile
from beneficiaries.transitions import (
    TransitionRefused,
    correct_proof,
    create_activity,
    join,
    void_membership,
)
from remess.accounts.roles import Role
from reporting.indicators import breakdown, totals
from reporting.scope import build_scope
from tests.factories import (
    PDF,
    make_agreement,
    make_beneficiary,
    make_enterprise,
    make_file,
    make_ocb,
    make_region,
    make_trainer,
    make_user,
    unsaved_enterprise,
)
from tests.reporting.workbooks import opened, rows_of

pytestmark = pytest.mark.django_db
DAY = date(2016, 3, 1)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 60 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 200


@pytest.fixture
def ocb():
    make_agreement()
    return make_ocb(region=make_region(code="ERR"), code="OCB-01")


@pytest.fixture
def staff(client, ocb):
    user = make_user(Role.STAFF)
    client.force_login(user)
    return user


def cooperative(**fields):
    return unsaved_enterprise(
        **{
            "legal_form": "cooperative",
            "sub_form": "",
            "name": "Coopérative Argane",
            "identifier": "COOP-1",
            "registered_on": DAY,
            **fields,
        }
    )


def creator(ocb, enterprise=None, **fields):
    at = {"at": Stage.CREATED, "on": DAY, "enterprise": enterprise or cooperative()}
    return make_beneficiary(**{"ocb": ocb, **at, **fields})


def to(name, *args):
    return reverse(f"beneficiaries:{name}", args=args)


def scan(content=PDF, name="photo de ma carte.pdf", **typed):
    return {"kind": "register", "file": SimpleUploadedFile(name, content), **typed}


def download(client, url, query=None):
    """The response and its content, read to the end, which closes its file."""
    response = client.get(url, query)
    content = b"".join(response.streaming_content)
    return response, content


def figures(**scope):
    found = totals(build_scope(**scope))
    return found["created"], found["enterprises"]


# Members


def test_five_who_join_one_cooperative_are_five_persons_and_one_enterprise(client, staff, ocb):
    enterprise = creator(ocb).enterprises()[0]
    for _ in range(4):
        person = make_beneficiary(ocb=ocb, at=Stage.TRAINED)
        typed = {"number": person.file_number.lower(), "on": "15/03/2016"}
        assert client.post(to("member_add", enterprise.pk), typed).status_code == 302
        person.refresh_from_db()
        assert (person.current_stage, person.stage_on) == (Stage.CREATED, date(2016, 3, 15))
    assert figures() == (5, 1)
    page = client.get(to("enterprise_list"))
    assert [(e.persons, e.women) for e in page.context["page"]] == [(5, 5)]
    assert page.context["persons"] == 5
    assert len(client.get(enterprise.get_absolute_url()).context["members"]) == 5


def test_someone_who_created_before_joins_without_counting_twice(client, staff, ocb):
    enterprise = creator(ocb).enterprises()[0]
    other = creator(ocb, unsaved_enterprise(registered_on=DAY))
    join(enterprise, other, on=DAY, by=staff)
    assert figures() == (2, 2)
    with pytest.raises(TransitionRefused, match="déjà membre"):
        join(enterprise, other, on=DAY, by=staff)
    forms = breakdown(build_scope(), "legal_form")
    assert forms["tpe"]["created"] == forms["cooperative"]["created"] == 1
    member = enterprise.members.get(beneficiary=other)
    void_membership(member, by=staff, reason="Erreur")
    assert other.enterprises() != [enterprise]
    proving = enterprise.members.get(voided_at=None)
    with pytest.raises(TransitionRefused, match="annuler l'étape"):
        void_membership(proving, by=staff, reason="Erreur")


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"number": "ERR-99999", "on": "15/03/2016"}, "number", "Aucune fiche"),
        ({"number": "?", "on": "15/03/2016"}, "number", "Aucune fiche"),
        ({"number": "identified", "on": "15/03/2016"}, "number", "formation"),
        ({"number": "trained", "on": "01/01/2016"}, None, "immatriculation"),
        ({"number": "trained", "on": "32/01/2016"}, "on", "jj/mm/aaaa"),
    ],
)
def test_a_member_is_refused_with_its_reason(client, staff, ocb, typed, field, said):
    enterprise = creator(ocb).enterprises()[0]
    known = {
        "identified": make_beneficiary(ocb=ocb).file_number,
        "trained": make_beneficiary(ocb=ocb, at=Stage.TRAINED).file_number,
    }
    typed["number"] = known.get(typed["number"], typed["number"])
    response = client.post(to("member_add", enterprise.pk), typed)
    assert response.status_code == 422
    assert said in str(response.context["form"].errors[field or "__all__"])
    assert typed["on"] in response.content.decode()


def test_a_form_of_one_person_gains_no_second_member(staff, ocb):
    alone = creator(
        ocb, unsaved_enterprise(legal_form="auto_entrepreneur", sub_form="", registered_on=DAY)
    ).enterprises()[0]
    with pytest.raises(TransitionRefused, match="qu'un membre"):
        create_activity(make_beneficiary(ocb=ocb, at=Stage.TRAINED), alone, on=DAY, by=staff)


def test_a_number_or_an_ice_already_known_is_no_second_enterprise(staff, ocb):
    creator(ocb, cooperative(court="Safi", ice="001525713000097"))
    person = make_beneficiary(ocb=ocb, at=Stage.TRAINED)
    for again in (
        cooperative(identifier="coop-1", court="safi"),
        cooperative(identifier="COOP-9", ice="001525713000097"),
    ):
        with pytest.raises(TransitionRefused, match="déjà ce numéro"):
            create_activity(person, again, on=DAY, by=staff)
    create_activity(person, cooperative(court="Missour"), on=DAY, by=staff)
    assert figures() == (2, 2)


def test_a_trainer_sees_the_members_they_accompany_and_the_number_of_others(client, ocb):
    user = make_user(Role.TRAINER)
    trainer = make_trainer(region=ocb.region, user=user)
    own = creator(ocb, referent=trainer)
    enterprise = own.enterprises()[0]
    creator(ocb, enterprise, given_name="Invisible")
    client.force_login(user)
    page = client.get(enterprise.get_absolute_url())
    assert [member.beneficiary for member in page.context["members"]] == [own]
    assert page.context["unseen"] == 1
    assert "Invisible" not in page.content.decode()


# Details and proof


def test_details_are_edited_and_a_save_meanwhile_shows_both_versions(client, staff, ocb):
    enterprise = creator(ocb).enterprises()[0]
    url = to("enterprise_edit", enterprise.pk)
    opened_form = {"name": "Argane", "other_members": "7", "other_women": "4", "seen_version": 1}
    client.post(url, opened_form)
    late = client.post(url, {**opened_form, "name": "Arganier"})
    assert late.status_code == 409
    assert late.context["form"].both_versions == [("Nom de l'entreprise", "Argane", "Arganier")]
    assert 'value="Arganier"' in late.content.decode()
    client.post(url, {**opened_form, "name": "Arganier", "seen_version": 2})
    enterprise.refresh_from_db()
    assert (enterprise.name, enterprise.other_members, enterprise.other_women) == ("Arganier", 7, 4)
    assert (enterprise.identifier, enterprise.registered_on) == ("COOP-1", DAY)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"other_members": "2", "other_women": "3"}, "autres membres"),
        ({"ice": "123456789012345"}, "quinze chiffres"),
        ({"other_members": "-1"}, ""),
    ],
)
def test_details_that_cannot_be_are_told_and_kept_on_the_form(client, staff, ocb, typed, said):
    enterprise = creator(ocb).enterprises()[0]
    response = client.post(to("enterprise_edit", enterprise.pk), {"activity": "Huile", **typed})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert "Huile" in response.content.decode()


def test_correcting_the_proof_leaves_an_earlier_report_alone(client, staff, ocb):
    with time_machine.travel("2016-05-01T12:00:00Z", tick=False):
        people = [creator(ocb)]
        enterprise = people[0].enterprises()[0]
        people.append(creator(ocb, enterprise))
        late = make_beneficiary(ocb=ocb, at=Stage.TRAINED)
        join(enterprise, late, on=date(2016, 4, 10), by=staff)
    with time_machine.travel("2016-06-01T12:00:00Z", tick=False):
        typed = {"legal_form": "tpe", "identifier": "RC 12", "registered_on": "10/03/2016"}
        url = to("enterprise_correct", enterprise.pk)
        assert client.post(url, typed).status_code == 422
        assert client.post(url, {**typed, "reason": "Mal lu"}).status_code == 302
    forms = breakdown(build_scope(), "legal_form")
    assert [forms[f]["created"] for f in ("tpe", "cooperative")] == [3, 0]
    assert [forms[f]["enterprises"] for f in ("tpe", "cooperative")] == [1, 0]
    before = breakdown(build_scope(as_of=date(2016, 5, 31)), "legal_form")
    assert [before[f]["created"] for f in ("tpe", "cooperative")] == [0, 3]
    assert [before[f]["enterprises"] for f in ("tpe", "cooperative")] == [0, 1]
    for person in people:
        event = person.events.unvoided().get(stage=Stage.CREATED)
        assert (event.occurred_on, event.evidence_reference) == (date(2016, 3, 10), "RC 12")
        assert event.corrects.void_reason == "Mal lu"
        person.refresh_from_db()
        assert person.stage_on == date(2016, 3, 10)
    assert late.events.unvoided().get(stage=Stage.CREATED).occurred_on == date(2016, 4, 10)
    assert "Mal lu" in client.get(enterprise.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"registered_on": date(2016, 2, 1)}, "ne peut précéder la formation"),
        ({"registered_on": date(2016, 4, 20)}, "antérieure à l'immatriculation"),
        ({"registered_on": date(2099, 1, 1)}, "futur"),
        ({"legal_form": "auto_entrepreneur"}, "qu'un membre"),
    ],
)
def test_a_proof_that_one_creation_cannot_follow_is_refused_whole(staff, ocb, changes, said):
    enterprise = creator(ocb).enterprises()[0]
    joined = make_beneficiary(ocb=ocb, at=Stage.TRAINED, on=DAY)
    join(enterprise, joined, on=date(2016, 4, 10), by=staff)
    proof = {"legal_form": "cooperative", "identifier": "COOP-1", "registered_on": DAY}
    with pytest.raises(TransitionRefused, match=said):
        correct_proof(enterprise, **{**proof, **changes}, by=staff, reason="Erreur")
    enterprise.refresh_from_db()
    assert (enterprise.legal_form, enterprise.registered_on) == ("cooperative", DAY)


def test_the_correction_says_at_the_field_what_the_law_forbids(client, staff, ocb):
    enterprise = creator(ocb).enterprises()[0]
    typed = {"legal_form": "auto_entrepreneur", "identifier": "AE", "registered_on": "01/08/2015"}
    response = client.post(to("enterprise_correct", enterprise.pk), {**typed, "reason": "Erreur"})
    assert "septembre 2015" in response.content.decode()


# Scanned files


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")]
)
def test_a_proof_is_kept_under_a_name_of_ours_and_sent_back_safely(
    client, staff, ocb, settings, content, kind
):
    enterprise = creator(ocb).enterprises()[0]
    assert "une pièce justificative" in enterprise.gaps()
    client.post(to("file_add", enterprise.pk), scan(content, "../../carte.exe", note="page 1"))
    row = EnterpriseFile.objects.get()
    assert (row.content_type, row.size, row.recorded_by) == (kind, len(content), staff)
    stored = settings.MEDIA_ROOT / row.file.name
    assert stored.read_bytes() == content
    assert stored.stat().st_mode & 0o777 == 0o600
    assert "carte" not in row.file.name
    enterprise = Enterprise.objects.with_gaps().get()
    assert "une pièce justificative" not in enterprise.gaps()
    response, sent = download(client, to("file_download", enterprise.pk, row.pk))
    assert sent == content
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"].startswith('attachment; filename="entreprise-')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"<html><script>alert(1)</script>", "ni un PDF"),
        (b"MZ\x90" + b"\x00" * 300, "ni un PDF"),
        (b"%PDF-1.4 coupe", "ni un PDF"),
        (b"GIF89a" + b"\x00" * 300, "ni un PDF"),
        (PDF + b" " * (10 * 1024 * 1024), "10 Mo"),
    ],
)
def test_a_file_that_is_no_proof_is_refused_at_its_field(client, staff, ocb, content, said):
    enterprise = creator(ocb).enterprises()[0]
    response = client.post(
        to("file_add", enterprise.pk), scan(content, "carte.pdf", note="copie certifiée")
    )
    assert response.status_code == 422
    assert said in str(response.context["form"].errors["file"])
    assert "copie certifiée" in response.content.decode()
    assert not EnterpriseFile.objects.exists()


def test_a_form_without_file_says_so(client, staff, ocb):
    enterprise = creator(ocb).enterprises()[0]
    response = client.post(to("file_add", enterprise.pk), {"kind": "statutes"})
    assert "Choisir le fichier" in str(response.context["form"].errors["file"])


def test_the_same_file_sent_twice_is_one(client, staff, ocb):
    enterprise = creator(ocb).enterprises()[0]
    for _ in range(2):
        assert client.post(to("file_add", enterprise.pk), scan()).status_code == 302
    assert EnterpriseFile.objects.count() == 1


def test_a_voided_file_stays_readable_and_no_longer_proves(client, staff, ocb):
    enterprise = creator(ocb).enterprises()[0]
    row = make_file(enterprise)
    client.post(to("file_void", enterprise.pk, row.pk), {"reason": "Autre entreprise"})
    page = client.get(enterprise.get_absolute_url()).content.decode()
    assert "Autre entreprise" in page
    assert "une pièce justificative" in page
    assert download(client, to("file_download", enterprise.pk, row.pk))[1] == PDF
    with pytest.raises(TypeError):
        row.delete()
    make_file(enterprise)


def test_a_file_is_reached_through_its_own_enterprise_only(client, staff, ocb):
    one = creator(ocb).enterprises()[0]
    other = make_enterprise()
    row = make_file(other)
    assert client.get(to("file_download", one.pk, row.pk)).status_code == 404


# The list


def test_the_list_filters_by_form_place_and_what_is_missing(client, staff, ocb):
    south = make_ocb(region=make_region(code="SUD"), code="OCB-02")
    coop = creator(ocb).enterprises()[0]
    tpe = creator(south, unsaved_enterprise(registered_on=DAY, name="Atelier")).enterprises()[0]
    make_file(tpe)

    def found(**query):
        page = client.get(to("enterprise_list"), query)
        assert page.context["filterset"].form.is_valid()
        return [enterprise.pk for enterprise in page.context["page"]]

    assert found() == [tpe.pk, coop.pk]
    assert found(legal_form="cooperative") == found(region="ERR") == [coop.pk]
    assert found(ocb="OCB-02") == found(q="atel") == found(q=tpe.identifier) == [tpe.pk]
    assert found(gap="any") == found(gap="proof") == found(gap="members") == [coop.pk]
    assert found(gap="court") == []
    member = Beneficiary.objects.get(memberships__enterprise=coop)
    assert found(q=member.file_number) == [coop.pk]


def test_a_filter_that_means_nothing_lists_and_exports_nothing(client, staff, ocb):
    creator(ocb)
    page = client.get(to("enterprise_list"), {"region": "ZZZ"})
    assert page.status_code == 422
    assert not page.context["page"].rows
    sent = client.get(reverse("reporting:enterprise_export"), {"region": "ZZZ"})
    assert sent.url == f"{to('enterprise_list')}?region=ZZZ"


@pytest.mark.parametrize("query", ["%00", "%25", "x" * 5000, "%ED%A0%80"])
def test_odd_searches_are_answered(client, staff, ocb, query):
    assert client.get(f"{to('enterprise_list')}?q={query}").status_code in (200, 422)


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_costs_the_same_whatever_its_length(
    client, staff, ocb, rows, django_assert_num_queries
):
    for n in range(rows):
        creator(ocb, cooperative(identifier=f"COOP-{n}"))
    with django_assert_num_queries(9):  # two count what waits, for the menu
        response = client.get(to("enterprise_list"))
    assert len(response.context["page"]) == rows


def test_an_enterprise_whose_creations_are_voided_is_not_listed(client, staff, ocb):
    person = creator(ocb)
    event = person.events.unvoided().get(stage=Stage.CREATED)
    client.post(to("event_void", person.file_number, event.pk), {"reason": "Erreur"})
    assert not client.get(to("enterprise_list")).context["page"].rows
    assert figures() == (0, 0)


def test_the_export_holds_one_line_per_enterprise_and_no_name(client, staff, ocb):
    one = creator(ocb, cooperative(other_members=6, other_women=2, name="=1+1"))
    creator(ocb, one.enterprises()[0])
    url = reverse("reporting:enterprise_export")

    def lines(legal_form):
        _response, content = download(client, url, {"legal_form": legal_form})
        return rows_of(opened(BytesIO(content))["Entreprises"], "Numéro")

    (row,) = lines("cooperative")
    assert row["Entreprise"] == "=1+1"
    assert (row["Bénéficiaires"], row["Autres membres"], row["Autres, dont femmes"]) == (2, 6, 2)
    assert one.file_number in row["N° de fiche des membres"]
    assert one.family_name.upper() not in str(row)
    assert lines("tpe") == []
