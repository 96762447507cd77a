"""The donor workbook: results against targets, a sheet per region, periods, and notes.

`build(scope, user) -> binary file` at its start, ready to send; `user` None is the register
itself. Every figure comes from indicators.py and targets.py over the scope.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from beneficiaries.models import Sex
from remess.shared.excel import Sheet, Table, workbook_file
from reporting.exports import provenance
from reporting.exports.breakdowns import counts_by_period, ocbs_table, periods_table
from reporting.exports.losses import losses_sheet
from reporting.exports.notes import notes_sheet
from reporting.exports.outcomes import outcomes_sheet
from reporting.exports.results import Place, columns_for, results_of, results_table
from reporting.indicators import INDICATORS, breakdown, totals, women_share
from reporting.scope import regions_shown
from reporting.targets import TargetTable


def build(scope, user):
    """The workbook as a binary file at its start; `user` is None or may read the scope."""
    return workbook_file(
        sheets(scope, user),
        title=_("REMESS · Résultats du programme"),
        author=provenance.AUTHOR,
    )


def filename(scope):
    return provenance.file_name("resultats", scope.as_of)


def sheets(scope, user):
    """Résultats, Périodes, a sheet per region, Pertes, Après création, Notes."""
    places = places_of(scope)
    periods = counts_by_period(scope)
    found = [
        (scope, Sheet(_("Résultats"), [results_table(scope, places)], fixed_columns=2)),
        (scope, Sheet(_("Périodes"), [periods_table(periods, places[0])])),
    ]
    for place in places[1:]:
        part = only(scope, place.region)
        found.append((part, region_sheet(part, user, place, periods)))
    found.append((scope, losses_sheet(scope, user)))
    found.append((scope, outcomes_sheet(scope, user)))
    found.append((scope, notes_sheet(scope, user)))
    return [_with_provenance(sheet, part, user) for part, sheet in found]


def _with_provenance(sheet, scope, user):
    return replace(
        sheet,
        intro=provenance.intro(sheet.name, provenance.scope_sentence(scope)),
        footer=provenance.footer(scope.as_of, user),
        warning=provenance.warning(),
    )


def places_of(scope):
    """The whole, then each region that the scope can hold figures of."""
    table = TargetTable(scope)
    by_region = breakdown(scope, "region")
    places = [
        Place(
            _("Ensemble"),
            None,
            totals(scope),
            women_share(scope),
            {i.code: table.total(i.code) for i in INDICATORS},
            {i.code: table.total(i.code, Sex.FEMALE.value) for i in INDICATORS},
        )
    ]
    for region in regions_shown(scope, by_region):
        places.append(
            Place(
                str(region),
                region,
                by_region[region.code],
                women_share(only(scope, region)),
                {i.code: table.of_region(i.code, region.pk) for i in INDICATORS},
                {i.code: table.of_region(i.code, region.pk, Sex.FEMALE.value) for i in INDICATORS},
            )
        )
    return places


def only(scope, region):
    return replace(scope, region_ids=frozenset({region.pk}))


def region_sheet(scope, user, place, periods):
    """One region: results, what happened under which act and, for those who may, by OCB."""
    results = Table(columns_for(scope), results_of(place), style=lambda result: result.style)
    tables = [results, periods_table(periods, place, _("Par période"))]
    if user is None or user.has_perm("reporting.filter_ocb"):
        tables.append(ocbs_table(scope, place))
    return Sheet(place.name, tables)
