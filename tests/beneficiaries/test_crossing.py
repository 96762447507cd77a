"""Two writers who cross: whichever row each holds, none waits in a circle for the other.

PostgreSQL ends one of two that do, with an error page for somebody who did nothing wrong.
"""

from datetime import date

import pytest

from beneficiaries import counts
from beneficiaries.counts import lock_enterprises_of
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Enterprise, PossibleDuplicate
from beneficiaries.transitions import (
    assign_referent,
    correct_identity,
    create_activity,
    join,
    leave,
    merge,
    report_duplicate,
    save_sheet,
    void,
)
from tests import factories
from tests.beneficiaries.test_races import (
    CORRECT_PROOF,
    CORRECT_SEX,
    MERGE,
    SELECT,
    hold_the_counts,
)
from tests.race import hold, together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
DAY = date(2015, 3, 1)
AMAL = {"birth_date": date(1993, 5, 17), "family_name": "Idrissi", "given_name": "Amal"}


def look_alikes():
    """(a counted person, an unsaved sheet of the same OCB that looks like theirs, a user)."""
    known, by = factories.make_beneficiary(**AMAL), factories.make_user()
    fields = {**AMAL, "ocb": known.ocb, "sheet_on": DAY, "consent_on": DAY}
    return known, factories.unsaved_sheet(by=by, **fields), by


def test_a_sheet_that_looks_like_another_is_saved_while_that_one_is_corrected():
    """The one has added to the count that the other waits for, and names the other's person."""
    known, twin, by = look_alikes()
    script = CORRECT_SEX.format(pk=known.pk, by=by.pk, sex="male")
    answers = together([script], lambda: save_sheet(twin, by=by))
    assert answers == ["corrected"]
    assert PossibleDuplicate.objects.count() == 1
    assert counts.differences() == []


ASSIGN = """
from datetime import date
from beneficiaries.models import Beneficiary
from beneficiaries.transitions import assign_referent
from ocbs.models import Trainer
from remess.accounts.models import User
people = list(Beneficiary.objects.filter(pk__in={people}))
done = assign_referent(
    people, Trainer.objects.get(), on=date(2016, 1, 1), by=User.objects.get(pk={by})
)
print(len(done.changed))
"""


def test_a_sheet_that_looks_like_another_is_saved_while_both_are_handed_to_a_trainer():
    known, by = factories.make_beneficiary(**AMAL), factories.make_user()
    edited = factories.make_beneficiary(ocb=known.ocb)
    factories.make_trainer()

    def save():
        for name, value in AMAL.items():
            setattr(edited, name, value)
        save_sheet(edited, by=by)

    script = ASSIGN.format(people=[known.pk, edited.pk], by=by.pk)
    assert together([script], save) == ["2"]
    assert PossibleDuplicate.objects.count() == 1


SAVE = """
from beneficiaries.models import Beneficiary
from beneficiaries.transitions import save_sheet
from remess.accounts.models import User
from datetime import date
person = Beneficiary.objects.get(pk={pk})
person.sheet_on = date(2015, 3, 1)
save_sheet(person, by=User.objects.get(pk={by}))
print("saved")
"""


def test_a_pair_of_sheets_is_noted_before_anything_is_counted():
    """So a merge does, which notes pairs and counts last of all."""
    known, twin, by = look_alikes()
    twin.sheet_on = None
    save_sheet(twin, by=by)
    PossibleDuplicate.objects.all().delete()

    def report():
        report_duplicate(known, twin, by=by)

    answers = together([SAVE.format(pk=twin.pk, by=by.pk)], report, then=hold_the_counts)
    assert answers == ["saved"]
    assert counts.differences() == []


def test_a_merge_waits_for_the_sheets_absorbed_before_along_with_the_two():
    """Undoing the merge before it holds the sheet absorbed then, and waits for the one it kept."""
    first, second, third = (factories.make_beneficiary() for _ in range(3))
    by = factories.make_user()
    merge(second, first, by=by, reason="même personne")
    script = MERGE.format(pair=[third.pk, second.pk], by=by.pk)
    answers = together([script], hold(Beneficiary, pk=first.pk), then=hold(Beneficiary))
    assert answers == ["merged"]
    first.refresh_from_db()
    assert first.merged_into == third
    assert counts.differences() == []


@pytest.fixture
def cooperative():
    """Two members; the first joined it later, having created with an enterprise of their own."""
    by = factories.make_user()
    first, second = (factories.make_beneficiary(at=Stage.TRAINED) for _ in range(2))
    own = factories.make_enterprise()
    shared = factories.make_enterprise(legal_form="cooperative", sub_form="", identifier="12/2016")
    create_activity(first, own, on=own.registered_on, by=by)
    create_activity(second, shared, on=shared.registered_on, by=by)
    join(shared, first, on=date(2016, 1, 1), by=by)
    return first, second, shared, by


