"""Where each role lands, the search box, the settings index and the help page."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beneficiaries.funnel import PATH
from beneficiaries.models import Beneficiary
from bootcamps.agenda import sessions_of
from bootcamps.models import Course
from ocbs.models import OCB
from remess.accounts.roles import Role, allowed
from remess.home.counting import facet_counts, sections
from remess.home.forms import SearchForm
from remess.home.worklists import list_named
from remess.shared.dates import today
from remess.shared.paging import keyset_page
from reporting.indicators import BY_CODE, INDICATORS, totals
from reporting.scope import build_scope
from reporting.targets import TargetTable

HOMES = {
    Role.ADMIN: "home:todo",
    Role.STAFF: "home:todo",
    Role.OCB_AGENT: "home:my_youths",
    Role.TRAINER: "home:caseload",
    Role.OFFICIAL: "reporting:dashboard",
}
ROWS = 12


@login_not_required
@require_safe
def health(request):
    """200 while the database answers, 503 when it is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "error", "database": "away"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


@require_safe
def home(request):
    return redirect(HOMES[request.user.role])


@require_safe
@allowed("beneficiaries.view_all")
def todo(request):
    """What waits for the team, list by list, beside the path at a glance."""
    scope = build_scope(user=request.user)
    figures, targets = totals(scope), TargetTable(scope)
    context = {
        **work_of(request.user),
        "funnel": [
            (BY_CODE[stage], figures[stage], targets.total(stage).in_force) for stage in PATH
        ],
    }
    return render(request, "home/todo.html", context)


@require_safe
@allowed("home.worklists")
def worklist(request, code):
    """One list whole, a page at a time, all of it or one of its cases."""
    entry, day = list_named(request.user, code), today()
    if entry is None:
        raise Http404
    found = entry.rows(request.user, day)
    facets = facet_counts(entry, found, day)
    chosen = next((f for f in entry.facets if f.code == request.GET.get("cas")), None)
    rows = found.filter(chosen.condition(day)) if chosen else found
    page = keyset_page(entry.load(rows, day), entry.order, after=request.GET.get("apres", ""))
    context = {
        "list": entry,
        "page": page,
        "rows": [entry.show(row, day) for row in page],
        "facets": facets,
        "chosen": chosen,
        "home": HOMES[request.user.role],
    }
    return render(request, "home/worklist.html", context)


@require_safe
@allowed("home.my_youths")
def my_youths(request):
    """An agent's home: what waits for them first, then the latest sheets."""
    own = Beneficiary.objects.visible_to(request.user)
    context = {
        **work_of(request.user),
        "ocbs": OCB.objects.managed_by(request.user).for_list(),
        "latest": own.exclude(current_stage="").for_list().order_by("-updated_at", "-pk")[:ROWS],
        "count": own.count(),
    }
    return render(request, "home/my_youths.html", context)


@require_safe
@allowed("home.caseload")
def caseload(request):
    """A trainer's home: today's sittings, what waits, the courses, then their people."""
    own = Beneficiary.objects.visible_to(request.user)
    courses = Course.objects.visible_to(request.user)
    context = {
        **work_of(request.user),
        "today": today(),
        "sessions": sessions_of(request.user).filter(held_on=today()),
        "to_close": courses.to_close(today()).for_list()[:ROWS],
        "current": courses.under_way(today()).for_list()[:ROWS],
        "people": own.for_list().order_by("sort_name", "pk")[: ROWS * 3],
        "count": own.count(),
    }
    return render(request, "home/caseload.html", context)


def work_of(user):
    """The sections of a home: what waits, what is up to date, what is only good to know."""
    found = sections(user, today())
    return {
        "day": today(),
        "waiting": [part for part in found if part.total and part.list.is_counted],
        "done": [part for part in found if not part.total and part.list.is_counted],
        "aside": [part for part in found if part.total and not part.list.is_counted],
        "things": sum(part.total for part in found if part.list.is_counted),
    }


@require_safe
@allowed("beneficiaries.view")
def search(request):
    """One box: straight to the sheet when one person matches, else the list."""
    form = SearchForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    found = Beneficiary.objects.visible_to(request.user)
    exact = list(found.by_number(query.strip().upper())[:1])
    exact = exact or list(found.absorbed_as(query, request.user)[:1])
    matches = exact or (list(found.matching(query, request.user)[:2]) if query else [])
    if len(matches) == 1:
        return redirect(matches[0])
    return redirect(f"{reverse('beneficiaries:list')}?{urlencode({'q': query})}")


@require_safe
@allowed("accounts.manage")
def settings(request):
    return render(request, "home/settings.html")


@require_safe
@allowed("home.help")
def help_page(request):
    return render(request, "home/help.html", {"indicators": INDICATORS})
