"""What runs on a worker of a cluster: the same supervised reading as at home, on a copy of the master that was sent.

The worker needs this package and ``resources``, nothing else of the program, and no folder of masters.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TypeVar

import resources
from ocr.supervised import outcome, supervised
from ocr.work import PageRequest

_DECIDING = ("language", "tessdata")
"""Folders of ``resources`` that decide what is read."""
_LIBRARIES = ("numpy", "opencv-python-headless", "pillow", "pypdfium2", "tesserocr")

T = TypeVar("T")
_own = threading.local()


class WrongVersion(Exception):
    """This worker would read with another version than the one that was asked for."""


@dataclass(frozen=True)
class Reader:
    """Who reads. ``version``: 12 hex digits that are the same on two machines where they read alike: of this package's
    code, its models and the libraries below it. ``may_supervise``: whether it may have child processes.
    """

    version: str
    may_supervise: bool


def reader() -> Reader:
    """Who reads in this process."""
    return Reader(_version(), not multiprocessing.current_process().daemon)


@cache
def _version() -> str:
    digest = hashlib.sha256()
    ours = Path(__file__).parent
    for folder in (ours, *(resources.path(name) for name in _DECIDING)):
        for path in sorted(each for each in folder.rglob("*") if each.is_file() and each.suffix != ".pyc"):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name} {_library(name)}\n".encode())
    return digest.hexdigest()[:12]


def _library(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def run(version: str, seconds: float, fn: Callable[..., T], args: tuple[object, ...], master: bytes | None) -> T:
    """``fn(*args)`` in a child process of this worker, stopped after ``seconds``. ``master``: the bytes that stand for
    the ``source`` of every PageRequest among ``args``.

    Raises PageError as at home, WrongVersion where this worker is of another ``version``.
    """
    if version != _version():
        raise WrongVersion
    if not hasattr(_own, "pool"):
        _own.pool = supervised(1)  # one for each thread that the worker was given
    with _spilled(master) as path:
        here = tuple(replace(each, source=path) if isinstance(each, PageRequest) and path else each for each in args)
        future: Future[T] = _own.pool.schedule(fn, args=here, timeout=seconds)
        return outcome(future)


@contextmanager
def _spilled(data: bytes | None) -> Iterator[Path | None]:
    """The bytes as a file without a name, which is gone with this process however that ends: pages may be
    confidential.
    """
    if data is None:
        yield None
        return
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        yield Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
