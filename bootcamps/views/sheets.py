"""The lists to print, A4: whom to call to a bootcamp, and who signs on the day."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bootcamps.views.enrolling import waiting_list
from bootcamps.views.finding import find
from remess.accounts.roles import allowed


@require_safe
@allowed("bootcamps.view_people")
def bootcamp_convocations(request, code):
    """Whom to call, with the telephone; those who wait for a place below, in their turn."""
    return _sheet(request, code, "convocations", _("Liste de convocation"))


@require_safe
@allowed("bootcamps.view_people")
def bootcamp_attendance(request, code):
    """Who is expected, with room for a signature."""
    return _sheet(request, code, "attendance", _("Feuille d'émargement"))


def _sheet(request, code, kind, title):
    bootcamp = find(request, code)
    context = {
        "bootcamp": bootcamp,
        "kind": kind,
        "title": title,
        "rows": bootcamp.participations.placed().visible_to(request.user).for_list(),
        "waiting": waiting_list(bootcamp, request.user),
    }
    return render(request, "bootcamps/sheet.html", context)
