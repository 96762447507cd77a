"""The forms of published reports."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from remess.shared.forms import HouseForm, HouseModelForm
from reporting.models import Publication
from reporting.publications import PublicationRefused, publish


class PublicationForm(HouseModelForm):
    """The name of a report to freeze; a valid form has frozen it: `published`."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)

    class Meta(HouseModelForm.Meta):
        model = Publication
        fields = ["name", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, scope, by, **kwargs):
        self.scope, self.by = scope, by
        super().__init__(*args, **kwargs)
        self.fields["client_id"].initial = uuid.uuid4()

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            report = Publication(**cleaned)
            try:
                self.published = publish(report, self.scope, by=self.by)
            except PublicationRefused as refusal:
                self.add_error(None, str(refusal))
        return cleaned

    def validate_unique(self):
        """The same form sent twice is one report, not a mistake."""


class VerifyForm(HouseForm):
    """A workbook somebody sent back."""

    file = forms.FileField(label=_("Classeur reçu"), allow_empty_file=True)
