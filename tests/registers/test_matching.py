"""Who a row is: identifiers, earlier lines, likeness, in that order; and what an agent may know."""

from datetime import date

import pytest

from beneficiaries.models import Beneficiary
from beneficiaries.transitions import merge
from remess.accounts.roles import Role
from remess.registers.models import Decision, ImportLine, SetAside
from tests.factories import make_beneficiary, make_ocb, make_user
from tests.registers.registers import (
    a_network,
    a_row,
    another_row,
    bring,
    codes_of,
    status_of,
)

pytestmark = pytest.mark.django_db
RECORD = "7c9e6679-7425-40de-944b-000000000001"
NOBODY = {"cin": None, "phone": None}


@pytest.fixture(autouse=True)
def ocb():
    return a_network()


def statuses(results):
    return [status_of(result) for result in results]


def known(**fields):
    """Somebody of the register who is the person of a_row()."""
    return make_beneficiary(
        **{
            "family_name": "El Gharbi",
            "given_name": "Mimoun",
            "sex": "male",
            "birth_date": date(1990, 4, 6),
            "cin": "UA598873",
            "phone": "+212650743782",
            "on": date(2015, 2, 18),
            **fields,
        }
    )


@pytest.mark.parametrize("identifier", [{}, NOBODY, {**NOBODY, "uuid": RECORD}])
def test_the_same_file_again_changes_nothing(identifier):
    rows = [a_row(**identifier), another_row(sex="?"), another_row()]
    assert statuses(bring(*rows)) == ["created", "error", "created"]
    again = bring(*rows)
    assert statuses(again) == ["unchanged", "error", "unchanged"]
    assert again[0]["file_number"] == "ERR-00001"
    assert Beneficiary.objects.count() == 2


@pytest.mark.parametrize(
    "same", [{"cin": "ua 598873"}, {"cin": None, "uuid": RECORD}, {"file_number": "ERR-00001"}]
)
def test_an_identifier_seen_in_an_earlier_row_refuses_the_later(ocb, same):
    if "file_number" in same:
        known(ocb=ocb)
    field = next(name for name in reversed(same) if same[name])
    results = bring(a_row(**same), another_row(**same))
    assert status_of(results[0]) != "error"
    assert codes_of(results[1], "error") == {("duplicate_in_file", field)}


def test_a_row_in_error_is_never_the_earlier_one():
    assert statuses(bring(a_row(sex="?"), a_row())) == ["error", "created"]
    assert statuses(bring(another_row(consent="non", **NOBODY), another_row(**NOBODY))) == [
        "error",
        "created",
    ]


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"family_name": "EL-GHARBI", "birth_date": "07/04/1990"}, "updated"),
        ({"given_name": "Said"}, "updated"),
        ({"given_name": "Said", "birth_date": "07/04/1990"}, "error"),
    ],
)
def test_a_cin_is_somebody_elses_when_neither_name_nor_birth_date_agree(ocb, cells, status):
    known(ocb=ocb)
    (result,) = bring(a_row(**cells))
    assert status_of(result) == status
    if status == "error":
        assert codes_of(result) == {("duplicate_cin", "cin")}


def test_the_file_number_goes_before_the_cin(ocb):
    person, other = known(ocb=ocb, cin=""), make_beneficiary(ocb=ocb, cin="UA111111")
    (result,) = bring(a_row(file_number=person.file_number))
    assert (status_of(result), result["file_number"]) == ("updated", person.file_number)
    (result,) = bring(a_row(file_number=other.file_number, cin="UA598873"))
    assert codes_of(result) == {("duplicate_cin", "cin")}


