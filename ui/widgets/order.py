"""Tab goes through fields in the order in which they are laid out, whatever order they were made in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QSplitter, QTabWidget, QWidget


def tab_as_laid_out(top: QWidget) -> None:
    """Set the order of all fields in ``top``."""
    for before, after in pairwise(_fields(top)):
        QWidget.setTabOrder(before, after)


def _fields(widget: QWidget | None) -> Iterator[QWidget]:
    if widget is None:
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    if isinstance(widget, QTabWidget):
        yield widget.tabBar()
        for row in range(widget.count()):
            yield from _fields(widget.widget(row))
    elif isinstance(widget, QSplitter):
        for place in range(widget.count()):
            yield from _fields(widget.widget(place))
    elif isinstance(widget, QScrollArea):
        yield from _fields(widget.widget())
    elif (layout := widget.layout()) is not None:
        yield from _laid_out(layout)


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        inner = item.layout() if item is not None else None
        widget = item.widget() if item is not None else None
        if widget is not None:
            yield from _fields(widget)
        elif inner is not None:
            yield from _laid_out(inner)
