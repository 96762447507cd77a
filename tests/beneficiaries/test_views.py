"""The list, the sheet and its forms, as each role uses them."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary
from beneficiaries.transitions import (
    TransitionRefused,
    advance,
    come_back,
    correct_date,
    correct_identity,
    leave,
    move,
    save_sheet,
    void,
)
from remess.accounts.roles import Role
from remess.shared.paging import keyset_page
from tests.factories import (
    import_line,
    make_agreement,
    make_beneficiary,
    make_ocb,
    make_region,
    make_trainer,
    make_user,
    paper,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ocb():
    make_agreement()
    return make_ocb(region=make_region(code="ERR"), code="OCB-01")


@pytest.fixture
def agent(client, ocb):
    user = make_user(Role.OCB_AGENT, ocb=ocb)
    client.force_login(user)
    return user


@pytest.fixture
def staff(client, ocb):
    user = make_user(Role.STAFF)
    client.force_login(user)
    return user


def sheet(ocb, **changes):
    return {
        "client_id": str(uuid.uuid4()),
        "family_name": "El Amrani",
        "given_name": "Zineb",
        "sex": "female",
        "birth_date": "23/06/1992",
        "sheet_on": "12/10/2014",
        "ocb": ocb.pk,
        "consent_language": "ar",
        "consent": "on",
        **changes,
    }


def send(client, at, **changes):
    return client.post(reverse("beneficiaries:create"), {**sheet(at), **changes})


def names(response):
    return [person.given_name for person in response.context["page"]]


def test_a_complete_sheet_identifies_the_youth_on_its_day(client, agent, ocb):
    response = send(client, ocb)
    person = Beneficiary.objects.get()
    assert response.url == person.get_absolute_url()
    assert (person.current_stage, person.stage_on) == (Stage.IDENTIFIED, date(2014, 10, 12))
    assert person.file_number == "ERR-00001"
    assert person.consent_by == agent


def test_a_sheet_with_gaps_is_kept_without_stage_and_completed_later(client, agent, ocb):
    send(client, ocb, birth_date="", sex="")
    person = Beneficiary.objects.get()
    assert person.current_stage == ""
    assert "la date de naissance" in client.get(person.get_absolute_url()).content.decode()
    edit = reverse("beneficiaries:edit", args=[person.file_number])
    client.post(edit, sheet(ocb))
    person.refresh_from_db()
    assert person.current_stage == Stage.IDENTIFIED


def test_an_age_out_of_the_bracket_is_told_at_the_birth_date_and_nothing_is_lost(
    client, agent, ocb
):
    response = send(client, ocb, birth_date="01/01/1970", project="Atelier de couture")
    assert response.status_code == 422
    assert "44 ans" in str(response.context["form"].errors["birth_date"])
    assert "Atelier de couture" in response.content.decode()
    assert not Beneficiary.objects.exists()


def test_only_the_team_may_derogate_from_the_age(client, agent, ocb):
    assert send(client, ocb, birth_date="01/01/1970", derogation="Cas social").status_code == 422
    client.force_login(make_user(Role.STAFF))
    assert send(client, ocb, birth_date="01/01/1970", derogation="Cas social").status_code == 302
    assert Beneficiary.objects.get().events.get().derogation_reason == "Cas social"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("birth_date", "31/02/1992", "jj/mm/aaaa"),
        ("sheet_on", "01/01/2099", "futur"),
        ("phone", "06 12", "dix chiffres"),
        ("cin", "????", "UA123456"),
        ("consent", "", "accord"),
        ("income_before", "-5", ""),
        ("family_name", "x" * 81, "80"),
        ("ocb", "999999", ""),
    ],
)
def test_bad_input_is_told_at_its_field(client, agent, ocb, field, value, said):
    response = send(client, ocb, **{field: value})
    assert response.status_code == 422
    assert said in str(response.context["form"].errors[field])
    assert not Beneficiary.objects.exists()


def test_arabic_digits_and_loose_spellings_are_read(client, agent, ocb):
    send(client, ocb, birth_date="٢٣/٠٦/١٩٩٢", phone="0612-34-56-78", cin="ua 123.456")
    person = Beneficiary.objects.get()
    assert person.birth_date == date(1992, 6, 23)
    assert (person.phone, person.cin) == ("+212612345678", "UA123456")


def test_a_cin_already_known_is_told_at_once(client, agent, ocb):
    send(client, ocb, cin="UA123456")
    response = send(client, ocb, cin="ua123456", given_name="Autre")
    assert response.status_code == 422
    assert "voir avec REMESS" in response.content.decode()


def test_the_same_form_sent_twice_makes_one_person(client, agent, ocb):
    form = sheet(ocb)
    first = client.post(reverse("beneficiaries:create"), form)
    second = client.post(reverse("beneficiaries:create"), form)
    assert first.url == second.url
    assert Beneficiary.objects.count() == 1


def test_an_agent_cannot_enter_for_another_ocb(client, agent, ocb):
    assert send(client, make_ocb(region=ocb.region)).status_code == 422


def test_the_list_finds_a_name_in_either_script_and_any_accent(client, staff, ocb):
    make_beneficiary(ocb=ocb, family_name="Chraïbi", given_name="Khadija", name_ar="خديجة الشرايبي")
    make_beneficiary(ocb=ocb, family_name="Tazi", given_name="Omar")
    for query in ("chraibi", "CHRAÏBI khad", "خديجة", "الشرايبي"):
        assert names(client.get("/beneficiaires/", {"q": query})) == ["Khadija"]


def test_the_search_box_opens_the_only_match(client, staff, ocb):
    person = make_beneficiary(ocb=ocb, cin="UA777001", phone="+212612345678")
    make_beneficiary(ocb=ocb)
    for query in ("UA777001", "0612345678", person.file_number, person.file_number.lower()):
        assert client.get("/recherche/", {"q": query}).url == person.get_absolute_url()


@pytest.mark.parametrize("query", ["%00", "a" * 5000, "%ED%A0%80", "%25", "%27;--"])
def test_odd_searches_are_answered(client, staff, ocb, query):
    assert client.get(f"/recherche/?q={query}").status_code == 302
    assert client.get(f"/beneficiaires/?q={query}").status_code in (200, 422)


def test_the_list_pages_through_everyone_once_in_each_order(client, staff, ocb, monkeypatch):
    monkeypatch.setattr("remess.shared.paging.PAGE_SIZE", 3)
    monkeypatch.setitem(keyset_page.__kwdefaults__, "size", 3)
    expected = {
        make_beneficiary(ocb=ocb, given_name=f"Prénom {n}", at=at).pk
        for n, at in enumerate([None, Stage.IDENTIFIED, Stage.SELECTED, Stage.IDENTIFIED] * 2)
    }
    for sort in ("nom", "fiche", "etape", "date"):
        seen, token = [], ""
        while True:
            page = client.get("/beneficiaires/", {"tri": sort, "apres": token}).context["page"]
            seen += [person.pk for person in page]
            token = page.next_token
            if not token:
                break
        assert len(seen) == len(expected)
        assert set(seen) == expected


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_costs_the_same_whatever_its_length(
    client, agent, ocb, rows, django_assert_num_queries
):
    for _ in range(rows):
        make_beneficiary(ocb=ocb)
    with django_assert_num_queries(11):  # two count what waits, for the menu
        response = client.get("/beneficiaires/")
    assert len(response.context["page"]) == rows


def test_an_agent_sees_only_their_own_people(client, agent, ocb):
    make_beneficiary(ocb=ocb, given_name="Ici")
    other = make_beneficiary(ocb=make_ocb(region=ocb.region), given_name="Ailleurs")
    assert names(client.get("/beneficiaires/")) == ["Ici"]
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get("/beneficiaires/", {"ocb": other.ocb.code}).context["filterset"].errors


def test_staff_records_a_selection_on_paper_with_its_reason(client, staff, ocb):
    person = make_beneficiary(ocb=ocb)
    url = reverse("beneficiaries:advance", args=[person.file_number])
    assert client.post(url, {"on": "01/01/2015", "reference": "PV"}).status_code == 422
    client.post(url, {"on": "01/05/2015", "reference": "PV papier, bootcamp d'avant le registre"})
    person.refresh_from_db()
    assert (person.current_stage, person.stage_on) == (Stage.SELECTED, date(2015, 5, 1))


def test_a_creation_asks_for_its_proof_and_refuses_too_early_a_form(client, staff, ocb):
    person = make_beneficiary(ocb=ocb, at=Stage.TRAINED)
    url = reverse("beneficiaries:create_activity", args=[person.file_number])
    response = client.post(url, {"legal_form": "auto_entrepreneur"})
    assert {"identifier", "registered_on"} <= set(response.context["form"].errors)
    early = {"legal_form": "auto_entrepreneur", "identifier": "AE-1", "registered_on": "01/06/2015"}
    response = client.post(url, early)
    assert "septembre 2015" in response.content.decode()
    client.post(url, {**early, "registered_on": "01/10/2015"})
    person.refresh_from_db()
    assert person.current_stage == Stage.CREATED
    assert person.enterprises()[0].identifier == "AE-1"


def test_someone_joins_a_cooperative_already_known(client, staff, ocb):
    founder = make_beneficiary(ocb=ocb, at=Stage.TRAINED)
    second = make_beneficiary(ocb=ocb, at=Stage.TRAINED)
    new = {"legal_form": "cooperative", "identifier": "COOP-1", "registered_on": "01/06/2015"}
    client.post(reverse("beneficiaries:create_activity", args=[founder.file_number]), new)
    cooperative = founder.enterprises()[0]
    client.post(
        reverse("beneficiaries:create_activity", args=[second.file_number]),
        {"existing": cooperative.pk},
    )
    assert second.enterprises() == [cooperative]


def test_a_refusal_is_said_on_the_form_and_keeps_what_was_typed(client, staff, ocb):
    person = make_beneficiary(ocb=ocb)
    url = reverse("beneficiaries:leave", args=[person.file_number])
    typed = {"on": "01/01/2014", "reason": "moved", "note": "Partie à Fès"}
    response = client.post(url, typed)
    assert response.status_code == 422
    assert "Partie à Fès" in response.content.decode()
    client.post(url, {**typed, "on": "01/06/2015"})
    page = client.get(person.get_absolute_url()).content.decode()
    assert "déménagement" in page
    back = reverse("beneficiaries:come_back", args=[person.file_number])
    client.post(back, {"on": "01/07/2015"})
    assert "Retour dans le parcours" in client.get(person.get_absolute_url()).content.decode()


def test_a_corrected_date_and_a_voided_stage_stay_readable_on_the_sheet(client, staff, ocb):
    person = make_beneficiary(ocb=ocb, at=Stage.SELECTED)
    event = person.events.get(stage=Stage.SELECTED)
    correct = reverse("beneficiaries:event_correct", args=[person.file_number, event.pk])
    client.post(correct, {"on": "05/03/2015", "reason": "Erreur de saisie"})
    page = client.get(person.get_absolute_url()).content.decode()
    assert "était le 01/03/2015" in page
    assert "Erreur de saisie" in page
    standing = person.events.unvoided().get(stage=Stage.SELECTED)
    client.post(
        reverse("beneficiaries:event_void", args=[person.file_number, standing.pk]),
        {"reason": "Mauvaise personne"},
    )
    assert "Mauvaise personne" in client.get(person.get_absolute_url()).content.decode()
    person.refresh_from_db()
    assert person.current_stage == Stage.IDENTIFIED


def test_moving_keeps_the_counted_ocb_and_correcting_changes_it(client, staff, ocb):
    person = make_beneficiary(ocb=ocb)
    other = make_ocb(region=ocb.region)
    client.post(reverse("beneficiaries:move", args=[person.file_number]), {"ocb": other.pk})
    assert person.events.unvoided().get().ocb == ocb
    client.post(reverse("beneficiaries:move", args=[person.file_number]), {"ocb": ocb.pk})
    client.post(
        reverse("beneficiaries:correct", args=[person.file_number]),
        {"sex": "male", "ocb": other.pk, "reason": "Saisie à la mauvaise OCB"},
    )
    event = person.events.unvoided().get()
    assert (event.ocb, event.sex) == (other, "male")


def test_the_cin_is_shown_to_those_who_need_it_only(client, staff, ocb):
    trainer_user = make_user(Role.TRAINER)
    trainer = make_trainer(region=ocb.region, user=trainer_user)
    person = make_beneficiary(ocb=ocb, cin="UA123456", referent=trainer)
    assert "UA123456" in client.get(person.get_absolute_url()).content.decode()
    client.force_login(trainer_user)
    assert "UA123456" not in client.get(person.get_absolute_url()).content.decode()


def test_a_form_opened_before_someone_else_saved_shows_both_versions(client, staff, ocb):
    person = make_beneficiary(ocb=ocb)
    edit = reverse("beneficiaries:edit", args=[person.file_number])
    opened = {**sheet(ocb), "seen_version": person.version}
    client.post(edit, {**opened, "commune": "Goulmima"})
    late = client.post(edit, {**opened, "commune": "Rissani"})
    page = late.content.decode()
    assert late.status_code == 409
    assert late.context["form"].both_versions == [("Commune", "Goulmima", "Rissani")]
    assert 'value="Rissani"' in page
    person.refresh_from_db()
    assert person.commune == "Goulmima"
    client.post(edit, {**opened, "commune": "Rissani", "seen_version": person.version})
    person.refresh_from_db()
    assert person.commune == "Rissani"


def test_saving_a_sheet_never_takes_back_a_stage_reached_meanwhile(ocb):
    person, staff = make_beneficiary(ocb=ocb), make_user()
    stale = Beneficiary.objects.get(pk=person.pk)
    advance(
        person,
        Stage.SELECTED,
        on=date(2015, 4, 1),
        by=staff,
        evidence=import_line(date(2015, 4, 1)),
    )
    stale.commune = "Goulmima"
    save_sheet(stale, by=staff, version=stale.version)
    person.refresh_from_db()
    assert (person.commune, person.current_stage) == ("Goulmima", Stage.SELECTED)


def edit_of(client, person, ocb, **changes):
    url = reverse("beneficiaries:edit", args=[person.file_number])
    return client.post(url, {**sheet(ocb), "seen_version": person.version, **changes})


def test_someone_counted_keeps_a_birth_date(client, agent, ocb):
    person = make_beneficiary(ocb=ocb)
    assert edit_of(client, person, ocb, birth_date="").status_code == 422
    person.birth_date = None
    with pytest.raises(TransitionRefused, match="naissance"):
        save_sheet(person, by=agent)


def test_a_sheet_identified_by_derogation_can_still_be_edited(client, agent, ocb):
    client.force_login(make_user(Role.STAFF))
    send(client, ocb, birth_date="01/01/1970", derogation="Cas social")
    person = Beneficiary.objects.get()
    client.force_login(agent)
    typed = {"birth_date": "01/01/1970", "phone": "0612345678"}
    assert edit_of(client, person, ocb, **typed).status_code == 302


def test_an_identification_voided_is_not_taken_up_again_by_a_later_edit(client, agent, ocb):
    person, staff = make_beneficiary(ocb=ocb), make_user()
    void(person.events.get(), by=staff, reason="Mauvaise personne")
    person.refresh_from_db()
    assert edit_of(client, person, ocb, phone="0612345678").status_code == 302
    person.refresh_from_db()
    assert person.current_stage == ""
    client.force_login(staff)
    again = {"on": "01/05/2015", "reference": "Fiche retrouvée"}
    client.post(reverse("beneficiaries:advance", args=[person.file_number]), again)
    person.refresh_from_db()
    assert person.current_stage == Stage.IDENTIFIED


def test_correcting_the_day_of_identification_corrects_the_sheet_too(ocb):
    person = make_beneficiary(ocb=ocb)
    correct_date(person.events.get(), on=date(2015, 2, 1), by=make_user(), reason="Erreur")
    person.refresh_from_db()
    assert person.sheet_on == date(2015, 2, 1)


def test_correcting_a_sex_leaves_the_ocb_counted_before_a_move(ocb):
    person, staff = make_beneficiary(ocb=ocb), make_user()
    gone = leave(person, on=date(2015, 3, 2), by=staff, reason="moved")
    move(person, make_ocb(region=ocb.region), by=make_user())
    correct_identity(person, by=staff, reason="Erreur", sex="male")
    event, standing_exit = person.events.unvoided().get(), person.exits.unvoided().get()
    assert (event.sex, event.ocb) == ("male", ocb)
    assert (standing_exit.sex, standing_exit.ocb, standing_exit.left_on) == (
        "male",
        ocb,
        gone.left_on,
    )
    with pytest.raises(TransitionRefused, match="Rien ne change"):
        correct_identity(person, by=staff, reason="Erreur", sex="male")


def test_no_stage_and_no_new_exit_lie_inside_a_closed_absence(ocb):
    person, staff = make_beneficiary(ocb=ocb), make_user()
    leave(person, on=date(2015, 4, 1), by=staff, reason="moved")
    come_back(person, on=date(2015, 6, 1), by=staff)
    day = date(2015, 5, 1)
    with pytest.raises(TransitionRefused, match="sortie du parcours"):
        advance(person, Stage.SELECTED, on=day, by=staff, evidence=import_line(day))
    with pytest.raises(TransitionRefused, match="précéder"):
        leave(person, on=day, by=staff, reason="moved")


def test_paper_is_the_teams_whoever_calls_the_door(ocb):
    person, agent = make_beneficiary(ocb=ocb), make_user(Role.OCB_AGENT, ocb=ocb)
    day = date(2015, 5, 1)
    with pytest.raises(TransitionRefused, match="papier"):
        advance(person, Stage.SELECTED, on=day, by=agent, evidence=paper(day))


def test_a_creation_cannot_be_corrected_to_before_its_legal_form_existed(client, staff, ocb):
    person = make_beneficiary(ocb=ocb, at=Stage.TRAINED)
    url = reverse("beneficiaries:create_activity", args=[person.file_number])
    form = {"legal_form": "auto_entrepreneur", "identifier": "AE-1"}
    client.post(url, {**form, "registered_on": "01/10/2015"})
    event = person.events.get(stage=Stage.CREATED)
    with pytest.raises(TransitionRefused, match="septembre 2015"):
        correct_date(event, on=date(2015, 8, 1), by=staff, reason="Erreur")


def test_a_stage_event_cannot_be_changed_in_place(ocb):
    event = make_beneficiary(ocb=ocb).events.get()
    event.occurred_on = date(2014, 1, 1)
    with pytest.raises(TypeError):
        event.save()


def test_a_filter_that_means_nothing_shows_and_exports_nobody(client, staff, ocb):
    make_beneficiary(ocb=ocb)
    listed = client.get("/beneficiaires/", {"ocb": "NOPE"})
    assert (listed.status_code, len(listed.context["page"])) == (422, 0)
    assert client.get("/beneficiaires/exporter/", {"ocb": "NOPE"}).status_code == 302


def test_a_trainer_cannot_guess_a_cin_by_searching(client, ocb):
    user = make_user(Role.TRAINER)
    trainer = make_trainer(region=ocb.region, user=user)
    make_beneficiary(ocb=ocb, cin="UA123456", referent=trainer)
    client.force_login(user)
    assert names(client.get("/beneficiaires/", {"q": "UA1234"})) == []
    client.force_login(make_user(Role.STAFF))
    assert names(client.get("/beneficiaires/", {"q": "UA1234"})) == ["Amal"]


def test_a_date_out_of_all_reason_is_told_at_its_field(client, staff, ocb):
    for day in ("31/12/9999", "01/01/0001"):
        for field in ("du", "au", "arrete"):
            assert client.get("/tableau-de-bord/", {field: day}).status_code == 422


@pytest.mark.parametrize(
    "address", ["/ocb/%00/", "/formateurs/%00/", "/accords/%00/", "/bootcamps/%00/"]
)
def test_an_odd_code_in_an_address_is_not_found(client, staff, address):
    assert client.get(address).status_code == 404


def test_an_age_out_of_the_bracket_is_told_at_its_field_when_the_day_alone_changes(
    client, agent, ocb
):
    send(client, ocb, sheet_on="", birth_date="01/01/1996")
    person = Beneficiary.objects.get()
    late = edit_of(client, person, ocb, birth_date="01/01/1996", sheet_on="12/10/2013")
    assert late.status_code == 422
    assert "17 ans" in str(late.context["form"].errors["birth_date"])
