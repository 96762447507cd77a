"""By what figures are compared: one table, each dimension read over the stage events.

A dimension puts every event in exactly one group, so that its groups add up to the whole; what a
sheet does not say is a group of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Cast, ExtractDay, ExtractMonth, ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import PATH, EvidenceKind, Stage
from beneficiaries.models import LegalForm, ReferentPeriod, Sex, StageEvent
from beneficiaries.models.person import Education, Sector
from bootcamps.models import Bootcamp
from ocbs.models import Trainer
from reporting.parts import with_form
from reporting.scope import Scope, ocbs_of, regions_of

STAGES = tuple(stage.value for stage in PATH)
ALL_FIGURES = (*STAGES, "enterprises")
# Ages in whole years on the day of identification, both included.
AGE_BANDS = {"18-20": (18, 20), "21-24": (21, 24), "25-29": (25, 29)}
OUTSIDE = "outside"


def region_names(scope):
    regions = regions_of(scope)
    if scope.ocb_ids is not None:
        regions = regions.filter(pk__in=ocbs_of(scope).order_by().values("region"))
    return dict(regions.values_list("code", "name_fr"))


def ocb_names(scope):
    return dict(ocbs_of(scope).values_list("code", "name_fr"))


def trainer_names(scope):
    return {t.code: str(t) for t in Trainer.objects.order_by("code", "pk")}


def bootcamp_names(scope):
    rows = Bootcamp.objects.order_by("held_on", "pk").values_list("code", "held_on")
    return {code: f"{code} · {day:%d/%m/%Y}" for code, day in rows}


def age_names(scope):
    bands = {
        key: _("%(first)s à %(last)s ans") % {"first": first, "last": last}
        for key, (first, last) in AGE_BANDS.items()
    }
    return bands | {OUTSIDE: _("Hors tranche, par dérogation")}


def choices(labels):
    return lambda scope: {value: str(label) for value, label in labels}


def by_referent(events, scope):
    """The referent on the scope's day."""
    periods = ReferentPeriod.objects.filter(
        beneficiary=OuterRef("beneficiary"), since__lte=scope.as_of
    )
    open_then = periods.exclude(until__lte=scope.as_of).order_by("-since", "-pk")
    return events.annotate(key=Subquery(open_then.values("trainer__code")[:1]))


def by_bootcamp(events, scope):
    """The bootcamp whose minutes selected the person, read from the evidence as known then."""
    selections = _known(scope, Stage.SELECTED).filter(evidence_kind=EvidenceKind.MINUTES)
    return events.annotate(key=Subquery(selections.values("evidence_reference")[:1]))


def by_age(events, scope):
    """The age in whole years on the day of identification: 20150301 - 19930517, by 10000."""
    identified = _known(scope, Stage.IDENTIFIED).annotate(digits=_digits("occurred_on"))
    then = Subquery(identified.values("digits")[:1], output_field=IntegerField())
    # Whole numbers divided: PostgreSQL extracts parts of a date as decimals.
    lived = Cast(then - _digits("beneficiary__birth_date"), IntegerField())
    return events.annotate(key=lived / 10_000)


def by_field(name):
    return lambda events, scope: events.annotate(key=F(name))


def by_form(events, scope):
    created = events.filter(stage=Stage.CREATED)
    return with_form(created, scope.as_of).annotate(key=F("form"))


def _known(scope, stage):
    known = StageEvent.objects.known_on(scope.as_of)
    return known.filter(beneficiary=OuterRef("beneficiary"), stage=stage).order_by("pk")


def _digits(name):
    """A date as a number, 20150301: differences of such numbers order like ages."""
    return ExtractYear(name) * 10_000 + ExtractMonth(name) * 100 + ExtractDay(name)


def same(key):
    return key or ""


def age_band(age):
    if age is None:
        return ""
    found = (key for key, (first, last) in AGE_BANDS.items() if first <= age <= last)
    return next(found, OUTSIDE)


def month(day):
    return f"{day:%Y-%m}"


def quarter(day):
    return f"{day:%Y}-{(day.month + 2) // 3}"


def half_year(day):
    return f"{day:%Y}-{1 if day.month <= 6 else 2}"


