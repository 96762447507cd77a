"""Comparing: by any dimension, and one region by its OCBs, bootcamps and trainers."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ocbs.models import OCB
from remess.accounts.roles import allowed
from remess.programme.models import Region
from reporting.comparison import compare
from reporting.comparison_shown import comparison_shown
from reporting.dashboard import dashboard_of
from reporting.dimensions import BY_CODE
from reporting.forms import CompareForm, RegionScopeForm
from reporting.small_cells import sees_small_cells
from reporting.views.dashboard import refused

# What the page of a region is broken down by.
REGION_DIMENSIONS = ("ocb", "bootcamp", "formateur")


@require_safe
@allowed("reporting.view")
def comparison(request):
    form = CompareForm(request.GET, user=request.user)
    if not form.is_valid():
        return refused(request, form)
    found = compare(form.scope, form.dimension, request.user)
    context = {
        "form": form,
        "scope": form.scope,
        "shown": comparison_shown(
            found, request.user, form.scope_filters(), form.cleaned_data["mesure"]
        ),
        "hides": not sees_small_cells(request.user),
    }
    return render(request, "reporting/comparison.html", context)


@require_safe
@allowed("reporting.view")
def region(request, code):
    """The dashboard of one region, for the team, officials and the agents of its OCBs."""
    place = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    if not may_read_region(request.user, place):
        raise Http404
    form = RegionScopeForm(request.GET, user=request.user, region=place)
    if not form.is_valid():
        return refused(request, form)
    dimensions = [BY_CODE[name] for name in REGION_DIMENSIONS]
    filters = {**form.scope_filters(), "region": place.code}
    comparisons = [
        comparison_shown(compare(form.scope, each, request.user), request.user, filters)
        for each in dimensions
        if request.user.has_perm(each.permission)
    ]
    context = {
        "region": place,
        "place": place.code,
        "form": form,
        "scope": form.scope,
        "may_see_people": request.user.has_perm("beneficiaries.view"),
        "comparisons": comparisons,
        "hides": not sees_small_cells(request.user),
        **dashboard_of(form.scope, request.user, form.frame),
    }
    return render(request, "reporting/region.html", context)


def may_read_region(user, region):
    """An agent reads the regions their OCBs work in; the others read all."""
    if user.has_perm("reporting.view_all"):
        return True
    return OCB.objects.managed_by(user).filter(region=region).exists()
