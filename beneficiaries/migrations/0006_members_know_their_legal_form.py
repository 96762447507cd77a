"""Each membership, voided ones too, takes the legal form of its enterprise: it never changed."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def copy_legal_form(apps, schema_editor):
    enterprises = apps.get_model("beneficiaries", "Enterprise").objects.filter(
        pk=OuterRef("enterprise")
    )
    apps.get_model("beneficiaries", "EnterpriseMember").objects.filter(legal_form="").update(
        legal_form=Subquery(enterprises.values("legal_form")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("beneficiaries", "0005_enterprise_files")]
    operations = [migrations.RunPython(copy_legal_form, migrations.RunPython.noop, elidable=True)]
