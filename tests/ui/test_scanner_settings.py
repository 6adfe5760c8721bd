"""All settings of a scanner: what is chosen there and in the panel is one thing; nothing typed is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from digitizer.capture.sane_config import CONFIG_VARIABLE
from digitizer.capture.scanner.faults import problem
from digitizer.capture.scanner.model import Device, Fault, Option
from digitizer.capture.scanner.wanted import Colours, Source
from tests.helpers.scanners import configured, needs_libsane
from tests.ui.conftest import WAIT_MS, Opened
from ui.models.scanner import ScanChoice, device_key, device_name, expressible, keep_choice, kept_choice
from ui.widgets.scanner_settings import ScannerSettings
from ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)")
KEY = "Noname frontend-tester"


def option(name: str, value: object, *choices: str | int, unit: str = "", **more: object) -> Option:
    kind = {bool: "bool", int: "int", float: "fixed"}.get(type(value), "string")
    made = Option(name, name, kind, unit, value, choices, None, settable=True)  # type: ignore[arg-type]
    return replace(made, **more)  # type: ignore[arg-type]


SOURCES = option("source", "Flatbed", "Flatbed", "ADF(left)", "ADF(centre)", "Transparency Unit")
MODES = option("mode", "Color", "Lineart", "Gray", "Color")
CONTRAST = option("contrast", 3, range=(0.0, 50.0, 1.0))
OPTIONS = (SOURCES, MODES, CONTRAST, option("resolution", 100, unit="dpi", range=(50.0, 600.0, 1.0)))


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[ScannerSettings]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = ScannerSettings("máy", parent)
    made.show_options(OPTIONS)
    made.show()
    yield made
    del parent


def number_field(dialog: ScannerSettings, name: str) -> QSpinBox:
    field = dialog.editors[name]
    assert isinstance(field, QSpinBox)
    return field


def test_what_the_panel_shows_too_becomes_its_choice() -> None:
    choice = ScanChoice(resolution=300, source=Source.FLATBED)
    choice = choice.with_set("resolution", 60, OPTIONS).with_set("mode", "Gray", OPTIONS)
    choice = choice.with_set("contrast", 7, OPTIONS).with_set("source", "ADF(centre)", OPTIONS)
    assert (choice.resolution, choice.colours, choice.source) == (60, Colours.GRAY, Source.ADF)
    wanted = choice.wanted()
    assert wanted.raw == [("mode", "Gray"), ("contrast", "7"), ("source", "ADF(centre)")]
    assert wanted.must == {"source", "resolution", "colours"}
    later = replace(choice, source=Source.FLATBED, resolution=100, colours=Colours.COLOR)  # chosen in the panel
    assert later.wanted().raw == [("contrast", "7")]


def test_an_older_setting_never_beats_the_panel() -> None:
    choice = ScanChoice(resolution=100, own=(("resolution", "60"), ("source", "ADF"), ("mode", "Lineart")))
    assert choice.wanted().raw == []


def test_sides_of_the_feeder_are_the_panel_s() -> None:
    epson = (option("source", "ADF", "Flatbed", "ADF"), option("adf-mode", "Simplex", "Simplex", "Duplex"))
    choice = ScanChoice().with_set("adf-mode", "Duplex", epson)
    assert (choice.source, choice.own) == (Source.ADF_DUPLEX, ())


def test_what_was_refused_is_as_it_was_and_the_rest_stays() -> None:
    before = ScanChoice(resolution=300)
    both = before.with_set("resolution", 60, OPTIONS).with_set("contrast", 9, OPTIONS)
    assert both.without(["resolution"], before) == before.with_set("contrast", 9, OPTIONS)
    assert both.without(["contrast"], before) == before.with_set("resolution", 60, OPTIONS)


def test_what_no_page_comes_of_is_not_offered() -> None:
    source, mode, *_ = expressible(OPTIONS)
    assert source.choices == ("Flatbed", "ADF(left)", "ADF(centre)")
    assert mode.choices == ("Gray", "Color")


def test_nothing_is_taken_away_from_one_who_types(dialog: ScannerSettings) -> None:
    field = number_field(dialog, "contrast")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "7")
    dialog.show_options((SOURCES, replace(MODES, value="Gray"), CONTRAST, option("gamma", 2)))  # another's answer
    assert dialog.editors["contrast"] is field
    assert field.text() == "7"
    assert set(dialog.editors) == {"source", "mode", "contrast", "gamma"}
    told: list[object] = []
    dialog.changed.connect(told.append)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert told == [[("contrast", 7)]]
    dialog.show_options((SOURCES, MODES, replace(CONTRAST, value=6)))  # what the driver made of it
    assert field.value() == 6
    assert told == [[("contrast", 7)]]


def test_enter_ends_a_field_and_scans_nothing(dialog: ScannerSettings) -> None:
    asked: list[bool] = []
    dialog.preview_wanted.connect(lambda: asked.append(True))
    field = number_field(dialog, "contrast")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not asked
    assert dialog.isVisible()


def turn_wheel(field: QWidget) -> None:
    place = QPointF(field.rect().center())
    event = QWheelEvent(
        place, field.mapToGlobal(place), QPoint(0, 120), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, event)


def test_the_wheel_changes_nothing_that_it_passes(dialog: ScannerSettings, opened: Opened, root: Path) -> None:
    told: list[object] = []
    dialog.changed.connect(told.append)
    for field in dialog.editors.values():
        turn_wheel(field)
    panel = opened(root).capture.scanner
    panel.choice_changed.connect(told.append)
    before = panel.colours.currentIndex()
    turn_wheel(panel.colours)
    turn_wheel(panel.profile)
    assert told == []
    assert panel.colours.currentIndex() == before


def test_there_is_a_preview_where_there_is_no_area(dialog: ScannerSettings) -> None:
    assert dialog.preview_button.isVisible()
    image = QImage(40, 20, QImage.Format.Format_Grayscale8)
    image.fill(QColor(200, 200, 200))
    dialog.area.show_image(image)
    chosen: list[object] = []
    dialog.area.chosen.connect(chosen.append)
    QTest.keyClick(dialog.area, Qt.Key.Key_Left)
    assert chosen == []


def test_a_long_value_that_is_refused_leaves_the_dialog_as_it_is(dialog: ScannerSettings) -> None:
    width = dialog.minimumSizeHint().width()
    dialog.refuse(problem(Fault.INVALID, "máy", f"name={'x' * 5000}").message_in_window)
    assert dialog.minimumSizeHint().width() <= max(width, dialog.width())


def test_two_scanners_of_one_model_are_told_apart() -> None:
    one, two = (Device(f"usb:{place}", "Canon", "LiDE", "flatbed scanner") for place in (1, 2))
    assert device_key(one, [one]) == "Canon LiDE"
    assert device_key(one, [one, two]) != device_key(two, [one, two])
    assert device_name(one, [one]) == "Canon LiDE"
    assert device_name(one, [one, two]) == "Canon LiDE (usb:1)"


@pytest.fixture
def asked(
    opened: Opened, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> tuple[MainWindow, ScannerSettings]:
    """A window, and the settings of a scanner that has told its options."""
    monkeypatch.setenv(CONFIG_VARIABLE, str(configured(tmp_path / "sane")))
    keep_choice(KEY, ScanChoice(resolution=25))
    window = opened(root)
    window.actions_table["look_scanners"].trigger()
    qtbot.waitUntil(lambda: window.capture.scanner.source.count() > 1, timeout=WAIT_MS)
    window.actions_table["scanner_settings"].trigger()
    (dialog,) = window.findChildren(ScannerSettings)
    qtbot.waitUntil(lambda: "source" in dialog.editors, timeout=WAIT_MS)
    return window, dialog


@needs_libsane
def test_quick_changes_are_all_kept_and_reset_begins_anew(
    asked: tuple[MainWindow, ScannerSettings], qtbot: QtBot
) -> None:
    window, dialog = asked
    boxes = [dialog.editors[name] for name in ("hand-scanner", "three-pass-order", "invert-endianess")
             if isinstance(dialog.editors.get(name), QCheckBox)]  # fmt: skip
    source = dialog.editors["source"]
    assert isinstance(source, QComboBox)
    row = source.findData("Automatic Document Feeder")
    source.activated.emit(row)
    for box in boxes:
        box.click()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: kept_choice(KEY).source is Source.ADF and len(kept_choice(KEY).own) > 1, timeout=WAIT_MS)
    assert window.capture.scanner.source.currentData() == Source.ADF
    assert boxes
    dialog.reset_button.click()
    qtbot.waitUntil(lambda: kept_choice(KEY).own == (), timeout=WAIT_MS)
    assert all(not box.isChecked() for box in boxes)  # type: ignore[attr-defined]
    dialog.close()


@needs_libsane
def test_what_is_refused_behind_a_change_is_not_kept(
    asked: tuple[MainWindow, ScannerSettings], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    _, dialog = asked
    with monkeypatch.context() as patch:
        refusals: list[str] = []
        patch.setattr(dialog, "refuse", refusals.append)
        dialog.changed.emit([("hand-scanner", True)])
        dialog.changed.emit([("no-such-option", 7)])
        qtbot.waitUntil(lambda: any(refusals), timeout=WAIT_MS)
    assert kept_choice(KEY).own == (("hand-scanner", "yes"),)


def test_an_address_without_a_scanner_is_told_apart_from_one_that_is_pulled_out() -> None:
    for fault in (Fault.NOT_FOUND, Fault.UNREACHED):
        assert "Check the address" in problem(fault, "escl:http://192.0.2.7:80").message_in_window
    assert "sheet" not in problem(Fault.UNREACHED, "pixma:04A9").message_in_window
