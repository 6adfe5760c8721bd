"""Backups from the window: reminded of, made, refused."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitizer.backups import reminders
from digitizer.model import PageId
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@pytest.fixture(autouse=True)
def reminded(settings_apart: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reminders as they are."""
    monkeypatch.setattr("ui.backup.due", reminders.due)


def test_what_is_due_is_said_once_and_done_from_there(
    opened: Opened, root: Path, filled: list[PageId], tmp_path: Path, qtbot: QtBot
) -> None:
    target = tmp_path / "đĩa ngoài"
    target.mkdir()
    window = opened(root)
    qtbot.waitUntil(lambda: bool(window.messages.texts), timeout=WAIT_MS)
    (said,) = window.messages.texts
    assert "Nothing has been backed up yet" in said
    (button,) = [each for each in window.messages.findChildren(QPushButton) if each.isVisible()]
    assert button.text() == "Back up now"
    window.backups.start(target)
    qtbot.waitUntil(lambda: any("Backed up into" in text for text in window.messages.texts), timeout=WAIT_MS)
    assert not window.strips["backup"].running
    assert "second, independent medium" in window.messages.texts[0]
    with Workspace(root, NULL_ENGINE) as workspace:
        assert len(workspace.catalogue.backups.log()) == 1


def test_a_backup_into_the_workspace_is_refused(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    window.backups.start(root)
    qtbot.waitUntil(lambda: any("in the workspace itself" in text for text in window.messages.texts), timeout=WAIT_MS)


def test_a_new_workspace_is_left_in_peace(opened: Opened, root: Path) -> None:
    window = opened(root)
    assert window.messages.texts == []
