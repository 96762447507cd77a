"""Keyset paging: a page starts after the last row of the one before, at any depth at one cost."""

import json
from bisect import bisect_right
from dataclasses import dataclass

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

PAGE_SIZE = 50


@dataclass(frozen=True)
class Page:
    """Rows to show, their place in the list, and the token of the next page ('' at the end)."""

    rows: list
    first: int
    total: int
    next_token: str

    @property
    def last(self):
        return self.first + len(self.rows) - 1

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


def keyset_page(queryset, order, *, after="", size=PAGE_SIZE):
    """The page of `queryset` after the row that the token `after` names.

    `order`: field or annotation names, '-' before those that descend, never null, the last one
    unique. A token that cannot be read gives the first page.
    """
    total = queryset.count()
    start, values = _read(after, order)
    ordered = queryset.order_by(*order)
    if values:
        ordered = ordered.filter(_after(order, values))
    rows = list(ordered[: size + 1])
    has_next = len(rows) > size
    rows = rows[:size]
    token = _token(start + len(rows), rows[-1], order) if has_next else ""
    return Page(rows, start + 1 if rows else 0, total, token)


def row_after(queryset, order, row):
    """The row of `queryset` right after `row` (which need not be in it), None at the end."""
    return queryset.order_by(*order).filter(_after(order, _values(row, order))).first()


def row_before(queryset, order, row):
    """The row of `queryset` right before `row` (which need not be in it), None at the start."""
    backwards = [name[1:] if name.startswith("-") else f"-{name}" for name in order]
    return row_after(queryset, backwards, row)


def token_after(row, order, position):
    """The token of the page that starts after `row`, the `position`-th of its list."""
    return _token(position, row, order)


def _values(row, order):
    return [getattr(row, name.lstrip("-")) for name in order]


def number_page(numbers, *, after="", size=PAGE_SIZE):
    """The page of a sorted list of row numbers after the one that the token `after` names."""
    _start, values = _read(after, ("pk",))
    start = bisect_right(numbers, values[0]) if values else 0
    rows = numbers[start : start + size]
    has_next = start + size < len(numbers)
    token = signing.dumps([start + size, rows[-1]], salt=_salt(("pk",))) if has_next else ""
    return Page(rows, start + 1 if rows else 0, len(numbers), token)


def _after(order, values):
    """Strictly after `values` in the order: a or (a equal and b) or …

    Said first of the leading field alone, which lets the database begin there in an index.
    """
    condition, equal = Q(), Q()
    leading = order[0].lstrip("-")
    from_here = Q(**{f"{leading}__{'lte' if order[0].startswith('-') else 'gte'}": values[0]})
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        beyond = "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{field}__{beyond}": value})
        equal &= Q(**{field: value})
    return from_here & condition


def _token(position, row, order):
    values = _values(row, order)
    plain = json.loads(json.dumps([position, *values], cls=DjangoJSONEncoder))
    return signing.dumps(plain, salt=_salt(order))


def _read(token, order):
    """(rows already shown, values of the last one); a token of another order reads as none."""
    try:
        position, *values = signing.loads(token, salt=_salt(order))
    except signing.BadSignature:
        return 0, []
    return position, values


def _salt(order):
    return f"page:{','.join(order)}"
