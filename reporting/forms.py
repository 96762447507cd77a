from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import Stage
from beneficiaries.models import LegalForm, Sex
from remess.shared.dates import today
from remess.shared.formfields import CodeField, DayField
from reporting.cuts import Cut
from reporting.dimensions import BY_CODE as DIMENSION_BY_CODE
from reporting.dimensions import DIMENSIONS, dimensions_for
from reporting.frame import Frame
from reporting.indicators import INDICATORS, UNKNOWN_FORM_LABEL
from reporting.scope import ScopeError, build_scope


class KnownDayField(DayField):
    """A day at whose end the register knew something: today at the latest."""

    def to_python(self, value):
        day = super().to_python(value)
        if day and day > today():
            raise ValidationError(
                _("Ce jour est à venir : choisir un jour passé, ou aujourd'hui."), code="future"
            )
        return day


class ScopeForm(forms.Form):
    """The filters of the dashboard; a valid form has its `scope`."""

    accord = CodeField(label=_("Accord"), none_label=_("Depuis l'origine"))
    region = CodeField(label=_("Région"), none_label=_("Toutes"))
    ocb = CodeField(label=_("OCB"), none_label=_("Toutes"))
    du = DayField(label=_("Du"), required=False)
    au = DayField(label=_("Au"), required=False)
    arrete = KnownDayField(label=_("Arrêté au"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.frame = Frame.read(user)
        self.fields["accord"].offer(self.frame.acts)
        self.fields["region"].offer(self.frame.regions)
        # Officials get no OCB filter until small cells are hidden.
        if user.has_perm("reporting.filter_ocb"):
            self.fields["ocb"].offer(self.frame.ocbs)
        else:
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
                region=self.chosen_region(),
                ocb=cleaned.get("ocb"),
                own=self.own_ocbs(),
            )
        except ScopeError as problem:
            raise ValidationError(str(problem)) from problem
        return cleaned

    def chosen_region(self):
        return self.cleaned_data["region"]

    def own_ocbs(self):
        """The user's OCBs, where the form has read them."""
        return self.frame.ocbs if "ocb" in self.fields else None

    def scope_filters(self):
        """The parameters that make this form's scope, as sent, for the links of its page."""
        names = ["accord", "region", "ocb", "du", "au", "arrete"]
        return {name: self.data[name] for name in names if self.data.get(name)}

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

    arrete = KnownDayField(label=_("Arrêté au"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["arrete"].widget.attrs["class"] = "form-control"

    def day(self):
        """The day asked for, of a valid form."""
        return self.cleaned_data["arrete"] or today()


class RegionScopeForm(ScopeForm):
    """The filters of one region's page: its region is in the address."""

    def __init__(self, *args, region, **kwargs):
        super().__init__(*args, **kwargs)
        self.region = region
        del self.fields["region"]
        if "ocb" in self.fields:
            rows = self.fields["ocb"].rows
            self.fields["ocb"].offer(ocb for ocb in rows if ocb.region_id == region.pk)

    def chosen_region(self):
        return self.region


class CompareForm(ScopeForm):
    """By what to compare, and which figure the chart draws; a valid form has its `dimension`."""

    par = forms.ChoiceField(label=_("Comparer par"))
    mesure = forms.ChoiceField(label=_("Chiffre du graphique"))
    field_order = ["par", "mesure"]

    def __init__(self, data, **kwargs):
        defaults = {"par": DIMENSIONS[0].code, "mesure": Stage.CREATED.value}
        super().__init__(defaults | data.dict(), **kwargs)
        allowed = dimensions_for(self.user)
        self.fields["par"].choices = [(d.code, d.label) for d in allowed]
        self.fields["mesure"].choices = [(i.code, i.label) for i in INDICATORS]

    def active(self):
        """The dimension and the figure are always chosen: they are no filter to take away."""
        return [row for row in super().active() if row[0] not in self.field_order]

    @property
    def dimension(self):
        return DIMENSION_BY_CODE[self.cleaned_data["par"]]


class PeopleForm(ScopeForm):
    """The people behind a figure or a part of it; a valid form has its `cut`, None for all."""

    sexe = forms.ChoiceField(label=_("Sexe"), choices=Sex, required=False)
    forme = forms.ChoiceField(
        label=_("Forme juridique"),
        choices=[*LegalForm.choices, ("unknown", UNKNOWN_FORM_LABEL)],
        required=False,
    )
    arret = forms.ChoiceField(
        label=_("Suite"), choices=[("1", _("n'a pas atteint l'étape suivante"))], required=False
    )

    parts = ("sexe", "forme", "arret")

    def cut_words(self):
        """The parts asked for, in words."""
        return [f"{label} : {value}" for name, label, value in self.active() if name in self.parts]

    def active(self):
        """As for any scope, the parts by their label."""
        labels = {name: dict(self.fields[name].choices) for name in self.parts}
        return [
            (name, label, labels[name][value] if name in labels else value)
            for name, label, value in super().active()
        ]

    @property
    def cut(self):
        cleaned = self.cleaned_data
        cut = Cut(cleaned["sexe"], cleaned["forme"], bool(cleaned["arret"]))
        return None if cut == Cut() else cut


class BridgeForm(ScopeForm):
    """Two days to compare over the same places; a valid form has `before` and `scope`."""

    depuis = DayField(
        label=_("Comparé à l'arrêté du"),
        error_messages={"required": _("Écrire le jour du rapport, ou en choisir un publié.")},
    )
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
            own=self.own_ocbs(),
        )
        return cleaned
