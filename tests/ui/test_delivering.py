"""Delivering through the window: the form, what is missing and its places, signing, the history and its receipt."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QFileSystemModel,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)  # fmt: skip
from pytestqt.qtbot import QtBot

from digitizer.catalogue.connection import atomic
from digitizer.deliver.described import Lack
from digitizer.deliver.history import Delivered, delivered
from digitizer.deliver.missing import Missing
from digitizer.deliver.records import DeliveryReport, Package
from digitizer.deliver.signing import SigningWish
from digitizer.i18n import set_language
from digitizer.model import Secrecy, Sha256
from digitizer.settings import settings_path
from digitizer.workspace import Workspace
from tests.helpers.dossiers import FILE_CODE, dossier
from tests.helpers.keys import BODY, PIN, Keys, made_keys
from tests.helpers.workspaces import NULL_ENGINE, added
from tests.ui.conftest import WAIT_MS, Opened
from ui.app import Program
from ui.models.delivery import FORMS, DeliveryChoice, kept
from ui.models.history import NOW, HistoryModel
from ui.runner import Runner
from ui.speech import byte_size, say_all_again
from ui.widgets.deliver_form import DeliverForm
from ui.widgets.signing import SigningDialog
from ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@pytest.fixture
def ready(root: Path) -> Path:
    """A workspace with one file that lacks the date of its only item."""
    with Workspace(root, NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1,), item_values={"date": ""})
    return root


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return made_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def window(opened: Opened, ready: Path, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """On the task of delivering, everything checked, into a folder of its own."""
    window = opened(ready)
    window.show_task("deliver")
    window.deliver.folder.setText(str(tmp_path / "giao"))
    window.deliver.records.check_all()
    qtbot.waitUntil(window.deliver.button.isEnabled, timeout=WAIT_MS)
    return window


def missing(window: MainWindow, qtbot: QtBot, test: Callable[[tuple[Lack, ...]], bool]) -> tuple[Lack, ...]:
    """What is missing, once ``test`` holds of it."""
    panel = window.deliver.missing
    qtbot.waitUntil(lambda: "Looking" not in panel.summary and test(panel.model.rows), timeout=WAIT_MS)
    return panel.model.rows


def deliver(window: MainWindow, qtbot: QtBot) -> None:
    window.deliver.button.click()
    qtbot.waitUntil(lambda: window.strips["deliver"].running, timeout=WAIT_MS)
    finished(window, "deliver", qtbot)


def finished(window: MainWindow, act: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.strips[act].running, timeout=WAIT_MS)


# the form


@pytest.fixture
def form(qtbot: QtBot) -> DeliverForm:
    made = DeliverForm()
    qtbot.addWidget(made)
    made.show()
    return made


def shown(form: DeliverForm) -> set[str]:
    options = {
        "layout": form.layout_box, "profile": form.profile, "most": form.most, "whole": form.whole,
        "folder": form.folder, "coarse": form.coarse, "sign": form.sign, "encrypt": form.encrypt, "key": form.key,
    }  # fmt: skip
    return {name for name, field in options.items() if field.isVisible()}


def test_only_the_options_that_go_with_a_form_are_shown(form: DeliverForm) -> None:
    expected = {
        "pdf": {"profile", "most", "whole", "coarse", "sign"}, "sip": {"layout", "most", "folder", "coarse", "sign"},
        "exchange": {"most", "encrypt", "sign"}, "tables": {"most", "coarse", "sign"}, "dc": {"most"},
    }  # fmt: skip
    for name, options in expected.items():
        form.form.setCurrentIndex(form.form.findData(name))
        form.form.activated.emit(form.form.currentIndex())
        assert shown(form) == options
    form.choose(form="exchange", encrypt=True)
    assert shown(form) == {"most", "encrypt", "key", "sign"}
    form.choose(form="pdf", profile="reading")
    assert "coarse" not in shown(form)


def test_the_choice_is_kept_but_for_the_secrecy_that_may_leave(form: DeliverForm) -> None:
    signing = SigningWish("/khóa.p12", "tt01", "Sở Nội vụ", seal=Path("/dấu.png"))
    form.choose(form="aip", layout="eark", folder=True, most=Secrecy.SECRET, sign=True, signing=signing)
    assert kept() == DeliveryChoice(form="aip", layout="eark", folder=True, sign=True, signing=signing)
    assert form.choice.most is Secrecy.SECRET
    assert PIN not in settings_path().with_name("window.ini").read_text("utf-8")


@pytest.mark.parametrize("told", ["", "{}", "[]", "7", '{"form": "none", "signing": {}}', '{"form": 1}'])
def test_a_kept_choice_that_cannot_be_understood_is_forgotten(told: str, form: DeliverForm) -> None:
    form.choose(form="sip")
    path = settings_path().with_name("window.ini")
    path.write_text(f"[deliver]\nchoice={json.dumps(told)}\n", "utf-8")
    assert kept() == DeliveryChoice()


def test_every_form_has_its_words_in_both_languages(form: DeliverForm) -> None:
    english = [form.form.itemText(row) for row in range(form.form.count())]
    set_language("vi")
    say_all_again(form)
    vietnamese = [form.form.itemText(row) for row in range(form.form.count())]
    assert len(set(english) | set(vietnamese)) == 2 * len(FORMS)
    assert form.form.accessibleName() == "Dạng:"


# what is missing


def test_what_is_missing_leads_to_its_field_and_is_delivered_once_it_is_there(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window.deliver.form.choose(form="sip")
    rows = missing(window, qtbot, bool)
    assert [(lack.record, lack.field) for lack in rows] == [(f"{FILE_CODE}.001", "date")]
    window.deliver.missing.table.selectRow(0)
    window.deliver.missing.go.click()
    qtbot.waitUntil(lambda: bool(window.describe.fields), timeout=WAIT_MS)
    assert window.actions_table["describe"].isChecked()
    field = window.describe.fields["date"].editor
    qtbot.waitUntil(lambda: window.describe.focusWidget() in (field, *field.findChildren(QWidget)), timeout=WAIT_MS)
    window.describe.fields["date"].type_in("05/03/2001")
    window.describe.save()
    window.show_task("deliver")
    missing(window, qtbot, lambda rows: not rows)
    assert "Nothing is missing" in window.deliver.missing.summary
    deliver(window, qtbot)
    assert window.messages.texts == ["1 package, all checks passed."]
    assert [path.suffix for path in (tmp_path / "giao").iterdir()] == [".zip"]


def test_pages_lead_to_the_page_or_are_read(window: MainWindow, ready: Path, qtbot: QtBot) -> None:
    with Workspace(ready, NULL_ENGINE) as workspace:
        item = workspace.catalogue.records.get(f"{FILE_CODE}.001")
        workspace.catalogue.records.describe(item, {"type": "30"})  # a map: 300 dpi are asked for
        added(workspace, item.code, 1)
    window.look_again()
    missing(window, qtbot, lambda rows: {"coarse", "unread"} <= {lack.kind for lack in rows})
    panel = window.deliver.missing
    assert panel.read.isVisible()
    row = next(row for row, lack in enumerate(panel.model.rows) if lack.kind == "coarse")
    panel.table.selectRow(row)
    panel.option.click()
    assert window.deliver.focusWidget() is window.deliver.form.coarse
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    qtbot.waitUntil(window.actions_table["images"].isChecked, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.number == 1, timeout=WAIT_MS)
    window.show_task("deliver")
    window.deliver.form.choose(coarse=True)
    missing(window, qtbot, lambda rows: {lack.kind for lack in rows} == {"unread"})


def test_what_is_too_secret_leads_to_the_option(window: MainWindow, ready: Path, qtbot: QtBot) -> None:
    with Workspace(ready, NULL_ENGINE) as workspace:
        workspace.catalogue.records.change(workspace.catalogue.records.get(FILE_CODE), secrecy=Secrecy.SECRET)
    window.look_again()
    missing(window, qtbot, lambda rows: {lack.kind for lack in rows} == {"secret"})
    panel = window.deliver.missing
    panel.table.selectRow(0)
    panel.go.click()
    qtbot.waitUntil(lambda: "secrecy" in window.describe.fields, timeout=WAIT_MS)
    field = window.describe.fields["secrecy"].editor
    qtbot.waitUntil(lambda: window.describe.focusWidget() in (field, *field.findChildren(QWidget)), timeout=WAIT_MS)
    window.show_task("deliver")
    panel.option.click()
    assert window.deliver.focusWidget() is window.deliver.form.most
    deliver(window, qtbot)
    assert "was not delivered" in window.messages.texts[0]
    assert window.deliver.tabs.currentWidget() is panel
    assert "Not delivered" in panel.summary
    window.deliver.form.choose(most=Secrecy.SECRET)
    missing(window, qtbot, lambda rows: not rows)


def test_tab_goes_through_the_view_as_it_is_laid_out(window: MainWindow) -> None:
    view, found = window.deliver, list[QWidget]()
    wanted = [view.tree, view.form.form, view.folder, view.button, view.tabs.tabBar(), view.missing.table]
    each: QWidget | None = view.tree
    while each is not None and len(found) < len(wanted):
        found += [each] if each in wanted else []
        each = each.nextInFocusChain()
    assert found == wanted


def test_unread_pages_lead_to_the_first_of_them_and_nothing_is_read(
    window: MainWindow, ready: Path, qtbot: QtBot
) -> None:  # fmt: skip
    with Workspace(ready, NULL_ENGINE) as workspace:
        added(workspace, f"{FILE_CODE}.001", 1)
    window.look_again()
    missing(window, qtbot, lambda rows: {lack.kind for lack in rows} == {"unread"})
    window.deliver.missing.table.selectRow(0)
    window.deliver.missing.go.click()
    qtbot.waitUntil(window.actions_table["images"].isChecked, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.number == 2, timeout=WAIT_MS)
    assert not window.acts.reading


def test_that_nothing_is_missing_is_not_said_of_another_choice(window: MainWindow, qtbot: QtBot) -> None:
    missing(window, qtbot, lambda rows: not rows)
    panel = window.deliver.missing
    assert "Nothing is missing" in panel.summary
    window.deliver.form.choose(form="sip")
    assert "Nothing is missing" not in panel.summary
    assert missing(window, qtbot, bool)


def test_what_was_refused_is_not_said_to_lack_nothing(window: MainWindow, qtbot: QtBot) -> None:
    missing(window, qtbot, lambda rows: not rows)
    panel = window.deliver.missing
    panel.show_refused([Lack(FILE_CODE, None, "", "There is another file in its place.")])
    assert "Not delivered" in panel.summary and "Nothing is missing" not in panel.summary
    panel.show_refused([])
    panel.show_found(Missing((Lack("", None, "", "No key is chosen.", "signing"),), 1, 4, 0))
    assert panel.summary == "1 thing is missing."


# delivering


def test_a_package_is_in_the_history_after_a_restart_too(
    window: MainWindow, program: Program, ready: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window.deliver.form.choose(form="text")
    deliver(window, qtbot)
    history = window.deliver.history
    qtbot.waitUntil(lambda: len(history.chosen) == 1, timeout=WAIT_MS)
    assert window.deliver.tabs.currentWidget() is history
    (row,) = history.chosen
    assert (row.form, row.record, row.pages) == ("text", FILE_CODE, 1)
    history.copy.click()
    assert QApplication.clipboard().text() == row.sha256
    again = program.open(ready)
    again.show_task("deliver")
    history = again.deliver.history
    qtbot.waitUntil(lambda: history.model.rowCount() == 1, timeout=WAIT_MS)
    assert again.deliver.form.choice.form == "text"
    assert again.deliver.folder.text() == str(tmp_path / "giao")
    history.table.selectRow(0)
    assert row.path is not None
    (next(row.path.iterdir())).write_text("khác")
    history.look.click()
    qtbot.waitUntil(lambda: "changed" in history.model.index(0, NOW).data(), timeout=WAIT_MS)
    assert "no longer what was delivered" in again.messages.texts[0]
    history.receipt.click()
    (dialog,) = again.findChildren(QFileDialog)
    (table,) = dialog.findChildren(QTreeView)
    delegate, option, model = table.itemDelegateForColumn(1), QStyleOptionViewItem(), table.model()
    assert isinstance(delegate, QStyledItemDelegate) and isinstance(model, QFileSystemModel)
    (tmp_path / "ảnh.tif").write_bytes(b"x" * 7967)
    words = []
    for column in (1, 2):
        delegate.initStyleOption(option, model.index(str(tmp_path / "ảnh.tif"), column))
        words.append(option.text)
    assert words == [byte_size(7967), "TIF file"]
    dialog.selectFile(str(tmp_path / "phiếu.pdf"))
    dialog.accept()
    qtbot.waitUntil(lambda: bool(again.messages.texts) and "receipt" in again.messages.texts[0], timeout=WAIT_MS)
    assert (tmp_path / "phiếu.pdf").read_bytes().startswith(b"%PDF")


def said(window: MainWindow, what: str) -> bool:
    return any(what in text for text in window.messages.texts)


def test_a_delivery_is_signed_with_a_pin_that_is_asked_once(
    window: MainWindow, keys: Keys, tmp_path: Path, qtbot: QtBot
) -> None:
    window.deliver.form.choose(form="pdf", sign=True, signing=SigningWish(str(keys.p12)))
    for pin, told in (("sai", "PIN is wrong"), (PIN, "1 package")):
        window.deliver.button.click()
        (dialog,) = (each for each in window.findChildren(QDialog) if each.objectName() == "pin")
        line = dialog.findChild(QLineEdit)
        assert isinstance(line, QLineEdit) and line.echoMode() is QLineEdit.EchoMode.Password
        line.setText(pin)
        QTest.keyClick(line, Qt.Key.Key_Return)
        qtbot.waitUntil(partial(said, window, told), timeout=WAIT_MS)
        finished(window, "deliver", qtbot)
        qtbot.waitUntil(lambda: not window.findChildren(QDialog), timeout=WAIT_MS)
        if pin != PIN:
            assert not list((tmp_path / "giao").glob("*")) and "sai" not in str(window.messages.texts)
            assert window.deliver.tabs.currentWidget() is window.deliver.missing
    history = window.deliver.history
    qtbot.waitUntil(lambda: len(history.chosen) == 1, timeout=WAIT_MS)
    assert history.chosen[0].signed == BODY
    assert PIN not in settings_path().with_name("window.ini").read_text("utf-8")


def test_how_pdfs_are_signed_is_said_in_a_dialog(window: MainWindow, keys: Keys, qtbot: QtBot) -> None:
    form = window.deliver.form
    form.sign.setChecked(True)
    (dialog,) = window.findChildren(SigningDialog)
    dialog.accept_button.click()  # nothing is chosen yet
    assert dialog.isVisible()
    dialog.file.setText(str(keys.p12))
    dialog.body.setText("Sở Nội vụ")
    dialog.accept_button.click()
    assert form.choice.signing == SigningWish(str(keys.p12), body="Sở Nội vụ")
    qtbot.waitUntil(lambda: not window.findChildren(QDialog), timeout=WAIT_MS)
    form.how.click()
    (dialog,) = window.findChildren(SigningDialog)
    dialog.by_token.setChecked(True)
    look = next(each for each in dialog.findChildren(QPushButton) if "k for tokens" in each.text())
    assert not look.isEnabled()
    note = next(each for each in dialog.findChildren(QLabel) if each.property("role") == "fault")
    dialog.library.setText("/usr/lib/token.so")
    look.click()
    qtbot.waitUntil(lambda: "there is no library" in note.text(), timeout=WAIT_MS)
    assert "PIN" not in note.text() and "certificate" not in note.text()
    dialog.show_tokens(["Thẻ ký"])
    dialog.accept_button.click()
    assert form.choice.signing.source == "pkcs11:token=Th%E1%BA%BB%20k%C3%BD?module-path=/usr/lib/token.so"


def test_a_stopped_delivery_lists_what_it_has_made(window: MainWindow, qtbot: QtBot) -> None:
    window.deliver.form.choose(form="pdf")
    deliver(window, qtbot)
    window.deliver.show_tab(window.deliver.missing)
    window.deliver.button.click()
    window.strips["deliver"].stop()
    finished(window, "deliver", qtbot)
    assert window.deliver.button.isEnabled()
    qtbot.waitUntil(lambda: said(window, "Stopped: nothing was delivered."), timeout=WAIT_MS)
    assert window.deliver.tabs.currentWidget() is window.deliver.missing
    report = DeliveryReport([Package(Path("a.pdf"), (FILE_CODE,), 1, 1, 1, Sha256("a" * 64), ())])
    window.delivering.say_stopped(report)
    assert said(window, "Stopped: 1 package was delivered before")
    assert window.deliver.tabs.currentWidget() is window.deliver.history


def test_thousands_of_deliveries_are_fetched_in_parts(root: Path, qtbot: QtBot, qapp: QApplication) -> None:
    with Workspace(root, NULL_ENGINE) as workspace:
        record = dossier(workspace, pages=())
        with atomic(workspace.catalogue.database):
            for number in range(250):
                told = {"as": "sip", "file": f"{number}.zip", "sha256": "a" * 64}
                workspace.catalogue.audit.append("record.deliver", record.id, None, told)
        assert len(delivered(workspace, most=1000)) == 250
    runner = Runner(root, NULL_ENGINE)
    model = HistoryModel(runner)
    try:
        model.look_again()
        qtbot.waitUntil(lambda: model.rowCount() == 100, timeout=WAIT_MS)
        while model.canFetchMore(model.index(-1, -1)):
            with qtbot.waitSignal(model.rowsInserted, timeout=WAIT_MS):
                model.fetchMore(model.index(-1, -1))
        files = [row.file for each in range(model.rowCount()) if isinstance(row := model.row(each), Delivered)]
        assert files == [f"{number}.zip" for number in reversed(range(250))]
    finally:
        runner.close()
