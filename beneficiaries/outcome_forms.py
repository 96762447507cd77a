from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import FollowUp
from remess.shared.formfields import DayField, WholeNumberField
from remess.shared.forms import HouseForm, Section, two_columns

MOST_JOBS = 999


class FollowUpForm(HouseForm):
    """What a creator tells at 6 or 12 months."""

    done_on = DayField(label=_("Date du suivi"), help_text=_("jj/mm/aaaa"))
    status = forms.ChoiceField(
        label=_("L'activité est"), choices=FollowUp.Status, widget=forms.RadioSelect
    )
    monthly_income = WholeNumberField(
        label=_("Revenu mensuel aujourd'hui (MAD)"),
        help_text=_("Ce que la personne gagne par mois, toutes activités comprises"),
        min_value=0,
        max_value=1_000_000,
        required=False,
    )
    jobs_women = WholeNumberField(
        label=_("Emplois créés, femmes"), min_value=0, max_value=MOST_JOBS, required=False
    )
    jobs_men = WholeNumberField(
        label=_("Emplois créés, hommes"), min_value=0, max_value=MOST_JOBS, required=False
    )

    def make_layout(self):
        for name in ("monthly_income", "jobs_women", "jobs_men"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "numeric"})
        return Layout(
            "done_on",
            "status",
            "monthly_income",
            Section(
                _("Emplois créés, sans compter la personne elle-même"),
                two_columns("jobs_women", "jobs_men"),
            ),
        )

    def clean_jobs_women(self):
        return self.cleaned_data["jobs_women"] or 0

    def clean_jobs_men(self):
        return self.cleaned_data["jobs_men"] or 0
