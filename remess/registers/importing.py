"""One import from the first row to the last: the same way for the command and the wizard.

A batch of 500 rows is one transaction that also marks its lines done; a trial (`dry_run`) answers
as the real import would and writes nothing.
"""

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils import timezone

from beneficiaries.funnel import Path
from beneficiaries.models import Beneficiary, Enterprise, EnterpriseMember, StageEvent
from beneficiaries.transitions.parts import paths_of
from bootcamps.models import Bootcamp
from ocbs.models import OCB
from remess.accounts.models import User
from remess.programme.models import Region, all_brackets
from remess.registers.checking import Checker
from remess.registers.comparing import compare
from remess.registers.enterprises import EnterpriseBook
from remess.registers.errors_workbook import own_headings
from remess.registers.labels import label_key
from remess.registers.matching import known_of, match
from remess.registers.models import Import, ImportLine, RowStatus, SavedMapping
from remess.registers.reading.refusals import FileRefused
from remess.registers.seen import Seen
from remess.registers.stages import judge
from remess.registers.storing import RowsRefused, store
from remess.registers.template import HEADINGS, PREFILLED
from remess.shared.dates import today
from remess.shared.statistics import note_sizes
from remess.shared.versions import Changed

BATCH = 500
BATCHES_PER_LOOK = 20
TRIES = 3
SYSTEM = "systeme"


class Stopped(Exception):
    """The import was ended by somebody while its rows were being stored."""


@dataclass
class Options:
    """How a register is brought in: for whom, which OCB fills empty cells, absent columns."""

    user: User | None = None
    ocb: OCB | None = None
    constants: dict = field(default_factory=dict)
    is_trial: bool = False
    # An import already begun: rows it stored before a stop are not taken again.
    batch: Import | None = None
    # {row number: fields} whose newer correction in the application gives way.
    accepted: dict = field(default_factory=dict)
    # Hears the rows of each batch and their cells.
    keep: Callable | None = None


@dataclass
class Outcome:
    """What became of the rows, as the answer's JSON has it."""

    results: list = field(default_factory=list)
    tally: Counter = field(default_factory=Counter)
    batch: Import | None = None

    def add(self, row):
        shows_number = row.person is not None and row.status in (
            RowStatus.CREATED,
            RowStatus.UPDATED,
            RowStatus.UNCHANGED,
        )
        self.tally[row.status] += 1
        self.results.append(
            {
                "row": row.row,
                "status": str(row.status),
                "file_number": row.person.file_number if shows_number else None,
                "messages": [message.as_dict() for message in row.messages],
            }
        )


class Tally(Outcome):
    """An Outcome that only counts: a large register's results are not held in memory."""

    def add(self, row):
        self.tally[row.status] += 1


def answer_of(register, columns, unknown, outcome):
    """The JSON of design §5 as a dict."""
    tally = outcome.tally
    return {
        "file": register.file,
        "sheet": register.sheet,
        "header_row": register.header_row,
        "columns": columns,
        "unknown_columns": unknown,
        "other_sheets": list(register.other_sheets),
        "rows": tally.total(),
        "created": tally[RowStatus.CREATED],
        "updated": tally[RowStatus.UPDATED],
        "unchanged": tally[RowStatus.UNCHANGED],
        "possible_duplicates": tally[RowStatus.POSSIBLE_DUPLICATE],
        "errors": tally[RowStatus.ERROR],
        "skipped": tally[RowStatus.SKIPPED],
        "results": outcome.results,
    }


def headings_digest(headings):
    """What a saved mapping is found by: the headings, whatever their case and accents."""
    keys = sorted(label_key(str(heading)) for heading in headings if heading)
    return hashlib.blake2b(repr(keys).encode(), digest_size=16).hexdigest()


def saved_mapping_of(headings, ocb):
    """The mapping somebody confirmed for these headings: this OCB's, else everybody's.

    A mended file of refused rows has those of the register it came from, and two of ours.
    """
    theirs = [heading for heading in headings if heading not in own_headings()]
    digests = {headings_digest(headings), headings_digest(theirs)}
    saved = SavedMapping.objects.filter(headings__in=digests).order_by("-saved_at")
    return saved.filter(ocb=ocb).first() or saved.filter(ocb__isnull=True).first()


