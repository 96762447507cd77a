"""A batch of checked rows → the register, all through the door, in one transaction.

Writes the batch's lines with it, so that what was stored is known as stored; whatever the door
refuses is handed back and nothing of the batch is kept.
"""

from django.db import transaction

from beneficiaries.funnel import PATH, Evidence, EvidenceKind, Stage
from beneficiaries.models import Beneficiary, StageEvent
from beneficiaries.models.person import PAPER_NOTICE
from beneficiaries.transitions import (
    Entry,
    TransitionRefused,
    at_once,
    correct_date,
    correct_identity,
    leave,
    lock_enterprises_of,
    lock_people,
    open_files,
    record_many,
    save_sheet,
)
from bootcamps.models import Decision as JuryDecision
from bootcamps.models import Participation
from remess.registers.asides import queue
from remess.registers.checking import mark_of
from remess.registers.comparing import SHEET, as_json
from remess.registers.models import STORED, ImportLine, RowStatus
from remess.registers.stages import DAY_OF
from remess.shared.inserting import insert_many
from remess.shared.versions import Changed

REFERENCE_LENGTH = 200
# The changes of a person that are counted with the enterprises they are members of.
OF_ENTERPRISES = {"sex", DAY_OF[Stage.CREATED]}


class RowsRefused(Exception):
    """The door refused rows of the batch: {row number: sentence}. Nothing was stored."""

    def __init__(self, sentences):
        super().__init__(str(sentences))
        self.sentences = sentences


@transaction.atomic
def store(rows, batch, enterprises):
    """Store a batch of rows (CheckedRow with their status) of the Import `batch`.

    Raises RowsRefused. `enterprises` is the file's EnterpriseBook.
    """
    known = [row for row in rows if row.status == RowStatus.UPDATED]
    touching = [row.person.pk for row in known if row.changes.keys() & OF_ENTERPRISES]
    named = enterprises.named()
    if touching or named:
        lock_enterprises_of(touching, named)
    enterprises.store(batch.by)
    lock_people([row.person.pk for row in known])
    _open(rows, batch)
    with at_once():
        for row in rows:
            if row.status == RowStatus.UPDATED:
                _save_changes(row, batch)
        events = _record(rows, batch, enterprises)
        exits = _leave_all(rows, batch)
    _store_participations(rows, events)
    _write_lines(rows, batch, events, exits)


def _record(rows, batch, enterprises):
    """Record the passages of all rows; {row number: its events}. Raises RowsRefused."""
    told = [
        (row, entry)
        for row in rows
        if row.status in STORED
        for entry in _entries(row, batch, enterprises)
    ]
    result = record_many([entry for _row, entry in told], by=batch.by)
    if result.refusals:
        raise RowsRefused({told[at][0].row: text for at, text in result.refusals.items()})
    events = {}
    for (row, _entry), event in zip(told, result.events, strict=True):
        events.setdefault(row.row, []).append(event)
    return events


def _open(rows, batch):
    newcomers = [row for row in rows if row.status == RowStatus.CREATED]
    people = [_sheet_of(row, batch) for row in newcomers]
    for row, person in zip(newcomers, open_files(people), strict=True):
        row.person = person


def _sheet_of(row, batch):
    facts = {name: row.values[name] for name in SHEET if name in row.values}
    if record := row.values.get("uuid"):
        facts["client_id"] = record
    return Beneficiary(
        **facts,
        ocb=row.values["ocb"],
        sheet_on=row.values["identified_on"],
        consent_notice=PAPER_NOTICE,
        consent_on=row.values["identified_on"],
        consent_by=batch.by,
    )


