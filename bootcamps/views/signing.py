"""The signature of a bootcamp's minutes, and taking them up again."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beneficiaries.transitions import TransitionRefused
from bootcamps import transitions
from bootcamps.forms import SignForm
from bootcamps.jury_forms import ReopenForm
from bootcamps.views.finding import find, frozen
from bootcamps.views.parts import form_methods, form_page
from remess.accounts.roles import allowed
from remess.shared.dates import today
from remess.shared.forms import sent


@form_methods
@allowed("bootcamps.sign")
def bootcamp_sign(request, code):
    """What the signature will do; then the signature, which freezes the minutes."""
    bootcamp = find(request, code)
    if bootcamp.is_signed:
        return frozen(request, bootcamp)
    form = SignForm(sent(request))
    if form.is_valid() and _sign(request, bootcamp, form):
        return redirect(bootcamp)
    tally = bootcamp.participations.tally()
    checks = transitions.signing_checks(bootcamp, tally)
    is_to_come = bootcamp.held_on > today()
    context = {
        "bootcamp": bootcamp,
        "form": form,
        "tally": tally,
        "checks": checks,
        "is_to_come": is_to_come,
        "is_ready": tally["enrolled"] > 0 and not is_to_come and all(c.is_met for c in checks),
        "rows_shown": set(),
        "plan": transitions.signature_plan(bootcamp),
    }
    return render(request, "bootcamps/sign.html", context, status=422 if form.errors else 200)


def _sign(request, bootcamp, form):
    """Sign; on a refusal say it on the form and return False."""
    try:
        outcome = transitions.sign_minutes(bootcamp, by=request.user, **form.cleaned_data)
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    n = len(outcome.advanced)
    done = ngettext(
        "Procès-verbal signé : %(n)s jeune passe à l'étape Sélectionné.",
        "Procès-verbal signé : %(n)s jeunes passent à l'étape Sélectionné.",
        n,
    )
    messages.success(request, done % {"n": n})
    for row, why in outcome.refused:
        messages.warning(request, f"{row.beneficiary} : {why}")
    return True


@form_methods
@allowed("bootcamps.reopen")
def bootcamp_reopen(request, code):
    """Take signed minutes up again, with a reason that stays."""
    bootcamp = find(request, code)
    if not bootcamp.is_signed:
        messages.info(request, _("Le procès-verbal n'est pas signé : il est déjà ouvert."))
        return redirect(bootcamp)
    form = ReopenForm(sent(request))
    if form.is_valid() and _reopen(request, bootcamp, form):
        return redirect(bootcamp)
    page = {
        "title": _("Rouvrir le procès-verbal du bootcamp %(code)s") % {"code": code},
        "lede": _(
            "Les décisions redeviennent modifiables. Les sélections restent ; à la nouvelle "
            "signature, celles des jeunes qui ne sont plus retenus sont annulées avec ce motif."
        ),
        "button": _("Rouvrir le procès-verbal"),
        "back": bootcamp.get_absolute_url(),
        "back_label": _("Bootcamp %(code)s") % {"code": code},
    }
    return form_page(request, form, page)


def _reopen(request, bootcamp, form):
    """Reopen; on a refusal say it on the form and return False."""
    try:
        transitions.reopen_minutes(bootcamp, by=request.user, reason=form.cleaned_data["reason"])
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Procès-verbal rouvert : il est à signer de nouveau."))
    return True
