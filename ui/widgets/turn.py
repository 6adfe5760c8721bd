"""Asks how many pages are to be turned, all by the same."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from digitizer.i18n import gettext
from ui.widgets.buttons import accept_button


def ask_turn(parent: QWidget, title: str, text: str, chosen: Callable[[int], None]) -> QDialog:
    """Let a person say how; ``chosen`` is called with the clockwise quarters."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    label = QLabel(text, dialog)
    label.setWordWrap(True)
    ways = (gettext("&Upside down"), 2), (gettext("A quarter to the &right"), 1), (gettext("A quarter to the &left"), 3)
    column = QVBoxLayout(dialog)
    column.addWidget(label)
    radios = []
    for said, quarters in ways:
        radio = QRadioButton(said, dialog)
        radio.setChecked(quarters == ways[0][1])
        column.addWidget(radio)
        radios.append((radio, quarters))

    def accept() -> None:
        chosen(next(quarters for radio, quarters in radios if radio.isChecked()))
        dialog.accept()

    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, dialog)
    accept_button(buttons, gettext("&Turn"))
    buttons.accepted.connect(accept)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    dialog.open()
    return dialog
