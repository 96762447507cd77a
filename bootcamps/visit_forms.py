"""The forms of accompanying: a visit, and handing over people to another trainer."""

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from bootcamps.forms import DAY_HINT, RowsField
from bootcamps.models import CoachingVisit
from bootcamps.models.visit import LONGEST_MINUTES
from ocbs.models import Trainer
from remess.shared.dates import today
from remess.shared.formfields import DayField, WholeNumberField
from remess.shared.forms import HouseForm, HouseModelForm, two_columns

PLACE_HINT = _("Domicile, atelier, marché, OCB…")


class VisitForm(HouseModelForm):
    """What was done at a visit; `user` decides whose visit it may be."""

    minutes = WholeNumberField(label=_("Durée en minutes"), min_value=1, max_value=LONGEST_MINUTES)
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    class Meta(HouseModelForm.Meta):
        model = CoachingVisit
        fields = ["visited_on", "minutes", "place", "topics", "next_step", "next_on", "trainer"]
        widgets = {
            "topics": forms.Textarea(attrs={"rows": 3}),
            "next_step": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "visited_on": DAY_HINT,
            "next_on": _("La date convenue, jj/mm/aaaa : elle paraît dans l'agenda"),
            "place": PLACE_HINT,
            "next_step": _("Qui fait quoi d'ici la prochaine visite"),
        }

    def __init__(self, *args, beneficiary, user, **kwargs):
        self.user = user
        visit = CoachingVisit(beneficiary=beneficiary, visited_on=today())
        own = Trainer.objects.filter(user=user).first()
        visit.trainer = own or beneficiary.referent
        super().__init__(*args, instance=visit, **kwargs)

    def make_layout(self):
        self.fields["minutes"].widget.attrs["inputmode"] = "numeric"
        if self.user.has_perm("beneficiaries.view_all"):
            trainer = self.fields["trainer"]
            trainer.queryset = Trainer.objects.order_by("code", "pk")
            trainer.empty_label = _("Choisir")
        else:
            del self.fields["trainer"]
        rest = [name for name in ("trainer",) if name in self.fields]
        return Layout(
            two_columns("visited_on", "minutes"),
            "place",
            "topics",
            "next_step",
            "next_on",
            *rest,
            "client_id",
        )

    def clean(self):
        cleaned = super().clean()
        day, after = cleaned.get("visited_on"), cleaned.get("next_on")
        if day and after and after <= day:
            self.add_error("next_on", _("La prochaine visite vient après celle-ci."))
        return cleaned

    def _post_clean(self):
        self.instance.client_id = self.cleaned_data.get("client_id")
        super()._post_clean()


class ReassignForm(HouseForm):
    """Handing people of a caseload over: to whom, from when, why; some ticked, or all of them."""

    trainer = forms.ModelChoiceField(
        label=_("Nouveau formateur"),
        queryset=Trainer.objects.none(),
        empty_label=_("Choisir"),
    )
    on = DayField(label=_("À partir du"), help_text=DAY_HINT)
    reason = forms.CharField(
        label=_("Motif"), max_length=200, help_text=_("Il reste dans l'historique de la fiche.")
    )

    def __init__(self, *args, people, leaving=None, **kwargs):
        self.leaving, self.offered = leaving, people
        super().__init__(*args, **kwargs)
        gone = _("Une des personnes cochées n'est plus dans ce portefeuille : recommencer.")
        self.fields["people"] = RowsField(
            queryset=people,
            required=False,
            error_messages={"invalid_choice": gone, "invalid_pk_value": gone},
        )

    def make_layout(self):
        self.fields["on"].initial = today()
        trainers = Trainer.objects.active().order_by("code", "pk")
        if self.leaving:
            trainers = trainers.exclude(pk=self.leaving.pk)
        self.fields["trainer"].queryset = trainers
        return Layout(two_columns("trainer", "on"), "reason")

    def ticked(self):
        """The ids ticked, as sent."""
        return set(self.data.getlist("people")) if self.is_bound else set()

    def error_list(self):
        found = [pair for pair in super().error_list() if pair[0] != self["people"].auto_id]
        return found + [("", sentence) for sentence in self.errors.get("people", [])]

    def clean(self):
        cleaned = super().clean()
        if not self.takes_all() and "people" in cleaned and not cleaned["people"]:
            self.add_error("people", _("Cocher au moins une personne."))
        return cleaned

    def takes_all(self):
        """Whether the button that hands the whole caseload over was pressed."""
        return self.data.get("portee") == "tout"

    def people(self):
        """Those to hand over."""
        return self.offered if self.takes_all() else self.cleaned_data["people"]
