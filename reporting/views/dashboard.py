"""The dashboard, and its workbooks."""

from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from beneficiaries.enterprise_filters import EnterpriseFilter
from beneficiaries.filters import BeneficiaryFilter
from beneficiaries.models import Beneficiary, Enterprise
from beneficiaries.selection import read_selection
from beneficiaries.sorting import chosen_sort
from remess.accounts.roles import allowed
from reporting.dashboard import dashboard_of
from reporting.exports import beneficiaries as list_workbook
from reporting.exports import donor
from reporting.exports import enterprises as enterprise_workbook
from reporting.forms import ScopeForm
from reporting.scope import ocbs_of

AS_OF = "arrete"


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
    workbook = donor.build(form.scope, request.user)
    return FileResponse(workbook, as_attachment=True, filename=donor.filename(form.scope))


@require_safe
@allowed("beneficiaries.export")
def list_export(request):
    """The filtered list as a workbook, or those chosen on it, for those who may see names."""
    if selection := read_selection(request.GET):
        return _export_selection(request, selection)
    visible = Beneficiary.objects.visible_to(request.user)
    filterset = BeneficiaryFilter(request.GET, queryset=visible, request=request)
    if not filterset.is_valid():
        return redirect(f"{reverse('beneficiaries:list')}?{request.GET.urlencode()}")
    sort = chosen_sort(request.GET.get("tri"))
    people = sort.apply(filterset.qs).order_by(*sort.order)
    filters = [f"{label} : {value}" for _name, label, value in filterset.active()]
    workbook = list_workbook.build(people, request.user, filters=filters)
    return FileResponse(workbook, as_attachment=True, filename=list_workbook.filename())


def _export_selection(request, selection):
    people = selection.people(request)
    ticked = ngettext("%(n)s personne cochée", "%(n)s personnes cochées", people.count())
    filters = selection.active(request)
    if selection.ids is not None:
        filters = [ticked % {"n": people.count()}]
    workbook = list_workbook.build(people, request.user, filters=filters)
    return FileResponse(workbook, as_attachment=True, filename=list_workbook.filename())


@require_safe
@allowed("enterprises.list")
def enterprise_export(request):
    """The filtered list of enterprises as a workbook."""
    visible = Enterprise.objects.visible_to(request.user)
    filterset = EnterpriseFilter(request.GET, queryset=visible, request=request)
    if not filterset.is_valid():
        return redirect(f"{reverse('beneficiaries:enterprise_list')}?{request.GET.urlencode()}")
    day = filterset.day
    shown = filterset.qs.with_gaps().with_persons(day).order_by("-registered_on", "-pk")
    filters = [f"{label} : {value}" for name, label, value in filterset.active() if name != AS_OF]
    workbook = enterprise_workbook.build(shown, request.user, filters, day)
    name = enterprise_workbook.filename(day)
    return FileResponse(workbook, as_attachment=True, filename=name)


def places_of(form):
    """What the figures are cut to, in words: the region chosen, the OCB chosen or the agent's."""
    chosen = [form.cleaned_data.get("region"), form.cleaned_data.get("ocb")]
    names = [str(place) for place in chosen if place]
    if form.scope.ocb_ids is not None and not form.cleaned_data.get("ocb"):
        names += [str(ocb) for ocb in ocbs_of(form.scope)]
    return names


def _refused(request, form):
    return render(request, "reporting/dashboard_refused.html", {"form": form}, status=422)
