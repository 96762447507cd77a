"""Reading registers: any file in, one kind of rows out, or one sentence saying why not.

The file is parsed in a child process with limits on memory and time; rows come as they are read.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from remess.registers.headings import recognise
from remess.registers.reading.cells import Cell, unpack
from remess.registers.reading.limits import MEGABYTE, Limits
from remess.registers.reading.process import Patience, child_reading
from remess.registers.reading.refusals import FileRefused

__all__ = ["Cell", "FileRefused", "Limits", "Register", "Row", "look_at", "open_register"]

Row = tuple[int, tuple[Cell, ...]]


@dataclass(frozen=True)
class Register:
    """What was found in a file. `columns`: column index → field, as the headings say.

    `sheet` is '' for a CSV file; `digest` is the SHA-256 of the file in hexadecimal.
    `answer_columns`: those holding only the 0 and 1 of a question with several answers.
    `last_row`: the number of the last filled row, None where only the top was looked at.
    """

    file: str
    sheet: str
    header_row: int
    headings: tuple[str, ...]
    other_sheets: tuple[str, ...]
    kind: str
    digest: str
    columns: Mapping[int, str]
    answer_columns: tuple[int, ...]
    last_row: int | None


@contextmanager
def open_register(
    path,
    *,
    file_name: str | None = None,
    mapping: Mapping[str, str] | None = None,
    header_row: int | None = None,
    limits: Limits | None = None,
):
    """Give (Register, iterator of (row number, cells)); raises FileRefused, also while iterating.

    `file_name`: what the user called it (else the path's name); `mapping`: heading → field as
    confirmed by hand, '' to leave a column alone; `header_row`: where it stands, if not found.
    A row has at least as many cells as there are headings, more where it holds more; blank rows
    come as empty ones, up to the last filled row.
    """
    limits = limits or Limits(file_size=settings.REGISTER_MAX_MEGABYTES * MEGABYTE)
    name = file_name or Path(path).name
    mapping = dict(mapping or {})
    request = {"name": name, "mapping": mapping, "header_row": header_row, "looks": False}
    patience = Patience(limits.seconds)
    with (
        _opened(path, limits) as (file, digest),
        child_reading(file, request, limits, patience) as answers,
    ):
        register = _register(next(answers)["register"], name, digest, mapping)
        yield register, _rows(answers)


def look_at(path, *, file_name: str, limits: Limits, patience: float):
    """(Register, the cells of its first rows), for somebody who waits; raises FileRefused.

    The headings are waited for as `limits` say; what is wrong further down is only found where the
    whole is gone through within `patience` seconds. Else `last_row` is None.
    """
    request = {"name": file_name, "mapping": {}, "header_row": None, "looks": True}
    left = Patience(limits.seconds)
    with (
        _opened(path, limits) as (file, digest),
        child_reading(file, request, limits, left) as answers,
    ):
        found = next(answers)
        left.seconds -= limits.seconds - patience
        last_row = _last_row(answers) if left.seconds > 0 else None
    register = _register(found["header"] | {"last_row": last_row}, file_name, digest, {})
    return register, [[unpack(cell, False) for cell in cells] for cells in found["first"]]


def _last_row(answers):
    try:
        return next(answers)["register"]["last_row"]
    except FileRefused as refusal:
        if refusal.code != "too_slow":
            raise
        return None


@contextmanager
def _opened(path, limits):
    """The file, at its start, and its digest."""
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_size > limits.file_size:
            raise FileRefused("too_big", limit=limits.file_size // MEGABYTE)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        yield file, digest


def _register(found, name, digest, mapping):
    answers = tuple(found["answers"])
    return Register(
        file=name,
        sheet=found["sheet"],
        header_row=found["header_row"],
        headings=tuple(found["headings"]),
        other_sheets=tuple(found["other_sheets"]),
        kind=found["kind"],
        digest=digest,
        columns=recognise(found["headings"], mapping, answers),
        answer_columns=answers,
        last_row=found["last_row"],
    )


def _rows(answers) -> Iterator[Row]:
    for answer in answers:
        for number, contents, merged in answer["rows"]:
            if merged:
                covered = set(merged)
                cells = [unpack(content, i in covered) for i, content in enumerate(contents)]
            else:
                cells = [unpack(content, False) for content in contents]
            yield number, tuple(cells)
