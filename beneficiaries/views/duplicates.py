"""Possible duplicates: the team's list, sheets side by side, setting apart, merging."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from beneficiaries import merging, transitions
from beneficiaries.duplicate_forms import HintForm, MergeForm, ReportForm, SetApartForm, compared
from beneficiaries.duplicates import candidates
from beneficiaries.forms import ReasonForm
from beneficiaries.models import Beneficiary, Merge, PossibleDuplicate
from beneficiaries.transitions import TransitionRefused
from beneficiaries.views.moves import form_methods, move_page
from beneficiaries.views.sheets import find
from remess.accounts.roles import allowed
from remess.shared.forms import sent
from remess.shared.paging import keyset_page


def find_pair(request, pk):
    return get_object_or_404(PossibleDuplicate.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
@allowed("beneficiaries.merge")
def duplicate_list(request):
    pairs = PossibleDuplicate.objects.visible_to(request.user).open().for_list()
    page = keyset_page(pairs, ["-id"], after=request.GET.get("apres", ""))
    return render(request, "beneficiaries/duplicate_list.html", {"page": page})


@require_safe
@allowed("beneficiaries.merge")
def duplicate_detail(request, pk):
    pair = find_pair(request, pk)
    context = {
        "pair": pair,
        "sheets": [pair.first, pair.second],
        "is_mergeable": not (pair.first.merged_into_id or pair.second.merged_into_id),
        "rows": compared(pair.first, pair.second),
        "stages": merging.stage_plans(pair.first, pair.second),
    }
    return render(request, "beneficiaries/duplicate_detail.html", context)


@form_methods
@allowed("beneficiaries.merge")
def duplicate_set_apart(request, pk):
    pair = find_pair(request, pk)
    form = SetApartForm(sent(request))
    page = {
        "title": _("Ce ne sont pas les mêmes personnes"),
        "button": _("Retirer de la liste"),
        "done": _("C'est noté : ces deux fiches ne seront plus proposées comme doublon."),
    }
    return _pair_page(
        request, pair, form, page,
        lambda: transitions.set_apart(pair, by=request.user, note=form.cleaned_data["note"]),
    )  # fmt: skip


@require_POST
@allowed("beneficiaries.merge")
def duplicate_reopen(request, pk):
    pair = find_pair(request, pk)
    try:
        transitions.open_again(pair)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("La paire est de nouveau à examiner."))
    return redirect(pair)


@form_methods
@allowed("beneficiaries.merge")
def duplicate_merge(request, pk):
    """The confirmation page: which sheet stays, which values, what becomes of each stage."""
    pair = find_pair(request, pk)
    form = MergeForm(sent(request), pair=pair)
    if form.is_valid():
        kept, absorbed = form.sheets()
        try:
            transitions.merge(
                kept, absorbed, by=request.user, reason=form.cleaned_data["reason"],
                choices=form.choices_for(kept),
            )  # fmt: skip
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Les deux fiches n'en font plus qu'une."))
            return redirect(kept)
    context = {
        "pair": pair,
        "form": form,
        "stages": merging.stage_plans(pair.first, pair.second),
    }
    status = 422 if form.errors else 200
    return render(request, "beneficiaries/duplicate_merge.html", context, status=status)


@form_methods
@allowed("beneficiaries.merge")
def merge_undo(request, pk):
    row = get_object_or_404(Merge.objects.select_related("kept", "absorbed"), pk=pk)
    visible = Beneficiary.objects.visible_to(request.user).for_list()
    kept = get_object_or_404(visible, pk=row.kept_id)
    form = ReasonForm(sent(request))
    page = {
        "title": _("Défaire la fusion avec %(number)s") % {"number": row.absorbed.file_number},
        "button": _("Défaire la fusion"),
        "done": _("Les deux fiches sont de nouveau séparées."),
        "explanation": _(
            "Chaque fiche retrouve ses étapes et ses données ; ce qui a été saisi depuis la "
            "fusion reste sur cette fiche."
        ),
    }
    return move_page(
        request,
        kept,
        form,
        page,
        lambda: transitions.unmerge(row, by=request.user, **form.cleaned_data),
    )


@form_methods
@allowed("beneficiaries.edit")
def duplicate_report(request, file_number):
    """Somebody holds two sheets for one person: the pair goes to the team's list."""
    beneficiary = find(request, file_number)
    form = ReportForm(sent(request), user=request.user)
    page = {
        "title": _("Signaler un doublon"),
        "button": _("Signaler le doublon"),
        "done": _("Le doublon est signalé à l'équipe REMESS."),
        "explanation": _("Rien ne change sur les fiches : l'équipe REMESS les compare et décide."),
    }
    return move_page(
        request,
        beneficiary,
        form,
        page,
        lambda: transitions.report_duplicate(
            beneficiary, form.cleaned_data["number"], by=request.user
        ),
    )


@require_POST
@allowed("beneficiaries.enter")
def duplicate_hint(request):
    """Whom of the people this user sees the sheet being typed may be: a part of the page.

    Sent, not asked by address: what identifies a person stays out of the servers' journals.
    """
    form = HintForm(request.POST)
    own = Beneficiary.objects.standing().known_to(request.user)
    matches = candidates(form.identity(), among=own)
    context = {"matches": matches, "typed": form.identity()}
    return render(request, "beneficiaries/_duplicate_hint.html", context)


def _pair_page(request, pair, form, page, act):
    """Show `form`; when it is sent and valid, `act`, and go back to the list."""
    back = reverse("beneficiaries:duplicate_list")
    if form.is_bound and form.is_valid():
        try:
            act()
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, page["done"])
            return redirect(back)
    lede = f"{pair.first} · {pair.second}"
    context = {"form": form, "back": pair.get_absolute_url(), "back_label": pair, "lede": lede}
    status = 422 if form.errors else 200
    return render(request, "form_page.html", {**context, **page}, status=status)
