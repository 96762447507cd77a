from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from remess.shared.forms import HouseModelForm
from remess.shared.versions import Changed, save_as_opened

SEEN = "seen_version"


class VersionedModelForm(HouseModelForm):
    """An edit form that carries the version it was opened with and, once overtaken, shows both."""

    seen_version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            del self.fields[SEEN]
        else:
            self.fields[SEEN].initial = self.instance.version
            self.helper.layout.append(SEEN)

    @property
    def opened_version(self):
        return self.cleaned_data.get(SEEN)

    def save(self, commit=True):
        """Store what was typed. Raises Changed when somebody else saved since it was opened."""
        row = super().save(commit=False)
        if not commit:
            return row
        return save_as_opened(row, self._meta.fields, version=self.opened_version)

    def save_or_compare(self):
        """Store what was typed; False, both versions kept to show, when somebody else did."""
        try:
            self.save()
        except Changed as change:
            self.compare_with(change.stored)
            return False
        return True

    def compare_with(self, stored):
        """Keep [(label, value stored, value typed)] where they differ, as `both_versions`.

        The form then carries the stored version: sending it again saves what was typed, knowingly.
        """
        self.data = self.data.copy()
        self.data[self.add_prefix(SEEN)] = stored.version
        self.both_versions = []
        for name, field in self.fields.items():
            if name == SEEN or field.disabled or not self.is_kept(name):
                continue
            if name not in self.cleaned_data:
                continue
            kept, typed = self.stored_value(stored, name), self.typed_value(name)
            kept, typed = (_in_order(value) for value in (kept, typed))
            if kept != typed:
                shown = (self._shown(field, value) for value in (kept, typed))
                self.both_versions.append((capfirst(field.label), *shown))

    def is_kept(self, name):
        """Whether the row keeps what this field holds."""
        return name in self._meta.fields

    def stored_value(self, stored, name):
        """What `stored` holds of the field `name`, as its cleaned value would be."""
        return getattr(stored, name)

    def typed_value(self, name):
        """What was typed in the field `name`, as `stored_value()` would hold it."""
        return self.cleaned_data[name]

    def _shown(self, field, value):
        if value in (None, "", []):
            return "–"
        if isinstance(value, list):
            return ", ".join(str(row) for row in value)
        if hasattr(value, "strftime"):
            return f"{value:%d/%m/%Y}"
        if isinstance(value, bool):
            return _("oui") if value else _("non")
        choices = dict(getattr(field, "choices", ())) if isinstance(value, str) else {}
        return choices.get(value, value)


def _in_order(value):
    """Rows in the order their names are read in, whichever way they were asked for."""
    return (
        sorted(value, key=lambda row: (str(row), row.pk)) if isinstance(value, QuerySet) else value
    )
