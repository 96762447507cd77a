"""Sending a file, which is written down first."""

from django.http import FileResponse

from reporting.exports.records import keep_record
from reporting.models import ExportRecord


def send(request, file, *, file_name, **told):
    """The answer that downloads `file` (binary, open), recorded as keep_record is `told`."""
    way = ExportRecord.Way.PAGE
    keep_record(file, by=request.user, way=way, file_name=file_name, **told)
    return FileResponse(file, as_attachment=True, filename=file_name)
