"""The inactive account that commands write as when nobody is named."""

from django.db import migrations


def make_system_account(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    User.objects.get_or_create(
        username="systeme",
        defaults={
            "full_name": "Système",
            "role": "admin",
            "is_active": False,
            "password": "!",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(make_system_account, migrations.RunPython.noop)]
