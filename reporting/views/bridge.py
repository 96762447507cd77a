"""Why a figure differs between two days, and the events behind each part."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from remess.accounts.roles import allowed
from remess.shared.dates import today
from remess.shared.paging import number_page
from reporting.bridge import MEANINGS, Cause, Counted, bridge
from reporting.bridge_shown import bridges_of, events_shown, staying_bridges, visible_events
from reporting.forms import BridgeForm
from reporting.indicators import BY_CODE
from reporting.models import Publication

# How many published reports are offered, the newest.
OFFERED = 12


@require_safe
@allowed("reporting.view")
def figure_bridge(request):
    form = BridgeForm(request.GET or None, user=request.user)
    published = Publication.objects.visible_to(request.user).for_list()[:OFFERED]
    context = {
        "form": form,
        "bridges": [],
        "meanings": MEANINGS,
        "reports": [(report, report.bridge_query(today())) for report in published],
    }
    if form.is_valid():
        context["bridges"] = bridges_of(form.before, form.scope, request.user)
        context["staying"] = staying_bridges(form.before, form.scope, request.user)
        context |= {"before": form.before, "after": form.scope}
    status = 422 if form.errors else 200
    return render(request, "reporting/bridge.html", context, status=status)


@require_safe
@allowed("beneficiaries.view")
def bridge_events(request, code, cause):
    """The events that make one part of the difference, for those who may see names."""
    form = BridgeForm(request.GET, user=request.user)
    known = code in BY_CODE and cause in Cause.values
    if not known or not request.user.has_perm("reporting.view"):
        raise Http404
    if not form.is_valid():
        return redirect(f"{reverse('reporting:bridge')}?{request.GET.urlencode()}")
    counted = Counted.STAYING if request.GET.get("compte") == "presents" else Counted.REACHED
    steps = bridge(form.before, form.scope, code, counted).of(cause)
    events = visible_events(steps, request.user)
    page = number_page(events, after=request.GET.get("apres", ""))
    context = {
        "indicator": BY_CODE[code],
        "cause": Cause(cause),
        "meaning": MEANINGS[Cause(cause)],
        "form": form,
        "page": page,
        "rows": [(event, steps[event.pk]) for event in events_shown(page)],
        "unseen": len(steps) - len(events),
    }
    return render(request, "reporting/bridge_events.html", context)
