"""The bridge between two states: its steps add up to the difference, each with its cause."""

import random
from datetime import date, timedelta

import pytest

from beneficiaries.funnel import Stage
from reporting.bridge import Counted, bridge
from reporting.indicators import CODES, totals
from reporting.scope import Scope
from tests.histories import LAST_DAY, live
from tests.reporting.test_parity import random_scope, some_day

pytestmark = pytest.mark.django_db


def two_scopes(rng):
    """Two scopes over the same places, the second known on the same day or later."""
    before, after = random_scope(rng), random_scope(rng)
    first, second = sorted((before.as_of, after.as_of))
    places = {"region_ids": before.region_ids, "ocb_ids": before.ocb_ids}
    return (
        Scope(first, before.start, before.end, **places),
        Scope(second, after.start, after.end, **places),
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_steps_add_up_to_the_difference_whatever_the_history(seed):
    live(seed, size=14, moves=160)
    rng = random.Random(seed)
    causes = set()
    for _ in range(25):
        before, after = two_scopes(rng)
        for code in CODES:
            found = bridge(before, after, code)
            assert found.before == totals(before)[code]
            assert found.after == totals(after)[code]
            assert found.before + sum(step.change for step in found.steps) == found.after
            assert sum(n - m for _cause, n, m in found.parts) == found.after - found.before
            causes |= {step.cause for step in found.steps}
        for stage in Stage:
            found = bridge(before, after, stage, Counted.STAYING)
            assert found.before + sum(step.change for step in found.steps) == found.after, (
                before,
                after,
                stage,
            )
            causes |= {step.cause for step in found.steps}
    assert len(causes) >= 6
