"""A row about somebody known: what changes, what stays, what waits for the team."""

from datetime import date

import pytest

from beneficiaries.counts import differences
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, StageEvent
from beneficiaries.transitions import leave, save_sheet
from remess.accounts.roles import Role
from tests.factories import make_beneficiary, make_bootcamp, make_ocb, make_user
from tests.registers.registers import (
    a_network,
    a_row,
    another_row,
    bring,
    bring_all,
    codes_of,
    status_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ocb():
    found = a_network()
    make_bootcamp(code="B-01", region=found.region, held_on=date(2015, 5, 9))
    return found


def the_person():
    return Beneficiary.objects.get()


def test_a_changed_cell_is_written_with_what_it_was_before():
    bring(a_row(commune="Errachidia"))
    outcome = bring_all(a_row(commune="Goulmima", phone="0611111118"))
    assert status_of(outcome.results[0]) == "updated"
    assert (the_person().commune, the_person().phone) == ("Goulmima", "+212611111118")
    assert outcome.batch.lines.get().changes == {
        "commune": ["Errachidia", "Goulmima"],
        "phone": ["+212650743782", "+212611111118"],
    }


@pytest.mark.parametrize(
    "cells",
    [
        {"commune": None},
        {"commune": ""},
        {"commune": "ERRACHIDIA"},
        {"family_name": "EL GHARBI"},
        {"cin": "ua-598873", "phone": "+212 650 74 37 82", "birth_date": date(1990, 4, 6)},
        {"sex": None, "birth_date": None, "ocb": None, "identified_on": None, "consent": None},
        {"family_name": None, "given_name": None, "full_name": "Mimoun El Gharbi"},
    ],
)
def test_empty_cells_absent_columns_and_other_spellings_change_nothing(cells):
    bring(a_row(commune="Errachidia"))
    (result,) = bring(a_row(**{"commune": "Errachidia", **cells}))
    assert status_of(result) == "unchanged"
    assert the_person().commune == "Errachidia"
    assert the_person().family_name == "El Gharbi"


def test_somebody_who_now_refuses_is_an_error_and_stays_as_they_were():
    bring(a_row())
    (result,) = bring(a_row(consent="non", commune="Goulmima"))
    assert codes_of(result) == {("missing", "consent")}
    assert the_person().commune == ""


def correct_in_the_application(**fields):
    person = the_person()
    for name, value in fields.items():
        setattr(person, name, value)
    save_sheet(person, by=make_user())


def test_the_same_file_leaves_what_was_corrected_since_in_the_application():
    bring(a_row(commune="Errachidia"))
    correct_in_the_application(commune="Goulmima")
    (result,) = bring(a_row(commune="Errachidia"))
    assert status_of(result) == "unchanged"
    assert codes_of(result) == {("corrected_since", "commune")}
    assert the_person().commune == "Goulmima"


def test_a_newer_file_does_not_overwrite_a_correction_either():
    bring(a_row(commune="Errachidia"))
    correct_in_the_application(commune="Goulmima")
    (result,) = bring(a_row(commune="Rissani", phone="0611111118"))
    assert status_of(result) == "updated"
    assert codes_of(result) == {("corrected_since", "commune")}
    assert (the_person().commune, the_person().phone) == ("Goulmima", "+212611111118")


def test_later_stages_are_added_and_what_the_register_holds_completes_the_row():
    bring(a_row(bootcamp="B-01", selected_on="09/05/2015"))
    known = {"family_name": "El Gharbi", "given_name": "Mimoun", "cin": "UA598873"}
    (result,) = bring({**known, "trained_on": "14/06/2015"})
    assert (status_of(result), codes_of(result)) == ("updated", set())
    assert the_person().current_stage == Stage.TRAINED
    (result,) = bring({**known, "created_on": "14/06/2015"})
    assert codes_of(result) == {("missing", "legal_form"), ("missing", "identifier")}
    assert differences() == []


def test_the_team_corrects_counted_days_and_sex_by_import():
    bring(a_row(bootcamp="B-01", selected_on="09/05/2015", trained_on="14/06/2015"))
    (result,) = bring(
        a_row(sex="F", bootcamp="B-01", selected_on="20/06/2015", trained_on="21/06/2015"),
        user=make_user(),
    )
    assert status_of(result) == "updated"
    standing = StageEvent.objects.unvoided().order_by("occurred_on")
    assert [(e.occurred_on, e.sex) for e in standing] == [
        (date(2015, 2, 18), "female"),
        (date(2015, 6, 20), "female"),
        (date(2015, 6, 21), "female"),
    ]
    assert differences() == []


def test_an_agent_leaves_what_is_counted_to_the_team(ocb):
    bring(a_row())
    agent = make_user(Role.OCB_AGENT, ocb=ocb)
    (result,) = bring(a_row(sex="F", identified_on="19/02/2015"), user=agent)
    assert status_of(result) == "unchanged"
    assert codes_of(result) == {("for_the_team", "sex"), ("for_the_team", "identified_on")}
    assert (the_person().sex, the_person().stage_on) == ("male", date(2015, 2, 18))


def test_another_ocb_is_a_matter_for_the_sheet():
    bring(a_row())
    make_ocb(code="OCB-02")
    (result,) = bring(a_row(ocb="OCB-02"))
    assert (status_of(result), codes_of(result)) == ("unchanged", {("other_ocb", "ocb")})
    assert the_person().ocb.code == "OCB-01"


def test_a_changed_birth_date_must_keep_the_age():
    bring(a_row())
    (result,) = bring(a_row(birth_date="06/04/1980"))
    assert codes_of(result) == {("age_out_of_bracket", "birth_date")}


def test_an_identification_after_what_the_register_knows_is_told_once_at_the_rows_own_day():
    bring(a_row(bootcamp="B-01", selected_on="09/05/2015", trained_on="10/06/2015"))
    (result,) = bring(a_row(identified_on="01/07/2015"))
    assert [(m["code"], m["field"]) for m in result["messages"] if m["level"] == "error"] == [
        ("stage_order", "identified_on")
    ]


def test_an_exit_is_added_once_and_stands_before_any_later_stage():
    bring(a_row())
    left = {"exit_on": "01/03/2015", "exit_reason": "Abandon"}
    assert [status_of(bring(a_row(**left))[0]) for _time in range(2)] == ["updated", "unchanged"]
    (result,) = bring(a_row(bootcamp="B-01", selected_on="09/05/2015"))
    assert codes_of(result) == {("stage_order", "exit_on")}
    (result,) = bring(a_row(exit_on="02/03/2015", exit_reason="Abandon"))
    assert (status_of(result), codes_of(result)) == ("unchanged", {("other_exit", "exit_on")})


def test_who_left_in_the_application_keeps_that_exit():
    bring(a_row())
    leave(the_person(), on=date(2015, 4, 1), by=make_user(), reason="moved")
    assert status_of(bring(a_row())[0]) == "unchanged"


@pytest.mark.parametrize("sheet_on", [None, date(2015, 2, 18), date(2015, 2, 1)])
def test_an_incomplete_sheet_is_completed_and_identified(ocb, sheet_on):
    person = make_beneficiary(
        at=None,
        ocb=ocb,
        sex="",
        cin="UA598873",
        family_name="El Gharbi",
        given_name="Mimoun",
        sheet_on=sheet_on,
    )
    (result,) = bring(a_row())
    assert status_of(result) == "updated"
    person.refresh_from_db()
    assert (person.sex, person.current_stage) == ("male", Stage.IDENTIFIED)
    assert person.stage_on == date(2015, 2, 18)
    assert status_of(bring(a_row())[0]) == "unchanged"


def test_lines_remember_rows_and_hold_no_personal_data_beyond_changes():
    outcome = bring_all(a_row(note="à rappeler"), another_row(sex="?"))
    first, second = outcome.batch.lines.order_by("row")
    assert (first.status, first.note, first.beneficiary) == ("created", "à rappeler", the_person())
    assert first.events == list(the_person().events.values_list("pk", flat=True))
    assert "UA598873" not in str(first.marks)
    assert second.beneficiary is None
    assert second.messages[0]["code"] == "unknown_value"
    assert outcome.batch.state == "done"
