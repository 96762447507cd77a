"""The house's form: crispy layout, classes on controls, wording of what is missing."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from remess.shared.formfields import day_fields


class Section(Div):
    """A numbered section of a sheet: a fieldset with its legend."""

    template = "components/form_section.html"

    def __init__(self, legend, *fields):
        super().__init__(*fields)
        self.legend = legend


def two_columns(*fields):
    """Fields side by side where there is room, one under the other on a phone."""
    return Div(*fields, css_class="form-cols")


def sent(request):
    """What was posted, None unless a form was sent: one sent empty is refused, not shown anew."""
    return request.POST if request.method == "POST" else None


def status_of(form):
    """The HTTP status of a page with `form`: overtaken by another save, with errors, or fine."""
    if form.both_versions is not None:
        return 409
    return 422 if form.errors else 200


# What a field left empty asks for: the first kind of field or of control that fits.
TO_DO = (
    (forms.DateField, _("Écrire la date ainsi : jj/mm/aaaa.")),
    (forms.FileInput, _("Joindre un fichier.")),
    (forms.CheckboxInput, _("Cocher cette case.")),
    ((forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple), _("Choisir une réponse.")),
    (object, _("Remplir ce champ.")),
)

DJANGO_SAYS = forms.Field.default_error_messages["required"]


def what_to_do(field):
    """The sentence shown where the required `field` is left empty."""
    return next(
        text for kind, text in TO_DO if isinstance(field, kind) or isinstance(field.widget, kind)
    )


class HouseFormMixin:
    """Gives every control its class and a crispy helper; templates own <form> and buttons.

    A subclass chooses its fields in make_layout(), before their classes are set.
    """

    # Not required to save, yet not optional either: the layout must not call them so.
    wanted = ()
    # [(label, value stored, value typed)] once somebody else saved before this form.
    both_versions = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_show_errors = False
        self.helper.layout = self.make_layout()
        for name, field in self.fields.items():
            field.is_optional = not field.required and name not in self.wanted
            widget = field.widget
            if field.error_messages["required"] == DJANGO_SAYS:
                field.error_messages["required"] = what_to_do(field)
            if isinstance(widget, forms.CheckboxInput):
                widget.attrs.setdefault("class", "form-check-input")
            elif not isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
                is_choice = isinstance(widget, forms.Select)
                widget.attrs.setdefault("class", "form-select" if is_choice else "form-control")

    def make_layout(self):
        """The layout; by default every field in order."""
        return Layout(*self.fields)

    def error_list(self):
        """[(id of the control or '', sentence)] for the summary on top of the page."""
        found = [("", sentence) for sentence in self.non_field_errors()]
        for name, sentences in self.errors.items():
            if name != "__all__":
                found += [
                    (self[name].auto_id, f"{self.fields[name].label} : {s}") for s in sentences
                ]
        return found


class HouseForm(HouseFormMixin, forms.Form):
    pass


class HouseModelForm(HouseFormMixin, forms.ModelForm):
    class Meta:
        formfield_callback = day_fields


def paragraph(text, css="hint"):
    """A line of text between fields."""
    return HTML(f'<p class="{escape(css)}">{escape(text)}</p>')
