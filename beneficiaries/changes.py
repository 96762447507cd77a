"""The history of a sheet as people read it: when, who, which fields, before → after, why."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from remess.accounts.models import User
from remess.shared.fields import CINField, PhoneField
from remess.shared.identifiers import display_phone
from remess.shared.numbers import grouped
from remess.shared.paging import Page, keyset_page

NEWEST_FIRST = ("-history_id",)
READ_BY_FEW = {CINField: "beneficiaries.view_cin"}


@dataclass(frozen=True)
class Difference:
    """One field; `before` and `after` in words, or both None where the user may not read them."""

    label: str
    before: str | None
    after: str | None

    @property
    def is_hidden(self):
        return self.before is None


@dataclass(frozen=True)
class Change:
    """One save: what it changed, or the opening of the file (`is_opening`, no differences)."""

    at: datetime
    by: User | None
    reason: str
    differences: list[Difference]
    is_opening: bool


def page_of_changes(row, user, *, after="", size=50) -> tuple[Page, list[Change]]:
    """The history of `row` as `user` may read it, newest first: four queries at most."""
    rows = _rows_of(row)
    page = keyset_page(rows, NEWEST_FIRST, after=after, size=size)
    older = rows.filter(history_id__lt=page.rows[-1].history_id) if page.next_token else ()
    before = [*page.rows[1:], older.order_by(*NEWEST_FIRST).first() if page.next_token else None]
    return page, [_change(new, old, user) for new, old in zip(page.rows, before, strict=False)]


def moves_of(person):
    """[(history row, OCB before)] each time the person changed OCB, oldest first: one query."""
    rows = list(_rows_of(person).order_by("history_id"))
    pairs = zip(rows, rows[1:], strict=False)
    return [(new, old.ocb) for old, new in pairs if new.ocb_id != old.ocb_id]


def _rows_of(row):
    history = type(row).history
    related = [field.name for field in history.model.tracked_fields if field.is_relation]
    return history.of(row).select_related("history_user", *related)


def _change(new, old, user):
    is_opening = new.history_type == "+"
    return Change(
        at=new.history_date,
        by=new.history_user,
        reason=new.history_change_reason,
        differences=[] if is_opening or old is None else _differences(new, old, user),
        is_opening=is_opening,
    )


def _differences(new, old, user):
    """In the order of the sheet."""
    changed = new.diff_against(old).changed_fields
    return [
        _difference(field, old, new, user) for field in new.tracked_fields if field.name in changed
    ]


def _difference(field, old, new, user):
    label = capfirst(field.verbose_name)
    permission = READ_BY_FEW.get(type(field))
    if permission and not user.has_perm(permission):
        return Difference(label, None, None)
    return Difference(label, *(shown(field, getattr(row, field.name)) for row in (old, new)))


def shown(field, value) -> str:
    """The value of a field as people read it: labels, jj/mm/aaaa, numbers in groups, « vide »."""
    if value in (None, ""):
        return _("vide")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, PhoneField):
        return display_phone(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(field, models.IntegerField):
        return grouped(value)
    return str(value)
