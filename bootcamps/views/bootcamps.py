"""The bootcamps: list, sheet with its minutes, and what its form says of it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from beneficiaries.transitions import TransitionRefused
from bootcamps import transitions
from bootcamps.filters import PlaceFilter
from bootcamps.forms import DECISIONS, BootcampForm, ParticipationSheet
from bootcamps.models import Bootcamp
from bootcamps.views.enrolling import served_words, waiting_list
from bootcamps.views.finding import find, frozen
from bootcamps.views.parts import form_methods, form_page, sent
from remess.accounts.roles import allowed
from remess.shared.dates import today
from remess.shared.paging import keyset_page
from remess.shared.versions import Changed

# Rows of the minutes on one page: five fields each, under Django's limit of 1000 a form.
MINUTES_ROWS = 150
REASONS_OFFERED = 20
USUAL_REASONS = [
    gettext_lazy("Projet pas assez avancé"),
    gettext_lazy("Idée sans marché local"),
    gettext_lazy("Peu disponible pour la formation"),
    gettext_lazy("Places de formation limitées"),
]


@require_safe
@allowed("bootcamps.view")
def bootcamp_list(request):
    visible = Bootcamp.objects.visible_to(request.user).for_list()
    filterset = PlaceFilter(request.GET, queryset=visible)
    page = keyset_page(filterset.qs, ("-held_on", "-pk"), after=request.GET.get("apres", ""))
    context = {"filterset": filterset, "page": page, "today": today()}
    return render(request, "bootcamps/list.html", context)


@require_safe
@allowed("bootcamps.view")
def bootcamp_detail(request, code):
    bootcamp = find(request, code)
    page = _page_of(request, bootcamp)
    return _show(request, bootcamp, page, ParticipationSheet(page.rows))


@form_methods
@allowed("bootcamps.manage")
def bootcamp_create(request):
    return _save(request, BootcampForm(sent(request)), None)


@form_methods
@allowed("bootcamps.manage")
def bootcamp_edit(request, code):
    bootcamp = find(request, code)
    if bootcamp.is_signed:
        return frozen(request, bootcamp)
    form = BootcampForm(sent(request), instance=bootcamp)
    return _save(request, form, find(request, code))


@form_methods
@allowed("bootcamps.manage")
def bootcamp_participations(request, code):
    """Store presence, score and decision of the rows sent; a bad one sends the page back whole.

    Read without a form, as after signing in again, it leads back to the bootcamp.
    """
    bootcamp = find(request, code)
    if request.method != "POST":
        return redirect(bootcamp)
    rows = bootcamp.participations.placed().visible_to(request.user).for_list()
    sheet = ParticipationSheet(rows, data=request.POST)
    if sheet.is_valid():
        try:
            transitions.save_participations(bootcamp, sheet.marks())
        except transitions.RowsRefused as refusal:
            sheet.refuse(refusal.sentences)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(bootcamp)
        else:
            return _after_saving(request, bootcamp)
    return _show(request, bootcamp, _page_of(request, bootcamp), sheet, status=422)


def _page_of(request, bootcamp):
    placed = bootcamp.participations.placed().visible_to(request.user)
    rows = placed.for_list().with_sort_name()
    order = ("sort_name", "pk")
    return keyset_page(rows, order, after=request.GET.get("apres", ""), size=MINUTES_ROWS)


def _show(request, bootcamp, page, sheet, status=200):
    user = request.user
    is_open = not bootcamp.is_signed and bootcamp.held_on <= today()
    tally = bootcamp.participations.tally()
    context = {
        "bootcamp": bootcamp,
        "page": page,
        "sheet": sheet,
        "rows_shown": {row.participation.pk for row in sheet.rows},
        "tally": tally,
        "step": bootcamp.step(today()),
        "is_to_come": bootcamp.held_on > today(),
        "decisions": DECISIONS,
        "reasons": reasons_of(bootcamp) if is_open and user.has_perm("bootcamps.manage") else [],
        "has_criteria": bootcamp.criteria.exists(),
        "waiting": waiting_list(bootcamp, user),
        "reopenings": bootcamp.reopenings.select_related("reopened_by").order_by("-pk"),
        "is_begun": tally["unmarked"] < tally["enrolled"],
        "may_remove": not bootcamp.is_signed and user.has_perm("bootcamps.manage"),
        "may_mark": is_open and page.total > 0 and user.has_perm("bootcamps.manage"),
        "checks": transitions.signing_checks(bootcamp, tally)
        if is_open and user.has_perm("bootcamps.sign")
        else [],
    }
    return render(request, "bootcamps/detail.html", context, status=status)


def reasons_of(bootcamp):
    """The reasons to offer while typing: the usual ones, then those of these minutes."""
    typed = bootcamp.participations.exclude(reason="").order_by("reason")
    return [*USUAL_REASONS, *typed.values_list("reason", flat=True).distinct()[:REASONS_OFFERED]]


def _after_saving(request, bootcamp):
    """On to the signature when it was asked for and nothing lacks, else back to the sheet."""
    missing = transitions.missing_before_signing(bootcamp.participations.tally())
    if request.POST.get("suite") == "signer" and not missing:
        return redirect("bootcamps:sign", code=bootcamp.code)
    saved = _("Présences et décisions enregistrées.")
    messages.success(request, " ".join([saved, *missing]))
    query = request.GET.urlencode()
    return redirect(f"{bootcamp.get_absolute_url()}{'?' if query else ''}{query}")


def _save(request, form, bootcamp):
    if form.is_valid():
        try:
            served = transitions.save_bootcamp(form.save(commit=False), version=form.opened_version)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        except Changed as change:
            form.compare_with(change.stored)
        else:
            messages.success(request, " ".join([_("Bootcamp enregistré."), *served_words(served)]))
            return redirect(form.instance)
    page = {
        "title": _("Modifier le bootcamp") if bootcamp else _("Nouveau bootcamp"),
        "lede": _("Son numéro le désigne dans les adresses et sur le procès-verbal."),
        "button": _("Enregistrer le bootcamp"),
        "back": bootcamp.get_absolute_url() if bootcamp else reverse("bootcamps:list"),
        "back_label": bootcamp.code if bootcamp else _("Bootcamps"),
    }
    return form_page(request, form, page)
