"""The panel of capture: nothing is cut, keys do not collide, Tab goes as the eye does."""

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from digitizer.capture.scanner.model import Option
from digitizer.capture.scanner.wanted import Source
from tests.ui.conftest import Opened
from ui.app import Program
from ui.models.scanner import ScanChoice
from ui.widgets.print_paper import ask_labels
from ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
SIZE = (1280, 800)
SOURCES = Option("source", "", "string", "", "Flatbed", ("Flatbed", "ADF", "ADF Duplex"), None, settable=True)


def in_language(program: Program, opened: Opened, root: Path, name: str) -> MainWindow:
    window = opened(root)
    window.actions_table["vietnamese" if name == "vi" else "english"].trigger()
    window.resize(*SIZE)
    return window


def alt_keys(window: MainWindow) -> list[str]:
    texts = [action.text() for action in window.menuBar().actions()]
    texts += [label.text() for label in window.findChildren(QLabel) if label.buddy() is not None and label.isVisible()]
    texts += [button.text() for button in window.findChildren(QAbstractButton) if button.isVisible()]
    return [text[text.index("&") + 1].upper() for text in texts if "&" in text.replace("&&", "")]


@pytest.mark.parametrize("name", ["vi", "en"])
def test_no_two_fields_have_one_alt_key(program: Program, opened: Opened, root: Path, name: str) -> None:
    window = in_language(program, opened, root, name)
    for way in range(window.capture.ways.count()):
        window.capture.ways.setCurrentIndex(way)
        QApplication.processEvents()
        keys = Counter(alt_keys(window))
        assert len(keys) > len(window.menuBar().actions())
        assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("name", ["vi", "en"])
def test_what_is_chosen_can_be_read(program: Program, opened: Opened, root: Path, name: str) -> None:
    window = in_language(program, opened, root, name)
    QApplication.processEvents()
    for box in (window.capture.scanner.profile, window.capture.stack.rule):
        room = box.width() - box.height()  # the arrow is about as wide as the box is high
        for row in range(box.count()):
            assert box.fontMetrics().horizontalAdvance(box.itemText(row)) <= room, box.itemText(row)
        assert box.itemData(0, Qt.ItemDataRole.ToolTipRole)


def test_tab_goes_from_above_to_below(opened: Opened, root: Path) -> None:
    capture = opened(root).capture
    wanted: list[QWidget] = [
        capture.code, capture.stack.rule, capture.ways.tabBar(), capture.scanner.device, capture.scanner.look,
        capture.scanner.profile, capture.scanner.read, capture.scanner.scan_button,
    ]  # fmt: skip
    passed: list[QWidget] = []
    at: QWidget | None = wanted[0]
    while at is not None and at not in passed:
        passed.append(at)
        at = at.nextInFocusChain()
    assert [each for each in passed if each in wanted] == wanted
    folder = capture.folder
    assert passed.index(folder.choose_button) < passed.index(folder.moves) < passed.index(folder.watch_button)


def test_only_one_sided_sheets_of_a_feeder_are_turned_over(opened: Opened, root: Path) -> None:
    panel = opened(root).capture.scanner
    panel.show_scanner([SOURCES], ScanChoice(source=Source.ADF))
    assert panel.collate.isEnabled()
    panel.collate.setChecked(True)
    for source in (Source.ADF_DUPLEX, Source.FLATBED):
        panel.show_scanner([SOURCES], ScanChoice(source=source))
        assert not panel.collate.isEnabled()
        assert not panel.collate.isChecked()


def test_sheets_of_labels_say_how_large_they_are(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog: QDialog = ask_labels(parent, "H1", ("3x7",), lambda _: None)
    (box,) = dialog.findChildren(QComboBox)
    assert box.currentText() == "3x7: 21 labels, 63.5 × 38.1 mm"
    dialog.close()
