"""Where people are lost and why, for those who read the programme's figures."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beneficiaries.filters import EXITED, INCOMPLETE
from remess.accounts.roles import allowed
from remess.shared.dates import today
from reporting.forms import ScopeForm
from reporting.loss_columns import DEFINITIONS, SECTIONS
from reporting.losses import TITLES, exit_losses, waiting
from reporting.outcomes import shown
from reporting.scope import Scope

# The dimensions whose groups the list of people can filter by, and its filter's name.
LISTED_BY = {"": None, "reason": "exit_reason"}


@require_safe
@allowed("reporting.view")
def losses(request):
    form = ScopeForm(request.GET, user=request.user)
    if not form.is_valid():
        return render(request, "reporting/dashboard_refused.html", {"form": form}, status=422)
    found = {
        "gone": exit_losses(form.scope, request.user),
        "people": waiting(form.scope, request.user),
    }
    may_see_people = request.user.has_perm("beneficiaries.view")
    links = people_links if may_see_people and form.scope == Scope(today()) else no_links
    context = {
        "form": form,
        "scope": form.scope,
        "sections": [_section(section, found[section.total], links) for section in SECTIONS],
        "definitions": DEFINITIONS,
        "hides": not may_see_people,
    }
    return render(request, "reporting/losses.html", context)


def people_links(section, losses, dimension, group):
    """The address of the list behind each cell of a row, '' where its filters cannot say it.

    The list knows today's exits only, and a person's OCB and region rather than the exit's.
    """
    if section.total != "gone" or "stage" not in section.without or dimension not in LISTED_BY:
        return no_links(section, losses, dimension, group)
    base = {"stage": EXITED}
    if name := LISTED_BY[dimension]:
        base[name] = group.key
    cells = [(("at", stage), {"exit_stage": stage or INCOMPLETE}) for stage in losses.stages]
    return [
        "",
        *(
            f"{reverse('beneficiaries:list')}?{urlencode(base | at)}" if group.figure(of) else ""
            for of, at in [*cells, ("gone", {})]
        ),
    ]


def no_links(section, losses, dimension, group):
    return [""] * len(section.columns(losses))


def _section(section, losses, links):
    """What the template draws: headings, then [(title, [[(heading, text, address)]])]."""
    columns = section.columns(losses)

    def cells(dimension, group):
        addresses = links(section, losses, dimension, group)
        pairs = zip(columns, addresses, strict=True)
        return [(column.heading, shown(column, group), address) for column, address in pairs]

    return {
        "title": section.title,
        "note": section.note,
        "empty": "" if losses.whole.people else section.empty,
        "headings": [column.heading for column in columns],
        "parts": [
            (TITLES[name], [cells(name, group) for group in groups])
            for name, groups in section.parts(losses)
        ],
    }
