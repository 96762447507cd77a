"""Voiding, correcting, handing over: what was written stays, what counts changes."""

from datetime import date, timedelta

import pytest

from beneficiaries import counts
from beneficiaries.counts import KEYS as COUNTS
from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import (
    Beneficiary,
    Enterprise,
    EnterpriseMember,
    FunnelCount,
    StageEvent,
)
from beneficiaries.transitions import (
    TransitionRefused,
    advance,
    correct_date,
    correct_identity,
    leave,
    move,
    void,
)
from remess.shared.dates import today
from tests.factories import (
    import_line,
    make_beneficiary,
    make_ocb,
    make_user,
    paper,
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


def test_void_keeps_the_event_with_its_reason_and_takes_the_person_back():
    person, staff = make_beneficiary(at=Stage.SELECTED), make_user()
    event = standing(person, Stage.SELECTED)
    void(event, by=staff, reason="Mauvaise personne")
    event.refresh_from_db()
    person.refresh_from_db()
    assert (event.voided_by, event.void_reason, event.voided_on) == (
        staff,
        "Mauvaise personne",
        today(),
    )
    assert (person.current_stage, person.stage_on) == (Stage.IDENTIFIED, DAY)
    assert advance(person, Stage.SELECTED, on=DAY, by=staff, evidence=paper(DAY)).pk


def test_voiding_the_identification_leaves_the_sheet_without_stage():
    person = make_beneficiary()
    void(standing(person, Stage.IDENTIFIED), by=make_user(), reason="Sans accord")
    person.refresh_from_db()
    assert (person.current_stage, person.stage_on) == ("", None)


@pytest.mark.parametrize("stage", PATH[:-1])
def test_void_is_refused_while_a_later_stage_stands_on_it(stage):
    person, staff = make_beneficiary(at=PATH[PATH.index(stage) + 1]), make_user()
    before = register()
    with pytest.raises(TransitionRefused, match="s'appuie sur cette étape"):
        void(standing(person, stage), by=staff, reason="Erreur")
    assert register() == before


@pytest.mark.parametrize("reason", ["", "   "])
def test_void_needs_a_reason(reason):
    person = make_beneficiary()
    with pytest.raises(TransitionRefused, match="motif"):
        void(standing(person, Stage.IDENTIFIED), by=make_user(), reason=reason)


def test_an_event_is_not_voided_twice():
    person, staff = make_beneficiary(), make_user()
    event = standing(person, Stage.IDENTIFIED)
    void(event, by=staff, reason="Erreur")
    with pytest.raises(TransitionRefused, match="déjà annulée"):
        void(event, by=staff, reason="Erreur")


def test_history_is_never_deleted():
    person = make_beneficiary()
    with pytest.raises(TypeError):
        standing(person, Stage.IDENTIFIED).delete()
    with pytest.raises(TypeError):
        StageEvent.objects.all().delete()


def test_voiding_a_creation_voids_the_membership_it_proved():
    person = make_beneficiary(at=Stage.CREATED)
    void(standing(person, Stage.CREATED), by=make_user(), reason="Non immatriculée")
    assert not EnterpriseMember.objects.unvoided().exists()
    assert EnterpriseMember.objects.get().void_reason == "Non immatriculée"
    assert person.enterprises() == []


def test_correct_date_voids_and_writes_anew_with_the_link():
    person, staff = make_beneficiary(at=Stage.SELECTED), make_user()
    old = standing(person, Stage.SELECTED)
    new = correct_date(old, on=date(2015, 5, 2), by=staff, reason="Faute de frappe")
    old.refresh_from_db()
    person.refresh_from_db()
    assert (new.corrects, old.void_reason) == (old, "Faute de frappe")
    assert (old.occurred_on, new.occurred_on) == (DAY, date(2015, 5, 2))
    assert (new.evidence_kind, new.evidence_reference) == (
        old.evidence_kind,
        old.evidence_reference,
    )
    assert person.stage_on == date(2015, 5, 2)


def test_correct_date_stays_between_the_neighbouring_stages():
    person, staff = make_beneficiary(at=Stage.IDENTIFIED), make_user()
    for stage, on in ((Stage.SELECTED, date(2015, 4, 1)), (Stage.TRAINED, date(2015, 5, 1))):
        advance(person, stage, on=on, by=staff, evidence=import_line(on))
    before = register()
    for on in (date(2015, 2, 28), date(2015, 5, 2), date(2999, 1, 1)):
        with pytest.raises(TransitionRefused):
            correct_date(standing(person, Stage.SELECTED), on=on, by=staff, reason="Erreur")
    assert register() == before
    for on in (DAY, date(2015, 5, 1)):
        correct_date(standing(person, Stage.SELECTED), on=on, by=staff, reason="Erreur")


def test_correct_date_of_the_identification_asks_the_age_again():
    person = make_beneficiary(birth_date=date(1985, 3, 2))
    with pytest.raises(TransitionRefused, match="année de naissance"):
        correct_date(
            standing(person, Stage.IDENTIFIED), on=date(2015, 3, 2), by=make_user(), reason="x"
        )


def test_correct_date_of_a_creation_keeps_its_enterprise():
    person = make_beneficiary(at=Stage.CREATED)
    new = correct_date(
        standing(person, Stage.CREATED), on=date(2015, 4, 4), by=make_user(), reason="Erreur"
    )
    assert EnterpriseMember.objects.unvoided().get().event == new


def test_correct_date_of_somebody_who_left_is_possible():
    person, staff = make_beneficiary(), make_user()
    leave(person, on=date(2015, 8, 1), by=staff, reason="moved")
    day = DAY - timedelta(days=1)
    new = correct_date(standing(person, Stage.IDENTIFIED), on=day, by=staff, reason="Erreur")
    assert new.occurred_on == day
    with pytest.raises(TransitionRefused, match="déjà cette date"):
        correct_date(new, on=day, by=staff, reason="Erreur")


def test_a_page_grown_old_corrects_the_event_that_stands_now():
    person, staff = make_beneficiary(at=Stage.SELECTED), make_user()
    shown = standing(person, Stage.SELECTED)
    correct_date(shown, on=date(2015, 4, 1), by=staff, reason="Première")
    correct_date(shown, on=date(2015, 4, 2), by=staff, reason="Seconde")
    assert standing(person, Stage.SELECTED).occurred_on == date(2015, 4, 2)


def test_correct_identity_rewrites_every_passage_with_the_new_places():
    person, staff, right = make_beneficiary(at=Stage.TRAINED), make_user(), make_ocb()
    correct_identity(person, by=staff, reason="Mauvaise OCB", sex="male", ocb=right)
    person.refresh_from_db()
    assert (person.sex, person.ocb, person.current_stage) == ("male", right, Stage.TRAINED)
    events = StageEvent.objects.unvoided().filter(beneficiary=person)
    assert {(e.sex, e.ocb, e.region) for e in events} == {("male", right, right.region)}
    assert events.count() == 3
    assert all(event.corrects.void_reason == "Mauvaise OCB" for event in events)
    assert {row.ocb for row in FunnelCount.objects.exclude(n=0)} == {right}


def test_move_leaves_past_events_with_the_ocb_they_had():
    old, new = make_ocb(), make_ocb()
    person = make_beneficiary(ocb=old)
    move(person, new, by=make_user())
    later = advance(person, Stage.SELECTED, on=DAY, by=make_user(), evidence=paper(DAY))
    assert standing(person, Stage.IDENTIFIED).ocb == old
    assert (later.ocb, later.region) == (new, new.region)
    assert not StageEvent.objects.filter(voided_at__isnull=False).exists()


def test_every_move_keeps_the_counts_equal_to_the_events():
    staff = make_user()
    person, other = make_beneficiary(at=Stage.CREATED), make_beneficiary(at=Stage.TRAINED)
    void(standing(person, Stage.CREATED), by=staff, reason="Erreur")
    correct_date(standing(person, Stage.TRAINED), on=date(2015, 8, 1), by=staff, reason="Erreur")
    correct_identity(other, by=staff, reason="Erreur", sex="male")
    move(other, make_ocb(), by=make_user())
    assert counts.differences() == []
