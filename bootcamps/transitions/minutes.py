"""The minutes of a bootcamp being filled in: presence, scores, the jury's decisions and reasons.

The jury decides; a score only informs it (law 09-08).
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from beneficiaries.transitions import TransitionRefused
from bootcamps.models import Criterion, CriterionScore, Decision, Participation
from bootcamps.transitions.parts import lock_open_minutes
from remess.shared.dates import today

HUNDREDTH = Decimal("0.01")


class RowsRefused(TransitionRefused):
    """Marks refused row by row: `sentences` maps a participation's id to what is wrong."""

    def __init__(self, sentences):
        super().__init__(" ".join(sentences.values()))
        self.sentences = sentences


@dataclass(frozen=True)
class Mark:
    """What the minutes say of one participant: present or not, score on 20, decision, reason."""

    attended: bool
    score: Decimal | None = None
    decision: str = ""
    reason: str = ""

    def refusal(self):
        """The sentence saying why this cannot be stored, or None."""
        if self.decision not in ("", *Decision.values):
            return _("Choisir une des décisions proposées.")
        if self.score is not None and not 0 <= self.score <= 20:
            return _("La note va de 0 à 20.")
        if not self.attended and (self.decision or self.score is not None):
            return _(
                "Le jury décide pour les jeunes présents : cocher la présence, "
                "ou effacer la note et la décision."
            )
        if self.reason and not self.decision:
            return _("Un motif accompagne une décision : la choisir, ou effacer le motif.")
        return None


@transaction.atomic
def save_participations(bootcamp, marks):
    """Store what the minutes say: `marks` maps a participation's id to its Mark.

    Where the jury scores on criteria the score is theirs, whatever the mark says. Raises
    RowsRefused, nothing written, when a mark does not hold; TransitionRefused when the minutes
    are signed or the bootcamp is still to come.
    """
    locked = _lock_held(bootcamp)
    is_scored = locked.criteria.exists()
    rows = list(locked.participations.placed().filter(pk__in=marks))
    for row in rows:
        mark = marks[row.pk]
        row.attended, row.decision, row.reason = mark.attended, mark.decision, mark.reason
        if not is_scored:
            row.score = mark.score
    checked = {row.pk: Mark(row.attended, row.score, row.decision, row.reason) for row in rows}
    if refused := {pk: why for pk, mark in checked.items() if (why := mark.refusal())}:
        raise RowsRefused(refused)
    fields = ["attended", "score", "decision", "reason"]
    Participation.objects.bulk_update(rows, fields, batch_size=200)


@transaction.atomic
def save_criteria(bootcamp, criteria):
    """Make `criteria`, [(stored Criterion or None, name, weight)], those of the bootcamp's jury.

    Once something is scored they keep their number; names and weights may still change, and the
    scores follow. Raises TransitionRefused.
    """
    locked = lock_open_minutes(bootcamp)
    kept = {criterion.pk for criterion, _name, _weight in criteria if criterion}
    gone = locked.criteria.exclude(pk__in=kept)
    is_changed = gone.exists() or any(criterion is None for criterion, *_rest in criteria)
    scored = Q(score__isnull=False) | Q(criterion_scores__isnull=False)
    if is_changed and locked.participations.filter(scored).exists():
        raise TransitionRefused(
            _("Des notes sont déjà saisies : les effacer avant d'ajouter ou d'ôter un critère.")
        )
    gone.delete()
    for pk in kept:  # two names may change places
        Criterion.objects.filter(pk=pk).update(name=f"~{pk}")
    for criterion, name, weight in criteria:
        row = criterion or Criterion(bootcamp=locked)
        row.name, row.weight = name, weight
        row.save()
    _write_scores(locked, locked.participations.filter(criterion_scores__isnull=False).distinct())


@transaction.atomic
def save_criterion_scores(bootcamp, scores):
    """Store the jury's scores: `scores` maps a participation's id to {criterion id: score or None}.

    Those not present are left alone. Raises TransitionRefused when the minutes are signed, the
    bootcamp is still to come, or a score is not out of 20.
    """
    locked = _lock_held(bootcamp)
    rows = list(locked.participations.filter(pk__in=scores, attended=True).order_by("pk"))
    known = set(locked.criteria.values_list("pk", flat=True))
    fresh = [
        CriterionScore(participation=row, criterion_id=criterion, score=score)
        for row in rows
        for criterion, score in scores[row.pk].items()
        if score is not None and criterion in known
    ]
    if any(not 0 <= row.score <= 20 for row in fresh):
        raise TransitionRefused(_("La note va de 0 à 20."))
    CriterionScore.objects.filter(participation__in=rows).delete()
    CriterionScore.objects.bulk_create(fresh, batch_size=500)
    _write_scores(locked, rows)


def weighted_mean(weights, scores):
    """The score out of 20, halves rounded up: None until every criterion has its score.

    `weights` and `scores` map a criterion's id to its weight and its score.
    """
    if not weights or any(scores.get(key) is None for key in weights):
        return None
    total = sum(weight * scores[key] for key, weight in weights.items())
    return (total / sum(weights.values())).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def _write_scores(bootcamp, participations):
    """Bring the score of these participations in line with those on the criteria."""
    rows = list(participations)
    weights = dict(bootcamp.criteria.values_list("pk", "weight"))
    found = {row.pk: {} for row in rows}
    stored = CriterionScore.objects.filter(participation__in=rows)
    for pk, criterion, score in stored.values_list("participation", "criterion", "score"):
        found[pk][criterion] = score
    for row in rows:
        row.score = weighted_mean(weights, found[row.pk])
    Participation.objects.bulk_update(rows, ["score"], batch_size=200)


def _lock_held(bootcamp):
    locked = lock_open_minutes(bootcamp)
    if locked.held_on > today():
        raise TransitionRefused(_("Le bootcamp n'a pas encore eu lieu."))
    return locked
