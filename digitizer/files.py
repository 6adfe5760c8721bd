"""Safe writing: temporary name, fsync, rename, fsync of the folder; and locks that die with their holder."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

TEMPORARY_PREFIX = ".digitizer-"


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some media (network shares, FUSE) cannot sync a folder and need not
            raise
    finally:
        os.close(descriptor)


@contextmanager
def written_aside(target: Path) -> Iterator[Path]:
    """Give a temporary path beside ``target``; at the end of the block it is synced and renamed onto ``target``.

    Where the block raises, nothing is left and ``target`` is as it was.
    """
    aside = target.with_name(f"{TEMPORARY_PREFIX}{uuid4().hex}")
    try:
        yield aside
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        aside.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        if error.filename in (aside, str(aside)):  # a person knows the file by its own name
            error.filename = str(target)
        raise
    finally:
        aside.unlink(missing_ok=True)


def write_bytes(target: Path, data: bytes) -> None:
    """Replace ``target`` by ``data``, all or nothing."""
    with written_aside(target) as aside:
        aside.write_bytes(data)


@contextmanager
def locked(path: Path, *, wait: float = 0.0) -> Iterator[bool]:
    """Hold an exclusive flock on ``path`` during the block; gives False where another process holds it.

    ``wait`` seconds are spent trying. The lock goes with the process, however it ends.
    """
    deadline = time.monotonic() + wait
    with path.open("ab") as handle:
        while not (held := _try_lock(handle)) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield held


def _try_lock(handle: BinaryIO) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
