"""The five figures side by side by one dimension, held against the unbroken figure."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _

from beneficiaries.funnel import PATH
from reporting.counting import count_read, count_stages
from reporting.dimensions import ALL_FIGURES, Dimension
from reporting.indicators import totals
from reporting.parts import count_enterprises, read_enterprises
from reporting.small_cells import hidden_in_column, hidden_together, sees_small_cells, veil
from reporting.veils import region_veil

# The step rates: each figure as a share of the one before, then of the first.
STEPS = {after.value: before.value for before, after in pairwise(PATH)}


@dataclass
class Line:
    """One group: {figure: n}, and those hidden from this reader."""

    key: str
    label: str
    figures: dict
    hidden: dict = field(default_factory=dict)

    def seen(self, code):
        """The figure as this reader may see it; None where it has no meaning."""
        return self.hidden.get(code, self.figures.get(code))


@dataclass(frozen=True)
class Comparison:
    """The lines of a dimension, their total counted apart, and what they lack to reach it.

    `gaps`: {figure: total - sum of the lines}, only those that differ.
    """

    dimension: Dimension
    lines: list
    total: Line
    has_rates: bool

    @property
    def gaps(self):
        sums = {c: sum(line.figures[c] for line in self.lines) for c in self.dimension.figures}
        return {c: self.total.figures[c] - n for c, n in sums.items() if self.total.figures[c] != n}

    @property
    def codes(self):
        return [code for code in ALL_FIGURES if code in self.dimension.figures]


def compare(scope, dimension, user=None):
    """The Comparison of `scope` by `dimension`; small cells hidden from who sees no names.

    `user` None sees everything.
    """
    found = _counted(scope, dimension)
    lines = _lines(scope, dimension, found)
    whole = totals(scope)
    total = Line("", _("Ensemble"), {code: whole[code] for code in dimension.figures})
    has_rates = scope.is_cumulative and not dimension.is_period
    comparison = Comparison(dimension, lines, total, has_rates)
    if not sees_small_cells(user):
        _hide(comparison, region_veil(scope))
    return comparison


def _counted(scope, dimension):
    """{group: Counter of figures}."""
    found = {}
    for key, code, n in _rows(scope, dimension):
        found.setdefault(dimension.group(key), Counter())[code] += n
    return found


def _rows(scope, dimension):
    """(key, figure, n) as read from the count tables, or over the events."""
    if dimension.index:
        counted = count_stages(scope, (dimension.index,))
        by = dimension.index
    else:

        def by(events):
            return dimension.read(events, scope)

        counted = count_read(scope, by)
    yield from ((key, stage, n) for (key, stage), n in counted.items())
    if "enterprises" in dimension.figures:
        counted = count_enterprises(scope, by) if dimension.index else read_enterprises(scope, by)
        for key, n in counted.items():
            yield key, "enterprises", n


def _lines(scope, dimension, found):
    names = dimension.names(scope)
    others = sorted(key for key in found if key and key not in names)
    keys = [key for key in names if dimension.shows_zeros or key in found] + others
    if "" in found:
        keys.append("")
    labels = names | {key: dimension.label_of(key) for key in others} | {"": dimension.unknown}
    none = Counter()
    return [
        Line(key, str(labels[key]), {c: found.get(key, none)[c] for c in dimension.figures})
        for key in keys
    ]


def _hide(comparison, veiled):
    """Hide small counts column by column; enterprises follow the persons who created them."""
    rows = [*comparison.lines, comparison.total]
    columns = {c: [line.figures[c] for line in comparison.lines] for c in comparison.codes}
    last = len(comparison.lines)
    # Persons and enterprises of a legal form nearly tell each other: both or none are shown.
    together = set()
    if comparison.dimension.code == "forme":
        totals = range(last + 1) if any(map(veiled.hides_total, columns)) else ()
        together = hidden_together(list(columns.values()), totals)
    for code, counts in columns.items():
        known = {i for i, line in enumerate(rows) if _is_veiled(comparison, veiled, line, code)}
        if veiled.hides_total(code):
            # A total that may not be read is not told by its parts either.
            known = set(range(len(rows)))
        for i in hidden_in_column(counts, known | together):
            rows[i].hidden[code] = veil(rows[i].figures[code])


def _is_veiled(comparison, veiled, line, code):
    """Whether another table of the same scope already hides this figure."""
    if code == "enterprises" and "created" in line.hidden:
        return True
    if comparison.dimension.code == "sexe" and line is not comparison.total:
        return veiled.hides_women(code)
    return comparison.dimension.code == "region" and (line.key, code) in veiled.figures
