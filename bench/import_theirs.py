"""The sheets of our rows as django-import-export takes them, in its bulk mode."""

from collections import Counter

import tablib
from import_export import fields, resources, widgets

from beneficiaries.models import Beneficiary
from ocbs.models import OCB
from remess.accounts.models import User

BATCH = 500


class Day(widgets.DateWidget):
    def __init__(self):
        super().__init__(format="%d/%m/%Y")


class Place(widgets.Widget):
    """The OCB of a code, all read beforehand."""

    def __init__(self):
        super().__init__()
        self.ocbs = {ocb.code: ocb for ocb in OCB.objects.select_related("region")}

    def clean(self, value, row=None, **kwargs):
        return self.ocbs[value]


class Gender(widgets.Widget):
    def clean(self, value, row=None, **kwargs):
        return {"F": "female", "M": "male"}[value]


class Phone(widgets.Widget):
    def clean(self, value, row=None, **kwargs):
        return f"+212{value[1:]}"


def act_of(rows, headings, *, is_cleaned):
    """The act of importing `rows`; `is_cleaned`: with the model's own validation."""
    dataset, bulk = tablib.Dataset(*rows, headers=headings), resource_of(is_cleaned)

    def act():
        result = bulk().import_data(dataset, raise_errors=True)
        if result.has_validation_errors():
            raise RuntimeError(str(result.invalid_rows[0].error))

    return act


def resource_of(is_cleaned):
    by, numbers = User.objects.get(username="systeme"), Counter()

    class Sheets(resources.ModelResource):
        sex = fields.Field("sex", "sex", Gender())
        birth_date = fields.Field("birth_date", "birth_date", Day())
        phone = fields.Field("phone", "phone", Phone())
        ocb = fields.Field("ocb", "ocb", Place())
        sheet_on = fields.Field("sheet_on", "identified_on", Day())
        consent_on = fields.Field("consent_on", "identified_on", Day())

        class Meta:
            model = Beneficiary
            fields = ("family_name", "given_name", "sex", "birth_date", "cin", "phone", "sector")
            fields += ("ocb", "sheet_on", "consent_on")
            import_id_fields = ("cin",)
            use_bulk = True
            batch_size = BATCH
            skip_diff = skip_html_diff = True
            use_transactions = True
            clean_model_instances = is_cleaned

        def import_instance(self, instance, row, **kwargs):
            super().import_instance(instance, row, **kwargs)
            region = instance.ocb.region.code
            numbers[region] += 1
            instance.file_region, instance.file_no = region, numbers[region]
            instance.consent_notice, instance.consent_by = "registre papier", by

    return Sheets
