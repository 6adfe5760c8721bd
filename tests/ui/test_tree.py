"""The tree of records: made by dialog, moved by drag and by keys, taken away; fetched as it is looked at."""

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from digitizer.errors import KnownError
from digitizer.model import Level, RecordId
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened
from ui.models.looking import PART
from ui.widgets.new_record import NewRecord
from ui.window import MainWindow

# The offscreen platform says so of every window it is given, and of lists that open.
pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")

MANY = 3 * PART + 7


@pytest.fixture
def shelf(root: Path) -> dict[str, RecordId]:
    """A fonds with two boxes; three files, with an item in the first, are in the first box. Ids by code."""
    with Workspace(root, NULL_ENGINE) as workspace:
        records = workspace.catalogue.records
        fonds = records.create(Level.FONDS, "P", "Phông")
        box = records.create(Level.BOX, "H1", "Hộp 1", fonds)
        records.create(Level.BOX, "H2", "Hộp 2", fonds)
        for number in (1, 2, 3):
            records.create(Level.FILE, f"HS{number}", f"Hồ sơ {number}", box)
        records.create(Level.ITEM, "HS1.001", "Tài liệu", records.get("HS1"))
        return {record.code: record.id for record in records.all()}


def below(root: Path, code: str) -> list[str]:
    """What lies in the record of that code."""
    with Workspace(root, NULL_ENGINE) as workspace:
        records = workspace.catalogue.records
        return [record.code for record in records.under(records.get(code).id)]


def choose(window: MainWindow, record: RecordId, qtbot: QtBot) -> None:
    window.sidebar.select(record)
    qtbot.waitUntil(lambda: window.sidebar.record is not None and window.sidebar.record.id == record, timeout=WAIT_MS)


def rows(window: MainWindow, parent: QModelIndex) -> list[object]:
    records = window.sidebar.records
    return [records.index(row, 0, parent).data() for row in range(records.rowCount(parent))]


def dialog(window: MainWindow, qtbot: QtBot) -> NewRecord:
    """Open the dialog for a new record."""
    window.actions_table["new_record"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(NewRecord)), timeout=WAIT_MS)
    found = window.findChildren(NewRecord)[0]
    assert isinstance(found, NewRecord)
    return found


def test_a_record_is_made_by_the_dialog_and_unmade(
    opened: Opened, root: Path, shelf: dict[str, RecordId], qtbot: QtBot
) -> None:
    window = opened(root)
    choose(window, shelf["HS1"], qtbot)
    asked = dialog(window, qtbot)
    assert [asked.level.itemData(row) for row in range(asked.level.count())] == [Level.ITEM]
    assert asked.code.text() == "HS1.002"  # by the template of items
    asked.code.setText("HS2")
    asked.make.click()
    qtbot.waitUntil(asked.make.isEnabled, timeout=WAIT_MS)
    assert "HS2" in " ".join(label.text() for label in asked.findChildren(type(asked._fault)))
    asked.code.setText("HS1.002")
    asked.title.setText("Tờ trình")
    asked.make.click()
    qtbot.waitUntil(lambda: window.sidebar.record is not None and window.sidebar.record.code == "HS1.002",
                    timeout=WAIT_MS)  # fmt: skip
    assert below(root, "HS1") == ["HS1.001", "HS1.002"]
    qtbot.waitUntil(lambda: window.describe.form is not None and window.describe.form.record.title == "Tờ trình",
                    timeout=WAIT_MS)  # fmt: skip
    assert window.actions_table["describe"].isChecked()
    qtbot.waitUntil(lambda: not window.findChildren(NewRecord), timeout=WAIT_MS)
    window.actions_table["undo"].trigger()
    file = window.sidebar.records.index_of
    qtbot.waitUntil(lambda: rows(window, file(shelf["HS1"])) == ["Tài liệu"], timeout=WAIT_MS)


def test_levels_above_can_be_chosen_in_the_dialog(
    opened: Opened, root: Path, shelf: dict[str, RecordId], qtbot: QtBot
) -> None:
    window = opened(root)
    choose(window, shelf["HS1.001"], qtbot)
    asked = dialog(window, qtbot)
    assert asked.place.count() == 4  # in the file, the box, the fonds, and at the top; nothing lies in an item
    asked.place.setCurrentIndex(1)
    assert asked.level.currentData() == Level.FILE
    asked.place.setCurrentIndex(3)
    assert asked.level.currentData() == Level.FONDS
    asked.reject()
    qtbot.waitUntil(lambda: not window.findChildren(NewRecord), timeout=WAIT_MS)


