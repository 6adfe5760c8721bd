"""Choosing what is delivered, and what is said of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitizer.i18n import gettext
from digitizer.model import Level, PageId, Record, Sha256
from digitizer.workspace import Workspace
from ocr.geometry import Size
from ocr.load import Inspection, PageInfo
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened
from ui.models.choice import Choice, ChoiceModel
from ui.models.looking import Part, Question, look
from ui.models.records import RecordsModel
from ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

CHECKED, PARTLY, NOT = Qt.CheckState.Checked, Qt.CheckState.PartiallyChecked, Qt.CheckState.Unchecked


class Tree:
    """Two files with pages in a fonds; the first has two items. With a box at each."""

    def __init__(self, workspace: Workspace) -> None:
        self.catalogue = workspace.catalogue
        fonds = self.make("P", None, Level.FONDS)
        file = self.make("A", fonds, Level.FILE)
        self.make("A.1", file, Level.ITEM, 2)
        self.make("A.2", file, Level.ITEM, 3)
        self.make("B", fonds, Level.FILE, 2)
        self.records = RecordsModel()
        self.boxes = ChoiceModel(self.records)
        self.look()

    def make(self, code: str, parent: Record | None, level: Level, pages: int = 0) -> Record:
        record = self.catalogue.records.create(level, code, code, parent)
        if pages:
            inspection = Inspection("tiff", (PageInfo(Size(10, 10), None),) * pages)
            self.catalogue.pages.add(record, Sha256(f"{code:a<64}"), 10, inspection, name="t.tif", call="")
        return record

    def look(self) -> None:
        """Look up every record."""
        known = self.catalogue.records.all()
        parts = [Part(None, 0), *(Part(record.id, 0) for record in known)]
        for part in parts:
            question = Question(self.records.age, self.records.shapes, frozenset({part}), tuple(r.id for r in known))
            assert self.records.take(look(self.catalogue, question))

    def check(self, code: str, state: Qt.CheckState) -> None:
        assert self.boxes.setData(self.index(code), state, Qt.ItemDataRole.CheckStateRole)

    def index(self, code: str) -> QModelIndex:
        record = self.catalogue.records.get(code)
        return self.boxes.mapFromSource(self.records.index_of(record.id))

    @property
    def states(self) -> list[object]:
        return [self.index(code).data(Qt.ItemDataRole.CheckStateRole) for code in ("P", "A", "A.1", "A.2", "B")]

    @property
    def choice(self) -> Choice:
        return Choice(*self.catalogue.tree.choice(self.boxes.marks))


@pytest.fixture
def tree(root: Path, qapp: object) -> Iterator[Tree]:
    with Workspace(root, NULL_ENGINE) as workspace:
        yield Tree(workspace)


def test_a_checked_record_checks_all_below_it(tree: Tree) -> None:
    tree.check("P", CHECKED)
    assert tree.states == [CHECKED] * 5
    assert tree.choice == Choice(("P",), 3, 7)


def test_a_record_can_be_taken_out_of_a_checked_one(tree: Tree) -> None:
    tree.check("P", CHECKED)
    tree.check("A.1", NOT)
    assert tree.states == [PARTLY, PARTLY, NOT, CHECKED, CHECKED]
    assert tree.choice == Choice(("A.2", "B"), 2, 5)
    tree.check("A.1", CHECKED)
    assert tree.choice.codes == ("P",)


def test_records_checked_one_by_one_are_the_whole(tree: Tree) -> None:
    for code in ("A.1", "B", "A.2"):
        tree.check(code, CHECKED)
    assert tree.choice.codes == ("P",)
    for code in ("A.1", "B", "A.2"):
        tree.check(code, NOT)
    assert tree.states == [NOT] * 5
    assert tree.choice == Choice()


def test_pages_of_a_record_itself_are_a_package_of_their_own(tree: Tree) -> None:
    inspection = Inspection("tiff", (PageInfo(Size(10, 10), None),))
    file = tree.catalogue.records.get("A")
    tree.catalogue.pages.add(file, Sha256("f" * 64), 10, inspection, name="t.tif", call="")
    tree.boxes.check_only(file.id)
    assert tree.choice == Choice(("A",), 3, 6)
    tree.check("A.1", NOT)
    assert tree.choice == Choice(("A.2",), 1, 3)


def test_what_comes_below_a_checked_record_is_checked(tree: Tree) -> None:
    tree.check("B", CHECKED)
    tree.make("B.1", tree.catalogue.records.get("B"), Level.ITEM)
    tree.look()
    assert tree.choice == Choice(("B",), 1, 2)
    tree.check("B.1", NOT)
    assert tree.choice.codes == ()


def test_the_space_bar_and_a_click_check_a_record(
    opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    window.show_task("deliver")
    view, boxes = window.deliver.tree, window.deliver.records
    index = boxes.index(0, 0)
    view.setCurrentIndex(index)
    assert index.data(Qt.ItemDataRole.CheckStateRole) == CHECKED  # with the only file in it, which was selected
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert index.data(Qt.ItemDataRole.CheckStateRole) == NOT
    place = view.visualRect(index)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.left() + 10, place.center().y()))
    assert index.data(Qt.ItemDataRole.CheckStateRole) == CHECKED


def deliver(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    window.show_task("deliver")
    window.deliver.folder.setText(str(folder))
    qtbot.waitUntil(window.deliver.button.isEnabled, timeout=WAIT_MS)  # it is counted what is checked
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


def test_a_folder_must_be_given_whole(
    opened: Opened, root: Path, filled: list[PageId], tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(root)
    window.show_task("deliver")
    qtbot.waitUntil(window.deliver.button.isEnabled, timeout=WAIT_MS)
    for relative in ("", "out", "./out"):
        window.deliver.folder.setText(relative)
        assert not window.deliver.button.isEnabled()
    window.deliver.folder.setText(str(tmp_path))
    assert window.deliver.button.isEnabled()


def test_every_record_can_be_checked_at_once(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    window.show_task("deliver")
    window.deliver.records.setData(
        window.deliver.records.index(0, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole
    )
    assert not window.deliver.button.isEnabled()
    every = [b for b in window.deliver.findChildren(QPushButton) if b.text() == gettext("Check &all records")]
    every[0].click()
    qtbot.waitUntil(lambda: window.deliver.choice == Choice(("PHONG",), 1, len(filled)), timeout=WAIT_MS)
