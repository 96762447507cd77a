"""A zoo of malformed files: each gives rows or one French sentence, and leaves nothing behind."""

import json
import subprocess
import sys
import tracemalloc

import pytest

from remess.registers.reading import FileRefused, Limits, open_register
from remess.registers.reading import process as reading_process
from remess.registers.reading.limits import MEGABYTE
from remess.registers.reading.process import ROOT
from remess.registers.reading.refusals import SENTENCES
from tests.registers import zoo

THROUGH_A_FILE = """
import json, resource
from remess.registers.reading.child import set_limits
from remess.registers.reading.limits import Limits
set_limits(Limits())
names = ("AS", "CPU", "CORE", "FSIZE")
print(json.dumps({name: resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names}))
"""


def outcome_of(path, name):
    """The code of the refusal, or how many rows there are; every refusal speaks one sentence."""
    try:
        with open_register(path, file_name=name) as (_register, rows):
            return sum(1 for _row in rows)
    except FileRefused as refusal:
        sentence = str(refusal)
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "\n" not in sentence
        return refusal.code


def refusal_of(path, limits):
    """The code a file is refused with under these limits, while it is opened or read."""
    with (
        pytest.raises(FileRefused) as refusal,
        open_register(path, limits=limits) as (_register, rows),
    ):
        list(rows)
    return refusal.value.code


@pytest.mark.slow
@pytest.mark.parametrize("animal", zoo.ZOO)
def test_every_animal_of_the_zoo_is_read_or_refused(animal, tmp_path):
    content, name, outcome = zoo.ZOO[animal]
    path = tmp_path / "received"
    path.write_bytes(content() if callable(content) else content)
    assert outcome_of(path, name) == outcome


def test_the_zoo_is_large_and_meets_every_refusal_a_file_alone_can_meet():
    met = {outcome for _content, _name, outcome in zoo.ZOO.values() if isinstance(outcome, str)}
    assert len(zoo.ZOO) >= 60
    assert set(SENTENCES) - met == {"gone", "too_big", "too_heavy", "too_slow"}


def test_the_child_limits_its_memory_time_and_files():
    code = THROUGH_A_FILE
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    limits = json.loads(run.stdout)
    assert limits["AS"] == [Limits().memory, Limits().memory] == [300 * MEGABYTE] * 2
    assert limits["CPU"][0] == Limits().cpu_seconds
    assert limits["CORE"] == limits["FSIZE"] == [0, 0]


def test_a_file_that_wants_more_memory_is_refused(tmp_path):
    many = "".join(f"<si><t>{number:0200}</t></si>" for number in range(120_000))
    path = tmp_path / "a.xlsx"
    path.write_bytes(zoo.book(strings=f'<sst xmlns="{zoo.MAIN}">{many}</sst>'))
    limits = Limits(memory=64 * MEGABYTE, ratio=10_000)
    assert refusal_of(path, limits) == "too_heavy"


def test_a_file_that_takes_too_long_is_refused_and_its_child_is_gone(tmp_path, children):
    path = tmp_path / "a.xlsx"
    path.write_bytes(zoo.book())
    assert refusal_of(path, Limits(seconds=0)) == "too_slow"
    assert children[0].returncode == -9


def test_a_file_that_computes_too_long_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(zoo.csv_of(*[zoo.PERSON] * 400_000))
    assert refusal_of(path, Limits(cpu_seconds=1, rows=1_000_000)) == "too_slow"


@pytest.fixture
def children(monkeypatch):
    """The child processes started during a test, noted as they start."""
    started = []

    class Noted(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(reading_process.subprocess, "Popen", Noted)
    return started


def test_a_reader_who_stops_early_leaves_no_process_behind(tmp_path, children):
    path = tmp_path / "a.csv"
    path.write_text(zoo.csv_of(*[zoo.PERSON] * 50_000))
    with open_register(path) as (_register, rows):
        next(rows)
        assert children[0].poll() is None
    assert children[0].returncode == -9


def test_a_reader_who_fails_leaves_no_process_behind(tmp_path, children):
    path = tmp_path / "a.csv"
    path.write_text(zoo.csv_of(*[zoo.PERSON] * 50_000))
    with pytest.raises(ZeroDivisionError), open_register(path):
        1 / 0  # noqa: B018
    assert children[0].returncode == -9


def test_the_server_holds_a_few_rows_at_a_time_and_the_child_waits(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(zoo.csv_of(*[zoo.PERSON] * 60_000))
    tracemalloc.start()
    try:
        with open_register(path) as (_register, rows):
            assert sum(1 for _row in rows) == 60_000
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * MEGABYTE


def test_the_child_inherits_no_secret(tmp_path, children, monkeypatch):
    monkeypatch.setenv("REMESS_SECRET_KEY", "not for the child")
    path = tmp_path / "a.csv"
    path.write_text(zoo.csv_of(*[zoo.PERSON] * 50_000))
    with open_register(path) as (_register, rows):
        next(rows)
        with open(f"/proc/{children[0].pid}/environ", "rb") as environment:
            assert b"REMESS" not in environment.read()


def test_a_file_over_the_limit_is_refused_unread(tmp_path, settings, children):
    settings.REGISTER_MAX_MEGABYTES = 0
    path = tmp_path / "a.csv"
    path.write_text(zoo.csv_of(zoo.PERSON))
    with pytest.raises(FileRefused, match="dépasse 0 Mo"), open_register(path):
        pass
    assert children == []


def test_the_limits_leave_room_for_a_register_of_a_hundred_thousand_rows():
    assert Limits().rows >= 100_000
    assert Limits().memory <= 300 * MEGABYTE
