"""The cover: what the report is, of which day, by whom, over which figures, and what it holds."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import short_day
from remess.shared.excel import Column, Kind, Link, Sheet, Table
from reporting.exports import provenance
from reporting.exports.notes import period_words
from reporting.frozen import seen_digest


@dataclass(frozen=True)
class Fact:
    topic: str
    text: str


@dataclass(frozen=True)
class Entry:
    """A line of the table of contents."""

    link: Link
    text: str


FACTS = [
    Column(gettext_lazy("Ce rapport"), lambda fact: fact.topic, width=38),
    Column(gettext_lazy("Précision"), lambda fact: fact.text, Kind.LONG_TEXT, 100),
]
CONTENTS = [
    Column(gettext_lazy("Feuille"), lambda entry: entry.link, width=38),
    Column(gettext_lazy("Ce qu'elle montre"), lambda entry: entry.text, Kind.LONG_TEXT, 100),
]


def title():
    return _("Résultats du programme")


def cover_sheet(figures, contents):
    """Couverture; `contents`: [(sheet, what it shows)] of the sheets that follow, in order."""
    entries = [
        Entry(Link(str(sheet.name), place), text) for place, (sheet, text) in enumerate(contents, 1)
    ]
    tables = [Table(FACTS, _facts(figures)), Table(CONTENTS, entries, _("Sommaire"))]
    return Sheet(_("Couverture"), tables, pages_tall=1)


def _facts(figures):
    scope = figures.scope
    found = [
        Fact(_("Titre"), f"{provenance.AUTHOR} · {title()}"),
        Fact(_("Période"), period_words(figures.timeline, scope)),
        Fact(_("Arrêté au"), short_day(scope.as_of)),
        Fact(_("Accord"), _agreement(figures)),
        Fact(_("Chiffres"), provenance.sentence(provenance.counted_words(scope))),
        Fact(_("Filtres"), provenance.filters_words(scope)),
        Fact(_("Production"), f"{provenance.produced_words(figures.user)}."),
        Fact(_("Empreinte des chiffres et des cibles"), seen_digest(figures)),
    ]
    if provenance.warning():
        found.append(Fact(_("Avertissement"), provenance.warning()))
    if figures.hides:
        found.append(Fact(_("Petits effectifs"), provenance.hidden_words()))
    return found


def _agreement(figures):
    """The act the report is sent under."""
    timeline = figures.timeline
    if timeline.act is None:
        return _("Aucun accord n'est en vigueur ce jour-là.")
    act = f"{timeline.act} ({timeline.act.code})"
    if timeline.is_in_force:
        return act
    return _("%(act)s, terminé le %(day)s : aucun accord n'est en vigueur ce jour-là.") % {
        "act": act,
        "day": short_day(timeline.act.ends_on),
    }
