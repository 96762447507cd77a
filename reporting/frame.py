"""The regions, acts, targets and OCBs that a page's filters and tables all name, read once."""

from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q

from ocbs.models import OCB
from remess.programme.models import Agreement, Region
from reporting.scope import ocbs_of


@dataclass(frozen=True)
class Frame:
    """Every region in code order, every act from the oldest, the OCBs this user filters by.

    `cells`: {(act's pk, region's pk or None, indicator, sex): (value, note)} of all targets.
    """

    regions: list[Region]
    acts: list[Agreement]
    cells: dict
    ocbs: list[OCB]

    @classmethod
    def read(cls, user=None):
        """In two queries."""
        regions, ocbs = _regions_and_ocbs(user)
        acts, cells = _acts_and_cells()
        return cls(regions, acts, cells, ocbs)

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


def _regions_and_ocbs(user):
    """(regions, the OCBs that `user` filters by) from one query."""
    regions = Region.objects.order_by("code", "pk")
    if user is None or not user.has_perm("reporting.filter_ocb"):
        return list(regions), []
    is_own = Q(ocbs__in=OCB.objects.managed_by(user).values("pk"))
    rows = regions.annotate(is_own=ExpressionWrapper(is_own, output_field=BooleanField()))
    names, own_names = columns_of(Region), columns_of(OCB)
    found, ocbs = {}, []
    for is_own, *row in rows.values_list(
        "is_own", *names, *(f"ocbs__{name}" for name in own_names)
    ):
        region = found.setdefault(row[0], Region.from_db(rows.db, names, row[: len(names)]))
        if is_own:
            ocb = OCB.from_db(rows.db, own_names, row[len(names) :])
            ocb.region = region
            ocbs.append(ocb)
    return list(found.values()), sorted(ocbs, key=lambda ocb: (ocb.code, ocb.pk))


def _acts_and_cells():
    """(acts, cells) from one query: an act without targets is one row, another one a target."""
    names = columns_of(Agreement)
    key = ["region_id", "indicator", "sex", "value", "note"]
    rows = Agreement.objects.order_by("starts_on", "pk")
    acts, cells = {}, {}
    for row in rows.values_list(*names, *(f"targets__{name}" for name in key)):
        own, (region, indicator, sex, value, note) = row[: len(names)], row[len(names) :]
        act = acts.setdefault(own[0], Agreement.from_db(rows.db, names, own))
        if value is not None:
            cells[act.pk, region, indicator, sex] = value, note
    return list(acts.values()), cells


def columns_of(model):
    """The names of a model's columns, its primary key first."""
    return [field.attname for field in model._meta.concrete_fields]
