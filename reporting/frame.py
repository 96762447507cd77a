"""The regions, acts and OCBs that a page's filters, targets and tables all name, read once."""

from dataclasses import dataclass

from ocbs.models import OCB
from remess.programme.models import Agreement, Region
from reporting.scope import ocbs_of


@dataclass(frozen=True)
class Frame:
    """Every region in code order, every act from the oldest, the OCBs this user filters by."""

    regions: list[Region]
    acts: list[Agreement]
    ocbs: list[OCB]

    @classmethod
    def read(cls, user=None):
        """In two queries, three where `user` filters by OCB."""
        filters = user is not None and user.has_perm("reporting.filter_ocb")
        return cls(
            list(Region.objects.order_by("code", "pk")),
            list(Agreement.objects.order_by("starts_on", "pk")),
            list(OCB.objects.managed_by(user).order_by("code", "pk")) if filters else [],
        )

    def ocbs_of(self, scope):
        """The OCBs that `scope` is cut to, those of the frame where it has them all."""
        found = [ocb for ocb in self.ocbs if ocb.pk in scope.ocb_ids]
        return found if len(found) == len(scope.ocb_ids) else list(ocbs_of(scope))

    def regions_shown(self, scope, by_region):
        """All the scope's regions; under an OCB, those it works in or has figures in.

        `by_region`: {region code: {indicator: n}}.
        """
        regions = self.regions_of(scope)
        if scope.ocb_ids is None:
            return regions
        own = {ocb.region_id for ocb in self.ocbs_of(scope)}
        return [r for r in regions if r.pk in own or any(by_region[r.code].values())]

    def regions_of(self, scope):
        """The regions a breakdown of `scope` lists, zeros included."""
        return [r for r in self.regions if scope.region_ids is None or r.pk in scope.region_ids]
