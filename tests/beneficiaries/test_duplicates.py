"""Who may be in the register twice: rules, the team's list, what is remembered."""

from datetime import date

import pytest
from django.core.management import call_command

from beneficiaries.duplicates import Identity, candidates, matches_of, reasons_for
from beneficiaries.models import Beneficiary, PossibleDuplicate, Reason
from beneficiaries.transitions import (
    TransitionRefused,
    merge,
    open_again,
    open_files,
    queue_duplicates,
    report_duplicate,
    save_sheet,
    set_apart,
)
from remess.accounts.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
BORN, PHONE = date(1993, 5, 17), "+212612345678"
AMAL = {"family_name": "Idrissi", "given_name": "Fatima-Zahra", "birth_date": BORN}
TWIN = {"family_name": "Fatim Zohra", "given_name": "El Idrissi", "birth_date": BORN}


def sheet(**fields):
    return factories.make_beneficiary(**{**AMAL, **fields})


def typed(**fields):
    return Identity(**{**TWIN, **fields})


RULES = [
    ({}, {}, [Reason.BIRTH]),
    ({"phone": PHONE}, {"phone": PHONE}, [Reason.BIRTH, Reason.PHONE]),
    ({"phone": PHONE}, {"phone": PHONE, "birth_date": None}, [Reason.PHONE]),
    ({"phone": PHONE}, {"phone": PHONE, "birth_date": date(1990, 1, 1)}, [Reason.PHONE]),
    ({}, {"birth_date": date(1993, 5, 18)}, []),
    ({}, {"birth_date": None}, []),
    ({}, {"family_name": "Amrani"}, []),
    ({"phone": PHONE}, {"family_name": "Amrani", "phone": PHONE}, []),
    ({"cin": "UA012345"}, {"cin": "UA12345", "given_name": "Karim"}, [Reason.CIN]),
    ({"cin": "UA12345"}, {"cin": "UA12345"}, [Reason.CIN, Reason.BIRTH]),
    ({"cin": "UA12345"}, {"cin": "UA123450", "given_name": "Karim"}, []),
    ({"cin": "UA1"}, {"cin": "UA2"}, [Reason.BIRTH]),
]


@pytest.mark.parametrize(("stored", "given", "reasons"), RULES)
def test_what_makes_two_sheets_one_person(stored, given, reasons):
    kept, person = sheet(**stored), typed(**given)
    assert reasons_for(person, kept) == reasons
    assert candidates(person) == ([(kept, reasons)] if reasons else [])


def test_a_batch_costs_one_query_per_five_hundred(django_assert_num_queries):
    kept = sheet()
    people = [typed(), *(typed(birth_date=date(1990, 1, 1 + n % 28)) for n in range(600))]
    with django_assert_num_queries(2):
        found = matches_of(people)
    assert [matches for matches in found if matches] == [[(kept, [Reason.BIRTH])]]


def test_the_sheets_to_look_at_may_be_limited():
    kept = sheet()
    assert candidates(typed(), among=Beneficiary.objects.exclude(pk=kept.pk)) == []


def test_what_an_absorbed_sheet_matches_is_told_of_the_kept_one():
    kept, absorbed = factories.make_beneficiary(), sheet()
    merge(kept, absorbed, by=factories.make_user(), reason="même personne")
    assert candidates(typed()) == [(kept, [Reason.BIRTH])]


def test_saving_a_sheet_puts_its_duplicates_on_the_list_once():
    kept, by = sheet(), factories.make_user()
    new = save_sheet(factories.unsaved_sheet(**TWIN, by=by), by=by)
    save_sheet(new, by=by)
    pair = PossibleDuplicate.objects.open().get()
    assert (pair.first, pair.second, pair.reasons) == (kept, new, "birth")


def test_a_batch_finds_those_within_it():
    people = open_files([factories.unsaved_sheet(**AMAL), factories.unsaved_sheet(**TWIN)])
    queue_duplicates(people)
    queue_duplicates(people)
    assert PossibleDuplicate.objects.get().reasons == "birth"


def test_not_the_same_person_is_remembered_and_taken_back():
    people = [sheet(), sheet(**TWIN)]
    by = factories.make_user()
    queue_duplicates(people)
    pair = PossibleDuplicate.objects.get()
    set_apart(pair, by=by, note="deux cousines")
    queue_duplicates(people)
    assert not PossibleDuplicate.objects.open().exists()
    with pytest.raises(TransitionRefused, match="déjà décidée"):
        set_apart(pair, by=by)
    open_again(pair)
    assert PossibleDuplicate.objects.open().get() == pair
    with pytest.raises(TransitionRefused, match="déjà à examiner"):
        open_again(pair)


def test_a_duplicate_that_no_rule_finds_is_reported_by_hand():
    one, other, by = factories.make_beneficiary(), factories.make_beneficiary(), None
    by = factories.make_user()
    pair = report_duplicate(other, one, by=by)
    assert (pair.first, pair.reasons, pair.found_by) == (one, "reported", by)
    set_apart(pair, by=by)
    assert report_duplicate(one, other, by=by).is_open
    with pytest.raises(TransitionRefused, match="même fiche"):
        report_duplicate(one, one, by=by)


def test_an_agent_sees_only_pairs_whose_both_sheets_are_theirs():
    ocb = factories.make_ocb()
    queue_duplicates([sheet(ocb=ocb), sheet(**TWIN, ocb=ocb), sheet()])
    seen = {
        role: PossibleDuplicate.objects.visible_to(factories.make_user(role, ocb=ocb)).count()
        for role in (Role.STAFF, Role.OCB_AGENT, Role.TRAINER, Role.OFFICIAL)
    }
    assert seen == {Role.STAFF: 3, Role.OCB_AGENT: 1, Role.TRAINER: 0, Role.OFFICIAL: 0}


def test_a_register_from_before_the_rules_is_searched_by_a_command():
    sheet(), sheet(**TWIN)
    Beneficiary.objects.update(name_and_birth="")
    call_command("find_duplicates")
    assert PossibleDuplicate.objects.open().count() == 1
