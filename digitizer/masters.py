"""Originals by SHA-256: written once, never rewritten, never removed by the program."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from digitizer.files import TEMPORARY_PREFIX, sync_folder
from digitizer.model import Sha256
from digitizer.tasks import Task
from ocr.errors import PageError, PageFault
from ocr.load import MAX_BYTES

_CHUNK = 1 << 20
_LOCK = ".importing"


@dataclass(frozen=True, slots=True)
class Staged:
    """A copy beside the masters that is not one yet. ``path`` is read-only bytes; ``size`` in bytes."""

    path: Path
    sha256: Sha256
    size: int


class Masters:
    """The folder of originals. Safe for several processes: a master appears whole, by rename, or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: Sha256) -> Path:
        """Where the master of that hash is (or would be)."""
        return self._folder / sha256[:2] / sha256

    @contextmanager
    def staged(self, source: Path, task: Task) -> Iterator[Staged]:
        """Copy ``source`` under a temporary name and hash it on the way; ``keep`` makes it a master, else it is
        removed.

        What is inspected is then what is kept, even if the source changes meanwhile.
        Raises PageError UNREADABLE, EMPTY or TOO_LARGE; OSError where the workspace cannot be written.
        """
        with _opened(source) as reader:
            aside = self.aside()
            try:
                digest, size = hashlib.sha256(), 0
                with aside.open("xb") as writer:
                    while chunk := _read(reader):
                        task.check()
                        digest.update(chunk)
                        size += len(chunk)
                        if size > MAX_BYTES:
                            raise PageError(PageFault.TOO_LARGE, f"more than {MAX_BYTES} bytes")
                        writer.write(chunk)
                    if size == 0:
                        raise PageError(PageFault.EMPTY)
                    writer.flush()
                    os.fchmod(writer.fileno(), 0o444)
                yield Staged(aside, Sha256(digest.hexdigest()), size)
            finally:
                aside.unlink(missing_ok=True)

    def aside(self) -> Path:
        """A fresh temporary path beside the masters, for a file that is made to become one."""
        return self._folder / f"{TEMPORARY_PREFIX}{uuid4().hex}"

    def keep(self, staged: Staged) -> None:
        """Make the staged copy a master that survives a power cut. Idempotent: the same bytes a second time change
        nothing.

        A master of that name whose bytes no longer agree (a damaged disk) is put back from the copy.
        """
        target = self.path(staged.sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(exist_ok=True)
            sync_folder(self._folder)
        if not target.exists() or hash_file(target) != staged.sha256:
            with staged.path.open("rb") as copy:
                os.fsync(copy.fileno())
            staged.path.replace(target)
        sync_folder(target.parent)  # also where it was there: who put it there may have been killed before this

    @contextmanager
    def open_for_import(self) -> Iterator[None]:
        """Held during an import. The first of several at once clears away what a killed one left half-copied."""
        with (self._folder / _LOCK).open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # another import is at work: what lies here may be its own
            else:
                for left in self._folder.glob(f"{TEMPORARY_PREFIX}*"):
                    left.unlink(missing_ok=True)
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield


def hash_file(path: Path) -> Sha256:
    """SHA-256 of a file in lower-case hex. Raises OSError."""
    with path.open("rb") as handle:
        return Sha256(hashlib.file_digest(handle, "sha256").hexdigest())


@contextmanager
def _opened(source: Path) -> Iterator[int]:
    try:
        # Never waits on a FIFO or a device: opened without blocking, then asked what it is.
        descriptor = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise PageError(PageFault.UNREADABLE, str(error)) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise PageError(PageFault.UNREADABLE, "not a regular file")
        yield descriptor
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError as error:
        raise PageError(PageFault.UNREADABLE, str(error)) from error
