"""Moving along: one passage, many passages, a creation."""

from django.db import transaction

from beneficiaries import counts
from beneficiaries.funnel import Evidence, EvidenceKind, Stage
from beneficiaries.models import Beneficiary, EnterpriseMember
from beneficiaries.transitions.orphans import open_enterprises
from beneficiaries.transitions.parts import (
    BulkResult,
    Entry,
    TransitionRefused,
    event_from,
    lock,
    lock_enterprise,
    membership_of,
    paths_of,
    refresh_stages,
    refusal_of,
    refuse_joining,
)
from remess.programme.models import all_brackets
from remess.shared.inserting import insert_many


@transaction.atomic
def advance(beneficiary, stage, *, on, by, evidence, recorded_at=None, derogation=""):
    """Record that `beneficiary` reached `stage` on the day `on`, proved by `evidence`.

    Works on a freshly locked copy. Raises TransitionRefused with the sentence to show.
    """
    with counts.following([beneficiary.pk] if stage == Stage.CREATED else []):
        return _advance(beneficiary, stage, on, evidence, by, recorded_at, derogation)


def _advance(beneficiary, stage, on, evidence, by, recorded_at=None, derogation=""):
    locked = lock(beneficiary)
    entry = Entry(locked, stage, on, evidence, by, recorded_at, derogation)
    if refusal := refusal_of(entry, locked.path(), all_brackets()):
        raise TransitionRefused(refusal)
    event = event_from(entry)
    event.save()
    counts.add_recorded([event])
    refresh_stages([locked.pk])
    return event


@transaction.atomic
def record_many(entries, *, by):
    """Record many passages with the checks and counts of advance(), one statement per table.

    Entries of one person are taken in the order given. What the funnel refuses is left out and
    told in the result; whoever wants all or nothing rolls back.
    """
    creations = [entry for entry in entries if entry.stage == Stage.CREATED]
    people = [entry.beneficiary.pk for entry in creations]
    joining = [entry.enterprise.pk for entry in creations if entry.enterprise]
    with counts.following(people, joining=joining):
        return _record_many(entries, by)


def _record_many(entries, by):
    ids = sorted({entry.beneficiary.pk for entry in entries})
    locked = {
        person.pk: person
        for person in Beneficiary.objects.select_for_update(no_key=True)
        .filter(pk__in=ids)
        .order_by("pk")
        .prefetch_related("ocb")
    }
    paths, brackets, result, memberships = paths_of(locked), all_brackets(), BulkResult(), []
    for index, entry in enumerate(entries):
        key = entry.beneficiary.pk
        own = Entry(
            locked[key],
            entry.stage,
            entry.on,
            entry.evidence,
            entry.by or by,
            entry.recorded_at,
            entry.derogation,
            entry.enterprise,
        )
        if refusal := refusal_of(own, paths[key], brackets):
            result.refusals[index] = refusal
            continue
        event = event_from(own)
        result.events.append(event)
        paths[key] = paths[key].with_event(entry.stage, entry.on)
        if entry.enterprise:
            memberships.append(membership_of(entry.enterprise, event))
    insert_many(result.events)
    EnterpriseMember.objects.bulk_create(memberships, batch_size=500)
    counts.add_recorded(result.events)
    refresh_stages({event.beneficiary_id for event in result.events})
    return result


def check_many(entries):
    """What record_many would refuse of these passages, one a person: index → sentence.

    Writes nothing: for the page that says beforehand what a signature will do.
    """
    people = {entry.beneficiary.pk: entry.beneficiary for entry in entries}
    paths, brackets = paths_of(people), all_brackets()
    refusals = (refusal_of(e, paths[e.beneficiary.pk], brackets) for e in entries)
    return {index: sentence for index, sentence in enumerate(refusals) if sentence}


@transaction.atomic
def create_activity(beneficiary, enterprise, *, on, by):
    """Store `enterprise`, make `beneficiary` a member and record the creation on the day `on`.

    An enterprise that already exists gains a member: a cooperative counts once; one left without
    members is taken up again. Raises TransitionRefused.
    """
    if enterprise._state.adding:
        # Before it is looked for: who stores the same one meanwhile is then found.
        counts.hold_enterprises()
    else:
        enterprise = lock_enterprise(enterprise, [beneficiary.pk])
    refuse_joining(enterprise, on)
    if enterprise._state.adding:
        open_enterprises([(enterprise, beneficiary.ocb.region_id)], by=by)
    if refusal := enterprise.refuse_creation(on):
        raise TransitionRefused(refusal)
    evidence = Evidence(EvidenceKind.ENTERPRISE, enterprise.identifier, enterprise.registered_on)
    with counts.following([beneficiary.pk]):
        event = _advance(beneficiary, Stage.CREATED, on, evidence, by)
        membership_of(enterprise, event).save()
    return event
