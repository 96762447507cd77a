"""What hangs on a sheet and how a merge takes it along: one line per relation to Beneficiary.

Rows of apps above are reached by the relation's name: they follow the person, no rule of theirs
is decided here. A test holds that no relation is missing.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.core import serializers

from beneficiaries.models import Beneficiary
from beneficiaries.transitions.parts import mark_voided
from remess.shared.dates import day_of

RECORDING = {
    "id", "beneficiary", "recorded_at", "recorded_on", "recorded_by",
    "voided_at", "voided_on", "voided_by", "void_reason",
}  # fmt: skip


@dataclass(frozen=True)
class HistoryRelation:
    """Voidable rows: voided on one sheet, written anew on the other unless `key` is there."""

    name: str
    key: Callable | None = None


@dataclass(frozen=True)
class MovedRelation:
    """Rows that change owner. Of two for one `key`, the one that says more stays.

    `children`: the relation whose rows the one that stays inherits, once per `child_key`.
    """

    name: str
    key: str
    says: Callable
    children: str = ""
    child_key: str = ""


HISTORY = (
    HistoryRelation("follow_ups", lambda row: row.months),
    HistoryRelation("visits"),
)
MOVED = (
    MovedRelation(
        "participations",
        "bootcamp_id",
        lambda row: (row.decision == "retained", bool(row.decision), bool(row.attended)),
    ),
    MovedRelation(
        "enrolments",
        "course_id",
        lambda row: (row.event_id is not None, row.attendances.count()),
        children="attendances",
        child_key="session_id",
    ),
)
# Written by merges.py itself, each by its own rule.
BY_HAND = ("events", "exits", "memberships", "referent_periods")
# Not of the person: the pairs and merges themselves, the import that opened or changed a sheet.
ABOUT_SHEETS = (
    "pairs_first", "pairs_second", "merges", "merges_into", "absorbed", "import_lines",
)  # fmt: skip


def lock_lists(people):
    """Lock the lists (bootcamps, courses) that `people` (pks) are on, as whoever fills one in."""
    for relation in MOVED:
        rows = Beneficiary._meta.get_field(relation.name).related_model.objects
        lists = rows.model._meta.get_field(relation.key).related_model.objects
        theirs = lists.filter(pk__in=rows.filter(beneficiary__in=people).values(relation.key))
        list(theirs.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def copy_row(row, owner, *, by, at, **changes):
    """Store a copy of the voidable `row` on `owner`, recorded now."""
    names = [f.attname for f in row._meta.concrete_fields if f.name not in RECORDING]
    values = {name: getattr(row, name) for name in names}
    if "client_id" in values:
        values["client_id"] = uuid.uuid4()
    new = type(row)(
        **values | changes,
        beneficiary=owner,
        recorded_at=at,
        recorded_on=day_of(at),
        recorded_by=by,
    )
    new.save()
    return new


def take_history(relation, kept, absorbed, *, by, at, reason):
    """Void the standing rows of `absorbed`, write them on `kept`: [[voided pk, written pk]]."""
    rows = getattr(absorbed, relation.name).unvoided().order_by("pk")
    mine = list(getattr(kept, relation.name).unvoided())
    known = {relation.key(row) for row in mine} if relation.key else set()
    done = []
    for row in list(rows):
        mark_voided(row, by=by, reason=reason, at=at)
        is_known = relation.key and relation.key(row) in known
        done.append([row.pk, None if is_known else copy_row(row, kept, by=by, at=at).pk])
    return done


def give_history_back(relation, kept, absorbed, done, *, by, at, reason):
    """Undo take_history: what was voided since as a mistake stays voided."""
    model = getattr(kept, relation.name).model
    rows = model.objects.in_bulk([pk for pair in done for pk in pair if pk])
    for voided, written in done:
        row = rows[written or voided]
        if written:
            if row.voided_at:
                continue
            mark_voided(row, by=by, reason=reason, at=at)
        copy_row(row, absorbed, by=by, at=at)


def move_rows(relation, kept, absorbed):
    """Give the rows of `absorbed` to `kept`; what this changed, for put_rows_back()."""
    mine = {getattr(row, relation.key): row for row in getattr(kept, relation.name).all()}
    moved, removed, children = [], [], []
    for row in list(getattr(absorbed, relation.name).order_by("pk")):
        twin = mine.get(getattr(row, relation.key))
        if twin:
            loser = twin if relation.says(row) > relation.says(twin) else row
            children += _inherit(relation, twin if loser is row else row, loser)
            removed += _remove(loser)
        if not twin or loser is twin:
            row.beneficiary = kept
            row.save(update_fields=["beneficiary"])
            moved.append(row.pk)
    return {"moved": moved, "removed": removed, "children": children}


def put_rows_back(relation, kept, absorbed, done):
    """Undo move_rows for the rows that are still there."""
    manager = getattr(kept, relation.name)
    back = list(manager.filter(pk__in=done["moved"]))
    for row in back:
        row.beneficiary = absorbed
        row.save(update_fields=["beneficiary"])
    taken = set(manager.values_list(relation.key, flat=True))
    for row in serializers.deserialize("python", done["removed"]):
        owner = getattr(row.object, "beneficiary_id", None)
        if owner != kept.pk or getattr(row.object, relation.key) not in taken:
            row.save()
    for child, parent in done["children"]:
        field = manager.model._meta.get_field(relation.children)
        found = field.related_model.objects.filter(pk=child).first()
        if found:
            setattr(found, f"{field.field.name}_id", parent)
            found.save(update_fields=[field.field.name])


def _inherit(relation, winner, loser):
    """Give `winner` the children of `loser` that it lacks: [(child pk, their first parent)]."""
    if not relation.children:
        return []
    own = set(getattr(winner, relation.children).values_list(relation.child_key, flat=True))
    given = []
    for child in getattr(loser, relation.children).order_by("pk"):
        if getattr(child, relation.child_key) not in own:
            field = getattr(loser, relation.children).field.name
            setattr(child, field, winner)
            child.save(update_fields=[field])
            given.append((child.pk, loser.pk))
    return given


def _remove(row):
    """Delete a row that says less and what hangs on it; both as data, to be put back."""
    hanging = [
        child
        for field in row._meta.related_objects
        for child in getattr(row, field.get_accessor_name()).order_by("pk")
    ]
    kept = serializers.serialize("python", [row, *hanging])
    row.delete()
    return kept
