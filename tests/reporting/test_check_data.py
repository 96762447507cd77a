"""Each check of the table: a register broken past the door is reported, a sound one is not."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from beneficiaries import counts
from beneficiaries.funnel import Stage
from beneficiaries.models import (
    Beneficiary,
    Enterprise,
    EnterpriseMember,
    FunnelCount,
    StageEvent,
)
from beneficiaries.transitions import correct_date, leave, report_duplicate, void
from bootcamps.models import Participation
from bootcamps.transitions import sign_minutes
from reporting.checks import CHECKS, INCOMPLETE, INCONSISTENT
from tests.factories import (
    make_beneficiary,
    make_bootcamp,
    make_enterprise,
    make_file,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = date(2015, 3, 1)


def check_data():
    out = StringIO()
    call_command("check_data", "--json", stdout=out)
    return json.loads(out.getvalue())


def found():
    """{code: file numbers} of the checks that found something."""
    return {c["code"]: c["file_numbers"] for c in check_data()["checks"] if c["count"]}


def complete(**fields):
    return make_beneficiary(**{"cin": "UA1001", **fields})


def of(person, stage):
    return StageEvent.objects.unvoided().filter(beneficiary=person, stage=stage)


def selected_at_a_bootcamp():
    person = complete()
    bootcamp = make_bootcamp(participants=[person], held_on=date(2015, 4, 1))
    bootcamp.participations.update(attended=True, decision="retained")
    sign_minutes(bootcamp, by=make_user(), signatory="A. Benkirane")
    return person


def created(**fields):
    enterprise = make_enterprise(**fields)
    make_file(enterprise)
    on = max(DAY, enterprise.registered_on)
    return complete(at=Stage.CREATED, enterprise=enterprise, on=on)


# How to break the register past the door, giving the person concerned; by the code of the check.


def stage_order():
    person = complete(at=Stage.TRAINED)
    of(person, Stage.SELECTED).update(occurred_on=date(2015, 5, 1))
    return person


def stage_missing():
    person = complete(at=Stage.TRAINED)
    StageEvent.objects.filter(pk=of(person, Stage.SELECTED).get().pk)._raw_delete("default")
    return person


def current_stage_differs():
    person = complete(at=Stage.TRAINED)
    Beneficiary.objects.filter(pk=person.pk).update(current_stage=Stage.SELECTED)
    return person


def age_out_of_bracket():
    person = complete()
    Beneficiary.objects.filter(pk=person.pk).update(birth_date=date(1985, 3, 1))
    return person


def recorded_before_it_happened():
    person = complete()
    of(person, Stage.IDENTIFIED).update(recorded_on=date(2015, 2, 28))
    return person


def advanced_after_exit():
    person = complete(at=Stage.SELECTED)
    row = leave(person, on=date(2015, 6, 1), by=make_user(), reason="moved")
    type(row).objects.filter(pk=row.pk).update(left_on=date(2015, 2, 1))
    return person


def selected_before_bootcamp():
    person = selected_at_a_bootcamp()
    event = of(person, Stage.SELECTED).get()
    correct_date(event, on=date(2015, 3, 31), by=make_user(), reason="Erreur")
    return person


def retained_without_selection():
    person = selected_at_a_bootcamp()
    void(of(person, Stage.SELECTED).get(), by=make_user(), reason="Erreur")
    return person


def created_before_form():
    person = created(legal_form="auto_entrepreneur", registered_on=date(2015, 9, 1))
    StageEvent.objects.filter(beneficiary=person).update(occurred_on=DAY)
    Beneficiary.objects.filter(pk=person.pk).update(stage_on=DAY)
    counts.rebuild()
    return person


def created_without_enterprise():
    person = created()
    EnterpriseMember.objects.filter(beneficiary=person)._raw_delete("default")
    return person


def enterprise_without_creation():
    person = complete(at=Stage.TRAINED)
    enterprise = make_enterprise()
    make_file(enterprise)
    EnterpriseMember.objects.create(
        enterprise=enterprise,
        beneficiary=person,
        recorded_at="2015-03-01T12:00:00Z",
        recorded_on=DAY,
        recorded_by=make_user(),
    )
    return person


def counts_differ():
    complete()
    FunnelCount.objects.update(n=3)


def sex_missing():
    return complete(at=None, sex="")


def birth_date_missing():
    return complete(at=None, birth_date=None)


def sheet_date_missing():
    return complete(at=None, sheet_on=None)


def complete_without_stage():
    return complete(at=None)


def cin_missing():
    return complete(cin="")


def possible_duplicate():
    older, later = complete(), complete(cin="UA1002")
    return report_duplicate(older, later, by=make_user()).second


def evidence_missing():
    person = complete()
    of(person, Stage.IDENTIFIED).update(evidence_reference="")
    return person


def enterprise_ice_missing():
    return created(legal_form="auto_entrepreneur", registered_on=date(2016, 7, 1))


def enterprise_tax_id_missing():
    return created(tax_id="")


def enterprise_court_missing():
    return created(court="")


def enterprise_members_missing():
    return created(legal_form="cooperative")


def enterprise_proof_missing():
    return complete(at=Stage.CREATED)


def consent_outdated():
    return complete(consent_notice="0")


def consent_on_paper():
    return complete(consent_notice="registre papier")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_each_check_finds_what_it_is_about_and_nothing_else_does(check):
    person = globals()[check.code]()
    written_past_the_door = {"counts_differ", "current_stage_differs"}
    numbers = found()
    assert {check.code} <= set(numbers) <= {check.code} | written_past_the_door
    assert numbers[check.code] == ([person.file_number] if person else [])


def test_a_sound_register_has_no_problem():
    created()
    selected_at_a_bootcamp_of_another = complete(cin="UA1002", at=Stage.SELECTED)
    leave(selected_at_a_bootcamp_of_another, on=DAY, by=make_user(), reason="moved")
    assert check_data()["problems"] == 0


def test_the_answer_lists_every_check_with_its_sentence():
    answer = check_data()
    assert list(answer) == ["problems", "checks"]
    assert [check["code"] for check in answer["checks"]] == [check.code for check in CHECKS]
    assert len({check.code for check in CHECKS}) == len(INCONSISTENT) + len(INCOMPLETE)
    for check in answer["checks"]:
        assert list(check) == ["code", "text", "count", "file_numbers"]
        assert check["text"].endswith(".")
        assert (check["count"], check["file_numbers"]) == (0, [])


def test_file_numbers_come_in_order_and_problems_add_up():
    people = [complete(cin="", birth_date=None, at=None) for _ in range(2)]
    people.append(complete(cin="", ocb=people[0].ocb))
    answer = check_data()
    numbers = sorted(person.file_number for person in people)
    assert found() == {"birth_date_missing": numbers_of(people[:2]), "cin_missing": numbers}
    assert answer["problems"] == 5


def numbers_of(people):
    return sorted(person.file_number for person in people)


def test_a_derogation_and_a_voided_event_are_not_problems():
    person = complete()
    Beneficiary.objects.filter(pk=person.pk).update(birth_date=date(1985, 3, 1))
    of(person, Stage.IDENTIFIED).update(derogation_reason="Accord du comité")
    assert found() == {}
    other = complete(cin="UA1002", at=Stage.SELECTED)
    event = of(other, Stage.SELECTED).get()
    void(event, by=make_user(), reason="Erreur")
    assert found() == {}


def test_an_ice_is_asked_from_july_2016_on():
    created(legal_form="auto_entrepreneur", registered_on=date(2016, 6, 30))
    assert found() == {}


def test_without_json_only_what_was_found_is_written():
    person = complete(cin="")
    out = StringIO()
    call_command("check_data", stdout=out)
    assert out.getvalue() == (f"1 · La CIN manque. {person.file_number}\nProblèmes trouvés : 1.\n")


def test_unlinked_rows_are_not_taken_for_people():
    assert not Enterprise.objects.exists()
    make_enterprise()
    assert not Participation.objects.exists()
    assert check_data()["problems"] == 0
