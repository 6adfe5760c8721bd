"""Texts that follow the language: said once where a widget is built, said again when the language changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QWidget

from digitizer.i18n import gettext, language


class Spoken:
    """Mix-in of a widget with texts. ``say`` each fixed text; override ``say_data`` for texts that are made of data."""

    _said: list[tuple[Callable[[str], object], str]]

    def say(self, setter: Callable[[str], object], message: str) -> None:
        """Give ``message`` (an English message id) to ``setter`` in the language spoken, now and after each change."""
        if not hasattr(self, "_said"):
            self._said = []
        self._said.append((setter, message))
        setter(gettext(message))

    def say_again(self) -> None:
        """Set every text anew."""
        for setter, message in getattr(self, "_said", ()):
            setter(gettext(message))
        self.say_data()

    def say_data(self) -> None:
        """Set the texts that are made of data."""


def say_all_again(top: QWidget) -> None:
    """Set the texts of ``top`` and everything in it anew."""
    found: list[QWidget] = [top, *top.findChildren(QWidget, options=Qt.FindChildOption.FindChildrenRecursively)]
    for widget in found:
        if isinstance(widget, Spoken):
            widget.say_again()


def number(value: float, decimals: int = 0) -> str:
    """``value`` as people of the language write it."""
    return QLocale(language()).toString(float(value), "f", decimals)


def byte_size(size: int) -> str:
    """A size in bytes as people of the language write it."""
    return QLocale(language()).formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def moment(at: str) -> str:
    """Day and time of an ISO time as people write them; what is none as it is."""
    try:
        return f"{datetime.fromisoformat(at):%d/%m/%Y %H:%M}"
    except ValueError:
        return at
