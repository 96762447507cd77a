from datetime import date, timedelta

import pytest
import time_machine

from beneficiaries.counts import KEYS as COUNTS
from beneficiaries.funnel import PATH, Evidence, EvidenceKind, Stage
from beneficiaries.models import (
    Beneficiary,
    Enterprise,
    EnterpriseMember,
    FunnelCount,
    LegalForm,
    StageEvent,
)
from beneficiaries.transitions import (
    TransitionRefused,
    advance,
    come_back,
    create_activity,
    leave,
    move,
    open_files,
    save_sheet,
    void_exit,
)
from remess.accounts.roles import Role
from remess.shared.dates import today
from tests.factories import (
    import_line,
    make_agreement,
    make_beneficiary,
    make_enterprise,
    make_ocb,
    make_region,
    make_user,
    paper,
    unsaved_enterprise,
    unsaved_sheet,
)

pytestmark = pytest.mark.django_db
DAY = date(2015, 3, 1)


def standing(person, stage):
    return StageEvent.objects.unvoided().get(beneficiary=person, stage=stage)


def register():
    """Everything a refusal must leave as it was."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Beneficiary, StageEvent, *COUNTS, Enterprise)
    ]


def test_advance_stores_who_what_when_and_the_places_of_that_day():
    ocb, staff = make_ocb(), make_user()
    person = make_beneficiary(ocb=ocb)
    event = advance(person, Stage.SELECTED, on=date(2015, 4, 1), by=staff, evidence=paper(DAY))
    person.refresh_from_db()
    assert (person.current_stage, person.stage_on) == (Stage.SELECTED, date(2015, 4, 1))
    assert (event.region, event.ocb, event.sex) == (ocb.region, ocb, "female")
    assert (event.recorded_by, event.recorded_on) == (staff, today())
    assert (event.evidence_kind, event.evidence_on) == (EvidenceKind.PAPER, DAY)


def test_advance_works_on_a_fresh_copy_of_the_person():
    person = make_beneficiary()
    stale = Beneficiary.objects.get(pk=person.pk)
    Beneficiary.objects.filter(pk=person.pk).update(sex="male")
    event = advance(stale, Stage.SELECTED, on=DAY, by=make_user(), evidence=paper(DAY))
    assert event.sex == "male"


@pytest.mark.parametrize(
    ("at", "stage", "on", "evidence"),
    [
        (Stage.IDENTIFIED, Stage.IDENTIFIED, DAY, import_line(DAY)),
        (Stage.IDENTIFIED, Stage.TRAINED, DAY, import_line(DAY)),
        (Stage.SELECTED, Stage.CREATED, DAY, import_line(DAY)),
        (Stage.IDENTIFIED, Stage.SELECTED, DAY - timedelta(days=1), import_line(DAY)),
        (Stage.IDENTIFIED, Stage.SELECTED, date(2999, 1, 1), import_line(DAY)),
        (Stage.IDENTIFIED, Stage.SELECTED, DAY, Evidence(EvidenceKind.SHEET, "x")),
        (Stage.TRAINED, Stage.CREATED, DAY, paper(DAY)),
        (None, Stage.SELECTED, DAY, import_line(DAY)),
    ],
)
def test_a_refused_advance_leaves_nothing_behind(at, stage, on, evidence):
    person, staff = make_beneficiary(at=at), make_user()
    before = register()
    with pytest.raises(TransitionRefused):
        advance(person, stage, on=on, by=staff, evidence=evidence)
    assert register() == before


def test_a_refused_creation_leaves_no_enterprise_behind():
    person, staff = make_beneficiary(at=Stage.SELECTED), make_user()
    before = register()
    with pytest.raises(TransitionRefused, match="formation"):
        create_activity(person, unsaved_enterprise(), on=DAY, by=staff)
    assert register() == before


def test_advance_refuses_to_skip_a_stage_and_names_it():
    person = make_beneficiary()
    with pytest.raises(TransitionRefused, match="Il manque la sélection"):
        advance(person, Stage.TRAINED, on=DAY, by=make_user(), evidence=paper(DAY))


def test_an_incomplete_sheet_is_kept_without_stage_and_counted_nowhere():
    person = save_sheet(unsaved_sheet(sex="", birth_date=None), by=make_user())
    person.refresh_from_db()
    assert (person.current_stage, person.stage_on) == ("", None)
    assert not StageEvent.objects.exists()
    assert not FunnelCount.objects.exists()
    with pytest.raises(TransitionRefused, match="le sexe, la date de naissance"):
        advance(person, Stage.IDENTIFIED, on=DAY, by=make_user(), evidence=import_line(DAY))


def test_a_sheet_completed_later_is_identified_on_the_day_of_the_sheet():
    person = save_sheet(unsaved_sheet(birth_date=None), by=make_user())
    person.birth_date = date(1993, 5, 17)
    save_sheet(person, by=make_user())
    person.refresh_from_db()
    assert (person.current_stage, person.stage_on, person.version) == (Stage.IDENTIFIED, DAY, 2)
    assert standing(person, Stage.IDENTIFIED).evidence_reference == person.file_number


def test_file_numbers_follow_each_other_per_region_and_are_never_reused():
    region = make_region(code="ERR", last_file_number=41)
    ocb = make_ocb(region=region)
    first, second = open_files([unsaved_sheet(ocb=ocb), unsaved_sheet(ocb=ocb)])
    assert [first.file_number, second.file_number] == ["ERR-00042", "ERR-00043"]
    Beneficiary.objects.filter(pk=second.pk).delete()
    (third,) = open_files([unsaved_sheet(ocb=ocb)])
    assert third.file_number == "ERR-00044"


def test_a_file_number_is_kept_when_the_person_moves():
    person = make_beneficiary()
    number = person.file_number
    move(person, make_ocb(), by=make_user())
    person.refresh_from_db()
    assert person.file_number == number


@pytest.mark.parametrize("birth_date", [date(1985, 3, 1), date(1997, 3, 2)])
def test_outside_the_age_bracket_nobody_is_identified_without_derogation(birth_date):
    (person,) = open_files([unsaved_sheet(birth_date=birth_date)])
    proof = import_line(DAY)
    with pytest.raises(TransitionRefused, match="année de naissance"):
        advance(person, Stage.IDENTIFIED, on=DAY, by=make_user(), evidence=proof)
    event = advance(
        person,
        Stage.IDENTIFIED,
        on=DAY,
        by=make_user(),
        evidence=proof,
        derogation="Accord écrit du comité",
    )
    assert event.derogation_reason == "Accord écrit du comité"


def test_the_age_bracket_is_that_of_the_agreement_of_the_day():
    convention = make_agreement(max_age=40)
    make_agreement(code="AV1", amends=convention, max_age=29)
    birth_date = date(1980, 1, 1)
    assert make_beneficiary(birth_date=birth_date).current_stage == Stage.IDENTIFIED
    with pytest.raises(TransitionRefused, match="18 à 29"):
        make_beneficiary(birth_date=birth_date, on=date(2018, 3, 2))


@pytest.mark.parametrize("role", Role)
def test_only_the_team_derogates(role):
    (person,) = open_files([unsaved_sheet(birth_date=date(1980, 1, 1))])
    user = make_user(role)
    arguments = {"on": DAY, "by": user, "evidence": import_line(DAY), "derogation": "Motif"}
    if role in {Role.ADMIN, Role.STAFF}:
        assert advance(person, Stage.IDENTIFIED, **arguments).pk
    else:
        with pytest.raises(TransitionRefused, match="équipe REMESS"):
            advance(person, Stage.IDENTIFIED, **arguments)


def test_tomorrow_in_casablanca_is_refused_and_today_is_not():
    person, staff = make_beneficiary(), make_user()
    with (
        time_machine.travel("2015-06-01T22:30:00+00:00", tick=False),  # 23:30 in Casablanca
        pytest.raises(TransitionRefused, match="futur"),
    ):
        advance(person, Stage.SELECTED, on=date(2015, 6, 2), by=staff, evidence=import_line(DAY))
    with time_machine.travel("2015-06-02T23:30:00+00:00", tick=False):  # 00:30 on the 3rd there
        event = advance(
            person, Stage.SELECTED, on=date(2015, 6, 3), by=staff, evidence=import_line(DAY)
        )
    assert event.recorded_on == date(2015, 6, 3)


def test_a_cooperative_of_five_is_five_persons_and_one_enterprise():
    cooperative = unsaved_enterprise(legal_form=LegalForm.COOPERATIVE, other_members=2)
    for _member in range(5):
        make_beneficiary(at=Stage.CREATED, enterprise=cooperative)
    assert StageEvent.objects.unvoided().filter(stage=Stage.CREATED).count() == 5
    assert Enterprise.objects.count() == 1
    assert cooperative.members.unvoided().count() == 5


def test_a_second_enterprise_does_not_make_a_second_creation():
    person, staff = make_beneficiary(at=Stage.CREATED), make_user()
    before = register()
    with pytest.raises(TransitionRefused, match="déjà enregistrée"):
        create_activity(person, unsaved_enterprise(), on=DAY, by=staff)
    assert register() == before
    second = make_enterprise()
    EnterpriseMember.objects.create(
        enterprise=second,
        beneficiary=person,
        recorded_at="2016-01-01T12:00:00Z",
        recorded_on=date(2016, 1, 1),
        recorded_by=staff,
    )
    assert second in person.enterprises()
    assert StageEvent.objects.filter(stage=Stage.CREATED).count() == 1


def test_leave_keeps_the_stage_it_happened_at_and_blocks_the_path():
    person, staff = make_beneficiary(at=Stage.SELECTED), make_user()
    row = leave(person, on=date(2015, 6, 1), by=staff, reason="employed", note="À Fès")
    assert (row.stage, row.ocb, row.sex) == (Stage.SELECTED, person.ocb, "female")
    assert list(Beneficiary.objects.exited()) == [person]
    with pytest.raises(TransitionRefused, match="retour"):
        advance(person, Stage.TRAINED, on=date(2015, 7, 1), by=staff, evidence=import_line(DAY))
    with pytest.raises(TransitionRefused, match="déjà enregistrée"):
        leave(person, on=date(2015, 7, 1), by=staff, reason="moved")


def test_who_comes_back_goes_on_from_their_stage():
    person, staff = make_beneficiary(at=Stage.SELECTED), make_user()
    leave(person, on=date(2015, 6, 1), by=staff, reason="employed")
    row = come_back(person, on=date(2015, 9, 1), by=staff)
    assert (row.returned_on, row.returned_by) == (date(2015, 9, 1), staff)
    assert advance(
        person, Stage.TRAINED, on=date(2015, 10, 1), by=staff, evidence=import_line(DAY)
    ).pk
    assert leave(person, on=date(2016, 1, 1), by=staff, reason="moved").stage == Stage.TRAINED


def test_exit_and_return_dates_are_in_order_and_never_in_the_future():
    person, staff = make_beneficiary(), make_user()
    for on in (DAY - timedelta(days=1), date(2999, 1, 1)):
        with pytest.raises(TransitionRefused):
            leave(person, on=on, by=staff, reason="moved")
    with pytest.raises(TransitionRefused, match="n'est pas sortie"):
        come_back(person, on=DAY, by=staff)
    leave(person, on=date(2015, 6, 1), by=staff, reason="moved")
    for on in (date(2015, 5, 31), date(2999, 1, 1)):
        with pytest.raises(TransitionRefused):
            come_back(person, on=on, by=staff)


def test_a_voided_exit_is_as_if_it_had_never_been():
    person, staff = make_beneficiary(), make_user()
    row = leave(person, on=date(2015, 6, 1), by=staff, reason="moved")
    void_exit(row, by=staff, reason="Homonyme")
    assert not Beneficiary.objects.exited().exists()
    assert advance(person, Stage.SELECTED, on=DAY, by=staff, evidence=paper(DAY)).pk
    with pytest.raises(TransitionRefused, match="déjà annulée"):
        void_exit(row, by=staff, reason="Homonyme")


@pytest.mark.parametrize("stage", PATH)
def test_the_path_read_from_the_database_is_the_one_walked(stage):
    person = make_beneficiary(at=stage)
    assert person.path().current == stage
    assert set(person.path().reached) == set(PATH[: PATH.index(stage) + 1])
