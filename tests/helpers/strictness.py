"""What a test must not leave behind: log records nobody asked for, running processes, windows.

Each is a context manager around one test that raises AssertionError, naming everything that was left.
"""

import contextlib
import ctypes
import gc
import logging
import os
import re
import select
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

GRACE_SECONDS = 5.0
"""How long a process may take to end after the test that started it."""

# Helpers of multiprocessing that live as long as the process that needed them first.
_LASTING = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@contextlib.contextmanager
def no_stray_logs(expected: Sequence[str]) -> Iterator[None]:
    """Fail on records of WARNING and above. ``expected``: patterns (re.search) of those that must come, and may."""
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(collector)
    stray = [each for each in collector.messages if not any(re.search(pattern, each) for pattern in expected)]
    silent = [pattern for pattern in expected if not any(re.search(pattern, each) for each in collector.messages)]
    assert not stray, f"logged unasked: {stray}"
    assert not silent, f"expected in the log, and not there: {silent}"


def adopt_orphans() -> None:
    """Become the parent of processes whose own parent died, so that ``no_processes_left`` sees them too (prctl(2))."""
    set_child_subreaper = 36
    ctypes.CDLL(None, use_errno=True).prctl(set_child_subreaper, 1, 0, 0, 0)


@contextlib.contextmanager
def no_processes_left() -> Iterator[None]:
    """Fail on child processes that run on ``GRACE_SECONDS`` after the body, and kill them."""
    before = _children()
    yield
    left = [command for pid in _children() - before if (command := _ended_by_force(pid))]
    assert not left, f"processes still running: {left}"


def _children() -> set[int]:
    """Process ids of every child of this process."""
    return {int(pid) for listing in Path("/proc/self/task").glob("*/children") for pid in listing.read_text().split()}


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()


def _ended_by_force(pid: int) -> str | None:
    """The command line of a process that had to be killed; None where it ended by itself or is meant to last."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return None
    try:
        if any(name in _command(pid) for name in _LASTING) or select.select([process], [], [], GRACE_SECONDS)[0]:
            return None
        # Asked for again: a process that had just been started had no command line yet.
        command = _command(pid)
        signal.pidfd_send_signal(process, signal.SIGKILL)
        return command or f"process {pid}"
    except (FileNotFoundError, ProcessLookupError):
        return None
    finally:
        os.close(process)


@contextlib.contextmanager
def no_windows_left() -> Iterator[None]:
    """Fail on top-level widgets without a parent that were not there before. Does nothing where Qt is not loaded."""
    before = set(_windows())
    yield
    left = [window for window in _windows() if window not in before]
    names = [f"{type(window).__name__} {window.objectName()!r}" for window in left]
    for window in left:
        window.close()
        window.deleteLater()
    assert not names, f"windows still there: {names}"


def _windows() -> "list[QWidget]":
    """Top-level widgets that nothing owns, once those that were told to go are gone."""
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        return []
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return [window for window in QApplication.topLevelWidgets() if window.parent() is None]
