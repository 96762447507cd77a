import django_filters
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Beneficiary, ExitReason, Sex
from beneficiaries.models.derived import LONG_AGO
from ocbs.models import OCB, Trainer
from remess.programme.models import Region
from remess.shared.formfields import DayField
from remess.shared.hints import RowByRow
from remess.shared.widgets import PlainDay, PlainSelect, PlainText

INCOMPLETE = "incomplete"
EXITED = "exited"


def ocbs_of(request):
    managed = OCB.objects.managed_by(request.user) if request else OCB.objects.none()
    return managed.order_by("code").only("code", "name_fr")


def referents_of(request):
    """The trainers to filter by: all for the team, for others those of the people they see."""
    trainers = Trainer.objects.order_by("code").only("code", "name")
    if not request or request.user.has_perm("ocbs.view_trainers"):
        return trainers
    seen = Beneficiary.objects.visible_to(request.user).order_by().values("referent")
    return trainers.filter(pk__in=seen)


class DayFilter(django_filters.DateFilter):
    field_class = DayField


class BeneficiaryFilter(django_filters.FilterSet):
    """The filters of the list; every choice is limited to what the user may see."""

    q = django_filters.CharFilter(
        label=_("Nom, CIN, téléphone ou n° de fiche"),
        method="filter_search",
        max_length=100,
        widget=PlainText,
    )
    stage = django_filters.ChoiceFilter(
        label=_("Étape actuelle"),
        choices=[*Stage.choices, (INCOMPLETE, _("Fiche à compléter")), (EXITED, _("Sortie"))],
        method="filter_stage",
        empty_label=_("Toutes"),
        widget=PlainSelect,
    )
    region = django_filters.ModelChoiceFilter(
        label=_("Région"),
        method="filter_region",
        queryset=Region.objects.order_by("code").only("code", "name_fr"),
        to_field_name="code",
        empty_label=_("Toutes"),
        widget=PlainSelect,
    )
    ocb = django_filters.ModelChoiceFilter(
        label=_("OCB"),
        queryset=ocbs_of,
        to_field_name="code",
        empty_label=_("Toutes"),
        widget=PlainSelect,
    )
    referent = django_filters.ModelChoiceFilter(
        label=_("Formateur"),
        queryset=referents_of,
        to_field_name="code",
        empty_label=_("Tous"),
        widget=PlainSelect,
    )
    sex = django_filters.ChoiceFilter(
        label=_("Sexe"),
        choices=Sex,
        empty_label=_("Tous"),
        widget=PlainSelect,
    )
    exit_stage = django_filters.ChoiceFilter(
        label=_("Sorties : étape"),
        choices=[(INCOMPLETE, _("Fiche à compléter")), *Stage.choices],
        method="filter_exit_stage",
        empty_label=_("Toutes"),
        widget=PlainSelect,
    )
    exit_reason = django_filters.ChoiceFilter(
        label=_("Sorties : motif"),
        choices=ExitReason,
        method="filter_exit_reason",
        empty_label=_("Tous"),
        widget=PlainSelect,
    )
    since = DayFilter(label=_("Étape depuis le"), method="filter_since", widget=PlainDay)
    until = DayFilter(label=_("Étape jusqu'au"), method="filter_until", widget=PlainDay)

    class Meta:
        model = Beneficiary
        fields = ["q", "stage", "region", "ocb", "referent", "sex"]
        fields += ["exit_stage", "exit_reason", "since", "until"]

    @property
    def is_used(self):
        """Whether any filter says something: without, nothing is to be checked or narrowed."""
        return any(self.data.get(name) for name in self.base_filters)

    @property
    def qs(self):
        return super().qs if self.is_used else self.queryset

    def is_valid(self):
        return not self.is_used or super().is_valid()

    def filter_search(self, queryset, name, value):
        return queryset.matching(value, self.request.user)

    def filter_stage(self, queryset, name, value):
        if value == INCOMPLETE:
            return queryset.incomplete()
        if value == EXITED:
            return queryset.exited()
        ahead = len(PATH) - 1 - PATH.index(value)  # said too: begins the index of the names
        return queryset.filter(current_stage=value, stages_ahead=ahead)

    def filter_region(self, queryset, name, value):
        """Asked of each row: SQLite would rather sort everybody of the region's OCBs."""
        return queryset.filter(Exists(OCB.objects.filter(pk=OuterRef("ocb"), region=value)))

    def filter_since(self, queryset, name, value):
        return queryset.alias(day=RowByRow("stage_day")).filter(day__gte=value)

    def filter_until(self, queryset, name, value):
        """Who has no stage has no day either."""
        return queryset.alias(day=RowByRow("stage_day")).filter(day__lte=value, day__gt=LONG_AGO)

    def filter_exit_stage(self, queryset, name, value):
        return queryset.exited(stage="" if value == INCOMPLETE else value)

    def filter_exit_reason(self, queryset, name, value):
        return queryset.exited(reason=value)

    def active(self):
        """[(name, label, shown value)] of the filters in use, for the chips above the list."""
        cleaned = self.form.cleaned_data if self.is_used and self.form.is_valid() else {}
        return [
            (name, self.form.fields[name].label, self._shown(name, value))
            for name, value in cleaned.items()
            if value not in (None, "")
        ]

    def _shown(self, name, value):
        choices = dict(getattr(self.form.fields[name], "choices", []) or [])
        if isinstance(value, str):
            return choices.get(value, value)
        return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else value
