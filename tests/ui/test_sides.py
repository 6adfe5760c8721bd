"""Room for the page, and keys that do what the place they are pressed in suggests."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from digitizer.model import PageId
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened
from ui import runner
from ui.app import Program

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

NARROW, WIDE = (1280, 800), (1920, 1080)


def test_the_page_gets_the_room(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    window.resize(*NARROW)
    width = window.desk.canvas.width()
    window.actions_table["side_panels"].trigger()
    assert not window.sidebar.isVisible()
    qtbot.waitUntil(lambda: window.desk.canvas.width() > width, timeout=WAIT_MS)
    width = window.desk.canvas.width()
    window.actions_table["page_only"].trigger()
    assert not window.desk.filmstrip.isVisible()
    qtbot.waitUntil(lambda: window.desk.canvas.width() > width, timeout=WAIT_MS)
    window.actions_table["find"].trigger()
    assert window.search.isVisible()
    assert window.desk.filmstrip.isVisible()


def test_the_facts_stand_beside_the_page_where_there_is_room(
    program: Program, opened: Opened, root: Path, filled: list[PageId]
) -> None:
    window = opened(root)
    window.resize(*NARROW)
    assert not window.desk.facts.isVisible()
    window.resize(*WIDE)
    assert window.desk.facts.isVisible()
    window.resize(*NARROW)
    window.actions_table["facts"].trigger()
    assert window.desk.facts.isVisible()
    program.close()
    assert opened(root).desk.facts.isVisible()


def test_page_keys_turn_pages_on_the_page_and_scroll_in_lists(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    window.search.box.setText("quyết định")
    window.show_task("search")
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        window.search.search()
    window.search.step(1)
    for place, row in ((window.search.list, 0), (window.desk.canvas, 1), (window.desk.filmstrip, 1)):
        window.desk.show_row(0)
        place.setFocus()
        QTest.keyClick(place, Qt.Key.Key_PageDown)
        assert window.desk.row == row


def test_the_page_comes_after_the_filmstrip_by_keyboard(opened: Opened, root: Path, filled: list[PageId]) -> None:
    window = opened(root)
    window.desk.filmstrip.setFocus()
    QTest.keyClick(window.desk.filmstrip, Qt.Key.Key_Tab)
    assert window.focusWidget() is window.desk.canvas


def test_the_whole_digest_can_be_copied(opened: Opened, root: Path, filled: list[PageId]) -> None:
    window = opened(root)
    assert window.desk.page is not None
    digests = [line for line in window.desk.facts.findChildren(QLineEdit) if line.text() == window.desk.page.master]
    assert len(digests) == 1
    assert digests[0].focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.logs("lane-slow had not ended")
def test_a_lane_that_does_not_end_is_named(
    tmp_path: Path, qapp: object, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_LONGEST_WAIT_SECONDS", 0.0)
    started, gate = threading.Event(), threading.Event()

    def hang(_: Workspace, __: Task) -> None:
        started.set()
        gate.wait(WAIT_MS / 1000)

    lanes = runner.Runner(tmp_path / "w", NULL_ENGINE)
    lanes.submit("slow", hang)
    assert started.wait(WAIT_MS / 1000)
    assert not lanes.close()
    gate.set()
    qtbot.waitUntil(lambda: not any(t.name == "lane-slow" for t in threading.enumerate()), timeout=WAIT_MS)