def test_records_are_moved_by_drag_and_by_keys_and_put_back(
    opened: Opened, root: Path, shelf: dict[str, RecordId], qtbot: QtBot
) -> None:
    window = opened(root)
    choose(window, shelf["HS3"], qtbot)
    records, move = window.sidebar.records, Qt.DropAction.MoveAction
    dragged = records.mimeData([records.index_of(shelf["HS3"])])
    assert not records.canDropMimeData(dragged, move, -1, -1, records.index_of(shelf["HS1.001"]))
    assert not records.canDropMimeData(dragged, move, -1, -1, QModelIndex())
    assert records.canDropMimeData(dragged, move, 0, 0, records.index_of(shelf["H1"]))
    records.dropMimeData(dragged, move, 0, 0, records.index_of(shelf["H1"]))
    qtbot.waitUntil(
        lambda: rows(window, records.index_of(shelf["H1"])) == ["Hồ sơ 3", "Hồ sơ 1", "Hồ sơ 2"], timeout=WAIT_MS
    )
    assert window.sidebar.selected == shelf["HS3"]
    choose(window, shelf["HS3"], qtbot)
    window.actions_table["cut_record"].trigger()
    choose(window, shelf["H2"], qtbot)
    window.actions_table["paste_record"].trigger()
    qtbot.waitUntil(lambda: rows(window, records.index_of(shelf["H2"])) == ["Hồ sơ 3"], timeout=WAIT_MS)
    for expected in (["HS3", "HS1", "HS2"], ["HS1", "HS2", "HS3"]):
        qtbot.waitUntil(window.actions_table["undo"].isEnabled, timeout=WAIT_MS)
        window.actions_table["undo"].trigger()
        qtbot.waitUntil(lambda wanted=expected: below(root, "H1") == wanted, timeout=WAIT_MS)  # type: ignore[misc]


def test_only_an_empty_record_is_taken_away(
    opened: Opened, root: Path, shelf: dict[str, RecordId], qtbot: QtBot
) -> None:
    window = opened(root)
    choose(window, shelf["H1"], qtbot)
    window.actions_table["remove_record"].trigger()
    qtbot.waitUntil(lambda: bool(window.messages.texts), timeout=WAIT_MS)
    assert "cannot be removed" in window.messages.texts[0]
    choose(window, shelf["HS2"], qtbot)
    window.actions_table["remove_record"].trigger()
    qtbot.waitUntil(
        lambda: rows(window, window.sidebar.records.index_of(shelf["H1"])) == ["Hồ sơ 1", "Hồ sơ 3"], timeout=WAIT_MS
    )
    with Workspace(root, NULL_ENGINE) as workspace, pytest.raises(KnownError):
        workspace.catalogue.records.get("HS2")


def test_a_long_list_is_fetched_where_it_is_looked_at(opened: Opened, root: Path, qtbot: QtBot) -> None:
    with Workspace(root, NULL_ENGINE) as workspace:
        records = workspace.catalogue.records
        fonds = records.create(Level.FONDS, "P", "Phông")
        for number in range(MANY):
            records.create(Level.FILE, f"HS-{number:04}", f"Hồ sơ {number}", fonds)
        far = records.get(f"HS-{MANY - 2:04}")
    window = opened(root)
    model, tree = window.sidebar.records, window.sidebar.tree
    tree.expand(model.index_of(fonds.id))
    top = model.index_of(fonds.id)
    assert model.rowCount(top) == MANY
    qtbot.waitUntil(lambda: model.index(0, 0, top).data() == "Hồ sơ 0", timeout=WAIT_MS)
    assert model.index(2 * PART, 0, top).data() == "…"
    tree.verticalScrollBar().setValue(tree.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: model.index(MANY - 1, 0, top).data() == f"Hồ sơ {MANY - 1}", timeout=WAIT_MS)
    with Workspace(root, NULL_ENGINE) as workspace:
        records = workspace.catalogue.records
        records.move(far, records.get("P"), before=records.get("HS-0000"))
    choose(window, far.id, qtbot)
    qtbot.waitUntil(lambda: tree.currentIndex().row() == 0, timeout=WAIT_MS)
    assert fonds.id in tree.opened
