"""Encryption to a receiver's public key: age (https://age-encryption.org/v1), X25519, by pyrage; nothing of our own.

A private key is a file that only its owner reads, as ``age-keygen`` writes it; perhaps itself encrypted with a
passphrase. Streams both ways, so that memory stays flat.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import pyrage
from pyrage.x25519 import Identity, Recipient

from digitizer.clock import stamp
from digitizer.deliver.bag_stream import Reader
from digitizer.deliver.package_faults import BadPackage, KeyUnusable, OwnKeyUnusable
from digitizer.errors import CannotWrite, reason
from digitizer.files import sync_folder
from digitizer.i18n import gettext
from digitizer.tasks import Task
from digitizer.workers import WorkerPool
from ocr.errors import PageError

__all__ = ["MAGIC", "Identity", "Locked", "Recipient", "decrypted", "encrypt", "identity", "new_key", "recipient"]

MAGIC = b"age-encryption.org/v1\n"
_PRIVATE = "AGE-SECRET-KEY-"
_MAX_KEY = 1 << 16
_PIPED = 1 << 20


class Locked(BadPackage):
    """No key that was given opens it."""


def new_key(path: Path, passphrase: str | None = None) -> str:
    """Write a fresh private key to ``path``, which must not exist, for its owner's eyes alone (mode 600); gives the
    public key. Raises CannotWrite.
    """
    identity = Identity.generate()
    public = str(identity.to_public())
    text = f"# created: {stamp()}\n# public key: {public}\n{identity}\n".encode()
    data = pyrage.passphrase.encrypt(text, passphrase) if passphrase else text
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        sync_folder(path.absolute().parent)
    except OSError as error:
        raise CannotWrite(path=path, reason=reason(error)) from error
    return public


def recipient(key: str) -> Recipient:
    """The public key in ``key``, or in the file of that name. Raises KeyUnusable."""
    text = key.strip()
    if not text:
        raise KeyUnusable(key=key, reason=gettext("no key is named"))
    if not text.startswith("age1"):
        lines = _read(Path(key)).decode("utf-8", "replace").splitlines()
        text = next((line.removeprefix("# public key:").strip() for line in lines if "age1" in line), "")
    try:
        return Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise KeyUnusable(key=key, reason=gettext("there is no public key in it")) from error


def identity(path: Path, passphrase: str | None = None, task: Task | None = None) -> Identity:
    """The private key in a file. Raises OwnKeyUnusable, or Cancelled."""
    data = _read(path, OwnKeyUnusable)
    if data.startswith(MAGIC):
        if passphrase is None:
            raise OwnKeyUnusable(key=path, reason=gettext("it takes a passphrase"))
        data = _unlocked(path, data, passphrase, task)
    lines = [line for line in data.decode("utf-8", "replace").splitlines() if line.startswith(_PRIVATE)]
    try:
        return Identity.from_str(lines[0] if lines else "")
    except pyrage.IdentityError as error:
        raise OwnKeyUnusable(key=path, reason=gettext("there is no private key in it")) from error


def _unlocked(path: Path, data: bytes, passphrase: str, task: Task | None) -> bytes:
    """What the passphrase opens: in a worker, for scrypt takes seconds, in which the library lets no thread run."""
    with WorkerPool(1) as pool:
        try:
            plain = pool.run(_decrypt, data, passphrase, task=task)
        except PageError as error:  # the worker died, perhaps for want of memory
            raise OwnKeyUnusable(key=path, reason=gettext("opening it took too long, or too much memory")) from error
    if plain is None:
        raise OwnKeyUnusable(key=path, reason=gettext("the passphrase does not open it"))
    return plain


def _decrypt(data: bytes, passphrase: str) -> bytes | None:
    try:
        plain: bytes = pyrage.passphrase.decrypt(data, passphrase)
    except pyrage.DecryptError:  # which does not pickle
        return None
    return plain


def encrypt(source: Reader, target: BinaryIO, to: Recipient) -> None:
    """Encrypt what ``source`` gives. Whatever it or ``target`` raises is raised."""
    watched, written = _Watched(source), _WatchedTarget(target)
    try:
        pyrage.encrypt_io(cast(BinaryIO, watched), cast(BinaryIO, written), [to])
    except Exception:
        fault = watched.fault or written.fault
        if fault is not None:
            raise fault from None
        raise


@contextmanager
def decrypted(source: BinaryIO, key: Identity) -> Iterator[Reader]:
    """What is in ``source``, to be read front to back during the block; nowhere on the disk.

    Raises Locked, also while it is read; BadPackage where bytes were changed.
    """
    reading, writing = os.pipe()
    plain = _Decrypted(reading)

    def work() -> None:
        try:
            with os.fdopen(writing, "wb", buffering=_PIPED) as pipe:
                try:
                    pyrage.decrypt_io(source, pipe, [key])
                    pipe.flush()
                except BaseException as error:  # told to the reader, who hears the end of the pipe only after this
                    plain.fault = error
                    raise
        except Exception:  # noqa: BLE001 - the reader was told, or has left
            return

    thread = threading.Thread(target=work, name="decrypt", daemon=True)
    thread.start()
    try:
        yield plain
    finally:
        plain.close()
        thread.join()


class _Decrypted:
    """The reading end of the pipe."""

    def __init__(self, descriptor: int) -> None:
        self._pipe = os.fdopen(descriptor, "rb", buffering=_PIPED)
        self.fault: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        data = self._pipe.read(size)
        if not data and size and self.fault is not None:
            if isinstance(self.fault, pyrage.DecryptError) and "No matching keys" in str(self.fault):
                raise Locked(gettext("it was encrypted to another key")) from self.fault
            raise BadPackage(gettext("it was changed or cut short after it was encrypted")) from self.fault
        return data

    def close(self) -> None:
        self._pipe.close()


class _Watched:
    """Remembers what went wrong while the library was reading, which tells it otherwise."""

    def __init__(self, source: Reader) -> None:
        self._source = source
        self.fault: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._source.read(size)
        except BaseException as error:
            self.fault = error
            raise


class _WatchedTarget:
    """The same of what it writes to."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.fault: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._target.write(data)
        except BaseException as error:
            self.fault = error
            raise

    def flush(self) -> None:
        try:
            self._target.flush()
        except BaseException as error:
            self.fault = error
            raise


def _read(path: Path, fault: type[KeyUnusable] = KeyUnusable) -> bytes:
    if _PRIVATE in str(path).upper():  # a slip: whatever is said of it must not show it
        said = gettext("that is a private key itself, which nobody else may see, and no file")
        raise fault(key=f"{_PRIVATE}…", reason=said)
    try:
        with path.open("rb") as handle:
            return handle.read(_MAX_KEY)
    except OSError as error:
        raise fault(key=path, reason=reason(error)) from error
