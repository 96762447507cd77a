"""Where a sheet stands in the list it was opened from: its neighbours, its rank, the way back.

The list's links carry its filters and sort (`liste`) and the rank; a cookie keeps them for the
sheet last opened, so that they survive an action on it. Nothing is written to read a list.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.core import signing
from django.urls import reverse

from beneficiaries.filters import BeneficiaryFilter
from beneficiaries.models import Beneficiary
from beneficiaries.sorting import chosen_sort
from remess.shared.paging import PAGE_SIZE, row_after, row_before, token_after

COOKIE = "liste"
SALT = "beneficiaries.places"
LONGEST = 1000


@dataclass(frozen=True)
class Origin:
    """The list a sheet was opened from: its query without page, and the sheet's rank in it."""

    query: str
    rank: int

    def of(self, person, step=0):
        """The address of a sheet `step` places further in this list."""
        values = urlencode({"liste": self.query, "rang": max(self.rank + step, 1)})
        return f"{person.get_absolute_url()}?{values}"


def links_into(query, first):
    """What the sheets' addresses of a page beginning at `first` carry, by their rank on it from 0.

    As Origin.of, worked out once for the whole page.
    """
    start = f"?{urlencode({'liste': query})}&rang=" if query else "?rang="
    return lambda rank: f"{start}{first + rank}"


@dataclass(frozen=True)
class Place:
    """The sheet's rank, the addresses of its neighbours ('' at either end) and of its list."""

    rank: int
    before: str
    after: str
    back: str


def query_of(parameters):
    """The list's query without its page."""
    kept = parameters.copy()
    kept.pop("apres", None)
    return kept.urlencode()


def origin_of(request, person):
    """The Origin in the address, else in the cookie when it is this very sheet's; else None."""
    if not request.GET.keys().isdisjoint(("liste", "rang")):
        query, rank = request.GET.get("liste", ""), request.GET.get("rang", "")
        if len(query) <= LONGEST and rank.isascii() and rank.isdigit() and len(rank) < 10:
            return Origin(query, max(int(rank), 1))
        return None
    try:
        user, pk, query, rank = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return Origin(query, rank) if (user, pk) == (request.user.pk, person.pk) else None


def cookie_of(user, person, origin):
    """What the cookie keeps of the list `person`'s sheet was opened from."""
    return signing.dumps([user.pk, person.pk, origin.query, origin.rank], salt=SALT)


def place_of(request, person, origin):
    """The Place of `person`, as it is now: two small queries at any length of the list."""
    parameters = dict(parse_qsl(origin.query))
    visible = Beneficiary.objects.visible_to(request.user)
    filterset = BeneficiaryFilter(parameters, queryset=visible, request=request)
    sort = chosen_sort(parameters.get("tri"))
    found = filterset.qs if filterset.is_valid() else visible.none()
    before = row_before(found, sort.order, person)
    after = row_after(found, sort.order, person)
    return Place(
        origin.rank,
        origin.of(before, -1) if before else "",
        origin.of(after, 1) if after else "",
        _back(origin, sort, before, person),
    )


def _back(origin, sort, before, person):
    """The list's page that shows this sheet: the first one, or one that begins with it."""
    kept = dict(parse_qsl(origin.query))
    if before and origin.rank > PAGE_SIZE:
        kept["apres"] = token_after(before, sort.order, origin.rank - 1)
    return f"{reverse('beneficiaries:list')}?{urlencode(kept)}#fiche-{person.pk}"
