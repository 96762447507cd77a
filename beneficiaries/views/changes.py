"""The history of a person's sheet and of an enterprise's, field by field."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beneficiaries.changes import page_of_changes
from beneficiaries.views import enterprises, sheets
from remess.accounts.roles import allowed


@require_safe
@allowed("beneficiaries.view_changes")
def beneficiary_changes(request, file_number):
    beneficiary = sheets.find(request, file_number)
    opened = {"at": beneficiary.created_at, "by": beneficiary.consent_by}
    context = {"title": _("Historique de la fiche"), "of": beneficiary, "opened": opened}
    return _show(request, beneficiary, {**context, "number": beneficiary.file_number})


@require_safe
@allowed("enterprises.view_changes")
def enterprise_changes(request, pk):
    enterprise = enterprises.find(request, pk)
    context = {"title": _("Historique de l'entreprise"), "of": enterprise, "opened": None}
    return _show(request, enterprise, {**context, "number": enterprise.identifier})


def _show(request, row, context):
    page, changes = page_of_changes(row, request.user, after=request.GET.get("apres", ""))
    context = {**context, "page": page, "changes": changes}
    return render(request, "beneficiaries/changes.html", context)
