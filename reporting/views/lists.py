"""Lists of names as workbooks, for those who may see names."""

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from beneficiaries.models import Beneficiary
from bootcamps.filters import InvitationFilter
from bootcamps.models import Bootcamp
from remess.accounts.roles import allowed
from remess.shared.dates import today
from reporting.exports import bootcamp_lists
from reporting.views.sending import send


@require_safe
@allowed("bootcamps.view_people")
def bootcamp_workbook(request, code):
    """Convocation, attendance sheet and queue of one bootcamp."""
    bootcamp = _find(request, code)
    workbook = bootcamp_lists.build(bootcamp, request.user)
    name = bootcamp_lists.filename(bootcamp)
    return _send(request, workbook, bootcamp, name="bootcamp", file_name=name)


@require_safe
@allowed("bootcamps.manage")
def invitation_workbook(request, code):
    """Those who may be invited to a bootcamp, with the filters of the page that enrols."""
    bootcamp = _find(request, code)
    people = bootcamp.invitable(Beneficiary.objects.visible_to(request.user))
    filterset = InvitationFilter(
        request.GET, queryset=people, request=request, region=bootcamp.region
    )
    found = filterset.qs.order_by("sort_name", "pk")
    workbook = bootcamp_lists.build_invitations(bootcamp, found, request.user)
    name = bootcamp_lists.filename(bootcamp, "a-inviter")
    return _send(request, workbook, bootcamp, name="a-inviter", file_name=name)


def _send(request, workbook, bootcamp, **told):
    return send(request, workbook, as_of=today(), scope=str(bootcamp), **told)


def _find(request, code):
    visible = Bootcamp.objects.visible_to(request.user).by_code(code)
    return get_object_or_404(visible.select_related("region"))
