"""The counts after everything that may happen to a register, in any order."""

import random
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from beneficiaries import counts
from beneficiaries.models import Beneficiary, FunnelLedger, Merge, StageEvent
from beneficiaries.transitions import TransitionRefused, merge, unmerge
from remess.registers import wizard
from remess.registers.models import Import
from tests.histories import FIRST_MOMENT, LAST_DAY, make_world, one_move
from tests.registers.registers import a_row, bring_all

pytestmark = pytest.mark.django_db
SPAN = (LAST_DAY - FIRST_MOMENT.date()).days * 24 * 60 * 2
SHARES = {"move": 86, "merge": 4, "unmerge": 3, "import": 4, "again": 2, "undo": 1}
SPELLINGS = {"female": "F", "male": "M"}


class Life:
    """A register that lives through random operations, and which of them it accepted."""

    def __init__(self, seed, people):
        self.rng = random.Random(seed)
        self.world = make_world(self.rng, people)
        self.enterprises, self.files, self.accepted = [], [], Counter()

    def operate(self, day):
        (name,) = self.rng.choices(list(SHARES), SHARES.values())
        try:
            if getattr(self, f"do_{name}")(day) is not False:
                self.accepted[name] += 1
        except TransitionRefused:
            self.accepted["refused"] += 1

    def do_move(self, day):
        one_move(self.rng, self.world, day, self.enterprises)

    def do_merge(self, day):
        one, two = self.rng.sample(self.world.people, 2)
        merge(one, two, by=self.world.by, reason="même personne", choices=self.some_choices())

    def some_choices(self):
        return self.rng.sample(["sex", "ocb"], self.rng.randrange(3))

    def do_unmerge(self, day):
        standing = list(Merge.objects.standing().order_by("pk"))
        if not standing:
            return False
        unmerge(self.rng.choice(standing), by=self.world.by, reason="deux personnes")

    def do_import(self, day):
        """A few new people with a path of any length; they take part in what comes after."""
        rows = [self.new_row(day) for _ in range(self.rng.randrange(1, 4))]
        self.files.append(rows)
        outcome = bring_all(*rows, user=self.world.by)
        lines = outcome.batch.lines.filter(beneficiary__isnull=False)
        known = {person.pk for person in self.world.people}
        new = set(lines.values_list("beneficiary", flat=True)) - known
        self.world.people += Beneficiary.objects.filter(pk__in=new).order_by("pk")
        return bool(new)

    def do_again(self, day):
        """An earlier file again, with other days, another sex, a stage more."""
        if not self.files:
            return False
        rows = [self.changed(row, day) for row in self.rng.choice(self.files)]
        outcome = bring_all(*rows, user=self.world.by)
        return bool(outcome.tally["updated"])

    def do_undo(self, day):
        done = list(Import.objects.filter(state=Import.State.DONE).order_by("pk"))
        if not done:
            return False
        batch = self.rng.choice(done)
        wizard.undo(batch, by=self.world.by, reason="mauvais fichier")
        batch.refresh_from_db()
        assert batch.state == Import.State.UNDONE
        return batch.lines.filter(undone_at__isnull=False).exists()

    def new_row(self, day):
        number = self.rng.randrange(10**8)
        days = self.path(day)
        return a_row(
            family_name=f"Famille {number}",
            sex=SPELLINGS[self.rng.choice(["female", "male"])],
            birth_date=date(1991, 1, 1) + timedelta(days=number % 900),
            cin=f"UA{number}",
            phone=f"06{number:08d}",
            ocb=self.rng.choice(self.world.ocbs).code,
            **days,
            **({"legal_form": "TPE", "identifier": f"RC {number}"} if "created_on" in days else {}),
        )

    def path(self, day):
        names = ["identified_on", "selected_on", "trained_on", "created_on"]
        told = names[: self.rng.randrange(1, len(names) + 1)]
        first = day - timedelta(days=self.rng.randrange(150))
        return {name: first + timedelta(days=10 * at) for at, name in enumerate(told)}

    def changed(self, row, day):
        """The row of an earlier file as somebody typed it anew; identified by its CIN."""
        shift = timedelta(days=self.rng.randrange(-20, 1))
        days = {name: value + shift for name, value in row.items() if name.endswith("_on")}
        return {**row, **days, "sex": SPELLINGS[self.rng.choice(["female", "male"])]}


def live_through(seed, operations, people):
    """The Life after so many operations, each at its own moment of three and a half years."""
    life, moment = Life(seed, people), FIRST_MOMENT + timedelta(days=200)
    step = (SPAN - 200 * 24 * 60 * 2) // operations
    for _ in range(operations):
        moment += timedelta(seconds=30 * life.rng.randrange(1, 2 * step))
        with time_machine.travel(moment, tick=False):
            life.operate(moment.date())
    return life


@pytest.mark.parametrize(
    ("operations", "people"), [(300, 15), pytest.param(10_000, 250, marks=pytest.mark.slow)]
)
def test_counts_equal_the_events_whatever_happens_to_the_register(operations, people):
    life = live_through(operations, operations, people)
    assert set(SHARES) <= set(life.accepted), life.accepted
    assert StageEvent.objects.filter(voided_on__isnull=False).exists()
    assert counts.differences() == []
    call_command("verify_counts", stdout=StringIO())
    # The check can fail: one count too many is found.
    row = FunnelLedger.objects.order_by("pk").first()
    FunnelLedger.objects.filter(pk=row.pk).update(n=row.n + 1)
    assert len(counts.differences()) == 1
