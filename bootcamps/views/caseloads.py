"""Who accompanies whom: the load of each trainer, handing people over, the coming two weeks."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from beneficiaries.models import Beneficiary
from beneficiaries.transitions import TransitionRefused, assign_referent
from bootcamps.agenda import agenda, overdue_visits
from bootcamps.caseloads import RECENT_DAYS, balance_sentence, caseloads, unassigned, waiting
from bootcamps.filters import ReassignFilter, TrainerChoice
from bootcamps.views.parts import form_methods, sent
from bootcamps.visit_forms import ReassignForm
from ocbs.models import Trainer
from remess.accounts.roles import allowed
from remess.shared.dates import today
from remess.shared.paging import keyset_page

# Above the two weeks that the page is for: the longest overdue, a page at a time.
OVERDUE_SHOWN = 20


@require_safe
@allowed("caseloads.view")
def caseload_list(request):
    loads = caseloads(request.user, today())
    context = {
        "loads": loads,
        "most": max((load.people for load in loads), default=0),
        "sentence": balance_sentence(loads),
        "waiting": waiting(request.user),
        "recent_days": RECENT_DAYS,
    }
    return render(request, "bootcamps/caseloads.html", context)


@form_methods
@allowed("caseloads.assign")
def caseload_assign(request):
    """Give a referent to those who have none."""
    people = unassigned(Beneficiary.objects.visible_to(request.user))
    return _reassign_page(request, people, None)


@form_methods
@allowed("caseloads.assign")
def caseload_reassign(request, code):
    """Hand a trainer's people over, some or all of them."""
    trainer = get_object_or_404(Trainer.objects.visible_to(request.user), code=code)
    people = Beneficiary.objects.visible_to(request.user).filter(referent=trainer)
    return _reassign_page(request, people, trainer)


@require_safe
@allowed("agenda.view")
def calendar(request):
    """The coming two weeks: a trainer's own, the team's whole or by trainer."""
    choice = TrainerChoice(request.GET)
    is_team = request.user.has_perm("beneficiaries.view_all")
    trainer = choice.cleaned_data["formateur"] if is_team and choice.is_valid() else None
    context = {
        "choice": choice if is_team else None,
        "trainer": trainer,
        "days": agenda(request.user, today(), trainer),
        "overdue": keyset_page(
            overdue_visits(request.user, today(), trainer),
            ("next_on", "pk"),
            after=request.GET.get("apres", ""),
            size=OVERDUE_SHOWN,
        ),
        "today": today(),
    }
    return render(request, "bootcamps/calendar.html", context)


def _reassign_page(request, people, trainer):
    form = ReassignForm(sent(request), people=people, leaving=trainer)
    if form.is_valid() and _reassign(request, form):
        return redirect(request.get_full_path())
    filterset = ReassignFilter(request.GET, queryset=people.for_list(), request=request)
    page = keyset_page(filterset.qs, ("sort_name", "pk"), after=request.GET.get("apres", ""))
    context = {
        "trainer": trainer,
        "form": form,
        "filterset": filterset,
        "page": page,
        "total": people.count(),
        "back": reverse("bootcamps:caseloads"),
    }
    return render(request, "bootcamps/reassign.html", context, status=422 if form.errors else 200)


def _reassign(request, form):
    """Hand over and say who changed and who did not; on a refusal say it and return False."""
    cleaned = form.cleaned_data
    try:
        done = assign_referent(
            form.people(),
            cleaned["trainer"],
            on=cleaned["on"],
            by=request.user,
            reason=cleaned["reason"],
        )
    except TransitionRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    n = len(done.changed)
    text = ngettext(
        "%(n)s personne change de formateur : %(whom)s.",
        "%(n)s personnes changent de formateur : %(whom)s.",
        n,
    )
    if n:
        messages.success(request, text % {"n": n, "whom": cleaned["trainer"]})
    for person, sentence in done.refused:
        messages.warning(request, f"{person} : {sentence}")
    return True
