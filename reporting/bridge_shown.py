"""A bridge as a page shows it: per indicator, small parts hidden, the events behind each part."""

from dataclasses import dataclass

from beneficiaries.models import Beneficiary, StageEvent
from reporting.bridge import Bridge, Counted, bridge
from reporting.indicators import INDICATORS, Indicator
from reporting.small_cells import is_small


@dataclass(frozen=True)
class ShownBridge:
    """A bridge for a page: `published` is the figure once sent, where it differs from `before`."""

    indicator: Indicator
    bridge: Bridge
    parts: list
    published: int | None


def staying_bridges(before, after, user):
    """As bridges_of, for those who reached each stage and have not left."""
    stages = [indicator for indicator in INDICATORS if indicator.stage]
    return bridges_of(before, after, user, stages, Counted.STAYING)


def bridges_of(before, after, user, indicators=INDICATORS, counted=Counted.REACHED, published=None):
    """A ShownBridge per indicator. Parts too small to be shown to `user` come together."""
    shown = []
    for indicator in indicators:
        found = bridge(before, after, indicator.code, counted)
        parts = found.parts if user.has_perm("beneficiaries.view") else _without_small(found.parts)
        shown.append(
            ShownBridge(indicator, found, parts, published and published.get(indicator.code))
        )
    return shown


def _without_small(parts):
    """The parts, those of too few persons under one line without cause."""
    large = [part for part in parts if not any(is_small(n) for n in part[1:])]
    small = [part for part in parts if part not in large]
    if not small:
        return parts
    net = sum(added - removed for _cause, added, removed in small)
    return [*large, (None, max(net, 0), max(-net, 0))]


def visible_events(events, user):
    """Those of `events` (pks) whose person this user may see, in order, as pks."""
    if user.has_perm("beneficiaries.view_all"):
        return sorted(events)
    people = Beneficiary.objects.visible_to(user)
    own = StageEvent.objects.filter(beneficiary__in=people).values_list("pk", flat=True)
    return sorted(set(own) & set(events))


def events_shown(pks):
    """The events `pks` with what a list of them shows."""
    rows = StageEvent.objects.filter(pk__in=list(pks)).order_by("pk")
    return rows.select_related("beneficiary", "ocb", "recorded_by", "voided_by", "corrects")
