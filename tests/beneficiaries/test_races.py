"""The same person moved twice at the same second, each in a real process: one move counts."""

import pytest

from beneficiaries import counts
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Enterprise, Merge, StageEvent
from beneficiaries.transitions import merge
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
