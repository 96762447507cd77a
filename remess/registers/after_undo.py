"""What taking an import back came to: how many lines, which stayed and why, who each was."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import ngettext_lazy

from beneficiaries.models import Beneficiary
from remess.registers.models import RowStatus

WRITTEN = (RowStatus.CREATED, RowStatus.UPDATED)
# What so many lines (n) of each kind are called together: address → label, its lines.
TALLY = {
    "retirees": (
        ngettext_lazy("fiche retirée", "fiches retirées", "n"),
        {"status": RowStatus.CREATED, "undone_at__isnull": False},
    ),
    "remises": (
        ngettext_lazy("fiche remise comme avant", "fiches remises comme avant", "n"),
        {"status": RowStatus.UPDATED, "undone_at__isnull": False},
    ),
    "gardees": (
        ngettext_lazy("ligne gardée", "lignes gardées", "n"),
        {"status__in": WRITTEN, "undone_at__isnull": True},
    ),
    "sans-effet": (
        ngettext_lazy("ligne qui n'avait rien changé", "lignes qui n'avaient rien changé", "n"),
        {"status__in": [status for status in RowStatus if status not in WRITTEN]},
    ),
}


@dataclass(frozen=True)
class Undone:
    """`tally`: (address, label, n) adding up to the lines read; `reasons`: (sentence, n)."""

    taken_back: int
    kept: int
    tally: list
    reasons: list


def undone(batch):
    """What became of the lines of an import taken back."""
    lines = batch.lines.all()
    counts = {code: lines.filter(**condition).count() for code, (_l, condition) in TALLY.items()}
    tally = [(code, TALLY[code][0] % {"n": n}, n) for code, n in counts.items()]
    kept = lines.filter(**TALLY["gardees"][1]).values_list("kept_because")
    reasons = kept.annotate(n=Count("pk")).order_by("-n", "kept_because")
    taken_back = counts["retirees"] + counts["remises"]
    return Undone(taken_back, counts["gardees"], tally, list(reasons))


def name_withdrawn(shown, user):
    """Say who the withdrawn sheets of these lines were, to whoever saw them; they have no page."""
    missing = {one.line.beneficiary_id for one in shown if not one.person} - {None}
    known = Beneficiary.objects.known_to(user).filter(pk__in=missing, withdrawn_at__isnull=False)
    people = known.in_bulk()
    for one in shown:
        if person := people.get(one.line.beneficiary_id):
            one.who = f"{person} · {person.file_number}"
    return shown
