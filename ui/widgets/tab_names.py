"""The buttons by which Qt scrolls tabs: it names them once, in the language of that moment."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QTabWidget, QToolButton

from digitizer.i18n import marked

_NAMES = (marked("Scroll left"), marked("Scroll right"))


def name_scroll_buttons(tabs: QTabWidget, say: Callable[[Callable[[str], object], str], None]) -> None:
    """Name them with ``say`` of the widget that they stand in."""
    for button, name in zip(tabs.tabBar().findChildren(QToolButton), _NAMES, strict=True):
        say(button.setAccessibleName, name)
