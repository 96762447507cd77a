"""The dashboard, and its workbooks."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from remess.accounts.roles import allowed
from remess.shared.kept import kept, kept_page
from reporting.dashboard import dashboard_of
from reporting.exports import donor
from reporting.exports.provenance import scope_sentence
from reporting.forms import ScopeForm
from reporting.views.sending import send

PARTS = {
    "head": "reporting/_dashboard_head.html",
    "content": "reporting/_dashboard.html",
    "printed": "reporting/_dashboard_printed.html",
}


@require_safe
@allowed("reporting.view")
@kept_page()
def dashboard(request):
    form = ScopeForm(request.GET, user=request.user)
    if not form.is_valid():
        return refused(request, form)
    facts = dashboard_of(form.scope, request.user, form.frame) | {
        "scope": form.scope,
        "places": places_of(form),
        "frame": form.frame,
    }
    context = facts | {
        "form": form,
        "place": form.scope_filters().get("region", ""),
        "may_see_people": request.user.has_perm("beneficiaries.view"),
    }
    parts = kept(request, PARTS, context, facts)
    return render(request, "reporting/dashboard.html", parts)


@require_safe
@allowed("reporting.export")
def dashboard_download(request):
    form = ScopeForm(request.GET, user=request.user)
    if not form.is_valid():
        return refused(request, form)
    return send(
        request,
        donor.build(form.scope, request.user),
        name="bailleur",
        as_of=form.scope.as_of,
        scope=scope_sentence(form.scope),
        file_name=donor.filename(form.scope),
    )


def places_of(form):
    """What the figures are cut to, in words: the region chosen, the OCB chosen or the agent's."""
    chosen = [form.cleaned_data.get("region"), form.cleaned_data.get("ocb")]
    names = [str(place) for place in chosen if place]
    if form.scope.ocb_ids is not None and not form.cleaned_data.get("ocb"):
        names += [str(ocb) for ocb in form.frame.ocbs_of(form.scope)]
    return names


def refused(request, form):
    return render(request, "reporting/dashboard_refused.html", {"form": form}, status=422)
