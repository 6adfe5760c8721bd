"""The window through its public doors: open, import, read, undo, deliver; nothing blocks, nothing is left behind."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from digitizer.errors import Exit
from digitizer.model import JobState, PageId, Sha256
from digitizer.workspace import Workspace
from ocr.geometry import Size
from ocr.load import Inspection, PageInfo
from tests.helpers.workspaces import NULL_ENGINE, tiny_page
from tests.ui.conftest import LINES, WAIT_MS, Opened
from ui.app import Program, run
from ui.widgets.sentences import Sentences
from ui.window import MainWindow

# The offscreen platform says so of every window it is given.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

BUSY_MS = 100
"""The window's thread is never busy longer: a clerk feels more."""
TICK_MS = 5


def idle(window: MainWindow) -> bool:
    return not any(strip.running for strip in window.strips.values())


def not_imported(window: MainWindow) -> str:
    """What is said of the files that brought no page, in the last import."""
    said = window.capture.findChild(Sentences)
    assert isinstance(said, Sentences)
    return said.toPlainText()


def drop(window: MainWindow, *paths: Path) -> None:
    """Drop files onto the window, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    enter = QDragEnterEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window, event)


def test_an_empty_workspace_offers_the_next_step(opened: Opened, root: Path) -> None:
    window = opened(root)
    assert not window.desk.length
    texts = [button.text() for button in window.desk.findChildren(QWidget) if hasattr(button, "text")]
    assert any("sample" in str(text) for text in texts)
    assert not window.actions_table["read"].isEnabled()


def test_a_filled_workspace_shows_its_pages(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    assert window.desk.length == len(filled)
    assert window.desk.page is not None
    assert window.desk.page.id == filled[0]
    qtbot.waitUntil(lambda: window.desk.canvas.picture_shown, timeout=WAIT_MS)
    window.actions_table["last_page"].trigger()
    assert window.desk.page.id == filled[-1]
    window.actions_table["previous_page"].trigger()
    assert window.desk.page.id == filled[-2]


def test_selected_words_are_copied_with_their_line_breaks(opened: Opened, root: Path, filled: list[PageId]) -> None:
    window = opened(root)
    window.actions_table["select_all"].trigger()
    window.actions_table["copy_text"].trigger()
    assert QGuiApplication.clipboard().text() == "\n".join(LINES)
    first = len(LINES[0].split())
    window.desk.canvas.select_words(first, first + 1)
    assert window.desk.canvas.selected_text == "Quyết định"


def test_the_mouse_selects_words_on_the_ink(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    canvas = window.desk.canvas
    assert canvas.sheet is not None
    assert canvas.sheet.text is not None
    words = list(canvas.sheet.text.words)

    def place(number: int) -> QPointF:
        box = words[number].box
        return QPointF(box.x + box.width / 2, box.y + box.height / 2)

    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.mapFromScene(place(0)))
    QTest.mouseMove(canvas.viewport(), canvas.mapFromScene(place(2)))
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.mapFromScene(place(2)))
    assert canvas.selected_text == " ".join(word.text for word in words[:3])


@pytest.mark.parametrize("query", ["quyết định", "quyet dinh", "QUYE\u0302\u0301T"])
def test_search_leads_to_the_marked_word(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot, query: str
) -> None:
    window = opened(root)
    window.actions_table["last_page"].trigger()
    window.actions_table["find"].trigger()
    window.search.box.setText(query)
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        QTest.keyClick(window.search.box, Qt.Key.Key_Return)
    QTest.keyClick(window.search.box, Qt.Key.Key_Return)
    assert window.desk.page is not None
    assert window.desk.page.id == filled[0]
    canvas = window.desk.canvas
    assert canvas.sheet is not None
    assert canvas.sheet.text is not None
    found = [word.text.lower() for word in canvas.sheet.text.words if word.box in canvas.marked]
    assert set(found) <= {"quyết", "định"}
    assert found.count("quyết") == 2
    visible = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    assert visible.contains(QPointF(canvas.marked[0].x, canvas.marked[0].y))
    assert canvas.step(1)
    assert not canvas.step(1)


def test_dropped_files_are_imported_into_the_chosen_record(
    opened: Opened, root: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(root)
    good, bad = tiny_page(tmp_path / "Trang tốt.png", 7), tmp_path / "hỏng.pdf"
    bad.write_bytes(b"")
    window.capture.code.setCurrentText("HS-77")
    drop(window, good, bad)
    qtbot.waitUntil(lambda: idle(window) and window.desk.length == 1, timeout=WAIT_MS)
    assert window.desk.page is not None
    assert window.desk.page.name == "Trang tốt.png"
    assert window.desk.page.record_code.startswith("HS-77")
    assert "hỏng.pdf" in not_imported(window)
    drop(window, good)
    qtbot.waitUntil(lambda: idle(window) and "Trang tốt.png" in not_imported(window), timeout=WAIT_MS)
    assert window.desk.length == 1


def test_waiting_pages_are_read_with_progress(opened: Opened, root: Path, waiting: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    qtbot.waitUntil(lambda: window.desk.canvas.picture_shown, timeout=WAIT_MS)  # the preview
    window.actions_table["read"].trigger()
    assert window.strips["process"].running
    assert not window.actions_table["read"].isEnabled()
    qtbot.waitUntil(lambda: idle(window) and not window.actions_table["stop"].isEnabled(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.state is JobState.DONE, timeout=WAIT_MS)
    sheet = window.desk.canvas.sheet
    assert sheet is not None
    assert sheet.text is not None
    assert sheet.size is not None
    with Workspace(root, NULL_ENGINE) as workspace:
        assert workspace.catalogue.queue.count(JobState.DONE) == len(waiting)


def test_reading_can_be_stopped_and_goes_on(opened: Opened, root: Path, waiting: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    window.actions_table["read"].trigger()
    window.actions_table["stop"].trigger()
    qtbot.waitUntil(lambda: idle(window), timeout=WAIT_MS)
    assert "Stopped" in window.messages.texts[0]
    qtbot.waitUntil(window.actions_table["read"].isEnabled, timeout=WAIT_MS)
    window.actions_table["read"].trigger()
    with Workspace(root, NULL_ENGINE) as workspace:
        qtbot.waitUntil(lambda: workspace.catalogue.queue.count(JobState.DONE) == len(waiting), timeout=WAIT_MS)


def test_closing_the_window_stops_the_reading(
    program: Program, opened: Opened, root: Path, waiting: list[PageId]
) -> None:
    window = opened(root)
    window.actions_table["read"].trigger()
    program.close()
    with Workspace(root, NULL_ENGINE) as workspace:
        done = workspace.catalogue.queue.count(JobState.DONE)
        assert done + workspace.catalogue.queue.count(JobState.WAITING) == len(waiting)


def test_changes_can_be_undone_also_after_a_restart(
    program: Program, opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    undo = window.actions_table["undo"]
    before = undo.text()
    window.actions_table["withdraw"].trigger()
    qtbot.waitUntil(lambda: window.desk.length == len(filled) - 1, timeout=WAIT_MS)
    assert undo.text() != before
    program.close()
    window = opened(root)
    assert window.desk.length == len(filled) - 1
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: window.desk.length == len(filled), timeout=WAIT_MS)
    window.actions_table["redo"].trigger()
    qtbot.waitUntil(lambda: window.desk.length == len(filled) - 1, timeout=WAIT_MS)


def test_a_turned_page_waits_to_be_read_and_can_be_turned_back(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    window.actions_table["turn_right"].trigger()
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.quarters == 1, timeout=WAIT_MS)
    assert window.desk.page is not None
    assert window.desk.page.state is JobState.WAITING
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.quarters is None, timeout=WAIT_MS)


def test_a_title_is_changed_in_the_tree(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    index = window.sidebar.tree.currentIndex()
    window.sidebar.records.setData(index, "Hồ sơ quy chế", Qt.ItemDataRole.EditRole)
    qtbot.waitUntil(lambda: window.sidebar.tree.currentIndex().data() == "Hồ sơ quy chế", timeout=WAIT_MS)


def test_records_are_delivered(opened: Opened, root: Path, filled: list[PageId], tmp_path: Path, qtbot: QtBot) -> None:
    window = opened(root)
    window.actions_table["deliver"].trigger()
    window.deliver.folder.setText(str(tmp_path / "bàn giao"))
    qtbot.waitUntil(window.deliver.button.isEnabled, timeout=WAIT_MS)  # it is counted what is checked
    window.deliver.button.click()
    qtbot.waitUntil(lambda: idle(window), timeout=WAIT_MS)
    assert window.messages.texts == ["1 package, all checks passed."]
    qtbot.waitUntil(lambda: window.deliver.history.model.rowCount() == 1, timeout=WAIT_MS)
    assert [path.suffix for path in (tmp_path / "bàn giao").iterdir()] == [".pdf"]


def test_a_foreseen_problem_is_one_sentence(
    opened: Opened, root: Path, waiting: list[PageId], tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(root)
    window.actions_table["deliver"].trigger()
    window.deliver.folder.setText(str(tmp_path / "out"))
    qtbot.waitUntil(window.deliver.button.isEnabled, timeout=WAIT_MS)  # it is counted what is checked
    window.deliver.button.click()
    qtbot.waitUntil(lambda: idle(window), timeout=WAIT_MS)
    assert "cannot be delivered" in window.messages.texts[0]


def test_the_window_is_never_busy_long_while_files_come_in(
    opened: Opened, root: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(root)
    paths = [tiny_page(tmp_path / f"s{number}.png", number + 1) for number in range(40)]
    gaps: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(1000 * (now - last) - TICK_MS)
        last = now

    timer = QTimer(interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start()
    window.start_import(paths)
    qtbot.waitUntil(lambda: idle(window) and window.desk.length == len(paths), timeout=WAIT_MS)
    timer.stop()
    assert max(gaps) < BUSY_MS


def test_a_record_of_ten_thousand_pages_is_turned_at_once(opened: Opened, root: Path) -> None:
    pages = 10_000
    with Workspace(root, NULL_ENGINE) as workspace:
        record = workspace.catalogue.records.file_for("HS-LON")
        inspection = Inspection("tiff", (PageInfo(Size(10, 10), None),) * pages)
        workspace.catalogue.pages.add(record, Sha256("a" * 64), 10, inspection, name="quyển.tif", call="")
    window = opened(root)
    assert window.desk.length == pages
    seconds = []
    for name in ("last_page", "previous_page", "first_page", "next_page"):
        started = time.perf_counter()
        window.actions_table[name].trigger()
        seconds.append(time.perf_counter() - started)
    assert window.desk.page is not None
    assert window.desk.page.number == 2
    assert 1000 * max(seconds) < BUSY_MS


def test_the_first_start_offers_sample_pages_in_a_workspace_of_their_own(
    program: Program, opened: Opened, root: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    first = opened(root)
    with qtbot.assertNotEmitted(qapp.lastWindowClosed):
        first.samples_wanted.emit()
    window = program.window
    assert window is not None
    qtbot.waitUntil(lambda: window.strips["process"].running, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.desk.length > 0, timeout=WAIT_MS)
    window.actions_table["stop"].trigger()
    qtbot.waitUntil(lambda: idle(window), timeout=WAIT_MS)
    with Workspace(root, NULL_ENGINE) as workspace:
        assert workspace.catalogue.records.all() == []


def test_what_nobody_foresaw_can_be_copied(opened: Opened, root: Path) -> None:
    window = opened(root)
    window.show_error(ZeroDivisionError("seven"))
    dialog = window.findChild(QDialog)
    assert isinstance(dialog, QDialog)
    details = dialog.findChild(QPlainTextEdit)
    assert isinstance(details, QPlainTextEdit)
    assert "ZeroDivisionError: seven" in details.toPlainText()
    dialog.close()


def test_a_workspace_that_cannot_be_used_is_said_at_the_start(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    said = []
    monkeypatch.setattr(QMessageBox, "critical", lambda *arguments: said.append(arguments[-1]))
    assert run(tmp_path / "file", NULL_ENGINE) == Exit.WORKSPACE
    assert str(tmp_path / "file") in said[0]
