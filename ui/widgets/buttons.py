"""Buttons of actions."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QWidget

from ui.actions import plain


class ActionButton(QPushButton):
    """Does an action; its text and whether it can be pressed follow the action. ``main``: the next step, no icon."""

    def __init__(self, action: QAction, parent: QWidget, *, main: bool = False) -> None:
        super().__init__(parent)
        self._action = action
        if main:
            self.setProperty("role", "main")
        else:
            self.setIcon(action.icon())
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setText(plain(self._action.text()))
        self.setEnabled(self._action.isEnabled())


def accept_button(box: QDialogButtonBox, text: str = "") -> QPushButton:
    """The button of a dialog that does what it is there for: Enter presses it, and it stands out."""
    button = box.addButton(text, QDialogButtonBox.ButtonRole.AcceptRole)
    button.setProperty("role", "main")
    button.setDefault(True)
    button.style().polish(button)
    return button
