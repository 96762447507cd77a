"""Every number, once: what it means, how it is counted, who stands behind it.

A card, its list of people and its cell in a workbook all come from here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Beneficiary, Enterprise, LegalForm, Sex
from reporting.counting import count_stages, events_of
from reporting.cuts import cut_events
from reporting.parts import (
    count_creations_by_form,
    count_enterprises,
    enterprise_creations,
)
from reporting.scope import Scope, ocbs_of, regions_of

# Raised by hand whenever a definition below, or the rule behind it, changes meaning.
DEFINITIONS_VERSION = "1"
UNKNOWN_FORM_LABEL = _("Entreprise à préciser")
DIMENSIONS = ("region", "ocb", "sex", "legal_form", "month")


class Level(models.TextChoices):
    """Where a number stands in a results framework."""

    OUTPUT = "output", _("Produit")
    OUTCOME = "outcome", _("Effet")


@dataclass(frozen=True)
class Indicator:
    """One number of the programme.

    `source(scope, by)` gives {key: {indicator code: n}} with `by` one of DIMENSIONS or None
    (key None). `without`: the dimensions in which the figure has no meaning.
    """

    code: str
    label: str
    unit: str
    definition: str
    source: Callable[[Scope, str | None], dict]
    stage: Stage | None = None
    level: Level = Level.OUTPUT
    without: frozenset[str] = frozenset()

    def has_meaning_by(self, dimension: str) -> bool:
        return dimension not in self.without


def stage_figures(scope, by):
    """Persons who reached each stage, once per stage; by legal form only those who created."""
    if by == "legal_form":
        return {key: {Stage.CREATED.value: n} for key, n in count_creations_by_form(scope).items()}
    keys = (by,) if by else ()
    figures = {}
    for (*key, stage), n in count_stages(scope, keys).items():
        figures.setdefault(key[0] if key else None, {})[stage] = n
    return {
        key: dict.fromkeys([s.value for s in PATH], 0) | found for key, found in figures.items()
    }


def enterprise_figures(scope, by):
    """Enterprises: a cooperative of five beneficiaries is one; by sex they have no figure."""
    if by == "sex":
        return {}
    return {key: {"enterprises": n} for key, n in count_enterprises(scope, by).items()}


INDICATORS = (
    Indicator(
        "identified",
        _("Identifiés"),
        _("jeunes"),
        _(
            "Jeunes ayant une fiche datée avec identité, date de naissance, OCB et accord éclairé, "
            "dans la tranche d'âge de l'accord en vigueur ce jour-là."
        ),
        stage_figures,
        Stage.IDENTIFIED,
        without=frozenset({"legal_form"}),
    ),
    Indicator(
        "selected",
        _("Sélectionnés"),
        _("porteurs de projet"),
        _(
            "Jeunes retenus par le jury d'un bootcamp auquel ils étaient présents, "
            "procès-verbal signé."
        ),
        stage_figures,
        Stage.SELECTED,
        without=frozenset({"legal_form"}),
    ),
    Indicator(
        "trained",
        _("Formés"),
        _("porteurs de projet"),
        _("Porteurs de projet ayant suivi la part demandée de la formation avant création."),
        stage_figures,
        Stage.TRAINED,
        without=frozenset({"legal_form"}),
    ),
    Indicator(
        "created",
        _("Créés"),
        _("entrepreneurs"),
        _(
            "Personnes ayant créé une activité dont la forme juridique, l'identifiant officiel et "
            "la date sont connus. Cinq membres d'une coopérative comptent cinq personnes."
        ),
        stage_figures,
        Stage.CREATED,
        Level.OUTCOME,
    ),
    Indicator(
        "enterprises",
        _("Entreprises"),
        _("entreprises"),
        _(
            "Entreprises dont au moins un membre compte parmi les créations. Une coopérative de "
            "cinq membres compte une entreprise."
        ),
        enterprise_figures,
        level=Level.OUTCOME,
        without=frozenset({"sex"}),
    ),
)
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
CODES = tuple(BY_CODE)


def totals(scope):
    """{indicator code: n} for the whole scope."""
    return _collect(scope, None, [None], _default(None))[None]


def breakdown(scope, by):
    """{key: {indicator code: n or None}} in the order to show; None: no meaning here.

    Regions, OCBs, sexes and legal forms are all listed, zeros included; months only where
    something happened, as `2015-01`.
    """
    keys = {
        "region": lambda: regions_of(scope).values_list("code", flat=True),
        "ocb": lambda: ocbs_of(scope).values_list("code", flat=True),
        "sex": lambda: Sex.values,
        "legal_form": lambda: LegalForm.values,
        "month": lambda: [],
    }[by]()
    return _collect(scope, by, list(keys), _default(by))


def people_behind(scope, indicator, user, cut=None):
    """The beneficiaries a stage figure counts, among those `user` may see by name.

    An earlier « arrêté au » counted both sheets of what was merged since: both are listed. `cut`:
    the Cut of the figure, where only a part of it is asked for.
    """
    events = events_behind(scope, indicator, cut)
    return Beneficiary.objects.known_to(user).filter(pk__in=events.values("beneficiary"))


def enterprises_behind(scope, user):
    """The enterprises the figure counts, among those `user` may see."""
    counted = enterprise_creations(scope)
    return Enterprise.objects.visible_to(user).filter(pk__in=counted.values("enterprise"))


def events_behind(scope, indicator, cut=None):
    """The events a stage figure counts, or of its `cut`: one a person."""
    events = events_of(scope).filter(stage=indicator.stage)
    return cut_events(events, scope, cut) if cut else events


def by_region_and_sex(scope):
    """{(region code, sex): {indicator code: n}}; what has no sex, as enterprises, under (code, "").

    Only what there is: a key or a code left out counts nobody.
    """
    found = {}
    for (region, sex, stage), n in count_stages(scope, ("region", "sex")).items():
        found.setdefault((region, sex), {})[stage] = n
    for indicator in (i for i in INDICATORS if i.stage is None):
        for (region, sex), n in _beyond_by_region_and_sex(scope, indicator).items():
            found.setdefault((region, sex), {})[indicator.code] = n
    return found


def _beyond_by_region_and_sex(scope, indicator):
    """{(region code, sex): n} of an indicator that is no stage, sex "" where it has none."""
    if not indicator.has_meaning_by("sex"):
        rows = indicator.source(scope, "region")
        return {(region, ""): row.get(indicator.code, 0) for region, row in rows.items()}
    return {
        (region.code, sex): row.get(indicator.code, 0)
        for region in regions_of(scope)
        for sex, row in indicator.source(
            replace(scope, region_ids=frozenset({region.pk})), "sex"
        ).items()
    }


def by_month_place_and_sex(scope):
    """[(month as date, region code, OCB code, sex, stage, n)] of all there is, in this order."""
    found = count_stages(scope, ("month", "region", "ocb", "sex"))
    order = {stage.value: at for at, stage in enumerate(PATH)}
    rows = [(*key, n) for key, n in found.items() if n]
    return sorted(rows, key=lambda row: (*row[:4], order[row[4]]))


def beyond_stages(scope, known):
    """{indicator code: (n, women or None)} of the indicators that are no stage of the path.

    `known`: those already counted, which no query asks for again.
    """
    indicators = [i for i in INDICATORS if i.stage is None and i.code not in known]
    found = dict(known)
    for source in dict.fromkeys(indicator.source for indicator in indicators):
        everyone = source(scope, None).get(None, {})
        women = source(scope, "sex").get(Sex.FEMALE.value, {})
        for indicator in indicators:
            if indicator.source is source:
                by_sex = indicator.has_meaning_by("sex")
                n = everyone.get(indicator.code, 0)
                found[indicator.code] = (n, women.get(indicator.code, 0) if by_sex else None)
    return found


def _default(by):
    """What a row holds before anything is counted: 0, or None where a figure has no meaning."""
    return {i.code: 0 if i.has_meaning_by(by) else None for i in INDICATORS}


def _collect(scope, by, keys, default):
    rows = {key: dict(default) for key in keys}
    for source in dict.fromkeys(indicator.source for indicator in INDICATORS):
        for key, found in source(scope, by).items():
            rows.setdefault(_shown(key), dict(default)).update(found)
    if by == "month":
        rows = {key: row for key, row in sorted(rows.items()) if any(row.values())}
    return rows


def _shown(key):
    """A month as `2015-01`, everything else as it is."""
    return f"{key:%Y-%m}" if hasattr(key, "strftime") else key
