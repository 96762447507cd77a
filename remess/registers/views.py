"""The wizard: the list of imports, the steps of one, its result, and taking it back."""

import tempfile
from contextlib import suppress

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ocbs.models import OCB
from remess.accounts.roles import allowed
from remess.registers import deciding, mending, stopping, wizard
from remess.registers.forms import ColumnsForm, KeyForm, UndoForm, UploadForm
from remess.registers.models import CheckedLine, Import, SetAside
from remess.registers.pages import detail_page
from remess.registers.purging import no_file
from remess.registers.reading import FileRefused
from remess.registers.showing import shown_aside
from remess.registers.template import template_for
from remess.registers.wizard import StepRefused
from remess.shared.forms import sent
from remess.shared.paging import keyset_page

State = Import.State
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def find(request, pk):
    """The import this address names, if this user may see it; else 404."""
    visible = Import.objects.visible_to(request.user).select_related("by", "ocb", "undone_by")
    return get_object_or_404(visible, pk=pk)


@require_safe
@allowed("registers.import")
def import_list(request):
    visible = Import.objects.visible_to(request.user).select_related("by", "ocb")
    page = keyset_page(visible, ("-started_at", "-pk"), after=request.GET.get("apres", ""))
    return render(request, "registers/list.html", {"page": page})


@form_methods
@allowed("registers.import")
def import_create(request):
    files = request.FILES if request.method == "POST" else None
    form = UploadForm(sent(request), files, user=request.user)
    if form.is_valid():
        try:
            batch = _receive(form, request.user)
        except (FileRefused, StepRefused) as refusal:
            form.add_error("file", str(refusal))
        else:
            _go_on(batch, request.user)
            return redirect(batch)
    status = 422 if form.errors else 200
    return render(request, "registers/new.html", {"form": form}, status=status)


def _go_on(batch, by):
    """Check at once what asks no question; the same form sent twice may have done it already."""
    if batch.state == State.COLUMNS and wizard.needs_nothing(batch):
        with suppress(StepRefused):
            wizard.check(batch, by=by)


def _receive(form, user):
    """Hand the upload to the reader as a file of its own, gone afterwards."""
    file = form.cleaned_data["file"]
    with tempfile.NamedTemporaryFile(prefix="registre-") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        return wizard.receive(
            copy.name,
            file,
            name=file.name,
            by=user,
            ocb=form.ocb_chosen,
            key=form.cleaned_data["key"],
        )


@require_safe
@never_cache
@allowed("registers.import")
def import_detail(request, pk):
    """The import where it stands: its columns, the work going on, the preview, the result."""
    batch = find(request, pk)
    if batch.state == State.COLUMNS:
        return redirect("registers:columns", pk=pk)
    template, context = detail_page(batch, request)
    return render(request, template, {"batch": batch, **context})


@form_methods
@never_cache
@allowed("registers.import")
def import_columns(request, pk):
    batch = find(request, pk)
    if batch.state not in (State.COLUMNS, State.CHECKED):
        return redirect(batch)
    form = ColumnsForm(sent(request), batch=batch)
    if form.is_valid():
        try:
            wizard.confirm_columns(batch, form.columns(), form.constants(), by=request.user)
        except StepRefused as refusal:
            messages.error(request, str(refusal))
        return redirect(batch)
    status = 422 if form.errors else 200
    return render(request, "registers/columns.html", {"batch": batch, "form": form}, status=status)


def _step(request, pk, act, done=""):
    """Take a step of an import; the sentence of its refusal is shown on the import's page."""
    batch = find(request, pk)
    try:
        act(batch)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if done:
            messages.success(request, done)
    return batch


@require_POST
@allowed("registers.import")
def import_confirm(request, pk):
    return redirect(_step(request, pk, lambda batch: wizard.confirm(batch, by=request.user)))


@require_POST
@allowed("registers.import")
def import_drop(request, pk):
    _step(request, pk, wizard.drop, _("Import abandonné : rien n'a été enregistré."))
    return redirect("registers:list")


