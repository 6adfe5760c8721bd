"""How a page was made, shown step by step."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from digitizer.jobs import process
from digitizer.model import PageId
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened
from ui.widgets.steps import StepsDialog
from ui.window import MainWindow

# The offscreen platform says so of every window it is given.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


def shown(window: MainWindow, qtbot: QtBot) -> StepsDialog:
    window.actions_table["steps"].trigger()
    qtbot.waitUntil(lambda: window.findChild(StepsDialog) is not None, timeout=WAIT_MS)
    dialog = window.findChild(StepsDialog)
    assert isinstance(dialog, StepsDialog)
    return dialog


def test_each_step_is_a_picture(opened: Opened, root: Path, waiting: list[PageId], qtbot: QtBot) -> None:
    with Workspace(root, NULL_ENGINE) as workspace:
        process(workspace)
    dialog = shown(opened(root), qtbot)
    first = dialog.list.item(0).text(), dialog.picture.pixmap().size()
    assert first[0] == "1. The original"
    QTest.keyClick(dialog.list, Qt.Key.Key_End)
    assert dialog.list.currentItem().text().endswith("The final page")
    assert not dialog.picture.pixmap().isNull()
    dialog.close()


def test_the_pictures_can_be_saved(
    opened: Opened, root: Path, waiting: list[PageId], tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = shown(opened(root), qtbot)
    (tmp_path / "báo lỗi").mkdir()
    dialog.save_wanted.emit()
    chooser = dialog.findChild(QFileDialog)
    assert isinstance(chooser, QFileDialog)
    chooser.setDirectory(str(tmp_path))
    chooser.selectFile("báo lỗi")
    QFileDialog.accept(chooser)
    qtbot.waitUntil(lambda: any((tmp_path / "báo lỗi").glob("*-page.jpg")), timeout=WAIT_MS)
    dialog.close()
