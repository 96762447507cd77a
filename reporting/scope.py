"""What a figure is asked for: by whom, which agreement, period and places, known on which day."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ocbs.models import OCB
from remess.programme.models import Agreement, Region
from remess.shared.dates import today


class ScopeError(ValueError):
    """A scope that cannot be: str() is the sentence to show."""


@dataclass(frozen=True)
class Scope:
    """The question behind every figure.

    `as_of`: what the register knew at the end of this day. `start`, `end`: the days the events
    occurred on, both included, None where open. `region_ids`, `ocb_ids`: None means all.
    """

    as_of: date
    start: date | None = None
    end: date | None = None
    agreement: Agreement | None = None
    region_ids: frozenset[int] | None = None
    ocb_ids: frozenset[int] | None = None

    @property
    def target_day(self) -> date:
        """The day that decides which target is in force."""
        return self.end or self.as_of

    @property
    def is_cumulative(self) -> bool:
        """Rates from stage to stage compare the same people only when counted from the origin."""
        return self.start is None

    @property
    def has_targets(self) -> bool:
        """Targets are set per region: a figure cut by OCB has none."""
        return self.ocb_ids is None

    @property
    def compares_to_targets(self) -> bool:
        """Targets are cumulative: a figure that begins with a period is not measured by them."""
        return self.has_targets and self.is_cumulative


def build_scope(
    *, user=None, as_of=None, start=None, end=None, agreement=None, region=None, ocb=None, own=None
):
    """The Scope of these parameters, narrowed to what `user` may see (None sees everything).

    `agreement`, `region`, `ocb` are objects or None; `own`: the user's OCBs where already read.
    Raises ScopeError when they contradict each other or the user may not read figures.
    """
    if user is not None and not user.has_perm("reporting.view"):
        raise ScopeError(_("Ce compte ne consulte pas les chiffres du programme."))
    if start and end and start > end:
        raise ScopeError(_("Le début de la période vient après sa fin."))
    if agreement and start:
        raise ScopeError(
            _("Choisir un accord ou un début de période : un accord compte depuis l'origine.")
        )
    known = as_of or today()
    if agreement:
        end = min(day for day in (agreement.ends_on, known, end) if day)
    return Scope(
        as_of=known,
        start=start,
        end=end,
        agreement=agreement,
        region_ids=frozenset({region.pk}) if region else None,
        ocb_ids=_ocb_ids(user, ocb, own),
    )


def regions_of(scope):
    """The regions a breakdown lists, zeros included, in code order."""
    regions = Region.objects.order_by("code", "pk")
    return regions if scope.region_ids is None else regions.filter(pk__in=scope.region_ids)


def ocbs_of(scope):
    """The OCBs a breakdown lists, zeros included, in code order."""
    ocbs = OCB.objects.order_by("code", "pk")
    if scope.ocb_ids is not None:
        ocbs = ocbs.filter(pk__in=scope.ocb_ids)
    return ocbs if scope.region_ids is None else ocbs.filter(region__in=scope.region_ids)


def _ocb_ids(user, ocb, own):
    if user is None or user.has_perm("reporting.view_all"):
        return frozenset({ocb.pk}) if ocb else None
    own = OCB.objects.managed_by(user) if own is None else own
    ids = frozenset(row.pk for row in own)
    return ids & {ocb.pk} if ocb else ids
