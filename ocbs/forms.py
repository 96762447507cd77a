from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from ocbs.memberships import check_place, save_account
from ocbs.models import OCB, Trainer
from remess.accounts.models import User
from remess.programme.territory import CommuneInput
from remess.shared.codeforms import CodedModelForm
from remess.shared.dates import today
from remess.shared.formfields import RowsField
from remess.shared.forms import HouseModelForm, Section, two_columns
from remess.shared.versionforms import VersionedModelForm


class OCBForm(CodedModelForm):
    class Meta(HouseModelForm.Meta):
        model = OCB
        fields = ["code", "name_fr", "name_ar", "region", "commune", "joined_on", "left_on"]
        widgets = {
            "name_ar": forms.TextInput(attrs={"dir": "rtl", "lang": "ar"}),
            "commune": CommuneInput,
        }
        help_texts = {
            "code": _("Par exemple OCB-23"),
            "joined_on": _("jj/mm/aaaa"),
            "left_on": _("jj/mm/aaaa, seulement si l'OCB a quitté le réseau"),
        }

    def make_layout(self):
        super().make_layout()
        self.fields["region"].queryset = self.fields["region"].queryset.for_list()
        return Layout(
            "code",
            two_columns("name_fr", "name_ar"),
            two_columns("region", "commune"),
            two_columns("joined_on", "left_on"),
        )


class TrainerForm(CodedModelForm):
    class Meta(HouseModelForm.Meta):
        model = Trainer
        fields = ["code", "name", "region", "phone", "is_active"]
        widgets = {"phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})}
        help_texts = {
            "code": _("Par exemple F-13"),
            "is_active": _("Décoché, il n'est plus proposé comme référent ; son passé reste."),
        }

    def make_layout(self):
        super().make_layout()
        self.fields["region"].queryset = self.fields["region"].queryset.for_list()
        return Layout(two_columns("code", "name"), two_columns("region", "phone"), "is_active")


class UserForm(VersionedModelForm):
    """An account with its place: an agent's OCBs, a trainer's Trainer."""

    ocbs = RowsField(
        label=_("OCB de l'agent"),
        help_text=_("Seulement pour un agent : il entre et voit les fiches de ces OCB."),
        queryset=OCB.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    trainer = forms.ModelChoiceField(
        label=_("Formateur de ce compte"),
        help_text=_("Seulement pour un formateur : le compte montre son portefeuille."),
        queryset=Trainer.objects.none(),
        required=False,
        empty_label=_("Aucun"),
    )

    class Meta(HouseModelForm.Meta):
        model = User
        fields = ["username", "full_name", "email", "role"]
        widgets = {
            "username": forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
        }
        help_texts = {"username": _("Lettres, chiffres, point ou tiret, par exemple agent.ocb-23")}

    def make_layout(self):
        self.fields["ocbs"].queryset = OCB.objects.for_list()
        self.fields["trainer"].queryset = Trainer.objects.for_list()
        if not self.instance._state.adding:
            for name in ("ocbs", "trainer"):
                self.fields[name].initial = self.stored_value(self.instance, name)
        return Layout(
            Section(_("1. Personne"), "full_name", "username", "email"),
            Section(_("2. Rôle"), "role"),
            Section(_("3. Place"), "ocbs", "trainer"),
        )

    def clean(self):
        cleaned = super().clean()
        if "role" in cleaned:
            self.instance.role = cleaned["role"]
            check_place(self.instance, ocbs=cleaned.get("ocbs"), trainer=cleaned.get("trainer"))
        return cleaned

    def store(self):
        """Store the account and its place, from today. Raises Changed; ValidationError by field."""
        return save_account(
            self.instance,
            ocbs=self.cleaned_data["ocbs"],
            trainer=self.cleaned_data["trainer"],
            on=today(),
            version=self.opened_version,
        )

    def is_kept(self, name):
        return name in ("ocbs", "trainer") or super().is_kept(name)

    def stored_value(self, stored, name):
        if name == "ocbs":
            return OCB.objects.for_list().filter(pk__in=stored.memberships.current().values("ocb"))
        if name == "trainer":
            return Trainer.objects.filter(user=stored).first()
        return super().stored_value(stored, name)
