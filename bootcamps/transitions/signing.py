"""The signature that freezes a bootcamp's minutes, and taking them up again.

Signing selects those retained; signing reopened minutes anew also takes back the selections the
jury withdrew and leaves the others as they were recorded.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beneficiaries.funnel import Evidence, EvidenceKind, Stage, short_day
from beneficiaries.models import Exit, StageEvent
from beneficiaries.transitions import TransitionRefused, at_once, correct_date, lock_people, void
from bootcamps.models import Bootcamp, Participation, Reopening
from bootcamps.transitions.parts import advance_rows, check_rows, lock_open_minutes
from remess.shared.dates import today

# How many names a check before signing shows.
NAMES_SHOWN = 6


@dataclass(frozen=True)
class Check:
    """One thing to settle before signing: whether it is, the sentence, whose rows lack it."""

    is_met: bool
    sentence: str
    rows: tuple = ()


@dataclass(frozen=True)
class SignaturePlan:
    """What a signature does to the participations: select, keep as selected, withdraw.

    `aside`: retained by the jury, but already selected elsewhere or gone since; the minutes say
    so truthfully and the person counts once (counting rule 3).
    """

    select: list = field(default_factory=list)
    aside: list = field(default_factory=list)
    keep: list = field(default_factory=list)
    withdraw: list = field(default_factory=list)


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
    if n := tally["unexplained"]:
        missing.append(_unexplained_sentence(n))
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
    explained = _("Un motif pour chaque jeune non retenu ou en liste d'attente")
    checks = [
        _check(tally["unmarked"], rows.unmarked(), _unmarked_sentence, marked % {"n": enrolled}),
        _check(tally["undecided"], rows.undecided(), _undecided_sentence, decided),
        _check(tally["unexplained"], rows.unexplained(), _unexplained_sentence, explained),
    ]
    plan = signature_plan(bootcamp)
    refused = _check_selected(bootcamp, plan.select).refused
    checks += [Check(False, sentence, (row,)) for row, sentence in refused]
    for row, sentence in _check_selected(bootcamp, plan.aside).refused:
        person = _("%(person)s, sans changement d'étape") % {"person": row.beneficiary}
        checks.append(Check(True, f"{person} : {sentence}"))
    trained = _trained_among(plan.withdraw)
    checks += [Check(False, _stands_on_it(), (row,)) for row in trained]
    if not refused and not trained:
        checks.append(Check(True, _("Étape et dates vérifiées pour les jeunes retenus")))
    return checks


def signature_plan(bootcamp):
    """The SignaturePlan of these minutes as they are; writes nothing."""
    standing = selections_of(bootcamp)
    retained = list(bootcamp.participations.retained().for_list())
    kept = {row.pk for row in retained}
    new = [row for row in retained if row.beneficiary_id not in standing]
    apart = _selected_or_gone([row.beneficiary_id for row in new])
    others = bootcamp.participations.filter(beneficiary__in=standing).exclude(pk__in=kept)
    return SignaturePlan(
        select=[row for row in new if row.beneficiary_id not in apart],
        aside=[row for row in new if row.beneficiary_id in apart],
        keep=[row for row in retained if row.beneficiary_id in standing],
        withdraw=list(others.for_list()) if standing else [],
    )


def _selected_or_gone(people):
    """Among `people` (pks), those already selected or who left: a signature cannot move them."""
    selected = StageEvent.objects.unvoided().filter(stage=Stage.SELECTED, beneficiary__in=people)
    gone = Exit.objects.open().filter(beneficiary__in=people)
    return {*selected.values_list("beneficiary", flat=True)} | {
        *gone.values_list("beneficiary", flat=True)
    }


def selections_of(bootcamp):
    """The selections that stand on these minutes, by beneficiary: found by their evidence, so
    that one whose date or identity was corrected since is found too."""
    events = StageEvent.objects.unvoided().filter(
        stage=Stage.SELECTED,
        evidence_kind=EvidenceKind.MINUTES,
        evidence_reference=bootcamp.code,
        beneficiary__in=bootcamp.participations.values("beneficiary"),
    )
    return {event.beneficiary_id: event for event in events.order_by("pk")}


@transaction.atomic
def sign_minutes(bootcamp, *, by, signatory, on=None):
    """Freeze a bootcamp's minutes and advance those retained to `selected`, on the bootcamp's day.

    Of minutes reopened, selections that the jury withdrew are voided with the reason of the
    reopening; the others keep their record. Raises TransitionRefused, nothing written, when the
    minutes are signed, lack something, or a person cannot be moved (the sentence names them).
    Returns the Outcome: those newly selected, and those retained who are not, with why.
    """
    locked, on = lock_open_minutes(bootcamp), on or today()
    # Before anything is judged: taking an import back holds its people, then empties their places.
    lock_people(locked.participations.values("beneficiary"))
    if missing := missing_before_signing(locked.participations.all().tally()):
        raise TransitionRefused(" ".join(missing))
    _refuse_signature(locked, signatory, on)
    plan = signature_plan(locked)
    with at_once():
        _take_up_again(locked, plan, by=by)
        outcome = advance_rows(
            sorted(plan.select, key=lambda row: row.pk),
            Stage.SELECTED,
            on=locked.held_on,
            by=by,
            evidence=Evidence(EvidenceKind.MINUTES, locked.code, on),
        )
    if outcome.refused:
        names = " ".join(f"{row.beneficiary} : {why}" for row, why in outcome.refused)
        raise TransitionRefused(names)
    outcome.refused += _check_selected(locked, plan.aside).refused
    locked.signed_on, locked.signed_by, locked.signatory = on, by, signatory.strip()
    locked.save(update_fields=["signed_on", "signed_by", "signatory"])
    return outcome


@transaction.atomic
def reopen_minutes(bootcamp, *, by, reason):
    """Take signed minutes up again; who, when, why and the old signature stay as a Reopening.

    No selection changes before the minutes are signed anew. Raises TransitionRefused while a
    training stands on one of their selections, naming whose.
    """
    locked = Bootcamp.objects.select_for_update(no_key=True).get(pk=bootcamp.pk)
    if not locked.is_signed:
        raise TransitionRefused(_("Le procès-verbal n'est pas signé : il est déjà ouvert."))
    if not reason.strip():
        raise TransitionRefused(_("Une réouverture demande son motif."))
    selected = locked.participations.filter(beneficiary__in=selections_of(locked))
    if trained := _trained_among(selected.for_list()):
        raise TransitionRefused(
            _(
                "Une formation s'appuie sur la sélection de : %(names)s. "
                "L'annuler d'abord sur leur fiche."
            )
            % {"names": _names(trained)}
        )
    trace = Reopening.objects.create(
        bootcamp=locked,
        reopened_at=timezone.now(),
        reopened_by=by,
        reason=reason.strip(),
        signed_on=locked.signed_on,
        signed_by=locked.signed_by,
        signatory=locked.signatory,
    )
    locked.signed_on, locked.signed_by, locked.signatory = None, None, ""
    locked.save(update_fields=["signed_on", "signed_by", "signatory"])
    return trace


def _take_up_again(bootcamp, plan, *, by):
    """Void the selections withdrawn since a reopening; bring those kept to the bootcamp's day."""
    if not plan.keep and not plan.withdraw:
        return
    rows = sorted(plan.keep + plan.withdraw, key=lambda row: row.beneficiary_id)
    reason = bootcamp.reopenings.order_by("-pk").values_list("reason", flat=True).first()
    reason = reason or _("procès-verbal repris")
    events, withdrawn = selections_of(bootcamp), {row.pk for row in plan.withdraw}
    for row in rows:
        event = events[row.beneficiary_id]
        try:
            if row.pk in withdrawn:
                void(event, by=by, reason=reason)
                row.event = None
            elif event.occurred_on != bootcamp.held_on:
                row.event = correct_date(event, on=bootcamp.held_on, by=by, reason=reason)
            else:
                row.event = event
        except TransitionRefused as refusal:
            raise TransitionRefused(f"{row.beneficiary} : {refusal}") from refusal
    Participation.objects.bulk_update(rows, ["event"], batch_size=500)