def bring_in(register, fields, rows, options, tell=None, outcome=None):
    """Check and store every row; `rows` gives (row number, cells). Returns the Outcome.

    `fields` maps a column's index to its field; `tell(n)` hears how many rows are done. A file that
    refuses itself on the way (FileRefused) leaves the import stopped after the last whole batch.
    """
    run = _Run(register, fields, options, outcome or Outcome())
    source = iter(rows)
    try:
        while chunk := list(itertools.islice(source, BATCH)):
            run.take(chunk)
            run.note_sizes()
            if tell:
                tell(max(run.outcome.tally.total(), run.begun_with))
    except FileRefused as refusal:
        if run.writes:
            stop(run.outcome.batch, refusal)
        raise
    return run.close()


@transaction.atomic
def stop(batch, refusal=None):
    """End an import half way: what it stored stays, counted; whether it was still under way."""
    held = Import.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if held.state not in (Import.State.CHECKING, Import.State.RUNNING):
        return False
    if held.state == Import.State.CHECKING:
        held.checked_lines.all().delete()
    held.state, held.ended_at = Import.State.STOPPED, timezone.now()
    held.refusal = {"code": refusal.code, "details": refusal.details} if refusal else {}
    stored = held.lines.order_by().values_list("status").annotate(n=Count("pk"))
    held.tally = dict(stored)
    held.save(update_fields=["state", "ended_at", "refusal", "tally"])
    return True


class _Run:
    """The state of one import under way."""

    def __init__(self, register, fields, options, outcome):
        self.options, self.outcome = options, outcome
        self.writes, self.batches = not options.is_trial, 0
        self.checker = _checker(fields, options, register.headings)
        self.seen, self.enterprises = Seen(), EnterpriseBook(options.user)
        self.by = options.user or User.objects.get(username=SYSTEM)
        self.may_correct = options.user is None or options.user.has_perm("beneficiaries.correct")
        self.outcome.batch = options.batch
        self.stored, self.begun_with = _stored_by(options.batch)
        if self.writes and options.batch is None:
            self.outcome.batch = Import.objects.create(
                file=register.file[:255],
                digest=register.digest,
                sheet=(register.sheet or "")[:255],
                header_row=register.header_row,
                columns={str(index): name for index, name in fields.items()},
                constants=options.constants,
                ocb=options.ocb,
                by=self.by,
            )

    def take(self, chunk):
        """Check and store one batch; another writer's clash or the door's refusal tries anew.

        Each refusal makes an error of at least one row more, so that this ends.
        """
        if chunk[-1][0] <= self.stored:
            self._remember(chunk)
            return
        refused, clashes = {}, 0
        while True:
            rows = [self.checker.check(number, cells) for number, cells in chunk]
            self.seen.mark()
            self.enterprises.mark()
            try:
                self._take_once(rows, refused)
                break
            except RowsRefused as problem:
                refused |= problem.sentences
            except (IntegrityError, Changed):
                clashes += 1
                if clashes == TRIES:
                    raise
            self.seen.go_back()
            self.enterprises.go_back()
        self.seen.settle({row.row: row.person.pk for row in rows if row.person})
        for row in rows:
            self.outcome.add(row)
        if self.options.keep:
            self.options.keep(rows, chunk)

    def _remember(self, chunk):
        """What a batch stored before a stop: later rows are judged beside it all the same."""
        lines = self.outcome.batch.lines.filter(row__range=(chunk[0][0], chunk[-1][0]))
        statuses = dict(lines.values_list("row", "status"))
        about = lines.filter(beneficiary__isnull=False)
        self.seen.settle(dict(about.values_list("row", "beneficiary")))
        for number, cells in chunk:
            row = self.checker.check(number, cells)
            row.status = RowStatus(statuses[number])
            if row.status not in (RowStatus.ERROR, RowStatus.SKIPPED):
                self.seen.add(row)
            self.outcome.add(row)

    def _take_once(self, rows, refused):
        """Decide and store in one transaction: two imports at once must not open one file twice.

        Raises Stopped where the import was ended meanwhile.
        """
        if not self.writes:
            self._decide(rows, refused)
            return
        with transaction.atomic():
            held = Import.objects.select_for_update(no_key=True).get(pk=self.outcome.batch.pk)
            if held.state != Import.State.RUNNING:
                raise Stopped
            # Without the key: a passage that somebody records meanwhile names its region.
            regions = Region.objects.select_for_update(no_key=True)
            list(regions.order_by("pk").values_list("pk"))
            self._decide(rows, refused)
            store(rows, self.outcome.batch, self.enterprises)

    def _decide(self, rows, refused):
        wanted = [row for row in rows if not row.status]
        known = known_of(wanted, self.options.user)
        paths = paths_of(known.people)
        marks = _marks_of({*known.people, *known.sheets})
        self.enterprises.load(wanted)
        self.enterprises.load_created(wanted, paths)
        for row in wanted:
            row.accepted = self.options.accepted.get(row.row, ())
            match(row, known, self.seen)
            path = paths[row.person.pk] if row.person else Path()
            judge(row, path, self.checker.brackets)
            if row.row in refused:
                row.error("stage_order", "identified_on", refused[row.row])
            if row.person and not row.is_in_error:
                row.marks = marks.get(row.person.pk, {}) | marks.get(row.sheet.pk, {})
                compare(row, row.person, path, row.marks, self.may_correct)
                self.enterprises.compare(row)
            row.status = _status_of(row)
            if row.status == RowStatus.ERROR:
                continue
            self.seen.add(row)
            if row.status != RowStatus.POSSIBLE_DUPLICATE and _creates(row):
                self.enterprises.enter(row)

    def note_sizes(self):
        """Every so often: tables that an import makes many times larger are read otherwise."""
        self.batches += 1
        if self.writes and self.batches % BATCHES_PER_LOOK == 0:
            note_sizes(Beneficiary, StageEvent, Enterprise, EnterpriseMember, ImportLine)

    def close(self):
        batch = self.outcome.batch
        if self.writes:
            batch.state, batch.ended_at = Import.State.DONE, timezone.now()
            batch.tally = {str(status): n for status, n in self.outcome.tally.items()}
            batch.save(update_fields=["state", "ended_at", "tally"])
        return self.outcome


