"""The follow-up of a creator at 6 and 12 months, from their sheet."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from beneficiaries import transitions
from beneficiaries.forms import ReasonForm
from beneficiaries.outcome_forms import FollowUpForm
from beneficiaries.outcomes import DUE_AFTER
from beneficiaries.views.moves import move_page
from beneficiaries.views.sheets import find
from remess.accounts.roles import allowed
from remess.shared.forms import sent

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
@allowed("beneficiaries.follow_up")
def follow_up_add(request, file_number, months):
    beneficiary = find(request, file_number)
    if months not in DUE_AFTER:
        raise Http404
    form = FollowUpForm(sent(request))
    title = _("Suivi à %(months)s mois") % {"months": months}
    page = {
        "title": title,
        "button": _("Enregistrer le suivi"),
        "explanation": _(
            "Pour une coopérative, dire les emplois de toute la coopérative : ils sont comptés "
            "une seule fois."
        ),
    }
    return move_page(
        request,
        beneficiary,
        form,
        page,
        lambda: transitions.follow_up(beneficiary, months, by=request.user, **form.cleaned_data),
    )


@form_methods
@allowed("beneficiaries.correct")
def follow_up_void(request, file_number, pk):
    beneficiary = find(request, file_number)
    row = get_object_or_404(beneficiary.follow_ups, pk=pk)
    form = ReasonForm(sent(request))
    page = {
        "title": _("Annuler le suivi à %(months)s mois") % {"months": row.months},
        "button": _("Annuler le suivi"),
        "explanation": _("Il reste dans l'historique, et peut être saisi à nouveau."),
    }
    return move_page(
        request,
        beneficiary,
        form,
        page,
        lambda: transitions.void_follow_up(row, by=request.user, **form.cleaned_data),
    )
