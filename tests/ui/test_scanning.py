"""Paper scanned in the window: one key, pages as they come, trouble as one sentence. With libsane's own scanners."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from digitizer.capture.sane_config import CONFIG_VARIABLE
from digitizer.capture.scanner.wanted import Source
from digitizer.model import Page
from digitizer.workspace import Workspace
from tests.helpers.scanners import SHEETS, configured, needs_libsane
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened
from ui.models.scanner import keep
from ui.widgets.scanner_settings import ScannerSettings
from ui.window import MainWindow

pytestmark = [
    needs_libsane,
    # The offscreen platform says so of every window it is given.
    pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)"),
]


@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """libsane's simulated one is plugged in; its feeder holds ten sheets."""
    monkeypatch.setenv(CONFIG_VARIABLE, str(configured(tmp_path / "sane")))
    keep("read", "no")


def pages(root: Path, code: str) -> list[Page]:
    with Workspace(root, NULL_ENGINE) as workspace:
        return workspace.catalogue.pages.of_record(workspace.catalogue.records.get(code).id)


def until_idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not any(strip.running for strip in window.strips.values()), timeout=WAIT_MS)


def plugged_in(window: MainWindow, qtbot: QtBot) -> None:
    """Look for the scanner and wait until it has said what it can do."""
    window.actions_table["look_scanners"].trigger()
    qtbot.waitUntil(lambda: window.capture.scanner.source.count() > 1, timeout=WAIT_MS)


def take_from(window: MainWindow, source: Source) -> None:
    box = window.capture.scanner.source
    row = next(row for row in range(box.count()) if box.itemData(row) == source)
    box.setCurrentIndex(row)
    box.activated.emit(row)


def test_one_key_scans_page_after_page_then_the_feeder(opened: Opened, root: Path, scanner: None, qtbot: QtBot) -> None:
    window = opened(root)
    window.capture.code.setCurrentText("HS-01")
    scan = window.actions_table["scan"]
    scan.trigger()  # no scanner was ever chosen: it is looked for first
    qtbot.waitUntil(lambda: window.desk.length == 1, timeout=WAIT_MS)
    until_idle(window, qtbot)
    assert window.capture.record_code == "HS-01.001"
    scan.trigger()
    qtbot.waitUntil(lambda: window.desk.length == 2, timeout=WAIT_MS)
    until_idle(window, qtbot)
    take_from(window, Source.ADF)
    scan.trigger()
    qtbot.waitUntil(lambda: window.desk.length == 2 + SHEETS, timeout=WAIT_MS)
    until_idle(window, qtbot)
    found = pages(root, "HS-01.001")
    assert len(found) == 2 + SHEETS
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.id == found[-1].id, timeout=WAIT_MS)
    assert window.desk.canvas.sheet is not None
    assert window.desk.canvas.sheet.page == found[-1].id


def test_a_jam_is_one_sentence_and_the_same_key_goes_on(
    opened: Opened, root: Path, scanner: None, qtbot: QtBot
) -> None:
    window = opened(root)
    plugged_in(window, qtbot)
    window.actions_table["scanner_settings"].trigger()
    (dialog,) = window.findChildren(ScannerSettings)

    def returns(status: str) -> None:
        qtbot.waitUntil(lambda: "read-return-value" in dialog.editors, timeout=WAIT_MS)
        box = dialog.editors["read-return-value"]
        assert isinstance(box, QComboBox)
        box.activated.emit(box.findText(status))
        chosen = ("read-return-value", status)
        qtbot.waitUntil(lambda: chosen in window.capture.scanner.choice.own, timeout=WAIT_MS)

    returns("SANE_STATUS_JAMMED")
    window.actions_table["scan"].trigger()
    qtbot.waitUntil(lambda: any("Paper is stuck" in text for text in window.messages.texts), timeout=WAIT_MS)
    assert window.actions_table["scan"].text().replace("&", "") == "Scan on"
    returns("Default")
    dialog.reject()
    window.actions_table["scan"].trigger()
    qtbot.waitUntil(lambda: window.desk.length == 1, timeout=WAIT_MS)
    until_idle(window, qtbot)
    qtbot.waitUntil(lambda: not any("Paper is stuck" in text for text in window.messages.texts), timeout=WAIT_MS)
