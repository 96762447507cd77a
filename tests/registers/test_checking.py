"""A row is told everything that is wrong with it, code by code, and nothing of it is stored."""

from datetime import date

import pytest

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, StageEvent
from bootcamps.models import Participation
from remess.registers.reading import Cell
from tests.factories import make_bootcamp, make_ocb, make_region
from tests.registers.registers import (
    a_network,
    a_row,
    another_row,
    bring,
    codes_of,
    status_of,
)

pytestmark = pytest.mark.django_db


def a_history(**cells):
    """A good row with all its stages, of bootcamp B-01."""
    return a_row(
        **{
            "bootcamp": "B-01",
            "selected_on": "09/05/2015",
            "trained_on": "14/06/2015",
            "created_on": "26/10/2015",
            "legal_form": "SARL AU",
            "identifier": "28585",
            **cells,
        }
    )


@pytest.fixture
def ocb():
    found = a_network()
    make_bootcamp(code="B-01", region=found.region, held_on=date(2015, 5, 9))
    return found


def test_a_good_row_opens_a_file_with_consent_on_the_day_of_identification(ocb):
    (result,) = bring(a_row(name_ar="ميمون الغربي", commune="Errachidia", income_before=900))
    assert result == {
        "row": 2,
        "status": "created",
        "file_number": "ERR-00001",
        "messages": [],
    }
    person = Beneficiary.objects.get()
    assert (person.cin, person.phone, person.sex) == ("UA598873", "+212650743782", "male")
    assert person.birth_date == date(1990, 4, 6)
    assert (person.consent_notice, person.consent_on) == ("registre papier", date(2015, 2, 18))
    assert person.income_before == 900
    assert person.current_stage == Stage.IDENTIFIED


def test_history_goes_through_the_door_with_the_line_as_evidence(ocb):
    (result,) = bring(a_history(exit_on="01/02/2016", exit_reason="Déménagement", note="parti"))
    assert status_of(result) == "created"
    events = StageEvent.objects.order_by("occurred_on")
    assert [event.stage for event in events] == list(Stage)
    assert {event.evidence_kind for event in events} == {"import"}
    assert events[0].evidence_reference == "registre.xlsx, ligne 2, aaaaaaaaaaaa"
    person = Beneficiary.objects.get()
    assert person.exits.get().note == "parti"
    assert person.memberships.get().enterprise.identifier == "28585"
    part = Participation.objects.get()
    assert (part.attended, part.decision, part.event) == (True, "retained", events[1])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"family_name": None, "given_name": None}, ("missing", "family_name")),
        ({"sex": None}, ("missing", "sex")),
        ({"birth_date": None}, ("missing", "birth_date")),
        ({"ocb": None}, ("missing", "ocb")),
        ({"identified_on": None}, ("missing", "identified_on")),
        ({"consent": None}, ("missing", "consent")),
        ({"consent": "non"}, ("missing", "consent")),
        ({"birth_date": "31/02/1994"}, ("invalid_date", "birth_date")),
        ({"birth_date": 34000}, ("invalid_date", "birth_date")),
        ({"identified_on": "18/02/2999"}, ("future_date", "identified_on")),
        ({"birth_date": "06/04/1984"}, ("age_out_of_bracket", "birth_date")),
        ({"birth_date": "19/02/1997"}, ("age_out_of_bracket", "birth_date")),
        ({"sex": "X"}, ("unknown_value", "sex")),
        ({"bootcamp": "B-77", "selected_on": "09/05/2015"}, ("unknown_value", "bootcamp")),
        ({"file_number": "ERR-00099"}, ("unknown_value", "file_number")),
        ({"family_name": "x" * 81}, ("too_long", "family_name")),
        ({"cin": "sans"}, ("invalid_cin", "cin")),
        ({"phone": "12"}, ("invalid_phone", "phone")),
        ({"ocb": "OCB-99"}, ("unknown_ocb", "ocb")),
        ({"family_name": Cell("=A1", is_formula=True)}, ("formula", "family_name")),
        ({"sex": Cell("F", is_merged=True)}, ("merged_cells", "sex")),
        ({"sex": Cell(None, is_merged=True)}, ("merged_cells", "sex")),
    ],
)
def test_a_wrong_cell_is_told_by_its_code_and_nothing_is_stored(ocb, cells, expected):
    (result,) = bring(a_row(**cells))
    assert status_of(result) == "error"
    assert result["file_number"] is None
    assert codes_of(result, "error") == {expected}
    assert not Beneficiary.objects.exists()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"trained_on": None}, ("stage_missing", "trained_on")),
        ({"selected_on": None, "bootcamp": None}, ("stage_missing", "selected_on")),
        ({"trained_on": "01/05/2015"}, ("stage_order", "trained_on")),
        ({"created_on": "01/06/2015"}, ("stage_order", "created_on")),
        ({"identified_on": "01/06/2015"}, ("stage_order", "selected_on")),
        ({"selected_on": "08/05/2015"}, ("stage_order", "selected_on")),
        ({"legal_form": None}, ("missing", "legal_form")),
        ({"identifier": None}, ("missing", "identifier")),
        ({"legal_form": "Association"}, ("unknown_value", "legal_form")),
        ({"ice": "123"}, ("invalid_ice", "ice")),
        (
            {"legal_form": "AE", "created_on": "31/08/2015"},
            ("too_early_for_legal_form", "created_on"),
        ),
        ({"exit_on": "01/01/2016"}, ("missing", "exit_reason")),
        ({"exit_reason": "Abandon"}, ("missing", "exit_on")),
        ({"exit_on": "01/10/2015", "exit_reason": "Abandon"}, ("stage_order", "exit_on")),
    ],
)
def test_a_history_that_does_not_hold_is_told(ocb, cells, expected):
    (result,) = bring(a_history(**cells))
    assert codes_of(result, "error") == {expected}
    assert not Beneficiary.objects.exists()


