"""Two people at the same second, each in a real process: one lock decides, nobody is misled."""

import pytest

from beneficiaries import counts
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, StageEvent
from beneficiaries.transitions import merge
from bootcamps.models import Bootcamp
from bootcamps.transitions import Mark, save_participations
from tests import factories
from tests.race import hold, together

pytestmark = pytest.mark.django_db(transaction=True)

ENROL = """
from beneficiaries.models import Beneficiary
from beneficiaries.transitions import TransitionRefused
from bootcamps.models import Bootcamp
from bootcamps.transitions import enrol
try:
    enrolled = enrol(Bootcamp.objects.get(), [Beneficiary.objects.get(pk={pk})])
except TransitionRefused as refusal:
    print(refusal)
else:
    print("place" if enrolled.placed else "waits")
"""
SIGN = """
from beneficiaries.transitions import TransitionRefused
from bootcamps.models import Bootcamp
from bootcamps.transitions import sign_minutes
from remess.accounts.models import User
try:
    sign_minutes(Bootcamp.objects.get(), by=User.objects.get(pk={pk}), signatory="{name}")
except TransitionRefused as refusal:
    print(refusal)
else:
    print("signed")
"""


def hold_the_bootcamp():
    Bootcamp.objects.select_for_update().get()


def test_the_last_place_goes_to_one_and_the_other_is_told_to_wait():
    people = [factories.make_beneficiary() for _ in range(2)]
    bootcamp = factories.make_bootcamp(region=people[0].ocb.region, capacity=1)
    answers = together([ENROL.format(pk=person.pk) for person in people], hold_the_bootcamp)
    assert sorted(answers) == ["place", "waits"]
    assert bootcamp.participations.placed().count() == 1
    assert bootcamp.participations.queue().count() == 1


def test_minutes_signed_twice_at_once_bear_one_signature():
    person = factories.make_beneficiary()
    bootcamp = factories.make_bootcamp(participants=[person])
    bootcamp.participations.update(attended=True, decision="retained")
    scripts = [SIGN.format(pk=factories.make_user().pk, name=name) for name in ("A. B.", "C. D.")]
    answers = together(scripts, hold_the_bootcamp)
    assert sorted(answers) == ["Le procès-verbal est signé : la liste est figée.", "signed"]
    bootcamp.refresh_from_db()
    assert bootcamp.signatory == ("A. B.", "C. D.")[answers.index("signed")]
    assert StageEvent.objects.filter(stage=Stage.SELECTED).count() == 1


def test_a_sheet_absorbed_while_it_is_put_on_a_list_is_refused_not_lost():
    kept, absorbed = factories.make_beneficiary(), factories.make_beneficiary()
    bootcamp = factories.make_bootcamp(region=absorbed.ocb.region)
    by = factories.make_user()
    answers = together(
        [ENROL.format(pk=absorbed.pk)],
        lambda: merge(kept, absorbed, by=by, reason="même personne"),
    )
    assert "ne peuvent être inscrits" in answers[0]
    assert not bootcamp.participations.exists()


SIGN_ONE = SIGN.replace("Bootcamp.objects.get()", "Bootcamp.objects.get(code='{code}')")


def test_two_bootcamps_that_retained_the_same_people_are_signed_at_once():
    """Each holds its bootcamp, then its people by pk: one waits, and then may name who is why."""
    people = [factories.make_beneficiary() for _ in range(2)]
    by = factories.make_user()
    scripts = []
    for code, participants in (("B-1", people), ("B-2", people[::-1])):
        bootcamp = factories.make_bootcamp(code=code, participants=participants)
        bootcamp.participations.update(attended=True, decision="retained")
        scripts.append(SIGN_ONE.format(pk=by.pk, name="A. B.", code=code))
    answers = together(scripts, hold(Beneficiary, pk=people[1].pk))
    refused = [answer for answer in answers if answer != "signed"]
    assert len(refused) <= 1
    assert all(str(person) in sentence for person in people for sentence in refused)
    assert StageEvent.objects.filter(stage=Stage.SELECTED).count() == 2
    assert counts.differences() == []


def test_minutes_whose_last_place_is_taken_back_meanwhile_are_not_signed():
    """Taking an import back holds its people, then empties their places in open minutes."""
    person = factories.make_beneficiary()
    bootcamp = factories.make_bootcamp(participants=[person])
    bootcamp.participations.update(attended=True, decision="retained")
    script = SIGN.format(pk=factories.make_user().pk, name="A. B.")
    take_back = bootcamp.participations.all().delete
    answers = together([script], hold(Beneficiary, pk=person.pk), then=take_back)
    assert answers == ["Aucun jeune n'est inscrit."]


MERGE = """
from beneficiaries.models import Beneficiary
from beneficiaries.transitions import merge
from remess.accounts.models import User
kept, absorbed = (Beneficiary.objects.get(pk=pk) for pk in {pair})
merge(kept, absorbed, by=User.objects.get(pk={by}), reason="même personne")
print("merged")
"""


def test_two_sheets_on_one_list_are_merged_while_the_jury_fills_it_in():
    """Filling the list in takes its rows in its own order: the merge waits for the list first."""
    absorbed, kept = (factories.make_beneficiary() for _ in range(2))
    bootcamp = factories.make_bootcamp(participants=[absorbed, kept])
    first, second = bootcamp.participations.order_by("pk")
    first.attended, first.decision = True, "retained"
    first.save()

    def mark_first():
        save_participations(bootcamp, {first.pk: Mark(True, decision="retained")})

    def mark_second():
        save_participations(bootcamp, {second.pk: Mark(False)})

    script = MERGE.format(pair=[kept.pk, absorbed.pk], by=factories.make_user().pk)
    assert together([script], mark_first, then=mark_second) == ["merged"]
    row = bootcamp.participations.get()
    assert (row.beneficiary, row.attended) == (kept, True)
