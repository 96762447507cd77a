"""The kinds of jobs: an app writes its function in its own jobs.py, under @job("kind").

    @job("import_register")
    def import_register(job, *, progress):
        for batch in batches_not_done_yet(job.arguments["batch"]):
            store(batch)  # one transaction, which also marks its lines as done
            progress(batch.last_row, rows)
        return Outcome(page=reverse("registers:result", args=[...]))

Such a function is *resumable*: after a stop of the server it is called again, with the same job,
and must go on from what it stored, without losing or doubling anything. So each piece of work is
one transaction that also notes that it is done, read again under a lock by whoever goes on; and
`progress(done, total)` is called between pieces, outside their transactions: there it may raise
JobInterrupted, which the function lets pass. An export just writes its file anew.

What it reads, it reads for `job.asked_by` (visible_to). What the person must be told when it
cannot be done is raised as JobRefused, one sentence.
"""

from dataclasses import dataclass, field
from pathlib import Path

_functions = {}
_daily = []


class JobRefused(Exception):
    """The job cannot be done; its text is the sentence to show to who asked.

    `page`: the address where there is more to read or another way on.
    """

    def __init__(self, sentence, page=""):
        super().__init__(sentence)
        self.page = page


class JobInterrupted(Exception):
    """The worker is stopping, or another took the job over: the function must let it pass."""


@dataclass(frozen=True)
class Outcome:
    """What a job came to: the address of a page, or a file to download, or figures only."""

    page: str = ""
    file: Path | None = None  # moved into the documents' folder
    file_name: str = ""  # as whoever downloads it will see it
    result: dict = field(default_factory=dict)


def job(kind):
    """Register the decorated function as the one that does the jobs of this kind."""

    def register(function):
        if _functions.setdefault(kind, function) is not function:
            raise ValueError(f"Two functions for the jobs « {kind} ».")
        return function

    return register


def function_of(kind):
    """The function that does the jobs of this kind. Raises LookupError for an unknown one."""
    return _functions[kind]


def daily(function):
    """Have the worker call `function(day)` once a day: it asks for a job where one is needed.

    Several workers may call it on the same day: the job's key names the day.
    """
    _daily.append(function)
    return function


def ask_daily(day):
    """Call what is to be asked every day."""
    for function in _daily:
        function(day)
