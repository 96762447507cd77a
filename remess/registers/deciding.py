"""What a person decides of a row before it is stored: who it is, which of two values stands."""

from dataclasses import fields
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from beneficiaries.duplicates import Identity, candidates
from beneficiaries.models import Beneficiary
from remess.registers.models import CheckedLine, Decision, RowStatus, SetAside
from remess.registers.wizard import StepRefused

CORRECTED = "corrected_since"


def may_decide(line, user):
    """Whether `user` sees the person the row may be; a row like an earlier one shows nobody."""
    if line.status != RowStatus.POSSIBLE_DUPLICATE:
        return False
    if line.resembles_id is None:
        return True
    return Beneficiary.objects.visible_to(user).filter(pk=line.resembles_id).exists()


@transaction.atomic
def decide(line, decision, *, by):
    """Remember that the row is the person it resembles, or another. Raises StepRefused."""
    if not may_decide(line, by) or (decision == Decision.SAME and line.resembles_id is None):
        raise StepRefused(_("Cette ligne n'est pas à décider ici : voir avec REMESS."))
    aside, _is_new = SetAside.objects.get_or_create(
        digest=line.digest, defaults={"resembles": line.resembles, "cells": line.cells}
    )
    aside.resembles = line.resembles or aside.resembles
    aside.save(update_fields=["resembles"])
    aside.decide(decision, by=by)


def resembled(aside, user):
    """The sheet that a row set aside may be about; of a row like another row of its file, the one
    that this row opened since. None where there is none that `user` may see."""
    if aside.resembles_id:
        found = [aside.twin]
    else:
        found = [sheet for sheet, _reasons in candidates(_identity_of(aside.cells))]
    visible = Beneficiary.objects.visible_to(user).filter(pk__in=[sheet.pk for sheet in found])
    return visible.order_by("pk").first()


def _identity_of(cells):
    names = [each.name for each in fields(Identity)]
    facts = {name: cells[name] for name in names if name in cells}
    if "birth_date" in facts:
        facts["birth_date"] = date.fromisoformat(facts["birth_date"])
    return Identity(**facts)


@transaction.atomic
def decide_aside(aside, decision, *, by):
    """Decide of a row set aside by an import, from the work list. Raises StepRefused."""
    held = SetAside.objects.select_for_update().get(pk=aside.pk)
    sheet = resembled(held, by)
    if decision not in Decision.values or (decision == Decision.SAME and sheet is None):
        raise StepRefused(_("Choisir si c'est la même personne ou une autre."))
    held.resembles = held.resembles or sheet
    held.save(update_fields=["resembles"])
    held.decide(decision, by=by)


@transaction.atomic
def accept(line, field, *, is_accepted):
    """Let the row's value replace a newer correction, or not after all. Raises StepRefused."""
    held = CheckedLine.objects.select_for_update().get(pk=line.pk)
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
