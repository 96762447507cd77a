"""What became of the creations, for those who read the programme's figures."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from beneficiaries.outcomes import DUE_AFTER
from remess.accounts.roles import allowed
from reporting.forms import ScopeForm
from reporting.outcomes import COLUMNS, DEFINITIONS, outcome_table, shown


@require_safe
@allowed("reporting.view")
def outcomes(request):
    form = ScopeForm(request.GET, user=request.user)
    if not form.is_valid():
        return render(request, "reporting/dashboard_refused.html", {"form": form}, status=422)
    tables = [outcome_table(form.scope, months, request.user) for months in DUE_AFTER]
    context = {
        "form": form,
        "scope": form.scope,
        "tables": [(table, _cells(table)) for table in tables],
        "columns": COLUMNS,
        "definitions": DEFINITIONS,
        "hides": not request.user.has_perm("beneficiaries.view"),
    }
    return render(request, "reporting/outcomes.html", context)


def _cells(table):
    """[(title, [[(heading, text)]])]: the whole first, then each breakdown."""
    parts = [("", [table.whole]), *table.breakdowns]
    return [
        (title, [[(column.heading, shown(column, row)) for column in COLUMNS] for row in rows])
        for title, rows in parts
    ]
