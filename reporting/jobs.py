"""Long exports, done by the worker: every row, or a sentence and no file."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs

from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from remess.jobs.registry import JobRefused, Outcome, job
from remess.shared.dates import today
from reporting.exports import lists
from reporting.exports.records import keep_record
from reporting.exports.tally import IncompleteExport
from reporting.list_forms import ListForm
from reporting.models import ExportRecord


@job("list_export")
def list_export(job, *, progress):
    """A list, written anew at every attempt, with the rights its asker has now."""
    asked = _asked(job)
    with ExitStack() as stack:
        file = tempfile.NamedTemporaryFile(delete=False)  # noqa: SIM115 - moved once it is whole
        path = Path(file.name)
        stack.callback(path.unlink, missing_ok=True)
        with file:
            try:
                rows = asked.write(file, progress)
            except IncompleteExport as problem:
                raise JobRefused(str(problem)) from problem
            keep_record(
                file,
                name=asked.export.name,
                by=job.asked_by,
                way=ExportRecord.Way.JOB,
                as_of=today(),
                scope=asked.scope_words,
                rows=rows,
                file_name=asked.file_name,
            )
        stack.pop_all()
    return Outcome(
        page=reverse("reporting:exports"),
        file=path,
        file_name=asked.file_name,
        result={"rows": rows},
    )


def _asked(job):
    """The list asked for. Raises JobRefused when it may no longer be had."""
    export = lists.BY_NAME[job.arguments["list"]]
    if not job.asked_by.has_perm(export.permission):
        raise JobRefused(_("Ce compte n'a plus le droit d'exporter cette liste."))
    form = ListForm(MultiValueDict(parse_qs(job.arguments["query"])), export=export)
    try:
        if form.is_valid():
            return form.asked(job.asked_by)
    except lists.ListRefused as problem:
        raise JobRefused(str(problem)) from problem
    raise JobRefused(_("Une colonne demandée n'existe plus : choisir à nouveau les colonnes."))
