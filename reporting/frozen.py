"""The figures and targets of a scope as one writes them down, and their digest.

A publication keeps them, the cover of a workbook shows the digest: the same figures, the same one.
"""

import hashlib
import json

from beneficiaries.models import Sex
from reporting.indicators import INDICATORS, breakdown, totals
from reporting.scope import regions_of
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


def figures_digest(scope) -> str:
    """The SHA-256 of the figures and targets of a scope."""
    return digest(figures_of(scope), targets_of(scope))


def digest(figures, targets) -> str:
    """SHA-256 over one way of writing them: sorted keys, no spaces."""
    content = json.dumps([figures, targets], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
