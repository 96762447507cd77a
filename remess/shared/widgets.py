"""Controls of filter forms, written without a template each: a list shows ten on every page.

Same markup as Django's. For plain choices only: no groups of options, one value chosen.
"""

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from remess.shared.formfields import DayInput

CHOSEN = SafeString(" selected")


class PlainInput:
    """An input of text of the class that Bootstrap styles."""

    def render(self, name, value, attrs=None, renderer=None):
        given = {"type": self.input_type, "name": name, "value": self.format_value(value)}
        given |= {"class": "form-control", **self.build_attrs(self.attrs, attrs)}
        return format_html("<input{}>", flatatt(given))


class PlainText(PlainInput, forms.TextInput):
    pass


class PlainDay(PlainInput, DayInput):
    pass


class PlainSelect(forms.Select):
    def render(self, name, value, attrs=None, renderer=None):
        given = {"name": name, "class": "form-select", **self.build_attrs(self.attrs, attrs)}
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((code, CHOSEN if code in chosen else "", label) for code, label in self._options()),
        )
        return format_html("<select{}>{}</select>", flatatt(given), options)

    def _options(self):
        return (("" if code is None else str(code), label) for code, label in self.choices)
