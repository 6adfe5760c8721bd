"""What the window shows after changes: by a person, by another program, by someone who deletes files."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitizer.capture.files import import_paths
from digitizer.files import locked
from digitizer.jobs import process
from digitizer.journal import Journal
from digitizer.model import JobState, PageId
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE, imported, page_text, store, tiny_page
from tests.ui.conftest import WAIT_MS, Opened
from ui.window import MainWindow

# The offscreen platform says so of every window it is given.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

MANY = 45
"""Hits in three parts."""


@pytest.fixture
def many(root: Path, tmp_path: Path) -> list[PageId]:
    """Pages that all hold the word "nước" in two places; their ids."""
    with Workspace(root, NULL_ENGINE) as workspace:
        pages = imported(workspace, tmp_path / "many", MANY, "HS-03")
        process(workspace)
        for page in pages:
            store(workspace, page, page_text("Trạm nước", "Trạm nước"))
    return pages


def idle(window: MainWindow) -> bool:
    return not any(strip.running for strip in window.strips.values())


def searched(window: MainWindow, qtbot: QtBot, query: str) -> None:
    window.actions_table["find"].trigger()
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        window.search.box.setText(query)
        window.search.search()


def hit_row(window: MainWindow) -> int:
    return window.search.list.currentIndex().row()


def go(window: MainWindow, action: str = "next_hit") -> None:
    window.actions_table[action].trigger()


def test_a_typed_code_is_kept_while_files_come_in(
    opened: Opened, root: Path, filled: list[PageId], tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(root)
    window.capture.code.setCurrentText("LÔ-1")
    window.start_import([tiny_page(tmp_path / f"b{number}.png", 50 + number) for number in range(6)])
    window.capture.code.setCurrentText("LÔ-2")
    qtbot.waitUntil(lambda: idle(window), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.sidebar.record is not None and window.desk.length == 6, timeout=WAIT_MS)
    assert window.capture.record_code == "LÔ-2"


def test_a_record_that_a_person_selects_is_imported_into(opened: Opened, root: Path, filled: list[PageId]) -> None:
    window = opened(root)
    window.sidebar.tree.setCurrentIndex(QModelIndex())
    assert window.capture.record_code is None
    fonds = window.sidebar.records.index(0, 0)
    window.sidebar.tree.setCurrentIndex(window.sidebar.records.index(0, 0, fonds))
    assert window.capture.record_code == "HS-01"


def test_imported_pages_are_shown(
    opened: Opened, root: Path, filled: list[PageId], tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(root)
    window.capture.code.setCurrentText("LÔ-1")
    window.start_import([tiny_page(tmp_path / "mới.png", 77)])
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.name == "mới.png", timeout=WAIT_MS)
    assert window.sidebar.record is not None
    assert window.desk.page is not None
    assert window.sidebar.record.id == window.desk.page.record


def test_a_person_who_turned_elsewhere_stays_there(
    opened: Opened, root: Path, filled: list[PageId], tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(root)
    window.capture.code.setCurrentText("LÔ-1")
    window.start_import([tiny_page(tmp_path / "mới.png", 77)])
    window.actions_table["last_page"].trigger()
    qtbot.waitUntil(lambda: idle(window), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "LÔ-1" in codes(window), timeout=WAIT_MS)
    assert window.desk.page is not None
    assert window.desk.page.id == filled[-1]


def codes(window: MainWindow) -> list[str]:
    return [window.capture.code.itemText(row) for row in range(window.capture.code.count())]


def test_a_hit_of_a_withdrawn_page_says_so(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    searched(window, qtbot, "trang")
    assert window.search.any_found
    go(window)
    gone = window.desk.page
    assert gone is not None
    window.actions_table["first_page"].trigger()
    with Workspace(root, NULL_ENGINE) as workspace:
        workspace.catalogue.pages.withdraw(gone.id)
    go(window)
    assert window.desk.page is not None
    assert window.desk.page.id == filled[0]
    assert not window.desk.canvas.marked
    assert "withdrawn" in window.messages.texts[0]
    qtbot.waitUntil(lambda: window.desk.length == len(filled) - 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.search.list.model().rowCount() == 1, timeout=WAIT_MS)


def test_hits_follow_changes(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    searched(window, qtbot, "trang")
    go(window)
    window.actions_table["withdraw"].trigger()
    qtbot.waitUntil(lambda: window.search.list.model().rowCount() == 1, timeout=WAIT_MS)
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: window.search.list.model().rowCount() == 2, timeout=WAIT_MS)


def test_a_withdrawn_page_is_named_and_comes_back(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    window.actions_table["last_page"].trigger()
    window.actions_table["withdraw"].trigger()
    qtbot.waitUntil(lambda: bool(window.messages.texts), timeout=WAIT_MS)
    assert window.messages.texts == ["Page 3 of HS-01.001 was withdrawn."]
    qtbot.waitUntil(window.actions_table["undo"].isEnabled, timeout=WAIT_MS)
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: window.messages.texts == ["Taken back: withdraw a page."], timeout=WAIT_MS)


def test_nothing_is_done_to_a_page_that_nobody_sees(opened: Opened, root: Path, filled: list[PageId]) -> None:
    window = opened(root)
    window.actions_table["deliver"].trigger()
    for name in ("withdraw", "turn_left", "turn_right", "next_page", "last_page", "zoom_in", "next_hit", "select_all"):
        assert not window.actions_table[name].isEnabled(), name
    window.actions_table["capture"].trigger()
    assert window.actions_table["withdraw"].isEnabled()


def test_marks_go_with_their_query(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    searched(window, qtbot, "quyết định")
    go(window)
    assert window.desk.canvas.marked
    searched(window, qtbot, "việt nam")
    assert not window.desk.canvas.marked
    go(window)
    sheet = window.desk.canvas.sheet
    assert sheet is not None
    assert sheet.text is not None
    assert {word.text for word in sheet.text.words if word.box in window.desk.canvas.marked} <= {"VIỆT", "NAM"}
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        window.search.box.setText("")
    assert not window.desk.canvas.marked


def test_the_current_hit_is_shown_again_after_paging_away(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    searched(window, qtbot, "quyết định")
    go(window)
    index = window.search.list.currentIndex()
    for again in ("click", "F3"):
        window.actions_table["last_page"].trigger()
        assert window.desk.page is not None
        assert window.desk.page.id == filled[-1]
        if again == "click":
            place = window.search.list.visualRect(index).center()
            QTest.mouseClick(window.search.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        else:
            go(window)
        assert window.desk.page.id == filled[0]
        assert window.desk.canvas.marked


def test_hits_are_stepped_through_to_the_last_and_back(
    opened: Opened, root: Path, many: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    searched(window, qtbot, "nước")
    for row in range(MANY):
        go(window)
        qtbot.waitUntil(lambda row=row: hit_row(window) == row, timeout=WAIT_MS)  # type: ignore[misc]
        go(window)  # the second place on the page
        assert hit_row(window) == row
    go(window)
    assert hit_row(window) == MANY - 1
    assert "last hit" in window.statusBar().currentMessage()
    go(window, "previous_hit")
    assert hit_row(window) == MANY - 1
    go(window, "previous_hit")
    assert hit_row(window) == MANY - 2
    assert window.desk.canvas.step(-1), "the page is entered at its last place on the way back"


def test_deleted_derivatives_are_made_again(opened: Opened, root: Path, waiting: list[PageId], qtbot: QtBot) -> None:
    with Workspace(root, NULL_ENGINE) as workspace:
        process(workspace)
        derivatives = workspace.derivatives
        store(workspace, waiting[1], page_text("Trạm nước"))
    window = opened(root)
    qtbot.waitUntil(lambda: window.desk.canvas.picture_shown, timeout=WAIT_MS)
    shutil.rmtree(root / "derivatives")
    searched(window, qtbot, "nước")
    go(window)
    qtbot.waitUntil(lambda: bool(window.desk.canvas.marked), timeout=WAIT_MS)
    sheet = window.desk.canvas.sheet
    assert sheet is not None
    assert sheet.image == derivatives.image(waiting[1])
    qtbot.waitUntil(lambda: all(derivatives.thumbnail(page).is_file() for page in waiting[:2]), timeout=WAIT_MS)


def test_only_the_turned_page_is_read(opened: Opened, root: Path, waiting: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    window.actions_table["turn_right"].trigger()
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.state is JobState.DONE, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: idle(window), timeout=WAIT_MS)
    with Workspace(root, NULL_ENGINE) as workspace:
        assert workspace.catalogue.queue.count(JobState.WAITING) == len(waiting) - 1
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.quarters is None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.state is JobState.DONE, timeout=WAIT_MS)
    with Workspace(root, NULL_ENGINE) as workspace:
        assert workspace.catalogue.queue.count(JobState.WAITING) == len(waiting) - 1


def test_a_turn_while_another_process_reads_is_no_error(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    with Workspace(root, NULL_ENGINE) as workspace, locked(workspace.process_lock) as held:
        assert held
        window.actions_table["turn_right"].trigger()
        qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.quarters == 1, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: idle(window), timeout=WAIT_MS)
        assert window.messages.texts == []


def test_changes_from_outside_are_seen(
    opened: Opened, root: Path, filled: list[PageId], tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(root)
    with Workspace(root, NULL_ENGINE) as workspace:
        import_paths(workspace, [tiny_page(tmp_path / "ngoài.png", 99)], "HS-01")
        qtbot.waitUntil(lambda: window.desk.length == len(filled) + 1, timeout=WAIT_MS)
        process(workspace)
        qtbot.waitUntil(lambda: not window.actions_table["read"].isEnabled(), timeout=WAIT_MS)
        Journal(workspace).undo()
        qtbot.waitUntil(lambda: window.desk.length == len(filled), timeout=WAIT_MS)
