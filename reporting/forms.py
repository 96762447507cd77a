from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ocbs.models import OCB
from remess.programme.models import Agreement, Region
from remess.shared.dates import today
from remess.shared.formfields import DayField
from reporting.scope import ScopeError, build_scope


class ScopeForm(forms.Form):
    """The filters of the dashboard; a valid form has its `scope`."""

    accord = forms.ModelChoiceField(
        label=_("Accord"),
        queryset=Agreement.objects.order_by("starts_on", "pk"),
        to_field_name="code",
        required=False,
        empty_label=_("Depuis l'origine"),
    )
    region = forms.ModelChoiceField(
        label=_("Région"),
        queryset=Region.objects.order_by("code", "pk"),
        to_field_name="code",
        required=False,
        empty_label=_("Toutes"),
    )
    ocb = forms.ModelChoiceField(
        label=_("OCB"),
        queryset=OCB.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Toutes"),
    )
    du = DayField(label=_("Du"), required=False)
    au = DayField(label=_("Au"), required=False)
    arrete = DayField(label=_("Arrêté au"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["ocb"].queryset = OCB.objects.managed_by(user).order_by("code", "pk")
        # Officials get no OCB filter until small cells are hidden.
        if not user.has_perm("reporting.filter_ocb"):
            del self.fields["ocb"]
        for field in self.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        try:
            self.scope = build_scope(
                user=self.user,
                as_of=cleaned["arrete"],
                start=cleaned["du"],
                end=cleaned["au"],
                agreement=cleaned["accord"],
                region=cleaned["region"],
                ocb=cleaned.get("ocb"),
            )
        except ScopeError as problem:
            raise ValidationError(str(problem)) from problem
        return cleaned

    def active(self):
        """[(name, label, shown value)] of the filters in use."""
        return [
            (
                name,
                self.fields[name].label,
                f"{value:%d/%m/%Y}" if hasattr(value, "year") else value,
            )
            for name, value in self.cleaned_data.items()
            if value
        ]


class AsOfForm(forms.Form):
    """One day; `day()` is today where none is given."""

    arrete = DayField(label=_("Arrêté au"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["arrete"].widget.attrs["class"] = "form-control"

    def day(self):
        """The day asked for, of a valid form."""
        return self.cleaned_data["arrete"] or today()


class BridgeForm(ScopeForm):
    """Two days to compare over the same places; a valid form has `before` and `scope`."""

    depuis = DayField(label=_("Comparé à l'arrêté du"))
    field_order = ["depuis", "arrete"]

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        first, last = cleaned["depuis"], self.scope.as_of
        if first > last:
            text = _("Le premier arrêté vient après le second : échanger les deux dates.")
            self.add_error("depuis", text)
            return cleaned
        self.before = build_scope(
            user=self.user,
            as_of=first,
            start=cleaned["du"],
            end=cleaned["au"],
            agreement=cleaned["accord"],
            region=cleaned["region"],
            ocb=cleaned.get("ocb"),
        )
        return cleaned
