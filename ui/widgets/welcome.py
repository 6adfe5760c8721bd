"""What is shown in place of a page while there is none: always with the next step."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from digitizer.i18n import marked
from ui import style
from ui.speech import Spoken
from ui.widgets.buttons import ActionButton


class Welcome(Spoken, QWidget):
    """Three ways to begin: files, a folder, or the pages that came with the program."""

    def __init__(self, import_files: QAction, import_folder: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        picture, title, words, samples = QLabel(self), QLabel(self), QLabel(self), QLabel(self)
        picture.setPixmap(style.icon("capture").pixmap(QSize(72, 72), self.devicePixelRatioF()))
        title.setProperty("role", "title")
        samples.setProperty("role", "muted")
        self.say(title.setText, marked("No pages here yet"))
        self.say(words.setText, marked("Drop images, PDFs or folders onto this window, or choose them:"))
        self.say(samples.setText, marked("Or look around first, in a workspace of its own with sample pages:"))
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(ActionButton(import_files, self, main=True))
        row.addWidget(ActionButton(import_folder, self))
        row.addStretch()
        self.sample_button = QPushButton(self)
        self.sample_button.setIcon(style.icon("sample"))
        self.say(self.sample_button.setText, marked("Open the sample wor&kspace"))
        column = QVBoxLayout(self)
        column.addStretch(2)
        for label in (picture, title, words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not picture)
            column.addWidget(label)
        column.addSpacing(8)
        column.addLayout(row)
        column.addSpacing(24)
        samples.setAlignment(Qt.AlignmentFlag.AlignCenter)
        samples.setWordWrap(True)
        column.addWidget(samples)
        column.addWidget(self.sample_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
