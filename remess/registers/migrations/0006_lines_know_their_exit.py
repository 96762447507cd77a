"""Lines imported before they knew their exit: the one of the person that the importer recorded
while the import ran, and for a sheet known before, on the day the line told."""

from django.db import migrations


def link_exits(apps, schema_editor):
    ImportLine = apps.get_model("registers", "ImportLine")
    Exit = apps.get_model("beneficiaries", "Exit")
    lines = ImportLine.objects.filter(status__in=["created", "updated"], undone_at=None)
    exits = Exit.objects.filter(beneficiary__in=lines.values("beneficiary"), voided_at=None)
    by_person = {}
    for row in exits.order_by("pk"):
        by_person.setdefault(row.beneficiary_id, []).append(row)
    lines = lines.filter(beneficiary__in=by_person).select_related("batch")
    for line in lines.order_by("pk"):
        for row in by_person[line.beneficiary_id]:
            if _is_of(line, row):
                ImportLine.objects.filter(pk=line.pk).update(exit=row)
                break


def _is_of(line, row):
    batch = line.batch
    if row.recorded_by_id != batch.by_id or row.recorded_at < batch.started_at:
        return False
    if batch.ended_at and row.recorded_at > batch.ended_at:
        return False
    if line.status == "created":
        return True
    return line.changes.get("exit_on", [None, None])[1] == row.left_on.isoformat()


class Migration(migrations.Migration):
    dependencies = [("registers", "0005_stopped_imports_and_exits_of_lines")]

    operations = [migrations.RunPython(link_exits, migrations.RunPython.noop, elidable=True)]
