"""Lists to take away, with the columns one chooses, and what was taken away before."""

import tempfile

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from remess.accounts.roles import allowed
from remess.jobs import queue
from remess.shared.dates import today
from remess.shared.paging import keyset_page
from reporting.exports import lists
from reporting.exports.records import label_of
from reporting.exports.tally import IncompleteExport
from reporting.list_forms import JobForm, ListForm
from reporting.models import ExportRecord
from reporting.views.sending import send

PEOPLE, ENTERPRISES = (lists.BY_NAME[name] for name in ("liste-beneficiaires", "liste-entreprises"))


@require_safe
@allowed("exports.view")
def export_list(request):
    """What left the register: by whom, when, of which scope."""
    visible = ExportRecord.objects.visible_to(request.user).for_list()
    page = keyset_page(visible, ("-made_at", "-pk"), after=request.GET.get("apres", ""))
    rows = [(record, label_of(record)) for record in page]
    return render(request, "reporting/exports.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("beneficiaries.export")
def people_export(request):
    """The filtered list, or those chosen on it, for those who may see names."""
    return export(request, PEOPLE)


@require_safe
@allowed("beneficiaries.export")
def people_columns(request):
    return choose(request, PEOPLE)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("enterprises.list")
def enterprise_export(request):
    """The filtered list of enterprises."""
    return export(request, ENTERPRISES)


@require_safe
@allowed("enterprises.list")
def enterprise_columns(request):
    return choose(request, ENTERPRISES)


def choose(request, wanted, status=200):
    """The page where columns and format are chosen; its address remembers them."""
    form = ListForm(request.POST or request.GET, export=wanted)
    try:
        asked = form.asked(request.user) if form.is_valid() else None
    except lists.ListRefused as refusal:
        return back_to_list(request, wanted, refusal)
    context = {
        "form": form,
        "asked": asked,
        "boxes": form.boxes(asked) if asked else [],
        "export": wanted,
        "job": JobForm(),
        "back": f"{reverse(wanted.page)}?{request.GET.urlencode()}",
        "action": reverse(ACTIONS[wanted.name]),
    }
    return render(request, "reporting/list_columns.html", context, status=status if asked else 422)


def back_to_list(request, wanted, refusal):
    messages.warning(request, str(refusal))
    return redirect(f"{reverse(wanted.page)}?{request.GET.urlencode()}")


def export(request, wanted):
    """The file at once or, for a long list, the page that asks for it as a job."""
    form = ListForm(request.POST or request.GET, export=wanted)
    try:
        asked = form.asked(request.user) if form.is_valid() else None
    except lists.ListRefused as refusal:
        return back_to_list(request, wanted, refusal)
    if request.method == "POST":
        return start(request, asked)
    if asked is None or asked.is_long:
        return choose(request, wanted)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        rows = asked.write(file)
    except IncompleteExport as problem:
        messages.error(request, str(problem))
        return choose(request, wanted, status=409)
    told = {"name": wanted.name, "as_of": today(), "scope": asked.scope_words, "rows": rows}
    return send(request, file, file_name=asked.file_name, **told)


def start(request, asked):
    """Ask for the list as a job; the same form sent twice is one job."""
    job_form = JobForm(request.POST)
    if asked is None or not job_form.is_valid():
        return choose(request, asked.export if asked else PEOPLE, status=422)
    parameters = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "client_id"):
        parameters.pop(name, None)
    job = queue.start(
        "list_export",
        _("Export : %(list)s") % {"list": asked.export.label},
        by=request.user,
        key=str(job_form.cleaned_data["client_id"]),
        arguments={"list": asked.export.name, "query": parameters.urlencode()},
    )
    return redirect(job)


ACTIONS = {
    PEOPLE.name: "reporting:list_export",
    ENTERPRISES.name: "reporting:enterprise_export",
}
