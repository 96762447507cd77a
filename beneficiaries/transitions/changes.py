"""Changing the facts of a person or an enterprise: the one place that writes their columns.

What was typed before is never lost: each change leaves a history row with who, when and why.
Opening a file leaves none, so that opening thousands costs nothing more: the first change keeps
the row as it was opened, then itself.
"""

from copy import copy

from beneficiaries.models import Beneficiary, Enterprise, EnterpriseMember
from remess.shared.fields import DerivedTextField

BATCH = 500


def change(locked, values, *, by, at, reason=""):
    """Give the row `locked` these values (field → value); returns it as it stands afterwards."""
    after = copy(locked)
    for name, value in values.items():
        setattr(after, name, value)
    change_rows([locked], [after], values, by=by, at=at, reason=reason)
    return after


def change_rows(before, after, fields, *, by, at, reason=""):
    """Write the `fields` of the rows `after`, locked when they were still as `before`.

    Same order, same model. Counts their version up and writes the columns that differ: per 500
    rows one UPDATE and two statements for the history, more where SQLite takes fewer at once.
    """
    if not after:
        return
    model = type(after[0])
    kept = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, DerivedTextField) or getattr(field, "auto_now", False)
    ]
    for old, row in zip(before, after, strict=True):
        row.version = old.version + 1
        for field in kept:
            field.pre_save(row, add=False)
    written = [model._meta.get_field(name) for name in {*fields, "version"}] + kept
    pairs = list(zip(before, after, strict=True))
    names = {field.name for field in written if any(_differs(field, *pair) for pair in pairs)}
    model.objects.bulk_update(after, sorted(names), batch_size=BATCH)
    remember(before, after, by=by, at=at, reason=reason)


def remember(before, after, *, by, at, reason=""):
    """Keep in the history what changed between the rows `before` and `after`, in that order.

    A row none of whose typed fields changed leaves nothing.
    """
    typed = type(after[0]).history.model.tracked_fields if after else ()
    changed = [
        (old, new)
        for old, new in zip(before, after, strict=True)
        if any(_differs(field, old, new) for field in typed)
    ]
    if not changed:
        return
    history = type(changed[0][0]).history
    known = set(
        history.filter(id__in=[old.pk for old, _new in changed]).values_list("id", flat=True)
    )
    first = [old for old, _new in changed if old.pk not in known]
    opened = OPENED[history.model.instance_type](first) if first else {}
    rows = []
    for old, new in changed:
        if old.pk not in known:
            opened_at, opened_by = opened.get(old.pk, (at, None))
            rows.append(_row(history, old, "+", opened_by, opened_at, ""))
        rows.append(_row(history, new, "~", by.pk, at, reason))
    history.bulk_create(rows, batch_size=BATCH)


def _differs(field, old, new):
    return getattr(old, field.attname) != getattr(new, field.attname)


def _row(history, row, kind, by, at, reason):
    return history.model(
        history_type=kind,
        history_user_id=by,
        history_date=at,
        history_change_reason=reason,
        **{field.attname: getattr(row, field.attname) for field in history.model.tracked_fields},
    )


def _people_opened(rows):
    """When each file was opened, and by whom: whoever took the consent typed the sheet."""
    return {row.pk: (row.created_at, row.consent_by_id) for row in rows}


def _enterprises_opened(rows):
    """When each enterprise entered the register: with its first member."""
    members = EnterpriseMember.objects.filter(enterprise__in=rows).order_by("-recorded_at", "-pk")
    found = members.values_list("enterprise", "recorded_at", "recorded_by")
    return {pk: (recorded_at, by) for pk, recorded_at, by in found}


OPENED = {Beneficiary: _people_opened, Enterprise: _enterprises_opened}
