"""What the moves share: locking, asking the funnel, building and voiding rows."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Case, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries import counts, funnel
from beneficiaries.funnel import PATH, Evidence, EvidenceKind, Path
from beneficiaries.models import Beneficiary, Enterprise, EnterpriseMember, Exit, StageEvent
from remess.accounts.models import User
from remess.programme.brackets import bracket_on
from remess.shared.dates import day_of, today


class TransitionRefused(Exception):
    """A move the funnel refuses; str() is the sentence to show, in the user's language."""


@dataclass(frozen=True)
class Entry:
    """One passage for record_many: as the arguments of advance(), plus the enterprise founded."""

    beneficiary: Beneficiary
    stage: str
    on: date
    evidence: Evidence
    by: User | None = None
    recorded_at: datetime | None = None
    derogation: str = ""
    enterprise: Enterprise | None = None


@dataclass
class BulkResult:
    """What record_many wrote, and the sentence refusing each entry it did not, by its index."""

    events: list[StageEvent] = field(default_factory=list)
    refusals: dict[int, str] = field(default_factory=dict)


def lock(beneficiary):
    """A fresh locked copy; raises TransitionRefused for a sheet absorbed or withdrawn."""
    locked = Beneficiary.objects.select_for_update(no_key=True).get(pk=beneficiary.pk)
    if refusal := refuse_absorbed(locked):
        raise TransitionRefused(refusal)
    return locked


def refuse_absorbed(sheet):
    """The sentence refusing to write on a sheet that no longer stands for itself, or None."""
    if sheet.withdrawn_at:
        return _("Cette fiche a été retirée avec l'import qui l'avait ouverte.")
    if sheet.merged_into_id is None:
        return None
    return _("Cette fiche a été fusionnée avec la fiche %(number)s : l'ouvrir.") % {
        "number": sheet.merged_into.file_number
    }


def lock_all(people):
    """Lock `people` (pks) before several moves in one transaction, their enterprises first."""
    counts.lock_enterprises_of(people)
    counts.lock_people(people)


def lock_enterprise(enterprise, people=()):
    """A fresh locked copy. Where people are locked too, the enterprise comes first.

    With it what `people` (pks) are or were members of: all in one order, or two writers could
    wait for each other.
    """
    counts.lock_enterprises_of(people, [enterprise.pk])
    return Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)


def paths_of(people):
    """The Path of each of `people` (pk → Beneficiary), in two queries."""
    reached = {pk: {} for pk in people}
    events = StageEvent.objects.unvoided().filter(beneficiary__in=people)
    for pk, stage, day in events.values_list("beneficiary", "stage", "occurred_on"):
        reached[pk][stage] = day
    exits = {pk: [] for pk in people}
    rows = Exit.objects.unvoided().filter(beneficiary__in=people)
    for pk, left_on, returned_on in rows.values_list("beneficiary", "left_on", "returned_on"):
        exits[pk].append((left_on, returned_on))
    return {
        pk: Path(reached[pk], person.missing_facts(), person.birth_date, tuple(exits[pk]))
        for pk, person in people.items()
    }


def refusal_of(entry, path, brackets):
    if refusal := refuse_absorbed(entry.beneficiary):
        return refusal
    if entry.derogation and not entry.by.has_perm("beneficiaries.derogate"):
        return _("Seule l'équipe REMESS accorde une dérogation d'âge.")
    is_paper = entry.evidence.kind == EvidenceKind.PAPER
    if is_paper and not entry.by.has_perm("beneficiaries.advance"):
        return _("Seule l'équipe REMESS enregistre une étape sur pièce papier.")
    if entry.enterprise and (refusal := entry.enterprise.refuse_creation(entry.on)):
        return refusal
    return funnel.refusal(
        path,
        entry.stage,
        on=entry.on,
        evidence=entry.evidence,
        bracket=bracket_on(entry.on, brackets),
        today=day_of(entry.recorded_at) if entry.recorded_at else today(),
        derogation=entry.derogation,
    )


def event_from(entry):
    moment = entry.recorded_at or timezone.now()
    return StageEvent(
        beneficiary=entry.beneficiary,
        stage=entry.stage,
        occurred_on=entry.on,
        recorded_at=moment,
        recorded_on=day_of(moment),
        recorded_by=entry.by,
        evidence_kind=entry.evidence.kind,
        evidence_reference=entry.evidence.reference,
        evidence_on=entry.evidence.on,
        region_id=entry.beneficiary.ocb.region_id,
        ocb_id=entry.beneficiary.ocb_id,
        sex=entry.beneficiary.sex,
        derogation_reason=entry.derogation,
    )


