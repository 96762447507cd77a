"""The same person moved twice at the same second, each in a real process: one move counts."""

import pytest

from beneficiaries import counts
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, StageEvent
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
