"""A workspace: one folder with the catalogue, the masters, the derivatives, the spool and the logs."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from digitizer.catalogue.audit import account
from digitizer.catalogue.connection import PartMissing
from digitizer.catalogue.permits import Who
from digitizer.catalogue.store import Catalogue
from digitizer.derivatives import Derivatives
from digitizer.errors import WorkspaceDamaged, WorkspaceLocked, WorkspaceUnusable, reason
from digitizer.files import sync_folder
from digitizer.i18n import gettext
from digitizer.masters import Masters
from digitizer.model import clean
from digitizer.settings import Settings

FOLDERS = ("masters", "derivatives", "spool", "logs")
_CATALOGUE = "catalogue.sqlite"
_ROOM_TO_OPEN = 64 << 10
"""Bytes: twice the shared-memory file of the write-ahead log (https://www.sqlite.org/walformat.html#shm)."""
_DISK_CODES = {
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_READONLY: errno.EROFS,
}


class Workspace:
    """An open workspace. Holds a catalogue connection: belongs to one thread; every thread opens its own."""

    def __init__(self, root: Path, settings: Settings) -> None:
        """Open the workspace at ``root``, making the folder and an empty catalogue where there is none.

        Raises WorkspaceUnusable, WorkspaceLocked, WorkspaceNewer or WorkspaceDamaged.
        """
        self.root = root
        self.settings = settings
        with faults_named(root):
            is_new = not root.is_dir()
            for name in FOLDERS:
                (root / name).mkdir(parents=True, exist_ok=True)
            if is_new:
                sync_folder(root.parent)
            _refuse_lost_catalogue(root)
            self.catalogue = Catalogue(root / _CATALOGUE, _who(settings))
        self.masters = Masters(root / "masters")
        self.derivatives = Derivatives(root / "derivatives")

    @property
    def process_lock(self) -> Path:
        """Held while the queue is run: only a second ``process`` is refused."""
        return self.root / "process.lock"

    def use(self, settings: Settings) -> None:
        """Work by ``settings`` from now on: also as the person and in the role that they name."""
        self.settings = settings
        self.catalogue.audit.act_as(_who(settings))

    def close(self) -> None:
        self.catalogue.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _who(settings: Settings) -> Who:
    return Who(clean(settings.person) or account(), settings.role)


def _refuse_lost_catalogue(root: Path) -> None:
    """Raises WorkspaceDamaged where there are originals and no catalogue: a fresh one would make the loss look like an
    empty archive.
    """
    catalogue = root / _CATALOGUE
    if (not catalogue.is_file() or not catalogue.stat().st_size) and _has_originals(root):
        raise WorkspaceDamaged(path=root, detail=gettext("it is empty or gone, but there are originals"))


def exists(root: Path) -> bool:
    """Whether there is a workspace at ``root``, also one that has lost its catalogue: to open it says so."""
    return (root / _CATALOGUE).is_file() or _has_originals(root)


def _has_originals(root: Path) -> bool:
    return any((root / "masters").glob("??/*"))


def _is_full(root: Path) -> bool:
    """Whether there is no room for the files that SQLite opens beside a catalogue: it calls that an I/O error."""
    try:
        status = os.statvfs(root)
    except OSError:
        return False
    return status.f_bavail * status.f_frsize < _ROOM_TO_OPEN


def disk_error(error: sqlite3.Error, root: Path) -> OSError | None:
    """What the disk that ``root`` is on said where SQLite was refused by it; None where that is not what went wrong."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code not in _DISK_CODES:
        return None
    return OSError(errno.ENOSPC if _is_full(root) else _DISK_CODES[code], str(error))


@contextmanager
def faults_named(root: Path) -> Iterator[None]:
    """Turn what the disk or SQLite says during the block into the sentence a clerk can act on."""
    try:
        yield
    except PartMissing as error:
        raise WorkspaceDamaged(path=root, detail=gettext("a part of it is missing")) from error
    except sqlite3.DatabaseError as error:
        code = error.sqlite_errorcode & 0xFF  # the primary result code: https://www.sqlite.org/rescode.html
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise WorkspaceLocked(path=root) from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise WorkspaceDamaged(path=root, detail=gettext("SQLite cannot read it")) from error
        if code == sqlite3.SQLITE_ERROR and "no such" in str(error):  # a table or column of ours was taken away
            raise WorkspaceDamaged(path=root, detail=gettext("a part of it is missing")) from error
        if (meant := disk_error(error, root)) is not None:
            raise WorkspaceUnusable(path=root, reason=reason(meant)) from error
        raise
    except OSError as error:
        raise WorkspaceUnusable(path=root, reason=reason(error)) from error
