"""Lists of names as workbooks, for those who may see names."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from bootcamps.models import Bootcamp
from remess.accounts.roles import allowed
from reporting.exports import bootcamp_lists


@require_safe
@allowed("bootcamps.view_people")
def bootcamp_workbook(request, code):
    """Convocation, attendance sheet and queue of one bootcamp."""
    visible = Bootcamp.objects.visible_to(request.user).by_code(code)
    bootcamp = get_object_or_404(visible.select_related("region"))
    workbook = bootcamp_lists.build(bootcamp, request.user)
    return FileResponse(workbook, as_attachment=True, filename=bootcamp_lists.filename(bootcamp))
