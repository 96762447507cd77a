"""PartCount and PartLedger: what the stages alone do not tell, counted with every write.

Persons by the legal form of what they created, enterprises by theirs, and who left and is still
away. One membership more can change another member's figure: what a write touches is counted
before and after it, over its whole history, and the difference is added.
"""

from collections import Counter
from contextlib import contextmanager
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Q

from beneficiaries.counts.closings import Closing
from beneficiaries.counts.tables import Tables, at_once, hold_enterprises
from beneficiaries.funnel import Stage
from beneficiaries.models.counts import PART_KEY, Measure, PartClosing, PartCount, PartLedger
from beneficiaries.models.enterprise import Enterprise, EnterpriseMember
from beneficiaries.models.history import Exit, StageEvent
from beneficiaries.models.person import Beneficiary
from remess.shared.dates import month_of

TABLES = Tables(PartCount, PartLedger, PART_KEY, (Closing(PartClosing, PART_KEY),))
UNKNOWN_FORM = "unknown"
CHUNK = 5000

MEMBER = ("pk", "enterprise", "legal_form", "event", "recorded_at", "recorded_on", "voided_on")
CREATED = ("pk", "beneficiary", "occurred_on", "region", "ocb", "recorded_on", "voided_on")
LEFT = (
    "left_on", "region", "ocb", "stage", "reason", "recorded_on", "voided_on",
    "returned_recorded_on",
)  # fmt: skip


class Pair(NamedTuple):
    """A creation beside one membership of the same person; `member` None where there is none."""

    created: int
    person: int
    occurred_on: date
    region: int
    ocb: int
    recorded_on: date
    voided_on: date | None
    member: int | None
    enterprise: int | None
    form: str | None
    event: int | None
    joined_at: datetime | None
    joined_on: date | None
    left_on: date | None

    @property
    def place(self):
        return month_of(self.occurred_on), self.region, self.ocb

    def is_created_by(self, day):
        return _holds(self.recorded_on, self.voided_on, day)

    def is_member_on(self, day):
        return self.member is not None and _holds(self.joined_on, self.left_on, day)

    def days(self):
        days = (self.recorded_on, self.voided_on, self.joined_on, self.left_on)
        return [day for day in days if day]


@contextmanager
def following(people, *, joining=(), with_enterprises=True):
    """Count again what changes within about `people` (pks), in the transaction that writes it.

    All that is added within is written at once. Locks the enterprises they are or were members of
    and those they are `joining` (pks), then the people: what stood before is read once nobody else
    may change it. `with_enterprises` False where only exits are written, of people locked already.
    """
    people = set(people)
    if people and with_enterprises:
        lock_enterprises_of(people, joining)
        lock_people(people)
    with at_once():
        before = Touched(people, with_enterprises) if people else None
        yield
        if before:
            TABLES.add(Touched(people, with_enterprises).entries_since(before))


def lock_enterprises_of(people, joining=()):
    """Lock what `people` (pks) are or were members of, before these people are locked.

    One writer at a time: one who waited for the people may find them members of others since.
    """
    hold_enterprises()
    members = EnterpriseMember.objects.filter(beneficiary__in=people)
    theirs = Q(pk__in=members.values("enterprise")) | Q(pk__in=joining)
    list(Enterprise.objects.select_for_update(no_key=True).filter(theirs).order_by("pk"))


def lock_people(people):
    """Lock `people` (pks) by pk, before any of them is moved."""
    rows = Beneficiary.objects.select_for_update(no_key=True).filter(pk__in=people)
    list(rows.order_by("pk").values_list("pk"))


class Touched:
    """What stands in the rows about `people`, and about the enterprises they are members of."""

    def __init__(self, people, with_enterprises):
        self.people = people
        self.exits = list(_exits(people))
        self.of_persons = list(_person_pairs(people)) if with_enterprises else []
        self.of_enterprises = []
        # Asked by their ids: a database without fresh statistics would join whole tables.
        if with_enterprises and (enterprises := _enterprises_of(people)):
            self.of_enterprises = list(_enterprise_pairs(enterprises))

    def entries(self):
        return _entries(self.exits, self.of_persons, self.of_enterprises)

    def entries_since(self, before):
        """What changed since `before`, the same people's Touched: {(day, *PART_KEY): n}."""
        entries = self.entries()
        entries.subtract(before.entries())
        entries.subtract(self.of_others(except_in=before))
        return entries

    def of_others(self, except_in):
        """What enterprises joined meanwhile counted by their other members, before."""
        known = {pair.enterprise for pair in except_in.of_enterprises}
        return _enterprise_entries(
            pair
            for pair in self.of_enterprises
            if pair.enterprise not in known and pair.person not in self.people
        )


