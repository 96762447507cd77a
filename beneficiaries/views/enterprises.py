"""The enterprises: list, page, what may be edited, proof, members and scanned files."""

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries import transitions
from beneficiaries.enterprise_filters import EnterpriseFilter
from beneficiaries.enterprise_forms import (
    EnterpriseDetailsForm,
    EnterpriseProofForm,
    FileForm,
    MemberForm,
)
from beneficiaries.forms import ReasonForm
from beneficiaries.models import Beneficiary, Enterprise, EnterpriseMember
from beneficiaries.transitions import TransitionRefused
from remess.accounts.roles import allowed
from remess.shared.dates import today
from remess.shared.forms import sent, status_of
from remess.shared.paging import keyset_page
from remess.shared.versions import Changed

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def find(request, pk):
    """The enterprise this address names, if this user may see it; else 404."""
    visible = Enterprise.objects.visible_to(request.user)
    return get_object_or_404(visible.with_gaps().with_origin().with_persons(), pk=pk)


@require_safe
@allowed("enterprises.list")
def enterprise_list(request):
    visible = Enterprise.objects.visible_to(request.user)
    filterset = EnterpriseFilter(request.GET, queryset=visible, request=request)
    found = filterset.qs if filterset.is_valid() else visible.with_origin().none()
    shown = found.with_gaps().with_persons(filterset.day)
    page = keyset_page(shown, ("-registered_on", "-pk"), after=request.GET.get("apres", ""))
    context = {
        "filterset": filterset,
        "page": page,
        "persons": Beneficiary.objects.creators_of(found, filterset.day).count(),
        "day": filterset.day or today(),
    }
    status = 200 if filterset.is_valid() else 422
    return render(request, "beneficiaries/enterprise_list.html", context, status=status)


@require_safe
@allowed("enterprises.view")
def enterprise_detail(request, pk):
    enterprise = find(request, pk)
    members = EnterpriseMember.objects.filter(enterprise=enterprise).for_page(request.user)
    standing = [member for member in members if member.voided_at is None]
    files = list(enterprise.files.select_related("recorded_by", "voided_by").order_by("pk"))
    context = {
        "enterprise": enterprise,
        "members": standing,
        "unseen": enterprise.persons - len(standing),
        "former_members": [member for member in members if member.voided_at],
        "files": [file for file in files if file.voided_at is None],
        "voided_files": [file for file in files if file.voided_at],
        "may_gain_members": not (enterprise.is_single and enterprise.persons),
    }
    return render(request, "beneficiaries/enterprise_detail.html", context)


@form_methods
@allowed("enterprises.edit")
def enterprise_edit(request, pk):
    form = EnterpriseDetailsForm(sent(request), instance=find(request, pk))
    enterprise = find(request, pk)
    if form.is_valid():
        try:
            transitions.save_details(form.instance, by=request.user, version=form.opened_version)
        except Changed as change:
            form.compare_with(change.stored)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Entreprise enregistrée."))
            return redirect(enterprise)
    page = {"title": _("Modifier l'entreprise"), "button": _("Enregistrer l'entreprise")}
    return _show(request, enterprise, form, page, status_of(form))


@form_methods
@allowed("beneficiaries.correct")
def enterprise_correct(request, pk):
    """Form, number or date: the proof, hence the creations behind it."""
    enterprise = find(request, pk)
    form = EnterpriseProofForm(sent(request), instance=find(request, pk))
    page = {
        "title": _("Corriger la preuve de création"),
        "button": _("Corriger la preuve"),
        "explanation": _(
            "Les créations datées du jour d'immatriculation suivent la date corrigée. Un rapport "
            "arrêté avant aujourd'hui garde ce qu'il disait."
        ),
    }
    return _do(
        request,
        enterprise,
        form,
        page,
        lambda: transitions.correct_proof(enterprise, by=request.user, **form.cleaned_data),
    )


@form_methods
@allowed("enterprises.edit")
def member_add(request, pk):
    enterprise = find(request, pk)
    form = MemberForm(sent(request), user=request.user, initial={"on": enterprise.registered_on})
    page = {
        "title": _("Ajouter un membre"),
        "button": _("Ajouter ce membre"),
        "explanation": _(
            "Un bénéficiaire formé passe ainsi à l'étape Créé : une personne de plus, la même "
            "entreprise."
        ),
    }

    def act():
        cleaned = form.cleaned_data
        transitions.join(enterprise, cleaned["number"], on=cleaned["on"], by=request.user)

    return _do(request, enterprise, form, page, act)


@form_methods
@allowed("beneficiaries.correct")
def member_void(request, pk, member_pk):
    enterprise = find(request, pk)
    member = get_object_or_404(EnterpriseMember, enterprise=enterprise, pk=member_pk)
    form = ReasonForm(sent(request))
    title = _("Annuler la participation de %(name)s") % {"name": member.beneficiary}
    page = {"title": title, "button": _("Annuler la participation")}
    return _do(
        request,
        enterprise,
        form,
        page,
        lambda: transitions.void_membership(member, by=request.user, **form.cleaned_data),
    )


@form_methods
@allowed("enterprises.edit")
def file_add(request, pk):
    enterprise = find(request, pk)
    form = FileForm(sent(request), request.FILES or None)
    page = {"title": _("Ajouter une pièce"), "button": _("Enregistrer la pièce")}

    def act():
        transitions.add_file(enterprise, by=request.user, **form.filed())

    return _do(request, enterprise, form, {**page, "takes_files": True}, act)


@require_safe
@never_cache
@allowed("enterprises.view")
def file_download(request, pk, file_pk):
    """The scanned proof, to whoever may see a member; the browser must neither run nor keep it."""
    row = get_object_or_404(find(request, pk).files, pk=file_pk)
    response = FileResponse(
        row.file.open("rb"),
        as_attachment=True,
        filename=row.sent_name,
        content_type=row.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@form_methods
@allowed("beneficiaries.correct")
def file_void(request, pk, file_pk):
    enterprise = find(request, pk)
    row = get_object_or_404(enterprise.files, pk=file_pk)
    form = ReasonForm(sent(request))
    page = {
        "title": _("Annuler la pièce « %(kind)s »") % {"kind": row.get_kind_display()},
        "button": _("Annuler la pièce"),
        "explanation": _("Elle reste dans l'historique, barrée de son motif."),
    }
    return _do(
        request,
        enterprise,
        form,
        page,
        lambda: transitions.void_file(row, by=request.user, **form.cleaned_data),
    )


def _do(request, enterprise, form, page, act):
    """Show `form`; when it is sent and valid, `act`, and say what was done or refused."""
    if form.is_bound and form.is_valid():
        try:
            act()
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("C'est enregistré : %(title)s.") % {"title": page["title"].lower()}
            )
            return redirect(enterprise)
    return _show(request, enterprise, form, page, 422 if form.errors else 200)


def _show(request, enterprise, form, page, status):
    context = {
        "enterprise": enterprise,
        "form": form,
        "explanation": "",
        "takes_files": False,
        **page,
    }
    return render(request, "beneficiaries/enterprise_form.html", context, status=status)
