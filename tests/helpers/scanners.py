"""Scanners of libsane itself: ``test`` simulates one, ``pnm`` scans an image file."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from digitizer.capture.scanner.libsane import LIBRARY

SHEETS = 10
"""So many the feeder of the driver ``test`` holds (sane-test(5))."""
SLOW = (("read-limit", True), ("read-limit-size", 1000), ("read-delay", True), ("read-delay-duration", 200_000))
"""A sheet takes many seconds: it can be stopped."""
UNHURRIED = (("read-limit", True), ("read-limit-size", 30_000), ("read-delay", True), ("read-delay-duration", 100_000))
"""A sheet takes half a second: long enough to be seen at work."""
_SMALL = ("resolution 50.0", "mode Color", 'test-picture "Color pattern"')


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