def membership_of(enterprise, event):
    return EnterpriseMember(
        enterprise=enterprise,
        beneficiary_id=event.beneficiary_id,
        legal_form=enterprise.legal_form,
        event=event,
        recorded_at=event.recorded_at,
        recorded_on=event.recorded_on,
        recorded_by=event.recorded_by,
    )


def refuse_joining(enterprise, on):
    """Refuse that a person creates with `enterprise`, new or known, on the day `on`."""
    if on < enterprise.registered_on:
        raise TransitionRefused(
            _("La création ne peut précéder l'immatriculation, du %(day)s.")
            % {"day": funnel.short_day(enterprise.registered_on)}
        )
    if enterprise._state.adding:
        refuse_known_number(enterprise)
    elif enterprise.is_single and EnterpriseMember.objects.unvoided().filter(enterprise=enterprise):
        raise TransitionRefused(_("Cette forme juridique n'a qu'un membre, déjà enregistré."))


def refuse_known_number(enterprise):
    """One enterprise is one row: a second of the same number or ICE would count twice."""
    if Enterprise.objects.like(enterprise).exists():
        raise TransitionRefused(
            _(
                "Une entreprise du registre porte déjà ce numéro ou cet ICE : rejoindre la "
                "coopérative connue, sinon vérifier le numéro."
            )
        )


def standing_event(event):
    """The unvoided event of the same person and stage: a page may show one since replaced."""
    found = StageEvent.objects.unvoided().filter(
        beneficiary=event.beneficiary_id, stage=event.stage
    )
    if (standing := found.first()) is None:
        raise TransitionRefused(_("Cette étape est déjà annulée."))
    return standing


def mark_voided(row, *, by, reason, at):
    if not reason.strip():
        raise TransitionRefused(_("Une annulation demande son motif."))
    row.voided_at, row.voided_on, row.voided_by, row.void_reason = at, day_of(at), by, reason
    row.save(update_fields=["voided_at", "voided_on", "voided_by", "void_reason"])


def void_event(event, *, by, reason, at):
    mark_voided(event, by=by, reason=reason, at=at)
    counts.add_voided([event])


def rewrite(event, *, by, reason, at, **changes):
    """Void `event` and store its copy with `changes`, which corrects it."""
    void_event(event, by=by, reason=reason, at=at)
    kept = ["beneficiary", "stage", "occurred_on", "region_id", "ocb", "sex", "derogation_reason"]
    kept += ["evidence_kind", "evidence_reference", "evidence_on"]
    new = StageEvent(
        **{name: getattr(event, name) for name in kept} | changes,
        corrects=event,
        recorded_at=at,
        recorded_on=day_of(at),
        recorded_by=by,
    )
    new.save()
    counts.add_recorded([new])
    EnterpriseMember.objects.filter(event=event).update(event=new)
    return new


def rewrite_exit(row, *, by, reason, at, **changes):
    """Void an exit and store its copy with `changes`, its return included."""
    mark_voided(row, by=by, reason=reason, at=at)
    kept = ["beneficiary", "stage", "left_on", "reason", "note", "region_id", "ocb", "sex"]
    kept += ["returned_on", "returned_recorded_on", "returned_by"]
    new = Exit(
        **{name: getattr(row, name) for name in kept} | changes,
        recorded_at=at,
        recorded_on=day_of(at),
        recorded_by=by,
    )
    new.save()
    return new


def refresh_stages(pks):
    """Write the current stage and its day, for the people `pks`, from their unvoided events."""
    rank = Case(*[When(stage=stage, then=at) for at, stage in enumerate(PATH)])
    furthest = (
        StageEvent.objects.unvoided().filter(beneficiary=OuterRef("pk")).order_by(rank.desc())
    )
    Beneficiary.objects.filter(pk__in=pks).update(
        current_stage=Coalesce(Subquery(furthest.values("stage")[:1]), Value("")),
        stage_on=Subquery(furthest.values("occurred_on")[:1]),
    )


def refuse_day(on, *, after, today):
    if on > today:
        raise TransitionRefused(
            _("Le %(day)s est dans le futur : vérifier la date.") % {"day": funnel.short_day(on)}
        )
    if after and on < after:
        raise TransitionRefused(
            _("Cette date ne peut précéder le %(day)s.") % {"day": funnel.short_day(after)}
        )
