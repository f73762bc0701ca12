"""A pool of worker processes that outlives its workers.

The parent knows what each worker is doing and is the only one that hands out work: a worker
that dies or hangs costs its own unit a second attempt and nobody else anything.  (The pools
of the standard library hang or break as a whole when a worker is killed.)  There are no
threads, so forking stays safe, and outcomes come back in the order of the units.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from ..patterns import Patterns
from .work import Outcome, Unit, do_task, lost

__all__ = ["run_pool", "run_serial"]

AHEAD = 4
"""Units per worker that may be handed out or wait before the oldest one is stored."""

HEARTBEAT = 0.5
"""Seconds after which a busy worker says that it is alive."""

GRACE = 5.0
"""Seconds that a worker has beyond the limit of a document before it is killed."""

ATTEMPTS = 2
"""How often one task may take a worker down."""


def run_serial(
    units: Iterator[Unit], patterns: Patterns, timeout: float | None
) -> Generator[tuple[Unit, list[Outcome]], None, None]:
    """Do the units in this process, one after the other.

    Parameters
    ----------
    units : iterator of Unit
    patterns : Patterns
    timeout : float or None
        Seconds that one document may take; no limit when None.

    Yields
    ------
    unit : Unit
    outcomes : list of Outcome
        One per task.
    """
    for unit in units:
        yield unit, [do_task(task, unit.owner, patterns, timeout) for task in unit.tasks]


@dataclass(slots=True)
class _Job:
    """A unit on its way: one slot per task, filled by whole or partial dispatches."""

    unit: Unit
    outcomes: list[Outcome | None]
    deaths: list[int]

    @property
    def done(self) -> bool:
        return None not in self.outcomes


@dataclass(slots=True)
class _Worker:
    process: Any
    link: Connection
    job: _Job | None = None
    indices: Sequence[int] = ()
    seen: float = field(default_factory=time.monotonic)
    """When it was last heard of."""


def _work(link: Connection, others: list[Connection], patterns: Patterns, timeout: float | None) -> None:
    """Take units from the parent until it closes the line."""
    for other in others:  # inherited ends would keep the lines of dead processes open
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    said = time.monotonic()

    def alive() -> None:
        nonlocal said
        if time.monotonic() - said > HEARTBEAT:
            said = time.monotonic()
            link.send(None)

    try:
        while True:
            tasks, owner = link.recv()
            said = time.monotonic()
            link.send([do_task(task, owner, patterns, timeout, alive) for task in tasks])
    except (EOFError, OSError):
        return  # the parent is gone


class _Pool:
    def __init__(self, jobs: int, patterns: Patterns, timeout: float | None) -> None:
        # Forked workers share what was compiled; libraries of macOS are not safe with it.
        self._forks = sys.platform.startswith("linux")
        self._context: Any = multiprocessing.get_context("fork" if self._forks else "spawn")
        self._jobs = jobs
        self._patterns = patterns
        self._timeout = timeout
        self.workers: list[_Worker] = []
        self.todo: deque[tuple[_Job, Sequence[int]]] = deque()

    def start(self) -> None:
        """Bring the number of workers up to what is wanted."""
        while len(self.workers) < self._jobs:
            here, there = self._context.Pipe()
            others = [w.link for w in self.workers] + [here] if self._forks else []
            process = self._context.Process(
                target=_work, args=(there, others, self._patterns, self._timeout), daemon=True
            )
            process.start()
            there.close()
            self.workers.append(_Worker(process, here))

    def add(self, unit: Unit) -> _Job:
        """Queue a unit."""
        job = _Job(unit, [None] * len(unit.tasks), [0] * len(unit.tasks))
        if unit.tasks:
            self.todo.append((job, range(len(unit.tasks))))
        return job

    def step(self, seconds: float) -> None:
        """Hand out what can be handed out, then take what comes within `seconds`."""
        for worker in self.workers:
            if worker.job is None and self.todo:
                self._hand_out(worker, *self.todo.popleft())
        busy = {w.link: w for w in self.workers if w.job is not None}
        for link in wait(list(busy), timeout=seconds):
            if isinstance(link, Connection):
                self._hear(busy[link])
        if self._timeout:
            limit = self._timeout + GRACE
            for worker in list(busy.values()):
                if worker.job is not None and time.monotonic() - worker.seen > limit:
                    self._bury(
                        worker, "timeout", f"took longer than {self._timeout:g} s; raise the limit with --timeout"
                    )

    def _hand_out(self, worker: _Worker, job: _Job, indices: Sequence[int]) -> None:
        worker.job, worker.indices, worker.seen = job, indices, time.monotonic()
        try:
            worker.link.send((tuple(job.unit.tasks[i] for i in indices), job.unit.owner))
        except OSError:
            self._bury(worker, "crash", _CRASH)

    def _hear(self, worker: _Worker) -> None:
        job = worker.job
        if job is None:
            return
        try:
            outcomes = worker.link.recv()
        except (EOFError, OSError):
            self._bury(worker, "crash", _CRASH)
            return
        worker.seen = time.monotonic()
        if outcomes is None:
            return
        for index, outcome in zip(worker.indices, outcomes, strict=True):
            job.outcomes[index] = outcome
        worker.job = None

    def _bury(self, worker: _Worker, reason: str, message: str) -> None:
        """Replace a worker that is dead or hangs; its tasks are done again, one by one."""
        job, indices = worker.job, worker.indices
        self._end(worker)
        self.workers.remove(worker)
        self.start()
        if job is None:
            return
        if len(indices) == 1:
            index = indices[0]
            job.deaths[index] += 1
            if job.deaths[index] >= ATTEMPTS or reason == "timeout":
                job.outcomes[index] = lost(job.unit.tasks[index], job.unit.owner, reason, message)
                return
        self.todo.extendleft((job, (i,)) for i in reversed(indices))

    @staticmethod
    def _end(worker: _Worker) -> None:
        worker.process.kill()
        worker.process.join()
        worker.link.close()

    def close(self) -> None:
        """End all workers."""
        for worker in self.workers:
            self._end(worker)
        self.workers.clear()


_CRASH = "the worker process died while reading this (out of memory, or killed); it was tried twice"


def run_pool(
    units: Iterator[Unit], patterns: Patterns, timeout: float | None, jobs: int
) -> Generator[tuple[Unit, list[Outcome]], None, None]:
    """Do the units in `jobs` processes; outcomes come in the order of the units.

    Memory is bounded: units are only taken from the iterator while fewer than `AHEAD` per
    worker are on their way.

    Parameters
    ----------
    units : iterator of Unit
    patterns : Patterns
    timeout : float or None
        Seconds per document.
    jobs : int
        Number of worker processes.

    Yields
    ------
    unit : Unit
    outcomes : list of Outcome
        One per task.
    """
    pool = _Pool(jobs, patterns, timeout)
    waiting: deque[_Job] = deque()
    more = True
    try:
        pool.start()
        while more or waiting:
            while more and len(waiting) < AHEAD * jobs:
                unit = next(units, None)
                if unit is None:
                    more = False
                else:
                    waiting.append(pool.add(unit))
            if not waiting:
                break
            pool.step(0.0 if waiting[0].done else 1.0)  # nobody idles while the caller stores
            if not waiting[0].done:
                continue
            job = waiting.popleft()
            yield job.unit, [o for o in job.outcomes if o is not None]
    finally:
        pool.close()
