"""Moving a person along from their sheet: each view asks the door and shows what it refuses."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from beneficiaries import transitions
from beneficiaries.enterprise_forms import EnterpriseForm
from beneficiaries.forms import (
    CorrectDateForm,
    CorrectIdentityForm,
    ExitForm,
    MoveForm,
    PaperAdvanceForm,
    ReasonForm,
    ReturnForm,
)
from beneficiaries.funnel import FROM, NEEDS, EvidenceKind
from beneficiaries.models import Exit, StageEvent
from beneficiaries.transitions import TransitionRefused
from beneficiaries.views.sheets import find
from remess.accounts.roles import allowed
from remess.shared.forms import sent

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
@allowed("beneficiaries.advance")
def beneficiary_advance(request, file_number):
    """A selection or training on a paper proof."""
    beneficiary = find(request, file_number)
    reached = beneficiary.current_stage or None
    stage = next((s for s, before in FROM.items() if before == reached), None)
    if stage is None or EvidenceKind.PAPER not in NEEDS[stage]:
        messages.error(request, _("Cette étape ne se saisit pas sur pièce papier."))
        return redirect(beneficiary)
    form = PaperAdvanceForm(sent(request))
    page = {
        "title": _("Enregistrer l'étape « %(stage)s » sur pièce") % {"stage": stage.label},
        "button": _("Enregistrer l'étape"),
        "done": _("Étape enregistrée."),
        "explanation": _("D'ordinaire, cette étape vient d'un procès-verbal ou d'une formation."),
    }
    return move_page(
        request,
        beneficiary,
        form,
        page,
        lambda: transitions.advance(
            beneficiary,
            stage,
            on=form.cleaned_data["on"],
            by=request.user,
            evidence=form.evidence(),
        ),
    )


@form_methods
@allowed("beneficiaries.create_enterprise")
def beneficiary_create_activity(request, file_number):
    beneficiary = find(request, file_number)
    form = EnterpriseForm(sent(request), user=request.user)
    page = {
        "title": _("Enregistrer la création"),
        "button": _("Enregistrer la création"),
        "done": _("Création enregistrée."),
    }

    def create():
        enterprise = form.enterprise()
        on = form.cleaned_data.get("registered_on") or enterprise.registered_on
        transitions.create_activity(beneficiary, enterprise, on=on, by=request.user)

    return move_page(request, beneficiary, form, page, create)


@form_methods
@allowed("beneficiaries.exit")
def beneficiary_leave(request, file_number):
    beneficiary = find(request, file_number)
    form = ExitForm(sent(request))
    page = {
        "title": _("Enregistrer une sortie"),
        "button": _("Enregistrer la sortie"),
        "done": _("Sortie enregistrée."),
    }
    return move_page(
        request,
        beneficiary,
        form,
        page,
        lambda: transitions.leave(beneficiary, by=request.user, **form.cleaned_data),
    )


@form_methods
@allowed("beneficiaries.exit")
def beneficiary_come_back(request, file_number):
    beneficiary = find(request, file_number)
    form = ReturnForm(sent(request))
    page = {
        "title": _("Enregistrer un retour"),
        "button": _("Enregistrer le retour"),
        "done": _("Retour enregistré."),
    }
    return move_page(
        request,
        beneficiary,
        form,
        page,
        lambda: transitions.come_back(beneficiary, by=request.user, **form.cleaned_data),
    )


@form_methods
@allowed("beneficiaries.correct")
def event_void(request, file_number, pk):
    beneficiary = find(request, file_number)
    event = get_object_or_404(StageEvent, beneficiary=beneficiary, pk=pk)
    form = ReasonForm(sent(request))
    page = {
        "title": _("Annuler l'étape « %(stage)s »") % {"stage": event.get_stage_display()},
        "button": _("Annuler l'étape"),
        "done": _("Étape annulée."),
        "explanation": _("L'étape reste visible dans l'historique, barrée de son motif."),
    }
    return move_page(
        request,
        beneficiary,
        form,
        page,
        lambda: transitions.void(event, by=request.user, **form.cleaned_data),
    )


@form_methods
@allowed("beneficiaries.correct")
def event_correct(request, file_number, pk):
    beneficiary = find(request, file_number)
    event = get_object_or_404(StageEvent, beneficiary=beneficiary, pk=pk)
    form = CorrectDateForm(sent(request), initial={"on": event.occurred_on})
    page = {
        "title": _("Corriger la date de l'étape « %(stage)s »")
        % {"stage": event.get_stage_display()},
        "button": _("Corriger la date"),
        "done": _("Date corrigée."),
        "explanation": _("Un rapport arrêté avant aujourd'hui garde l'ancienne date."),
    }
    return move_page(
        request,
        beneficiary,
        form,
        page,
        lambda: transitions.correct_date(event, by=request.user, **form.cleaned_data),
    )


@form_methods
@allowed("beneficiaries.correct")
def exit_void(request, file_number, pk):
    beneficiary = find(request, file_number)
    row = get_object_or_404(Exit, beneficiary=beneficiary, pk=pk)
    form = ReasonForm(sent(request))
    page = {
        "title": _("Annuler la sortie"),
        "button": _("Annuler la sortie"),
        "done": _("Sortie annulée."),
    }
    return move_page(
        request,
        beneficiary,
        form,
        page,
        lambda: transitions.void_exit(row, by=request.user, **form.cleaned_data),
    )


@form_methods
@allowed("beneficiaries.correct")
def beneficiary_correct(request, file_number):
    """A mistaken sex or OCB: the passages are written anew."""
    beneficiary = find(request, file_number)
    initial = {"sex": beneficiary.sex, "ocb": beneficiary.ocb}
    form = CorrectIdentityForm(sent(request), initial=initial)
    page = {
        "title": _("Corriger le sexe ou l'OCB"),
        "button": _("Corriger"),
        "done": _("Fiche corrigée."),
        "explanation": _(
            "Pour une erreur de saisie : les chiffres sont recomptés dès aujourd'hui. "
            "Si la personne change d'OCB, choisir plutôt « Changer d'OCB »."
        ),
    }
    return move_page(
        request,
        beneficiary,
        form,
        page,
        lambda: transitions.correct_identity(beneficiary, by=request.user, **form.cleaned_data),
    )


@form_methods
@allowed("beneficiaries.move")
def beneficiary_move(request, file_number):
    beneficiary = find(request, file_number)
    form = MoveForm(sent(request), initial={"ocb": beneficiary.ocb})
    page = {
        "title": _("Changer d'OCB"),
        "button": _("Changer d'OCB"),
        "done": _("OCB changée."),
        "explanation": _("Les étapes déjà comptées restent à l'OCB d'alors."),
    }
    return move_page(
        request,
        beneficiary,
        form,
        page,
        lambda: transitions.move(beneficiary, by=request.user, **form.cleaned_data),
    )


def move_page(request, beneficiary, form, page, act):
    """Show `form`; when it is sent and valid, `act`, and say what was done or refused."""
    if form.is_bound and form.is_valid():
        try:
            act()
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, page.get("done") or _("C'est enregistré."))
            return redirect(beneficiary)
    context = {"beneficiary": beneficiary, "form": form, "explanation": "", **page}
    status = 422 if form.errors else 200
    return render(request, "beneficiaries/move.html", context, status=status)
