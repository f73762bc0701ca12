"""Documents of made-up trials, and the program as a process of its own."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trialext.engine.run import RunResult, run

SRC = str(Path(__file__).parents[2] / "src")
ENVIRONMENT = {**os.environ, "PYTHONPATH": SRC, "PYTHONDONTWRITEBYTECODE": "1"}
COMMAND = (sys.executable, "-m", "trialext")

_DRUGS = [
    ("pembrolizumab", "帕博利珠单抗"),
    ("osimertinib", "奥希替尼"),
    ("docetaxel", "多西他赛"),
    ("olaparib", "奥拉帕利"),
]


def made_up_text(number: int) -> str:
    """Return a review of trials that never were: the same number, the same text."""
    chance = random.Random(number)
    (a, a_zh), (b, b_zh) = chance.sample(_DRUGS, 2)
    hr = chance.randint(40, 95) / 100
    low, high = round(hr * 0.75, 2), round(hr * 1.3, 2)
    one, two = chance.randint(60, 140) / 10, chance.randint(30, 59) / 10
    if number % 2:
        return (
            f"综述第{number}篇（内容纯属虚构）\n\nIMAGINE-{number}研究比较了{a_zh}与{b_zh}。{a_zh}组的中位PFS为{one}个月，"
            f"{b_zh}组为{two}个月（HR={hr}，95%CI {low}-{high}，P=0.0{chance.randint(10, 49)}）。"
            f"客观缓解率分别为{chance.randint(30, 60)}.5%和{chance.randint(10, 29)}.5%。\n"
        )
    return (
        f"Review {number} (all of it made up)\n\nThe IMAGINE-{number} trial compared {a} with {b}. Median overall survival was "
        f"{one} months with {a} and {two} months with {b} (hazard ratio {hr}, 95% CI {low} to {high}; "
        f"p=0.0{chance.randint(10, 49)}). Grade 3 or higher adverse events occurred in {chance.randint(20, 60)}% of patients.\n"
    )


def make_folder(folder: Path, count: int) -> Path:
    """Write `count` reviews into sub-folders of `folder`."""
    for number in range(count):
        part = folder / f"part{number % 7}"
        part.mkdir(parents=True, exist_ok=True)
        (part / f"review{number:03}.txt").write_text(made_up_text(number), "utf-8")
    return folder


class Quiet:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.failures: list[Any] = []
        self.said_: list[str] = []

    def planned(self, files: int, size: int) -> None: ...

    def advanced(self, size: int, documents: int, chars: int) -> None: ...

    def failed(self, failure: Any) -> None:
        self.failures.append(failure)

    def said(self, message: str) -> None:
        self.said_.append(message)


def extract(path: Path | Sequence[str], db: Path, **options: Any) -> RunResult:
    """Run in this process, one worker unless said otherwise."""
    paths = [str(path)] if isinstance(path, Path) else list(path)
    return run(paths, str(db), observer=options.pop("observer", Quiet()), **({"jobs": 1} | options))


def program(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own."""
    options = {"env": ENVIRONMENT, "capture_output": True, "text": True, "encoding": "utf-8", "timeout": 120} | options
    return subprocess.run([*COMMAND, *map(str, arguments)], **options)


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """Start the program as the head of a process group of its own."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


VIEWS = ("documents", "evidence", "trial_reports", "document_drugs", "unexplained", "findings", "mentions", "numbers")
_INTERNAL = {"document_id", "key"}


def rows(db: Path, *, keys: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all views, sorted; with `keys` also their place in the tables, unsorted."""
    connection = sqlite3.connect(db)
    found = {}
    for view in VIEWS:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({view})")]
        wanted = ", ".join(c for c in columns if keys or c not in _INTERNAL)
        values = connection.execute(f"SELECT {wanted} FROM {view}").fetchall()
        found[view] = values if keys else sorted(values, key=repr)
    connection.close()
    return found


def whole(db: Path) -> bool:
    """Return whether the database is whole, and every document in it as well."""
    connection = sqlite3.connect(db)
    try:
        good = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        good = good and connection.execute("PRAGMA foreign_key_check").fetchall() == []
        twice = "SELECT count(*) - count(DISTINCT name) FROM document"
        good = good and connection.execute(twice).fetchone() == (0,)
        lone = "SELECT count(*) FROM document d LEFT JOIN layer l ON l.document_id = d.id WHERE l.document_id IS NULL"
        return good and connection.execute(lone).fetchone() == (0,)
    finally:
        connection.close()
