"""A place's figures cut by period and by OCB, with totals that add up."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ocbs.models import OCB
from remess.shared.excel import Column, Formula, Kind, Style, Table
from reporting.exports.periods import periods_of
from reporting.indicators import INDICATORS, breakdown, totals


@dataclass(frozen=True)
class Count:
    """One line of a breakdown: what it stands for, a precision, and its figures by code.

    `summed`: how many lines above it adds up, for a total.
    """

    label: str
    detail: str
    figures: dict
    summed: int = 0

    @property
    def style(self):
        return Style.STRONG if self.summed else Style.PLAIN


def figure(code):
    def value(count):
        total = count.figures[code]
        if count.summed and total is not None:
            return Formula(f"=SUM({{{code}:-{count.summed}}}:{{{code}:-1}})", total)
        return total

    return value


def count_columns(label, detail):
    """A breakdown's columns: its key, a precision, one column per indicator."""
    return [
        Column(label, lambda count: count.label, width=28),
        Column(detail, lambda count: count.detail, width=24),
        *(
            Column(
                indicator.label,
                figure(indicator.code),
                Kind.INTEGER,
                14,
                indicator.code,
            )
            for indicator in INDICATORS
        ),
    ]


PERIOD_HEADINGS = (gettext_lazy("Période"), gettext_lazy("Jours compris"))
OCB_HEADINGS = (gettext_lazy("OCB"), gettext_lazy("Code"))


def counts_by_period(scope):
    """[(period, figures of the whole, figures by region code)], oldest first."""
    return [
        (period, totals(part), breakdown(part, "region"))
        for period in periods_of(scope)
        for part in [replace(scope, start=period.start, end=period.end)]
    ]


def periods_table(periods, place, caption=""):
    """What happened under which act; outside all acts only where something did."""
    counts = []
    for period, whole, by_region in periods:
        figures = by_region[place.region.code] if place.region else whole
        if period.agreement or any(figures.values()):
            counts.append(Count(period.label, period.days, figures))
    return _counts_table(PERIOD_HEADINGS, counts, place, caption)


def _counts_table(headings, counts, place, caption):
    """A breakdown of a place's figures, whose lines add up to them."""
    rows = [*counts, Count(_("Total"), "", place.actual, len(counts))] if counts else []
    return Table(count_columns(*headings), rows, caption, lambda count: count.style)


def ocbs_table(scope, place):
    figures = breakdown(scope, "ocb")
    names = OCB.objects.in_bulk(list(figures), field_name="code")
    counts = [Count(str(names[code]), code, row) for code, row in figures.items()]
    return _counts_table(OCB_HEADINGS, counts, place, _("Par OCB"))
