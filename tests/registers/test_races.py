"""An import and its undoing beside somebody at work on the same people, each in a real process."""

from datetime import date

import pytest

from beneficiaries import counts
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Enterprise, Sex
from beneficiaries.transitions import advance, correct_identity
from remess.accounts.models import User
from remess.registers.importing import SYSTEM
from remess.registers.models import ImportLine
from tests import factories
from tests.race import together
from tests.registers.registers import a_network, a_row, another_row, bring, status_of

pytestmark = pytest.mark.django_db(transaction=True)
IMPORT = """
from tests.registers.registers import bring, status_of
print(*[status_of(result) for result in bring(*{rows})])
"""
TAKE_BACK = """
from remess.accounts.models import User
from remess.registers.undoing import take_line_back
take_line_back({line}, by=User.objects.get(pk={by}))
print("taken back")
"""
CREATED = {
    "selected_on": "10/03/2015",
    "trained_on": "10/04/2015",
    "created_on": "10/05/2015",
    "legal_form": "Coopérative",
    "identifier": "12/2015",
}


def hold(model, **which):
    return lambda: list(model.objects.select_for_update().filter(**which).order_by("pk"))


@pytest.fixture
def people():
    a_network()
    # What a test before this one left: an empty database, without the account of the migrations.
    User.objects.filter(username=SYSTEM).exists() or factories.make_user(username=SYSTEM)
    bring(a_row(), another_row())
    return list(Beneficiary.objects.order_by("pk"))


def test_an_import_does_not_keep_those_it_waits_for_from_recording_a_passage(people):
    """Who records one holds the person, and the passage names the region that imports lock."""
    by, on = factories.make_user(), date(2015, 4, 1)

    def go_on():
        advance(people[0], Stage.SELECTED, on=on, by=by, evidence=factories.paper(on))

    script = IMPORT.format(rows=[a_row(phone="0650743783"), another_row()])
    assert together([script], hold(Beneficiary, pk=people[0].pk), then=go_on) == [
        "updated unchanged"
    ]
    assert counts.differences() == []


def test_an_import_holds_all_its_people_before_it_touches_a_count(people):
    """Who records a passage holds the person, then the count that a correction touched too."""
    by = factories.make_user()

    def go_on():
        correct_identity(people[1], sex=Sex.MALE, by=by, reason="erreur")

    rows = [a_row(sex="F"), another_row(phone="0649115720")]
    script = IMPORT.format(rows=rows)
    answers = together([script], hold(Beneficiary, pk=people[1].pk), then=go_on)
    assert answers == ["updated updated"]
    assert counts.differences() == []


def test_an_import_taken_back_waits_for_the_enterprises_before_it_holds_the_person(people):
    by = factories.make_user()
    assert status_of(bring(a_row(**CREATED))[0]) == "updated"
    line = ImportLine.objects.latest("pk")
    script = TAKE_BACK.format(line=line.pk, by=by.pk)
    assert together([script], hold(Enterprise), then=hold(Beneficiary)) == ["taken back"]
    assert not Enterprise.objects.counted().exists()
    assert counts.differences() == []


def test_an_import_waits_for_the_enterprises_of_its_people_before_it_holds_them(people):
    bring(a_row(**CREATED), another_row(**CREATED))
    rows = [a_row(phone="0650743783", **CREATED), another_row(sex="H", **CREATED)]
    script = IMPORT.format(rows=rows)
    assert together([script], hold(Enterprise), then=hold(Beneficiary)) == ["updated updated"]
    assert counts.differences() == []
