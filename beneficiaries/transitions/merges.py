"""Making two sheets of one person one. Undone by unmerging.py, which reads Merge.changes."""

from copy import copy

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries import counts, merging
from beneficiaries.models import (
    Beneficiary,
    EnterpriseMember,
    Exit,
    Merge,
    PossibleDuplicate,
    ReferentPeriod,
    StageEvent,
)
from beneficiaries.transitions import merged_rows
from beneficiaries.transitions.changes import change_rows
from beneficiaries.transitions.duplicates import queue_duplicates
from beneficiaries.transitions.parts import (
    TransitionRefused,
    mark_voided,
    refresh_stages,
    refuse_absorbed,
    rewrite,
    void_event,
)
from remess.shared.dates import day_of


@transaction.atomic
def merge(kept, absorbed, *, by, reason, choices=()):
    """Make `absorbed` part of `kept`: each stage once, at its earliest day, with its proof.

    `choices`: the names of merging.CHOICES whose value comes from the absorbed sheet. Past
    figures keep what they said: whatever changes is voided and written anew. Returns the Merge.
    Raises TransitionRefused, nothing written.
    """
    if not reason.strip():
        raise TransitionRefused(_("Une fusion demande son motif."))
    kept, absorbed = lock_both(kept, absorbed)
    plan = merging.plan(kept, absorbed, choices)
    if refusal := plan.refusal or _refuse_set_apart(kept, absorbed):
        raise TransitionRefused(refusal)
    with counts.following([kept.pk, absorbed.pk]):
        return _merge(plan, by, reason)


def _merge(plan, by, reason):
    kept, absorbed = plan.kept, plan.absorbed
    now = timezone.now()
    writer = {"by": by, "at": now, "reason": _("fusion avec %(n)s") % {"n": kept.file_number}}
    own = writer | {"reason": _("fusion avec %(n)s") % {"n": absorbed.file_number}}
    changes = {
        "exits": _merge_exits(plan, writer, own),
        "events": [_merge_stage(row, plan, writer, own) for row in plan.stages],
        "memberships": _merge_memberships(kept, absorbed, writer),
        **{
            relation.name: merged_rows.take_history(relation, kept, absorbed, **writer)
            for relation in merged_rows.HISTORY
        },
        **{r.name: merged_rows.move_rows(r, kept, absorbed) for r in merged_rows.MOVED},
        "referent_periods": _merge_periods(plan, by, now),
    }
    changes["fields"] = _merge_fields(plan, writer, own)
    refresh_stages([absorbed.pk])
    pointing = Beneficiary.objects.filter(merged_into=absorbed)
    changes["repointed"] = list(pointing.values_list("pk", flat=True))
    pointing.update(merged_into=kept)
    absorbed.refresh_from_db(fields=["current_stage", "stage_on"])
    set_fields(absorbed, {"merged_into_id": kept.pk}, **writer)
    refresh_stages([kept.pk])
    _follow_pairs(kept, absorbed)
    return Merge.objects.create(
        kept=kept, absorbed=absorbed, reason=reason.strip(), merged_at=now, merged_by=by,
        changes=changes,
    )  # fmt: skip


def lock_both(kept, absorbed):
    """Fresh locked copies of two standing sheets. Raises TransitionRefused."""
    if kept.pk == absorbed.pk:
        raise TransitionRefused(_("C'est la même fiche : une fusion en réunit deux."))
    locked = lock_sheets(kept.pk, absorbed.pk)
    for sheet in locked:
        if sheet.withdrawn_at:
            raise TransitionRefused(refuse_absorbed(sheet))
        if sheet.merged_into_id:
            raise TransitionRefused(
                _("La fiche %(number)s est déjà fusionnée avec une autre.")
                % {"number": sheet.file_number}
            )
    return locked


def lock_sheets(*pks):
    """Fresh locked copies of the sheets `pks`, in this order.

    What a merge of them moves is locked with them: lists, enterprises, sheets absorbed before.
    """
    merged_rows.lock_lists(pks)
    counts.lock_enterprises_of(pks)
    before = Beneficiary.objects.filter(merged_into__in=pks).values_list("pk", flat=True)
    rows = Beneficiary.objects.select_for_update(no_key=True).filter(pk__in={*pks, *before})
    locked = {row.pk: row for row in rows.order_by("pk")}
    return [locked[pk] for pk in pks]


def _refuse_set_apart(kept, absorbed):
    """The sentence refusing to merge what somebody decided are two persons, or None."""
    pairs = PossibleDuplicate.objects.of(kept) & PossibleDuplicate.objects.of(absorbed)
    pair = pairs.select_for_update(no_key=True).first()
    if pair is None or pair.is_open:
        return None
    return _(
        "Ces deux fiches ont été notées comme deux personnes différentes : remettre d'abord la "
        "paire à examiner."
    )


def _merge_stage(row, plan, writer, own):
    """One stage: [pk voided on the kept sheet, on the absorbed one, pk written], None for none."""
    sex = plan.values["sex"]
    if row.absorbed:
        void_event(row.absorbed, **writer)
    if row.is_absorbed_earlier:
        if row.kept:
            void_event(row.kept, **own)
        new = write_event(
            row.absorbed, plan.kept, own, sex=sex, corrects_id=row.kept and row.kept.pk
        )
        return [row.kept and row.kept.pk, row.absorbed.pk, new.pk]
    if row.kept.sex != sex:
        return [row.kept.pk, row.absorbed and row.absorbed.pk, rewrite(row.kept, **own, sex=sex).pk]
    return [None, row.absorbed and row.absorbed.pk, None]


def write_event(event, owner, writer, **changes):
    """Store a copy of a voided passage on the sheet `owner`, recorded now, and count it."""
    new = merged_rows.copy_row(
        event, owner, by=writer["by"], at=writer["at"], **{"corrects_id": None, **changes}
    )
    counts.add_recorded([new])
    return new


