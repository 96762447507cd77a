from django.db import migrations

BATCH = 2000


def name_the_one(apps, schema_editor):
    """Until now a row resembled one sheet: that one was asked, or told apart."""
    aside = apps.get_model("registers", "SetAside")
    line = apps.get_model("registers", "CheckedLine")
    for model, rows in (
        (aside, aside.objects.filter(resembles__isnull=False)),
        (line, line.objects.filter(resembles__isnull=False, status="possible_duplicate")),
    ):
        batch = []
        for row in rows.order_by("pk").iterator(chunk_size=BATCH):
            row.alike = [row.resembles_id]
            if model is aside and row.decision == "different":
                row.apart = [row.resembles_id]
            batch.append(row)
            if len(batch) == BATCH:
                model.objects.bulk_update(batch, FIELDS[model is aside], batch_size=400)
                batch = []
        model.objects.bulk_update(batch, FIELDS[model is aside], batch_size=400)


FIELDS = {True: ["alike", "apart"], False: ["alike"]}


class Migration(migrations.Migration):
    dependencies = [("registers", "0003_each_look_alike_is_decided")]

    operations = [migrations.RunPython(name_the_one, migrations.RunPython.noop)]
