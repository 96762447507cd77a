"""Open the period of every person who already has a referent, from the day of their file.

Since when they really had that trainer is not known: the day the file was opened stands in.
"""

from zoneinfo import ZoneInfo

from django.db import migrations

CASABLANCA = ZoneInfo("Africa/Casablanca")


def open_periods(apps, schema_editor):
    period = apps.get_model("beneficiaries", "ReferentPeriod")
    beneficiary = apps.get_model("beneficiaries", "Beneficiary")
    followed = beneficiary.objects.filter(referent__isnull=False).order_by("pk")
    rows = followed.values_list("pk", "referent_id", "created_at", "consent_by_id")
    period.objects.bulk_create(
        (
            period(
                beneficiary_id=pk,
                trainer_id=trainer,
                since=created_at.astimezone(CASABLANCA).date(),
                recorded_by_id=author,
            )
            for pk, trainer, created_at, author in rows.iterator(chunk_size=500)
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("beneficiaries", "0003_referent_period")]
    operations = [migrations.RunPython(open_periods, migrations.RunPython.noop, elidable=True)]
