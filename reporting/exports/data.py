"""The tidy sheet: one figure a line, for those who compute on it.

By month, region, OCB, sex and stage for those who read names; for the others by period, region,
sex and stage, small counts left empty.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Sex
from ocbs.models import OCB
from remess.programme.models import Region
from remess.shared.excel import Column, Kind, Sheet, Table
from reporting.exports.figures import SEXES
from reporting.indicators import by_month_place_and_sex
from reporting.small_cells import Hidden


@dataclass(frozen=True)
class Row:
    """How many persons of a sex and a region reached a stage, and when; `n` a Hidden or a count."""

    region: Region
    sex: str
    stage: str
    n: int
    month: date | None = None
    ocb: OCB | None = None
    period: str = ""
    start: date | None = None
    end: date | None = None


REGION = [
    Column(gettext_lazy("Code région"), lambda row: row.region.code, width=12, key="region_code"),
    Column(gettext_lazy("Région"), lambda row: str(row.region), width=18, key="region"),
]
COUNTED = [
    Column(gettext_lazy("Sexe"), lambda row: Sex(row.sex).label, width=10, key="sex"),
    Column(gettext_lazy("Étape"), lambda row: Stage(row.stage).label, width=16, key="stage"),
    Column(
        gettext_lazy("Personnes"),
        lambda row: None if type(row.n) is Hidden else row.n,
        Kind.INTEGER,
        12,
        "n",
    ),
]
BY_MONTH = [
    Column(gettext_lazy("Mois"), lambda row: f"{row.month:%Y-%m}", width=11, key="month"),
    *REGION,
    Column(gettext_lazy("Code OCB"), lambda row: row.ocb.code, width=12, key="ocb_code"),
    Column(gettext_lazy("OCB"), lambda row: str(row.ocb), width=44, key="ocb"),
    *COUNTED,
]
BY_PERIOD = [
    Column(gettext_lazy("Période"), lambda row: row.period, width=24, key="period"),
    Column(gettext_lazy("Du"), lambda row: row.start, Kind.DATE, 12, "start"),
    Column(gettext_lazy("Au"), lambda row: row.end, Kind.DATE, 12, "end"),
    *REGION,
    *COUNTED,
    Column(
        gettext_lazy("Remarque"),
        lambda row: row.n if type(row.n) is Hidden else None,
        width=12,
        key="remark",
    ),
]


def data_sheet(figures):
    columns, rows = (BY_PERIOD, by_period) if _is_public(figures) else (BY_MONTH, by_month)
    return Sheet(
        _("Données"),
        [Table(columns, rows(figures))],
        is_list=True,
        data_name=_("donnees"),
    )


def by_month(figures):
    """The Rows of all there is, month after month."""
    regions = {region.code: region for region in Region.objects.order_by("pk")}
    ocbs = {ocb.code: ocb for ocb in OCB.objects.order_by("pk")}
    return [
        Row(regions[region], sex, stage, n, month=month, ocb=ocbs[ocb])
        for month, region, ocb, sex, stage, n in by_month_place_and_sex(figures.scope)
    ]


def by_period(figures):
    """The Rows of every period, region, sex and stage, zeros included."""
    return [
        Row(
            *(region, sex, stage.value, figures.of(stage.value, region.code, sex, time)),
            period=span.label,
            start=span.start,
            end=span.end,
        )
        for time, span in figures.asked_spans()
        for region in figures.regions
        for sex in SEXES
        for stage in PATH
    ]


def _is_public(figures):
    return figures.hides or not figures.shows_ocbs
