"""A figure explained, the list behind it, and who nearly counts in it."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beneficiaries.listing import rows_of, track_words
from beneficiaries.models import Beneficiary, Enterprise
from beneficiaries.sorting import SORTS, chosen_sort
from remess.accounts.roles import allowed
from remess.shared.paging import keyset_page
from reporting.exports import beneficiaries as list_workbook
from reporting.exports.provenance import counted_words, places_words, scope_sentence
from reporting.figure import figure_of
from reporting.forms import PeopleForm, ScopeForm
from reporting.indicators import BY_CODE, enterprises_behind, events_behind, people_behind, totals
from reporting.near_misses import REASON_CODES, near_misses
from reporting.views.sending import send


@require_safe
@allowed("reporting.view")
def figure(request, code):
    """What a figure means, how this very one is counted, and who is not counted and why."""
    indicator = _find(request, code)
    form = ScopeForm(request.GET, user=request.user)
    if not form.is_valid():
        return _refused(request, form)
    context = {
        "form": form,
        "scope_sentence": scope_sentence(form.scope),
        "may_see_people": request.user.has_perm("beneficiaries.view"),
        "has_list": _may_list(request, indicator),
        **figure_of(form.scope, indicator, request.user),
    }
    return render(request, "reporting/figure.html", context)


@require_safe
@allowed("beneficiaries.view")
def figure_people(request, code):
    """The people, or enterprises, a figure counts, for those who may see names."""
    indicator = _find(request, code)
    if not _may_list(request, indicator):
        raise Http404
    form = PeopleForm(request.GET, user=request.user)
    if not form.is_valid():
        return _refused(request, form)
    sort = chosen_sort(request.GET.get("tri"))
    context = {
        "indicator": indicator,
        "form": form,
        "scope_sentence": scope_sentence(form.scope),
        "sort": sort,
        "sorts": SORTS,
    }
    after = request.GET.get("apres", "")
    if indicator.stage:
        events = events_behind(form.scope, indicator, form.cut)
        people = people_behind(form.scope, indicator, request.user, form.cut).for_rows()
        context["page"] = keyset_page(people, sort.order, after=after)
        context |= {"rows": rows_of(context["page"].rows), "track_words": track_words()}
        context["may_tick"] = False
        context["unseen"] = events.count() - context["page"].total
    else:
        rows = enterprises_behind(form.scope, request.user)
        context["page"] = keyset_page(rows, ("-registered_on", "-pk"), after=after)
        context["unseen"] = totals(form.scope)[code] - context["page"].total
    return render(request, "reporting/people.html", context)


@require_safe
@allowed("beneficiaries.export")
def figure_export(request, code):
    """The people a figure counts as a workbook, as the register knew them on its day."""
    indicator = _find(request, code)
    if indicator.stage is None:
        raise Http404
    form = PeopleForm(request.GET, user=request.user)
    if not form.is_valid():
        return _refused(request, form)
    sort = chosen_sort(request.GET.get("tri"))
    people = people_behind(form.scope, indicator, request.user, form.cut).order_by(*sort.order)
    filters = [str(indicator.label), counted_words(form.scope), places_words(form.scope)]
    filters += form.cut_words()
    return send(
        request,
        list_workbook.build(people, request.user, form.scope.as_of, filters),
        name="liste-beneficiaires",
        as_of=form.scope.as_of,
        scope=" · ".join(filters),
        file_name=list_workbook.filename(form.scope.as_of),
    )


@require_safe
@allowed("beneficiaries.view")
def figure_missed(request, code, reason):
    """Those whom one reason keeps out of a figure, by name, for those who may see names."""
    indicator = _find(request, code)
    if reason not in REASON_CODES or not _may_list(request, indicator):
        raise Http404
    form = ScopeForm(request.GET, user=request.user)
    if not form.is_valid():
        return _refused(request, form)
    found = (miss for miss in near_misses(form.scope, indicator) if miss.reason.code == reason)
    miss = next(found, None)
    if miss is None:
        raise Http404
    rows = miss.rows.filter(pk__in=_nameable(indicator, request.user).values("pk"))
    page = keyset_page(rows, ("pk",), after=request.GET.get("apres", ""))
    words = miss.words_of(row.pk for row in page)
    context = {
        "indicator": indicator,
        "form": form,
        "scope_sentence": scope_sentence(form.scope),
        "miss": miss,
        "page": page,
        "rows": [(row, words.get(row.pk, "")) for row in page],
        "unseen": miss.rows.count() - page.total,
    }
    return render(request, "reporting/figure_missed.html", context)


def _find(request, code):
    """The indicator this address names, for those who read figures; else 404."""
    if code not in BY_CODE or not request.user.has_perm("reporting.view"):
        raise Http404
    return BY_CODE[code]


def _nameable(indicator, user):
    """Whom this user may read by name: absorbed sheets too, which an earlier day counted."""
    if indicator.stage:
        return Beneficiary.objects.known_to(user)
    return Enterprise.objects.visible_to(user)


def _may_list(request, indicator):
    """Whether there is a list behind the figure that this user may read by name."""
    if indicator.stage:
        return request.user.has_perm("beneficiaries.view")
    return indicator.code == "enterprises" and request.user.has_perm("enterprises.view")


def _refused(request, form):
    return render(request, "reporting/dashboard_refused.html", {"form": form}, status=422)
