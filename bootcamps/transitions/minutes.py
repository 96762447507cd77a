"""The minutes of a bootcamp: who is on the list, what was marked, the signature that freezes.

The jury decides; a score only informs it (law 09-08).
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beneficiaries.funnel import Evidence, EvidenceKind, Stage, short_day
from beneficiaries.transitions import TransitionRefused
from bootcamps.models import Bootcamp, Decision, Participation
from bootcamps.transitions.parts import advance_rows, check_rows, refuse_uninvitable
from remess.shared.dates import today

# How many names a check before signing shows.
NAMES_SHOWN = 6


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
        return None


@dataclass(frozen=True)
class Check:
    """One thing to settle before signing: whether it is, the sentence, whose rows lack it."""

    is_met: bool
    sentence: str
    rows: tuple = ()


@transaction.atomic
def save_bootcamp(bootcamp):
    """Store a new or changed bootcamp. Raises TransitionRefused once its minutes are signed."""
    if not bootcamp._state.adding:
        _lock_open(bootcamp)
    bootcamp.save()


@transaction.atomic
def enrol(bootcamp, beneficiaries):
    """Put people on a bootcamp's list; those already there are left as they are.

    Raises TransitionRefused once the minutes are signed, or when one of them may not be invited.
    Returns how many were added.
    """
    locked = _lock_open(bootcamp)
    already = set(locked.participations.values_list("beneficiary", flat=True))
    new = [person for person in beneficiaries if person.pk not in already]
    refuse_uninvitable(locked, new)
    rows = [Participation(bootcamp=locked, beneficiary=person) for person in new]
    return len(Participation.objects.bulk_create(rows))


@transaction.atomic
def withdraw(participation):
    """Take an invitation back: a slip of the hand, of which nothing was marked yet.

    Raises TransitionRefused when the minutes are signed or something was marked: an absence or
    a decision is history.
    """
    locked = _lock_open(participation.bootcamp)
    row = locked.participations.get(pk=participation.pk)
    if not row.is_blank:
        raise TransitionRefused(_("Une présence est déjà notée : ce jeune reste sur la liste."))
    row.delete()


@transaction.atomic
def save_participations(bootcamp, marks):
    """Store what the minutes say: `marks` maps a participation's id to its Mark.

    Raises RowsRefused, nothing written, when a mark does not hold; TransitionRefused when the
    minutes are signed or the bootcamp is still to come.
    """
    locked = _lock_open(bootcamp)
    if locked.held_on > today():
        raise TransitionRefused(_("Le bootcamp n'a pas encore eu lieu."))
    if refused := {pk: why for pk, mark in marks.items() if (why := mark.refusal())}:
        raise RowsRefused(refused)
    rows = list(locked.participations.filter(pk__in=marks))
    for row in rows:
        mark = marks[row.pk]
        row.attended, row.score = mark.attended, mark.score
        row.decision, row.reason = mark.decision, mark.reason
    fields = ["attended", "score", "decision", "reason"]
    Participation.objects.bulk_update(rows, fields, batch_size=200)


def missing_before_signing(tally):
    """The sentences saying what a bootcamp's minutes still lack; [] when they can be signed.

    `tally` is that of ParticipationQuerySet.tally(), for all the participants.
    """
    missing = []
    if tally["enrolled"] == 0:
        missing.append(_("Aucun jeune n'est inscrit."))
    if n := tally["unmarked"]:
        missing.append(_unmarked_sentence(n))
    if n := tally["undecided"]:
        missing.append(_undecided_sentence(n))
    return missing


def signing_checks(bootcamp, tally):
    """What stands between these minutes and their signature, as Checks, with the rows concerned."""
    rows, enrolled = bootcamp.participations.for_list(), tally["enrolled"]
    if not enrolled:
        return [Check(False, _("Aucun jeune n'est inscrit."))]
    marked = ngettext(
        "Présence notée pour %(n)s jeune", "Présence notée pour %(n)s jeunes", enrolled
    )
    decided = _("Une décision du jury pour chaque jeune présent")
    checks = [
        _check(tally["unmarked"], rows.unmarked(), _unmarked_sentence, marked % {"n": enrolled}),
        _check(tally["undecided"], rows.undecided(), _undecided_sentence, decided),
    ]
    refused = _check_retained(bootcamp, list(rows.retained())).refused
    checks += [Check(False, sentence, (row,)) for row, sentence in refused]
    if not refused:
        checks.append(Check(True, _("Étape et dates vérifiées pour les jeunes retenus")))
    return checks


@transaction.atomic
def sign_minutes(bootcamp, *, by, signatory, on=None):
    """Freeze a bootcamp's minutes and advance those retained to `selected`, on the bootcamp's day.

    Raises TransitionRefused, nothing written, when the minutes are signed, lack something, or
    one of the retained cannot be selected (the sentence names them). Returns the Outcome.
    """
    locked, on = _lock_open(bootcamp), on or today()
    if missing := missing_before_signing(locked.participations.all().tally()):
        raise TransitionRefused(" ".join(missing))
    _refuse_signature(locked, signatory, on)
    outcome = advance_rows(
        list(locked.participations.retained().select_related("beneficiary").order_by("pk")),
        Stage.SELECTED,
        on=locked.held_on,
        by=by,
        evidence=Evidence(EvidenceKind.MINUTES, locked.code, on),
    )
    if outcome.refused:
        names = " ".join(f"{row.beneficiary} : {why}" for row, why in outcome.refused)
        raise TransitionRefused(names)
    locked.signed_on, locked.signed_by, locked.signatory = on, by, signatory.strip()
    locked.save(update_fields=["signed_on", "signed_by", "signatory"])
    return outcome


def _refuse_signature(bootcamp, signatory, on):
    if bootcamp.held_on > today():
        raise TransitionRefused(_("Le bootcamp n'a pas encore eu lieu."))
    if not signatory.strip():
        raise TransitionRefused(_("Un procès-verbal signé porte son signataire."))
    if not bootcamp.held_on <= on <= today():
        raise TransitionRefused(
            _("La signature se date entre le bootcamp, le %(day)s, et aujourd'hui.")
            % {"day": short_day(bootcamp.held_on)}
        )


def _check_retained(bootcamp, retained):
    evidence = Evidence(EvidenceKind.MINUTES, bootcamp.code, today())
    return check_rows(retained, Stage.SELECTED, on=bootcamp.held_on, evidence=evidence)


def _check(n, rows, missing, met):
    return Check(False, missing(n), tuple(rows[:NAMES_SHOWN])) if n else Check(True, met)


def _unmarked_sentence(n):
    return ngettext(
        "La présence manque pour %(n)s jeune.", "La présence manque pour %(n)s jeunes.", n
    ) % {"n": n}


def _undecided_sentence(n):
    return ngettext("Une décision manque.", "%(n)s décisions manquent.", n) % {"n": n}


def _lock_open(bootcamp):
    locked = Bootcamp.objects.select_for_update().get(pk=bootcamp.pk)
    if locked.is_signed:
        raise TransitionRefused(_("Le procès-verbal est signé : la liste est figée."))
    return locked
