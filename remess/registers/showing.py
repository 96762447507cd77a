"""The lines of an import as a page shows them: a fixed number of queries for fifty of them.

Nobody is shown whom the user may not see.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from beneficiaries.models import Beneficiary
from remess.registers.deciding import CORRECTED, sheets_of
from remess.registers.faults import ERROR, NOTE
from remess.registers.field_labels import label_of
from remess.registers.matching import already_known
from remess.registers.models import CheckedLine, Decision, RowStatus, SetAside
from remess.shared.identifiers import display_phone

NOTHING = "–"
FILE_NUMBER = re.compile(r"\b[A-Z][A-Z0-9]{1,7}-[0-9]{5,9}\b")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# What names somebody else's file.
OF_ANOTHER = {"possible_duplicate", "duplicate_cin"}
# What is said of the person's path and sheet as the register holds them.
ON_THE_REGISTER = {"stage_order", "other_exit", "other_ocb", "for_the_team", CORRECTED}


@dataclass(frozen=True)
class Told:
    """One thing said of a row, the value received beside it."""

    label: str
    received: str
    text: str


@dataclass(frozen=True)
class Change:
    """One cell before → after; `is_accepted`: decided against a newer correction."""

    field: str
    label: str
    before: str
    after: str
    is_accepted: bool = False


@dataclass(frozen=True)
class Pair:
    """The row beside one of those it may be: `twin` (None: an earlier row of the file).

    `facts`: (label, received, stored). `key` names the twin to whoever decides; with `shares_cin`
    another person gets no sheet before one of the two numbers is corrected.
    """

    key: int | str
    twin: Beneficiary | None = None
    facts: tuple = ()
    decision: str = ""
    shares_cin: bool = False


@dataclass
class Shown:
    """One line: what there is to say and to decide of it."""

    row: int
    who: str
    status: str
    label: str
    line: Any
    person: Beneficiary | None = None
    problems: list[Told] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    asked: list[Change] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    decision: str = ""
    decision_label: str = ""


def shown(lines, user, batch):
    """The Shown of these CheckedLine or ImportLine of one import."""
    lines = list(lines)
    received = _received(lines, batch)
    pks = {pk for line in lines for pk in [_person_pk(line), *_twin_pks(line, received)] if pk}
    named = {number for line in lines for m in line.messages for number in _numbers_in(m)}
    visible = Beneficiary.objects.visible_to(user).select_related("ocb")
    seen = {person.pk: person for person in visible.filter(Q(pk__in=pks) | _numbered(named))}
    asides = SetAside.objects.filter(digest__in=[line.digest for line in lines if line.digest])
    asides = {aside.digest: aside for aside in asides}
    hidden = set() if user.has_perm("beneficiaries.view_all") else named
    hidden = hidden - {person.file_number for person in seen.values()}
    return [_one(line, received.get(line.row), seen, hidden, asides) for line in lines]


def _numbers_in(message):
    """The file numbers of those that a message says the row may be."""
    return FILE_NUMBER.findall(message["text"]) if message["code"] in OF_ANOTHER else ()


def _numbered(numbers):
    """The condition for the people of these file numbers."""
    found = Q(pk__in=[])
    for region, _dash, number in (each.rpartition("-") for each in sorted(numbers)):
        found |= Q(file_region=region, file_no=int(number))
    return found


def _received(lines, batch):
    """{row: its CheckedLine}: a stored line keeps nobody's cells."""
    if lines and isinstance(lines[0], CheckedLine):
        return {line.row: line for line in lines}
    rows = [line.row for line in lines]
    return {line.row: line for line in batch.checked_lines.filter(row__in=rows)}


def _person_pk(line):
    return line.person_id if isinstance(line, CheckedLine) else line.beneficiary_id


def _twin_pks(line, received):
    alike = received[line.row].alike if line.row in received else ()
    return [key for key in alike if isinstance(key, int)]


