"""The list of beneficiaries, a sheet, and the sheet's form."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries import places, recent
from beneficiaries.copying import VILLAGE, copied, last_entered
from beneficiaries.filters import BeneficiaryFilter
from beneficiaries.forms import BeneficiaryForm
from beneficiaries.listing import COUNTED, names, rows_of, track_words
from beneficiaries.models import Beneficiary, PossibleDuplicate
from beneficiaries.models.person import NOTICE_VERSION
from beneficiaries.places import links_into, origin_of, place_of, query_of
from beneficiaries.selection import UNCOUNTED, bulk_actions_of
from beneficiaries.sorting import SORTS, chosen_sort
from beneficiaries.timeline import follow_ups_of, next_step, timeline_of
from beneficiaries.transitions import TransitionRefused, save_sheet
from remess.accounts.roles import allowed
from remess.shared.forms import sent, status_of
from remess.shared.kept import kept_fact, kept_page
from remess.shared.paging import counted, keyset_page
from remess.shared.versions import Changed


def find(request, file_number):
    """The beneficiary this address names, if this user may see them; else 404."""
    return get_object_or_404(
        Beneficiary.objects.visible_to(request.user).by_number(file_number).for_list()
    )


@require_safe
@allowed("beneficiaries.view")
@kept_page(recent.COOKIE)
def beneficiary_list(request):
    visible = Beneficiary.objects.visible_to(request.user).for_rows()
    filterset = BeneficiaryFilter(request.GET, queryset=visible, request=request)
    sort = chosen_sort(request.GET.get("tri"))
    found = filterset.qs if filterset.is_valid() else visible.none()
    after, is_search = request.GET.get("apres", ""), bool(request.GET.get("q"))
    filters = query_of(request.GET)
    page = keyset_page(
        found,
        sort.order,
        after=after,
        cap=COUNTED,
        gather=is_search,
        count=lambda *asked: kept_fact(request, "people", filters, lambda: counted(*asked)),
    )
    known = kept_fact(request, "names", (), names)
    context = {
        "filterset": filterset,
        "page": page,
        "rows": rows_of(page.rows, links_into(filters, page.first), known),
        "track_words": track_words(),
        "sort": sort,
        "sorts": SORTS,
        "filters": filters,
        "uncounted": UNCOUNTED,
        "may_tick": bool(page.rows and bulk_actions_of(request.user)),
    }
    status = 200 if filterset.is_valid() else 422
    return render(request, "beneficiaries/list.html", context, status=status)


@require_safe
@allowed("beneficiaries.view")
def beneficiary_detail(request, file_number):
    if kept := _absorbed_into(request, file_number):
        return redirect(kept)
    beneficiary = find(request, file_number)
    origin = origin_of(request, beneficiary)
    pairs = PossibleDuplicate.objects.visible_to(request.user).open().of(beneficiary)
    context = {
        "pairs": pairs.for_list().order_by("pk"),
        "merges": beneficiary.merges.standing().for_sheet(),
        "beneficiary": beneficiary,
        "place": place_of(request, beneficiary, origin) if origin else None,
        "timeline": timeline_of(beneficiary),
        "next_step": next_step(beneficiary, request.user),
        "enterprises": beneficiary.enterprises(),
        "follow_ups": follow_ups_of(beneficiary),
        "voided_follow_ups": beneficiary.follow_ups.filter(voided_at__isnull=False)
        .select_related("voided_by")
        .order_by("pk"),
    }
    response = render(request, "beneficiaries/detail.html", context)
    _remember(response, recent.COOKIE, recent.cookie_with(request, beneficiary), recent.COOKIE_AGE)
    if origin:
        _remember(response, places.COOKIE, places.cookie_of(request.user, beneficiary, origin))
    return response


def _remember(response, name, value, age=None):
    """A cookie of this device that no script reads; without an age it ends with the browser."""
    response.set_cookie(
        name,
        value,
        max_age=age,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _absorbed_into(request, file_number):
    """The sheet that this number's became part of, where this user may see it; says so."""
    visible = Beneficiary.objects.visible_to(request.user)
    kept = visible.absorbed_as(file_number, request.user).first()
    if kept:
        text = _("La fiche %(old)s a été fusionnée avec celle-ci.")
        messages.info(request, text % {"old": file_number})
    return kept


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("beneficiaries.enter")
def beneficiary_create(request):
    """A new sheet; `?comme=foyer` or `village` takes over what the last one entered says of it."""
    previous = last_entered(request.user)
    initial = {"client_id": uuid.uuid4(), **copied(previous, request.GET.get("comme", ""))}
    form = BeneficiaryForm(sent(request), user=request.user, initial=initial)
    if request.method == "POST":
        if already := _sent_before(request):
            return _sent_again(request, already)
        if form.is_valid() and _save(request, form):
            return redirect(form.instance)
        if already := _sent_before(request):
            return _sent_again(request, already)
    context = {"form": form, "beneficiary": None, "previous": previous}
    return render(request, "beneficiaries/form.html", context, status=status_of(form))