def _trained_among(rows):
    """Those of these participations whose person was trained on the strength of these minutes."""
    rows = list(rows)
    trained = StageEvent.objects.unvoided().filter(
        stage=Stage.TRAINED, beneficiary__in=[row.beneficiary_id for row in rows]
    )
    found = set(trained.values_list("beneficiary", flat=True)) if rows else set()
    return [row for row in rows if row.beneficiary_id in found]


def _names(rows):
    shown = ", ".join(str(row.beneficiary) for row in rows[:NAMES_SHOWN])
    if n := len(rows[NAMES_SHOWN:]):
        return ngettext("%(shown)s et %(n)s autre", "%(shown)s et %(n)s autres", n) % {
            "shown": shown,
            "n": n,
        }
    return shown


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


def _check_selected(bootcamp, rows):
    evidence = Evidence(EvidenceKind.MINUTES, bootcamp.code, today())
    return check_rows(rows, Stage.SELECTED, on=bootcamp.held_on, evidence=evidence)


def _check(n, rows, missing, met):
    return Check(False, missing(n), tuple(rows[:NAMES_SHOWN])) if n else Check(True, met)


def _stands_on_it():
    return _("N'est plus retenu, mais une formation s'appuie sur sa sélection :")


def _unmarked_sentence(n):
    return ngettext(
        "La présence manque pour %(n)s jeune.", "La présence manque pour %(n)s jeunes.", n
    ) % {"n": n}


def _undecided_sentence(n):
    return ngettext("Une décision manque.", "%(n)s décisions manquent.", n) % {"n": n}


def _unexplained_sentence(n):
    return ngettext("Le motif d'une décision manque.", "%(n)s motifs manquent.", n) % {"n": n}
