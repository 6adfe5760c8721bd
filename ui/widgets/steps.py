"""How a page was made: its picture after each step, beside one another by a key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QListWidget, QVBoxLayout, QWidget

from digitizer.i18n import gettext
from digitizer.model import Page
from digitizer.steps import step_title, steps_of_page, write_steps
from ocr.work import StageImage
from ui.runner import Runner
from ui.speech import number
from ui.widgets.files import choose_folder

_SIZE = QSize(860, 680)
_LIST_WIDTH = 220
_LEAST_PICTURE = QSize(320, 320)


def show_steps(parent: QWidget, runner: Runner, page: Page) -> None:
    """Make the pictures in the background, then show them; saving asks for a folder."""

    def made(steps: tuple[StageImage, ...]) -> None:
        def save(folder: Path) -> None:
            runner.submit("steps", lambda _workspace, _task: write_steps(steps, folder))

        title = gettext("How page {number} of {record} was made")
        dialog = StepsDialog(steps, title.format(number=number(page.number), record=page.record_code), parent)
        dialog.save_wanted.connect(lambda: choose_folder(dialog, gettext("Save pictures"), Path.home(), save))
        dialog.open()

    runner.submit("steps", lambda workspace, task: steps_of_page(workspace, page, task), done=made, key="steps")


class StepsDialog(QDialog):
    """A list of the steps; the picture of the one that is chosen, as large as the dialog lets it be."""

    save_wanted = Signal()

    def __init__(self, steps: Sequence[StageImage], title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(_SIZE)
        self._pictures = [QPixmap.fromImage(QImage.fromData(step.image)) for step in steps]
        self.list = QListWidget(self)
        self.list.setAccessibleName(gettext("Steps"))
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.addItems([f"{place}. {step_title(step.name)}" for place, step in enumerate(steps, 1)])
        self.picture = QLabel(self)
        self.picture.setMinimumSize(_LEAST_PICTURE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        save = buttons.addButton(gettext("&Save pictures…"), QDialogButtonBox.ButtonRole.ActionRole)
        save.clicked.connect(self.save_wanted)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.list)
        row.addWidget(self.picture, 1)
        column = QVBoxLayout(self)
        column.addLayout(row, 1)
        column.addWidget(buttons)
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show(self.list.currentRow())

    def _show(self, row: int) -> None:
        if 0 <= row < len(self._pictures):
            ratio = self.devicePixelRatioF()
            shown = self._pictures[row].scaled(
                self.picture.size() * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            shown.setDevicePixelRatio(ratio)
            self.picture.setPixmap(shown)
