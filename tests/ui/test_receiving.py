"""Packages of other stations, and what stations made different, in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from digitizer.deliver import age
from digitizer.model import PageId, RecordId
from digitizer.workspace import Workspace
from tests.helpers.stations import package, put_pages, station, take
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened
from ui.app import Program
from ui.models.compared import marked_apart
from ui.receiving import RECEIVE, SETTLE
from ui.widgets.package_key import PackageKeyDialog
from ui.widgets.sentences import Sentences
from ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A package of B: the file H1 with two pages. In the folder of the workspace ``A``, which has nothing yet."""
    station(tmp_path, "A").close()
    with station(tmp_path, "B") as b:
        put_pages(b, "H1", 2)
        return package(b, tmp_path / "stick")


@pytest.fixture
def differing(tmp_path: Path, given: Path) -> Path:
    """``given`` was received; since then A and B gave H1 other titles, and its first page other turns, and A has
    received both. Gives what B gave then.
    """
    with Workspace(tmp_path / "A", NULL_ENGINE) as a, Workspace(tmp_path / "B", NULL_ENGINE) as b:
        take(a, given)
        page = a.catalogue.pages.of_record(a.catalogue.records.get("H1").id)[0].id
        for workspace, title, quarters in (
            (a, "Hồ sơ xây dựng cầu năm 1998", 1), (b, "Hồ sơ xây dựng đường năm 1998", 2)
        ):  # fmt: skip
            records = workspace.catalogue.records
            records.change(records.get("H1"), title=title)
            workspace.catalogue.pages.turn(page, quarters)
        made = package(b, tmp_path / "stick")
        take(a, made)
    return made


def until_received(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.strips[RECEIVE].running, timeout=WAIT_MS)


def until_listed(window: MainWindow, count: int, qtbot: QtBot) -> None:
    """Until so many differences are listed, and the one that is looked at is known."""
    panel = window.receiving.differences
    qtbot.waitUntil(
        lambda: window.receiving.model.rowCount() == count and (not count or panel.difference is not None),
        timeout=WAIT_MS,
    )


def tab_title(window: MainWindow) -> str:
    tabs = window.deliver.tabs
    return tabs.tabText(tabs.indexOf(window.receiving.differences))


