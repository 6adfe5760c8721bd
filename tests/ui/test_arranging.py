"""Pages put in order from the filmstrip and the menus; everything is undone."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from digitizer.model import PageId
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened
from ui.widgets.pick import PickPages, PickRecord
from ui.window import MainWindow

# The offscreen platform says so of every window it is given.
pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")


@pytest.fixture
def other(root: Path, filled: list[PageId]) -> None:
    """An empty file beside the one that is filled."""
    with Workspace(root, NULL_ENGINE) as workspace:
        workspace.catalogue.records.file_for("HS-77")


def order(root: Path) -> dict[str, list[PageId]]:
    """Which pages lie where, by the codes of their records."""
    found: dict[str, list[PageId]] = {}
    with Workspace(root, NULL_ENGINE) as workspace:
        for record in workspace.catalogue.records.all():
            pages = workspace.catalogue.pages.part(record.id, 0, -1)
            if pages:
                found[record.code] = [page.id for page in pages]
    return found


def select(window: MainWindow, *rows: int) -> None:
    model = window.desk.filmstrip.model()
    window.desk.show_row(rows[0])
    for row in rows:
        window.desk.filmstrip.selectionModel().select(model.index(row, 0), QItemSelectionModel.SelectionFlag.Select)


def until(root: Path, wanted: dict[str, list[PageId]], qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: order(root) == wanted, timeout=WAIT_MS)


def undo(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(window.actions_table["undo"].isEnabled, timeout=WAIT_MS)
    window.actions_table["undo"].trigger()


def test_selected_pages_go_to_another_record_and_back(
    opened: Opened, root: Path, filled: list[PageId], other: None, qtbot: QtBot
) -> None:
    window = opened(root)
    a, b, c = filled
    select(window, 0, 2)
    window.actions_table["move_pages"].trigger()
    (dialog,) = window.findChildren(PickRecord)
    qtbot.waitUntil(lambda: dialog.list.count() > 1, timeout=WAIT_MS)
    dialog.box.setText("77")
    dialog.box.textEdited.emit("77")
    qtbot.waitUntil(lambda: dialog.list.count() == 1, timeout=WAIT_MS)
    dialog.move_button.click()
    until(root, {"HS-01.001": [b], "HS-77": [a, c]}, qtbot)
    qtbot.waitUntil(lambda: "2 pages lie in HS-77 now." in window.messages.texts, timeout=WAIT_MS)
    undo(window, qtbot)
    until(root, {"HS-01.001": filled}, qtbot)


class _Drop(QDropEvent):
    """A drop at ``place`` of what was dragged from ``strip``."""

    def __init__(self, strip: QWidget, place: QPoint) -> None:
        self._data = QMimeData()  # Qt does not keep it
        super().__init__(
            QPointF(place), Qt.DropAction.CopyAction, self._data, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        self._strip = strip

    def source(self) -> QWidget:
        return self._strip


def test_a_drop_is_ahead_of_the_page_or_behind_it(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    strip = window.desk.filmstrip
    select(window, 1)
    row = strip.visualRect(window.desk.model.index(1, 0))
    for y, behind in ((row.top() + 3, False), (row.bottom() - 3, True)):
        with qtbot.waitSignal(strip.dropped, timeout=WAIT_MS) as said:
            strip.dropEvent(_Drop(strip, QPoint(row.center().x(), y)))
        assert said.args is not None
        assert (said.args[0].id, said.args[1]) == (filled[1], behind)
    assert order(root) == {"HS-01.001": filled}, "the page is dropped where it stood"


def test_pages_are_dragged_to_another_place(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    a, b, c = filled
    strip = window.desk.filmstrip
    select(window, 0)
    strip.dropped.emit(window.desk.model.page(2), True)
    until(root, {"HS-01.001": [b, c, a]}, qtbot)
    qtbot.waitUntil(lambda: window.desk.row == 2, timeout=WAIT_MS)
    select(window, 1, 2)
    strip.dropped.emit(window.desk.model.page(0), False)
    until(root, {"HS-01.001": [c, a, b]}, qtbot)


def test_a_record_is_split_and_joined_again(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    a, b, c = filled
    assert not window.actions_table["split_here"].isEnabled()
    window.desk.show_row(1)
    window.actions_table["split_here"].trigger()
    until(root, {"HS-01.001": [a], "HS-01.002": [b, c]}, qtbot)
    qtbot.waitUntil(lambda: any("HS-01.002" in text for text in window.messages.texts), timeout=WAIT_MS)
    window.desk.show_row(0)
    window.actions_table["merge_next"].trigger()
    until(root, {"HS-01.001": filled}, qtbot)
    qtbot.waitUntil(lambda: any("lies in HS-01.001" in text for text in window.messages.texts), timeout=WAIT_MS)
    window.actions_table["merge_next"].trigger()
    qtbot.waitUntil(lambda: any("stands behind" in text for text in window.messages.texts), timeout=WAIT_MS)


def test_a_scan_is_replaced_by_a_newer_one(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    _, b, c = filled
    window.desk.show_row(0)
    window.actions_table["replace_scan"].trigger()
    (dialog,) = window.findChildren(PickPages)
    assert not dialog.accept_button.isEnabled()
    dialog.list.setCurrentIndex(dialog.list.model().index(2, 0))
    dialog.accept_button.click()
    until(root, {"HS-01.001": [c, b]}, qtbot)
    undo(window, qtbot)
    until(root, {"HS-01.001": filled}, qtbot)


def test_withdrawn_pages_come_back_from_the_tray(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    select(window, 1, 2)
    window.actions_table["withdraw"].trigger()
    until(root, {"HS-01.001": filled[:1]}, qtbot)
    qtbot.waitUntil(lambda: "2 pages were withdrawn." in window.messages.texts, timeout=WAIT_MS)
    window.actions_table["tray"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(PickPages)), timeout=WAIT_MS)
    (dialog,) = window.findChildren(PickPages)
    dialog.list.selectAll()
    dialog.accept_button.click()
    until(root, {"HS-01.001": filled}, qtbot)
