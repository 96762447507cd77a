"""What to do with the people chosen on the list."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beneficiaries.selection import bulk_actions_of, read_selection
from remess.accounts.roles import allowed

NAMES_SHOWN = 50


@require_safe
@allowed("beneficiaries.view")
def bulk(request):
    """The actions this user may do to the people ticked, or to everybody of the list's filters."""
    actions = bulk_actions_of(request.user)
    if not actions:
        raise PermissionDenied
    selection = read_selection(request.GET)
    if selection is None:
        messages.warning(request, _("Cocher au moins une personne de la liste."))
        filters = request.GET.get("filtre", "")
        return redirect(f"{reverse('beneficiaries:list')}{'?' if filters else ''}{filters}")
    people = selection.people(request)
    n = people.count()
    query = selection.query(n)
    context = {
        "n": n,
        "was": selection.shown,
        "has_changed": selection.shown not in (n, None),
        "filters": selection.active(request),
        "shown": people[:NAMES_SHOWN],
        "more": max(n - NAMES_SHOWN, 0),
        "actions": [(action, reverse(action.url_name) + query) for action in actions],
        "list_url": reverse("beneficiaries:list") + selection.back(),
    }
    return render(request, "beneficiaries/bulk.html", context)
