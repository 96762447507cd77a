"""The process a register is parsed in: `python -m remess.registers.reading.child`.

Asked in one line of JSON on its input, it reads the file descriptor it inherited and answers in
lines of JSON: `header` (with the first rows), `register` once it has gone through it all, and,
unless only looking, `rows`. It sets its own limits first; whatever it dies of, the server only
notices the end.
"""

import json
import os
import resource
import sys

from remess.registers.reading import archive, delimited, workbook
from remess.registers.reading.header import answer_columns
from remess.registers.reading.limits import Limits, Refused

READERS = {"xlsx": workbook.read, "csv": delimited.read}
BATCH_ROWS, BATCH_CHARACTERS = 200, 200_000
ABOUT = ("sheet", "header_row", "headings", "other_sheets")
SHOWN = 5  # rows told with the header


def main():
    request = json.loads(sys.stdin.readline())
    limits = Limits(**request["limits"])
    set_limits(limits)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever prints by mistake does not speak for us
    try:
        with os.fdopen(request["file"], "rb") as file:
            answer_with(answer, file, request, limits)
    except Refused as refusal:
        say(answer, {"refused": refusal.code, "details": refusal.details})
    except MemoryError:
        say(answer, {"refused": "too_heavy", "details": {}})


def set_limits(limits):
    """Memory, processor, no core dump, nothing written to any file."""
    for what, value in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(what, (value, value + 1 if what == resource.RLIMIT_CPU else value))


def answer_with(answer, file, request, limits):
    kind = archive.kind_of(file, request["name"])
    found = READERS[kind](file, request, limits)
    about = {name: getattr(found, name) for name in ABOUT} | {"kind": kind}
    if request["looks"]:
        first = found.first()
        answers = answer_columns(found.headings, first)
        say(answer, {"header": {**about, "answers": answers}, "first": first[:SHOWN]})
    last_row, answers, rows = found.whole()
    say(answer, {"register": {**about, "answers": answers, "last_row": last_row}})
    if not request["looks"]:
        say_rows(answer, rows)
    say(answer, {"end": True})


def say_rows(answer, rows):
    batch, characters = [], 0
    for row in rows:
        batch.append(row)
        characters += sum(len(content) for content in row[1] if isinstance(content, str))
        if len(batch) >= BATCH_ROWS or characters > BATCH_CHARACTERS:
            say(answer, {"rows": batch})
            batch, characters = [], 0
    say(answer, {"rows": batch})


def say(answer, message):
    answer.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n")
    answer.flush()


if __name__ == "__main__":
    main()
