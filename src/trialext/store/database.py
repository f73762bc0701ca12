"""Open a database: create it, migrate it, and say clearly why it cannot be used."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

__all__ = ["APPLICATION_ID", "SCHEMA_VERSION", "StoreError", "open_database", "store_errors"]

APPLICATION_ID = 0x54524C58
"""``TRLX`` in the header of the file: a database of ours."""

SCHEMA_VERSION = 1
"""Number of the last migration; ``PRAGMA user_version`` of a current database."""

BUSY_SECONDS = 30.0
"""How long to wait for another program that is writing."""


class StoreError(Exception):
    """The database cannot be used; the message names the file and the fix."""


def _sql(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def statements(script: str) -> Iterator[str]:
    """Split a script of SQL into statements, so that they can run in one transaction."""
    rest = ""
    for line in script.splitlines(keepends=True):
        rest += line
        if ";" in line and sqlite3.complete_statement(rest):
            yield rest
            rest = ""
    if rest.strip() and not all(x.lstrip().startswith("--") or not x.strip() for x in rest.splitlines()):
        raise ValueError(f"unfinished SQL statement: {rest.strip()[:80]}")


def _explain(error: BaseException, path: str) -> str:
    """Return what to do about an error of SQLite."""
    text = str(error)
    lower = text.lower()
    if "not a database" in lower:
        return f"{path}: not a SQLite database; choose another file with --db"
    if "malformed" in lower or "corrupt" in lower:
        return f"{path}: the database is corrupt ({text}); move it away and extract again, or restore a copy"
    if "locked" in lower or "busy" in lower:
        return f"{path}: another program is writing to it ({text}); wait for it to end and run again"
    if "readonly" in lower:
        return f"{path}: cannot be written ({text}); check the permissions of the file and its folder, or use --db"
    if "full" in lower:
        return f"{path}: the disk is full; free some space and run again, what was stored stays"
    if "unable to open" in lower:
        return f"{path}: cannot be opened; check that the folder exists and may be written"
    return f"{path}: the database cannot be used: {text}"


@contextlib.contextmanager
def store_errors(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn errors of SQLite into `StoreError` with the name of the file and a fix.

    A context manager.  Errors of our own statements (a broken constraint, wrong use) pass through.

    Raises
    ------
    StoreError
    """
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, BrokenPipeError):
        raise  # our own mistake, or a reader of our output that went away: not the file's
    except (sqlite3.Error, OSError) as error:
        raise StoreError(_explain(error, os.fspath(path))) from error


def open_database(
    path: str | os.PathLike[str], *, readonly: bool = False, busy_seconds: float = BUSY_SECONDS
) -> sqlite3.Connection:
    """Open a database, create it where it is missing, bring its schema up to date.

    Parameters
    ----------
    path : path
        File; its folder is made.  ``:memory:`` works too.
    readonly : bool
        Only look: the file must exist and be of the current version.
    busy_seconds : float
        How long to wait for another writer.

    Returns
    -------
    sqlite3.Connection
        In autocommit mode: transactions are begun explicitly.  Foreign keys are on.

    Raises
    ------
    StoreError
        When it is no database, of another program, of a newer version, corrupt, locked,
        not writable, or missing though `readonly`.
    """
    name = os.fspath(path)
    with store_errors(name):
        if readonly:
            if not os.path.isfile(name):
                raise StoreError(f"{name}: no such database; make it with `trialext extract PATH --db {name}`")
            uri = f"{Path(name).absolute().as_uri()}?mode=ro"
            db = sqlite3.connect(uri, uri=True, timeout=busy_seconds, isolation_level=None)
        else:
            if os.path.isdir(name):
                raise StoreError(f"{name}: is a folder, not a database; name a file with --db")
            if name != ":memory:":
                Path(name).absolute().parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(name, timeout=busy_seconds, isolation_level=None)
    try:
        with store_errors(name):
            _prepare(db, name, readonly)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, name: str, readonly: bool) -> None:
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA cache_size = -65536")
    if not readonly and name != ":memory:":
        with _keep_waiting(db):
            db.execute("PRAGMA journal_mode = WAL")
    if not _current(db, name):
        if readonly:
            raise StoreError(f"{name}: of an older version; run `trialext extract` on it once to migrate it")
        _migrate(db, name)
    if not readonly:
        db.execute("BEGIN IMMEDIATE")  # tells at once whether the file can be written
        db.execute("ROLLBACK")


@contextlib.contextmanager
def _keep_waiting(db: sqlite3.Connection) -> Iterator[None]:
    """Let a change of the journal mode fail while others read: the mode they use is good."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" not in str(error) and "busy" not in str(error):
            raise


def _views_digest() -> str:
    return hashlib.sha256(_sql("views.sql").encode()).hexdigest()[:16]


def _current(db: sqlite3.Connection, name: str) -> bool:
    """Return whether schema and views are those of this program."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    ours = db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and not ours:
        raise StoreError(f"{name}: a database of another program; choose another file with --db")
    if version > SCHEMA_VERSION:
        raise StoreError(f"{name}: made by a newer trialext (schema {version}); upgrade with `pip install -U trialext`")
    if version < SCHEMA_VERSION:
        return False
    row = db.execute("SELECT value FROM meta WHERE key = 'views'").fetchone()
    return row is not None and row[0] == _views_digest()


def _migrate(db: sqlite3.Connection, name: str) -> None:
    """Create or migrate the schema and renew the views, in one transaction."""
    db.execute("BEGIN IMMEDIATE")
    try:
        _build(db, name)
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _build(db: sqlite3.Connection, name: str) -> None:
    if _current(db, name):  # another process was faster
        return
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        scripts = [_sql("schema.sql")]
    else:
        from sqlite_utils import Database  # half as slow as spaCy to import: only when there is something to renew

        tables = Database(db)
        for view in tables.view_names():
            tables[view].drop()
        scripts = [_sql(f"migrations/{n:04}.sql") for n in range(version + 1, SCHEMA_VERSION + 1)]
    for script in (*scripts, _sql("views.sql")):
        for statement in statements(script):
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    db.execute(
        "INSERT INTO meta (key, value) VALUES ('views', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_views_digest(),),
    )
