"""The forms of an enterprise: its creation, what may be edited, its proof, members and files."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary, Enterprise, EnterpriseFile, LegalForm
from beneficiaries.transitions.enterprises import DETAILS, PROOF
from remess.programme.territory import CommuneInput
from remess.shared.dates import today
from remess.shared.documents import LARGEST, content_type_of
from remess.shared.formfields import DayField
from remess.shared.forms import HouseForm, HouseModelForm, Section, two_columns
from remess.shared.text import clean, latin_digits
from remess.shared.versionforms import VersionedModelForm


class EnterpriseForm(HouseModelForm):
    """The creation: the enterprise with the proof its form asks for."""

    wanted = ("legal_form", "identifier", "registered_on")

    existing = forms.ModelChoiceField(
        label=_("Coopérative déjà enregistrée"),
        help_text=_("Si le jeune rejoint une coopérative connue ; sinon, la décrire ci-dessous."),
        queryset=Enterprise.objects.none(),
        required=False,
        empty_label=_("Nouvelle entreprise"),
    )

    class Meta(HouseModelForm.Meta):
        model = Enterprise
        fields = [
            "legal_form", "sub_form", "name", "activity", "commune", "identifier", "registered_on",
            "court", "tax_id", "ice", "other_members", "other_women",
        ]  # fmt: skip
        widgets = {"legal_form": forms.RadioSelect, "commune": CommuneInput}
        help_texts = {
            "identifier": _("Registre national, RC, registre des coopératives ou agrément"),
            "registered_on": _(
                "jj/mm/aaaa ; pour une coopérative connue, le jour où le jeune l'a rejointe"
            ),
            "ice": _("Quinze chiffres ; peut manquer avant juillet 2016"),
            "other_members": _("Coopérative : combien de membres hors bénéficiaires"),
        }

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def make_layout(self):
        known = Enterprise.objects.visible_to(self.user).filter(legal_form=LegalForm.COOPERATIVE)
        self.fields["existing"].queryset = known.order_by("name", "identifier", "pk")
        for name in ("legal_form", "identifier", "registered_on"):
            self.fields[name].required = False
        return Layout(
            Section(_("Rejoindre une coopérative"), "existing"),
            Section(
                _("Entreprise"),
                "legal_form",
                two_columns("identifier", "registered_on"),
                two_columns("name", "activity"),
                two_columns("commune", "ice"),
            ),
            Section(_("Pour une TPE"), two_columns("sub_form", "court"), "tax_id"),
            Section(_("Pour une coopérative"), two_columns("other_members", "other_women")),
        )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("existing"):
            for name in ("legal_form", "identifier", "registered_on"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Ce champ est à remplir."))
        if cleaned.get("legal_form") != LegalForm.TPE:
            cleaned["sub_form"] = ""
        if not self.errors and (day := cleaned.get("registered_on")) and day > today():
            self.add_error("registered_on", _("Cette date est dans le futur : vérifier."))
        return cleaned

    def clean_identifier(self):
        return clean(self.cleaned_data["identifier"])

    def _post_clean(self):
        """A known cooperative brings its own facts: the fields below are then not read."""
        if not self.cleaned_data.get("existing"):
            super()._post_clean()

    def enterprise(self):
        """The enterprise chosen, or the new one, unsaved."""
        return self.cleaned_data["existing"] or self.instance


class EnterpriseDetailsForm(VersionedModelForm):
    """What may be edited freely: nothing here proves the creation."""

    class Meta(HouseModelForm.Meta):
        model = Enterprise
        fields = DETAILS
        widgets = {"commune": CommuneInput}
        help_texts = {
            "ice": _("Quinze chiffres ; peut manquer avant juillet 2016"),
            "other_members": _("Ceux qui ne sont pas bénéficiaires : un nombre, aucun nom"),
        }

    def make_layout(self):
        form = self.instance.legal_form
        sections = [
            Section(
                _("Entreprise"),
                two_columns("name", "activity"),
                two_columns("commune", "ice"),
            ),
            Section(_("Immatriculation"), two_columns("court", "tax_id")),
        ]
        if form == LegalForm.TPE:
            sections[1].fields.insert(0, "sub_form")
        else:
            del self.fields["sub_form"]
        if form == LegalForm.AUTO_ENTREPRENEUR:
            del self.fields["other_members"], self.fields["other_women"]
        else:
            sections.append(
                Section(
                    _("Membres hors bénéficiaires"), two_columns("other_members", "other_women")
                )
            )
        return Layout(*sections)


class EnterpriseProofForm(HouseModelForm):
    """Correcting form, number or date: the creations they prove are written anew."""

    reason = forms.CharField(
        label=_("Motif"), help_text=_("Il reste dans l'historique des fiches."), max_length=300
    )

    class Meta(HouseModelForm.Meta):
        model = Enterprise
        fields = PROOF
        widgets = {"legal_form": forms.RadioSelect}
        help_texts = {"registered_on": _("jj/mm/aaaa")}

    def make_layout(self):
        return Layout("legal_form", two_columns("identifier", "registered_on"), "reason")

    def clean_identifier(self):
        return clean(self.cleaned_data["identifier"])


class MemberForm(HouseForm):
    """A beneficiary who joins, named by file number."""

    number = forms.CharField(
        label=_("Numéro de fiche"),
        help_text=_("Par exemple ERR-00042 ; il est en tête de la fiche du jeune"),
        max_length=20,
    )
    on = DayField(label=_("Membre depuis le"), help_text=_("jj/mm/aaaa"))

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_number(self):
        """The beneficiary, if this user may see them."""
        number = latin_digits(clean(self.cleaned_data["number"])).upper().replace(" ", "")
        visible = Beneficiary.objects.visible_to(self.user)
        person = visible.by_number(number).select_related("ocb").first()
        if person is None:
            raise forms.ValidationError(
                _("Aucune fiche de ce numéro parmi celles que ce compte voit.")
            )
        if person.current_stage not in (Stage.TRAINED, Stage.CREATED):
            raise forms.ValidationError(
                _("%(name)s n'a pas encore suivi la formation : elle vient avant la création.")
                % {"name": person}
            )
        return person


class FileForm(HouseModelForm):
    """A scanned proof: what it is is told by its content, never by its name."""

    class Meta(HouseModelForm.Meta):
        model = EnterpriseFile
        fields = ["kind", "file", "note"]
        widgets = {
            "kind": forms.RadioSelect,
            "file": forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        }
        help_texts = {
            "file": _("Une photo ou un scan : PDF, JPEG ou PNG, 10 Mo au plus"),
            "note": _("Par exemple : page 2, copie certifiée"),
        }
        error_messages = {
            "file": {
                "empty": _("Ce fichier est vide : le choisir à nouveau."),
                "required": _("Choisir le fichier à joindre."),
            }
        }

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                _("Ce fichier pèse plus de 10 Mo : l'alléger, ou photographier page par page.")
            )
        self.content_type = content_type_of(file)
        if self.content_type is None:
            raise forms.ValidationError(
                _("Ce fichier n'est ni un PDF, ni une image JPEG ou PNG : le scanner à nouveau.")
            )
        return file

    def _post_clean(self):
        """The stored row is the transition's to make and check."""

    def filed(self):
        """What add_file() takes of this form."""
        cleaned = self.cleaned_data
        return {
            "file": cleaned["file"],
            "content_type": self.content_type,
            "kind": cleaned["kind"],
            "note": clean(cleaned["note"]),
        }
