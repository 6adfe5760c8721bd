"""A record against its paper: findings, explained; checked, approved, taken back; approved, it is read only."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from digitizer.jobs import process
from digitizer.model import Level, PageId, RecordState
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened
from ui.window import MainWindow

# The offscreen platform says so of every window it is given, and of lists that open.
pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")

ITEM = "HS-01.001"


@pytest.fixture
def declared(root: Path, filled: list[PageId]) -> None:
    """The item declares five pages; three were captured."""
    with Workspace(root, NULL_ENGINE) as workspace:
        process(workspace)
        records = workspace.catalogue.records
        records.describe(records.get(ITEM), {"pages": "5"})


def describe(window: MainWindow, root: Path, code: str, qtbot: QtBot) -> None:
    with Workspace(root, NULL_ENGINE) as workspace:
        record = workspace.catalogue.records.get(code)
    window.show_task("describe")
    window.select(record.id)
    qtbot.waitUntil(
        lambda: window.describe.form is not None and window.describe.form.record.code == code, timeout=WAIT_MS
    )


def state(root: Path) -> RecordState:
    with Workspace(root, NULL_ENGINE) as workspace:
        return workspace.catalogue.records.get(ITEM).state


def test_a_finding_is_explained_and_the_record_approved(
    opened: Opened, root: Path, declared: None, qtbot: QtBot
) -> None:
    window = opened(root)
    describe(window, root, ITEM, qtbot)
    panel = window.describe.approval
    qtbot.waitUntil(lambda: panel.list.count() == 1, timeout=WAIT_MS)
    assert "5 pages are declared" in panel.list.item(0).text()
    panel.check.click()
    qtbot.waitUntil(lambda: state(root) is RecordState.CHECKED, timeout=WAIT_MS)
    qtbot.waitUntil(panel.check.isHidden, timeout=WAIT_MS)
    panel.approve.click()
    qtbot.waitUntil(lambda: any("cannot be approved" in text for text in window.messages.texts), timeout=WAIT_MS)
    panel.explain_button.click()
    (dialog,) = panel.findChildren(QInputDialog)
    dialog.setTextValue("Hai trang bị mất")
    dialog.accept()
    qtbot.waitUntil(lambda: "Hai trang bị mất" in panel.list.item(0).text(), timeout=WAIT_MS)
    panel.approve.click()
    qtbot.waitUntil(lambda: state(root) is RecordState.APPROVED, timeout=WAIT_MS)
    note = window.describe.fields["notation"].editor
    assert isinstance(note, QLineEdit)
    qtbot.waitUntil(note.isReadOnly, timeout=WAIT_MS)
    assert "is approved" in window.describe._frozen.text()
    assert not window.describe.profile.isEnabled()
    panel.take_back.click()
    qtbot.waitUntil(lambda: not note.isReadOnly(), timeout=WAIT_MS)
    assert window.describe._frozen.isHidden()
    qtbot.waitUntil(window.actions_table["undo"].isEnabled, timeout=WAIT_MS)
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: state(root) is RecordState.APPROVED, timeout=WAIT_MS)


def test_what_lies_in_an_approved_file_is_read_only(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    with Workspace(root, NULL_ENGINE) as workspace:
        catalogue = workspace.catalogue
        catalogue.approval.set_state(catalogue.records.get("HS-01"), RecordState.APPROVED)
    window = opened(root)
    describe(window, root, ITEM, qtbot)
    assert "HS-01" in window.describe._frozen.text()
    window.describe.copy_before()
    assert window.describe.typed == {}


def test_the_same_number_is_warned_of(opened: Opened, root: Path, qtbot: QtBot) -> None:
    with Workspace(root, NULL_ENGINE) as workspace:
        records = workspace.catalogue.records
        file = records.file_for("HS-9")
        values = {"number": "15", "notation": "QĐ-UBND", "issuing_body": "UBND tỉnh"}
        for code in ("HS-9.001", "HS-9.002"):
            records.create(Level.ITEM, code, "", file, values=values)
    window = opened(root)
    describe(window, root, "HS-9.002", qtbot)
    said = window.describe.fields["notation"]._note
    assert "HS-9.001" in said.text()
    assert not said.isHidden()
