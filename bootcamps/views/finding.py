"""Finding the bootcamp an address names, and what is answered once its minutes are signed."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from bootcamps.models import Bootcamp


def find(request, code):
    """The bootcamp this address names, if this user may see it; else 404."""
    visible = Bootcamp.objects.visible_to(request.user).by_code(code)
    return get_object_or_404(visible.select_related("region", "signed_by"))


def frozen(request, bootcamp):
    """Back to the sheet: signed minutes are not changed."""
    messages.info(request, _("Le procès-verbal est signé : la liste est figée."))
    return redirect(bootcamp)
