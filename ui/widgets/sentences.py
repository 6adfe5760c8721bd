"""Several sentences to be read, selected and copied, wrapped to the width there is (paths too)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget


class Sentences(QPlainTextEdit):
    """A read-only list, one sentence a paragraph."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        selectable = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.setTextInteractionFlags(selectable)

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these sentences, an empty line between them."""
        self.setPlainText("\n\n".join(lines))
