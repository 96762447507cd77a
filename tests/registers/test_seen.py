"""What is remembered of earlier rows, and forgotten when a batch is taken anew."""

from datetime import date

from beneficiaries.models import Reason
from remess.registers.checking import CheckedRow, identity_of
from remess.registers.seen import Seen

ADA = {"family_name": "العلوي", "given_name": "Ada", "birth_date": date(1990, 4, 6)}


def a_row(number, **told):
    row = CheckedRow(number, values={**ADA, **told}, digest=f"{number % 3:032x}")
    row.identity = identity_of(row.values)
    return row


def told_of(seen):
    return {
        "first": seen.first(("cin", "UA1")),
        "times": seen.times(f"{0:032x}"),
        "alike": [(reason, each.row) for reason, each in seen.like(identity_of(ADA))],
    }


def test_a_batch_taken_anew_forgets_its_rows_and_no_others():
    seen = Seen()
    states = [told_of(seen)]
    for numbers in ([3], [6], [9, 12]):
        for _attempt in range(2):
            seen.mark()
            for number in numbers:
                seen.add(a_row(number))
            seen.add(a_row(number + 100, cin=f"UA{number - 2}"))
            after = told_of(seen)
            seen.go_back()
            assert told_of(seen) == states[-1]
        for number in numbers:
            seen.add(a_row(number))
        seen.add(a_row(number + 100, cin=f"UA{number - 2}"))
        assert told_of(seen) == after
        seen.mark()
        states.append(after)
    assert states[-1] == {
        "first": 103,
        "times": 4,
        "alike": [(Reason.BIRTH, row) for row in (3, 103, 6, 106, 9, 12, 112)],
    }


def test_an_earlier_row_is_remembered_as_it_named_the_person():
    seen = Seen()
    seen.add(a_row(7, cin="UA1", sex="female"))
    ((_reason, entry),) = seen.like(identity_of(ADA))
    assert (entry.row, entry.digest, entry.cin) == (7, f"{1:032x}", "UA1")
    assert (entry.family_name, entry.given_name) == ("العلوي", "Ada")
    assert seen.times(entry.digest) == 0  # its identifier tells it from all others
