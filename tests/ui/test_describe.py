"""The form made from a record's profile: checked as typed, kept on leaving, undone, in both languages."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from digitizer.model import Level
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened
from ui.app import Program
from ui.widgets.fields import CodeBox, Field, LongText
from ui.window import MainWindow

# The offscreen platform says so of every window it is given, and of lists that open.
pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")


@pytest.fixture
def described(root: Path) -> None:
    """A fonds with a file whose values are inherited, and two items in it; the first one is described."""
    with Workspace(root, NULL_ENGINE) as workspace:
        records = workspace.catalogue.records
        fonds = records.create(Level.FONDS, "P", "Phông")
        file = records.create(Level.FILE, "HS", "Hồ sơ", fonds, values={"retention": "01", "language": "01"})
        values = {"type": "công văn", "issuing_body": "Sở Nội vụ", "date": "05/03/2021"}
        records.create(Level.ITEM, "HS.001", "Về việc thứ nhất", file, values=values)
        records.create(Level.ITEM, "HS.002", "Về việc thứ hai", file)


def go(window: MainWindow, code: str, qtbot: QtBot) -> None:
    """Describe the record of that code."""
    with Workspace(window.capture.window()._workspace.root, NULL_ENGINE) as workspace:  # type: ignore[attr-defined]
        record = workspace.catalogue.records.get(code)
    window.show_task("describe")
    window.select(record.id)
    qtbot.waitUntil(lambda: shown(window) == code, timeout=WAIT_MS)


def shown(window: MainWindow) -> str:
    return window.describe.form.record.code if window.describe.form is not None else ""


def kept(root: Path, code: str) -> dict[str, object]:
    """The values of the record as they are in the catalogue."""
    with Workspace(root, NULL_ENGINE) as workspace:
        record = workspace.catalogue.records.get(code)
        return {"title": record.title, **record.fields}


def type_in(field: Field, text: str) -> None:
    """Type in place of what is there. (QTest knows no keys of Vietnamese letters.)"""
    match field.editor:
        case LongText() as long:
            long.selectAll()
            long.insertPlainText(text)
        case QLineEdit() | CodeBox() as editor:
            line = editor.line if isinstance(editor, CodeBox) else editor
            line.selectAll()
            line.insert(text)


def note(field: Field) -> str:
    """What stands below the field."""
    return next((label.text() for label in field.findChildren(QLabel)[1:] if not label.isHidden()), "")


def test_a_record_is_described_and_the_change_is_undone(
    opened: Opened, root: Path, described: None, qtbot: QtBot
) -> None:
    window = opened(root)
    go(window, "HS.002", qtbot)
    fields = window.describe.fields
    assert {fault.key for fault in window.describe.lacking} >= {"type", "date"}
    type_in(fields["date"], "31/02/2021")
    assert "calendar" in note(fields["date"])
    type_in(fields["date"], "2021")
    assert not window.actions_table["save_record"].isEnabled() or fields["date"].fault is None
    type_in(fields["date"], "6/3/2021")
    assert note(fields["date"]) == ""
    type_in(fields["type"], "cong v")
    fields["type"].editor.line.returnPressed.emit()  # type: ignore[attr-defined]  # what begins so is meant
    assert fields["type"].text.lower() in ("official letter", "công văn") or fields["type"].fault is None
    assert "date" not in {fault.key for fault in window.describe.lacking}
    window.actions_table["save_record"].trigger()
    qtbot.waitUntil(lambda: kept(root, "HS.002").get("date") == "2021-03-06", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.describe.typed and "change" in window.actions_table["undo"].text().lower(),
                    timeout=WAIT_MS)  # fmt: skip
    window.actions_table["undo"].trigger()  # both fields at once
    qtbot.waitUntil(lambda: fields["date"].text == "" and fields["type"].text == "", timeout=WAIT_MS)
    assert "date" not in kept(root, "HS.002")


def test_going_on_keeps_what_was_typed_and_gives_back_what_was_wrong(
    opened: Opened, root: Path, described: None, qtbot: QtBot
) -> None:
    window = opened(root)
    go(window, "HS.002", qtbot)
    type_in(window.describe.fields["place"], "Hà Nội")
    type_in(window.describe.fields["date"], "hôm qua")
    window.actions_table["previous_record"].trigger()
    qtbot.waitUntil(lambda: shown(window) == "HS.001", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: kept(root, "HS.002").get("place") == "Hà Nội", timeout=WAIT_MS)
    assert "not saved whole" in window.messages.texts[0]
    window.actions_table["next_record"].trigger()
    qtbot.waitUntil(lambda: shown(window) == "HS.002", timeout=WAIT_MS)
    assert window.describe.fields["date"].text == "hôm qua"
    assert window.describe.fields["place"].text == "Hà Nội"


def test_what_is_typed_last_is_kept_when_the_window_closes(
    program: Program, opened: Opened, root: Path, described: None, qtbot: QtBot
) -> None:
    window = opened(root)
    go(window, "HS.002", qtbot)
    type_in(window.describe.fields["subject"], "Về việc cuối cùng")
    program.close()
    assert kept(root, "HS.002")["title"] == "Về việc cuối cùng"


def test_values_are_inherited_copied_and_changed_elsewhere(
    program: Program, opened: Opened, root: Path, described: None, qtbot: QtBot
) -> None:
    window = opened(root)
    go(window, "HS.002", qtbot)
    fields = window.describe.fields
    assert "(inherited)" in fields["retention"].editor.line.placeholderText()  # type: ignore[attr-defined]
    assert fields["retention"].text == ""
    window.actions_table["copy_before"].trigger()
    assert (fields["issuing_body"].text, fields["date"].text) == ("Sở Nội vụ", "05/03/2021")
    assert fields["code"].text == "HS.002"
    assert fields["subject"].text == "Về việc thứ hai"
    english = fields["type"].text
    program.set_language("vi")
    assert fields["type"].text == "Công văn" != english
    assert "(kế thừa)" in fields["retention"].editor.line.placeholderText()  # type: ignore[attr-defined]
    window.actions_table["save_record"].trigger()
    qtbot.waitUntil(lambda: kept(root, "HS.002").get("issuing_body") == "Sở Nội vụ", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.describe.typed, timeout=WAIT_MS)
    program.set_language("en")
    type_in(fields["issuing_body"], "Sở Tài chính")
    with Workspace(root, NULL_ENGINE) as workspace:
        records = workspace.catalogue.records
        records.describe(records.get("HS.002"), {"issuing_body": "Sở Y tế", "signer": "Trần Văn B"})
    qtbot.waitUntil(lambda: fields["issuing_body"].text == "Sở Y tế", timeout=WAIT_MS)
    assert fields["signer"].text == "Trần Văn B"
    said = [label.text() for label in window.describe.findChildren(QLabel) if "elsewhere" in label.text()]
    assert "Sở Tài chính" in said[0]


def test_another_form_keeps_what_it_has_no_field_for(opened: Opened, root: Path, described: None, qtbot: QtBot) -> None:
    window = opened(root)
    go(window, "HS.001", qtbot)
    box = window.describe.profile
    row = box.findData("photo")
    assert row > 0
    box.setCurrentIndex(row)
    box.activated.emit(row)
    qtbot.waitUntil(lambda: window.describe.form is not None and window.describe.form.profile.name == "photo",
                    timeout=WAIT_MS)  # fmt: skip
    assert any("unseen" in label.text() for label in window.describe.findChildren(QLabel) if not label.isHidden())
    assert kept(root, "HS.001")["issuing_body"] == "Sở Nội vụ"
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: window.describe.form is not None and window.describe.form.profile.name == "item",
                    timeout=WAIT_MS)  # fmt: skip
    assert window.describe.fields["issuing_body"].text == "Sở Nội vụ"


def test_a_template_proposes_what_is_empty(opened: Opened, root: Path, described: None, qtbot: QtBot) -> None:
    window = opened(root)
    go(window, "HS.002", qtbot)
    code = window.describe.fields["code"]
    type_in(code, "")
    qtbot.waitUntil(lambda: "HS.002" in note(code), timeout=WAIT_MS)
    assert "code" in {fault.key for fault in window.describe.lacking}
    code.editor.returnPressed.emit()  # type: ignore[attr-defined]
    assert code.text == "HS.002"
    assert window.describe.typed == {}
