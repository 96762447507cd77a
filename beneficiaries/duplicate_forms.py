"""The forms around possible duplicates, and two sheets as rows to compare."""

from dataclasses import dataclass

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from beneficiaries import merging
from beneficiaries.duplicates import Identity
from beneficiaries.models import Beneficiary
from remess.shared.formfields import DayField
from remess.shared.forms import HouseForm, Section
from remess.shared.identifiers import display_phone


@dataclass(frozen=True)
class Compared:
    """One fact of both sheets, in words."""

    label: str
    first: str
    second: str
    differs: bool


def compared(first, second):
    """Every fact of merging.CHOICES that one of the two sheets holds."""
    different = set(merging.differing(first, second))
    rows = []
    for name in merging.CHOICES:
        shown = shown_value(first, name), shown_value(second, name)
        if any(shown):
            label = str(merging.label_of(name))
            rows.append(Compared(label[:1].upper() + label[1:], *shown, name in different))
    return rows


def shown_value(sheet, name):
    """What a sheet says of `name` (of merging.CHOICES), in words; '' for nothing."""
    if name == "consent":
        return _("le %(day)s, notice %(notice)s") % {
            "day": f"{sheet.consent_on:%d/%m/%Y}",
            "notice": sheet.consent_notice,
        }
    value = getattr(sheet, name)
    if value in (None, ""):
        return ""
    if hasattr(value, "strftime"):
        return f"{value:%d/%m/%Y}"
    if name == "phone":
        return display_phone(value)
    return str(getattr(sheet, f"get_{name}_display", lambda: value)())


class SetApartForm(HouseForm):
    note = forms.CharField(
        label=_("Ce qui les distingue"),
        help_text=_("Par exemple : deux cousines, vues ensemble."),
        max_length=300,
        required=False,
    )


class ReportForm(HouseForm):
    """The file number of the other sheet, among those this user sees."""

    number = forms.CharField(
        label=_("Numéro de l'autre fiche"), help_text=_("Par exemple ERR-00042"), max_length=20
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_number(self):
        visible = Beneficiary.objects.visible_to(self.user)
        found = visible.by_number(self.cleaned_data["number"].strip().upper()).first()
        if found is None:
            raise forms.ValidationError(_("Aucune fiche de ce numéro : le vérifier."))
        return found


class HintForm(forms.ModelForm):
    """What is already typed of a new sheet, read as far as it can be."""

    class Meta:
        model = Beneficiary
        fields = ["family_name", "given_name", "name_ar", "sex", "birth_date", "phone", "cin"]
        field_classes = {"birth_date": DayField}

    def _post_clean(self):
        """Nothing is stored: the rules of a whole sheet are not asked."""

    def identity(self):
        self.full_clean()
        known = {
            name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)
        }
        return Identity(**known)


class MergeForm(HouseForm):
    """Which of two sheets is kept, and of which the value where they differ."""

    kept = forms.ChoiceField(label=_("Numéro de fiche gardé"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Motif"),
        help_text=_("Ce qui montre que c'est la même personne ; il reste dans l'historique."),
        max_length=250,
    )

    def __init__(self, *args, pair, **kwargs):
        self.pair = pair
        self.names = merging.differing(pair.first, pair.second)
        super().__init__(*args, **kwargs)

    def make_layout(self):
        sheets = {"first": self.pair.first, "second": self.pair.second}
        self.fields["kept"].choices = [
            (side, f"{sheet.file_number} · {sheet}") for side, sheet in sheets.items()
        ]
        self.fields["kept"].initial = "first"
        for name in self.names:
            label = str(merging.label_of(name))
            self.fields[name] = forms.ChoiceField(
                label=label[:1].upper() + label[1:],
                choices=[(side, shown_value(sheet, name)) for side, sheet in sheets.items()],
                initial="first",
                widget=forms.RadioSelect,
            )
        sections = [Section(_("1. La fiche gardée"), "kept")]
        if self.names:
            sections.append(Section(_("2. Les valeurs gardées"), *self.names))
        return Layout(*sections, Section(_("Motif de la fusion"), "reason"))

    def sheets(self):
        """(kept, absorbed)."""
        pair = self.pair.first, self.pair.second
        return pair if self.cleaned_data["kept"] == "first" else pair[::-1]

    def choices_for(self, kept):
        """The names whose value comes from the sheet that is absorbed."""
        side = "first" if kept == self.pair.first else "second"
        return [name for name in self.names if self.cleaned_data[name] != side]
