"""The visits of a person: recording one, voiding one, the sheet to fill by hand."""

import uuid

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beneficiaries.forms import ReasonForm
from beneficiaries.models import Beneficiary
from beneficiaries.transitions import TransitionRefused
from bootcamps import transitions
from bootcamps.models import CoachingVisit
from bootcamps.views.parts import form_methods, form_page, sent
from bootcamps.visit_forms import VisitForm
from remess.accounts.roles import allowed

LAST_VISITS = 2


def person_of(request, file_number):
    """The beneficiary this address names, if this user may see them; else 404."""
    visible = Beneficiary.objects.visible_to(request.user).by_number(file_number)
    return get_object_or_404(visible.for_list())


@form_methods
@allowed("visits.record")
def visit_create(request, file_number):
    person = person_of(request, file_number)
    form = VisitForm(
        sent(request), beneficiary=person, user=request.user, initial={"client_id": uuid.uuid4()}
    )
    if form.is_valid():
        try:
            transitions.record_visit(form.save(commit=False), by=request.user)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Visite enregistrée."))
            return redirect(person)
    page = {
        "title": _("Enregistrer une visite"),
        "lede": f"{person} · {person.file_number}",
        "button": _("Enregistrer la visite"),
        "back": person.get_absolute_url(),
        "back_label": str(person),
    }
    return form_page(request, form, page)


@form_methods
@allowed("visits.void")
def visit_void(request, file_number, pk):
    person = person_of(request, file_number)
    visit = get_object_or_404(
        CoachingVisit.objects.visible_to(request.user), pk=pk, beneficiary=person
    )
    form = ReasonForm(sent(request))
    if form.is_valid():
        try:
            transitions.void_visit(visit, by=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Visite annulée."))
            return redirect(person)
    page = {
        "title": _("Annuler la visite du %(day)s") % {"day": f"{visit.visited_on:%d/%m/%Y}"},
        "lede": _("Elle reste visible dans l'historique, avec son motif."),
        "button": _("Annuler la visite"),
        "back": person.get_absolute_url(),
        "back_label": str(person),
    }
    return form_page(request, form, page)


@require_safe
@allowed("visits.record")
def visit_sheet(request, file_number):
    """A page to print and fill by hand: the person's facts, the last visits, blank lines."""
    person = person_of(request, file_number)
    context = {
        "beneficiary": person,
        "enterprises": person.enterprises(),
        "visits": person.visits.unvoided()
        .select_related("trainer")
        .order_by("-visited_on", "-pk")[:LAST_VISITS],
    }
    return render(request, "bootcamps/visit_sheet.html", context)
