"""The formateurs accompagnateurs: list, sheet, form."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ocbs.forms import TrainerForm
from ocbs.models import Trainer
from remess.accounts.roles import allowed
from remess.shared.forms import sent, status_of
from remess.shared.paging import keyset_page


@require_safe
@allowed("ocbs.view_trainers")
def trainer_list(request):
    trainers = Trainer.objects.visible_to(request.user).for_list().with_caseload()
    page = keyset_page(trainers, ("code", "pk"), after=request.GET.get("apres", ""))
    return render(request, "ocbs/trainer_list.html", {"page": page})


@require_safe
@allowed("ocbs.view_trainers")
def trainer_detail(request, code):
    trainer = get_object_or_404(Trainer.objects.visible_to(request.user).for_list(), code=code)
    people = trainer.beneficiaries.visible_to(request.user)
    context = {
        "trainer": trainer,
        "stages": people.stage_counts(),
        "people": people.count(),
        "exited": people.exited().count(),
        "courses": trainer.courses.visible_to(request.user).for_list(),
    }
    return render(request, "ocbs/trainer_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("ocbs.manage")
def trainer_create(request):
    form = TrainerForm(sent(request))
    back = (reverse("ocbs:trainer_list"), _("Formateurs"))
    return _trainer_form(request, form, _("Nouveau formateur"), back)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("ocbs.manage")
def trainer_edit(request, code):
    trainer = get_object_or_404(Trainer.objects.visible_to(request.user), code=code)
    form = TrainerForm(sent(request), instance=trainer)
    back = (trainer.get_absolute_url(), trainer.code)
    return _trainer_form(request, form, _("Modifier le formateur"), back)


def _trainer_form(request, form, title, back):
    if form.is_valid() and form.save_or_compare():
        trainer = form.instance
        messages.success(request, _("Formateur %(code)s enregistré.") % {"code": trainer.code})
        return redirect(trainer)
    context = {
        "form": form,
        "title": title,
        "lede": _("Son compte d'accès se crée ensuite sous Paramètres, Utilisateurs."),
        "button": _("Enregistrer le formateur"),
        "back": back[0],
        "back_label": back[1],
    }
    return render(request, "form_page.html", context, status=status_of(form))
