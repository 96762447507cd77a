"""How much a register may be, and how it is refused: shared by the server and its child process."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What a file may cost; beyond any of these it is refused."""

    file_size: int = 20 * MEGABYTE
    members: int = 2_000
    unpacked: int = 400 * MEGABYTE
    ratio: int = 300  # of a part that unpacks to more than 10 MB
    rows: int = 200_000
    columns: int = 1_000
    merges: int = 20_000
    cell: int = 32_767  # characters, as in Excel
    title_rows: int = 50  # the header row is looked for no further down
    memory: int = 300 * MEGABYTE
    cpu_seconds: int = 120
    seconds: float = 300.0  # waited for the child, the time spent on its rows not counted


class Refused(Exception):
    """In the child: the file cannot be read; `code` stands in the table of sentences."""

    def __init__(self, code, **details):
        super().__init__(code)
        self.code, self.details = code, details