@pytest.mark.parametrize(
    "cells",
    [
        {"cin": "UA999999", "phone": None},
        {"cin": None, "phone": None, "family_name": "EL GHARBI "},
        {"cin": None, "birth_date": "07/04/1990"},
        {"cin": None, "uuid": RECORD},
    ],
)
def test_the_same_name_with_birth_date_or_telephone_is_set_aside(ocb, cells):
    known(ocb=ocb)
    (result,) = bring(a_row(**cells))
    assert status_of(result) == "possible_duplicate"
    assert "ERR-00001" in result["messages"][0]["text"]
    assert Beneficiary.objects.count() == 1
    assert status_of(bring(a_row(**cells))[0]) == "possible_duplicate"
    assert SetAside.objects.waiting().count() == 1


@pytest.mark.parametrize(
    "cells",
    [
        {"cin": None, "birth_date": "07/04/1990", "phone": None},
        {"cin": None, "given_name": "Said", "phone": None},
        {"cin": None, "given_name": "Said", "birth_date": "07/04/1990"},
    ],
)
def test_the_same_name_telephone_or_birth_date_alone_is_nobody(ocb, cells):
    known(ocb=ocb)
    assert statuses(bring(a_row(**cells))) == ["created"]


def test_a_row_that_resembles_an_earlier_row_is_set_aside_at_every_import():
    rows = [a_row(), a_row(cin=None, phone="0611111118")]
    assert statuses(bring(*rows)) == ["created", "possible_duplicate"]
    assert statuses(bring(*rows)) == ["unchanged", "possible_duplicate"]
    assert "ligne 2" in bring(*rows)[1]["messages"][0]["text"]


def test_two_rows_of_the_same_cells_are_one_person_and_one_question():
    rows = [a_row(**NOBODY), a_row(**NOBODY)]
    assert statuses(bring(*rows)) == ["created", "possible_duplicate"]
    assert statuses(bring(*rows)) == ["unchanged", "possible_duplicate"]


def test_a_cin_equal_but_for_leading_zeros_is_a_question(ocb):
    known(ocb=ocb, cin="UA007812")
    (result,) = bring(another_row(cin="UA7812"))
    assert codes_of(result) == {("possible_duplicate", "cin")}
    rows = [another_row(cin="UB123"), a_row(given_name="Said", cin="UB0123", birth_date="1/1/1990")]
    assert statuses(bring(*rows)) == ["created", "possible_duplicate"]


@pytest.mark.parametrize(
    ("decision", "status", "people"),
    [(Decision.DIFFERENT, "created", 2), (Decision.SAME, "updated", 1)],
)
def test_a_decision_is_remembered(ocb, decision, status, people):
    person = known(ocb=ocb, phone="")
    row = a_row(cin=None, phone="0611111118")
    bring(row)
    SetAside.objects.get().decide(decision, by=make_user())
    (result,) = bring(row)
    assert status_of(result) == status
    assert Beneficiary.objects.count() == people
    assert statuses(bring(row)) == ["unchanged"]
    if decision == Decision.SAME:
        person.refresh_from_db()
        assert person.phone == "+212611111118"


def test_a_trial_answers_as_the_import_and_writes_nothing():
    rows = [
        a_row(),
        a_row(),
        another_row(cin=None),
        another_row(cin=None),
        another_row(sex="?", cin="UA222222"),
        {},
    ]
    trial = bring(*rows, is_trial=True)
    assert not Beneficiary.objects.exists()
    assert not ImportLine.objects.exists()
    real = bring(*rows)
    assert [{**result, "file_number": None} for result in real] == trial


def test_no_problem_hides_who_the_row_may_be(ocb):
    known(ocb=ocb)
    (alike,) = bring(a_row(cin=None, consent="non"))
    assert status_of(alike) == "error"
    assert codes_of(alike) == {("missing", "consent"), ("possible_duplicate", "family_name")}
    (clash,) = bring(a_row(given_name="Said", birth_date="07/04/1980", phone="12"))
    assert codes_of(clash) == {
        ("invalid_phone", "phone"),
        ("age_out_of_bracket", "birth_date"),
        ("duplicate_cin", "cin"),
    }
    (update,) = bring({"family_name": "El Gharbi", "given_name": "Mimoun", "cin": "UA598873",
                       "phone": "12"})  # fmt: skip
    assert codes_of(update) == {("invalid_phone", "phone")}


