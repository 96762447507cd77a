"""Undoing a merge: both sheets as they were, what was recorded since staying on the kept one."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries import counts, funnel
from beneficiaries.funnel import FROM, Stage
from beneficiaries.models import (
    Beneficiary,
    EnterpriseMember,
    Exit,
    Merge,
    ReferentPeriod,
    StageEvent,
)
from beneficiaries.transitions import merged_rows
from beneficiaries.transitions.merges import (
    lock_sheets,
    plain,
    set_fields,
    write_event,
)
from beneficiaries.transitions.parts import (
    TransitionRefused,
    mark_voided,
    refresh_stages,
    void_event,
)


@transaction.atomic
def unmerge(merge, *, by, reason):
    """Make two sheets of a merge again, passages voided and written anew. Returns the Merge.

    Raises TransitionRefused, nothing written: for another merge that came on top, or where a
    stage recorded since stands on one that the kept sheet would lose.
    """
    if not reason.strip():
        raise TransitionRefused(_("Défaire une fusion demande son motif."))
    kept, absorbed = lock_sheets(merge.kept_id, merge.absorbed_id)
    undone = Merge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    _refuse_order(undone, kept)
    with counts.following([kept.pk, absorbed.pk]):
        return _unmerge(undone, kept, absorbed, by, reason)


def _unmerge(undone, kept, absorbed, by, reason):
    now, changes = timezone.now(), undone.changes
    writer = {"by": by, "at": now, "reason": _("fusion défaite : %(why)s") % {"why": reason[:250]}}
    set_fields(absorbed, {"merged_into_id": None}, **writer)
    pointing = Beneficiary.objects.filter(pk__in=changes["repointed"])
    pointing.update(merged_into=absorbed)
    restored = [_stage_back(row, kept, absorbed, writer) for row in changes["events"]]
    _memberships_back(changes, restored, kept, absorbed, writer)
    _exits_back(changes["exits"], kept, absorbed, writer)
    for relation in merged_rows.HISTORY:
        merged_rows.give_history_back(relation, kept, absorbed, changes[relation.name], **writer)
    for relation in merged_rows.MOVED:
        merged_rows.put_rows_back(relation, kept, absorbed, changes[relation.name])
    _periods_back(changes["referent_periods"], kept, absorbed)
    _fields_back(changes["fields"], kept, absorbed, writer)
    for sheet in (kept, absorbed):
        _refuse_broken_path(sheet)
    refresh_stages([kept.pk, absorbed.pk])
    undone.undone_at, undone.undone_by, undone.undo_reason = now, by, reason.strip()
    undone.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    return undone


def _refuse_order(merge, kept):
    if merge.undone_at:
        raise TransitionRefused(_("Cette fusion est déjà défaite."))
    later = Merge.objects.standing().filter(pk__gt=merge.pk)
    later = later.filter(Q(kept=kept) | Q(absorbed=kept))
    if last := later.order_by("-pk").first():
        raise TransitionRefused(
            _("Défaire d'abord la fusion plus récente : %(merge)s.") % {"merge": last}
        )


def _stage_back(row, kept, absorbed, writer):
    """Undo one stage: (the row, its event now on the kept sheet, on the absorbed one).

    A day corrected since stays where the stage does: on the kept sheet if it had reached it, else
    it goes with the passage, which may not count on both.
    """
    of_kept, of_absorbed, written = row
    events = StageEvent.objects.in_bulk([pk for pk in row if pk])
    mine, theirs, corrected = None, None, {}
    if written and events[written].voided_at is None:
        void_event(events[written], **writer)
        if of_kept:
            mine = write_event(events[of_kept], kept, writer, corrects_id=written)
    elif written and not of_kept and (since := _correction_of(events[written])):
        void_event(since, **writer)
        corrected = {"occurred_on": since.occurred_on}
        if since.stage == Stage.IDENTIFIED:
            set_fields(absorbed, {"sheet_on": since.occurred_on}, **writer)
    if of_absorbed:
        theirs = write_event(
            events[of_absorbed], absorbed, writer, corrects_id=of_absorbed, **corrected
        )
    return row, mine, theirs


def _correction_of(event):
    """The standing event that corrects `event`, in one step or several; None without one."""
    while event and event.voided_at:
        event = StageEvent.objects.filter(beneficiary=event.beneficiary_id, corrects=event).first()
    return event


def _memberships_back(changes, restored, kept, absorbed, writer):
    proofs = {row[1]: theirs for row, _mine, theirs in restored if theirs}
    standing = EnterpriseMember.objects.unvoided().filter(beneficiary=kept)
    for voided, written in changes["memberships"]["rows"]:
        old = EnterpriseMember.objects.get(pk=voided)
        now_there = standing.filter(enterprise=old.enterprise_id).first()
        if written and now_there is None:
            continue
        if written:
            mark_voided(now_there, **writer)
        proof = proofs.get(old.event_id)
        merged_rows.copy_row(
            now_there if written else old, absorbed, by=writer["by"], at=writer["at"],
            event_id=proof and proof.pk,
        )  # fmt: skip
    for (_mine, _theirs, written), mine, _other in restored:
        if written:
            standing.filter(event=written).update(event=mine)
        if mine and mine.stage == Stage.CREATED:
            standing.filter(pk__in=changes["memberships"]["unlinked"]).update(event=mine)


def _exits_back(done, kept, absorbed, writer):
    for voided, is_of_kept, written in done:
        row, owner = Exit.objects.get(pk=voided), kept if is_of_kept else absorbed
        if written:
            row = Exit.objects.unvoided().filter(beneficiary=kept, left_on=row.left_on).first()
            if row is None:
                continue
            mark_voided(row, **writer)
        if is_of_kept and Exit.objects.open().filter(beneficiary=kept).exists():
            continue
        original = Exit.objects.get(pk=voided)
        merged_rows.copy_row(row, owner, by=writer["by"], at=writer["at"], sex=original.sex)


def _periods_back(done, kept, absorbed):
    """Periods return to their sheet; those the merge closed open again."""
    rows = ReferentPeriod.objects.in_bulk([pk for pk, _is_theirs, _closed in done])
    for pk, is_theirs, _closed in done:
        if is_theirs:
            rows[pk].beneficiary = absorbed
            rows[pk].save(update_fields=["beneficiary"])
    for pk, _is_theirs, closed in done:
        own = ReferentPeriod.objects.open().filter(beneficiary=rows[pk].beneficiary_id)
        if closed and not own.exists():
            rows[pk].until = rows[pk].ended_by = None
            rows[pk].save(update_fields=["until", "ended_by"])


def _referent_of(sheet):
    period = ReferentPeriod.objects.open().filter(beneficiary=sheet).first()
    return period and period.trainer_id


def _fields_back(fields, kept, absorbed, writer):
    """What the merge wrote and nobody changed since takes its value of before."""
    values = {"referent_id": _referent_of(kept)}
    for column, (before, after) in fields["kept"].items():
        field = Beneficiary._meta.get_field(column)
        if column != "referent_id" and plain(getattr(kept, column)) == after:
            values[column] = before if field.is_relation else field.to_python(before)
    was, became = fields["absorbed"]["cin"]
    cin = was if absorbed.cin == became else absorbed.cin
    formerly = kept.formerly.removesuffix(fields["formerly"][0]).strip()
    held = Beneficiary.objects.filter(cin=cin).exclude(pk__in=[kept.pk, absorbed.pk])
    if cin and (held.exists() or values.get("cin", kept.cin) == cin):
        raise TransitionRefused(
            _("La CIN %(cin)s est sur une autre fiche depuis la fusion : la corriger d'abord.")
            % {"cin": cin}
        )
    set_fields(absorbed, {"cin": "", "referent_id": _referent_of(absorbed)}, **writer)
    set_fields(kept, values | {"formerly": formerly}, **writer)
    set_fields(absorbed, {"cin": cin}, **writer)


def _refuse_broken_path(sheet):
    """What was recorded since may not hang in the air once its sheet is divided."""
    reached = sheet.path().reached
    for stage, before in FROM.items():
        is_broken = bool(before) and stage in reached
        is_broken = is_broken and not reached.get(before, date.max) <= reached[stage]
        if is_broken:
            raise TransitionRefused(
                _(
                    "%(stage)s du %(day)s, enregistrée depuis la fusion, s'appuie sur une étape "
                    "de l'autre fiche : l'annuler d'abord."
                )
                % {
                    "stage": funnel.capital(funnel.NOUNS[stage]),
                    "day": funnel.short_day(reached[stage]),
                }
            )
