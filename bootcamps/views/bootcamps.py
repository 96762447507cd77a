"""The bootcamps: list, sheet with its minutes, enrolment, signature."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from beneficiaries.transitions import TransitionRefused
from bootcamps import transitions
from bootcamps.filters import PlaceFilter
from bootcamps.forms import DECISIONS, BootcampForm, ParticipationSheet, SignForm
from bootcamps.models import Bootcamp
from bootcamps.views.parts import enrol_page, form_methods, form_page, sent
from remess.accounts.roles import allowed
from remess.shared.dates import today
from remess.shared.paging import keyset_page

# Rows of the minutes on one page: four fields each, under Django's limit of 1000 a form.
MINUTES_ROWS = 150


def find(request, code):
    """The bootcamp this address names, if this user may see it; else 404."""
    visible = Bootcamp.objects.visible_to(request.user).by_code(code)
    return get_object_or_404(visible.select_related("region", "signed_by"))


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
        return _frozen(request, bootcamp)
    form = BootcampForm(sent(request), instance=bootcamp)
    return _save(request, form, find(request, code))


@form_methods
@allowed("bootcamps.manage")
def bootcamp_enrol(request, code):
    """Tick the people to put on the list, a page at a time."""
    bootcamp = find(request, code)
    if bootcamp.is_signed:
        return _frozen(request, bootcamp)
    page = {
        "title": _("Inscrire des jeunes au bootcamp %(code)s") % {"code": code},
        "lede": _("Jeunes identifiés au jour du bootcamp, pas encore sélectionnés."),
        "notice": "",
    }
    return enrol_page(request, bootcamp, transitions.enrol, page)


@require_POST
@allowed("bootcamps.manage")
def bootcamp_participations(request, code):
    """Store presence, score and decision of the rows sent; a bad one sends the page back whole."""
    bootcamp = find(request, code)
    sheet = ParticipationSheet(
        bootcamp.participations.visible_to(request.user).for_list(), data=request.POST
    )
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


@form_methods
@allowed("bootcamps.sign")
def bootcamp_sign(request, code):
    """What the signature will do; then the signature, which freezes the minutes."""
    bootcamp = find(request, code)
    if bootcamp.is_signed:
        return _frozen(request, bootcamp)
    form = SignForm(sent(request))
    if form.is_valid() and _sign(request, bootcamp, form):
        return redirect(bootcamp)
    tally = bootcamp.participations.tally()
    checks = transitions.signing_checks(bootcamp, tally)
    context = {
        "bootcamp": bootcamp,
        "form": form,
        "tally": tally,
        "checks": checks,
        "is_to_come": bootcamp.held_on > today(),
        "is_ready": tally["enrolled"] > 0
        and bootcamp.held_on <= today()
        and all(check.is_met for check in checks),
        "rows_shown": set(),
        "retained": bootcamp.participations.retained().for_list(),
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
    return True


@require_POST
@allowed("bootcamps.manage")
def participation_remove(request, code, pk):
    """Take back an invitation of which nothing was marked."""
    bootcamp = find(request, code)
    visible = bootcamp.participations.visible_to(request.user)
    participation = get_object_or_404(visible.select_related("beneficiary"), pk=pk)
    try:
        transitions.withdraw(participation)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("%(name)s n'est plus sur la liste.") % {"name": participation.beneficiary}
        messages.success(request, text)
    return redirect(bootcamp)


def _page_of(request, bootcamp):
    rows = bootcamp.participations.visible_to(request.user).for_list().with_sort_name()
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
        "is_begun": tally["unmarked"] < tally["enrolled"],
        "may_mark": is_open and page.total > 0 and user.has_perm("bootcamps.manage"),
        "checks": transitions.signing_checks(bootcamp, tally)
        if is_open and user.has_perm("bootcamps.sign")
        else [],
    }
    return render(request, "bootcamps/detail.html", context, status=status)


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
            transitions.save_bootcamp(form.save(commit=False))
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Bootcamp enregistré."))
            return redirect(form.instance)
    page = {
        "title": _("Modifier le bootcamp") if bootcamp else _("Nouveau bootcamp"),
        "lede": _("Son numéro le désigne dans les adresses et sur le procès-verbal."),
        "button": _("Enregistrer le bootcamp"),
        "back": bootcamp.get_absolute_url() if bootcamp else reverse("bootcamps:list"),
        "back_label": bootcamp.code if bootcamp else _("Bootcamps"),
    }
    return form_page(request, form, page)


def _frozen(request, bootcamp):
    messages.info(request, _("Le procès-verbal est signé : la liste est figée."))
    return redirect(bootcamp)
