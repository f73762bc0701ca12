"""Power cuts, Ctrl-C and two runs at once: the database is whole, the next run goes on."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

import pytest
from engine_help import extract, make_folder, program, rows, start, whole

QUICK = 6
LONG = 50


def stored(db: Path) -> int:
    if not db.exists():
        return 0
    connection = sqlite3.connect(db)
    try:
        return int(connection.execute("SELECT count(*) FROM document").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0
    finally:
        connection.close()


def kill_group(group: int) -> None:
    """Kill a process group, as a power cut does; its leader is our own child."""
    os.killpg(group, signal.SIGKILL)


def killed_again_and_again(tmp_path: Path, rounds: int) -> None:
    """Kill runs at random moments, each time over files that changed; then let one end."""
    folder = make_folder(tmp_path / "reviews", 300)
    db = tmp_path / "t.db"
    chance = random.Random(rounds)
    started = time.monotonic()
    program("extract", folder, "--db", tmp_path / "timing.db", "--jobs", "2", "-q")
    longest = time.monotonic() - started
    cut = 0
    for number in range(rounds):
        process = start("extract", folder, "--db", db, "--jobs", str(1 + number % 2), "-q")
        # Most moments between the start of the work and its end, some before.
        time.sleep(longest * chance.uniform(0.2, 1.0))
        if process.poll() is None:
            kill_group(process.pid)
            cut += 1
        process.wait()
        if db.exists() and db.stat().st_size:
            assert whole(db), f"round {number}"
        for path in chance.sample(sorted(folder.rglob("*.txt")), 60):
            path.write_text(path.read_text("utf-8") + f"\nAddendum {number}, without a number of its own.\n", "utf-8")
    assert cut >= rounds // 3  # the moments were well chosen: this many runs really died
    last = program("extract", folder, "--db", db, "--jobs", "2", "-q")
    assert last.returncode == 0, last.stderr
    assert whole(db)
    extract(folder, tmp_path / "fresh.db")
    assert rows(db) == rows(tmp_path / "fresh.db")
    assert stored(db) == 300


def test_killed_at_random_moments(tmp_path: Path) -> None:
    killed_again_and_again(tmp_path, QUICK)


@pytest.mark.soak
def test_killed_fifty_times(tmp_path: Path) -> None:
    killed_again_and_again(tmp_path, LONG)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_an_interrupt_leaves_a_whole_database(tmp_path: Path, jobs: str, number: signal.Signals) -> None:
    folder = make_folder(tmp_path / "reviews", 2000)
    db = tmp_path / "t.db"
    process = start("extract", folder, "--db", db, "--jobs", jobs)
    while process.poll() is None and not stored(db):
        time.sleep(0.02)
    os.killpg(process.pid, number)
    assert process.wait(60) == 130
    assert whole(db)
    assert 0 < stored(db) < 2000
    connection = sqlite3.connect(db)
    assert connection.execute("SELECT status FROM runs").fetchall() == [("interrupted",)]
    connection.close()
    with pytest.raises(ProcessLookupError):  # no worker is left
        os.killpg(process.pid, 0)


def test_two_runs_at_once_end_with_one_correct_database(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "reviews", 300)
    db = tmp_path / "t.db"
    both = [start("extract", folder, "--db", db, "--jobs", "1") for _ in range(2)]
    assert [process.wait(120) for process in both] == [0, 0]
    assert whole(db)
    extract(folder, tmp_path / "fresh.db")
    assert rows(db) == rows(tmp_path / "fresh.db")
    assert not extract(folder, db).wrote


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "reviews", 2000)
    db = tmp_path / "t.db"
    process = start("extract", folder, "--db", db, "--jobs", "2")
    while process.poll() is None and not stored(db):
        time.sleep(0.02)
    process.kill()  # the parent only
    process.wait()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        pytest.fail("a worker outlived its parent")
    assert whole(db)
