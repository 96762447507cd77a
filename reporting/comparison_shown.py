"""How a comparison is shown: its cells with their rates and links, its sums, its chart."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from beneficiaries.funnel import Stage
from remess.shared.numbers import grouped, percentage
from reporting.comparison import STEPS
from reporting.dimensions import MEANINGS
from reporting.indicators import BY_CODE

# The dimensions whose groups the people behind a figure can be asked for, by which parameter.
PEOPLE_BY = {"region": "region", "ocb": "ocb", "sexe": "sexe", "forme": "forme"}
# The page of a group, and the permission it takes.
PAGES = {
    "region": ("reporting:region", "reporting.view"),
    "ocb": ("ocbs:detail", "ocbs.view"),
    "bootcamp": ("bootcamps:detail", "bootcamps.view"),
    "formateur": ("ocbs:trainer_detail", "ocbs.view_trainers"),
}


@dataclass(frozen=True)
class Cell:
    """A figure as shown: its text, the share it is of the step before, the people behind it."""

    code: str
    heading: str
    text: str
    rate: str = ""
    url: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar of the chart; `n` None where the figure is not shown."""

    label: str
    n: int | None
    text: str


@dataclass(frozen=True)
class Row:
    label: str
    url: str
    cells: list
    overall: str  # created, of those identified


@dataclass(frozen=True)
class Shown:
    """Everything the template draws of a comparison."""

    title: str
    meaning: str
    headings: list
    rows: list
    total: Row
    has_overall: bool
    checks: list
    chart_title: str
    bars: list
    scale: int


def comparison_shown(comparison, user, filters, measure=None):
    """The Shown of a Comparison for `user`.

    `filters`: the parameters of the scope, kept in every link; `measure`: the charted figure.
    """
    dimension, codes = comparison.dimension, comparison.codes
    measure = measure if measure in codes else Stage.CREATED.value
    rows = [_row(comparison, line, user, filters) for line in comparison.lines]
    bars = [_bar(line, measure) for line in comparison.lines]
    return Shown(
        title=str(dimension.label),
        meaning=str(MEANINGS.get(dimension.code, "")),
        headings=[(code, BY_CODE[code].label) for code in codes],
        rows=rows,
        total=_row(comparison, comparison.total, user, filters),
        has_overall=_has_overall(comparison),
        checks=sum_checks(comparison),
        chart_title=str(BY_CODE[measure].label),
        bars=bars,
        scale=max((bar.n for bar in bars if bar.n), default=0),
    )


def sum_checks(comparison):
    """What the lines add up to, held against the unbroken figure: a sentence each."""
    gaps = comparison.gaps
    found = [
        _("%(figure)s : il manque %(n)s aux lignes pour atteindre l'ensemble.")
        % {"figure": BY_CODE[code].label, "n": gap}
        for code, gap in gaps.items()
    ]
    return found or [
        _("Vérifié : la somme des lignes est égale à l'ensemble, pour chaque chiffre.")
    ]


def _has_overall(comparison):
    return comparison.has_rates and "identified" in comparison.codes


def _row(comparison, line, user, filters):
    cells = [_cell(comparison, line, code, user, filters) for code in comparison.codes]
    overall = ""
    if _has_overall(comparison):
        overall = _share(line.seen("created"), line.seen("identified"))
    return Row(line.label, _page(comparison.dimension, line, user), cells, overall)


def _cell(comparison, line, code, user, filters):
    value = line.seen(code)
    rate, before = "", STEPS.get(code)
    if comparison.has_rates and before in comparison.codes:
        rate = _share(value, line.seen(before))
    url = _people(comparison, line, code, user, filters) if isinstance(value, int) and value else ""
    return Cell(code, str(BY_CODE[code].label), _text(value), rate, url)


def _bar(line, measure):
    value = line.seen(measure)
    return Bar(line.label, value if isinstance(value, int) else None, _text(value))


def _text(value):
    return value if isinstance(value, str) else grouped(value)


def _share(part, whole):
    if isinstance(part, str) or isinstance(whole, str):
        return "–"
    return percentage(part, whole, digits=1)


def _people(comparison, line, code, user, filters):
    """The address of the people a cell counts, '' where the list cannot say it."""
    stage = BY_CODE[code].stage
    if stage is None or not user.has_perm("beneficiaries.view"):
        return ""
    chosen = dict(filters)
    if line is not comparison.total:
        parameter = PEOPLE_BY.get(comparison.dimension.code)
        is_unknown_form = parameter == "forme" and not line.key
        if parameter is None or not (line.key or is_unknown_form):
            return ""
        chosen[parameter] = "unknown" if is_unknown_form else line.key
    return f"{reverse('reporting:figure_people', args=[code])}?{urlencode(chosen)}"


def _page(dimension, line, user):
    name, permission = PAGES.get(dimension.code, ("", ""))
    if not name or not line.key or not user.has_perm(permission):
        return ""
    return reverse(name, args=[line.key])