def _sent_again(request, already):
    """The form of a sheet stored before: the same answer twice, or what was changed since.

    Going back after saving and typing something else must neither lose it nor open a second sheet.
    """
    form = BeneficiaryForm(request.POST, instance=already, user=request.user)
    is_valid = form.is_valid()
    stored = find(request, already.file_number)
    form.compare_with(stored)
    if is_valid and not form.both_versions:
        return redirect(stored)
    context = {"form": form, "beneficiary": stored, "again": True}
    status = 409 if is_valid else 422
    return render(request, "beneficiaries/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("beneficiaries.edit")
def beneficiary_edit(request, file_number):
    form = BeneficiaryForm(sent(request), instance=find(request, file_number), user=request.user)
    if form.is_valid() and _save(request, form):
        return redirect(form.instance)
    context = {"form": form, "beneficiary": find(request, file_number)}
    return render(request, "beneficiaries/form.html", context, status=status_of(form))


def _save(request, form):
    """Store the sheet; on a refusal say it on the form, or show both versions: False."""
    try:
        sheet = save_sheet(
            form.save(commit=False),
            by=request.user,
            version=form.opened_version,
            derogation=form.cleaned_data.get("derogation") or "",
        )
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    except Changed as change:
        form.compare_with(change.stored)
        return False
    except IntegrityError:  # the same sheet or CIN, stored by another request a moment ago
        form.add_error(
            None, _("Cette fiche ou cette CIN vient d'être enregistrée : voir la liste.")
        )
        return False
    _say_saved(request, sheet, is_new=form.cleaned_data.get("client_id") is not None)
    return True


def _say_saved(request, sheet, *, is_new):
    """What was stored and what it lacks; after a new sheet, a way on to the next one."""
    missing = sheet.missing_facts()
    text = _("Fiche %(number)s enregistrée.") % {"number": sheet.file_number}
    if missing:
        text = _("Fiche %(number)s enregistrée, à compléter. Il manque : %(missing)s.") % {
            "number": sheet.file_number,
            "missing": ", ".join(missing),
        }
    if is_new:
        url = f"{reverse('beneficiaries:create')}?comme={VILLAGE}"
        text = format_html('{} <a href="{}">{}</a>', text, url, _("Nouvelle fiche, même village"))
    messages.add_message(request, messages.WARNING if missing else messages.SUCCESS, text)


def _sent_before(request):
    """The sheet this very form already made: a browser resends a POST whose answer was lost."""
    try:
        client_id = uuid.UUID(request.POST.get("client_id", ""))
    except ValueError:
        return None
    return Beneficiary.objects.visible_to(request.user).filter(client_id=client_id).first()


@require_safe
@allowed("beneficiaries.view")
def notice(request):
    """The notice read with the youth, in French and Arabic (law 09-08)."""
    return render(request, "beneficiaries/notice.html", {"version": NOTICE_VERSION})
