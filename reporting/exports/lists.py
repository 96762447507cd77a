"""The lists one may take away: chosen columns, as a workbook or as CSV, every row or none.

One line each in LISTS. `make` writes the file wherever it is asked from: a page or a job.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from beneficiaries.enterprise_filters import EnterpriseFilter
from beneficiaries.filters import BeneficiaryFilter
from beneficiaries.models import Beneficiary, Enterprise
from beneficiaries.selection import carries_selection, read_selection
from beneficiaries.sorting import chosen_sort
from remess.shared.csvfile import write_csv
from remess.shared.dates import today
from remess.shared.excel import Column, write_workbook
from reporting.exports import beneficiaries, enterprises, provenance
from reporting.exports.tally import Tally, untold


class ListRefused(ValueError):
    """Filters that mean nothing: there is no list."""


@dataclass(frozen=True)
class Asker:
    """Who asks, as a filterset reads it of a request."""

    user: Any


@dataclass(frozen=True)
class Found:
    """The rows asked for, the filters in words, the day they are read as of (None: today)."""

    queryset: Any
    filters: Sequence[str]
    day: date | None = None


@dataclass(frozen=True)
class ListExport:
    """A list: who may have it, its columns, its rows for some filters, how they are laid out.

    `find(parameters, user)` gives a Found or raises ListRefused; `rows(queryset, day)` are
    streamed. `personal`: the keys of the columns that are there only when asked for.
    """

    name: str
    label: str
    permission: str
    page: str
    stem: str
    columns: Sequence[Column]
    find: Callable[[Any, Any], Found]
    rows: Callable[[Any], Any]
    sheet: Callable
    title: Callable[[], str]
    personal: frozenset = frozenset()


@dataclass
class Asked:
    """One list as somebody asked for it. `format` is xlsx or csv.

    No columns: all those that do not tell who somebody is.
    """

    export: ListExport
    user: Any
    parameters: Any
    columns: Sequence[str] = ()
    format: str = "xlsx"
    found: Found = field(init=False)

    def __post_init__(self):
        self.found = self.export.find(self.parameters, self.user)
        self.rows = self.found.queryset.count()

    @property
    def is_long(self):
        return self.rows > settings.EXPORT_AT_ONCE

    @property
    def chosen(self):
        personal = self.export.personal
        return [
            c
            for c in self.export.columns
            if (c.key in self.columns if self.columns else c.key not in personal)
        ]

    @property
    def file_name(self):
        name = provenance.file_name(self.export.stem, self.found.day or today())
        return name.removesuffix("xlsx") + self.format

    @property
    def scope_words(self):
        n = ngettext("%(n)s colonne", "%(n)s colonnes", len(self.chosen)) % {"n": len(self.chosen)}
        return " · ".join([*(self.found.filters or [_("sans filtre")]), n])

    def write(self, target, progress=untold):
        """Write the list to `target`, an open binary file; how many rows it holds.

        Raises IncompleteExport when these are not all there are.
        """
        tally = Tally(progress)
        FORMATS[self.format](self, target, tally)
        tally.check()
        return tally.written


def _as_workbook(asked, target, tally):
    export, day = asked.export, asked.found.day
    rows = tally.gathered(export.rows(asked.found.queryset, asked.found.day), asked.rows)
    sheet = export.sheet(asked.chosen, rows, asked.rows, asked.user, day, asked.found.filters)
    write_workbook(target, [sheet], title=export.title(), author=provenance.AUTHOR)


def _as_csv(asked, target, tally):
    """A CSV begins with its headings: a demo's warning stands in a column of its own."""
    columns = list(asked.chosen)
    if warning := provenance.warning():
        columns.append(Column(_("Avertissement"), lambda row: warning))
    write_csv(target, columns, tally.over(asked.export.rows(asked.found.queryset, asked.found.day)))


FORMATS = {"xlsx": _as_workbook, "csv": _as_csv}


def _people(parameters, user):
    """The people of the list's filters, or those chosen on it."""
    asker = Asker(user)
    if carries_selection(parameters):
        selection = read_selection(parameters)
        if selection is None:
            raise ListRefused(_("Cocher au moins une personne de la liste."))
        people = selection.people(asker)
        filters = selection.active(asker)
        if selection.ids is not None:
            n = people.count()
            ticked = ngettext("%(n)s personne cochée", "%(n)s personnes cochées", n)
            filters = [ticked % {"n": n}]
        return Found(people, filters)
    visible = Beneficiary.objects.visible_to(user)
    filterset = BeneficiaryFilter(parameters, queryset=visible, request=asker)
    sort = chosen_sort(parameters.get("tri"))
    return Found(_valid(filterset).order_by(*sort.order), _words(filterset))


def _enterprises(parameters, user):
    visible = Enterprise.objects.visible_to(user)
    filterset = EnterpriseFilter(parameters, queryset=visible, request=Asker(user))
    found, day = _valid(filterset), filterset.day
    found = found.with_gaps().with_persons(day).order_by("-registered_on", "-pk")
    words = [f"{label} : {value}" for name, label, value in filterset.active() if name != "arrete"]
    return Found(found, words, day)


def _valid(filterset):
    if not filterset.is_valid():
        raise ListRefused(_("Un filtre de cette liste n'a pas de sens : le corriger."))
    return filterset.qs


def _words(filterset):
    return [f"{label} : {value}" for _name, label, value in filterset.active()]


LISTS = (
    ListExport(
        "liste-beneficiaires",
        gettext_lazy("Liste des bénéficiaires"),
        "beneficiaries.export",
        "beneficiaries:list",
        "beneficiaires",
        beneficiaries.COLUMNS,
        _people,
        lambda queryset, day: beneficiaries.rows(queryset, day or today()),
        beneficiaries.sheet,
        beneficiaries.title,
        beneficiaries.PERSONAL,
    ),
    ListExport(
        "liste-entreprises",
        gettext_lazy("Liste des entreprises"),
        "enterprises.list",
        "beneficiaries:enterprise_list",
        "entreprises",
        enterprises.COLUMNS,
        _enterprises,
        enterprises.rows,
        enterprises.sheet,
        enterprises.title,
    ),
)
BY_NAME = {export.name: export for export in LISTS}
