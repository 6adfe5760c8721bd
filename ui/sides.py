"""What stands round the page, and when it is shown: the page gets the room where there is little."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QSplitter, QWidget

from ui.actions import ActionTable
from ui.widgets.desk import Desk

_ROOM = 1400
"""A window so wide (in pixels) has room for the facts beside the page."""
_LEAST_PANEL, _LEAST_FORM = 220, 340
"""A form needs more room than the panels of other tasks."""


class Sides:
    """Shows and hides the panels round the page as three actions say.

    ``side_panels``: what is beside the desk, and the facts. ``facts``: these alone; until a person chooses, they follow
    the width of the window. ``page_only``: nothing but the page.
    """

    def __init__(self, actions: ActionTable, beside: Sequence[QWidget], desk: Desk, work: QSplitter) -> None:
        """``beside``: the records, and the panel of the task, which stands first in ``work``."""
        self._panels, self._facts, self._only = (actions[name] for name in ("side_panels", "facts", "page_only"))
        self._beside, self._toolbar, self._desk = beside, actions.toolbar, desk
        self._work, self._panel = work, beside[1]
        self._panel.setMinimumWidth(_LEAST_PANEL)
        self._widths = {False: _LEAST_PANEL, True: _LEAST_FORM}
        self._facts_chosen = False
        self._panels.setChecked(True)

    def apply(self) -> None:
        """Show what the actions say now."""
        only, panels = self._only.isChecked(), self._panels.isChecked()
        for widget in self._beside:
            widget.setVisible(panels and not only)
        self._toolbar.setVisible(not only)
        self._desk.show_sides(filmstrip=not only, facts=self._facts.isChecked() and panels and not only)

    def open(self) -> None:
        """Show the panels: what was asked for is in them."""
        self._only.setChecked(False)
        self._panels.setChecked(True)
        self.apply()

    def make_room(self, *, form: bool) -> None:
        """Give the task's panel the width that it had when such a one was shown last."""
        least = _LEAST_FORM if form else _LEAST_PANEL
        if self._panel.minimumWidth() != least:
            widths = self._work.sizes()
            self._widths[not form] = widths[0] or self._widths[not form]
            self._panel.setMinimumWidth(least)
            self._work.setSizes([self._widths[form], sum(widths) - self._widths[form]])

    def choose_facts(self) -> None:
        """A person has opened or closed the facts: so they stay."""
        self._facts_chosen = True
        if self._facts.isChecked():
            self.open()
        else:
            self.apply()

    def follow(self, width: int) -> None:
        """The window has become ``width`` pixels wide."""
        if not self._facts_chosen:
            self._facts.setChecked(width >= _ROOM)
            self.apply()

    def save(self, kept: QSettings) -> None:
        kept.setValue("facts", str(self._facts.isChecked()) if self._facts_chosen else "")

    def restore(self, kept: QSettings) -> None:
        said = kept.value("facts", "")
        self._facts_chosen = bool(said)
        if said:
            self._facts.setChecked(said == str(True))
        self.apply()
