"""The dashboard, the people behind its figures, and its workbooks."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beneficiaries.sorting import SORTS, chosen_sort
from remess.accounts.roles import allowed
from remess.shared.paging import keyset_page
from reporting.dashboard import dashboard_of
from reporting.exports import donor
from reporting.exports.provenance import scope_sentence
from reporting.forms import ScopeForm
from reporting.indicators import BY_CODE, people_behind, totals
from reporting.scope import ocbs_of
from reporting.views.sending import send


@require_safe
@allowed("reporting.view")
def dashboard(request):
    form = ScopeForm(request.GET, user=request.user)
    if not form.is_valid():
        return _refused(request, form)
    context = {
        "form": form,
        "scope": form.scope,
        "places": places_of(form),
        "may_see_people": request.user.has_perm("beneficiaries.view"),
        **dashboard_of(form.scope),
    }
    return render(request, "reporting/dashboard.html", context)


@require_safe
@allowed("reporting.export")
def dashboard_download(request):
    form = ScopeForm(request.GET, user=request.user)
    if not form.is_valid():
        return _refused(request, form)
    return send(
        request,
        donor.build(form.scope, request.user),
        name="bailleur",
        as_of=form.scope.as_of,
        scope=scope_sentence(form.scope),
        file_name=donor.filename(form.scope),
    )


@require_safe
@allowed("beneficiaries.view")
def figure_people(request, code):
    """The people a figure counts, for those who may see names."""
    indicator = BY_CODE.get(code)
    if indicator is None or indicator.stage is None or not request.user.has_perm("reporting.view"):
        raise Http404
    form = ScopeForm(request.GET, user=request.user)
    if not form.is_valid():
        return _refused(request, form)
    sort = chosen_sort(request.GET.get("tri"))
    people = sort.apply(people_behind(form.scope, indicator, request.user).for_list())
    page = keyset_page(people, sort.order, after=request.GET.get("apres", ""))
    context = {
        "indicator": indicator,
        "form": form,
        "page": page,
        "sort": sort,
        "sorts": SORTS,
        "unseen": totals(form.scope)[code] - page.total,
    }
    return render(request, "reporting/people.html", context)


def places_of(form):
    """What the figures are cut to, in words: the region chosen, the OCB chosen or the agent's."""
    chosen = [form.cleaned_data.get("region"), form.cleaned_data.get("ocb")]
    names = [str(place) for place in chosen if place]
    if form.scope.ocb_ids is not None and not form.cleaned_data.get("ocb"):
        names += [str(ocb) for ocb in ocbs_of(form.scope)]
    return names


def _refused(request, form):
    return render(request, "reporting/dashboard_refused.html", {"form": form}, status=422)
