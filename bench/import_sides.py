"""Our import and what is measured of either side, on rows already parsed."""

import resource
from time import perf_counter, process_time
from types import SimpleNamespace

from django.db import transaction

from bench.import_rows import HEADINGS
from beneficiaries.models import Beneficiary
from remess.registers.importing import Options, Tally, bring_in
from remess.registers.reading import Cell


def measure(side, rows):
    """{"seconds", "cpu" seconds, "memory" in MB} of storing all `rows`, then rolled back."""
    act = ours(rows) if side == "ours" else theirs(rows, is_cleaned=side == "theirs-clean")
    with transaction.atomic():
        start, worked = perf_counter(), process_time()
        act()
        seconds, worked = perf_counter() - start, process_time() - worked
        stored = Beneficiary.objects.count()
        transaction.set_rollback(True)
    if stored < len(rows) * 0.999:  # a few names of so many look alike, and are set aside
        raise RuntimeError(f"{side}: {stored} of {len(rows)} rows stored")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": worked, "memory": memory}


def ours(rows):
    """The act of importing `rows`."""
    cells = [(at, tuple(Cell(value) for value in row)) for at, row in enumerate(rows, 2)]
    register = SimpleNamespace(
        file="banc.xlsx", sheet="Registre", header_row=1, headings=HEADINGS, other_sheets=(),
        digest="a" * 64,
    )  # fmt: skip
    fields = dict(enumerate(HEADINGS))
    return lambda: bring_in(register, fields, cells, Options(), outcome=Tally())


def theirs(rows, *, is_cleaned):
    """The act of importing `rows` with django-import-export, which only this side needs."""
    from bench.import_theirs import act_of

    return act_of(rows, HEADINGS, is_cleaned=is_cleaned)
