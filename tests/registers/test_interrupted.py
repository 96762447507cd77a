"""An import that stops half way is begun again: nothing lost, nothing doubled."""

import pytest

from beneficiaries.counts import differences
from beneficiaries.models import Beneficiary, StageEvent
from remess.registers import importing
from remess.registers.importing import Options, bring_in
from remess.registers.models import ImportLine
from remess.registers.reading import Cell
from tests.registers.registers import a_network, a_row, a_sheet, bring, status_of

pytestmark = pytest.mark.django_db


class Killed(Exception):
    pass


def until(rows, last):
    """The rows as far as `last`, then the end of everything."""
    for row, cells in rows:
        if row > last:
            raise Killed
        yield row, cells


@pytest.fixture
def people(monkeypatch):
    a_network()
    monkeypatch.setattr(importing, "BATCH", 2)
    return [a_row(family_name=f"Famille {n}", cin=f"UA{n}00", phone=None) for n in range(1, 8)]


@pytest.mark.parametrize("last", range(1, 8))
def test_what_was_stored_is_whole_and_the_rest_follows(people, last):
    register, rows = a_sheet(*people)
    with pytest.raises(Killed):
        bring_in(register, dict(enumerate(register.headings)), until(rows, last), Options())
    stored = Beneficiary.objects.count()
    assert stored % 2 == 0
    assert StageEvent.objects.count() == ImportLine.objects.count() == stored
    assert differences() == []
    again = [status_of(result) for result in bring(*people)]
    assert again == ["unchanged"] * stored + ["created"] * (7 - stored)
    assert Beneficiary.objects.count() == 7


def test_rows_that_the_door_refuses_one_by_one_are_all_told(people, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 500)
    monkeypatch.setattr(importing, "judge", lambda row, path, brackets: None)
    for person in people[:5]:
        person |= {"exit_on": "01/01/2015", "exit_reason": "Abandon"}
    results = bring(*people)
    assert [status_of(result) for result in results] == ["error"] * 5 + ["created"] * 2
    assert Beneficiary.objects.count() == ImportLine.objects.standing().count() == 2


def test_a_refusal_of_the_door_keeps_the_rest_of_its_batch(people, monkeypatch):
    """What the checks let through and the door refuses is an error of its row alone."""
    monkeypatch.setattr(importing, "judge", lambda row, path, brackets: None)
    people[2]["birth_date"] = Cell("06/04/1980")
    results = bring(*people)
    assert [status_of(result) for result in results].count("created") == 6
    assert status_of(results[2]) == "error"
    assert Beneficiary.objects.count() == 6
