"""The Notes sheet: what the report covers, what each line counts, by which rules."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import short_day
from remess.programme.models import Agreement
from remess.shared.excel import Column, Kind, Sheet, Style, Table
from remess.shared.numbers import grouped
from reporting.exports import provenance
from reporting.indicators import INDICATORS
from reporting.ledger import acts_of
from reporting.targets import TargetTable


@dataclass(frozen=True)
class Note:
    """One line; without `text` it opens a section."""

    topic: str
    text: str = ""

    @property
    def style(self):
        return Style.PLAIN if self.text else Style.SECTION


COLUMNS = [
    Column(gettext_lazy("Rubrique"), lambda note: note.topic, Kind.LONG_TEXT, 30),
    Column(gettext_lazy("Explication"), lambda note: note.text, Kind.LONG_TEXT, 120),
]

# programme.md's counting rules, as a reader of the report needs them.
RULES = [
    Note(
        gettext_lazy("Personne"),
        gettext_lazy(
            "L'unité est la personne. Une coopérative fondée par cinq bénéficiaires compte cinq "
            "personnes ayant créé et une entreprise : deux chiffres, deux libellés."
        ),
    ),
    Note(
        gettext_lazy("Cumul"),
        gettext_lazy(
            "Un chiffre du parcours compte les personnes qui ont atteint l'étape, où qu'elles en "
            "soient aujourd'hui : quiconque a créé compte aussi parmi les formés."
        ),
    ),
    Note(
        gettext_lazy("Une fois par étape"),
        gettext_lazy(
            "Chaque personne compte une seule fois par étape, même avec deux bootcamps, deux OCB "
            "ou deux entreprises."
        ),
    ),
    Note(
        gettext_lazy("Région, OCB et sexe"),
        gettext_lazy(
            "Ce sont ceux du moment où l'étape a été enregistrée : un déménagement ne réécrit pas "
            "les rapports déjà envoyés."
        ),
    ),
    Note(
        gettext_lazy("Date d'arrêté"),
        gettext_lazy(
            "Le rapport dit ce que le registre savait à la fin de ce jour. Une saisie tardive ou "
            "une correction ultérieure change les chiffres d'aujourd'hui, pas ceux de ce jour-là."
        ),
    ),
    Note(
        gettext_lazy("Hors période"),
        gettext_lazy(
            "Une étape franchie quand aucun accord n'était en vigueur compte dans le cumul et "
            "se lit à part dans la feuille « Périodes »."
        ),
    ),
    Note(
        gettext_lazy("Sorties"),
        gettext_lazy(
            "Une personne qui quitte le parcours garde les étapes qu'elle a atteintes. "
            "Une étape annulée pour erreur ne compte plus."
        ),
    ),
    Note(
        gettext_lazy("Objectif de 5 000 jeunes"),
        gettext_lazy(
            "C'est celui du programme entier, toutes associations maîtres réunies. "
            "Il ne sert jamais de cible à REMESS."
        ),
    ),
]


def notes_sheet(figures):
    return Sheet(
        _("Notes"),
        [Table(COLUMNS, notes(figures), style=lambda note: note.style)],
    )


def notes(figures):
    """Every line of the sheet, in order."""
    scope = figures.scope
    return [
        Note(_("Ce rapport")),
        *report_notes(figures),
        Note(_("Ce que compte chaque ligne")),
        *(Note(f"{i.label} ({i.unit})", str(i.definition)) for i in INDICATORS),
        Note(
            _("dont femmes"),
            _(
                "Les femmes parmi les personnes de la ligne au-dessus. "
                "Une entreprise n'a pas de sexe."
            ),
        ),
        *column_notes(figures),
        Note(_("Cibles et taux")),
        *(target_notes(scope) if scope.has_targets else [no_target_note()]),
        *rate_notes(scope),
        Note(_("Règles de comptage")),
        *RULES,
    ]


def report_notes(figures):
    scope = figures.scope
    found = [
        Note(_("Arrêté au"), short_day(scope.as_of)),
        Note(_("Chiffres"), provenance.sentence(provenance.counted_words(scope))),
        Note(_("Période du rapport"), period_words(figures.timeline, scope)),
        Note(_("Accords"), agreements_words()),
        Note(_("Filtres"), provenance.filters_words(scope)),
        Note(_("Production"), f"{provenance.produced_words(figures.user)}."),
    ]
    if provenance.warning():
        found.insert(0, Note(_("Avertissement"), provenance.warning()))
    return found


def period_words(timeline, scope):
    """The days of « Réalisé sur la période », and why these where no agreement is in force."""
    day, period = {"day": short_day(scope.target_day)}, timeline.report
    if period is None:
        if scope.start:
            return _("La période demandée n'avait pas commencé au %(day)s.") % day
        return _("Aucun accord n'avait commencé au %(day)s : pas de période.") % day
    words = f"{period.label}, {period.days}."
    if scope.start:
        return words
    if not timeline.is_in_force:
        words += " " + (
            _(
                "Aucun accord n'est en vigueur au %(day)s : c'est la période du dernier commencé, "
                "ce qui a suivi est hors période."
            )
            % day
        )
    return words + " " + _("Les chiffres restent cumulés depuis l'origine du programme.")


def column_notes(figures):
    """What the columns of the results framework and of the data hold."""
    found = [
        Note(
            _("Niveau"),
            _(
                "Produit : ce que l'équipe réalise (identifier, sélectionner, former). Effet : ce "
                "qui en résulte (les créations et les entreprises)."
            ),
        ),
        Note(
            _("Situation de départ"),
            _(
                "Ce que le registre compte avant le premier jour du premier accord. Vide si aucun "
                "accord n'avait commencé."
            ),
        ),
        Note(
            _("Réalisé sur la période"),
            _(
                "Ce qui s'est passé entre les deux jours de la période du rapport. Vide si elle "
                "n'a pas commencé."
            ),
        ),
        Note(
            _("Réalisé cumulé"),
            _("Ce qui s'est passé depuis l'origine jusqu'au dernier jour de la période."),
        ),
        Note(
            _("Feuille « Données »"),
            _(
                "Une ligne par mois, région, OCB, sexe et étape ; ce qui n'y figure pas vaut zéro. "
                "Sa somme est celle des chiffres demandés."
            ),
        ),
        Note(_("Case vide"), _("Inconnu ou sans objet ; zéro s'écrit 0.")),
    ]
    if figures.hides:
        text = _("Une ligne par période, région, sexe et étape.") + " " + provenance.hidden_words()
        found[4] = Note(_("Feuille « Données »"), text)
    return found


def agreements_words():
    acts = Agreement.objects.order_by("starts_on", "pk")
    return (
        " ; ".join(f"{act}, {short_day(act.starts_on)} – {short_day(act.ends_on)}" for act in acts)
        or _("aucun accord enregistré")
    ) + "."


def target_notes(scope):
    table = TargetTable(scope)
    initial = table.initial_act or _("aucune convention")
    revised = table.revised_act or _("aucun avenant commencé ce jour-là")
    return [
        Note(
            _("Cible initiale"),
            _("Celle de la convention (%(act)s).") % {"act": initial},
        ),
        Note(
            _("Cible révisée"),
            _("Celle du dernier avenant commencé au %(day)s (%(act)s).")
            % {"day": short_day(scope.target_day), "act": revised},
        ),
        Note(
            _("Cible en vigueur"),
            _(
                "Celle du dernier accord commencé qui fixe cette ligne ; elle reste après la fin "
                "de l'accord. Les cibles sont cumulées depuis l'origine. Une case vide : aucun "
                "accord ne fixe de cible."
            ),
        ),
        *(_act_note(line) for line in acts_of(table) if line.has_begun),
        *(_gap_note(gap) for gap in table.gaps()),
    ]


def _act_note(line):
    """How many cells an act sets: an avenant that sets some leaves the others as they were."""
    words = {"n": line.n, "m": line.m}
    text = _("Fixe %(n)s cases (région et indicateur) sur %(m)s.") % words
    if line.is_partial:
        text += " " + _("Les autres gardent leur cible : ce n'est pas une baisse.")
    return Note(f"{line.act}, {short_day(line.act.starts_on)}", text)


def _gap_note(gap):
    """A stated total that its regions do not add up to, as the act has it."""
    text = _(
        "%(act)s énonce %(stated)s pour l'ensemble, ses régions font %(added)s : écart %(gap)s."
    ) % {
        "act": gap.act,
        "stated": grouped(gap.stated),
        "added": grouped(gap.added),
        "gap": f"{gap.value:+d}",
    }
    return Note(gap.label, f"{text} {gap.note or _('Note à écrire.')}")


def no_target_note():
    return Note(
        _("Cibles"),
        _("Les cibles sont fixées par région : les chiffres d'une OCB n'en ont pas."),
    )


def rate_notes(scope):
    """What each rate divides by what: always cumulative figures."""
    found = [
        Note(
            _("Part de l'étape précédente"),
            _("Personnes ayant atteint l'étape, rapportées à celles de l'étape d'avant."),
        ),
        Note(
            _("Part des identifiés"),
            _("Personnes ayant atteint l'étape, rapportées aux jeunes identifiés."),
        ),
    ]
    if scope.has_targets:
        achievement = _("Réalisé cumulé rapporté à la cible en vigueur. Vide sans cible.")
        found.insert(0, Note(_("Taux d'atteinte"), achievement))
    return found
