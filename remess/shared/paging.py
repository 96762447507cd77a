"""Keyset paging: a page starts after the last row of the one before, at any depth at one cost."""

import json
from bisect import bisect_right
from dataclasses import dataclass

from django.core import signing
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.translation import gettext as _

from remess.shared.numbers import grouped

PAGE_SIZE = 50


@dataclass(frozen=True)
class Page:
    """Rows to show, their place in the list, and the token of the next page ('' at the end).

    `total`: how many the whole list has; where `is_capped`, it has more than that.
    """

    rows: list
    first: int
    total: int
    next_token: str
    is_capped: bool = False

    @property
    def shown_total(self):
        """The total as pages say it: « 1 083 », « plus de 10 000 »."""
        n = grouped(self.total)
        return _("plus de %(n)s") % {"n": n} if self.is_capped else n

    @property
    def last(self):
        return self.first + len(self.rows) - 1

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


def counted(queryset, cap):
    """How many rows there are, cap + 1 for more than `cap`: no further does the database look."""
    plain = queryset.order_by()
    return plain.count() if cap is None else plain.values("pk")[: cap + 1].count()


def keyset_page(
    queryset, order, *, after="", size=PAGE_SIZE, cap=None, gather=False, count=counted
):
    """The page of `queryset` after the row that the token `after` names.

    `order`: field or annotation names, '-' before those that descend, never null, the last one
    unique. A token that cannot be read gives the first page. With `cap`, counts no further;
    `gather`: the rows may be few among many, find them all before sorting, up to `cap`. `count`:
    as `counted`, for who knows the number already.
    """
    start, values = _read(after, order)
    total = count(queryset, cap)
    is_capped = cap is not None and total > cap
    ordered = queryset.order_by(*(_gathered(order) if gather and not is_capped else order))
    if values:
        ordered = ordered.filter(_after(queryset, order, values))
    rows = list(ordered[: size + 1])
    has_next = len(rows) > size
    rows = rows[:size]
    token = _token(start + len(rows), rows[-1], order) if has_next else ""
    return Page(rows, start + 1 if rows else 0, cap if is_capped else total, token, is_capped)


def _gathered(order):
    """The same order, which no index serves.

    A database that is to give the first rows in an order walks its index, hoping to meet a match
    soon: where they stand together at the other end it reads every row. Said so, it begins with
    the index that finds the matches.
    """
    first = order[0].lstrip("-")
    plain = Coalesce(first, first)
    return [plain.desc() if order[0].startswith("-") else plain.asc(), *order[1:]]


def row_after(queryset, order, row):
    """The row of `queryset` right after `row` (which need not be in it), None at the end."""
    beyond = _after(queryset, order, _values(row, order))
    return queryset.order_by(*order).filter(beyond).first()


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


class Together(Func):
    """(a, b, c), compared as one: both databases then begin right there in an index on them."""

    template = "(%(expressions)s)"
    output_field = BooleanField()  # of nobody's concern: it is only compared


def _after(queryset, order, values):
    """Strictly after `values` in the order."""
    descending = {name.startswith("-") for name in order}
    if len(descending) == 2:
        return _after_mixed(order, values)
    names = [name.lstrip("-") for name in order]
    fields = [queryset.query.resolve_ref(name).output_field for name in names]
    here = [Value(value, field) for value, field in zip(values, fields, strict=True)]
    beyond = LessThan if descending == {True} else GreaterThan
    return beyond(Together(*map(F, names)), Together(*here))


def _after_mixed(order, values):
    """As _after, for an order that runs both ways: a or (a equal and b) or …

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
    plain = json.loads(json.dumps([position, *values], default=str))
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