def month_label(key):
    return f"{key[5:]}/{key[:4]}"


def quarter_label(key):
    return _("%(year)s, trimestre %(n)s") % {"year": key[:4], "n": key[5:]}


def half_year_label(key):
    return _("%(year)s, semestre %(n)s") % {"year": key[:4], "n": key[5:]}


@dataclass(frozen=True)
class Dimension:
    """One way to break figures down.

    `index`: the breakdown of the count tables it is read from; else `read(events, scope)` gives
    each event its `key`. `group(key)` is the group of what was read, '' for unknown. `names(scope)`
    are the groups in order, shown with their zeros or not; `label(group)` names any other.
    `figures`: those that have a meaning here.
    """

    code: str
    label: str
    names: Callable[[Scope], dict] = choices([])
    index: str = ""
    read: Callable | None = None
    group: Callable = same
    label_of: Callable = str
    unknown: str = gettext_lazy("Non saisi")
    figures: tuple = ALL_FIGURES
    shows_zeros: bool = False
    is_period: bool = False
    permission: str = "reporting.view"


DIMENSIONS = (
    Dimension("region", gettext_lazy("Région"), region_names, "region", shows_zeros=True),
    Dimension("ocb", gettext_lazy("OCB"), ocb_names, "ocb", shows_zeros=True),
    Dimension(
        "formateur",
        gettext_lazy("Formateur"),
        trainer_names,
        read=by_referent,
        unknown=gettext_lazy("Sans formateur"),
        permission="beneficiaries.view",
    ),
    Dimension(
        "bootcamp",
        gettext_lazy("Bootcamp"),
        bootcamp_names,
        read=by_bootcamp,
        unknown=gettext_lazy("Sans bootcamp"),
    ),
    Dimension(
        "sexe",
        gettext_lazy("Sexe"),
        choices(Sex.choices),
        "sex",
        figures=STAGES,
        shows_zeros=True,
    ),
    Dimension(
        "age",
        gettext_lazy("Âge"),
        age_names,
        read=by_age,
        group=age_band,
        unknown=gettext_lazy("Date de naissance inconnue"),
        figures=STAGES,
        shows_zeros=True,
    ),
    Dimension(
        "etudes",
        gettext_lazy("Études"),
        choices(Education.choices),
        read=by_field("beneficiary__education"),
        figures=STAGES,
        shows_zeros=True,
    ),
    Dimension(
        "secteur",
        gettext_lazy("Secteur"),
        choices(Sector.choices),
        read=by_field("beneficiary__sector"),
        shows_zeros=True,
    ),
    Dimension(
        "forme",
        gettext_lazy("Forme juridique"),
        choices(LegalForm.choices),
        read=by_form,
        unknown=gettext_lazy("Entreprise à préciser"),
        figures=(Stage.CREATED.value, "enterprises"),
        shows_zeros=True,
    ),
    Dimension(
        "mois",
        gettext_lazy("Mois"),
        index="month",
        group=month,
        label_of=month_label,
        is_period=True,
    ),
    Dimension(
        "trimestre",
        gettext_lazy("Trimestre"),
        index="month",
        group=quarter,
        label_of=quarter_label,
        is_period=True,
    ),
    Dimension(
        "semestre",
        gettext_lazy("Semestre"),
        index="month",
        group=half_year,
        label_of=half_year_label,
        is_period=True,
    ),
)
BY_CODE = {dimension.code: dimension for dimension in DIMENSIONS}
# What each group means, where the name does not say it all.
MEANINGS = {
    "formateur": gettext_lazy("Le formateur référent de chaque personne au jour de l'arrêté."),
    "bootcamp": gettext_lazy("Le bootcamp dont le procès-verbal a sélectionné la personne."),
    "age": gettext_lazy("L'âge au jour de l'identification."),
    "etudes": gettext_lazy("Ce que la fiche dit aujourd'hui."),
    "secteur": gettext_lazy("Ce que la fiche dit aujourd'hui."),
    "forme": gettext_lazy("Seules les créations ont une forme juridique."),
}


def dimensions_for(user):
    """The dimensions this user may compare by; None sees all."""
    return [d for d in DIMENSIONS if user is None or user.has_perm(d.permission)]
