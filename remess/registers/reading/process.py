"""The server's side: start the child, take its answers as needed, never leave it behind."""

import json
import logging
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from remess.registers.reading.refusals import FileRefused

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-W", "ignore", "-X", "utf8", "-m", "remess.registers.reading.child"]
# No secret of the server's reaches the process that meets the file.
INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
BLOCK = 1 << 16
LONGEST_ANSWER = 1 << 26
logger = logging.getLogger(__name__)


@dataclass
class Patience:
    """How many seconds the child is still waited for; the time between its answers not counted."""

    seconds: float


@contextmanager
def child_reading(file, request, limits, patience):
    """Give the child's answers (dicts) as an iterator; on leaving, the child is gone."""
    asked = {**request, "file": file.fileno(), "limits": asdict(limits)}
    child = subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env={name: os.environ[name] for name in INHERITED if name in os.environ},
        pass_fds=(file.fileno(),),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    try:
        child.stdin.write(json.dumps(asked).encode() + b"\n")
        yield _answers(child, patience)
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout, child.stderr):
            pipe.close()


def _answers(child, patience):
    """The child's answers, one a line, until its last; FileRefused for whatever ends it before."""
    for line in _lines(child, patience):
        answer = json.loads(line)
        if "refused" in answer:
            raise FileRefused(answer["refused"], **answer["details"])
        if "end" in answer:
            return
        yield answer
    raise FileRefused(_cause_of_death(child))


def _lines(child, patience):
    """Whole lines of the child's output; only the time spent waiting counts against `patience`."""
    pending = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            begun = time.monotonic()
            if not selector.select(max(patience.seconds, 0)):
                raise FileRefused("too_slow")
            block = os.read(child.stdout.fileno(), BLOCK)
            patience.seconds -= time.monotonic() - begun
            if not block:
                return
            lines = []
            if b"\n" in block:
                *lines, rest = (bytes(pending) + block).split(b"\n")
                pending = bytearray(rest)
            else:
                pending += block
            if len(pending) > LONGEST_ANSWER:
                raise FileRefused("too_heavy")
            yield from lines


def _cause_of_death(child):
    """The refusal for a child that ended without its last answer; what killed it is logged."""
    complaint = child.stderr.read(BLOCK).decode(errors="replace")
    status = child.wait()
    places = re.findall(r'File "[^"]*/([^/"]+)", line (\d+)', complaint)
    fault = complaint.strip().rpartition("\n")[2].partition(":")[0]
    logger.warning("Reading a register ended with %s: %s at %s", status, fault, places[-1:])
    if status == -signal.SIGXCPU:
        return "too_slow"
    return "too_heavy" if "MemoryError" in fault or status == -signal.SIGKILL else "damaged"