def _save_changes(row, batch):
    """Write the changed cells of somebody known; days already counted are corrected, not lost."""
    person, reason = row.person, _reference(row, batch)
    try:
        if "sex" in row.changes and person.current_stage:
            person = correct_identity(person, sex=row.values["sex"], by=batch.by, reason=reason)
        changed = [name for name in SHEET if name in row.changes]
        for name in changed:
            setattr(person, name, row.values[name])
        if "identified_on" in row.changes and not person.current_stage and person.sheet_on:
            person.sheet_on = row.values["identified_on"]
        if changed:
            save_sheet(person, by=batch.by, version=person.version)
            row.person.refresh_from_db(fields=["current_stage"])
        for stage in _order_of_corrections(row):
            event = StageEvent.objects.unvoided().filter(beneficiary=person, stage=stage).first()
            if event is None:  # voided since the row was compared: the batch is taken anew
                raise Changed(person)
            correct_date(event, on=row.values[DAY_OF[stage]], by=batch.by, reason=reason)
    except TransitionRefused as refusal:
        raise RowsRefused({row.row: str(refusal)}) from refusal


def _order_of_corrections(row):
    """The corrected stages in an order that keeps each day between its neighbours'."""
    moved = [
        stage
        for stage in PATH
        if DAY_OF[stage] in row.changes and row.changes[DAY_OF[stage]][0] is not None
    ]
    later = [s for s in moved if row.changes[DAY_OF[s]][1] > row.changes[DAY_OF[s]][0]]
    return [*reversed(later), *(stage for stage in moved if stage not in later)]


def _entries(row, batch, enterprises):
    """The passages the row tells and the register does not hold yet, in order."""
    for stage in PATH:
        name = DAY_OF[stage]
        on = row.values.get(name)
        is_new = row.status == RowStatus.CREATED or row.changes.get(name, [1])[0] is None
        if not on or not is_new:
            continue
        if stage == Stage.IDENTIFIED and row.person.current_stage:
            continue
        yield Entry(
            row.person,
            stage,
            on,
            Evidence(EvidenceKind.IMPORT, _reference(row, batch), on),
            enterprise=enterprises.of(row) if stage == Stage.CREATED else None,
        )


def _reference(row, batch):
    tail = f", ligne {row.row}, {batch.digest[:12]}"
    return batch.file[: REFERENCE_LENGTH - len(tail)] + tail


def _leave_all(rows, batch):
    """Record the exits that the rows tell and the register does not hold; {row number: exit}."""
    exits = {}
    for row in rows:
        is_new = row.status == RowStatus.CREATED
        if "exit_on" in row.changes or (is_new and "exit_on" in row.values):
            exits[row.row] = _leave(row, batch)
    return exits


def _leave(row, batch):
    try:
        return leave(
            row.person,
            on=row.values["exit_on"],
            by=batch.by,
            reason=row.values["exit_reason"],
            note=row.values.get("note", "")[:300],
        )
    except TransitionRefused as refusal:
        raise RowsRefused({row.row: str(refusal)}) from refusal


def _store_participations(rows, events):
    """Whoever was selected at a bootcamp took part in it; minutes already signed stay as signed."""
    wanted = {}
    for row in rows:
        bootcamp = row.values.get("bootcamp")
        for event in events.get(row.row, ()):
            if event.stage == Stage.SELECTED and bootcamp and not bootcamp.is_signed:
                wanted[bootcamp.pk, event.beneficiary_id] = event
    known = Participation.objects.filter(
        bootcamp__in={pk for pk, _person in wanted}, beneficiary__in={pk for _camp, pk in wanted}
    )
    for key in known.values_list("bootcamp", "beneficiary"):
        wanted.pop(key, None)
    Participation.objects.bulk_create(
        Participation(
            bootcamp_id=bootcamp,
            beneficiary_id=person,
            attended=True,
            decision=JuryDecision.RETAINED,
            event=event,
        )
        for (bootcamp, person), event in wanted.items()
    )


def _write_lines(rows, batch, events, exits):
    lines = insert_many(
        [
            ImportLine(
                batch=batch,
                row=row.row,
                status=row.status,
                digest=row.digest,
                marks={**row.marks, **_marks(row)} if row.status in STORED else {},
                messages=[message.as_dict() for message in row.messages],
                changes=as_json(row.changes),
                events=[event.pk for event in events.get(row.row, ())],
                exit=exits.get(row.row),
                note=row.values.get("note", ""),
                beneficiary=row.person if row.status in STORED else None,
            )
            for row in rows
        ]
    )
    queue(rows, lines)


def _marks(row):
    return {name: mark_of(value) for name, value in row.values.items()}
