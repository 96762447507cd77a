"""How the losses are shown, on the page and in the workbook: columns, and what they count."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from remess.shared.excel import Column, Kind
from reporting.losses import stage_label


def figure(name):
    def value(group):
        return group.seen(name)

    return value


GROUP = Column(gettext_lazy("Groupe"), lambda group: group.label, width=28)
DELAYS = [
    Column(gettext_lazy("30 jours ou moins"), figure("to_30"), Kind.INTEGER, 11),
    Column(gettext_lazy("31 à 90 jours"), figure("to_90"), Kind.INTEGER, 11),
    Column(gettext_lazy("91 à 180 jours"), figure("to_180"), Kind.INTEGER, 11),
    Column(gettext_lazy("Plus de 180 jours"), figure("over_180"), Kind.INTEGER, 11),
]
SPREAD = [
    Column(gettext_lazy("1er quartile, jours"), figure("first_quartile"), Kind.INTEGER, 11),
    Column(gettext_lazy("Médiane, jours"), figure("median"), Kind.INTEGER, 11),
    Column(gettext_lazy("3e quartile, jours"), figure("third_quartile"), Kind.INTEGER, 11),
]
EXIT_COLUMNS = [
    GROUP,
    Column(gettext_lazy("Sorties"), figure("people"), Kind.INTEGER, 10),
    *DELAYS,
    Column(gettext_lazy("Délai inconnu"), figure("unknown"), Kind.INTEGER, 11),
    *SPREAD,
    Column(gettext_lazy("Revenues"), figure("back"), Kind.INTEGER, 10),
    Column(gettext_lazy("Absence médiane, jours"), figure("away_median"), Kind.INTEGER, 11),
]
WAITING_COLUMNS = [
    GROUP,
    Column(gettext_lazy("En attente"), figure("people"), Kind.INTEGER, 10),
    *DELAYS,
    *SPREAD,
]


def place_columns(losses, total):
    """The columns of a table of groups by stage; `total`: gone or people."""
    heading = gettext_lazy("Parties") if total == "gone" else gettext_lazy("En attente")
    return [
        GROUP,
        *[
            Column(stage_label(stage), figure(("at", stage)), Kind.INTEGER, 13)
            for stage in losses.stages
        ],
        Column(heading, figure(total), Kind.INTEGER, 10),
    ]


@dataclass(frozen=True)
class Section:
    """One table: what it shows, `columns(losses)`, of which Losses, which dimensions it lacks.

    `is_spread`: it cuts every group further, so that one of which only the total is seen is left
    out.
    """

    title: str
    note: str
    empty: str
    total: str
    columns: Callable
    without: tuple[str, ...] = ()
    is_spread: bool = False

    def parts(self, losses):
        """[(dimension, groups)] of its rows, the whole first."""
        left_out = losses.totals_only if self.is_spread else ()
        return losses.tables(*self.without, *left_out)


NO_EXIT = gettext_lazy("Aucune sortie dans ce périmètre.")
NO_WAITING = gettext_lazy("Personne n'attend l'étape suivante dans ce périmètre.")
SECTIONS = (
    Section(
        gettext_lazy("Parties sans revenir : où et pourquoi"),
        gettext_lazy("Personnes, selon l'étape à laquelle elles sont parties"),
        NO_EXIT,
        "gone",
        lambda losses: place_columns(losses, "gone"),
        without=("stage",),
    ),
    Section(
        gettext_lazy("Sorties et retours : combien de temps après l'étape"),
        gettext_lazy("Sorties, selon les jours écoulés depuis la dernière étape"),
        NO_EXIT,
        "gone",
        lambda losses: EXIT_COLUMNS,
        without=("ocb",),
        is_spread=True,
    ),
    Section(
        gettext_lazy("En attente de l'étape suivante, sans être parties : où"),
        gettext_lazy("Personnes, selon l'étape qu'elles ont atteinte"),
        NO_WAITING,
        "people",
        lambda losses: place_columns(losses, "people"),
        without=("stage",),
    ),
    Section(
        gettext_lazy("En attente : depuis combien de jours"),
        gettext_lazy("Personnes, selon les jours écoulés depuis l'étape atteinte"),
        NO_WAITING,
        "people",
        lambda losses: WAITING_COLUMNS,
        without=("ocb",),
        is_spread=True,
    ),
)
DEFINITIONS = (
    (
        gettext_lazy("Sorties"),
        gettext_lazy(
            "Départs du parcours survenus dans la période, tels que le registre les connaissait "
            "au jour de l'arrêté : ceux annulés ou saisis plus tard ne comptent pas. Région, OCB "
            "et étape sont celles du jour de la sortie."
        ),
    ),
    (
        gettext_lazy("Revenues, parties"),
        gettext_lazy(
            "Une sortie suivie d'un retour saisi au jour de l'arrêté compte comme une sortie et "
            "un retour. Parties : les personnes qui ne sont pas revenues."
        ),
    ),
    (
        gettext_lazy("Délai"),
        gettext_lazy(
            "Jours entre la dernière étape atteinte et la sortie. Inconnu quand la fiche n'avait "
            "pas d'étape, ou que celle-ci a été annulée ou datée plus tard depuis. Un quart des "
            "délais est en deçà du premier quartile, la moitié de la médiane."
        ),
    ),
    (
        gettext_lazy("En attente"),
        gettext_lazy(
            "Personnes qui ont atteint une étape, pas la suivante, et ne sont pas sorties au jour "
            "de l'arrêté : les jours courent de l'étape à ce jour. Après la création, plus rien "
            "n'est attendu."
        ),
    ),
)
