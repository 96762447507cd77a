"""What the history of fields costs in bulk: `python bench/history_cost.py [people]`.

Two figures on the database of REMESS_DATABASE_URL, everything rolled back: opening files and
recording their identification with the history's code against the same without it, and changing
them all (as an import or a reassignment does) against Django's bulk_update alone.
"""

import os
import sys
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remess.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from beneficiaries.funnel import Evidence, EvidenceKind, Stage  # noqa: E402
from beneficiaries.models import Beneficiary  # noqa: E402
from beneficiaries.transitions import Entry, change_rows, open_files, record_many  # noqa: E402
from ocbs.models import OCB  # noqa: E402
from remess.accounts.models import User  # noqa: E402

DAY = date(2015, 3, 1)
ROUNDS = 3
TYPED = {"Couture": ("5", "crafts"), "Poterie": ("6", "food"), "Tissage": ("7", "trade")}
FIELDS = ["phone", "project", "sector"]
DERIVED = ["search_text", "updated_at"]


def sheets(n, ocb, by):
    return [
        Beneficiary(
            family_name=f"Essai {k}", given_name="Amal", sex="female", birth_date=date(1993, 5, 17),
            sheet_on=DAY, ocb=ocb, consent_notice="1", consent_on=DAY, consent_by=by,
        )
        for k in range(n)
    ]  # fmt: skip


def open_many(n, ocb, by):
    people = open_files(sheets(n, ocb, by))
    evidence = Evidence(EvidenceKind.IMPORT, "registre.xlsx", DAY)
    return people, record_many([Entry(p, Stage.IDENTIFIED, DAY, evidence) for p in people], by=by)


def timed(act):
    start = perf_counter()
    done = act()
    return perf_counter() - start, done


def stored(people):
    return list(Beneficiary.objects.filter(pk__in=[p.pk for p in people]).order_by("pk"))


def retyped(people, word):
    """The rows as locked, and as somebody retyped them."""
    before, after = stored(people), stored(people)
    digit, sector = TYPED[word]
    for k, row in enumerate(after):
        row.phone, row.project, row.sector = f"+212{digit}{k:08d}", f"{word} {k}", sector
    return before, after


def write_bare(rows):
    """The same columns without history: what the derived text needs is worked out too."""
    derived = [Beneficiary._meta.get_field(name) for name in DERIVED]
    for row in rows:
        row.version += 1
        for field in derived:
            field.pre_save(row, add=False)
    Beneficiary.objects.bulk_update(rows, [*FIELDS, *DERIVED, "version"], batch_size=500)


def measure(n, ocb, by):
    """Seconds: opened; a row each at opening; changed bare; first change; later change."""
    opened, (people, _result) = timed(lambda: open_many(n, ocb, by))
    assert not Beneficiary.history.filter(id__in=[p.pk for p in people]).exists()
    rows = stored(people)
    with transaction.atomic():
        refused, _ = timed(
            lambda: Beneficiary.history.bulk_history_create(
                rows, batch_size=500, default_user=by, default_change_reason=""
            )
        )
        transaction.set_rollback(True)
    _before, after = retyped(people, "Couture")
    bare, _ = timed(lambda: write_bare(after))
    changes = []
    for word in ("Poterie", "Tissage"):
        before, after = retyped(people, word)
        at = timezone.now()
        with_history, _ = timed(
            lambda b=before, a=after, at=at: change_rows(b, a, FIELDS, by=by, at=at)
        )
        changes.append(with_history)
    return opened, refused, bare, *changes


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    ocb, by = OCB.objects.select_related("region").first(), User.objects.first()
    figures = []
    for _ in range(ROUNDS):
        with transaction.atomic():
            figures.append(measure(n, ocb, by))
            transaction.set_rollback(True)
    opened, refused, bare, first, again = (median(column) for column in zip(*figures, strict=True))
    print(f"{connection.vendor}, {n} people, median of {ROUNDS}")
    print(f"opened and identified: {opened:.3f} s, no row of history (ratio 1.00)")
    print(f"  a row each at opening would add {refused:.3f} s: ratio {1 + refused / opened:.2f}")
    print(f"changed in bulk, no history: {bare:.3f} s")
    print(f"  first change, two rows each: {first:.3f} s, ratio {first / bare:.2f}")
    print(f"  later change, one row each: {again:.3f} s, ratio {again / bare:.2f}")


if __name__ == "__main__":
    main()
