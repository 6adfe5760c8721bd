"""How the window is laid out, kept in the user's configuration folder from one start to the next."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

from digitizer.settings import settings_path
from ui.sides import Sides

_FIRST_SIZE = (1280, 800)
_FIRST_SIDES = (260, 300, 760)
"""Widths of the records, the task's panel and the rest, in pixels, before a person moves them."""
_VERSION = 3
"""A layout kept by another version is not taken over."""


class Layout:
    """``splitters``: by name; ``frame`` parts the records from the rest, ``work`` the task's panel from the desk."""

    def __init__(self, window: QMainWindow, splitters: Mapping[str, QSplitter], sides: Sides) -> None:
        self._window, self._splitters, self._sides = window, splitters, sides

    def save(self) -> None:
        """Keep the layout for the next start."""
        kept = _kept()
        kept.setValue("version", _VERSION)
        kept.setValue("geometry", self._window.saveGeometry())
        self._sides.save(kept)
        for name, splitter in self._splitters.items():
            kept.setValue(name, splitter.saveState())

    def restore(self) -> None:
        """Lay the window out as it was left; as new where nothing was kept."""
        kept = _kept()
        self._window.resize(*_FIRST_SIZE)
        left, panel, rest = _FIRST_SIDES
        self._splitters["frame"].setSizes([left, panel + rest])
        self._splitters["work"].setSizes([panel, rest])
        if kept.value("version", type=int) != _VERSION:
            self._sides.follow(self._window.width())
            return
        self._sides.restore(kept)
        self._window.restoreGeometry(kept.value("geometry"))
        for name, splitter in self._splitters.items():
            splitter.restoreState(kept.value(name))


def _kept() -> QSettings:
    return QSettings(str(settings_path().with_name("window.ini")), QSettings.Format.IniFormat)