def _stored_by(batch):
    """(last row an import stored, how many it stored): what stands above it in the file is done."""
    if batch is None:
        return 0, 0
    stored = batch.lines.aggregate(last=Max("row"), n=Count("pk"))
    return stored["last"] or 0, stored["n"]


def _status_of(row):
    if row.is_in_error:
        return RowStatus.ERROR
    if row.is_in_question:
        return RowStatus.POSSIBLE_DUPLICATE
    if row.person is None:
        return RowStatus.CREATED
    return RowStatus.UPDATED if row.changes else RowStatus.UNCHANGED


def _creates(row):
    if row.person is None:
        return "created_on" in row.values
    return row.changes.get("created_on", [1])[0] is None


def _marks_of(people):
    """{person: the marks of the last line about them}; each line carries on those before."""
    lines = ImportLine.objects.standing().filter(beneficiary__in=people).order_by("pk")
    return dict(lines.values_list("beneficiary", "marks"))


def _checker(fields, options, headings):
    managed = None
    if options.user and not options.user.has_perm("beneficiaries.view_all"):
        managed = frozenset(OCB.objects.managed_by(options.user).values_list("pk", flat=True))
    bootcamps = Bootcamp.objects.select_related("region")
    return Checker(
        fields=fields,
        constants=options.constants,
        ocbs=_ocbs_by_name(),
        bootcamps={label_key(bootcamp.code): bootcamp for bootcamp in bootcamps},
        brackets=all_brackets(),
        today=today(),
        managed=managed,
        only_ocb=options.ocb,
        prefilled=PREFILLED if tuple(headings) == HEADINGS else frozenset(),
    )


def _ocbs_by_name():
    """{folded code or name: OCB}; a name two of them share is nobody's."""
    found = {}
    ocbs = list(OCB.objects.select_related("region").order_by("code", "pk"))
    for ocb in ocbs:
        for name in {label_key(ocb.name_fr), label_key(ocb.name_ar)} - {""}:
            found[name] = None if name in found else ocb
    return found | {label_key(ocb.code): ocb for ocb in ocbs}
