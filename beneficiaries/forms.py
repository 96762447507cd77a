"""The sheet as the paper form lays it out, and the forms of each move along the path."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from beneficiaries import funnel
from beneficiaries.funnel import Evidence, EvidenceKind, Stage
from beneficiaries.models import Beneficiary, Exit
from beneficiaries.models.person import NOTICE_VERSION, Sex
from ocbs.models import OCB, Trainer
from remess.programme.brackets import bracket_on
from remess.programme.models import all_brackets
from remess.programme.territory import CommuneInput
from remess.shared.dates import today
from remess.shared.formfields import DayField
from remess.shared.forms import HouseForm, HouseModelForm, Section, two_columns
from remess.shared.text import clean
from remess.shared.versionforms import VersionedModelForm

DAY_HINT = _("jj/mm/aaaa, par exemple 23/06/1992")


class BeneficiaryForm(VersionedModelForm):
    """A youth's sheet, new or to complete. `user` decides which OCBs and fields are offered."""

    wanted = ("family_name", "given_name", "sex", "birth_date", "sheet_on")

    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    consent = forms.BooleanField(
        label=_(
            "Le jeune a lu ou entendu la notice et accepte que ses données soient enregistrées"
        ),
        error_messages={
            "required": _("Sans l'accord du jeune, sa fiche ne peut être enregistrée.")
        },
    )
    derogation = forms.CharField(
        label=_("Dérogation d'âge : motif"),
        help_text=_("À remplir seulement si l'équipe accepte un âge hors de la tranche."),
        max_length=300,
        required=False,
    )

    class Meta(HouseModelForm.Meta):
        model = Beneficiary
        fields = [
            "family_name", "given_name", "name_ar", "sex", "birth_date", "phone", "commune", "cin",
            "education", "activity_before", "income_before", "sector", "project",
            "sheet_on", "ocb", "referent", "consent_language",
        ]  # fmt: skip
        widgets = {
            "sex": forms.RadioSelect,
            "activity_before": forms.RadioSelect,
            "consent_language": forms.RadioSelect,
            "project": forms.Textarea(attrs={"rows": 3}),
            "name_ar": forms.TextInput(attrs={"dir": "rtl", "lang": "ar"}),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
            "cin": forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
            "income_before": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0}),
            "commune": CommuneInput,
        }
        help_texts = {
            "birth_date": DAY_HINT,
            "phone": _("Celui de la famille convient aussi"),
            "cin": _("Une ou deux lettres et des chiffres, par exemple UA123456"),
            "sheet_on": _("Le jour où le jeune a été rencontré, jj/mm/aaaa"),
        }

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def make_layout(self):
        self._choose_fields()
        sections = [
            Section(
                _("1. Identité"),
                two_columns("family_name", "given_name"),
                "name_ar",
                "sex",
                "birth_date",
            ),
            Section(_("2. Contact"), two_columns("phone", "commune"), "cin"),
            Section(
                _("3. Situation et projet"),
                "education",
                "activity_before",
                two_columns("income_before", "sector"),
                "project",
            ),
            Section(_("4. Fiche"), *self._present("sheet_on", "ocb", "referent", "derogation")),
        ]
        if "consent" in self.fields:
            sections.append(Section(_("5. Accord du jeune"), "consent_language", "consent"))
        return Layout(*sections, *self._present("client_id"))

    def clean_family_name(self):
        return clean(self.cleaned_data["family_name"])

    def clean_given_name(self):
        return clean(self.cleaned_data["given_name"])

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("family_name") and not cleaned.get("given_name"):
            self.add_error("family_name", _("Donner au moins le nom ou le prénom."))
        self._refuse_age(cleaned)
        return cleaned

    def typed_value(self, name):
        """Of the instance, which holds a telephone or CIN in its normal form, as stored."""
        return getattr(self.instance, name)

    def _refuse_age(self, cleaned):
        """Say at the field what the funnel would refuse, before anything is stored."""
        day = cleaned.get("sheet_on") or self.instance.sheet_on
        born = cleaned.get("birth_date")
        if "sheet_on" in self.fields and day and day > today():
            self.add_error("sheet_on", _("Cette date est dans le futur : vérifier."))
            return
        if not born and self.instance.current_stage:
            self.add_error(
                "birth_date", _("Une personne déjà comptée garde une date de naissance.")
            )
        is_settled = self.instance.current_stage and "birth_date" not in self.changed_data
        if not day or not born or is_settled:
            return
        refusal = funnel.refuse_person(
            funnel.Path(birth_date=born),
            day,
            bracket_on(day, all_brackets()),
            cleaned.get("derogation") or self._derogation_given(),
        )
        if refusal:
            self.add_error("birth_date", refusal)

    def _derogation_given(self):
        """The reason the team already gave when this person was identified."""
        if self.instance._state.adding:
            return ""
        events = self.instance.events.unvoided().filter(stage=Stage.IDENTIFIED)
        return events.values_list("derogation_reason", flat=True).first() or ""

    def _choose_fields(self):
        is_new = self.instance._state.adding
        is_team = self.user.has_perm("beneficiaries.view_all")
        ocbs = OCB.objects.managed_by(self.user).order_by("code", "pk")
        self.fields["ocb"].queryset = ocbs
        self.fields["referent"].queryset = Trainer.objects.active().order_by("code", "pk")
        if is_new:
            self.fields["sheet_on"].initial = today()
            self.fields["client_id"].required = True
            self.fields["consent_language"].required = True
            self.fields["ocb"].initial = ocbs.first() if len(ocbs[:2]) == 1 else None
        dropped = [] if is_new else ["consent", "consent_language", "client_id", "ocb"]
        if self.instance.current_stage:
            dropped += ["sheet_on", "derogation"]
            self.fields["sex"].disabled = True
            self.fields["sex"].help_text = _(
                "Compté depuis l'identification : l'équipe REMESS le corrige depuis la fiche."
            )
        if not is_team:
            dropped += ["referent", "derogation"]
        for name in dropped:
            self.fields.pop(name, None)

    def _present(self, *names):
        return [name for name in names if name in self.fields]

    def _post_clean(self):
        if self.instance._state.adding:
            self.instance.consent_notice = NOTICE_VERSION
            self.instance.consent_on = self.cleaned_data.get("sheet_on") or today()
            self.instance.consent_by = self.user
            self.instance.client_id = self.cleaned_data.get("client_id")
        super()._post_clean()


