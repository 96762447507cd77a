"""A kind of job for the tests: it makes regions, one a transaction, and goes on from those made."""

import sys
from pathlib import Path

from remess.jobs.registry import JobRefused, Outcome, job
from remess.programme.models import Region
from tests.factories import make_region


@job("regions")
def make_regions(job, *, progress):
    """As many regions as asked; on the first attempt it can wait, once one is stored, for a line.

    Region number n is called « Pièce n »: a piece done twice or never shows in the names.
    """
    asked = job.arguments["regions"]
    for number in range(Region.objects.count(), asked):
        make_region(code=f"T{job.attempts}N{number}", name_fr=f"Pièce {number}")
        if number == job.arguments.get("wait_after") and job.attempts == 1:
            sys.stdout.write("stored\n")
            sys.stdout.flush()
            sys.stdin.readline()
        progress(number + 1, asked)
    return Outcome(page="/parametres/regions/", result={"made": asked})


@job("refused")
def refuse(job, *, progress):
    raise JobRefused("Le fichier n'est plus là : le déposer à nouveau.")


@job("broken")
def break_down(job, *, progress):
    progress(1, 4)
    raise ZeroDivisionError("nobody foresaw this")


@job("file")
def write_file(job, *, progress):
    """A file at the path given, kept as the job's own."""
    path = job.arguments["path"]
    with open(path, "w") as file:
        file.write(f"attempt {job.attempts}")
    return Outcome(file=Path(path), file_name="liste.csv")
