"""Agreements, and the grid of what each promises."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from remess.accounts.roles import allowed
from remess.programme.forms import AgreementForm
from remess.programme.models import Agreement
from remess.shared.dates import today
from remess.shared.forms import sent, status_of
from remess.shared.versions import Changed
from reporting.forms import AsOfForm
from reporting.grid_form import TargetGridForm
from reporting.ledger import acts_of, ledger_of
from reporting.scope import build_scope
from reporting.target_grid import NoteNeeded, TargetGrid
from reporting.targets import TargetTable


def find(request, code):
    """The agreement this address names, if this user may see it; else 404."""
    return get_object_or_404(Agreement.objects.visible_to(request.user).for_list(), code=code)


@require_safe
@allowed("programme.view")
def agreement_list(request):
    agreements = Agreement.objects.visible_to(request.user).for_list().with_target_count()
    context = {"agreements": agreements, "today": today()}
    return render(request, "reporting/agreements.html", context)


@require_safe
@allowed("programme.view")
def ledger(request):
    """Every target on a day with the act that set it, and its history over the acts."""
    form = AsOfForm(request.GET)
    if not form.is_valid():
        return render(request, "reporting/dashboard_refused.html", {"form": form}, status=422)
    scope = build_scope(user=request.user, as_of=form.day())
    table = TargetTable(scope)
    context = {
        "form": form,
        "day": scope.as_of,
        "acts": acts_of(table),
        "tables": ledger_of(scope, table),
        "gaps": table.gaps(),
    }
    return render(request, "reporting/ledger.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("programme.view")
def agreement_targets(request, code):
    """The grid: filled by administrators, read by the others."""
    agreement = find(request, code)
    may_fill = request.user.has_perm("programme.manage")
    if request.method == "POST" and not may_fill:
        raise Http404
    form = TargetGridForm(sent(request), grid=TargetGrid(agreement))
    if form.is_valid():
        try:
            n = form.save()
        except Changed as change:
            form.compare_with(change.stored)
        except NoteNeeded as needed:
            form.ask_notes(needed)
        else:
            messages.success(request, form.saved_words(n))
            return redirect(agreement)
    context = {"agreement": agreement, "form": form, "grid": form.grid, "may_fill": may_fill}
    return render(request, "reporting/agreement_targets.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("programme.manage")
def agreement_create(request):
    form = AgreementForm(sent(request))
    back = (reverse("reporting:agreements"), _("Accords et cibles"))
    return _agreement_form(request, form, _("Nouvel accord"), back)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("programme.manage")
def agreement_edit(request, code):
    agreement = find(request, code)
    form = AgreementForm(sent(request), instance=agreement)
    back = (agreement.get_absolute_url(), agreement.title)
    return _agreement_form(request, form, _("Modifier l'accord"), back)


def _agreement_form(request, form, title, back):
    if form.is_valid() and form.save_or_compare():
        agreement = form.instance
        messages.success(request, _("Accord %(code)s enregistré.") % {"code": agreement.code})
        return redirect(agreement)
    context = {
        "form": form,
        "title": title,
        "lede": _("Un nouvel avenant s'ajoute ; l'accord précédent garde ses cibles."),
        "button": _("Enregistrer l'accord"),
        "back": back[0],
        "back_label": back[1],
    }
    return render(request, "form_page.html", context, status=status_of(form))
