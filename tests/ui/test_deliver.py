"""Choosing what is delivered, and what is said of it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitizer.i18n import gettext
from digitizer.model import Level, PageId, Record, RecordId, Secrecy
from tests.ui.conftest import WAIT_MS, Opened
from ui.models.records import Choice, RecordsModel
from ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

CHECKED, PARTLY, NOT = Qt.CheckState.Checked, Qt.CheckState.PartiallyChecked, Qt.CheckState.Unchecked


def record(code: str, parent: str | None, pages: int, level: Level = Level.ITEM) -> Record:
    above = None if parent is None else RecordId(parent)
    return Record(RecordId(code), level, code, code, above, None, Secrecy.NONE, pages, 0, 1, str(level), {})


TREE = [
    record("P", None, 7, Level.FONDS),
    record("A", "P", 5, Level.FILE),
    record("A.1", "A", 2),
    record("A.2", "A", 3),
    record("B", "P", 2, Level.FILE),
]


@pytest.fixture
def records(qapp: object) -> RecordsModel:
    model = RecordsModel(checkable=True)
    model.show(TREE)
    return model


def check(model: RecordsModel, code: str, state: Qt.CheckState) -> None:
    assert model.setData(model.index_of(RecordId(code)), state, Qt.ItemDataRole.CheckStateRole)


def states(model: RecordsModel) -> list[object]:
    return [model.index_of(each.id).data(Qt.ItemDataRole.CheckStateRole) for each in TREE]


def test_a_checked_record_checks_all_below_it(records: RecordsModel) -> None:
    check(records, "P", CHECKED)
    assert states(records) == [CHECKED] * 5
    assert records.choice == Choice(("P",), 3, 7)


def test_a_record_can_be_taken_out_of_a_checked_one(records: RecordsModel) -> None:
    check(records, "P", CHECKED)
    check(records, "A.1", NOT)
    assert states(records) == [PARTLY, PARTLY, NOT, CHECKED, CHECKED]
    assert records.choice == Choice(("A.2", "B"), 2, 5)
    check(records, "A.1", CHECKED)
    assert records.choice.codes == ("P",)


def test_pages_of_a_record_itself_are_a_package_of_their_own(records: RecordsModel) -> None:
    records.show([*TREE[:1], record("A", "P", 6, Level.FILE), *TREE[2:]])
    records.check_only(RecordId("A"))
    assert records.choice == Choice(("A",), 3, 6)


def test_what_comes_below_a_checked_record_is_checked(records: RecordsModel) -> None:
    check(records, "B", CHECKED)
    records.show([*TREE, record("B.1", "B", 2)])
    assert records.choice == Choice(("B",), 1, 2)
    check(records, "B.1", NOT)
    assert records.choice.codes == ()


def deliver(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    window.show_task("deliver")
    window.deliver.folder.setText(str(folder))
    window.deliver.button.click()
    qtbot.waitUntil(lambda: not window.strips["deliver"].running, timeout=WAIT_MS)


def test_success_is_said_and_the_error_before_it_goes(
    opened: Opened, root: Path, filled: list[PageId], tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(root)
    (tmp_path / "file").write_text("no folder")
    deliver(window, tmp_path / "file", qtbot)
    assert "cannot be written" in window.messages.texts[0]
    deliver(window, tmp_path / "out", qtbot)
    assert window.messages.texts == ["1 package, all checks passed."]


def test_a_folder_must_be_given_whole(opened: Opened, root: Path, filled: list[PageId], tmp_path: Path) -> None:
    window = opened(root)
    window.show_task("deliver")
    assert window.deliver.button.isEnabled()
    for relative in ("", "out", "./out"):
        window.deliver.folder.setText(relative)
        assert not window.deliver.button.isEnabled()
    window.deliver.folder.setText(str(tmp_path))
    assert window.deliver.button.isEnabled()


def test_every_record_can_be_checked_at_once(opened: Opened, root: Path, filled: list[PageId]) -> None:
    window = opened(root)
    window.show_task("deliver")
    window.deliver.records.setData(
        window.deliver.records.index(0, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole
    )
    assert not window.deliver.button.isEnabled()
    every = [b for b in window.deliver.findChildren(QPushButton) if b.text() == gettext("Check &all records")]
    every[0].click()
    assert window.deliver.records.choice == Choice(("PHONG",), 1, len(filled))
