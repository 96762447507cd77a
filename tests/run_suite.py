"""Runs the whole suite on SQLite, then on a PostgreSQL of its own; `make test` calls it.

Arguments go to pytest. The last two lines tell what passed on which database.
"""

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.chromium import NOT_FOUND, find_chromium
from tests.postgres_server import private_postgres

ROOT = Path(__file__).resolve().parent.parent
NOT_RUN = f"!!! THE BROWSER TESTS WERE NOT RUN: {NOT_FOUND} !!!"


@dataclass(frozen=True)
class Outcome:
    """What one run of the suite came to."""

    database: str
    passed: int
    failed: int
    exit_status: int

    def __str__(self):
        told = f"{self.database}: {self.passed} passed"
        if self.failed:
            told += f", {self.failed} failed"
        elif self.exit_status:
            told += f", but pytest ended with status {self.exit_status}"
        return told


def main(arguments):
    """Run both, print the two closing lines; the exit status."""
    # A polite kill must still stop the server: it becomes an exception.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    has_browser = find_chromium()
    if not has_browser and os.environ.get("REMESS_REQUIRE_BROWSER") == "1":
        sys.exit(NOT_RUN)
    with tempfile.TemporaryDirectory(prefix="remess-tests-") as folder:
        sqlite = run_pytest("SQLite", f"sqlite:///{folder}/remess.sqlite3", arguments)
    # The rows of a test are never committed: to the server's own upkeep its tables look empty, and
    # what it then notes of them makes every query that follows read them whole.
    with private_postgres(autovacuum="off") as (url, version):
        postgres = run_pytest(f"PostgreSQL {version}", url, arguments)
    if not has_browser:
        print(NOT_RUN)
    print(sqlite, postgres, sep="\n")
    return max(sqlite.exit_status, postgres.exit_status)


def run_pytest(database, url, arguments):
    """One run of the suite on the database at `url`, its output shown as it goes."""
    print(f"=== {database} ===", flush=True)
    with tempfile.TemporaryDirectory(prefix="remess-report-") as folder:
        report = Path(folder) / "report.xml"
        pytest = ["-m", "pytest", "-n", "2", "--dist", "loadgroup", f"--junit-xml={report}"]
        command = [sys.executable, *pytest, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment(url))
        passed, failed = count(report)
    return Outcome(database, passed, failed, done.returncode)


def environment(url):
    """This machine's environment without the settings of an installation, with the database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REMESS_")}
    return {**kept, "REMESS_DATABASE_URL": url}


def count(report):
    """(passed, failed) as pytest's own report has them; (0, 0) when it wrote none."""
    if not report.exists():
        return 0, 0
    (suite,) = ElementTree.parse(report).getroot()
    total, failures, errors, skipped = (
        int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")
    )
    return total - failures - errors - skipped, failures + errors


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
