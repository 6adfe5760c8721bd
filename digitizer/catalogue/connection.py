"""Opening the catalogue file: one connection a thread, WAL, schema steps with a backup before them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from digitizer.catalogue.schema import MIGRATIONS
from digitizer.errors import WorkspaceLocked, WorkspaceNewer
from digitizer.files import locked, written_aside

WRITERS_WAIT_SECONDS = 30.0


class PartMissing(Exception):
    """Something that the catalogue itself says is there is not: someone or a fault has taken it away."""


def open_database(path: Path) -> Database:
    """Open (or create) the catalogue, bring its schema up to date, and return it. For use in the calling thread only.

    Raises WorkspaceNewer or WorkspaceLocked; sqlite3.DatabaseError where the file cannot be opened or is damaged.
    """
    database = _connect(path)
    try:
        _migrate(database, path)
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def atomic(database: Database) -> Iterator[None]:
    """One transaction: all of the block or nothing. Takes the write lock at once, waiting up to 30 s for other
    writers.
    """
    connection = database.conn
    if connection.in_transaction:  # part of a larger fact
        yield
        return
    with _write_lock(connection):
        yield


@contextmanager
def _write_lock(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _connect(path: Path) -> Database:
    connection = sqlite3.connect(path, timeout=WRITERS_WAIT_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a scan that was shown survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA wal_autocheckpoint = 4000")  # 16 MB: what changes often is written back less often
    except BaseException:
        connection.close()
        raise
    return _Database(connection, execute_plugins=False)


class _Database(Database):
    """sqlite-utils that knows what SQLite can do (3.40 is the floor). It would find out by a table of its own, and
    where that trial fails, as on a full disk, leave out rows that it should upsert, without a word, ever after.
    """

    @property
    def supports_on_conflict(self) -> bool:
        return True

    @property
    def supports_strict(self) -> bool:
        return True


def _migrate(database: Database, path: Path) -> None:
    known = _step_names()
    for step in MIGRATIONS.applied(database):
        if step.name not in known:
            raise WorkspaceNewer(path=path.parent, step=step.name)
    if not MIGRATIONS.pending(database):
        return
    with locked(path.with_suffix(".migrating"), wait=WRITERS_WAIT_SECONDS) as held:
        if not held:
            raise WorkspaceLocked(path=path.parent)
        pending = MIGRATIONS.pending(database)
        if pending and MIGRATIONS.applied(database):
            _backup(database, path.with_name(f"{path.stem}.before-{pending[0].name}.sqlite"))
        MIGRATIONS.apply(database)


def _step_names() -> set[str]:
    with closing(sqlite3.connect(":memory:")) as empty:
        return {step.name for step in MIGRATIONS.pending(Database(empty, execute_plugins=False))}


def _backup(database: Database, target: Path) -> None:
    with written_aside(target) as aside, closing(sqlite3.connect(aside)) as copy:
        database.conn.backup(copy)
