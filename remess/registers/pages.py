"""What the page of an import shows in each of its states."""

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from beneficiaries.funnel import PATH, Stage
from remess.registers import after_undo, deciding, mending, stopping, wizard
from remess.registers.field_labels import label_of
from remess.registers.forms import KeyForm
from remess.registers.models import Import, RowStatus
from remess.registers.purging import no_file
from remess.registers.showing import shown
from remess.shared.paging import keyset_page
from reporting.indicators import totals
from reporting.scope import build_scope

State = Import.State
# What so many lines (n) of each status are called together.
TALLY = {
    RowStatus.CREATED: ngettext_lazy("nouvelle fiche", "nouvelles fiches", "n"),
    RowStatus.UPDATED: ngettext_lazy("fiche complétée", "fiches complétées", "n"),
    RowStatus.UNCHANGED: _("sans changement"),
    RowStatus.POSSIBLE_DUPLICATE: ngettext_lazy("doublon possible", "doublons possibles", "n"),
    RowStatus.ERROR: _("à corriger"),
    RowStatus.SKIPPED: ngettext_lazy(
        "vide ou de total, ignorée", "vides ou de total, ignorées", "n"
    ),
}
AT_WORK = (State.CHECKING, State.RUNNING, State.UNDOING)
STEP = {State.CHECKING: 3, State.CHECKED: 3, State.RUNNING: 4}


def detail_page(batch, request):
    """(template, context) of the import where it stands."""
    if batch.state in AT_WORK:
        job = wizard.job_of(batch, request.user)
        context = {
            "job": job,
            "is_news": False,
            "step": STEP.get(batch.state),
            "may_leave_off": stopping.may_leave_off(batch, stopping.storing_job(batch)),
        }
        return "registers/progress.html", context
    if batch.state == State.CHECKED:
        return "registers/preview.html", preview_page(batch, request)
    return "registers/result.html", result_page(batch, request)


def preview_page(batch, request):
    return {
        **lines_page(batch.checked_lines.all(), batch, request),
        "to_store": deciding.to_store(batch),
        "decided": deciding.decided_lines(batch).count(),
        "figures": figures(batch),
        "columns": columns_of(batch),
        "step": 3,
    }


def result_page(batch, request):
    lines = batch.lines.all()
    written = lines.filter(status__in=[RowStatus.CREATED, RowStatus.UPDATED])
    context = lines_page(lines, batch, request)
    context["may_decide"] = batch.state in (State.DONE, State.STOPPED)
    context["may_undo"] = context["may_decide"] and written.exists()
    context["decided"] = deciding.decided_lines(batch).count() if context["may_decide"] else 0
    context["again"] = KeyForm.fresh()
    context["no_file"] = "" if batch.stored else no_file(batch)
    if batch.state == State.STOPPED:
        context["last_row"] = lines.aggregate(last=Max("row"))["last"]
    return context


def lines_page(lines, batch, request):
    """The lines of one status, or all, fifty at a time; with the tally that chooses among them."""
    wanted = request.GET.get("statut", "")
    if wanted in RowStatus.values:
        lines = lines.filter(status=wanted)
    elif wanted in after_undo.TALLY and batch.state == State.UNDONE:
        lines = lines.filter(**after_undo.TALLY[wanted][1])
    else:
        wanted = ""
    page = keyset_page(lines, ("row",), after=request.GET.get("apres", ""))
    counts = [(status, label, batch.tally.get(status, 0)) for status, label in TALLY.items()]
    tally = [(status.value, label % {"n": n}, n) for status, label, n in counts]
    found = shown(page.rows, request.user, batch)
    undone = None
    if batch.state == State.UNDONE:
        undone = after_undo.undone(batch)
        tally, found = undone.tally, after_undo.name_withdrawn(found, request.user)
    return {
        "page": page,
        "lines": found,
        "undone": undone,
        "tally": tally,
        "wanted": wanted,
        "errors": batch.tally.get(RowStatus.ERROR, 0),
        "may_mend": mending.why_not(batch) is None,
        "is_long": mending.is_long(batch),
        "here": request.get_full_path().removeprefix(request.path),
    }


def figures(batch):
    """[(stage label, today, once stored)] in the scope of whoever imports."""
    now = totals(build_scope(user=batch.by))
    return [
        (Stage(stage).label, now[stage], now[stage] + batch.gains.get(stage, 0)) for stage in PATH
    ]


def columns_of(batch):
    """What the check read: the columns taken, those left, the constants."""
    fields = batch.fields
    return {
        "known": len(fields),
        "unread": [h for i, h in enumerate(batch.headings) if h and i not in fields],
        "constants": [(label_of(name), text) for name, text in batch.constants.items()],
    }