def test_equal_days_are_in_order_and_the_law_holds_from_its_first_day(ocb):
    day = "01/09/2015"
    (result,) = bring(
        a_history(
            identified_on=day, selected_on=day, trained_on=day, created_on=day, legal_form="AE"
        )
    )
    assert status_of(result) == "created"


def test_all_problems_of_a_row_are_told_together(ocb):
    (result,) = bring(
        a_history(
            family_name=Cell("=A1", is_formula=True),
            sex="X",
            birth_date="31/02/1994",
            cin="??",
            phone="12",
            ocb="ailleurs",
            consent="non",
            trained_on="01/05/2015",
            identifier=None,
            ice="1",
        )
    )
    assert codes_of(result, "error") == {
        ("formula", "family_name"),
        ("unknown_value", "sex"),
        ("invalid_date", "birth_date"),
        ("invalid_cin", "cin"),
        ("invalid_phone", "phone"),
        ("unknown_ocb", "ocb"),
        ("missing", "consent"),
        ("stage_order", "trained_on"),
        ("missing", "identifier"),
        ("invalid_ice", "ice"),
    }
    assert all(message["text"] for message in result["messages"])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"bootcamp": None}, ("selection_without_bootcamp", "bootcamp")),
        ({"selected_on": "10/05/2015"}, ("selection_after_bootcamp", "selected_on")),
        ({"cin": "7812"}, ("unusual_cin", "cin")),
        ({"phone": 650743782}, ("phone_zero", "phone")),
        ({"phone": "0790123456"}, ("phone_block", "phone")),
    ],
)
def test_a_stored_row_may_carry_notes(ocb, cells, expected):
    (result,) = bring(a_history(**cells))
    assert status_of(result) == "created"
    assert codes_of(result) == codes_of(result, "note") == {expected}


def test_a_bootcamp_of_another_region_is_a_note(ocb):
    make_bootcamp(code="B-02", region=make_region(), held_on=date(2015, 5, 9))
    (result,) = bring(a_history(bootcamp="b-02"))
    assert status_of(result) == "created"
    assert codes_of(result) == {("bootcamp_of_another_region", "bootcamp")}


def test_one_bad_line_loses_nothing_else(ocb):
    results = bring(a_row(sex=None), another_row())
    assert [status_of(result) for result in results] == ["error", "created"]
    assert Beneficiary.objects.get().family_name == "Guessous"


