"""What happens to an enterprise after its creation: details, proof, members, scanned files.

Form, number and date are the proof of a creation: correcting them writes the creations anew, so
that an earlier « arrêté au » keeps what it said.
"""

from copy import copy

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries import counts
from beneficiaries.funnel import EvidenceKind, Stage
from beneficiaries.models import Enterprise, EnterpriseFile, EnterpriseMember, StageEvent
from beneficiaries.transitions.changes import change_rows
from beneficiaries.transitions.corrections import refusal_of_day
from beneficiaries.transitions.moves import create_activity
from beneficiaries.transitions.parts import (
    TransitionRefused,
    lock,
    lock_enterprise,
    mark_voided,
    refresh_stages,
    refuse_day,
    refuse_joining,
    refuse_known_number,
    rewrite,
)
from remess.shared.dates import day_of, today
from remess.shared.documents import digest_of
from remess.shared.versions import refuse_overtaken

DETAILS = [
    "sub_form", "name", "activity", "commune", "court", "tax_id", "ice",
    "other_members", "other_women",
]  # fmt: skip
PROOF = ["legal_form", "identifier", "registered_on"]


@transaction.atomic
def save_details(enterprise, *, by, version=None):
    """Store what is no proof of the creation. `version`: that of the form as it was opened.

    Raises Changed, TransitionRefused.
    """
    locked = lock_enterprise(enterprise)
    refuse_overtaken(locked, version)
    for name in PROOF:
        setattr(enterprise, name, getattr(locked, name))
    refuse_known_number(enterprise)
    change_rows([locked], [enterprise], DETAILS, by=by, at=timezone.now())
    return enterprise


@transaction.atomic
def correct_proof(enterprise, *, legal_form, identifier, registered_on, by, reason):
    """Correct the form, number or date of an enterprise, and the creations they prove.

    Creations dated on the old day of registration follow it. Raises TransitionRefused, nothing
    half done, when one of them cannot.
    """
    members = EnterpriseMember.objects.unvoided().filter(enterprise=enterprise)
    locked = lock_enterprise(enterprise, members.values("beneficiary"))
    corrected, now = copy(locked), timezone.now()
    corrected.legal_form, corrected.identifier = legal_form, identifier
    corrected.registered_on = registered_on
    corrected.sub_form = locked.sub_form if legal_form == "tpe" else ""
    refuse_day(registered_on, after=None, today=today())
    refuse_known_number(corrected)
    members = list(members.order_by("pk"))
    if corrected.is_single and len(members) > 1:
        raise TransitionRefused(
            _("Cette forme juridique n'a qu'un membre ; l'entreprise en compte plusieurs.")
        )
    change_rows([locked], [corrected], [*PROOF, "sub_form"], by=by, reason=reason, at=now)
    people = sorted({member.beneficiary_id for member in members})
    with counts.following(people):
        for pk in people:
            _correct_creation(pk, corrected, locked.registered_on, by, reason, now)
        for member in EnterpriseMember.objects.unvoided().filter(enterprise=locked).order_by("pk"):
            if member.legal_form != legal_form:
                _rewrite_member(member, corrected, by, reason, now)
    refresh_stages(people)
    return corrected


def _correct_creation(pk, enterprise, before, by, reason, now):
    standing = StageEvent.objects.unvoided().filter(
        beneficiary=pk, stage=Stage.CREATED, memberships__enterprise=enterprise
    )
    event = standing.select_related("beneficiary").first()
    if event is None:
        return
    person = lock(event.beneficiary)
    on = enterprise.registered_on if event.occurred_on == before else event.occurred_on
    refusal = refusal_of_day(person, event, on, by, now)
    if refusal is None and on < enterprise.registered_on:
        refusal = _("sa création serait antérieure à l'immatriculation.")
    if refusal:
        raise TransitionRefused(f"{person.file_number} : {refusal}")
    changes = {"occurred_on": on}
    if event.evidence_kind == EvidenceKind.ENTERPRISE:
        changes |= {
            "evidence_reference": enterprise.identifier,
            "evidence_on": enterprise.registered_on,
        }
    if any(getattr(event, name) != value for name, value in changes.items()):
        rewrite(event, by=by, reason=reason, at=now, **changes)


def _rewrite_member(member, enterprise, by, reason, now):
    mark_voided(member, by=by, reason=reason, at=now)
    _new_member(enterprise, member.beneficiary, by, now, event=member.event)


def _new_member(enterprise, beneficiary, by, now, event=None):
    member = EnterpriseMember(
        enterprise=enterprise,
        beneficiary=beneficiary,
        legal_form=enterprise.legal_form,
        event=event,
        recorded_at=now,
        recorded_on=day_of(now),
        recorded_by=by,
    )
    member.save()
    return member


@transaction.atomic
def join(enterprise, beneficiary, *, on, by):
    """Make `beneficiary` a member from the day `on`: their creation, unless they created before.

    Raises TransitionRefused.
    """
    enterprise = lock_enterprise(enterprise, [beneficiary.pk])
    person = lock(beneficiary)
    if person.current_stage != Stage.CREATED:
        create_activity(person, enterprise, on=on, by=by)
        return
    refuse_day(on, after=None, today=today())
    refuse_joining(enterprise, on)
    known = EnterpriseMember.objects.unvoided().filter(enterprise=enterprise, beneficiary=person)
    if known.exists():
        raise TransitionRefused(_("Cette personne est déjà membre de l'entreprise."))
    with counts.following([person.pk]):
        _new_member(enterprise, person, by, timezone.now())


@transaction.atomic
def void_membership(member, *, by, reason):
    """Void a membership recorded by mistake. One that proves a creation goes with its stage."""
    lock_enterprise(member.enterprise, [member.beneficiary_id])
    standing = EnterpriseMember.objects.unvoided().filter(pk=member.pk).first()
    if standing is None:
        raise TransitionRefused(_("Cette participation est déjà annulée."))
    if standing.event_id:
        raise TransitionRefused(
            _("Elle prouve la création de cette personne : annuler l'étape depuis sa fiche.")
        )
    with counts.following([standing.beneficiary_id]):
        mark_voided(standing, by=by, reason=reason, at=timezone.now())
    return standing


@transaction.atomic
def add_file(enterprise, file, *, content_type, kind, note, by):
    """Keep a scanned proof. The same content again is the file already there: (file, is_new)."""
    digest, now = digest_of(file), timezone.now()
    _lock_alone(enterprise)
    kept = EnterpriseFile.objects.unvoided().filter(enterprise=enterprise, digest=digest).first()
    if kept:
        return kept, False
    row = EnterpriseFile(
        enterprise=enterprise,
        kind=kind,
        note=note,
        file=file,
        content_type=content_type,
        size=file.size,
        digest=digest,
        recorded_at=now,
        recorded_on=day_of(now),
        recorded_by=by,
    )
    row.save()
    return row, True


@transaction.atomic
def void_file(row, *, by, reason):
    """Void a proof filed by mistake: it stays in the history, with its reason."""
    _lock_alone(row.enterprise)
    standing = EnterpriseFile.objects.unvoided().filter(pk=row.pk).first()
    if standing is None:
        raise TransitionRefused(_("Cette pièce est déjà annulée."))
    mark_voided(standing, by=by, reason=reason, at=timezone.now())
    return standing


def _lock_alone(enterprise):
    """Lock the row for its proofs, which nothing counts: others may touch other enterprises."""
    Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)