def test_a_merged_sheet_still_answers_to_its_numbers(ocb):
    rows = [a_row(), another_row()]
    bring(*rows)
    kept, absorbed = Beneficiary.objects.order_by("pk")
    merge(kept, absorbed, by=make_user(), reason="Même personne")
    results = bring(*rows)
    assert statuses(results) == ["unchanged", "unchanged"]
    assert {result["file_number"] for result in results} == {kept.file_number}


def agent_of(ocb):
    return make_user(Role.OCB_AGENT, ocb=ocb)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"given_name": "Said", "birth_date": "07/04/1990"}, "duplicate_cin"),
        ({}, "possible_duplicate"),
        ({"given_name": "Said"}, "possible_duplicate"),
        ({"birth_date": "07/04/1990"}, "possible_duplicate"),
        ({"cin": None}, "possible_duplicate"),
        ({"cin": None, "phone": None, "uuid": RECORD}, "possible_duplicate"),
    ],
)
def test_an_agent_is_told_nothing_of_a_person_of_another_ocb(ocb, cells, code):
    elsewhere = make_ocb(code="OCB-02", region=ocb.region)
    person = known(ocb=elsewhere, client_id=RECORD)
    (result,) = bring(a_row(**cells), user=agent_of(ocb))
    assert [m["code"] for m in result["messages"]] == [code]
    assert [m["text"] for m in result["messages"]] == ["Déjà connu, voir avec REMESS."]
    assert result["file_number"] is None
    assert person.file_number not in str(result)
    assert Beneficiary.objects.count() == 1


@pytest.mark.parametrize("cells", [{}, {"given_name": "Said", "birth_date": "07/04/1990"}])
def test_the_cin_of_somebody_hidden_waits_for_the_team_once(ocb, cells):
    person = known(ocb=make_ocb(code="OCB-02", region=ocb.region))
    for _time in range(2):
        bring(a_row(**cells), user=agent_of(ocb))
    aside = SetAside.objects.visible_to(make_user()).waiting().get()
    assert (aside.resembles, aside.alike) == (person, [person.pk])
    assert not SetAside.objects.visible_to(agent_of(ocb)).exists()
    aside.decide(Decision.SAME, by=make_user(), key=person.pk)
    (result,) = bring(a_row(**cells), user=make_user())
    assert result["file_number"] == person.file_number
    assert Beneficiary.objects.count() == 1


def test_a_row_with_other_faults_is_not_kept_for_the_team(ocb):
    known(ocb=make_ocb(code="OCB-02", region=ocb.region))
    bring(a_row(given_name="Said", birth_date="07/04/1990", consent="non"), user=agent_of(ocb))
    assert not SetAside.objects.exists()


LIKE_ROW = {"cin": "", "phone": ""}


def test_each_look_alike_is_told_and_decided(ocb):
    twins = [known(ocb=ocb, **LIKE_ROW), known(ocb=ocb, **LIKE_ROW)]
    row = a_row(**NOBODY)
    (result,) = bring(row)
    assert [m["code"] for m in result["messages"]] == ["possible_duplicate"] * 2
    aside = SetAside.objects.get()
    aside.decide(Decision.DIFFERENT, by=make_user(), key=twins[0].pk)
    (result,) = bring(row)
    (message,) = result["messages"]
    assert twins[1].file_number in message["text"]
    assert SetAside.objects.waiting().get().resembles == twins[1]
    aside.refresh_from_db()
    aside.decide(Decision.DIFFERENT, by=make_user(), key=twins[1].pk)
    assert statuses(bring(row)) == ["created"]
    assert statuses(bring(row)) == ["unchanged"]


