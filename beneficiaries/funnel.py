"""The funnel: stages, what each needs, and why a passage is refused. Pure, no queries.

Owns the table of moves and evidence; refuses whatever breaks it, in one French sentence.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remess.programme.brackets import AgeBracket, age_on


class Stage(TextChoices):
    IDENTIFIED = "identified", gettext_lazy("Identifié")
    SELECTED = "selected", gettext_lazy("Sélectionné")
    TRAINED = "trained", gettext_lazy("Formé")
    CREATED = "created", gettext_lazy("Créé")


class EvidenceKind(TextChoices):
    SHEET = "sheet", gettext_lazy("fiche")
    MINUTES = "minutes", gettext_lazy("procès-verbal")
    COURSE = "course", gettext_lazy("feuilles de présence")
    ENTERPRISE = "enterprise", gettext_lazy("immatriculation")
    IMPORT = "import", gettext_lazy("ligne de registre")
    PAPER = "paper", gettext_lazy("pièce papier")


@dataclass(frozen=True)
class Evidence:
    """What proves a passage: its kind, the reference to find it by, its own date."""

    kind: EvidenceKind
    reference: str = ""
    on: date | None = None


# The main path, in order.
PATH = (Stage.IDENTIFIED, Stage.SELECTED, Stage.TRAINED, Stage.CREATED)

# Allowed moves: to reach the key, the value must be reached.
FROM = {
    Stage.IDENTIFIED: None,
    Stage.SELECTED: Stage.IDENTIFIED,
    Stage.TRAINED: Stage.SELECTED,
    Stage.CREATED: Stage.TRAINED,
}

# The kinds of evidence each stage accepts; `paper` is staff's, with a reason.
NEEDS = {
    Stage.IDENTIFIED: {EvidenceKind.SHEET, EvidenceKind.IMPORT, EvidenceKind.PAPER},
    Stage.SELECTED: {EvidenceKind.MINUTES, EvidenceKind.IMPORT, EvidenceKind.PAPER},
    Stage.TRAINED: {EvidenceKind.COURSE, EvidenceKind.IMPORT, EvidenceKind.PAPER},
    Stage.CREATED: {EvidenceKind.ENTERPRISE, EvidenceKind.IMPORT},
}

# How a refusal calls each stage, and what it asks for.
NOUNS = {
    Stage.IDENTIFIED: gettext_lazy("l'identification"),
    Stage.SELECTED: gettext_lazy("la sélection"),
    Stage.TRAINED: gettext_lazy("la formation"),
    Stage.CREATED: gettext_lazy("la création"),
}
# On a person's own sheet the stage agrees with them: (a man, a woman).
PARTICIPLES = {
    Stage.IDENTIFIED: (gettext_lazy("Identifié"), gettext_lazy("Identifiée")),
    Stage.SELECTED: (gettext_lazy("Sélectionné"), gettext_lazy("Sélectionnée")),
    Stage.TRAINED: (gettext_lazy("Formé avant création"), gettext_lazy("Formée avant création")),
    Stage.CREATED: (gettext_lazy("Activité créée"), gettext_lazy("Activité créée")),
}
ASKED = {
    Stage.IDENTIFIED: gettext_lazy("la fiche datée"),
    Stage.SELECTED: gettext_lazy("un procès-verbal de bootcamp signé"),
    Stage.TRAINED: gettext_lazy("une formation suivie jusqu'à la part demandée"),
    Stage.CREATED: gettext_lazy("une entreprise avec forme juridique, identifiant et date"),
}


@dataclass(frozen=True)
class Path:
    """What the funnel must know of a person: the sheet's facts and the stages reached.

    `reached` maps a stage to the day of its unvoided event; `missing` names, in French, the
    facts that identification needs and the sheet lacks; `absences` are the exits as (day left,
    day returned or None).
    """

    reached: dict[str, date] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    birth_date: date | None = None
    absences: tuple[tuple[date, date | None], ...] = ()

    @property
    def left_on(self):
        """The day of the exit that stands, or None."""
        return next((left for left, returned in self.absences if returned is None), None)

    @property
    def back_on(self):
        """The day of the latest return, or None."""
        return max((returned for _left, returned in self.absences if returned), default=None)

    @property
    def current(self):
        """The furthest stage reached, or '' before identification."""
        done = [stage for stage in PATH if stage in self.reached]
        return done[-1] if done else ""

    def with_event(self, stage, on):
        """This path after `stage` was reached `on`: for checking several passages in a row."""
        return replace(self, reached={**self.reached, stage: on})

    def without(self, stage):
        """This path as if `stage` had not been reached."""
        reached = {key: day for key, day in self.reached.items() if key != stage}
        return replace(self, reached=reached)


def refusal(path, stage, *, on, evidence, bracket, today, derogation=""):
    """The sentence refusing that `path` reaches `stage` on the day `on`, or None.

    Args: `evidence` an Evidence, `bracket` the AgeBracket of that day, `today` the Casablanca
    day, `derogation` the staff's reason to accept an age outside the bracket.
    """
    return (
        refuse_twice(path, stage)
        or refuse_after_exit(path)
        or refuse_evidence(stage, evidence)
        or refuse_date(path, stage, on=on, today=today)
        or refuse_during_absence(path, on)
        or (refuse_person(path, on, bracket, derogation) if stage == Stage.IDENTIFIED else None)
    )


def refuse_twice(path, stage):
    if stage in path.reached:
        return _("%(stage)s est déjà enregistrée au %(day)s.") % {
            "stage": capital(NOUNS[stage]),
            "day": short_day(path.reached[stage]),
        }
    return None


def refuse_after_exit(path):
    if path.left_on:
        return _(
            "Cette personne est sortie du parcours le %(day)s : enregistrer d'abord son retour."
        ) % {"day": short_day(path.left_on)}
    return None


def refuse_during_absence(path, on):
    for left, returned in path.absences:
        if returned and left < on < returned:
            return _("Cette personne était sortie du parcours du %(left)s au %(back)s.") % {
                "left": short_day(left),
                "back": short_day(returned),
            }
    return None


def refuse_evidence(stage, evidence):
    if evidence.kind not in NEEDS[stage]:
        return _("Il manque %(asked)s pour enregistrer %(stage)s.") % {
            "asked": ASKED[stage],
            "stage": NOUNS[stage],
        }
    if evidence.kind == EvidenceKind.PAPER and not evidence.reference.strip():
        return _("Une pièce papier demande sa référence et le motif de cette saisie.")
    return None


def refuse_date(path, stage, *, on, today):
    """No stage without the one before, none before its day, none after today, none out of order."""
    before = FROM[stage]
    if before and before not in path.reached:
        return _("Il manque %(before)s : elle vient avant %(stage)s.") % {
            "before": NOUNS[before],
            "stage": NOUNS[stage],
        }
    if on > today:
        return _("Le %(day)s est dans le futur : vérifier la date.") % {"day": short_day(on)}
    if before and on < path.reached[before]:
        return _("%(stage)s ne peut précéder %(before)s, du %(day)s.") % {
            "stage": capital(NOUNS[stage]),
            "before": NOUNS[before],
            "day": short_day(path.reached[before]),
        }
    for after, needed in FROM.items():
        if needed == stage and after in path.reached and on > path.reached[after]:
            return _("%(stage)s ne peut suivre %(after)s, du %(day)s.") % {
                "stage": capital(NOUNS[stage]),
                "after": NOUNS[after],
                "day": short_day(path.reached[after]),
            }
    return None


def refuse_person(path, on, bracket: AgeBracket, derogation):
    if path.missing:
        return _("La fiche est incomplète. Il manque : %(missing)s.") % {
            "missing": ", ".join(path.missing)
        }
    age = age_on(path.birth_date, on)
    if not bracket.min_age <= age <= bracket.max_age and not derogation.strip():
        return _(
            "Vérifier l'année de naissance : le jeune aurait %(age)s ans le %(day)s, "
            "l'accord couvre %(min)s à %(max)s ans."
        ) % {"age": age, "day": short_day(on), "min": bracket.min_age, "max": bracket.max_age}
    return None


def refuse_void(path, stage):
    """The sentence refusing to void `stage` while a later one stands on it, or None."""
    for after, needed in FROM.items():
        if needed == stage and after in path.reached:
            return _("%(after)s du %(day)s s'appuie sur cette étape : l'annuler d'abord.") % {
                "after": capital(NOUNS[after]),
                "day": short_day(path.reached[after]),
            }
    return None


def capital(text):
    text = str(text)
    return text[:1].upper() + text[1:]


def short_day(day):
    return date_format(day, "d/m/Y")
