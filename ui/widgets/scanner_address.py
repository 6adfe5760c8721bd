"""Asks for the address of a scanner on the network: the only way in which one is ever used."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from digitizer.capture.sane_config import is_address
from digitizer.i18n import gettext
from ui.widgets.buttons import accept_button

_WIDTH = 440
_BEGIN = "escl:http://"


def ask_address(parent: QWidget, chosen: Callable[[str], None]) -> QDialog:
    """Let a person type an address; ``chosen`` is called with it."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(gettext("Network scanner"))
    text = QLabel(
        gettext("Type the scanner's address, as the scanner or the administrator says it, such as {example}.").format(
            example="escl:http://192.0.2.7:80"
        ),
        dialog,
    )
    text.setWordWrap(True)
    note = QLabel(gettext("Nothing but this address is asked; the network is not searched."), dialog)
    note.setWordWrap(True)
    note.setProperty("role", "muted")
    line = QLineEdit(_BEGIN, dialog)
    line.setAccessibleName(gettext("Address of the scanner"))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, dialog)
    use = accept_button(buttons, gettext("&Use this scanner"))

    def check(typed: str) -> None:
        use.setEnabled(is_address(typed.strip()) and typed.strip() != _BEGIN)

    def accept() -> None:
        chosen(line.text().strip())
        dialog.accept()

    line.textChanged.connect(check)
    check(line.text())
    buttons.accepted.connect(accept)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    for widget in (text, line, note, buttons):
        column.addWidget(widget)
    dialog.setMinimumWidth(_WIDTH)
    dialog.open()
    line.setFocus()
    return dialog
