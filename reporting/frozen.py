"""The figures and targets of a scope as one writes them down, and their digest.

A publication keeps them, the cover of a workbook shows the digest: the same figures, the same one.
"""

import hashlib
import json

from reporting.indicators import INDICATORS, breakdown, totals
from reporting.scope import regions_of
from reporting.targets import TargetTable


def figures_of(scope):
    """{"totals": {code: n}, "regions": {region code: {code: n}}}."""
    return {"totals": totals(scope), "regions": breakdown(scope, "region")}


def targets_of(scope):
    """The same keys as figures_of, each {"initial", "revised", "in_force"}."""
    table = TargetTable(scope)
    codes = [indicator.code for indicator in INDICATORS]
    return {
        "totals": {code: table.total(code).as_dict() for code in codes},
        "regions": {
            region.code: {code: table.of_region(code, region.pk).as_dict() for code in codes}
            for region in regions_of(scope)
        },
    }


def figures_digest(scope) -> str:
    """The SHA-256 of the figures and targets of a scope."""
    return digest(figures_of(scope), targets_of(scope))


def digest(figures, targets) -> str:
    """SHA-256 over one way of writing them: sorted keys, no spaces."""
    content = json.dumps([figures, targets], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
