"""Our import beside django-import-export's bulk mode on the same parsed rows.

pip install --target DIR --group bench
PYTHONPATH=DIR python -m bench.import_rows --rows 5000 [--database sqlite|URL] [--rounds 3]

A URL names a scratch database. Ours: rows checked, matched with the register and among themselves,
stored with passages, counts and lines. Theirs: sheets alone, looked up by CIN; « clean » with the
model's validation too. Each in a process of its own, rolled back; the sides take turns.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from bench.run import ROOT, environment, manage

SIDES = ("ours", "theirs", "theirs-clean")
HEADINGS = (
    "family_name", "given_name", "sex", "birth_date", "cin", "phone", "sector", "ocb",
    "identified_on", "consent", "selected_on", "trained_on",
)  # fmt: skip
SYLLABLES = ("ba", "ri", "ou", "ka", "me", "no", "za", "hi", "ta", "lou", "si", "dar")


def rows_of(size):
    """`size` good rows about as many people, half of them selected, a third trained."""
    for number in range(size):
        on = date(2015, 1, 5) + timedelta(days=number % 300)
        later = [on + timedelta(days=40), on + timedelta(days=90)]
        yield (
            name_of(number), "Amal" if number % 2 else "Youssef", "F" if number % 2 else "M",
            day(date(1990, 1, 1) + timedelta(days=number % 2000)), f"UA{number:06d}",
            f"06{number:08d}", "agriculture", f"OCB-{number % 22 + 1:02d}", day(on), "oui",
            day(later[0]) if number % 2 else None, day(later[1]) if number % 6 == 1 else None,
        )  # fmt: skip


def name_of(number):
    """A name of its own for every number, in four syllables or more."""
    word = ""
    for _ in range(5):
        number, at = divmod(number, len(SYLLABLES))
        word += SYLLABLES[at]
    return word.capitalize()


def day(value):
    return f"{value:%d/%m/%Y}"


def main():
    options = parse()
    if options.side:
        print(json.dumps(one_side(options.side, options.rows)))
        return
    with tempfile.TemporaryDirectory(prefix="remess-bench-") as folder:
        url = options.database
        if url == "sqlite":
            url = f"sqlite:///{folder}/import.sqlite3"
        env = environment(url, Path(folder))
        manage(env, "demo", "--without-people")
        found = {side: [] for side in SIDES[: 1 if options.only_ours else 3]}
        for _ in range(options.rounds):
            for side, told in found.items():
                told.append(child(env, side, options.rows))
    ours = median(told["seconds"] for told in found["ours"])
    print(f"| {options.rows} rows | seconds | of processor | rows/s | to ours | peak memory |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for side, told in found.items():
        seconds, cpu, memory = (
            median(each[key] for each in told) for key in ("seconds", "cpu", "memory")
        )
        pace, ratio = options.rows / seconds, seconds / ours
        figures = f"{seconds:.1f} | {cpu:.1f} | {pace:.0f} | {ratio:.2f}× | {memory:.0f} MB"
        print(f"| {side} | {figures} |")


def parse():
    parser = argparse.ArgumentParser(prog="python -m bench.import_rows")
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-ours", action="store_true")
    parser.add_argument("--side", choices=SIDES)
    return parser.parse_args()


def child(env, side, rows):
    command = [sys.executable, "-m", "bench.import_rows", "--side", side, "--rows", str(rows)]
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def one_side(side, size):
    """In the child: seconds and peak memory of one import, rolled back."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remess.settings")
    django.setup()
    from bench.import_sides import measure

    return measure(side, list(rows_of(size)))


if __name__ == "__main__":
    main()
