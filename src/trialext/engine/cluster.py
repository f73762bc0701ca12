"""More than one machine: parts made by a job array or by a Dask cluster, then merged by one process."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from ..patterns import Patterns, load_patterns
from ..reading import iter_sources
from ..store.database import open_database
from ..store.writer import FileFailure, Writer
from .run import Observer, RunResult
from .shards import PART_BYTES, MissingExtra, Part, Plan, make_part, make_plan, read_part, read_plan, write_plan

__all__ = ["ShardError", "merge", "parse_shard", "run_cluster", "run_shard"]

RETRIES = 3
"""How often a part may take its worker down."""


class ShardError(ValueError):
    """A shard specification or a folder of shards that cannot be used; the message says why."""


def parse_shard(text: str) -> tuple[int, int]:
    """Return ``i`` and ``n`` of ``i/n``, counted from 1.

    Raises
    ------
    ShardError

    Examples
    --------
    >>> parse_shard("3/16")
    (3, 16)
    """
    first, _, second = text.partition("/")
    if first.isdigit() and second.isdigit() and 1 <= int(first) <= int(second):
        return int(first), int(second)
    raise ShardError(f"--shard {text}: write i/n with 1 <= i <= n, as 3/16 for the third of sixteen")


def _prepare(
    paths: Sequence[str], packs: Sequence[str], folder: Path, part_bytes: int, observer: Observer
) -> tuple[Plan, Patterns]:
    patterns = load_patterns(packs)
    sources = list(iter_sources(paths))
    plan = make_plan(sources, patterns, packs, part_bytes=part_bytes)
    write_plan(plan, folder)
    observer.planned(len(sources), sum(max(s.size, 0) for s in sources))
    return plan, patterns


def _size(part: Part) -> int:
    return sum(max(s.size, 0) for s in part.sources)


def run_shard(
    paths: Sequence[str],
    folder: Path,
    shard: tuple[int, int],
    *,
    packs: Sequence[str] = (),
    timeout: float | None = None,
    part_bytes: int = PART_BYTES,
    observer: Observer,
) -> tuple[int, int, int]:
    """Make every n-th part, beginning with the i-th; parts that are there are skipped.

    Parameters
    ----------
    paths : sequence of str
        The same for every i.
    folder : Path
        Where the parts go; a file system that all tasks share, or one folder each that are
        brought together later.
    shard : (int, int)
        i and n.
    packs : sequence of str
    timeout : float, optional
    part_bytes : int
        Size of the files of one part.
    observer : Observer

    Returns
    -------
    parts, documents, failures : int
    """
    plan, patterns = _prepare(paths, packs, folder, part_bytes, observer)
    i, n = shard
    documents = failures = 0
    mine = plan.parts[i - 1 :: n]
    for part in mine:
        made, failed = make_part(part, plan, folder, patterns, timeout)
        documents += made
        failures += failed
        observer.advanced(_size(part), made, 0)
    return len(mine), documents, failures


@lru_cache(maxsize=2)
def _patterns(packs: tuple[str, ...]) -> Patterns:
    return load_patterns(packs)


def _remote(part: Part, plan: Plan, folder: str, timeout: float | None) -> tuple[int, int]:
    """What a worker of the cluster does."""
    from .version import code_version

    patterns = _patterns(plan.packs)
    if (patterns.hash, code_version()) != (plan.pack_hash, plan.version):
        raise ShardError("a worker has other pattern packs or another version of trialext than the client")
    return make_part(part, plan, Path(folder), patterns, timeout)


def _dask() -> Any:
    try:
        return import_module("distributed")
    except ImportError as error:
        raise MissingExtra("--cluster needs Dask: pip install 'trialext[cluster]'") from error


def _client(dask: Any, address: str, workers: int) -> Any:
    """Return a client and, when it was started here, its cluster."""
    if address == "local":
        cluster = dask.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=logging.ERROR,
        )
        return dask.Client(cluster, set_as_default=False), cluster
    try:
        return dask.Client(address, timeout=10, set_as_default=False), None
    except (OSError, ValueError) as error:
        raise ShardError(f"--cluster {address}: no Dask scheduler answers there ({error})") from error


def run_cluster(
    paths: Sequence[str],
    db: str,
    folder: Path,
    address: str,
    *,
    packs: Sequence[str] = (),
    workers: int = 1,
    timeout: float | None = None,
    part_bytes: int = PART_BYTES,
    observer: Observer,
) -> RunResult:
    """Make all parts on a Dask cluster, then merge them into the database.

    A worker that dies costs its part another attempt on another worker.

    Parameters
    ----------
    paths : sequence of str
        Seen by client and workers under the same names.
    db : str
    folder : Path
        Shared folder for the parts.
    address : str
        Of the scheduler, or ``local`` for worker processes on this machine.
    packs : sequence of str
    workers : int
        Processes of a ``local`` cluster.
    timeout : float, optional
    part_bytes : int
        Size of the files of one part.
    observer : Observer

    Returns
    -------
    RunResult

    Raises
    ------
    MissingExtra
        When Dask is not installed.
    ShardError
        When the scheduler cannot be reached, or a part failed on every attempt.
    """
    plan, _ = _prepare(paths, packs, folder, part_bytes, observer)
    dask = _dask()
    client, cluster = _client(dask, address, workers)
    try:
        parts = {}
        for part in plan.parts:
            future = client.submit(_remote, part, plan, str(folder.absolute()), timeout, retries=RETRIES, pure=False)
            parts[future] = part
        for future in dask.as_completed(parts, loop=client.loop):
            part = parts[future]
            if future.status != "finished":
                raise ShardError(f"{part.name} failed on every attempt: {future.exception()}")
            made, _failed = future.result()
            observer.advanced(_size(part), made, 0)
    finally:
        client.close()
        if cluster is not None:
            cluster.close()
    return merge([folder], db, observer=observer)


def merge(folders: Sequence[Path], db: str, *, observer: Observer) -> RunResult:
    """Bring parts into a database, in the order of their files; what is there already stays.

    Parameters
    ----------
    folders : sequence of Path
        Folders that `run_shard` or `run_cluster` wrote; a part may lie in any of them.
    db : str
    observer : Observer

    Returns
    -------
    RunResult

    Raises
    ------
    ShardError
        When parts are missing or there is no plan.
    StoreError
        When the database cannot be used.
    """
    try:
        plans = [read_plan(folder) for folder in folders]
    except (ValueError, OSError) as error:
        raise ShardError(str(error)) from error
    plan = plans[0]
    if any(p["parts"] != plan["parts"] for p in plans):
        raise ShardError("the folders hold parts of different jobs; merge them one after the other")
    found = {name: folder / name for folder in folders for name in plan["parts"] if (folder / name).is_dir()}
    missing = [n for n, name in enumerate(plan["parts"], 1) if name not in found]
    if missing:
        told = ", ".join(str(n) for n in missing[:10]) + (" …" if len(missing) > 10 else "")
        raise ShardError(
            f"{len(missing)} of {len(plan['parts'])} parts are missing (number {told}); run their shards again"
        )
    connection = open_database(db)
    try:
        writer = Writer(connection, version=plan["version"], pack_hash=plan["pack_hash"], packs=plan["packs"], path=db)
        failures: list[FileFailure] = []
        for name in plan["parts"]:
            failures += _merge_part(found[name], writer, observer)
        writer.finish()
        for failure in writer.rejected:
            observer.failed(failure)
        failures += writer.rejected
        return RunResult(writer.counts, failures, [], writer.wrote)
    finally:
        connection.close()


def _merge_part(folder: Path, writer: Writer, observer: Observer) -> list[FileFailure]:
    """Store one part; return its failures."""
    about, documents = read_part(folder)
    known = writer.sources()
    failures = [FileFailure(**f) for f in about["failures"]]
    for source in about["sources"]:
        name, path, sha256 = source["name"], source["path"], source["sha256"]
        own = [f for f in failures if f.source == name]
        rows = documents[name]
        writer.counts.files += 1
        writer.counts.failures += len(own)
        there = known.get(name)
        current = (writer.version, writer.pack_hash)
        if there is not None and sha256 == there.sha256 and (there.version, there.pack_hash) == current and sha256:
            writer.counts.unchanged += 1
            writer.still_good(there, path, own)
        elif rows or not any(f.document == name for f in own):
            writer.put_file(name, path, sha256, rows, failures=own)
        else:
            writer.put_failures(name, own)
        writer.tick()
    for failure in failures:
        observer.failed(failure)
    return failures
