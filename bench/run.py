"""`python -m bench.run --people 5000 100000 [--database sqlite|postgres|URL] [--rounds 7]`

Makes a scratch register of each size with `demo --scale`, asks each in turn for one round of every
measure (so that other work on the machine weighs on all alike) and prints the medians. In a URL
« {people} » is the size; a database that already holds people is measured as it is.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from tests.postgres_server import private_postgres

ROOT = Path(__file__).resolve().parent.parent
# measure: (what is reached, unit); the marks of the project's design, the same for every size.
MARKS = {"dashboard, unchanged": 1.3, "dashboard": 3, "list": 3, "search": 60, "as of, counts": 3}
MARKS |= {"counts on writing, bulk": 1.5, "counts on writing, one form": 1.15}
IN_MS = ("search", "as of", "bare")


def main():
    options = parse()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="remess-bench-")))
        addresses = urls(options, folder, stack)
        environments = {n: environment(url, folder) for n, url in addresses.items()}
        first = next(iter(environments.values()))
        manage(first, "collectstatic", "--no-input", "--verbosity", "0")
        for n, env in environments.items():
            start = perf_counter()
            told = manage(env, "demo", "--scale", str(n))
            print(f"{n}: {told.strip()} ({perf_counter() - start:.0f} s)", flush=True)
        children = {n: child(env, stack) for n, env in environments.items()}
        facts = {n: answer(process) for n, process in children.items()}
        rounds = {n: [] for n in children}
        for _ in range(options.rounds):
            for n, process in children.items():
                print(file=process.stdin, flush=True)
                rounds[n].append(answer(process))
    tell(facts, rounds)


def parse():
    parser = argparse.ArgumentParser(prog="python -m bench.run")
    parser.add_argument("--people", type=int, nargs="+", default=[5000, 100_000])
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--rounds", type=int, default=7)
    return parser.parse_args()


def urls(options, folder, stack):
    """{size: database URL}; those of a private PostgreSQL are made empty."""
    if options.database == "sqlite":
        return {n: f"sqlite:///{folder}/{n}.sqlite3" for n in options.people}
    if options.database != "postgres":
        return {n: options.database.replace("{people}", str(n)) for n in options.people}
    url, _version = stack.enter_context(private_postgres())
    socket = url.removeprefix("postgres://postgres@/").removesuffix("/remess")
    connection = psycopg2.connect(host=socket, user="postgres", dbname="postgres")
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    for n in options.people:
        connection.cursor().execute(f"CREATE DATABASE bench_{n}")
    connection.close()
    return {n: f"postgres://postgres@/{socket}/bench_{n}" for n in options.people}


def environment(url, folder):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REMESS_")}
    return kept | {
        "REMESS_DATABASE_URL": url,
        "REMESS_DEMO": "1",
        "REMESS_SECRET_KEY": secrets.token_urlsafe(64),
        "REMESS_STATIC_ROOT": str(folder / "static"),
        "REMESS_MEDIA_ROOT": str(folder / "media"),
    }


def manage(env, *arguments):
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(
        command, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def child(env, stack):
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.one_size"],
        env=env,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    stack.callback(process.wait)
    stack.callback(process.stdin.close)
    return process


def answer(process):
    line = process.stdout.readline()
    if not line:
        sys.exit(f"The measures ended with status {process.wait()}.")
    return json.loads(line)


def tell(facts, rounds):
    """One table: a line per measure, a column per size, growth, mark."""
    sizes = list(rounds)
    print(f"\n| measure | {' | '.join(map(str, sizes))} | growth | mark |")
    print(f"| --- |{' ---: |' * (len(sizes) + 2)}")
    for name in rounds[sizes[0]][0]:
        figures = [median(each[name] for each in rounds[n]) for n in sizes]
        unit = " ms" if name.startswith(IN_MS) else "×"
        row(
            name, [f"{f:.2f}{unit}" for f in figures], figures[-1] / figures[0], mark_of(name, unit)
        )
    for page in ("dashboard", "list"):
        for key in ("html", "gzip", "all"):
            figures = [facts[n][page][key] / 1024 for n in sizes]
            row(f"{page}, {key}", [f"{f:.1f} KB" for f in figures], figures[-1] / figures[0], "")
    for page in ("bare", "dashboard", "list"):
        figures = [facts[n]["queries"][page] for n in sizes]
        row(f"{page}, queries", figures, figures[-1] / figures[0], "")
    for name in ("rebuild_s", "verify_s"):
        figures = [facts[n][name] for n in sizes]
        row(name, [f"{f:.2f} s" for f in figures], figures[-1] / figures[0], "")
    for name in ("as_of_equals_events", "differences"):
        row(name, [facts[n][name] for n in sizes], None, "")


def row(name, figures, growth, mark):
    shown = "" if growth is None else f"{growth:.2f}×"
    print(f"| {name} | {' | '.join(map(str, figures))} | {shown} | {mark} |")


def mark_of(name, unit):
    found = [mark for start, mark in MARKS.items() if name.startswith(start)]
    return f"≤ {found[0]}{unit}" if found else ""


if __name__ == "__main__":
    main()
