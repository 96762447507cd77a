"""One action for many people: choose, see who may not and why, confirm, read the result."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from beneficiaries.selection import read_selection
from beneficiaries.transitions import TransitionRefused
from bootcamps.bulk import ASSIGN, ENROL, INVITE
from bootcamps.views.parts import form_methods
from remess.accounts.roles import allowed


@form_methods
@allowed("bootcamps.manage")
def bulk_invite(request):
    return _bulk_page(request, INVITE)


@form_methods
@allowed("courses.manage")
def bulk_enrol(request):
    return _bulk_page(request, ENROL)


@form_methods
@allowed("caseloads.assign")
def bulk_assign(request):
    return _bulk_page(request, ASSIGN)


def _bulk_page(request, bulk):
    """The form; once its address says what to do, the preview; a POST does it."""
    selection = read_selection(request.GET)
    if selection is None:
        messages.warning(request, _("Cocher au moins une personne de la liste."))
        return redirect("beneficiaries:list")
    people = list(selection.people(request).for_list())
    asked = request.GET if bulk.asked in request.GET else None
    form = bulk.form_class(asked, user=request.user)
    has_changed = selection.shown != len(people)
    context = {
        "bulk": bulk,
        "form": form,
        "n": len(people),
        "was": selection.shown,
        "has_changed": has_changed,
        "filters": selection.active(request),
        "parameters": selection.parameters(len(people)),
        "back": reverse("beneficiaries:bulk") + selection.query(len(people)),
        "list_url": reverse("beneficiaries:list") + selection.back(),
    }
    if request.method == "POST" and form.is_valid() and not has_changed:
        return _act(request, form, people, context)
    return _show(request, form, people, context)


def _act(request, form, people, context):
    try:
        summary = form.act(people, request.user)
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, form, people, context)
    context |= {"summary": summary, "target": form.target()}
    return render(request, "bootcamps/bulk_result.html", context)


def _show(request, form, people, context):
    """The preview while nothing stops it, and the form."""
    summary = None
    if form.is_valid():
        try:
            summary = form.preview(people)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
    is_refused = form.errors or (request.method == "POST" and summary is None)
    status = 422 if is_refused else 409 if request.method == "POST" else 200
    sent = [(name, request.GET.get(name, "")) for name in form.fields]
    context |= {
        "summary": summary,
        "target": form.target() if summary else None,
        "confirm": urlencode([*context["parameters"], *sent]),
    }
    return render(request, "bootcamps/bulk.html", context, status=status)
