import django_filters
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from beneficiaries.filters import DayFilter, ocbs_of
from beneficiaries.models import Enterprise, LegalForm
from beneficiaries.models.enterprise import GAPS
from remess.programme.models import Region

ANY = "any"


class EnterpriseFilter(django_filters.FilterSet):
    """The filters of the list of enterprises, over those a user may see.

    Keeps the counted ones and annotates their origin, as known on `day`.
    """

    q = django_filters.CharFilter(
        label=_("Nom, numéro, ICE ou n° de fiche"), method="filter_search", max_length=100
    )
    legal_form = django_filters.ChoiceFilter(
        label=_("Forme juridique"), choices=LegalForm, empty_label=_("Toutes")
    )
    region = django_filters.ModelChoiceFilter(
        label=_("Région"),
        queryset=Region.objects.order_by("code"),
        to_field_name="code",
        method="filter_region",
        empty_label=_("Toutes"),
    )
    ocb = django_filters.ModelChoiceFilter(
        label=_("OCB"),
        queryset=ocbs_of,
        to_field_name="code",
        method="filter_ocb",
        empty_label=_("Toutes"),
    )
    gap = django_filters.ChoiceFilter(
        label=_("À compléter"),
        choices=[
            (ANY, _("Toutes celles à compléter")),
            *((gap.code, format_lazy(_("Il manque {noun}"), noun=gap.noun)) for gap in GAPS),
        ],
        method="filter_gap",
        empty_label=_("Peu importe"),
    )

    arrete = DayFilter(label=_("Arrêté au"), method="filter_known")

    class Meta:
        model = Enterprise
        fields = ["q", "legal_form", "region", "ocb", "gap", "arrete"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    @property
    def day(self):
        """The day the register is read as of; None for today."""
        return self.form.cleaned_data.get("arrete") if self.form.is_valid() else None

    def filter_queryset(self, queryset):
        return super().filter_queryset(queryset.counted(self.day).with_origin(self.day))

    def filter_known(self, queryset, name, value):
        """Nothing more: the day has already decided what is counted, and where."""
        return queryset

    def filter_search(self, queryset, name, value):
        return queryset.matching(value)

    def filter_region(self, queryset, name, value):
        return queryset.filter(origin_region=value.pk)

    def filter_ocb(self, queryset, name, value):
        return queryset.filter(origin_ocb=value.pk)

    def filter_gap(self, queryset, name, value):
        if value == ANY:
            return queryset.incomplete()
        return queryset.lacking(next(gap for gap in GAPS if gap.code == value))

    def active(self):
        """[(name, label, shown value)] of the filters in use, for the chips above the list."""
        cleaned = self.form.cleaned_data if self.form.is_valid() else {}
        return [
            (name, self.form.fields[name].label, self._shown(name, value))
            for name, value in cleaned.items()
            if value not in (None, "")
        ]

    def _shown(self, name, value):
        if name == "arrete":
            return f"{value:%d/%m/%Y}"
        choices = getattr(self.form.fields[name], "choices", ()) if isinstance(value, str) else ()
        return dict(choices).get(value, value)