def test_a_hidden_look_alike_is_never_skipped_and_waits_for_the_team(ocb):
    seen = known(ocb=ocb, **LIKE_ROW)
    hidden = known(ocb=make_ocb(code="OCB-02", region=ocb.region), **LIKE_ROW)
    row, agent = a_row(**NOBODY), agent_of(ocb)
    (result,) = bring(row, user=agent)
    assert len(result["messages"]) == 2
    assert hidden.file_number not in str(result)
    aside = SetAside.objects.get()
    aside.decide(Decision.DIFFERENT, by=agent, key=seen.pk)
    (result,) = bring(row, user=agent)
    assert status_of(result) == "possible_duplicate"
    assert [m["text"] for m in result["messages"]] == ["Déjà connu, voir avec REMESS."]
    assert SetAside.objects.waiting().get().resembles == hidden
    aside.refresh_from_db()
    aside.decide(Decision.DIFFERENT, by=make_user(), key=hidden.pk)
    assert statuses(bring(row, user=agent)) == ["created"]


def test_somebody_entered_after_the_decision_is_a_new_question(ocb):
    known(ocb=ocb, **LIKE_ROW)
    row = a_row(**NOBODY)
    bring(row)
    aside = SetAside.objects.get()
    aside.decide(Decision.DIFFERENT, by=make_user())
    newer = known(ocb=ocb, **LIKE_ROW)
    assert statuses(bring(row)) == ["possible_duplicate"]
    assert SetAside.objects.waiting().get().resembles == newer


def test_a_row_told_apart_from_an_earlier_row_is_told_apart_from_its_sheet():
    rows = [a_row(), a_row(cin=None, phone="0611111118")]
    bring(*rows, is_trial=True)
    assert statuses(bring(*rows)) == ["created", "possible_duplicate"]
    SetAside.objects.get().decide(Decision.DIFFERENT, by=make_user())
    assert statuses(bring(*rows)) == ["unchanged", "created"]
    assert statuses(bring(*rows)) == ["unchanged", "unchanged"]


def test_two_rows_of_the_same_cells_told_apart_stay_two_people():
    rows = [a_row(**NOBODY), a_row(**NOBODY)]
    bring(*rows)
    SetAside.objects.get().decide(Decision.DIFFERENT, by=make_user())
    for _time in range(2):
        bring(*rows)
        assert Beneficiary.objects.count() == 2
    assert statuses(bring(*rows)) == ["unchanged", "unchanged"]


def test_a_sheet_told_apart_stays_so_once_it_is_merged(ocb):
    kept, absorbed = known(ocb=ocb, **LIKE_ROW), known(ocb=ocb, **LIKE_ROW)
    row = a_row(**NOBODY)
    bring(row)
    SetAside.objects.get().decide(Decision.DIFFERENT, by=make_user(), key=absorbed.pk)
    merge(kept, absorbed, by=make_user(), reason="Même personne")
    assert statuses(bring(row)) == ["created"]


def test_an_agent_cannot_tell_a_hidden_file_number_from_none(ocb):
    person = known(ocb=make_ocb(code="OCB-02", region=ocb.region), cin="", phone="")
    agent = agent_of(ocb)
    hidden, none = (
        bring(another_row(file_number=number), user=agent)[0]
        for number in (person.file_number, "ERR-09999")
    )
    assert codes_of(hidden) == codes_of(none) == {("unknown_value", "file_number")}


def test_an_agent_imports_for_own_ocbs_only(ocb):
    elsewhere = make_ocb(code="OCB-02")
    make_beneficiary(ocb=elsewhere, cin="UA265144")
    results = bring(a_row(), another_row(ocb="OCB-02"), user=agent_of(ocb))
    assert status_of(results[0]) == "created"
    assert codes_of(results[1]) == {("out_of_scope_ocb", "ocb")}
    assert Beneficiary.objects.get(ocb=ocb).consent_by.role == Role.OCB_AGENT
