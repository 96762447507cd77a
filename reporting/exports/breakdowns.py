"""A place's figures cut by period and by OCB, with totals that add up."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ocbs.models import OCB
from remess.shared.excel import Column, Formula, Kind, Style, Table
from reporting.indicators import CODES, INDICATORS, breakdown
from reporting.small_cells import Hidden


@dataclass(frozen=True)
class Count:
    """One line of a breakdown: what it stands for, a precision, and its figures by code.

    `summed`: how many lines above it adds up, for a total; `plain`: the codes whose total is
    written without a formula, a line above being hidden.
    """

    label: str
    detail: str
    figures: dict
    summed: int = 0
    plain: frozenset = frozenset()

    @property
    def style(self):
        return Style.STRONG if self.summed else Style.PLAIN


def figure(code):
    def value(count):
        total = count.figures[code]
        if count.summed and total is not None and code not in count.plain:
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


def periods_table(figures, place, caption=""):
    """What happened under which act; outside all acts only where something did."""
    counts = []
    for time, period in figures.asked_spans():
        row = {code: figures.of(code, place.code, time=time) for code in CODES}
        if period.agreement or any(row.values()):
            counts.append(Count(period.label, period.days, row))
    whole = {code: figures.of(code, place.code, time=figures.asked) for code in CODES}
    return counts_table(PERIOD_HEADINGS, counts, whole, caption)


def ocbs_table(scope, place):
    figures = breakdown(only(scope, place.region), "ocb")
    names = OCB.objects.in_bulk(list(figures), field_name="code")
    counts = [Count(str(names[code]), code, row) for code, row in figures.items()]
    whole = {code: sum(row[code] or 0 for row in figures.values()) for code in CODES}
    return counts_table(OCB_HEADINGS, counts, whole, _("Par OCB"))


def counts_table(headings, counts, whole, caption):
    """A breakdown whose lines add up to `whole`."""
    rows = list(counts)
    if counts:
        plain = {c for c in CODES for count in counts if type(count.figures[c]) is Hidden}
        plain |= {code for code in CODES if type(whole[code]) is Hidden}
        rows.append(Count(_("Total"), "", whole, len(counts), frozenset(plain)))
    return Table(count_columns(*headings), rows, caption, lambda count: count.style)


def only(scope, region):
    return replace(scope, region_ids=frozenset({region.pk}))
