"""The list of beneficiaries, a sheet, and the sheet's form."""

import uuid

from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.filters import BeneficiaryFilter
from beneficiaries.forms import BeneficiaryForm
from beneficiaries.models import Beneficiary
from beneficiaries.models.person import NOTICE_VERSION
from beneficiaries.sorting import SORTS, chosen_sort
from beneficiaries.timeline import follow_ups_of, next_step, timeline_of
from beneficiaries.transitions import TransitionRefused, save_sheet
from remess.accounts.roles import allowed
from remess.shared.forms import sent, status_of
from remess.shared.paging import keyset_page
from remess.shared.versions import Changed


def find(request, file_number):
    """The beneficiary this address names, if this user may see them; else 404."""
    return get_object_or_404(
        Beneficiary.objects.visible_to(request.user).by_number(file_number).for_list()
    )


@require_safe
@allowed("beneficiaries.view")
def beneficiary_list(request):
    visible = Beneficiary.objects.visible_to(request.user).for_list()
    filterset = BeneficiaryFilter(request.GET, queryset=visible, request=request)
    sort = chosen_sort(request.GET.get("tri"))
    found = filterset.qs if filterset.is_valid() else visible.none()
    page = keyset_page(sort.apply(found), sort.order, after=request.GET.get("apres", ""))
    context = {"filterset": filterset, "page": page, "sort": sort, "sorts": SORTS}
    status = 200 if filterset.is_valid() else 422
    return render(request, "beneficiaries/list.html", context, status=status)


@require_safe
@allowed("beneficiaries.view")
def beneficiary_detail(request, file_number):
    beneficiary = find(request, file_number)
    context = {
        "beneficiary": beneficiary,
        "timeline": timeline_of(beneficiary),
        "next_step": next_step(beneficiary, request.user),
        "enterprises": beneficiary.enterprises(),
        "follow_ups": follow_ups_of(beneficiary),
        "voided_follow_ups": beneficiary.follow_ups.filter(voided_at__isnull=False)
        .select_related("voided_by")
        .order_by("pk"),
    }
    return render(request, "beneficiaries/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("beneficiaries.enter")
def beneficiary_create(request):
    form = BeneficiaryForm(sent(request), user=request.user, initial={"client_id": uuid.uuid4()})
    if request.method == "POST":
        if already := _sent_before(request):
            return redirect(already)
        if form.is_valid() and _save(request, form):
            return redirect(form.instance)
        if already := _sent_before(request):
            return redirect(already)
    context = {"form": form, "beneficiary": None}
    return render(request, "beneficiaries/form.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("beneficiaries.edit")
def beneficiary_edit(request, file_number):
    form = BeneficiaryForm(sent(request), instance=find(request, file_number), user=request.user)
    if form.is_valid() and _save(request, form):
        return redirect(form.instance)
    context = {"form": form, "beneficiary": find(request, file_number)}
    return render(request, "beneficiaries/form.html", context, status=status_of(form))


def _save(request, form):
    """Store the sheet; on a refusal say it on the form, or show both versions: False."""
    try:
        sheet = save_sheet(
            form.save(commit=False),
            by=request.user,
            version=form.opened_version,
            derogation=form.cleaned_data.get("derogation") or "",
        )
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    except Changed as change:
        form.compare_with(change.stored)
        return False
    except IntegrityError:  # the same sheet or CIN, stored by another request a moment ago
        form.add_error(
            None, _("Cette fiche ou cette CIN vient d'être enregistrée : voir la liste.")
        )
        return False
    if missing := sheet.missing_facts():
        text = _("Fiche %(number)s enregistrée, à compléter. Il manque : %(missing)s.")
        messages.warning(
            request, text % {"number": sheet.file_number, "missing": ", ".join(missing)}
        )
    else:
        messages.success(
            request, _("Fiche %(number)s enregistrée.") % {"number": sheet.file_number}
        )
    return True


def _sent_before(request):
    """The sheet this very form already made: a browser resends a POST whose answer was lost."""
    try:
        client_id = uuid.UUID(request.POST.get("client_id", ""))
    except ValueError:
        return None
    return Beneficiary.objects.visible_to(request.user).filter(client_id=client_id).first()


@require_safe
@allowed("beneficiaries.view")
def notice(request):
    """The notice read with the youth, in French and Arabic (law 09-08)."""
    return render(request, "beneficiaries/notice.html", {"version": NOTICE_VERSION})
