"""Who nearly counts in a figure, and why not: one table of reasons, walked in its order.

Nobody stands under two reasons, and nobody whom the figure counts stands under any.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import Stage, short_day
from beneficiaries.models import Beneficiary, Enterprise
from reporting import near_miss_facts as facts
from reporting.counting import events_of
from reporting.indicators import Indicator
from reporting.parts import enterprise_creations
from reporting.scope import Scope


@dataclass(frozen=True)
class Reason:
    """Why somebody is not counted.

    `facts(scope, stage)`: the rows that show it, each annotated with its `subject`;
    `words(fact)`: what one of them says. `stage`: the only one it is about, None for all.
    """

    code: str
    label: str
    sentence: str
    facts: Callable[[Scope, str], QuerySet]
    words: Callable[[object], str]
    stage: Stage | None = None


@dataclass(frozen=True)
class NearMiss:
    """A reason and whom it keeps out: `rows` of Beneficiary, or of Enterprise."""

    reason: Reason
    rows: QuerySet
    facts: QuerySet

    def words_of(self, pks) -> dict[int, str]:
        """{subject: what the register says of it} for some of the rows."""
        rows = self.facts.filter(subject__in=list(pks)).order_by("-pk")
        return {fact.subject: self.reason.words(fact) for fact in rows}


def near_misses(scope, indicator: Indicator) -> list[NearMiss]:
    """The NearMisses of a figure in the order of the table, those without anyone included.

    Empty for an indicator that counts neither a stage nor enterprises.
    """
    if indicator.stage:
        reasons = [r for r in REASONS if r.stage in (None, indicator.stage)]
        counted = events_of(scope).filter(stage=indicator.stage).values("beneficiary")
        return _walk(reasons, scope, indicator.stage, Beneficiary.objects.all(), counted)
    if indicator.code == "enterprises":
        counted = enterprise_creations(scope).values("enterprise")
        return _walk(ENTERPRISE_REASONS, scope, "", Enterprise.objects.all(), counted)
    return []


def _walk(reasons, scope, stage, everyone, counted):
    """Each reason takes whom neither the figure nor an earlier reason has."""
    found, left = [], everyone.exclude(pk__in=counted)
    for reason in reasons:
        rows = reason.facts(scope, stage)
        subjects = rows.order_by().values("subject")
        found.append(NearMiss(reason, left.filter(pk__in=subjects), rows))
        left = left.exclude(pk__in=subjects)
    return found


def _on_day(event):
    return _("le %(day)s") % {"day": short_day(event.occurred_on)}


def _learned(event):
    return _("le %(day)s, enregistré le %(recorded)s") % {
        "day": short_day(event.occurred_on),
        "recorded": short_day(event.recorded_on),
    }


def _void_reason(event):
    return _("annulé le %(day)s : %(reason)s") % {
        "day": short_day(event.voided_on),
        "reason": event.void_reason,
    }


REASONS = (
    Reason(
        "period",
        gettext_lazy("Hors de la période"),
        gettext_lazy("L'étape a été franchie un jour que la période demandée ne contient pas."),
        facts.outside_period,
        _on_day,
    ),
    Reason(
        "late",
        gettext_lazy("Appris après l'arrêté"),
        gettext_lazy("L'étape était franchie ce jour-là, le registre ne l'a appris qu'ensuite."),
        facts.known_later,
        _learned,
    ),
    Reason(
        "merged",
        gettext_lazy("Fiches fusionnées"),
        gettext_lazy("Deux fiches étaient la même personne : elle compte une fois, sur l'autre."),
        facts.merged,
        _void_reason,
    ),
    Reason(
        "voided",
        gettext_lazy("Annulés"),
        gettext_lazy("L'étape, enregistrée par erreur ou corrigée, a été annulée avec un motif."),
        facts.voided,
        _void_reason,
    ),
    Reason(
        "elsewhere",
        gettext_lazy("Comptés ailleurs"),
        gettext_lazy(
            "La personne est suivie ici aujourd'hui, mais l'étape a été enregistrée dans une "
            "autre région ou une autre OCB : elle y reste comptée."
        ),
        facts.elsewhere,
        lambda event: str(event.ocb),
    ),
    Reason(
        "incomplete",
        gettext_lazy("Fiches à compléter"),
        gettext_lazy(
            "La fiche est ouverte, mais sans identification : il lui manque le sexe, la date de "
            "naissance, la date ou une dérogation d'âge."
        ),
        facts.incomplete,
        lambda person: _("fiche sans identification"),
        Stage.IDENTIFIED,
    ),
    Reason(
        "unsigned",
        gettext_lazy("Procès-verbal non signé"),
        gettext_lazy("Présents et retenus par le jury, mais le procès-verbal n'était pas signé."),
        facts.unsigned,
        lambda row: _("bootcamp %(code)s") % {"code": row.bootcamp},
        Stage.SELECTED,
    ),
    Reason(
        "set_aside",
        gettext_lazy("Non retenus par le jury"),
        gettext_lazy("Présents à un bootcamp signé, mis en liste d'attente ou non retenus."),
        facts.set_aside,
        lambda row: f"{row.bootcamp} : {row.get_decision_display()}",
        Stage.SELECTED,
    ),
    Reason(
        "course_open",
        gettext_lazy("Formation non clôturée"),
        gettext_lazy("Inscrits à une formation commencée que personne n'avait encore clôturée."),
        facts.course_open,
        lambda row: _("formation %(code)s") % {"code": row.course},
        Stage.TRAINED,
    ),
    Reason(
        "share",
        gettext_lazy("Part de présence non atteinte"),
        gettext_lazy("La formation est clôturée ; la présence n'atteint pas la part demandée."),
        facts.share_not_reached,
        lambda row: (
            _("formation %(code)s, %(share)s\u00a0%% demandés")
            % {"code": row.course, "share": row.course.required_share}
        ),
        Stage.TRAINED,
    ),
    Reason(
        "member",
        gettext_lazy("Membres sans création"),
        gettext_lazy("Membres d'une entreprise, mais aucune création ne se prouve pour eux."),
        facts.member_only,
        lambda row: str(row.enterprise),
        Stage.CREATED,
    ),
)


ENTERPRISE_REASONS = (
    Reason(
        "period",
        gettext_lazy("Hors de la période"),
        gettext_lazy("La première création de ses membres est hors de la période demandée."),
        facts.founded_outside_period,
        _on_day,
    ),
    Reason(
        "late",
        gettext_lazy("Appris après l'arrêté"),
        gettext_lazy("Créée ce jour-là, le registre ne l'a appris qu'ensuite."),
        facts.founded_known_later,
        _learned,
    ),
    Reason(
        "voided",
        gettext_lazy("Création annulée"),
        gettext_lazy("La création qui la prouvait a été annulée avec un motif."),
        facts.founding_voided,
        _void_reason,
    ),
    Reason(
        "elsewhere",
        gettext_lazy("Comptées ailleurs"),
        gettext_lazy("Un membre a créé ici, mais le premier de ses membres a créé ailleurs."),
        facts.founded_elsewhere,
        _on_day,
    ),
)
REASON_CODES = tuple(dict.fromkeys(reason.code for reason in (*REASONS, *ENTERPRISE_REASONS)))
