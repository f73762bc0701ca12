"""Workers that die, hang or meet errors, with real processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from engine_help import extract, made_up_text, rows

from trialext import pipeline
from trialext.engine import run as engine_run
from trialext.engine.work import DocumentTimeout, time_limit
from trialext.model import Document, Report
from trialext.patterns import Patterns

original = pipeline.extract


def sabotaged(document: Document, patterns: Patterns) -> Report:
    """Do what the text asks for, in the process that reads it."""
    where = Path(os.environ.get("SABOTAGE", "/nonexistent"))
    text = document.text
    if "kill once" in text and not where.exists():
        where.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if "kill always" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hang softly" in text:
        while True:
            time.sleep(0.01)
    if "hang hard" in text:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(60)
    if "raise" in text:
        raise RuntimeError("made up")
    return original(document, patterns)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pipeline, "extract", sabotaged)
    monkeypatch.setenv("SABOTAGE", str(tmp_path / "happened"))
    monkeypatch.setattr(engine_run, "UNIT_BYTES", 4000)
    monkeypatch.setattr(engine_run, "POOL_FROM", 4000)
    monkeypatch.setattr("trialext.engine.pool.GRACE", 0.5)
    made = tmp_path / "reviews"
    made.mkdir()
    for number in range(40):
        (made / f"{number:02}.txt").write_text(made_up_text(number), "utf-8")
    return made


def without_trouble(folder: Path, tmp_path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of the folder as one process reads them."""
    extract(folder, tmp_path / "calm.db")
    return rows(tmp_path / "calm.db", keys=True)


def test_the_documents_of_a_killed_worker_are_done_again(folder: Path, tmp_path: Path) -> None:
    (folder / "13.txt").write_text("kill once " + made_up_text(13), "utf-8")
    result = extract(folder, tmp_path / "t.db", jobs=2)
    assert (tmp_path / "happened").exists()
    assert result.failures == []
    assert rows(tmp_path / "t.db", keys=True) == without_trouble(folder, tmp_path)


TROUBLE = [("kill always", "crash"), ("hang hard", "timeout"), ("hang softly", "timeout"), ("raise", "internal")]


@pytest.mark.parametrize(("words", "reason"), TROUBLE)
def test_a_bad_document_costs_itself_only(folder: Path, tmp_path: Path, words: str, reason: str) -> None:
    (folder / "05.txt").write_text(f"{words} {made_up_text(5)}", "utf-8")
    result = extract(folder, tmp_path / "t.db", jobs=2, timeout=1.0)
    assert [(f.document, f.reason) for f in result.failures] == [("05.txt", reason)]
    (folder / "05.txt").unlink()
    stored = {view: [r[0] for r in found] for view, found in rows(tmp_path / "t.db").items()}
    calm = {view: [r[0] for r in found] for view, found in rows_of(folder, tmp_path).items()}
    assert stored == calm


def rows_of(folder: Path, tmp_path: Path) -> dict[str, list[tuple[object, ...]]]:
    extract(folder, tmp_path / "calm.db")
    return rows(tmp_path / "calm.db")


@pytest.mark.parametrize(("words", "reason"), [("hang softly", "timeout"), ("raise", "internal")])
def test_one_process_survives_a_bad_document_too(folder: Path, tmp_path: Path, words: str, reason: str) -> None:
    (folder / "05.txt").write_text(f"{words} {made_up_text(5)}", "utf-8")
    result = extract(folder, tmp_path / "t.db", timeout=0.5)
    assert [(f.document, f.reason) for f in result.failures] == [("05.txt", reason)]
    again = extract(folder, tmp_path / "t.db", timeout=0.5)
    assert again.counts.unchanged == 39 and not again.wrote
    assert len(again.failures) == 1


def test_no_worker_is_left_behind(folder: Path, tmp_path: Path) -> None:
    extract(folder, tmp_path / "t.db", jobs=3)
    assert multiprocessing.active_children() == []


def test_a_time_limit_ends_what_it_limits_and_leaves_no_alarm() -> None:
    with pytest.raises(DocumentTimeout), time_limit(0.05):
        time.sleep(5)
    with time_limit(60):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) in (signal.SIG_DFL, None)
