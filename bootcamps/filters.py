import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from beneficiaries.filters import ocbs_of
from beneficiaries.funnel import Stage
from beneficiaries.models import Beneficiary
from bootcamps.models import Participation
from ocbs.models import Trainer
from remess.programme.models import Region
from remess.shared.dates import today


class RegionFilter(django_filters.ModelChoiceFilter):
    def __init__(self, **kwargs):
        super().__init__(
            label=_("Région"),
            queryset=Region.objects.order_by("code"),
            to_field_name="code",
            empty_label=_("Toutes"),
            **kwargs,
        )


class HouseFilterSet(django_filters.FilterSet):
    """A filter set whose controls carry the house's classes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"


class PlaceFilter(HouseFilterSet):
    """The filter of the lists of bootcamps and courses."""

    region = RegionFilter()

    def active(self):
        """[(name, label, shown value)] of the filters in use, for the chips above the list."""
        region = self.form.cleaned_data.get("region") if self.form.is_valid() else None
        return [("region", self.form.fields["region"].label, region)] if region else []


class CourseFilter(PlaceFilter):
    """The list of courses; `a_saisir` keeps those whose attendance is behind."""

    a_saisir = django_filters.ChoiceFilter(
        label=_("Présences"),
        choices=[("1", _("À saisir"))],
        method="filter_to_mark",
        empty_label=_("Toutes"),
    )

    def active(self):
        chips = super().active()
        if self.form.is_valid() and self.form.cleaned_data.get("a_saisir"):
            chips.append(("a_saisir", self.form.fields["a_saisir"].label, _("À saisir")))
        return chips

    def filter_to_mark(self, queryset, name, value):
        return queryset.to_mark(today())


class InviteFilter(HouseFilterSet):
    """Who may be invited; opens on the region of the bootcamp or course."""

    q = django_filters.CharFilter(
        label=_("Nom, CIN, téléphone ou n° de fiche"), method="filter_search", max_length=100
    )
    region = RegionFilter(field_name="ocb__region")
    ocb = django_filters.ModelChoiceFilter(
        label=_("OCB"), queryset=ocbs_of, to_field_name="code", empty_label=_("Toutes")
    )

    class Meta:
        model = Beneficiary
        fields = ["q", "region", "ocb"]

    def __init__(self, data, *, region, **kwargs):
        data = data.copy()
        data.setdefault("region", region.code)
        super().__init__(data, **kwargs)

    def filter_search(self, queryset, name, value):
        return queryset.matching(value, self.request.user)


class InvitationFilter(InviteFilter):
    """Who may be invited to a bootcamp, and whether a bootcamp already was offered to them."""

    NEVER, BEFORE = "jamais", "deja"
    invited = django_filters.ChoiceFilter(
        label=_("Invitation"),
        choices=[(NEVER, _("Jamais invités")), (BEFORE, _("Déjà invités à un bootcamp"))],
        method="filter_invited",
        empty_label=_("Tous"),
    )

    class Meta(InviteFilter.Meta):
        fields = ["q", "region", "ocb", "invited"]

    def filter_invited(self, queryset, name, value):
        invited = Exists(Participation.objects.binding().filter(beneficiary=OuterRef("pk")))
        return queryset.filter(~invited if value == self.NEVER else invited)


class ReassignFilter(HouseFilterSet):
    """The people of a caseload, to hand some of them over."""

    q = django_filters.CharFilter(
        label=_("Nom, CIN, téléphone ou n° de fiche"), method="filter_search", max_length=100
    )
    region = RegionFilter(field_name="ocb__region")
    ocb = django_filters.ModelChoiceFilter(
        label=_("OCB"), queryset=ocbs_of, to_field_name="code", empty_label=_("Toutes")
    )
    stage = django_filters.ChoiceFilter(
        label=_("Étape actuelle"),
        field_name="current_stage",
        choices=Stage.choices,
        empty_label=_("Toutes"),
    )

    class Meta:
        model = Beneficiary
        fields = ["q", "region", "ocb", "stage"]

    def filter_search(self, queryset, name, value):
        return queryset.matching(value, self.request.user)


class TrainerChoice(forms.Form):
    """Whose agenda the team looks at; an unknown code shows everybody's."""

    formateur = forms.ModelChoiceField(
        label=_("Formateur"),
        queryset=Trainer.objects.order_by("code", "pk"),
        to_field_name="code",
        required=False,
        empty_label=_("Tous"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
