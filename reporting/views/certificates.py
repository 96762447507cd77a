from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from bootcamps.models import Course
from remess.accounts.roles import allowed
from remess.shared.dates import today
from reporting.exports import certificates
from reporting.views.sending import send


@require_safe
@allowed("courses.certify")
def certificates_export(request, code):
    """The certificate list of a course as a workbook."""
    visible = Course.objects.visible_to(request.user).by_code(code).select_related("region")
    course = get_object_or_404(visible)
    workbook = certificates.build(course, request.user)
    return send(
        request,
        workbook,
        name="attestations",
        as_of=today(),
        scope=str(course),
        file_name=certificates.filename(course),
    )
