"""Regions of intervention, under Paramètres."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from remess.accounts.roles import allowed
from remess.programme.forms import RegionForm
from remess.programme.models import Region
from remess.shared.forms import sent, status_of


@require_safe
@allowed("programme.manage")
def region_list(request):
    regions = Region.objects.visible_to(request.user).for_list()
    return render(request, "programme/region_list.html", {"regions": regions})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("programme.manage")
def region_create(request):
    return _region_form(request, RegionForm(sent(request)), _("Nouvelle région"))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("programme.manage")
def region_edit(request, code):
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    form = RegionForm(sent(request), instance=region)
    return _region_form(request, form, _("Modifier la région"))


def _region_form(request, form, title):
    if form.is_valid() and form.save_or_compare():
        region = form.instance
        messages.success(request, _("Région %(name)s enregistrée.") % {"name": region})
        return redirect("programme:region_list")
    context = {
        "form": form,
        "title": title,
        "lede": _("Chaque région a sa ligne au tableau de bord et ses cibles dans chaque accord."),
        "button": _("Enregistrer la région"),
        "back": reverse("programme:region_list"),
        "back_label": _("Régions"),
    }
    return render(request, "form_page.html", context, status=status_of(form))