def _merge_exits(plan, writer, own):
    """Exits for being a duplicate end on both sheets; the absorbed one's others follow.

    [[pk voided, whether it was the kept sheet's, pk written]].
    """
    followed, done = {row.pk for row in plan.other_exits}, []
    for row in list(Exit.objects.unvoided().filter(beneficiary=plan.absorbed).order_by("pk")):
        mark_voided(row, **writer)
        written = None
        if row.pk in followed:
            written = merged_rows.copy_row(
                row, plan.kept, by=writer["by"], at=writer["at"], sex=plan.values["sex"]
            ).pk
        done.append([row.pk, False, written])
    for row in list(Exit.objects.unvoided().filter(beneficiary=plan.kept, reason="duplicate")):
        mark_voided(row, **own)
        done.append([row.pk, True, None])
    return done


def _merge_memberships(kept, absorbed, writer):
    """Memberships follow; one enterprise on both sheets is one membership.

    {"rows": [[pk voided, pk written]], "unlinked": memberships of the kept sheet whose creation
    another one now proves}.
    """
    created = StageEvent.objects.unvoided().filter(beneficiary=kept, stage="created").first()
    mine = list(EnterpriseMember.objects.unvoided().filter(beneficiary=kept).order_by("pk"))
    unlinked = [row.pk for row in mine if row.event_id and row.event_id != (created and created.pk)]
    EnterpriseMember.objects.filter(pk__in=unlinked).update(event=None)
    is_proved = any(row.event_id for row in mine if row.pk not in unlinked)
    known, done = {row.enterprise_id: row for row in mine}, []
    theirs = EnterpriseMember.objects.unvoided().filter(beneficiary=absorbed).order_by("pk")
    for row in list(theirs):
        mark_voided(row, **writer)
        proof = created if row.event_id and not is_proved else None
        if twin := known.get(row.enterprise_id):
            if proof:
                EnterpriseMember.objects.filter(pk=twin.pk).update(event=proof)
            done.append([row.pk, None])
        else:
            new = merged_rows.copy_row(
                row, kept, by=writer["by"], at=writer["at"], event_id=proof and proof.pk
            )
            done.append([row.pk, new.pk])
    return {"rows": done, "unlinked": unlinked}


def _merge_periods(plan, by, now):
    """All referent periods are the kept sheet's; that of the referent chosen stays open.

    [[pk, whether it was the absorbed sheet's, whether this closed it]].
    """
    day, done, is_open = day_of(now), [], False
    both = ReferentPeriod.objects.filter(beneficiary__in=[plan.kept, plan.absorbed])
    rows = sorted(both, key=lambda row: (row.beneficiary_id != plan.kept.pk, row.pk))
    for row in rows:
        stays = row.until is None and not is_open and row.trainer_id == plan.values_id("referent")
        is_open = is_open or stays
        closed = row.until is None and not stays
        if closed:
            row.until, row.ended_by = max(day, row.since), by
        done.append([row.pk, row.beneficiary_id == plan.absorbed.pk, closed])
        row.save(update_fields=["until", "ended_by"])
    ReferentPeriod.objects.filter(beneficiary=plan.absorbed).update(beneficiary=plan.kept)
    return done


def _merge_fields(plan, writer, own):
    """Write the values of the kept sheet: {column: [before, after]} of both sheets.

    The one place where a merge writes fields of a person.
    """
    kept, absorbed = plan.kept, plan.absorbed
    columns = [Beneficiary._meta.get_field(name).attname for name in plan.values]
    before = {column: getattr(kept, column) for column in columns}
    other = {"cin": absorbed.cin, "referent_id": absorbed.referent_id}
    set_fields(absorbed, {"cin": "", "referent_id": None}, **writer)
    values = {column: plan.values_id(column) for column in columns}
    formerly = " ".join(filter(None, [kept.formerly, also_known(absorbed)]))
    set_fields(kept, values | {"formerly": formerly}, **own)
    is_swapped = other["cin"] and values["cin"] == other["cin"]
    cin = before["cin"] if is_swapped else other["cin"]
    set_fields(absorbed, {"cin": cin}, **writer)
    return {
        "kept": {
            c: [plain(before[c]), plain(values[c])] for c in columns if before[c] != values[c]
        },
        "absorbed": {"cin": [other["cin"], absorbed.cin]},
        "formerly": [also_known(absorbed)],
    }


def set_fields(sheet, values, *, by, at, reason):
    """Store these columns (attname → value) of a locked sheet, its history included."""
    before = copy(sheet)
    for column, value in values.items():
        setattr(sheet, column, value)
    names = [Beneficiary._meta.get_field(column).name for column in values]
    change_rows([before], [sheet], names, by=by, at=at, reason=reason)


def also_known(sheet):
    """Under what an absorbed sheet is still looked for: names, telephone, file number."""
    phone = sheet.phone.replace("+212", "0", 1)
    number = sheet.file_number.replace("-", "")
    words = [sheet.family_name, sheet.given_name, sheet.name_ar, phone, number, sheet.formerly]
    return " ".join(filter(None, words))


def plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def _follow_pairs(kept, absorbed):
    """Others whom the absorbed sheet may be, the kept one may be."""
    for pair in PossibleDuplicate.objects.of(absorbed).filter(status="open").order_by("pk"):
        other = pair.second_id if pair.first_id == absorbed.pk else pair.first_id
        if other != kept.pk:
            first, second = sorted((kept.pk, other))
            PossibleDuplicate.objects.get_or_create(
                first_id=first, second_id=second, defaults={"reasons": pair.reasons}
            )
    kept.refresh_from_db()
    queue_duplicates([kept])