def _one(line, checked, people, hidden, asides):
    person = people.get(_person_pk(line))
    is_hidden = person is None and _person_pk(line) is not None
    cells = checked.cells if checked else {}
    one = Shown(
        row=line.row,
        who=str(person or (checked.who if checked else "")),
        status=str(line.status),
        label=RowStatus(line.status).label,
        line=line,
        person=person,
    )
    for message in line.messages:
        text = _text_of(message, hidden, is_hidden)
        told = Told(label_of(message["field"]), cells.get(message["field"], ""), text)
        if message["code"] == CORRECTED and checked and person:
            one.asked.append(_asked(message["field"], person, checked))
        elif message["level"] == NOTE:
            one.notes.append(told)
        elif message["level"] == ERROR or line.status == RowStatus.POSSIBLE_DUPLICATE:
            one.problems.append(told)
    if not is_hidden:
        one.changes = [
            Change(name, label_of(name), display(name, before), display(name, after))
            for name, (before, after) in line.changes.items()
        ]
    if line.status == RowStatus.POSSIBLE_DUPLICATE and checked:
        _set_pairs(one, checked, people, asides.get(checked.digest))
    return one


def _text_of(message, hidden, is_hidden):
    """What was said, unless it tells of somebody whom the user may not see, or no longer."""
    if set(_numbers_in(message)) & hidden or (is_hidden and message["code"] in ON_THE_REGISTER):
        return already_known()
    return message["text"]


def _asked(name, person, checked):
    return Change(
        name,
        label_of(name),
        display(name, getattr(person, name, None)),
        checked.cells.get(name, NOTHING),
        name in checked.accepted,
    )


def _set_pairs(one, checked, people, aside):
    """The row beside each it may be, but for those the user may not see."""
    keys = [key for key in checked.alike if isinstance(key, str) or key in people]
    for key in keys:
        twin = people.get(key)
        facts = _facts(checked.cells, twin) if twin else ()
        one.pairs.append(Pair(key, twin, facts, _decision_on(key, aside, twin)))
    one.decision = aside.decision if aside else ""
    one.decision_label = Decision(one.decision).label if one.decision else ""


def shown_aside(aside, user):
    """[Pair] of a row that waits on the list, with all it may be that `user` sees."""
    people = sheets_of(aside.alike, user)
    cells = {name: display(name, value) for name, value in aside.cells.items()}
    return [
        Pair(
            key,
            twin,
            _facts(cells, twin) if twin else (),
            _decision_on(key, aside, twin),
            bool(twin and twin.cin and twin.cin == aside.cells.get("cin")),
        )
        for key in aside.alike
        if (twin := people.get(key)) or isinstance(key, str)
    ]


def _decision_on(key, aside, twin):
    if aside is None:
        return ""
    if aside.decision == Decision.SAME and twin and aside.resembles_id == twin.pk:
        return str(Decision.SAME)
    return str(Decision.DIFFERENT) if key in aside.apart else ""


def _facts(cells, twin):
    return tuple(
        (label_of(name), cells.get(name, NOTHING), display(name, value))
        for name in ("birth_date", "cin", "phone", "sex", "commune", "ocb", "project")
        if (value := getattr(twin, name)) or cells.get(name)
    )


def display(name, value):
    """A stored value as a person reads it."""
    if value in (None, ""):
        return NOTHING
    if name.endswith("_on") or name == "birth_date":
        if isinstance(value, str) and not ISO_DAY.fullmatch(value):
            return value  # as it stood in the file
        day = date.fromisoformat(value) if isinstance(value, str) else value
        return day.strftime("%d/%m/%Y")
    if name == "phone":
        return display_phone(value)
    choices = dict(CHOICES.get(name, ()))
    return str(choices.get(value, value))


CHOICES = {
    name: Beneficiary._meta.get_field(name).flatchoices
    for name in ("sex", "education", "activity_before", "sector")
}
