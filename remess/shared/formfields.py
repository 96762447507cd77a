from django import forms
from django.utils.translation import gettext_lazy as _

from remess.shared.text import clean, latin_digits

# No date of the programme lies outside: a typing slip, or somebody trying.
YEARS = range(1900, 2101)


class DayInput(forms.DateInput):
    """A day typed as jj/mm/aaaa: no calendar to wind back twenty years for a birth date."""

    def __init__(self, attrs=None):
        attrs = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 10, **(attrs or {})}
        super().__init__(attrs=attrs, format="%d/%m/%Y")


class DayField(forms.DateField):
    """Reads 05/03/2015, 5-3-2015, 5.3.2015, 05032015, 2015-03-05, in Latin or Arabic digits."""

    widget = DayInput

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "input_formats", ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d%m%Y"]
        )
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _("Écrire la date ainsi : jj/mm/aaaa.")

    def to_python(self, value):
        if isinstance(value, str):
            value = latin_digits(clean(value)).replace(" ", "")
        day = super().to_python(value)
        if day and day.year not in YEARS:
            raise forms.ValidationError(_("Vérifier l'année de cette date."), code="year")
        return day


class RowsField(forms.ModelMultipleChoiceField):
    """Rows ticked on a list; a number longer than any id is one more unknown row."""

    def clean(self, value):
        if any(len(pk) > 18 for pk in value or []):
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return super().clean(value)


def day_fields(db_field, **kwargs):
    """A `formfield_callback` that gives date columns a DayField."""
    if db_field.get_internal_type() == "DateField":
        kwargs.setdefault("form_class", DayField)
    return db_field.formfield(**kwargs)


class WholeNumberField(forms.IntegerField):
    """Reads 1083, « 1 083 » with any space, and Arabic digits; refuses anything else."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _("Écrire un nombre entier, par exemple 120.")

    def to_python(self, value):
        if isinstance(value, str):
            value = latin_digits(clean(value)).replace(" ", "")
            if value and not value.isdigit():
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class CodeField(forms.TypedChoiceField):
    """One of some rows already read, by its code: choosing and drawing it takes no query.

    `none_label`: what choosing none is called; the value is then None.
    """

    def __init__(self, *, none_label, **kwargs):
        super().__init__(coerce=self.row_of, required=False, empty_value=None, **kwargs)
        self.none_label = none_label
        self.rows = []

    def __deepcopy__(self, memo):
        copied = super().__deepcopy__(memo)
        copied.coerce = copied.row_of
        return copied

    def offer(self, rows):
        """Let one of `rows`, in this order, be chosen."""
        self.rows = list(rows)
        self.choices = [("", self.none_label), *((row.code, str(row)) for row in self.rows)]

    def row_of(self, code):
        return next(row for row in self.rows if row.code == code)
