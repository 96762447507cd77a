"""What the pages of bootcamps and courses share: a plain form, and ticking people to enrol."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from beneficiaries.models import Beneficiary
from beneficiaries.transitions import TransitionRefused
from bootcamps.filters import InviteFilter
from bootcamps.forms import EnrolForm
from remess.shared.forms import sent, status_of
from remess.shared.paging import keyset_page

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def form_page(request, form, page):
    """The page of one form; `page`: title, lede, button, back, back_label."""
    context = {"form": form, **page}
    return render(request, "form_page.html", context, status=status_of(form))


def enrol_page(request, gathering, enrol, page):
    """Tick people to put on the list of `gathering` (a bootcamp or a course), a page at a time.

    `enrol(gathering, people)` is the rule's function; `page`: title, lede, notice.
    """
    people = gathering.invitable(Beneficiary.objects.visible_to(request.user))
    form = EnrolForm(sent(request), people=people)
    if form.is_valid():
        try:
            n = enrol(gathering, form.cleaned_data["people"])
        except TransitionRefused as refusal:
            form.add_error("people", str(refusal))
        else:
            done = ngettext("%(n)s jeune inscrit.", "%(n)s jeunes inscrits.", n)
            messages.success(request, done % {"n": n})
            return redirect(request.get_full_path())
    filterset = InviteFilter(
        request.GET, queryset=people.for_list(), request=request, region=gathering.region
    )
    rows = keyset_page(filterset.qs, ("sort_name", "pk"), after=request.GET.get("apres", ""))
    context = {"gathering": gathering, "filterset": filterset, "form": form, "page": rows, **page}
    return render(request, "bootcamps/enrol.html", context, status=422 if form.errors else 200)
