"""Pairs of sheets that may be one person: put on the team's list, and what was decided of them."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.duplicates import KEYS, matches_of
from beneficiaries.models import Beneficiary, PossibleDuplicate, Reason
from beneficiaries.transitions.parts import TransitionRefused

CHUNK = 500
OPEN, DISTINCT = PossibleDuplicate.Status.OPEN, PossibleDuplicate.Status.DISTINCT


def queue_duplicates(people, *, by=None):
    """Put what these stored sheets may duplicate on the list; a pair known already stays as it is.

    One query and one insert per 500 sheets, matches among them included.
    """
    people = list(people)
    pairs = {}
    for person, matches in zip(people, matches_of(people), strict=True):
        for other, reasons in matches:
            pairs[tuple(sorted((person.pk, other.pk)))] = reasons
    PossibleDuplicate.objects.bulk_create(
        [_pair(key, reasons, by) for key, reasons in sorted(pairs.items())],
        batch_size=500,
        ignore_conflicts=True,
    )


def refresh_keys(pks):
    """Derive anew by what the sheets `pks` are found, then queue what they may duplicate."""
    chunks = [pks[at : at + CHUNK] for at in range(0, len(pks), CHUNK)]
    for chunk in chunks:
        rows = Beneficiary.objects.select_for_update(no_key=True).filter(pk__in=chunk)
        sheets = list(rows.order_by("pk"))
        for sheet in sheets:
            for column, derive in KEYS.items():
                setattr(sheet, column, derive(sheet))
        derived = Beneficiary.objects.all()
        derived.bulk_update(sheets, list(KEYS), batch_size=CHUNK)
    for chunk in chunks:
        queue_duplicates(Beneficiary.objects.standing().filter(pk__in=chunk).order_by("pk"))


@transaction.atomic
def report_duplicate(one, other, *, by):
    """Put two sheets that somebody holds for one person on the list; one set apart is opened anew.

    Raises TransitionRefused for one sheet twice or an absorbed one.
    """
    if one.pk == other.pk:
        raise TransitionRefused(_("C'est la même fiche : donner le numéro de l'autre."))
    if one.merged_into_id or other.merged_into_id:
        raise TransitionRefused(_("Une de ces fiches est déjà fusionnée."))
    first, second = sorted((one.pk, other.pk))
    pair, _is_new = PossibleDuplicate.objects.select_for_update(no_key=True).get_or_create(
        first_id=first,
        second_id=second,
        defaults={"reasons": Reason.REPORTED, "found_by": by},
    )
    return pair if pair.is_open else _decide(pair, OPEN, by=None, note="")


@transaction.atomic
def set_apart(pair, *, by, note=""):
    """Remember that these are two persons: the pair leaves the list for good."""
    locked = PossibleDuplicate.objects.select_for_update(no_key=True).get(pk=pair.pk)
    if not locked.is_open:
        raise TransitionRefused(_("Cette paire est déjà décidée."))
    if locked.first.merged_into_id or locked.second.merged_into_id:
        raise TransitionRefused(_("Une de ces fiches est déjà fusionnée."))
    return _decide(locked, DISTINCT, by=by, note=note)


@transaction.atomic
def open_again(pair):
    """Take back that these are two persons."""
    locked = PossibleDuplicate.objects.select_for_update(no_key=True).get(pk=pair.pk)
    if locked.is_open:
        raise TransitionRefused(_("Cette paire est déjà à examiner."))
    return _decide(locked, OPEN, by=None, note="")


def _decide(pair, status, *, by, note):
    pair.status, pair.decided_by, pair.note = status, by, note
    pair.decided_at = timezone.now() if by else None
    pair.save(update_fields=["status", "decided_by", "note", "decided_at"])
    return pair


def _pair(key, reasons, by):
    return PossibleDuplicate(
        first_id=key[0], second_id=key[1], reasons=",".join(reasons), found_by=by
    )
