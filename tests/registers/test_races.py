"""An import and its undoing beside somebody at work on the same people, each in a real process."""

from datetime import date

import pytest

from beneficiaries import counts
from beneficiaries.counts import lock_enterprises_of
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Enterprise, PossibleDuplicate
from beneficiaries.transitions import advance, correct_date, save_sheet, void
from remess.accounts.models import User
from remess.registers.deciding import decide
from remess.registers.importing import SYSTEM
from remess.registers.models import CheckedLine, ImportLine, SetAside
from tests import factories
from tests.race import hold, together
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
        correct_date(people[1].events.get(), on=date(2015, 3, 2), by=by, reason="erreur")

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


def test_an_import_waits_for_enterprises_without_members_before_it_holds_its_people(people):
    """The second person's creation was voided; the first is told to have created under its number.

    Who has to do with both takes the turn to touch enterprises, then waits for the people.
    """
    by = factories.make_user()
    created = {**CREATED, "legal_form": "SARL", "identifier": "RC 12"}
    assert status_of(bring(another_row(**created))[0]) == "updated"
    void(people[1].events.get(stage=Stage.CREATED), by=by, reason="erreur")
    script = IMPORT.format(rows=[a_row(phone="0650743783", **created)])

    def take_turn():
        lock_enterprises_of([people[1].pk])

    assert together([script], take_turn, then=hold(Beneficiary)) == ["updated"]
    assert Enterprise.objects.count() == 1
    assert counts.differences() == []


def test_an_import_is_taken_back_while_a_sheet_that_looks_like_one_of_its_own_is_saved(people):
    """The one who saves has added to the count, and names the person whose sheet is withdrawn."""
    by, line = factories.make_user(), ImportLine.objects.earliest("pk")
    known = line.beneficiary
    facts = ("family_name", "given_name", "birth_date", "sex", "ocb", "sheet_on", "consent_on")
    twin = factories.unsaved_sheet(by=by, **{name: getattr(known, name) for name in facts})
    script = TAKE_BACK.format(line=line.pk, by=by.pk)
    assert together([script], lambda: save_sheet(twin, by=by)) == ["taken back"]
    assert PossibleDuplicate.objects.count() == 1
    known.refresh_from_db()
    assert known.withdrawn_at
    assert counts.differences() == []


def test_a_row_is_decided_while_an_import_changes_the_sheet_it_resembles(people):
    """The import has the sheet and waits for the row; who decides has the row, naming the sheet."""
    by, namesake = factories.make_user(), a_row(cin=None, phone="0650743789")
    assert status_of(bring(namesake)[0]) == "possible_duplicate"
    aside = SetAside.objects.get()
    facts = {name: getattr(aside, name) for name in ("digest", "alike", "cells", "resembles")}
    line = CheckedLine(status="possible_duplicate", **facts)
    aside.delete()  # as on the page of an import checked and not confirmed yet
    script = IMPORT.format(rows=[a_row(phone="0650743783"), namesake])
    answers = together([script], lambda: decide(line, "different", by=by))
    assert answers[0].split()[0] == "updated"
    assert SetAside.objects.get().decided_by == by


def test_an_import_corrects_a_day_whose_passage_is_voided_meanwhile(people):
    """The batch is taken anew, beside what stands then."""
    by = factories.make_user()
    script = IMPORT.format(rows=[a_row(identified_on="19/02/2015")])

    def take_back():
        void(people[0].events.get(), by=by, reason="erreur")

    assert together([script], take_back) == ["updated"]
    assert people[0].events.unvoided().get().occurred_on == date(2015, 2, 19)
    assert counts.differences() == []
