"""A line into which a hand-held reader types what it has read on a label."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from digitizer.i18n import gettext
from ui.widgets.buttons import accept_button

_WIDTH = 420


class OpenLabel(QDialog):
    """Stays open where the label means nothing; readers end what they type with Enter."""

    read = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(gettext("Open a record by its label"))
        text = QLabel(gettext("Read the QR code of the label with a hand-held reader, or type the code."), self)
        text.setWordWrap(True)
        self.line = QLineEdit(self)
        self.line.setAccessibleName(gettext("What the label says"))
        self._fault = QLabel(self)
        self._fault.setWordWrap(True)
        self._fault.setProperty("role", "fault")
        self._fault.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        accept_button(buttons, gettext("&Open the record"))
        buttons.accepted.connect(lambda: self.read.emit(self.line.text().strip()))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (text, self.line, self._fault, buttons):
            column.addWidget(widget)
        self.setMinimumWidth(_WIDTH)
        self.line.setFocus()

    def refuse(self, sentence: str) -> None:
        """Say why no record was opened; the next label replaces the text."""
        self._fault.setText(sentence)
        self._fault.show()
        self.line.selectAll()
        self.line.setFocus()
