"""Which columns of a list, in which format."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.exports.lists import FORMATS, Asked

# What the address of a list carries besides the filters.
OWN = {"colonnes", "format", "client_id", "apres", "csrfmiddlewaretoken"}


class ListForm(forms.Form):
    """The columns and the format, in the address; a valid form has `asked`."""

    colonnes = forms.MultipleChoiceField(
        label=_("Colonnes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("xlsx", _("Classeur Excel")), ("csv", _("CSV (points-virgules)"))],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, data, *, export):
        super().__init__(data)
        self.export = export
        self.fields["colonnes"].choices = [(c.key, c.heading) for c in export.columns]

    def asked(self, user):
        """The list asked for. Raises ListRefused where its filters mean nothing."""
        chosen = self.cleaned_data["colonnes"], self.cleaned_data["format"] or next(iter(FORMATS))
        return Asked(self.export, user, self.data, *chosen)

    def filters(self):
        """[(name, value)] of the list's own filters, to be sent along."""
        return [
            (name, value)
            for name, values in self.data.lists()
            for value in values
            if name not in OWN
        ]

    def boxes(self, asked):
        """[(key, heading, ticked)] of every column, those of `asked` ticked."""
        return [(c.key, c.heading, c in asked.chosen) for c in self.export.columns]


class JobForm(forms.Form):
    """Asking for a long list: the same post sent twice asks once."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
