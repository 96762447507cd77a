"""The same person moved twice at the same second, each in a real process: one move counts."""

from datetime import date

import pytest

from beneficiaries import counts
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Enterprise, FunnelCount, Merge, StageEvent
from beneficiaries.transitions import create_activity, join, leave, merge, void
from tests import factories
from tests.race import together

pytestmark = pytest.mark.django_db(transaction=True)

SELECT = """
from datetime import date
from beneficiaries.funnel import Evidence, EvidenceKind, Stage
from beneficiaries.models import Beneficiary
from beneficiaries.transitions import TransitionRefused, advance
from remess.accounts.models import User
day = date(2015, 4, {day})
evidence = Evidence(EvidenceKind.PAPER, "Registre papier", day)
by = User.objects.get(pk={by})
try:
    advance(Beneficiary.objects.get(), Stage.SELECTED, on=day, by=by, evidence=evidence)
except TransitionRefused as refusal:
    print(refusal)
else:
    print("advanced")
"""


def hold_the_person():
    Beneficiary.objects.select_for_update().get()


def test_the_same_person_moved_twice_at_once_moves_once():
    factories.make_beneficiary()
    by = factories.make_user()
    scripts = [SELECT.format(day=day, by=by.pk) for day in (1, 2)]
    answers = together(scripts, hold_the_person)
    assert answers.count("advanced") == 1
    assert "La sélection est déjà enregistrée au" in "".join(answers)
    assert StageEvent.objects.filter(stage=Stage.SELECTED).count() == 1
    assert counts.differences() == []


MERGE = """
from beneficiaries.models import Beneficiary
from beneficiaries.transitions import TransitionRefused, merge
from remess.accounts.models import User
kept, absorbed = (Beneficiary.objects.get(pk=pk) for pk in {pair})
try:
    merge(kept, absorbed, by=User.objects.get(pk={by}), reason="même personne")
except TransitionRefused as refusal:
    print(refusal)
else:
    print("merged")
"""


def hold_the_people():
    list(Beneficiary.objects.select_for_update().order_by("pk"))


def test_two_sheets_merged_twice_at_once_the_one_into_the_other_are_merged_once():
    one, other = factories.make_beneficiary(), factories.make_beneficiary()
    by = factories.make_user()
    pairs = ([one.pk, other.pk], [other.pk, one.pk])
    answers = together([MERGE.format(pair=pair, by=by.pk) for pair in pairs], hold_the_people)
    assert answers.count("merged") == 1
    assert "déjà fusionnée" in "".join(answers)
    assert Merge.objects.count() == 1
    assert StageEvent.objects.unvoided().count() == 1
    assert counts.differences() == []


UNDO = """
from beneficiaries.models import Merge
from beneficiaries.transitions import unmerge
from remess.accounts.models import User
unmerge(Merge.objects.get(), by=User.objects.get(pk={by}), reason="erreur")
print("undone")
"""


def hold_the_enterprises():
    list(Enterprise.objects.select_for_update().order_by("pk"))


def test_undoing_a_merge_waits_for_the_enterprises_before_it_holds_the_people():
    kept, absorbed = (factories.make_beneficiary(at=Stage.CREATED) for _ in range(2))
    by = factories.make_user()
    merge(kept, absorbed, by=by, reason="même personne")
    # Correcting a proof takes both in this order: the other way round, each would wait for ever.
    answers = together([UNDO.format(by=by.pk)], hold_the_enterprises, then=hold_the_people)
    assert answers == ["undone"]
    assert counts.differences() == []


# Each writer waits for all enterprises before it holds any person: had it taken one of them first
# and the rest last, it would wait for whoever holds the rest and waits for the first, for ever.
JOIN = """
from datetime import date
from beneficiaries.models import Beneficiary, Enterprise
from beneficiaries.transitions import join
from remess.accounts.models import User
enterprise, person = Enterprise.objects.get(pk={second}), Beneficiary.objects.get()
join(enterprise, person, on=date(2017, 3, 1), by=User.objects.get(pk={by}))
print("done")
"""
VOID_MEMBERSHIP = """
from beneficiaries.models import EnterpriseMember
from beneficiaries.transitions import void_membership
from remess.accounts.models import User
member = EnterpriseMember.objects.get(enterprise={second})
void_membership(member, by=User.objects.get(pk={by}), reason="erreur")
print("done")
"""
CORRECT_PROOF = """
from datetime import date
from beneficiaries.models import Enterprise
from beneficiaries.transitions import correct_proof
from remess.accounts.models import User
enterprise, by = Enterprise.objects.get(pk={second}), User.objects.get(pk={by})
correct_proof(
    enterprise, legal_form="cooperative", identifier="999/2016",
    registered_on=date(2016, 1, 1), by=by, reason="erreur",
)
print("done")
"""


@pytest.fixture
def two_enterprises():
    """A person who created with the first enterprise, and a second one."""
    person = factories.make_beneficiary(at=Stage.TRAINED)
    both = [factories.make_enterprise(legal_form="cooperative", identifier=f"{n}") for n in "12"]
    by = factories.make_user()
    create_activity(person, both[0], on=both[0].registered_on, by=by)
    return person, both, by


@pytest.mark.parametrize("script", [JOIN, VOID_MEMBERSHIP, CORRECT_PROOF])
def test_whoever_writes_of_one_enterprise_waits_for_those_of_its_people_too(
    two_enterprises, script
):
    person, (first, second), by = two_enterprises
    if script != JOIN:
        join(second, person, on=second.registered_on, by=by)

    def hold_the_first():
        Enterprise.objects.select_for_update().get(pk=first.pk)

    def hold_the_rest():
        list(Enterprise.objects.select_for_update().order_by("pk"))
        hold_the_person()

    script = script.format(second=second.pk, by=by.pk)
    assert together([script], hold_the_first, then=hold_the_rest) == ["done"]
    assert counts.differences() == []


REBUILD = """
from beneficiaries import counts
counts.rebuild()
print("rebuilt")
"""


def test_counts_made_anew_wait_for_a_writer_of_any_of_them():
    """Taking an import back counts exits before stages: what is held first must not matter."""
    gone, voided = factories.make_beneficiary(), factories.make_beneficiary()
    by = factories.make_user()

    def write_parts():
        leave(gone, on=date(2016, 3, 1), by=by, reason="moved")

    def write_stages():
        void(voided.events.get(), by=by, reason="erreur")

    assert together([REBUILD], write_parts, then=write_stages) == ["rebuilt"]
    assert counts.differences() == []


CORRECT_SEX = """
from beneficiaries.models import Beneficiary
from beneficiaries.transitions import correct_identity
from remess.accounts.models import User
person, by = Beneficiary.objects.get(pk={pk}), User.objects.get(pk={by})
correct_identity(person, sex={sex!r}, by=by, reason="erreur de saisie")
print("corrected")
"""


def hold_the_counts():
    list(FunnelCount.objects.select_for_update().order_by("pk"))


def test_two_corrections_that_cross_do_not_wait_for_each_other():
    """One takes from the women's count and adds to the men's, the other the other way round."""
    woman = factories.make_beneficiary(sex="female")
    man = factories.make_beneficiary(sex="male", ocb=woman.ocb)
    by = factories.make_user()
    wanted = ((woman, "male"), (man, "female"))
    scripts = [CORRECT_SEX.format(pk=person.pk, by=by.pk, sex=sex) for person, sex in wanted]
    assert together(scripts, hold_the_counts) == ["corrected", "corrected"]
    assert counts.differences() == []