def test_correcting_a_proof_waits_for_all_members_before_it_holds_one(cooperative):
    """Also for those whose creation it leaves alone: handing all to a trainer takes them by pk."""
    first, _second, shared, by = cooperative
    script = CORRECT_PROOF.format(second=shared.pk, by=by.pk)
    answers = together([script], hold(Beneficiary, pk=first.pk), then=hold(Beneficiary))
    assert answers == ["done"]
    assert counts.differences() == []


CREATE = """
from datetime import date
from beneficiaries.models import Beneficiary, Enterprise
from beneficiaries.transitions import TransitionRefused, create_activity
from remess.accounts.models import User
enterprise = Enterprise(
    legal_form="cooperative", identifier="12/2016", registered_on=date(2016, 1, 1)
)
person, by = Beneficiary.objects.get(pk={pk}), User.objects.get(pk={by})
try:
    create_activity(person, enterprise, on=date(2016, 1, 1), by=by)
except TransitionRefused as refusal:
    print(refusal)
else:
    print("created")
"""


def test_one_writer_at_a_time_touches_enterprises():
    """Also one who takes up an enterprise without members, found by the number alone."""
    by = factories.make_user()
    person = factories.make_beneficiary(at=Stage.TRAINED)
    other = factories.make_beneficiary(at=Stage.TRAINED, ocb=person.ocb)
    facts = {"legal_form": "cooperative", "sub_form": "", "registered_on": date(2016, 1, 1)}
    left_behind = factories.make_enterprise(**facts, identifier="12/2016", court="", tax_id="")
    create_activity(other, left_behind, on=left_behind.registered_on, by=by)
    void(other.events.get(stage=Stage.CREATED), by=by, reason="erreur")
    somebody_elses = factories.make_enterprise()
    answers = together(
        [CREATE.format(pk=person.pk, by=by.pk)],
        lambda: lock_enterprises_of([], [somebody_elses.pk]),
        then=lambda: lock_enterprises_of([], [left_behind.pk]),
    )
    assert answers == ["created"]
    assert person.memberships.get().enterprise == left_behind
    assert counts.differences() == []


def test_an_enterprise_that_somebody_stores_meanwhile_is_found_not_stored_twice():
    by = factories.make_user()
    person, other = (factories.make_beneficiary(at=Stage.TRAINED) for _ in range(2))
    facts = {"legal_form": "cooperative", "sub_form": "", "registered_on": date(2016, 1, 1)}

    def store():
        same = factories.unsaved_enterprise(**facts, identifier="12/2016", court="", tax_id="")
        create_activity(other, same, on=same.registered_on, by=by)

    answers = together([CREATE.format(pk=person.pk, by=by.pk)], store)
    assert "porte déjà ce numéro" in answers[0]
    assert Enterprise.objects.count() == 1


FIND = """
from django.core.management import call_command
call_command("find_duplicates")
"""


def test_looking_for_duplicates_holds_the_sheets_in_the_order_of_all_writers(monkeypatch):
    by = factories.make_user()
    first, _second = factories.make_beneficiary(), factories.make_beneficiary()
    # Written again, the first row now lies behind the other in the table, which is read as it lies.
    monkeypatch.setenv("PGOPTIONS", "-c enable_indexscan=off -c enable_bitmapscan=off")
    assign_referent([first], factories.make_trainer(), on=DAY, by=by)
    answers = together([FIND], hold(Beneficiary, pk=first.pk), then=hold(Beneficiary))
    assert answers == ["0 doublon possible ajouté."]


def test_a_passage_is_recorded_for_somebody_who_was_given_another_ocb_meanwhile():
    """Locked with its OCB, the sheet was not found any more once it was released."""
    person, by = factories.make_beneficiary(), factories.make_user()
    other = factories.make_ocb(region=person.ocb.region)

    def correct():
        correct_identity(person, ocb=other, by=by, reason="erreur")

    assert together([SELECT.format(day=1, by=by.pk)], correct) == ["advanced"]
    assert person.events.get(stage=Stage.SELECTED).ocb == other
    assert counts.differences() == []


def test_somebody_leaves_while_their_sex_is_corrected_and_is_counted_once():
    """What stood before a change is read once nobody else may change it."""
    person, by = factories.make_beneficiary(sex="female"), factories.make_user()

    def go():
        leave(person, on=date(2016, 3, 1), by=by, reason="moved")

    script = CORRECT_SEX.format(pk=person.pk, by=by.pk, sex="male")
    assert together([script], go) == ["corrected"]
    assert counts.differences() == []