@pytest.mark.parametrize("shown", ["1900-02-28 00:00:00", "1899-12-29 00:00:00", "#VALUE!"])
@pytest.mark.parametrize("name", ["birth_date", "identified_on"])
def test_a_number_that_excel_shows_as_no_day_is_an_invalid_date(ocb, name, shown):
    (result,) = bring(a_row(**{name: Cell(shown, number_format_is_date=True)}))
    assert codes_of(result, "error") == {("invalid_date", name)}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Totali", "created"),
        ("SOMMERSI", "created"),
        ("Total", "skipped"),
        ("(TOTAL : 12)", "skipped"),
        ("Total général", "skipped"),
        ("مجموع", "skipped"),
        ("المجموع العام", "skipped"),
    ],
)
def test_a_person_whose_name_begins_as_a_total_is_no_total(ocb, name, status):
    (result,) = bring(a_row(family_name=name))
    assert status_of(result) == status
    (result,) = bring({"family_name": name, "given_name": "12"}, columns=["family_name", "sex"])
    assert status_of(result) == "skipped"


def test_blank_rows_and_totals_are_skipped(ocb):
    results = bring(
        a_row(),
        {},
        {"family_name": " \u200f"},
        {"family_name": "TOTAL", "given_name": "80 jeunes"},
        {"family_name": "Somme :"},
        {"given_name": "المجموع", "cin": 12},
        {"family_name": "مجموع الشباب"},
    )
    assert [status_of(result) for result in results] == ["created"] + ["skipped"] * 6


def test_a_row_with_its_ocb_alone_is_in_error_outside_our_template(ocb):
    (result,) = bring({"ocb": "OCB-01"}, columns=[*a_row(), "ocb"])
    assert status_of(result) == "error"


@pytest.mark.parametrize("named", ["ocb-01", "OCB 01", "association  ZIZ", "جمعية زيز"])
def test_an_ocb_is_named_by_its_code_or_its_folded_name(ocb, named):
    ocb.name_ar = "جمعية زيز"
    ocb.save()
    (result,) = bring(a_row(ocb=named))
    assert status_of(result) == "created"


def test_a_name_that_two_ocbs_share_names_neither(ocb):
    make_ocb(code="OCB-02", name_fr="association ziz")
    (result,) = bring(a_row(ocb="Association Ziz"))
    assert codes_of(result) == {("unknown_ocb", "ocb")}


def test_the_ocb_of_the_import_fills_empty_cells_and_refuses_another(ocb):
    make_ocb(code="OCB-02")
    results = bring(a_row(ocb=None), another_row(ocb="OCB-02"), ocb=ocb)
    assert status_of(results[0]) == "created"
    assert codes_of(results[1]) == {("out_of_scope_ocb", "ocb")}


def test_a_constant_stands_for_an_absent_column_only(ocb):
    constants = {"consent": "oui"}
    (result,) = bring(a_row(consent=None), constants=constants)
    assert status_of(result) == "created"
    results = bring(another_row(consent=""), constants=constants)
    assert codes_of(results[0]) == {("missing", "consent")}


def test_kobo_is_identified_when_the_form_was_opened_else_when_it_was_sent(ocb):
    bring(
        a_row(identified_on="2015-02-18T23:30:00.000+00:00", submission_time="2015-03-01T10:00:00"),
        another_row(identified_on=None, submission_time="2015-07-31T23:30:00"),
    )
    days = StageEvent.objects.order_by("pk").values_list("occurred_on", flat=True)
    # Casablanca is an hour ahead of Greenwich in summer; in winter it was not, that year.
    assert list(days) == [date(2015, 2, 18), date(2015, 8, 1)]


def test_a_two_digit_year_of_birth_follows_the_identification(ocb):
    bring(a_row(birth_date="06/04/90", identified_on="18/02/15"))
    person = Beneficiary.objects.get()
    assert (person.birth_date, person.stage_on) == (date(1990, 4, 6), date(2015, 2, 18))


def test_the_persons_of_a_cooperative_found_one_enterprise(ocb):
    form = {"legal_form": "Coopérative", "identifier": "42702"}
    results = bring(
        a_history(**form),
        a_history(**form, **{k: v for k, v in another_row().items() if k in PERSON}),
    )
    assert [status_of(result) for result in results] == ["created", "created"]
    assert codes_of(results[1]) == {("joins_enterprise", "identifier")}
    memberships = {person.memberships.get().enterprise for person in Beneficiary.objects.all()}
    assert len(memberships) == 1


PERSON = {"family_name", "given_name", "sex", "birth_date", "cin", "phone"}
