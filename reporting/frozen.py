"""The figures and targets of a scope as one writes them down, and their digest.

A publication keeps them, the cover of a workbook shows the digest of what its reader sees: a hidden
count is not part of it, since whoever knows the rest could try the few it can be.
"""

import hashlib
import json

from beneficiaries.models import Sex
from reporting.indicators import INDICATORS, breakdown, totals
from reporting.scope import regions_of
from reporting.small_cells import Hidden
from reporting.targets import TargetTable


def figures_of(scope):
    """{"totals": {code: n}, "regions": {region code: {code: n}}}."""
    return {"totals": totals(scope), "regions": breakdown(scope, "region")}


def targets_of(scope):
    """The same keys as figures_of, each {"initial", "revised", "in_force"}; "women": theirs alone.

    Reports frozen before the women's targets were have no such key.
    """
    table, regions = TargetTable(scope), list(regions_of(scope))
    codes = [indicator.code for indicator in INDICATORS]
    by_sex = [indicator.code for indicator in INDICATORS if indicator.has_meaning_by("sex")]
    women = _targets(table, regions, by_sex, Sex.FEMALE.value)
    return _targets(table, regions, codes) | {"women": women}


def _targets(table, regions, codes, sex=""):
    return {
        "totals": {code: table.total(code, sex).as_dict() for code in codes},
        "regions": {
            region.code: {code: table.of_region(code, region.pk, sex).as_dict() for code in codes}
            for region in regions
        },
    }


def seen_digest(reader) -> str:
    """The digest of the figures and targets of a workbook, as the `reader` of its Figures."""
    return digest(seen_figures(reader), targets_of(reader.scope))


def seen_figures(reader):
    """figures_of() the scope of a workbook's Figures, None in the place of what they hide."""

    def shown(counts, region=None):
        return {
            code: None if type(reader.of(code, region, time=reader.asked)) is Hidden else n
            for code, n in counts.items()
        }

    counted = figures_of(reader.scope)
    regions = {code: shown(counts, code) for code, counts in counted["regions"].items()}
    return {"totals": shown(counted["totals"]), "regions": regions}


def digest(figures, targets) -> str:
    """SHA-256 over one way of writing them: sorted keys, no spaces."""
    content = json.dumps([figures, targets], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
