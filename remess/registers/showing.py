"""The lines of an import as a page shows them: a fixed number of queries for fifty of them.

Nobody is shown whom the user may not see.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from beneficiaries.models import Beneficiary
from remess.registers.deciding import CORRECTED
from remess.registers.faults import ERROR, NOTE
from remess.registers.field_labels import label_of
from remess.registers.models import CheckedLine, Decision, RowStatus, SetAside
from remess.shared.identifiers import display_phone

NOTHING = "–"


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
    twin: Beneficiary | None = None
    facts: list[tuple[str, str, str]] = field(default_factory=list)
    may_decide: bool = False
    decision: str = ""
    decision_label: str = ""


def shown(lines, user, batch):
    """The Shown of these CheckedLine or ImportLine of one import."""
    lines = list(lines)
    received = _received(lines, batch)
    pks = {pk for line in lines for pk in (_person_pk(line), _twin_pk(line, received)) if pk}
    visible = Beneficiary.objects.visible_to(user).filter(pk__in=pks).select_related("ocb")
    people = {person.pk: person for person in visible}
    asides = SetAside.objects.filter(digest__in=[line.digest for line in lines if line.digest])
    decisions = dict(asides.exclude(decision="").values_list("digest", "decision"))
    return [_one(line, received.get(line.row), people, decisions) for line in lines]


def _received(lines, batch):
    """{row: its CheckedLine}: a stored line keeps nobody's cells."""
    if lines and isinstance(lines[0], CheckedLine):
        return {line.row: line for line in lines}
    rows = [line.row for line in lines]
    return {line.row: line for line in batch.checked_lines.filter(row__in=rows)}


def _person_pk(line):
    return line.person_id if isinstance(line, CheckedLine) else line.beneficiary_id


def _twin_pk(line, received):
    return received[line.row].resembles_id if line.row in received else None


def _one(line, checked, people, decisions):
    person = people.get(_person_pk(line))
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
        told = Told(label_of(message["field"]), cells.get(message["field"], ""), message["text"])
        if message["code"] == CORRECTED and checked and person:
            one.asked.append(_asked(message["field"], person, checked))
        elif message["level"] == NOTE:
            one.notes.append(told)
        elif message["level"] == ERROR or line.status == RowStatus.POSSIBLE_DUPLICATE:
            one.problems.append(told)
    one.changes = [
        Change(name, label_of(name), display(name, before), display(name, after))
        for name, (before, after) in line.changes.items()
    ]
    if line.status == RowStatus.POSSIBLE_DUPLICATE and checked:
        _set_twin(one, checked, people, decisions)
    return one


def _asked(name, person, checked):
    return Change(
        name,
        label_of(name),
        display(name, getattr(person, name, None)),
        checked.cells.get(name, NOTHING),
        name in checked.accepted,
    )


def _set_twin(one, checked, people, decisions):
    one.twin = people.get(checked.resembles_id)
    one.may_decide = one.twin is not None or checked.resembles_id is None
    one.decision = decisions.get(checked.digest, "")
    one.decision_label = Decision(one.decision).label if one.decision else ""
    if one.twin:
        one.facts = [
            (label_of(name), checked.cells.get(name, NOTHING), display(name, value))
            for name in ("birth_date", "cin", "phone", "sex", "commune", "ocb", "project")
            if (value := getattr(one.twin, name)) or checked.cells.get(name)
        ]


def display(name, value):
    """A stored value as a person reads it."""
    if value in (None, ""):
        return NOTHING
    if name.endswith("_on") or name == "birth_date":
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
