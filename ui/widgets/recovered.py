"""What was in the feeder when the program ended: run by run, with what became of each sheet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from digitizer.capture.recovery import Recovered
from digitizer.i18n import gettext, ngettext
from ui.speech import Spoken, number

_SIZE = (560, 420)


class RecoveredDialog(Spoken, QDialog):
    """Stays beside the window, so that pages can be looked at."""

    page_chosen = Signal(str)
    """The PageId of a page to be shown."""

    def __init__(self, runs: Sequence[Recovered], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._runs = runs
        self._place = QScrollArea(self)
        self._place.setWidgetResizable(True)
        self._place.setFrameShape(QFrame.Shape.NoFrame)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self._place, 1)
        column.addWidget(buttons)
        self.resize(*_SIZE)
        self.say_data()

    def say_data(self) -> None:
        self.setWindowTitle(gettext("What was in the scanner"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        for run in self._runs:
            self._add(run, column, inside)
        column.addStretch(1)
        self._place.setWidget(inside)

    def _add(self, run: Recovered, column: QVBoxLayout, inside: QWidget) -> None:
        heading = gettext("Run of {at}, scanner “{device}”, into {record}").format(
            at=run.label, device=run.device or "–", record=run.record or gettext("not filed yet")
        )
        column.addWidget(_label(heading, inside, "heading"))
        pages = [*run.before, *run.entered]
        before = ngettext(
            "{count} page was in the catalogue already.", "{count} pages were in the catalogue already.",
            len(run.before),
        )  # fmt: skip
        now = ngettext("{count} page was entered now.", "{count} pages were entered now.", len(run.entered))
        said = [before.format(count=number(len(run.before)))] if run.before else []
        said.append(now.format(count=number(len(run.entered))))
        column.addWidget(_label(" ".join(said), inside))
        if run.unfinished:
            column.addWidget(_label(run.unfinished, inside, "lacking"))
        for sentence in (*(error.message for error in run.refused), *run.notes):
            column.addWidget(_label(sentence, inside, "fault"))
        for text, page in ((gettext("Show the &first page"), pages[:1]), (gettext("Show the &last page"), pages[1:])):
            if page:
                button = QPushButton(text, inside)
                button.clicked.connect(partial(self.page_chosen.emit, page[-1]))
                column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)


def _label(text: str, parent: QWidget, role: str = "") -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setProperty("role", role)
    return label
