"""The sheet of enterprises: persons and enterprises by legal form, and by region."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remess.shared.excel import Column, Formula, Kind, Sheet, Style, Table
from reporting.overview import by_legal_form
from reporting.small_cells import Hidden, hidden_together, veil


@dataclass(frozen=True)
class Line:
    """Persons who created and their enterprises; `summed`: how many lines above it adds up."""

    label: str
    persons: int
    enterprises: int
    summed: int = 0

    @property
    def style(self):
        return Style.STRONG if self.summed else Style.PLAIN


def figure(name):
    def value(line):
        n = getattr(line, name)
        if line.summed and type(n) is not Hidden:
            return Formula(f"=SUM({{{name}:-{line.summed}}}:{{{name}:-1}})", n)
        return n

    return value


def columns(label):
    return [
        Column(label, lambda line: line.label, width=44),
        Column(
            gettext_lazy("Personnes ayant créé"), figure("persons"), Kind.INTEGER, 26, "persons"
        ),
        Column(gettext_lazy("Entreprises"), figure("enterprises"), Kind.INTEGER, 26, "enterprises"),
    ]


BY_FORM = columns(gettext_lazy("Forme juridique"))
BY_REGION = columns(gettext_lazy("Région"))


def legal_forms_sheet(figures):
    """Entreprises; counts of too few persons are hidden from those who read no names."""
    tables = [
        _table(BY_FORM, _forms(figures), _("Par forme juridique")),
        _table(BY_REGION, _regions(figures), _("Par région")),
    ]
    return Sheet(_("Entreprises"), tables)


def _table(columns, lines, caption):
    *parts, whole = lines
    if any(Hidden in (type(line.persons), type(line.enterprises)) for line in parts):
        whole = Line(whole.label, whole.persons, whole.enterprises)
    return Table(columns, [*parts, whole], caption, lambda line: line.style)


def _forms(figures):
    found = by_legal_form(figures.scope)
    lines = [Line(str(label), persons, n) for label, persons, n in found]
    whole = Line(
        _("Total"),
        sum(line.persons for line in lines),
        sum(line.enterprises for line in lines),
        len(lines),
    )
    if not figures.hides:
        return [*lines, whole]
    totals = [figures.of(code, time=figures.asked) for code in ("created", "enterprises")]
    return _veiled([*lines, whole], any(type(n) is Hidden for n in totals))


def _veiled(lines, without_total):
    """The lines, hidden in both columns where one must be: most enterprises are one person's.

    `without_total`: the total may not be read, so that none of its parts may.
    """
    parts = lines[:-1]
    hidden = hidden_together(
        [[line.persons for line in parts], [line.enterprises for line in parts]],
        range(len(lines)) if without_total else (),
    )
    return [
        Line(line.label, veil(line.persons), veil(line.enterprises)) if row in hidden else line
        for row, line in enumerate(lines)
    ]


def _regions(figures):
    places = [(str(region), region.code) for region in figures.regions]
    lines = [_line(figures, label, code) for label, code in places]
    return [*lines, _line(figures, _("Total"), None, len(lines))]


def _line(figures, label, code, summed=0):
    persons = figures.of("created", code, time=figures.asked)
    enterprises = figures.of("enterprises", code, time=figures.asked)
    return Line(label, persons, enterprises, summed)
