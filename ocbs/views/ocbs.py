"""The network of OCBs: list, sheet, form."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ocbs.forms import OCBForm
from ocbs.models import OCB
from remess.accounts.roles import allowed
from remess.shared.forms import sent, status_of
from remess.shared.paging import keyset_page


@require_safe
@allowed("ocbs.view")
def ocb_list(request):
    ocbs = OCB.objects.visible_to(request.user).for_list()
    if request.user.has_perm("beneficiaries.view_all"):
        ocbs = ocbs.with_people().with_agents()
    page = keyset_page(ocbs, ("code", "pk"), after=request.GET.get("apres", ""))
    return render(request, "ocbs/list.html", {"page": page})


@require_safe
@allowed("ocbs.view")
def ocb_detail(request, code):
    """The sheet; people are counted for those who follow them, agents named to the team."""
    ocbs = OCB.objects.visible_to(request.user).for_list().with_agents()
    ocb = get_object_or_404(ocbs, code=code)
    people = ocb.beneficiaries.visible_to(request.user)
    may_count = request.user.has_perm("beneficiaries.enter")
    context = {
        "ocb": ocb,
        "stages": people.stage_counts() if may_count else None,
        "people": people.count() if may_count else None,
        "exited": people.exited().count() if may_count else None,
    }
    return render(request, "ocbs/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("ocbs.manage")
def ocb_create(request):
    form = OCBForm(sent(request))
    return _ocb_form(request, form, _("Nouvelle OCB"), (reverse("ocbs:list"), _("OCB")))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("ocbs.manage")
def ocb_edit(request, code):
    ocb = get_object_or_404(OCB.objects.visible_to(request.user), code=code)
    form = OCBForm(sent(request), instance=ocb)
    return _ocb_form(request, form, _("Modifier l'OCB"), (ocb.get_absolute_url(), ocb.code))


def _ocb_form(request, form, title, back):
    if form.is_valid() and form.save_or_compare():
        ocb = form.instance
        messages.success(request, _("OCB %(code)s enregistrée.") % {"code": ocb.code})
        return redirect(ocb)
    context = {
        "form": form,
        "title": title,
        "lede": "",
        "button": _("Enregistrer l'OCB"),
        "back": back[0],
        "back_label": back[1],
    }
    return render(request, "form_page.html", context, status=status_of(form))
