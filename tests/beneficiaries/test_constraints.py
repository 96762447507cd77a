"""What must never be true is refused by the database itself, and said in French by the form."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import CharField, Value
from django.db.models.constraints import BaseConstraint

from beneficiaries.counts import close_days
from beneficiaries.funnel import Stage
from beneficiaries.models import (
    Enterprise,
    EnterpriseMember,
    Exit,
    FollowUp,
    FunnelClosing,
    FunnelCount,
    FunnelLedger,
    PartClosing,
    PartCount,
    PartLedger,
    RegionClosing,
)
from beneficiaries.transitions import leave, merge, report_duplicate
from bootcamps.models import Attendance, CriterionScore, Reopening
from ocbs.models import Membership
from remess.programme.models import Agreement
from remess.registers.models import Import, ImportLine, SavedMapping, SetAside
from remess.shared.dates import at_noon
from tests.factories import (
    make_agreement,
    make_beneficiary,
    make_bootcamp,
    make_course,
    make_enterprise,
    make_export_record,
    make_file,
    make_import,
    make_job,
    make_ocb,
    make_publication,
    make_region,
    make_target,
    make_trainer,
    make_user,
    make_visit,
)

pytestmark = pytest.mark.django_db
DAY = date(2015, 3, 1)
ABSORBED = 900_001
OURS = ("remess.", "ocbs", "beneficiaries", "bootcamps", "reporting")
CONSTRAINTS = {
    constraint.name: constraint
    for config in apps.get_app_configs()
    if config.name.startswith(OURS)
    for model in config.get_models()
    for constraint in model._meta.constraints
}


def an_event():
    return make_beneficiary().events.get()


def an_exit():
    return leave(make_beneficiary(), on=DAY, by=make_user(), reason="moved")


def a_member():
    make_beneficiary(at=Stage.CREATED)
    return EnterpriseMember.objects.get()


def a_file():
    return make_file(make_enterprise())


def a_follow_up():
    return FollowUp.objects.create(
        beneficiary=make_beneficiary(at=Stage.CREATED),
        months=6,
        done_on=date(2015, 9, 1),
        status="active",
        recorded_at=at_noon(date(2015, 9, 2)),
        recorded_on=date(2015, 9, 2),
        recorded_by=make_user(),
    )


def a_membership():
    ocb = make_ocb()
    make_user("ocb_agent", ocb=ocb)
    return Membership.objects.get()


def a_participation():
    return make_bootcamp(participants=[make_beneficiary()]).participations.get()


def a_criterion():
    return make_bootcamp().criteria.create(name="Projet", weight=2)


def a_criterion_score():
    participation = a_participation()
    criterion = participation.bootcamp.criteria.create(name="Projet", weight=2)
    return CriterionScore.objects.create(
        participation=participation, criterion=criterion, score=Decimal("13.5")
    )


def a_reopening():
    by = make_user()
    return Reopening.objects.create(
        bootcamp=make_bootcamp(),
        reopened_at=at_noon(DAY),
        reopened_by=by,
        reason="Erreur de nom",
        signed_on=DAY,
        signed_by=by,
        signatory="A. Benkirane",
    )


def a_course():
    return make_course(members=[make_beneficiary()])


def an_attendance():
    course = a_course()
    return Attendance.objects.create(
        session=course.sessions.first(), enrolment=course.enrolments.get()
    )


def a_count():
    make_beneficiary()
    return FunnelCount.objects.get()


def a_ledger_row():
    make_beneficiary()
    return FunnelLedger.objects.get()


def a_closing():
    with time_machine.travel(datetime(2016, 5, 3, tzinfo=UTC), tick=False):
        make_beneficiary(at=Stage.CREATED)
    close_days()
    return FunnelClosing.objects.get(stage=Stage.CREATED)


def a_part_closing():
    a_closing()
    return PartClosing.objects.get(measure="persons")


def a_region_closing():
    a_closing()
    return RegionClosing.objects.get(stage=Stage.CREATED)


def a_part_count():
    make_beneficiary(at=Stage.CREATED)
    return PartCount.objects.get(measure="persons")


def a_part_ledger_row():
    make_beneficiary(at=Stage.CREATED)
    return PartLedger.objects.get(measure="persons")


def a_referent_period():
    return make_beneficiary(referent=make_trainer()).referent_periods.get()


def a_visit():
    return make_visit(make_beneficiary(), make_trainer())


def a_pair():
    return report_duplicate(make_beneficiary(), make_beneficiary(), by=make_user())


def a_merge():
    kept, absorbed = make_beneficiary(), make_beneficiary(pk=ABSORBED)
    return merge(kept, absorbed, by=make_user(), reason="même personne")


def an_absorbed_sheet():
    return a_merge().absorbed


def an_ocb():
    return make_ocb(joined_on=date(2015, 1, 1))


def a_regional_target():
    return make_target(make_agreement(), 10, region=make_region())


def an_overall_target():
    return make_target(make_agreement(), 10)


def an_auto_entrepreneur():
    return make_enterprise(legal_form="auto_entrepreneur", registered_on=date(2015, 9, 1))


def an_import():
    return Import.objects.create(file="a.xlsx", digest="a" * 64, header_row=1, by=make_user())


def an_import_line():
    return ImportLine.objects.create(batch=an_import(), row=2, status="error")


def a_checked_line():
    return make_import(by=make_user()).checked_lines.get()


def a_row_set_aside():
    return SetAside.objects.create(digest="a" * 32, line=an_import_line())


def a_saved_mapping(**fields):
    return SavedMapping.objects.create(headings="a" * 32, by=make_user(), **fields)


# Check constraints: how to make a good row, and the change that the database must refuse.
BROKEN = {
    "user_role_is_known": (make_user, {"role": "chef"}),
    "region_code_is_capitals": (make_region, {"code": "err"}),
    "agreement_code_fits_addresses": (make_agreement, {"code": "Convention 1"}),
    "bootcamp_code_fits_addresses": (make_bootcamp, {"code": "b/1"}),
    "course_code_fits_addresses": (make_course, {"code": "F 1"}),
    "ocb_code_fits_addresses": (make_ocb, {"code": "ocb é"}),
    "trainer_code_fits_addresses": (make_trainer, {"code": "f 1"}),
    "agreement_kind_is_known": (make_agreement, {"kind": "contrat"}),
    "agreement_ends_after_start": (make_agreement, {"ends_on": date(2014, 2, 14)}),
    "agreement_avenant_amends": (make_agreement, {"kind": Agreement.Kind.AVENANT}),
    "agreement_age_bracket_in_order": (make_agreement, {"max_age": 17}),
    "ocb_leaves_after_joining": (an_ocb, {"left_on": date(2014, 12, 31)}),
    "membership_ends_after_start": (a_membership, {"until": date(2013, 12, 31)}),
    "beneficiary_cin_is_normal": (make_beneficiary, {"cin": "ua-é1"}),
    "beneficiary_has_a_name": (make_beneficiary, {"family_name": "", "given_name": ""}),
    "beneficiary_family_name_fits": (make_beneficiary, {"family_name": "x" * 81}),
    "beneficiary_given_name_fits": (make_beneficiary, {"given_name": "x" * 81}),
    "beneficiary_sex_is_known": (make_beneficiary, {"sex": "f"}),
    "beneficiary_has_consent": (make_beneficiary, {"consent_notice": ""}),
    "beneficiary_stage_has_day": (make_beneficiary, {"stage_on": None}),
    "beneficiary_absorbed_has_no_stage": (
        an_absorbed_sheet,
        {"current_stage": "identified", "stage_on": DAY},
    ),
    "possible_duplicate_in_order": (a_pair, {"first_id": 2_000_000}),
    "possible_duplicate_decided_whole": (a_pair, {"status": "distinct"}),
    "merge_of_two_sheets": (a_merge, {"kept_id": ABSORBED}),
    "merge_undone_whole": (a_merge, {"undo_reason": "Erreur"}),
    "stage_event_stage_is_known": (an_event, {"stage": "dreaming"}),
    "stage_event_evidence_is_known": (an_event, {"evidence_kind": "rumour"}),
    "stage_event_sex_is_known": (an_event, {"sex": ""}),
    "stage_event_voided_whole": (an_event, {"voided_on": DAY}),
    "exit_reason_is_known": (an_exit, {"reason": "tired"}),
    "exit_returns_after_leaving": (an_exit, {"returned_on": DAY}),
    "exit_voided_whole": (an_exit, {"void_reason": "Erreur"}),
    "enterprise_form_is_known": (make_enterprise, {"legal_form": "sarl"}),
    "enterprise_has_identifier": (make_enterprise, {"identifier": ""}),
    "enterprise_not_before_its_form": (
        an_auto_entrepreneur,
        {"registered_on": date(2015, 8, 31)},
    ),
    "enterprise_women_within_members": (
        make_enterprise,
        {"other_members": 1, "other_women": 2},
    ),
    "enterprise_member_voided_whole": (a_member, {"voided_on": DAY}),
    "enterprise_file_kind_is_known": (a_file, {"kind": "selfie"}),
    "enterprise_file_voided_whole": (a_file, {"voided_on": DAY}),
    "follow_up_months_are_known": (a_follow_up, {"months": 9}),
    "follow_up_voided_whole": (a_follow_up, {"voided_on": DAY}),
    "bootcamp_signed_whole": (make_bootcamp, {"signed_on": DAY}),
    "bootcamp_has_a_place": (make_bootcamp, {"capacity": 0}),
    "participation_marked_with_a_place": (a_participation, {"is_waiting": True, "attended": True}),
    "criterion_weighs_something": (a_criterion, {"weight": 101}),
    "criterion_score_out_of_20": (a_criterion_score, {"score": Decimal("20.5")}),
    "reopening_has_a_reason": (a_reopening, {"reason": ""}),
    "participation_score_out_of_20": (a_participation, {"score": Decimal("20.5")}),
    "participation_decision_is_known": (
        a_participation,
        {"attended": True, "decision": "maybe"},
    ),
    "participation_decided_when_present": (a_participation, {"decision": "retained"}),
    "course_ends_after_start": (a_course, {"ends_on": date(2015, 5, 3)}),
    "course_share_is_a_percentage": (a_course, {"required_share": 101}),
    "session_hours_are_positive": (lambda: a_course().sessions.first(), {"hours": 0}),
    "referent_period_ends_after_start": (
        a_referent_period,
        {"until": date(2014, 12, 31), "ended_by": None},
    ),
    "referent_period_ended_by_somebody": (a_referent_period, {"until": date(2099, 1, 1)}),
    "visit_lasts_minutes": (a_visit, {"minutes": 601}),
    "visit_next_comes_after": (a_visit, {"next_on": date(2015, 6, 1)}),
    "visit_voided_whole": (a_visit, {"voided_on": DAY}),
    "job_status_is_known": (make_job, {"status": "paused"}),
    "job_running_is_signed": (make_job, {"status": "running"}),
    "target_sex_is_known": (a_regional_target, {"sex": "f"}),
    "import_state_is_known": (an_import, {"state": "lost"}),
    "import_undone_whole": (an_import, {"undo_reason": "erreur"}),
    "import_line_status_is_known": (an_import_line, {"status": "lost"}),
    "checked_line_status_is_known": (a_checked_line, {"status": "lost"}),
    "beneficiary_withdrawn_whole": (make_beneficiary, {"withdrawn_at": at_noon(DAY)}),
    "set_aside_decided_whole": (a_row_set_aside, {"decision": "different"}),
    "set_aside_same_as_somebody": (
        a_row_set_aside,
        {"decision": "same", "decided_at": at_noon(DAY), "decided_by": None},
    ),
    "export_way_is_known": (make_export_record, {"way": "letter"}),
    "target_note_on_a_total": (a_regional_target, {"note": "Une note"}),
    "publication_period_in_order": (
        make_publication,
        {"start": date(2016, 3, 1), "end": date(2016, 2, 1)},
    ),
}

# Unique constraints: how to make a row, and what of its copy differs.
TWICE = {
    "user_username_unique_in_any_case": (
        lambda: make_user(username="equipe"),
        {"username": "Equipe"},
    ),
    "membership_open_once": (a_membership, {"since": date(2015, 1, 1)}),
    "beneficiary_file_number_unique": (make_beneficiary, {"client_id": None}),
    "beneficiary_cin_unique": (
        lambda: make_beneficiary(cin="UA123456"),
        {"client_id": None, "file_no": 99},
    ),
    "possible_duplicate_once": (a_pair, {"reasons": "birth"}),
    "merge_standing_once": (a_merge, {"reason": "encore"}),
    "stage_event_once_per_stage": (an_event, {"occurred_on": date(2015, 4, 1)}),
    "exit_open_once": (an_exit, {"reason": "other"}),
    "enterprise_member_once": (a_member, {}),
    "enterprise_file_once": (a_file, {"kind": "other"}),
    "follow_up_once_per_due_date": (a_follow_up, {"status": "closed"}),
    "funnel_count_key": (a_count, {"n": 5}),
    "funnel_ledger_key": (a_ledger_row, {"n": 5}),
    "funnel_closing_key": (a_closing, {"n": 5}),
    "part_closing_key": (a_part_closing, {"n": 5}),
    "region_closing_key": (a_region_closing, {"n": 5}),
    "part_count_key": (a_part_count, {"n": 5}),
    "part_ledger_key": (a_part_ledger_row, {"n": 5}),
    "participation_once": (a_participation, {"attended": True}),
    "criterion_once": (a_criterion, {"weight": 3}),
    "criterion_score_once": (a_criterion_score, {"score": 12}),
    "enrolment_once": (lambda: a_course().enrolments.get(), {}),
    "attendance_once": (an_attendance, {}),
    "session_once": (lambda: a_course().sessions.first(), {"hours": 2}),
    "referent_period_open_once": (a_referent_period, {"since": date(2014, 1, 1)}),
    "job_key_once": (make_job, {"id": None, "title": "Autre"}),
    "target_once_per_region": (a_regional_target, {"value": 11}),
    "target_once_for_all": (an_overall_target, {"value": 11}),
    "import_line_once": (an_import_line, {"status": "skipped"}),
    "checked_line_once": (a_checked_line, {"status": "skipped"}),
    "saved_mapping_once": (lambda: a_saved_mapping(ocb=make_ocb()), {"columns": {"A": "cin"}}),
    "saved_mapping_once_for_all": (a_saved_mapping, {"columns": {"A": "cin"}}),
}


def changed(row, changes):
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def as_they_are(changes):
    """Text as a database value, so that no field brings it to a normal form first."""
    return {
        name: Value(value, CharField()) if isinstance(value, str) else value
        for name, value in changes.items()
    }


def copy_of(row, changes):
    field = {f.name: f for f in row._meta.concrete_fields}
    fresh = {
        name: field[name].get_default() if name == "client_id" else value
        for name, value in changes.items()
    }
    row.pk, row._state.adding = None, True
    return changed(row, fresh)


def said_by_the_form(row):
    """The sentences of a form that checks this row, field by field and as a whole."""
    sentences = []
    for check in (row.clean_fields, row.validate_constraints):
        try:
            check()
        except ValidationError as refusal:
            sentences += refusal.messages
    return sentences


def test_every_constraint_is_tried_here():
    assert set(BROKEN) | set(TWICE) == set(CONSTRAINTS)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_every_constraint_has_its_sentence(name):
    sentence = CONSTRAINTS[name].get_violation_error_message()
    assert not sentence.startswith(str(BaseConstraint.default_violation_error_message)[:10])
    assert sentence.endswith(".")
    assert name not in sentence


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_what_breaks_a_check(name):
    make, changes = BROKEN[name]
    row = make()
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**as_they_are(changes))


@pytest.mark.parametrize("name", TWICE)
def test_the_database_refuses_a_second_row(name):
    make, changes = TWICE[name]
    row = copy_of(make(), changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row)._base_manager.bulk_create([row])


@pytest.mark.parametrize("name", [*BROKEN, *TWICE])
def test_the_form_says_it_with_the_sentence_of_the_constraint(name):
    if name in BROKEN:
        row = changed(BROKEN[name][0](), BROKEN[name][1])
    else:
        row = copy_of(TWICE[name][0](), TWICE[name][1])
    assert CONSTRAINTS[name].get_violation_error_message() in said_by_the_form(row)


def test_a_voided_row_makes_room_for_a_new_one():
    row = an_exit()
    Exit.objects.filter(pk=row.pk).update(
        voided_at=at_noon(DAY), voided_on=DAY, voided_by=row.recorded_by, void_reason="Erreur"
    )
    again = leave(row.beneficiary, on=DAY + timedelta(days=1), by=row.recorded_by, reason="other")
    assert again.pk


def test_the_day_the_register_of_auto_entrepreneurs_opened_is_accepted():
    assert an_auto_entrepreneur() in Enterprise.objects.all()
