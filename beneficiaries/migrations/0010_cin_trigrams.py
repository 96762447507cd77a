"""A trigram index for the CIN on PostgreSQL: without it a search for either reads every row."""

from django.db import migrations


def add_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX IF NOT EXISTS beneficiary_cin_trigrams ON beneficiaries_beneficiary "
            "USING gin (cin gin_trgm_ops)"
        )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS beneficiary_cin_trigrams")


class Migration(migrations.Migration):
    dependencies = [("beneficiaries", "0009_withdrawn_sheets")]

    operations = [migrations.RunPython(add_index, drop_index)]