def history(window: MainWindow) -> list[list[str]]:
    table = window.receiving.packages.table
    cells = [[table.item(row, column) for column in range(table.columnCount())] for row in range(table.rowCount())]
    return [[cell.text() for cell in row if cell is not None] for row in cells]


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    window.dropEvent(
        QDropEvent(
            QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )


def test_a_dropped_package_is_received_and_told_after_a_restart(
    opened: Opened, program: Program, given: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(tmp_path / "A")
    bad = tmp_path / "stick" / "bad.dgz"
    bad.write_bytes(given.read_bytes()[:3000])
    drop(window, given, bad)
    assert window.deliver.tabs.currentWidget() is window.receiving.packages
    until_received(window, qtbot)
    qtbot.waitUntil(lambda: len(history(window)) == 1, timeout=WAIT_MS)
    (row,) = history(window)
    assert row[1:6] == ["B", "2", "2", "0", "0"]  # a fonds, and the file in it
    assert row[6:8] == ["not signed", given.name]
    (said,) = window.messages.texts
    summary, refused = said.splitlines()
    assert summary == "1 package received, 1 refused."
    assert f"The package “{bad}” was not received" in refused
    assert "Copy it again" in refused
    told = window.receiving.packages.findChildren(Sentences)[0].toPlainText()
    assert f"“{given.name}” from B: 2 new records and 2 new pages" in told
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: "(taken back)" in history(window)[0][0], timeout=WAIT_MS)
    window = program.open(tmp_path / "A")
    qtbot.waitUntil(lambda: len(history(window)) == 1, timeout=WAIT_MS)
    assert history(window)[0][1:3] == ["B", "2"]
    window.show_task("deliver")
    drop(window, given)
    until_received(window, qtbot)
    qtbot.waitUntil(lambda: len(history(window)) == 2, timeout=WAIT_MS)


def test_an_encrypted_package_asks_for_its_key_once(
    opened: Opened, given: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    public = age.new_key(tmp_path / "A.key", "mật khẩu")
    monkeypatch.delattr("pyrage.passphrase.decrypt")  # it would stop the window: another process has it
    with Workspace(tmp_path / "B", NULL_ENGINE) as b:
        locked = package(b, tmp_path / "locked", encrypt_to=public)
    window = opened(tmp_path / "A")
    window.receiving.start([given, locked])
    for passphrase in ("", "mật khẩu"):
        qtbot.waitUntil(lambda: bool(keys_asked(window)), timeout=WAIT_MS)
        (dialog,) = keys_asked(window)
        assert dialog.passphrase.echoMode() is dialog.passphrase.EchoMode.Password
        faults = [label.text() for label in dialog.findChildren(QLabel) if label.property("role") == "fault"]
        assert [bool(fault) for fault in faults] == [bool(passphrase)]
        dialog.key.setText(str(tmp_path / "A.key"))
        dialog.passphrase.setText(passphrase)
        dialog.open_button.click()
        until_received(window, qtbot)
    qtbot.waitUntil(lambda: len(history(window)) == 2, timeout=WAIT_MS)
    assert not keys_asked(window)
    assert "is encrypted" not in "\n".join(window.messages.texts)


def keys_asked(window: MainWindow) -> list[PackageKeyDialog]:
    return [dialog for dialog in window.findChildren(PackageKeyDialog) if dialog.isVisible()]


def test_differences_are_settled_by_keyboard_and_taken_back_at_once(
    opened: Opened, differing: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(tmp_path / "A")
    panel, model = window.receiving.differences, window.receiving.model
    qtbot.waitUntil(lambda: model.rowCount() == 2, timeout=WAIT_MS)
    assert tab_title(window) == "Differences (2)"
    assert "2 to settle" in window.sidebar.list.item(4).text()
    window.actions_table["differences"].trigger()
    until_listed(window, 2, qtbot)
    assert panel.row == 0
    texts = [button.text() for button in panel.cards.buttons]
    assert texts == ["1  Ours", "2  B"]
    inside = panel.cards.widget()
    assert inside is not None
    shown = [label.text() for label in inside.findChildren(QLabel)]
    assert any(">cầu</span>" in text and "năm 1998" in text for text in shown)
    assert not window.actions_table["settle"].isEnabled()
    QTest.keyClick(panel.table, Qt.Key.Key_3)  # there is no third value
    assert not model.choices
    QTest.keyClick(panel.table, Qt.Key.Key_2)
    assert panel.cards.buttons[1].isChecked()
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert panel.row == 1
    QTest.keyClick(panel.table, Qt.Key.Key_1)
    QTest.keyClick(panel.table, Qt.Key.Key_Backspace)
    assert len(model.choices) == 1
    QTest.keyClick(panel.cards.buttons[0], Qt.Key.Key_1)
    QTest.keyClick(panel.table, Qt.Key.Key_Enter)
    assert window.focusWidget() is panel.settle
    assert panel.settle.text() == "&Settle 2 differences"
    window.actions_table["settle"].trigger()
    qtbot.waitUntil(lambda: not window.strips[SETTLE].running and model.rowCount() == 0, timeout=WAIT_MS)
    assert window.messages.texts == ["2 differences settled."]
    assert tab_title(window) == "Differences"
    assert title(tmp_path) == "Hồ sơ xây dựng đường năm 1998"
    window.actions_table["undo"].trigger()
    until_listed(window, 2, qtbot)
    assert title(tmp_path) == "Hồ sơ xây dựng cầu năm 1998"
    assert not model.choices


def title(tmp_path: Path) -> str:
    with Workspace(tmp_path / "A", NULL_ENGINE) as a:
        return a.catalogue.records.get("H1").title


def test_all_are_chosen_after_one_question(opened: Opened, differing: Path, tmp_path: Path, qtbot: QtBot) -> None:
    window = opened(tmp_path / "A")
    window.actions_table["differences"].trigger()
    until_listed(window, 2, qtbot)
    panel, model = window.receiving.differences, window.receiving.model
    panel.theirs.menu().aboutToShow.emit()
    (of_b,) = panel.theirs.menu().actions()
    assert of_b.text() == "B (2)"
    of_b.trigger()
    answer(window, QMessageBox.ButtonRole.AcceptRole)
    assert set(model.choices.values()) == {1}
    panel.ours.click()
    answer(window, QMessageBox.ButtonRole.RejectRole)
    assert set(model.choices.values()) == {1}
    panel.ours.click()
    answer(window, QMessageBox.ButtonRole.AcceptRole)
    assert set(model.choices.values()) == {0}


def answer(window: MainWindow, role: QMessageBox.ButtonRole) -> None:
    (box,) = (each for each in window.findChildren(QMessageBox) if each.isVisible())
    next(button for button in box.buttons() if box.buttonRole(button) is role).click()


def test_a_choice_is_forgotten_where_the_values_have_changed_since(
    opened: Opened, differing: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = opened(tmp_path / "A")
    window.actions_table["differences"].trigger()
    until_listed(window, 2, qtbot)
    model = window.receiving.model
    model.choose(0, 1)
    model.choose(1, 1)
    named = [name for name in model.ids if name.endswith("/title")]
    with Workspace(tmp_path / "B", NULL_ENGINE) as b:
        b.catalogue.records.change(b.catalogue.records.get("H1"), title="Hồ sơ xây dựng đường năm 1999")
        newer = package(b, tmp_path / "stick")
    window.receiving.start([newer])
    until_received(window, qtbot)
    qtbot.waitUntil(lambda: len(model.choices) == 1, timeout=WAIT_MS)
    assert named[0] not in model.choices


def test_each_leads_to_its_place(opened: Opened, differing: Path, tmp_path: Path, qtbot: QtBot) -> None:
    window = opened(tmp_path / "A")
    window.actions_table["differences"].trigger()
    until_listed(window, 2, qtbot)
    panel = window.receiving.differences
    found = panel.difference
    assert found is not None
    assert panel.go.text() == "&Go to the record"
    panel.go.click()
    assert window.actions_table["describe"].isChecked()
    qtbot.waitUntil(lambda: focused_in(window.describe.fields.get("title")), timeout=WAIT_MS)
    assert window.sidebar.selected == RecordId(found.subject)
    window.actions_table["differences"].trigger()
    panel.look_at(1)
    found = panel.difference
    assert found is not None
    panel.go.click()
    assert window.actions_table["images"].isChecked()
    qtbot.waitUntil(
        lambda: window.desk.page is not None and window.desk.page.id == PageId(found.subject), timeout=WAIT_MS
    )


def focused_in(widget: QWidget | None) -> bool:
    focus = widget.window().focusWidget() if widget is not None else None
    return widget is not None and focus is not None and widget.isAncestorOf(focus)


def test_what_cannot_be_settled_is_said_and_shown(
    opened: Opened, differing: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    from digitizer.model import RecordState

    with Workspace(tmp_path / "A", NULL_ENGINE) as a:
        a.catalogue.approval.set_state(a.catalogue.records.get("H1"), RecordState.APPROVED)
    window = opened(tmp_path / "A")
    window.actions_table["differences"].trigger()
    until_listed(window, 2, qtbot)
    panel, model = window.receiving.differences, window.receiving.model
    model.choose(0, 1)
    model.choose(1, 1)
    panel.look_at(1)
    window.actions_table["settle"].trigger()
    qtbot.waitUntil(lambda: not window.strips[SETTLE].running, timeout=WAIT_MS)
    assert "is approved" in window.messages.texts[0]
    assert panel.row == 0
    assert len(model.choices) == 2


def test_the_panels_speak_the_language_chosen(opened: Opened, differing: Path, tmp_path: Path, qtbot: QtBot) -> None:
    window = opened(tmp_path / "A")
    window.actions_table["differences"].trigger()
    until_listed(window, 2, qtbot)
    window.actions_table["vietnamese"].trigger()
    assert tab_title(window) == "Khác biệt (2)"
    assert window.receiving.differences.cards.buttons[0].text() == "1  Ở đây"
    window.actions_table["english"].trigger()
    assert tab_title(window) == "Differences (2)"


def test_words_that_differ_are_marked() -> None:
    ours, theirs = marked_apart(["Tờ trình số 12 về cầu", "Tờ trình số 13 về đường"])
    assert ours == [("Tờ trình số ", False), ("12", True), (" về ", False), ("cầu", True)]
    assert theirs == [("Tờ trình số ", False), ("13", True), (" về ", False), ("đường", True)]
    assert marked_apart(["a b", "c d"]) == [[("a b", False)], [("c d", False)]]  # nothing in common
    assert marked_apart(["", "x"]) == [[], [("x", False)]]
