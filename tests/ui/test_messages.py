"""What is said, and the next step that is offered with it."""

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitizer.errors import DeliveryFailed, PagesWaiting, WorkspaceUnusable, WrongUsage
from digitizer.model import PageId
from tests.ui.conftest import WAIT_MS, Opened
from ui.actions import plain
from ui.widgets.messages import Message, Severity
from ui.window import TASKS, MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

SMALL_SCREEN = (1280, 800)
COMMAND_LINE = re.compile(r"digitizer \w|--\w")


def offered(window: MainWindow) -> list[str]:
    return [button.text() for button in window.messages.findChildren(QPushButton) if button.isVisible()]


def test_no_command_line_is_advised_in_the_window(opened: Opened, root: Path) -> None:
    window = opened(root)
    window.show_error(PagesWaiting(record="HS-01", count=2))
    window.show_error(WorkspaceUnusable(path="/x", reason="no space"))
    window.show_error(DeliveryFailed(record="HS-01", check="fonts", detail="none"))
    assert len(window.messages.texts) == 3
    assert not [text for text in window.messages.texts if COMMAND_LINE.search(text)]


def test_pages_that_wait_can_be_read_from_the_message(
    opened: Opened, root: Path, waiting: list[PageId], tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(root)
    window.show_task("deliver")
    window.deliver.folder.setText(str(tmp_path / "out"))
    qtbot.waitUntil(window.deliver.button.isEnabled, timeout=WAIT_MS)  # it is counted what is checked
    window.deliver.button.click()
    qtbot.waitUntil(lambda: bool(window.messages.texts), timeout=WAIT_MS)
    read = plain(window.actions_table["read"].text())
    qtbot.waitUntil(lambda: offered(window) == [read], timeout=WAIT_MS)
    window.actions_table["read"].trigger()
    assert offered(window) == []  # it is being done


def test_the_task_on_the_screen_is_not_offered(opened: Opened, root: Path) -> None:
    window = opened(root)
    action = window.actions_table["capture"]
    window.show_task("images")
    window.messages.show_message(Message(Severity.WARNING, lambda: "said", action=action))
    assert offered(window) == [plain(action.text())]
    window.show_task("capture")
    assert offered(window) == []


def test_only_errors_of_the_act_are_over(opened: Opened, root: Path) -> None:
    area = opened(root).messages
    area.show_message(Message(Severity.ERROR, lambda: "import error", act="import"))
    area.show_message(Message(Severity.WARNING, lambda: "import warning", act="import"))
    area.show_message(Message(Severity.ERROR, lambda: "delivery error", act="deliver"))
    area.forget("import")
    assert area.texts == ["delivery error", "import warning"]


def long_message(number: int) -> Message:
    said = f"{number} {'a sentence that goes on and on ' * 12}"
    return Message(Severity.WARNING, lambda: said, lambda: ["a line that goes on and on " * 9] * 9)


def test_messages_with_long_lists_do_not_make_the_window_grow(opened: Opened, root: Path, qtbot: QtBot) -> None:
    window = opened(root)
    for name in TASKS:
        window.show_task(name)
        for count in range(3):
            window.messages.show_message(long_message(count))
        qtbot.waitUntil(lambda: window.messages.isVisible() and window.messages.height() > 0, timeout=WAIT_MS)
        for way in range(window.capture.ways.count()):
            window.capture.ways.setCurrentIndex(way)
            assert window.minimumSizeHint().height() <= SMALL_SCREEN[1]
            assert window.minimumSizeHint().width() <= SMALL_SCREEN[0]
    assert window.messages.height() < SMALL_SCREEN[1] // 3


def test_what_a_person_could_not_choose_is_said_in_words_of_the_window() -> None:
    assert "digitizer" not in WrongUsage(reason="There is no such folder.").message_in_window
