"""Scanners of libsane itself: ``test`` simulates one, ``pnm`` scans an image file."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest

from digitizer.capture.scanner.faults import DriverHangs
from digitizer.capture.scanner.libsane import LIBRARY

T = TypeVar("T")
PATIENCE = 10.0
"""Seconds. Each act of these drivers takes a small part of that, on any machine."""

SHEETS = 10
"""So many the feeder of the driver ``test`` holds (sane-test(5))."""
SLOW = (("read-limit", True), ("read-limit-size", 1000), ("read-delay", True), ("read-delay-duration", 200_000))
"""A sheet takes many seconds: it can be stopped."""
UNHURRIED = (("read-limit", True), ("read-limit-size", 30_000), ("read-delay", True), ("read-delay-duration", 60_000))
"""A sheet takes a quarter of a second: long enough to be seen at work."""
_HANGING_TRIES = 4
_SMALL = ("resolution 50.0", "mode Color", 'test-picture "Color pattern"')


_HANGING = """
import sys, time
if "digitizer.capture.scanner.child" in sys.orig_argv:
    from digitizer.capture.scanner import libsane
    libsane.{act} = lambda self, *_: time.sleep(3600)
"""


def despite_hangs(act: Callable[[], T]) -> T:
    """``act``, once more where the driver hung. ``test`` does so in one of a hundred scans that come after one that was
    broken off: it ends the thread that reads, whatever lock that holds (docs/decisions/025-scanners.md).
    """
    for _ in range(_HANGING_TRIES - 1):
        with suppress(DriverHangs):
            return act()
    return act()


def has_libsane() -> bool:
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


needs_libsane = pytest.mark.skipif(not has_libsane(), reason="libsane is not installed")


def configured(folder: Path, *settings: str, driver: str = "test") -> Path:
    """A configuration with one virtual scanner. ``settings``: lines of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dll.conf").write_text(f"{driver}\n")
    (folder / "dll.d").mkdir(exist_ok=True)
    lines = ["number_of_devices 1", *_SMALL, *settings] if driver == "test" else settings
    (folder / f"{driver}.conf").write_text("\n".join([*lines, ""]))
    return folder


def hanging_in(folder: Path, act: str = "Handle.cancel") -> Path:
    """To be set as PYTHONPATH: the driver hangs in that act, such as when it has given a page and is to let the scanner
    go.
    """
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_HANGING.format(act=act))
    return folder