@require_POST
@allowed("registers.import")
def import_again(request, pk):
    """Check the same file anew, what was decided since taken into account."""
    batch, form = find(request, pk), KeyForm(request.POST)
    try:
        if not form.is_valid():
            raise StepRefused(_("Ce bouton a expiré : recharger la page."))
        if not batch.stored:
            raise StepRefused(no_file(batch))
        return redirect(wizard.again(batch, by=request.user, **form.cleaned_data))
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(batch)


@require_POST
@allowed("registers.import")
def import_resume(request, pk):
    """Go on with an import that stopped half way."""
    return redirect(_step(request, pk, lambda batch: stopping.resume(batch, by=request.user)))


@require_POST
@allowed("registers.import")
def import_leave_off(request, pk):
    """Leave an import that cannot go on as it is."""
    return redirect(_step(request, pk, stopping.leave_off))


def find_line(request, pk, row):
    batch = find(request, pk)
    lines = CheckedLine.objects.visible_to(request.user).filter(batch=batch)
    return get_object_or_404(lines.select_related("batch", "resembles"), row=row)


def _back_to_line(request, line):
    """The page the button stood on, at the line."""
    query = request.POST.get("page", "")
    query = query if query.startswith("?") else ""
    return redirect(f"{line.batch.get_absolute_url()}{query}#ligne-{line.row}")


@require_POST
@allowed("registers.import")
def line_decide(request, pk, row):
    line = find_line(request, pk, row)
    decision = request.POST.get("decision", "")
    try:
        deciding.decide(line, decision, by=request.user, key=request.POST.get("alike", ""))
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return _back_to_line(request, line)


@require_POST
@allowed("registers.import")
def line_accept(request, pk, row):
    line = find_line(request, pk, row)
    is_accepted = request.POST.get("value") == "row"
    try:
        deciding.accept(line, request.POST.get("field", ""), is_accepted=is_accepted)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return _back_to_line(request, line)


@require_safe
@allowed("registers.decide")
def aside_list(request):
    waiting = SetAside.objects.visible_to(request.user).waiting().for_list()
    page = keyset_page(waiting, ("-pk",), after=request.GET.get("apres", ""))
    return render(request, "registers/asides.html", {"page": page})


@form_methods
@never_cache
@allowed("registers.decide")
def aside_detail(request, pk):
    """A row set aside, beside each it may be: the team says who it is."""
    aside = get_object_or_404(SetAside.objects.visible_to(request.user).for_list(), pk=pk)
    if request.method == "POST":
        decision, key = request.POST.get("decision", ""), request.POST.get("alike", "")
        try:
            deciding.decide_aside(aside, decision, by=request.user, key=key)
        except StepRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("C'est noté : le prochain import de la ligne le suivra."))
        return redirect(aside)
    context = {
        "aside": aside,
        "pairs": shown_aside(aside, request.user),
        "may_take_up": deciding.may_take_up(aside, request.user),
        "again": KeyForm.fresh(),
    }
    return render(request, "registers/aside.html", context)


@form_methods
@allowed("registers.import")
def import_errors(request, pk):
    """The rows to mend, in a workbook that imports cleanly once mended; asked for, as a job."""
    batch = find(request, pk)
    try:
        if request.method == "POST":
            return redirect(mending.ask(batch, by=request.user))
        if mending.is_long(batch):
            return redirect(batch)
        file = mending.workbook(batch)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(batch)
    return FileResponse(file, as_attachment=True, filename=mending.file_name(batch))


@form_methods
@allowed("registers.import")
def import_undo(request, pk):
    batch = find(request, pk)
    form = UndoForm(sent(request))
    if batch.state not in (State.DONE, State.STOPPED):
        return redirect(batch)
    if form.is_valid():
        _step(request, pk, lambda found: wizard.undo(found, by=request.user, **form.cleaned_data))
        return redirect(batch)
    status = 422 if form.errors else 200
    return render(request, "registers/undo.html", {"batch": batch, "form": form}, status=status)


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
