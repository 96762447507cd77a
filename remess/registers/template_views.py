from django.http import FileResponse, Http404
from django.utils import translation
from django.views.decorators.http import require_safe

from ocbs.models import OCB
from remess.accounts.roles import allowed
from remess.registers.template import template_for


@require_safe
@allowed("registers.import")
def template_download(request):
    """The register to fill in, for the OCB asked for among the user's; by default the only one."""
    managed = OCB.objects.managed_by(request.user).for_list()
    ocb = None
    if code := request.GET.get("ocb", ""):
        ocb = managed.filter(code=code[:20].replace("\x00", "")).first()
        if ocb is None:
            raise Http404
    elif not request.user.has_perm("beneficiaries.view_all"):
        ocb = managed.first()
    with translation.override("fr"):
        file = template_for(ocb)
    name = f"registre-{ocb.code.lower()}.xlsx" if ocb else "registre-modele.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)
