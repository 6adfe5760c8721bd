"""Bytes onto another medium and read back from it. Nothing here relies on links, permissions or long names: a target
may be a FAT stick.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from digitizer.model import Sha256
from digitizer.tasks import Task

_CHUNK = 1 << 20
_PAGES_AT_ONCE = 1024
"""Of the catalogue, before progress is told and a stop is asked for."""


class SourceLost(Exception):
    """What was to be copied is gone or cannot be read: not the target's fault."""


def copy_file(source: Path, target: Path, task: Task) -> tuple[Sha256, int]:
    """Copy ``source`` and sync it; gives the SHA-256 and size of what was read. ``target`` is replaced.

    Not aside: it belongs to a set that has no name yet. Raises SourceLost; OSError where the target is at fault.
    """
    digest, size = hashlib.sha256(), 0
    with closing(_opened(source)) as reader:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as writer:
            while chunk := _read(reader):
                task.check()
                digest.update(chunk)
                size += len(chunk)
                _write(writer, chunk)
            _sync(writer)
    return Sha256(digest.hexdigest()), size


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as error:
        raise SourceLost(str(source)) from error


def _read(reader: BinaryIO) -> bytes:
    try:
        return reader.read(_CHUNK)
    except OSError as error:
        raise SourceLost(reader.name) from error


def write_file(target: Path, data: bytes) -> None:
    """Write a small file of a set that has no name yet, and sync it."""
    with target.open("wb") as writer:
        _write(writer, data)
        _sync(writer)


def hash_on_medium(path: Path) -> Sha256:
    """SHA-256 of a file as the medium gives it, not the copy in memory. Raises OSError."""
    with path.open("rb") as handle:
        os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return Sha256(hashlib.file_digest(handle, "sha256").hexdigest())


def copy_catalogue(source: Path, target: Path, task: Task) -> None:
    """Copy the catalogue as it is at one moment, while others write to it (https://www.sqlite.org/backup.html).

    The copy is one file without journal, readable on a medium that cannot be written. Raises sqlite3.Error.
    """
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source, isolation_level=None)) as reader, closing(sqlite3.connect(target)) as copy:
        # A read transaction held from here on: without it every write by another process would start it anew.
        reader.execute("BEGIN")
        reader.execute("SELECT 1 FROM sqlite_master").fetchone()
        reader.backup(copy, pages=_PAGES_AT_ONCE, progress=_told(task))
        copy.execute("PRAGMA journal_mode = DELETE")
    with target.open("r+b") as written:
        _sync(written)


def _told(task: Task) -> Callable[[int, int, int], None]:
    def progress(_: int, remaining: int, total: int) -> None:
        task.check()
        task.report(total - remaining, total, "catalogue.sqlite")

    return progress


def _write(writer: BinaryIO, data: bytes) -> None:
    writer.write(data)


def _sync(writer: BinaryIO) -> None:
    writer.flush()
    os.fsync(writer.fileno())
