"""Two columns for sorting, which the database derives from the stage, and an index a sort."""

import datetime

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("beneficiaries", "0013_month_closings"),
        ("ocbs", "0003_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="beneficiary",
            name="beneficiary_by_stage",
        ),
        migrations.RemoveIndex(
            model_name="beneficiary",
            name="beneficiary_by_stage_day",
        ),
        migrations.AddField(
            model_name="beneficiary",
            name="stage_day",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce(
                    "stage_on", models.Value(datetime.date(1800, 1, 1))
                ),
                output_field=models.DateField(),
            ),
        ),
        migrations.AddField(
            model_name="beneficiary",
            name="stages_ahead",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(current_stage="created", then=0),
                    models.When(current_stage="trained", then=1),
                    models.When(current_stage="selected", then=2),
                    models.When(current_stage="identified", then=3),
                    default=models.Value(4),
                ),
                output_field=models.SmallIntegerField(),
            ),
        ),
        migrations.AlterField(
            model_name="beneficiary",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absorbed",
                to="beneficiaries.beneficiary",
            ),
        ),
        migrations.AlterField(
            model_name="beneficiary",
            name="ocb",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="beneficiaries",
                to="ocbs.ocb",
                verbose_name="OCB",
            ),
        ),
        migrations.AlterField(
            model_name="beneficiary",
            name="referent",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="beneficiaries",
                to="ocbs.trainer",
                verbose_name="formateur référent",
            ),
        ),
        migrations.AddIndex(
            model_name="beneficiary",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="beneficiary_absorbed",
            ),
        ),
        migrations.AddIndex(
            model_name="beneficiary",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", True), ("withdrawn_at__isnull", True)),
                fields=["ocb", "sex", "stage_day"],
                name="beneficiary_standing",
            ),
        ),
        migrations.AddIndex(
            model_name="beneficiary",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", True), ("withdrawn_at__isnull", True)),
                fields=["current_stage", "stages_ahead", "ocb", "sex", "stage_day"],
                name="beneficiary_standing_by_stage",
            ),
        ),
        migrations.AddIndex(
            model_name="beneficiary",
            index=models.Index(
                fields=["current_stage", "stage_day", "id"], name="beneficiary_by_stage"
            ),
        ),
        migrations.AddIndex(
            model_name="beneficiary",
            index=models.Index(
                fields=["stages_ahead", "sort_name", "id"], name="beneficiary_by_stages_ahead"
            ),
        ),
        migrations.AddIndex(
            model_name="beneficiary",
            index=models.Index(fields=["stage_day", "id"], name="beneficiary_by_stage_day"),
        ),
        migrations.AddIndex(
            model_name="beneficiary",
            index=models.Index(fields=["ocb", "sort_name", "id"], name="beneficiary_by_ocb"),
        ),
        migrations.AddIndex(
            model_name="beneficiary",
            index=models.Index(
                fields=["referent", "sort_name", "id"], name="beneficiary_by_referent"
            ),
        ),
    ]