def all_entries():
    """{(day, *key): n}: what the ledger holds, by the exits, creations and memberships."""
    return _entries(_exits(), _person_pairs(), _enterprise_pairs())


def _entries(exits, of_persons, of_enterprises):
    """{(day, *PART_KEY): n}; Counter.update keeps what is below zero, `+` would not."""
    found = _left_entries(exits)
    found.update(_person_entries(of_persons))
    found.update(_enterprise_entries(of_enterprises))
    return found


def _exits(people=None):
    rows = Exit.objects.order_by("pk")
    if people is not None:
        rows = rows.filter(beneficiary__in=people)
    return rows.values_list(*LEFT).iterator(CHUNK)


def _person_pairs(people=None):
    """A Pair for each creation and membership of a person, by person."""
    rows = StageEvent.objects.filter(stage=Stage.CREATED)
    if people is not None:
        rows = rows.filter(beneficiary__in=people)
    members = [f"beneficiary__memberships__{name}" for name in MEMBER]
    found = rows.order_by("beneficiary", "pk").values_list(*CREATED, *members)
    return (Pair(*row) for row in found.iterator(CHUNK))


def _enterprise_pairs(enterprises=None):
    """A Pair for each membership and creation of its person, by enterprise.

    With `enterprises` (pks), of these alone.
    """
    rows = EnterpriseMember.objects.filter(beneficiary__events__stage=Stage.CREATED)
    if enterprises is not None:
        rows = rows.filter(enterprise__in=enterprises)
    created = [f"beneficiary__events__{name}" for name in CREATED]
    found = rows.order_by("enterprise", "pk").values_list(*created, *MEMBER)
    return (Pair(*row) for row in found.iterator(CHUNK))


def _enterprises_of(people):
    """The pks of the enterprises that `people` are or were members of."""
    members = EnterpriseMember.objects.filter(beneficiary__in=people)
    return set(members.values_list("enterprise", flat=True))


def _left_entries(exits):
    """Who is away from the day the register learns it to that of a return or of its voiding."""
    found = Counter()
    for left_on, region, ocb, stage, reason, recorded_on, voided_on, returned_on in exits:
        key = (month_of(left_on), region, ocb, Measure.AWAY.value, f"{stage}:{reason}")
        until = min((day for day in (voided_on, returned_on) if day), default=None)
        if until is None or until > recorded_on:
            found[recorded_on, *key] += 1
            if until:
                found[until, *key] -= 1
    return found


def _person_entries(pairs):
    """Each creation under the enterprise that proved it, else the first known of the person."""
    found = Counter()
    for _person, own in groupby(pairs, attrgetter("person")):
        found.update(_over_days(list(own), _forms_of_person))
    return found


def _enterprise_entries(pairs):
    """Each enterprise under its members' earliest creation known (ties by id)."""
    found = Counter()
    for _enterprise, own in groupby(pairs, attrgetter("enterprise")):
        found.update(_over_days(list(own), _origin_of_enterprise))
    return found


def _over_days(pairs, count):
    """{(day, *key): n}: how `count(pairs, day)`, a Counter by key, changes from day to day."""
    found, before = Counter(), Counter()
    for day in sorted({day for pair in pairs for day in pair.days()}):
        now = count(pairs, day)
        for key in now.keys() | before.keys():
            if change := now[key] - before[key]:
                found[day, *key] = change
        before = now
    return found


def _forms_of_person(pairs, day):
    known = [pair for pair in pairs if pair.is_member_on(day)]
    first = min(known, key=_by_proof, default=None)
    form = (first and first.form) or UNKNOWN_FORM
    events = {pair.created: pair for pair in pairs if pair.is_created_by(day)}
    return Counter((*pair.place, Measure.PERSONS.value, form) for pair in events.values())


def _by_proof(pair):
    return (pair.event is None, pair.event or 0, pair.joined_at, pair.member)


def _origin_of_enterprise(pairs, day):
    known = [pair for pair in pairs if pair.is_created_by(day) and pair.is_member_on(day)]
    if not known:
        return Counter()
    first = min(known, key=lambda pair: (pair.occurred_on, pair.created))
    return Counter([(*first.place, Measure.ENTERPRISES.value, first.form or UNKNOWN_FORM)])


def _holds(recorded_on, voided_on, day):
    """Whether a row recorded and perhaps voided on these days stands at the end of `day`."""
    return recorded_on <= day and (voided_on is None or voided_on > day)