class PaperAdvanceForm(HouseForm):
    """A selection or training recorded on a paper proof, by the team, with its reason."""

    on = DayField(label=_("Date de l'étape"), help_text=_("jj/mm/aaaa"))
    reference = forms.CharField(
        label=_("Pièce et motif"),
        help_text=_("Où se trouve la pièce, et pourquoi l'étape est saisie ici."),
        max_length=200,
    )

    def evidence(self):
        """The Evidence this form describes."""
        cleaned = self.cleaned_data
        return Evidence(EvidenceKind.PAPER, clean(cleaned["reference"]), cleaned["on"])


class ExitForm(HouseForm):
    on = DayField(label=_("Date de sortie"), help_text=_("jj/mm/aaaa"))
    reason = forms.ChoiceField(
        label=_("Motif"), choices=Exit._meta.get_field("reason").choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Précision"), max_length=300, required=False)


class ReturnForm(HouseForm):
    on = DayField(label=_("Date du retour"), help_text=_("jj/mm/aaaa"))


class ReasonForm(HouseForm):
    """A correction's reason, which the history keeps."""

    reason = forms.CharField(
        label=_("Motif"), help_text=_("Il reste dans l'historique de la fiche."), max_length=300
    )


class CorrectDateForm(ReasonForm):
    on = DayField(label=_("Date exacte"), help_text=_("jj/mm/aaaa"))

    def make_layout(self):
        return Layout("on", "reason")


class CorrectIdentityForm(ReasonForm):
    """A mistaken sex or OCB: past figures are recounted, unlike a move."""

    sex = forms.ChoiceField(label=_("Sexe"), choices=Sex, widget=forms.RadioSelect)
    ocb = forms.ModelChoiceField(label=_("OCB"), queryset=OCB.objects.order_by("code", "pk"))

    def make_layout(self):
        return Layout("sex", "ocb", "reason")


class MoveForm(HouseForm):
    """Handing a person over to another OCB."""

    ocb = forms.ModelChoiceField(
        label=_("Nouvelle OCB"), queryset=OCB.objects.order_by("code", "pk")
    )
    reason = forms.CharField(
        label=_("Motif"),
        help_text=_("Il reste dans l'historique de la fiche."),
        max_length=300,
        required=False,
    )
