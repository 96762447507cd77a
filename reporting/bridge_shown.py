"""A bridge as a page shows it: per indicator, small parts hidden, the events behind each part."""

from dataclasses import dataclass

from beneficiaries.models import Beneficiary, StageEvent
from reporting.bridge import Bridge, Counted, bridge
from reporting.frozen import figures_of
from reporting.indicators import INDICATORS, Indicator, totals
from reporting.small_cells import is_small, sees_small_cells, veil
from reporting.veils import region_veil


@dataclass(frozen=True)
class ShownBridge:
    """A bridge for a page: `published` is the figure once sent, where it differs from `before`.

    `hidden` stands in the place of all its figures where one of them is not to be shown.
    """

    indicator: Indicator
    bridge: Bridge
    parts: list
    published: int | None
    hidden: str = ""


def staying_bridges(before, after, user):
    """As bridges_of, for those who reached each stage and have not left."""
    stages = [indicator for indicator in INDICATORS if indicator.stage]
    return bridges_of(before, after, user, stages, Counted.STAYING)


def bridges_of(before, after, user, indicators=INDICATORS, counted=Counted.REACHED, published=None):
    """A ShownBridge per indicator. Parts too small to be shown to `user` come together."""
    found = [(each, bridge(before, after, each.code, counted)) for each in indicators]
    sent = published or {}
    if sees_small_cells(user):
        return [ShownBridge(each, one, one.parts, sent.get(each.code)) for each, one in found]
    hidden = _hidden_codes(before, after, found, counted)
    return [
        ShownBridge(each, one, [], None, veil())
        if each.code in hidden
        else ShownBridge(each, one, _without_small(one.parts), sent.get(each.code))
        for each, one in found
    ]


def _hidden_codes(before, after, found, counted):
    """The indicators of which one end, or those who had left by it, is not to be shown."""
    veils = [region_veil(scope) for scope in (before, after)]
    hidden = {each.code for each, _b in found if any(v.hides_total(each.code) for v in veils)}
    if counted == Counted.REACHED:
        return hidden
    reached = [totals(scope) for scope in (before, after)]
    for each, one in found:
        ends = zip(reached, (one.before, one.after), strict=True)
        if any(is_small(n) or is_small(all_of[each.code] - n) for all_of, n in ends):
            hidden.add(each.code)
    return hidden


def regions_of_report(publication, then, now, user):
    """[(region code, {indicator: (as sent, today)})], small figures hidden from `user`."""
    sees_all = sees_small_cells(user)
    veiled = [frozenset() if sees_all else region_veil(s).figures for s in (then, now)]
    return [
        (
            code,
            {
                name: tuple(
                    veil(n) if not sees_all and n and ((code, name) in hides or is_small(n)) else n
                    for n, hides in zip(pair, veiled, strict=True)
                )
                for name, pair in figures.items()
            },
        )
        for code, figures in publication.regions_shown(figures_of(now)["regions"])
    ]


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
