"""What readers without names are not shown of the regions, the same on every page of a scope.

Filtering by a region must not uncover what the table of all regions hides: the veil is always
drawn over every region of the scope's period.
"""

from dataclasses import dataclass, replace

from beneficiaries.funnel import PATH
from remess.programme.models import Region
from reporting.frame import Frame
from reporting.overview import Reading
from reporting.small_cells import hidden_cells, hidden_in_column, sees_small_cells


@dataclass(frozen=True)
class RegionVeil:
    """`figures`: (region code, figure) hidden; `women`: (region code or None for all, stage)."""

    figures: frozenset = frozenset()
    women: frozenset = frozenset()
    codes: tuple = ()  # of the scope's regions, where it is narrowed to some

    def hides_total(self, figure):
        """Whether the total of a scope narrowed to some regions is one of those hidden."""
        return any((code, figure) in self.figures for code in self.codes)

    def hides_women(self, stage):
        """Whether the women of the whole scope are hidden."""
        return any((code, stage) in self.women for code in self.codes or (None,))


NO_VEIL = RegionVeil()


def region_veil(scope, seen=None, enterprises=None, frame=None):
    """The RegionVeil of a scope for who sees no names.

    `seen`, `enterprises`: its Overview and {region code: enterprises}, where already counted.
    """
    if scope.region_ids is not None or seen is None:
        reading = Reading(replace(scope, region_ids=None), frame or Frame.read())
        seen, (enterprises, _forms) = reading.overview(), reading.enterprises()
    codes, figures, women = list(seen.regions), set(), set()
    for stage in (stage.value for stage in PATH):
        parts = [(seen.women_of[code][stage], seen.regions[code][stage]) for code in codes]
        for i, j in hidden_cells([[w, total - w] for w, total in parts]):
            code = codes[i] if i < len(codes) else None
            if j == 0:
                women.add((code, stage))
            if j == 2 and code:
                figures.add((code, stage))
    known = {i for i, code in enumerate(codes) if (code, "created") in figures}
    for i in hidden_in_column([enterprises.get(code, 0) for code in codes], known):
        if i < len(codes):
            figures.add((codes[i], "enterprises"))
    return RegionVeil(frozenset(figures), frozenset(women), _narrowed(scope))


def veil_for(user, scope, seen, enterprises, frame):
    """The RegionVeil for `user`: nothing is hidden from those who may see names."""
    return NO_VEIL if sees_small_cells(user) else region_veil(scope, seen, enterprises, frame)


def _narrowed(scope):
    if scope.region_ids is None:
        return ()
    regions = Region.objects.filter(pk__in=scope.region_ids).order_by("code")
    return tuple(regions.values_list("code", flat=True))
