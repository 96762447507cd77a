"""What a person decides of a row before it is stored: who it is, which of two values stands."""

from django.db import transaction
from django.utils.translation import gettext as _

from beneficiaries.models import Beneficiary
from remess.registers.models import CheckedLine, Decision, Import, ImportLine, RowStatus, SetAside
from remess.registers.wizard import StepRefused

State = Import.State
CORRECTED = "corrected_since"


def decidable(line, user):
    """Those of `line.alike` whom `user` may judge: earlier rows of the file, people they see."""
    if line.status != RowStatus.POSSIBLE_DUPLICATE:
        return []
    return judged_by(user, line.alike)


def judged_by(user, alike):
    """Those of `alike` (sheets and earlier rows, as in SetAside) whom `user` may judge."""
    sheets = [key for key in alike if isinstance(key, int)]
    seen = Beneficiary.objects.visible_to(user).filter(pk__in=sheets)
    known = set(seen.values_list("pk", flat=True)) if sheets else set()
    return [key for key in alike if key in known or isinstance(key, str)]


@transaction.atomic
def decide(line, decision, *, by, key=""):
    """Remember that the row is one of those it resembles, or another. Raises StepRefused.

    `key`: the text of one of `line.alike`; the first that `by` may judge where it is empty.
    """
    found = _chosen(decidable(line, by), decision, key)
    aside, _is_new = SetAside.objects.select_for_update(no_key=True).get_or_create(
        digest=line.digest, defaults={"resembles": line.resembles, "cells": line.cells}
    )
    aside.alike = line.alike
    aside.decide(decision, by=by, key=found)


@transaction.atomic
def decide_aside(aside, decision, *, by, key=""):
    """The same for a row of the team's list. Raises StepRefused."""
    sheets = sheets_of(aside.alike, by)
    found = _chosen(judged_by(by, aside.alike), decision, key, sheets)
    if decision == Decision.SAME:
        found = sheets[found].pk
    SetAside.objects.select_for_update(no_key=True).get(pk=aside.pk).decide(
        decision, by=by, key=found
    )


def sheets_of(alike, user):
    """{key: the sheet it stands for} of `alike`, those `user` sees; of a row, what it became."""
    rows = [key for key in alike if isinstance(key, str)]
    lines = ImportLine.objects.standing().filter(digest__in=rows).order_by("pk")
    stored = dict(lines.values_list("digest", "beneficiary"))
    pks = [stored.get(key, key) for key in alike]
    visible = Beneficiary.objects.visible_to(user).select_related("ocb")
    people = visible.in_bulk([pk for pk in pks if isinstance(pk, int)])
    return {key: people[pk] for key, pk in zip(alike, pks, strict=True) if pk in people}


def _chosen(keys, decision, key, sheets=()):
    """The one of `keys` whose text is `key`. Raises StepRefused."""
    found = next((each for each in keys if key in ("", str(each))), None)
    is_nobody = decision == Decision.SAME and isinstance(found, str) and found not in sheets
    if found is None or is_nobody or decision not in Decision.values:
        raise StepRefused(_("Cette ligne n'est pas à décider ici : voir avec REMESS."))
    return found


@transaction.atomic
def accept(line, field, *, is_accepted):
    """Let the row's value replace a newer correction, or not after all. Raises StepRefused."""
    held = CheckedLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    asked = {m["field"] for m in held.messages if m["code"] == CORRECTED}
    if field not in asked:
        raise StepRefused(_("Cette valeur n'est pas à décider."))
    kept = set(held.accepted) - {field}
    held.accepted = sorted(kept | {field}) if is_accepted else sorted(kept)
    held.save(update_fields=["accepted"])


def decided_lines(batch):
    """The possible duplicates of the import that somebody decided: they will be stored."""
    decided = SetAside.objects.exclude(decision="")
    return batch.checked_lines.filter(
        status=RowStatus.POSSIBLE_DUPLICATE, digest__in=decided.values("digest")
    )


def may_take_up(aside, user):
    """Whether `user` can have the row stored as decided, from the import that set it aside."""
    line = aside.line
    if not (aside.decision and line and line.batch.stored):
        return False
    is_stored = ImportLine.objects.standing().filter(digest=aside.digest).exists()
    ended = Import.objects.visible_to(user).filter(state__in=[State.DONE, State.STOPPED])
    return not is_stored and ended.filter(pk=line.batch_id).exists()


def to_store(batch):
    """How many rows confirming stores: new, changed, decided, or given the row's value."""
    tally = batch.tally
    accepted = batch.checked_lines.filter(status=RowStatus.UNCHANGED).exclude(accepted=[])
    return (
        tally.get(RowStatus.CREATED, 0)
        + tally.get(RowStatus.UPDATED, 0)
        + decided_lines(batch).count()
        + accepted.count()
    )
