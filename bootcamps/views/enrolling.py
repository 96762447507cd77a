"""The list of a bootcamp: ticking people to invite, taking back, the queue for a place."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from beneficiaries.models import Beneficiary
from beneficiaries.transitions import TransitionRefused
from bootcamps import transitions
from bootcamps.filters import InvitationFilter
from bootcamps.forms import EnrolForm
from bootcamps.views.finding import find, frozen
from bootcamps.views.parts import form_methods
from remess.accounts.roles import allowed
from remess.shared.forms import sent
from remess.shared.paging import keyset_page


@form_methods
@allowed("bootcamps.manage")
def bootcamp_enrol(request, code):
    """Tick the people to put on the list, a page at a time; past the capacity they wait."""
    bootcamp = find(request, code)
    if bootcamp.is_signed:
        return frozen(request, bootcamp)
    people = bootcamp.invitable(Beneficiary.objects.visible_to(request.user))
    form = EnrolForm(sent(request), people=people)
    if form.is_valid() and _enrol(request, bootcamp, form):
        return redirect(request.get_full_path())
    filterset = InvitationFilter(
        request.GET, queryset=people.for_list(), request=request, region=bootcamp.region
    )
    context = {
        "gathering": bootcamp,
        "title": _("Inscrire des jeunes au bootcamp %(code)s") % {"code": code},
        "lede": _("Jeunes identifiés au jour du bootcamp, pas encore sélectionnés."),
        "notice": places_words(bootcamp),
        "workbook": reverse("reporting:invitations", args=[code]),
        "filterset": filterset,
        "form": form,
        "page": keyset_page(filterset.qs, ("sort_name", "pk"), after=request.GET.get("apres", "")),
    }
    return render(request, "bootcamps/enrol.html", context, status=422 if form.errors else 200)


def _enrol(request, bootcamp, form):
    """Enrol those ticked and say who waits; on a refusal say it on the form and return False."""
    people = form.cleaned_data["people"].order_by("sort_name", "pk")
    try:
        enrolled = transitions.enrol(bootcamp, people)
    except TransitionRefused as refusal:
        form.add_error("people", str(refusal))
        return False
    if n := len(enrolled.placed):
        done = ngettext("%(n)s jeune inscrit.", "%(n)s jeunes inscrits.", n)
        messages.success(request, done % {"n": n})
    if enrolled.waiting:
        messages.warning(request, waiting_words(enrolled.waiting))
    return True


@require_POST
@allowed("bootcamps.manage")
def participation_remove(request, code, pk):
    """Take back an invitation of which nothing was marked; the first in turn gets the place."""
    bootcamp = find(request, code)
    visible = bootcamp.participations.visible_to(request.user)
    participation = get_object_or_404(visible.select_related("beneficiary"), pk=pk)
    try:
        served = transitions.withdraw(participation)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("%(name)s n'est plus sur la liste.") % {"name": participation.beneficiary}
        messages.success(request, " ".join([text, *served_words(served)]))
    return redirect(bootcamp)


@require_POST
@allowed("bootcamps.manage")
def participation_place(request, code, pk):
    """Give somebody who waited, and came, the place of an absent."""
    bootcamp = find(request, code)
    visible = bootcamp.participations.visible_to(request.user)
    participation = get_object_or_404(visible.select_related("beneficiary"), pk=pk)
    try:
        transitions.take_place(participation)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s a une place.") % {"name": participation.beneficiary})
    return redirect(bootcamp)


def waiting_list(bootcamp, user):
    """[(rank in the whole queue, participation)] of those who wait that this user may see."""
    queue = bootcamp.participations.queue().values_list("pk", flat=True)
    ranks = {pk: rank for rank, pk in enumerate(queue, 1)}
    rows = bootcamp.participations.visible_to(user).queue().with_exit()
    rows = rows.select_related("beneficiary__ocb")
    return [(ranks[row.pk], row) for row in rows]


def places_words(bootcamp):
    """How many places are left, for the page that fills them; '' without limit."""
    left = transitions.places_left(bootcamp)
    if left is None:
        return ""
    if left == 0:
        return _("Toutes les places sont prises : qui s'inscrit attend son tour.")
    sentence = ngettext(
        "Il reste %(n)s place sur %(capacity)s ; au-delà, qui s'inscrit attend son tour.",
        "Il reste %(n)s places sur %(capacity)s ; au-delà, qui s'inscrit attend son tour.",
        left,
    )
    return sentence % {"n": left, "capacity": bootcamp.capacity}


def waiting_words(rows):
    """Who was enrolled past the capacity and waits."""
    sentence = ngettext(
        "Plus de place : %(names)s attend son tour.",
        "Plus de place : %(names)s attendent leur tour, dans cet ordre.",
        len(rows),
    )
    return sentence % {"names": ", ".join(str(row.beneficiary) for row in rows)}


def served_words(rows):
    """[the sentence naming who got a place that was free], [] when nobody did."""
    if not rows:
        return []
    names = ", ".join(str(row.beneficiary) for row in rows)
    sentence = ngettext(
        "%(names)s, qui attendait, a maintenant une place.",
        "%(names)s, qui attendaient, ont maintenant une place.",
        len(rows),
    )
    return [sentence % {"names": names}]
