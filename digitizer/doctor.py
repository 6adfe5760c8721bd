"""What is installed, what is missing, what for, and the command that mends it."""

from __future__ import annotations

import ctypes.util
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata

from digitizer.fonts import times_metrics
from digitizer.i18n import gettext
from ocr.engines import open_engine
from ocr.errors import PageError

_APT = "sudo apt-get install -y {}"


@dataclass(frozen=True, slots=True)
class Item:
    """``found``: version or place, None where it is missing. ``required``: the main job needs it. ``mend``: a shell
    command.
    """

    name: str
    found: str | None
    needed_for: str
    mend: str
    required: bool


def examine() -> list[Item]:
    """Look at this machine. Changes nothing."""
    reading = gettext("reading pages")
    window = gettext("the window")
    return [
        Item("python", sys.version.split()[0], gettext("everything"), _APT.format("python3"), True),
        Item("sqlite-fts5", _fts5(), gettext("search"), _APT.format("libsqlite3-0"), True),
        Item("tesserocr", _package("tesserocr"), gettext("reading pages twice as fast"), _pip("tesserocr"), False),
        Item("tesseract", shutil.which("tesseract"), reading, _APT.format("tesseract-ocr"), False),
        *_engine(reading),
        Item("pyside6", _package("PySide6_Essentials"), window, _pip("pyside6-essentials"), True),
        *(
            Item(name, ctypes.util.find_library(library), window, _APT.format(name), False)
            for name, library in (
                ("libegl1", "EGL"),
                ("libgl1", "GL"),
                ("libxkbcommon-x11-0", "xkbcommon-x11"),
                ("libxcb-cursor0", "xcb-cursor"),
            )
        ),
        Item("libsane1", ctypes.util.find_library("sane"), gettext("scanners"), _APT.format("libsane1"), False),
        Item("fonts-croscore", _font(), gettext("signatures in Times metrics"), _APT.format("fonts-croscore"), False),
        Item("distributed", _package("distributed"), gettext("other computers that read"), _pip("distributed"), False),
        Item("softhsm2", shutil.which("softhsm2-util"), gettext("testing signatures"), _APT.format("softhsm2"), False),
        Item("poppler-utils", shutil.which("pdftotext"), gettext("testing PDFs"), _APT.format("poppler-utils"), False),
        Item("strace", shutil.which("strace"), gettext("testing silence"), _APT.format("strace"), False),
        Item("xvfb", shutil.which("Xvfb"), gettext("testing the window"), _APT.format("xvfb"), False),
    ]  # fmt: skip


def healthy(items: list[Item]) -> bool:
    """Whether the main job can be done: nothing required is missing."""
    return all(item.found or not item.required for item in items)


def _engine(reading: str) -> Iterator[Item]:
    """The engine that will be used, and the data of each language."""
    needed = {"vie": True, "eng": False, "rus": False}
    try:
        engine = open_engine("auto")
    except PageError:
        yield Item("engine", None, reading, _APT.format("tesseract-ocr"), True)
        known: frozenset[str] = frozenset()
    else:
        yield Item("engine", f"{engine.name} {engine.version}", reading, _APT.format("tesseract-ocr"), True)
        known = engine.languages()
        engine.close()
    for code, required in needed.items():
        name = f"tesseract-ocr-{code}"
        found = code if code in known else None
        yield Item(name, found, gettext("reading pages in “{code}”").format(code=code), _APT.format(name), required)


def _package(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _pip(name: str) -> str:
    return f"{sys.executable} -m pip install {name}"


def _fts5() -> str | None:
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
        except sqlite3.OperationalError:
            return None
    return sqlite3.sqlite_version


def _font() -> str | None:
    found = times_metrics()
    return None if found is None else str(found[0])
