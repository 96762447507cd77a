"""The forms of the wizard: the file, its columns."""

import uuid
from dataclasses import dataclass

from crispy_forms.layout import Layout
from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bootcamps.models import Bootcamp
from ocbs.models import OCB
from remess.registers.errors_workbook import own_headings
from remess.registers.field_labels import CONSTANTS, LABELS, missing_fields
from remess.registers.headings import explain
from remess.registers.reading.limits import MEGABYTE
from remess.registers.wizard import size_limit
from remess.shared.formfields import DayField
from remess.shared.forms import HouseForm

UNREAD = gettext_lazy("Ne pas reprendre")
OURS = gettext_lazy("Colonne du fichier à corriger : elle disait quoi corriger.")


class UploadForm(HouseForm):
    """A register and, for whoever enters for several OCBs, the one its rows are for."""

    file = forms.FileField(
        label=gettext_lazy("Fichier du registre"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
        error_messages={
            "required": gettext_lazy("Choisir le fichier à importer."),
            "empty": gettext_lazy("Ce fichier est vide : le choisir à nouveau."),
        },
    )
    ocb = forms.ModelChoiceField(label=gettext_lazy("OCB"), queryset=OCB.objects.none())
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4

    def make_layout(self):
        field, managed = self.fields["ocb"], OCB.objects.managed_by(self.user).for_list()
        field.queryset = managed
        if self.user.has_perm("beneficiaries.view_all"):
            field.required = False
            field.empty_label = _("Les lignes nomment leur OCB")
            field.help_text = _("Elle vaut pour les lignes qui n'en nomment pas.")
        elif len(managed) == 1:
            self.only_ocb = managed[0]
            del self.fields["ocb"]
        self.fields["file"].help_text = _(
            "Excel (.xlsx), CSV ou export Kobo, %(size)s Mo au plus et 200 000 lignes"
        ) % {"size": size_limit() // MEGABYTE}
        return Layout(*self.fields)

    @property
    def ocb_chosen(self):
        """The OCB of the import, None where the rows name theirs."""
        return getattr(self, "only_ocb", None) or self.cleaned_data.get("ocb")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > size_limit():
            raise forms.ValidationError(
                _("Ce fichier pèse plus de %(size)s Mo : le partager en plusieurs.")
                % {"size": size_limit() // MEGABYTE}
            )
        return file


@dataclass(frozen=True)
class ColumnLine:
    """One column of the file beside the control that says what it holds."""

    heading: str
    sample: str
    control: BoundField
    why: str
    is_known: bool


class ColumnsForm(HouseForm):
    """Which column is which field, and what holds for every row where no column says it."""

    consent = forms.BooleanField(
        label=gettext_lazy("Chaque jeune de ce registre a donné son accord, signé sur papier"),
        required=False,
    )
    identified_on = DayField(
        label=gettext_lazy("Identifiés le"), help_text=gettext_lazy("jj/mm/aaaa"), required=False
    )
    province = forms.CharField(label=gettext_lazy("Province"), max_length=80, required=False)
    commune = forms.CharField(label=gettext_lazy("Commune"), max_length=80, required=False)
    bootcamp = forms.ModelChoiceField(
        label=gettext_lazy("Bootcamp"),
        queryset=Bootcamp.objects.order_by("code"),
        to_field_name="code",
        required=False,
    )

    def __init__(self, *args, batch, **kwargs):
        self.batch = batch
        self.headings = [(i, heading) for i, heading in enumerate(batch.headings) if heading]
        kwargs.setdefault("initial", self._initial())
        super().__init__(*args, **kwargs)

    def _initial(self):
        known = {f"column_{index}": name for index, name in self.batch.fields.items()}
        constants = dict(self.batch.constants)
        if "consent" in constants:
            constants["consent"] = constants["consent"] == "oui"
        return {**known, **constants}

    def make_layout(self):
        choices = [("", UNREAD), *LABELS.items()]
        for index, heading in self.headings:
            control = forms.ChoiceField(label=heading[:80], choices=choices, required=False)
            control.widget.attrs["aria-label"] = heading[:80]
            self.fields[f"column_{index}"] = control
        return Layout(*CONSTANTS)

    def lines(self):
        """The columns in the order of the file."""
        fields, samples, ours = self.batch.fields, self.batch.samples, own_headings()
        return [
            ColumnLine(
                heading,
                samples[index] if index < len(samples) else "",
                self[f"column_{index}"],
                OURS if heading in ours else explain(heading),
                index in fields or heading in ours,
            )
            for index, heading in self.headings
        ]

    def clean(self):
        taken = {}
        for index, heading in self.headings:
            name = self.cleaned_data.get(f"column_{index}")
            if name and name in taken:
                sentence = _("« %(field)s » est déjà pris par la colonne « %(heading)s ».")
                parts = {"field": LABELS[name], "heading": taken[name][:60]}
                self.add_error(f"column_{index}", sentence % parts)
            elif name:
                taken[name] = heading
        if lacking := missing_fields(taken, self.constants(), self.batch.ocb):
            raise forms.ValidationError(
                _("Il manque : %(fields)s. Choisir la colonne qui le donne.")
                % {"fields": ", ".join(map(str, lacking))}
            )
        return self.cleaned_data

    def columns(self):
        """{index: field} of the columns to read."""
        found = {index: self.cleaned_data.get(f"column_{index}") for index, _h in self.headings}
        return {index: name for index, name in found.items() if name}

    def constants(self):
        """{field: text} for absent columns, as the command's --set has them."""
        data = self.cleaned_data
        day, bootcamp = data.get("identified_on"), data.get("bootcamp")
        texts = {
            "consent": "oui" if data.get("consent") else "",
            "identified_on": day.isoformat() if day else "",
            "province": data.get("province") or "",
            "commune": data.get("commune") or "",
            "bootcamp": bootcamp.code if bootcamp else "",
        }
        return {name: text for name, text in texts.items() if text}


class UndoForm(HouseForm):
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        help_text=gettext_lazy("Il reste sur l'import et dans l'historique de chaque fiche."),
        max_length=200,
    )


class KeyForm(forms.Form):
    """What a button that makes something sends along: pressed twice, it makes it once."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls):
        return cls(initial={"key": uuid.uuid4()}, auto_id=False)
