"""The sheet of results after creation: the page's own columns, a table per due date."""

from dataclasses import replace

from django.utils.translation import gettext as _

from beneficiaries.outcomes import DUE_AFTER
from remess.shared.excel import Sheet, Style, Table
from reporting.outcomes import COLUMNS, Outcome, outcome_table


def outcomes_sheet(scope, user):
    """Résultats après création; a cell hidden from `user` says so."""
    return Sheet(_("Après création"), [_table(scope, months, user) for months in DUE_AFTER])


def _table(scope, months, user):
    found = outcome_table(scope, months, user)
    rows = [found.whole]
    for title, outcomes in found.breakdowns:
        rows += [title, *outcomes]
    caption = _("À %(months)s mois : créations du %(day)s au plus tard") % {
        "months": months,
        "day": f"{found.last_day:%d/%m/%Y}",
    }
    if user is not None and not user.has_perm("beneficiaries.view"):
        caption += " · " + _("« masqué » : trop peu de personnes pour être montré")
    return Table([_column(column) for column in COLUMNS], rows, caption, _style)


def _column(column):
    """`column` over the rows of the sheet: a title fills the first cell alone."""
    title = str if column is COLUMNS[0] else lambda row: None
    return replace(
        column, value=lambda row: (column.value if isinstance(row, Outcome) else title)(row)
    )


def _style(row):
    return Style.PLAIN if isinstance(row, Outcome) else Style.SECTION
