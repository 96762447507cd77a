"""The donor workbook: results against targets, a sheet per region, charts, data, and notes.

`build(scope, user) -> binary file` at its start, ready to send; `user` None is the register
itself. Every figure comes from indicators.py and targets.py over the scope.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from beneficiaries.models import Sex
from remess.shared.excel import Line, Sheet, workbook_file
from reporting.exports import provenance
from reporting.exports.breakdowns import ocbs_table, only, periods_table
from reporting.exports.cover import cover_sheet, title
from reporting.exports.data import data_sheet
from reporting.exports.drawings import charts_sheet
from reporting.exports.figures import Figures
from reporting.exports.legal_forms import legal_forms_sheet
from reporting.exports.losses import losses_sheet
from reporting.exports.notes import notes_sheet, period_words
from reporting.exports.outcomes import outcomes_sheet
from reporting.exports.results import Place, place_table, results_table
from reporting.indicators import INDICATORS
from reporting.targets import TargetTable


def build(scope, user):
    """The workbook as a binary file at its start; `user` is None or may read the scope."""
    return workbook_file(
        sheets(scope, user),
        title=f"{provenance.AUTHOR} · {title()}",
        author=provenance.AUTHOR,
    )


def filename(scope):
    return provenance.file_name("resultats", scope.as_of)


def sheets(scope, user):
    """The cover, then every sheet its table of contents names."""
    figures = Figures(scope, user)
    contents = contents_of(figures)
    cover = cover_sheet(figures, [(sheet, text) for _part, sheet, text in contents])
    return [
        _with_provenance(cover, scope, user, title()),
        *(_with_provenance(sheet, part, user, sheet.name) for part, sheet, _text in contents),
    ]


def contents_of(figures):
    """[(scope, sheet, what it shows)] after the cover, in order."""
    scope, user = figures.scope, figures.user
    whole, *regions = places_of(figures)
    framework = Sheet(
        _("Cadre de résultats"),
        [results_table(figures, [whole, *regions])],
        period_line(figures),
        fixed_columns=2,
    )
    periods = Sheet(_("Périodes"), [periods_table(figures, whole)])
    return [
        (scope, framework, _("Chaque indicateur face à ses cibles, en tout et par région")),
        (scope, periods, _("Ce qui s'est passé sous chaque accord, et hors période")),
        *(
            (only(scope, place.region), region_sheet(figures, place), _("Une région seule"))
            for place in regions
        ),
        (scope, charts_sheet(figures), _("Le parcours et son avancée mois après mois")),
        (scope, losses_sheet(scope, user), _("Qui a quitté le parcours, où et pourquoi")),
        (scope, legal_forms_sheet(figures), _("Personnes et entreprises, par forme juridique")),
        (scope, outcomes_sheet(scope, user), _("Activité, emplois et revenus après la création")),
        (scope, data_sheet(figures), _("Un chiffre par ligne, pour calculer ailleurs")),
        (scope, notes_sheet(figures), _("Définitions, règles de comptage et de calcul")),
    ]


def _with_provenance(sheet, scope, user, heading):
    """`sheet` under its title and what it covers; its own captions follow."""
    captions = [text for _line, text in sheet.intro]
    return replace(
        sheet,
        intro=provenance.intro(heading, provenance.scope_sentence(scope), *captions),
        footer=provenance.footer(scope.as_of, user),
        warning=provenance.warning(),
    )


def places_of(figures):
    """The whole, then each region that the scope can hold figures of."""
    table = TargetTable(figures.scope)
    return [
        Place(
            _("Ensemble"),
            None,
            {i.code: table.total(i.code) for i in INDICATORS},
            {i.code: table.total(i.code, Sex.FEMALE.value) for i in INDICATORS},
        ),
        *(
            Place(
                str(region),
                region,
                {i.code: table.of_region(i.code, region.pk) for i in INDICATORS},
                {i.code: table.of_region(i.code, region.pk, Sex.FEMALE.value) for i in INDICATORS},
            )
            for region in figures.regions
        ),
    ]


def region_sheet(figures, place):
    """One region: results, what happened under which act and, for those who may, by OCB."""
    tables = [place_table(figures, place), periods_table(figures, place, _("Par période"))]
    if figures.shows_ocbs and not figures.hides:
        tables.append(ocbs_table(figures.scope, place))
    return Sheet(place.name, tables, period_line(figures))


def period_line(figures):
    """Above « Réalisé sur la période »: which days these are."""
    words = period_words(figures.timeline, figures.scope)
    return [(Line.CAPTION, _("Période du rapport : %(words)s") % {"words": words})]
