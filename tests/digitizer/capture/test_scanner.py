"""A session with a scanner: what it can do, sheets in a row, and everything that can stop it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from digitizer.capture.sane_config import CONFIG_VARIABLE
from digitizer.capture.scanner import faults
from digitizer.capture.scanner.faults import ScannerProblem
from digitizer.capture.scanner.model import Fault
from digitizer.capture.scanner.session import Beat, ScannedPage, Scanner, Tick
from digitizer.errors import Exit
from digitizer.i18n import set_language
from digitizer.tasks import Task
from ocr.spool import SpoolHead, read_head
from ocr.spool_master import MasterRequest, make_master
from tests.digitizer.capture.conftest import FEEDER
from tests.helpers.scanners import SHEETS, SLOW, UNHURRIED, configured, needs_libsane

pytestmark = needs_libsane

STATUSES = {
    "SANE_STATUS_UNSUPPORTED": faults.FormatUnknown,
    "SANE_STATUS_CANCELLED": faults.StoppedAtScanner,
    "SANE_STATUS_DEVICE_BUSY": faults.ScannerBusy,
    "SANE_STATUS_INVAL": faults.SettingRefused,
    "SANE_STATUS_EOF": faults.CutShort,
    "SANE_STATUS_JAMMED": faults.PaperJam,
    "SANE_STATUS_NO_DOCS": faults.OutOfPaper,
    "SANE_STATUS_COVER_OPEN": faults.CoverOpen,
    "SANE_STATUS_IO_ERROR": faults.Unplugged,
    "SANE_STATUS_NO_MEM": faults.NoMemory,
    "SANE_STATUS_ACCESS_DENIED": faults.ScannerDenied,
}


HANGING_TRIES = 4
"""The driver ``test`` itself hangs in one of a hundred forced statuses (docs/decisions/025-scanners.md)."""


def _scan(scanner: Scanner, folder: Path, count: int | None = None) -> list[ScannedPage]:
    folder.mkdir(exist_ok=True)
    return [event for event in scanner.scan(folder, count=count) if isinstance(event, ScannedPage)]


def _first(scanner: Scanner, folder: Path) -> SpoolHead:
    return read_head(_scan(scanner, folder, 1)[0].path)


def test_devices_and_their_options(scanner: Scanner) -> None:
    devices = scanner.devices()
    assert [(device.name, device.vendor) for device in devices] == [("test:0", "Noname")]
    options = {option.name: option for option in scanner.open("test:0")}
    assert options["source"].choices == ("Flatbed", "Automatic Document Feeder")
    assert options["resolution"].range == (1.0, 1200.0, 1.0)
    assert options["resolution"].unit == "dpi"
    assert options["depth"].choices == (1, 8, 16)
    assert options["mode"].value == "Color"
    assert "three-pass-order" not in options, "an inactive option is not offered"
    changed = {option.name: option.value for option in scanner.set([("three-pass", True), ("br-x", 100.5)])}
    assert changed["three-pass-order"] == "RGB"
    assert changed["br-x"] == pytest.approx(100.5, abs=0.6), "the driver rounds to whole millimetres"


def test_a_feeder_gives_ten_sheets_and_ends_well(feeder: Scanner, tmp_path: Path) -> None:
    pages = _scan(feeder, tmp_path / "spool")
    assert [page.number for page in pages] == list(range(1, SHEETS + 1))
    heads = [read_head(page.path) for page in pages]
    assert len({head.page for head in heads}) == SHEETS, "each sheet is a page of its own"
    assert len({head.sha256 for head in heads}) == 1, "though their bytes are the same"
    assert heads[0].dpi == (50.0, 50.0)
    assert heads[0].options["source"] == "Automatic Document Feeder"
    assert sorted(path.name for path in (tmp_path / "spool").iterdir()) == [page.path.name for page in pages]


def test_the_glass_gives_one_page_at_a_call(scanner: Scanner, tmp_path: Path) -> None:
    scanner.open("test:0")
    (tmp_path / "spool").mkdir()
    for number in (1, 2, 3):
        events = list(scanner.scan(tmp_path / "spool", first=number))
        assert [event.number for event in events if isinstance(event, ScannedPage)] == [number]


@pytest.mark.parametrize(
    ("options", "frames", "depth"),
    [
        ([("three-pass", True), ("three-pass-order", "BGR")], ("blue", "green", "red"), 8),
        ([("hand-scanner", True)], ("rgb",), 8),
        ([("depth", 16)], ("rgb",), 16),
        ([("depth", 1)], ("rgb",), 1),
        ([("mode", "Gray"), ("depth", 1)], ("gray",), 1),
        ([("fuzzy-parameters", True)], ("rgb",), 8),
        ([("ppl-loss", 7)], ("rgb",), 8),
        ([("non-blocking", True)], ("rgb",), 8),
        ([("select-fd", True)], ("rgb",), 8),
    ],
)
def test_whatever_form_a_driver_sends_becomes_a_master(
    scanner: Scanner, tmp_path: Path, options: list[tuple[str, object]], frames: tuple[str, ...], depth: int
) -> None:
    scanner.open("test:0")
    scanner.set(options)  # type: ignore[arg-type]
    head = _first(scanner, tmp_path / "spool")
    assert (head.frames, head.depth) == (frames, depth)
    made = make_master(MasterRequest(tmp_path / "spool" / "000001.scan", tmp_path / "1.tif"))
    assert made.inspection.pages[0].size.width == head.width


def test_three_passes_make_the_same_page_as_one(scanner: Scanner, tmp_path: Path) -> None:
    scanner.open("test:0")
    made = []
    for number, three in enumerate((False, True)):
        scanner.set([("three-pass", three)])
        _first(scanner, tmp_path / f"spool{number}")
        target = tmp_path / f"{number}.tif"
        made.append(make_master(MasterRequest(tmp_path / f"spool{number}" / "000001.scan", target)).pixels)
    assert made[0] == made[1]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_each_status_has_its_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str, language: str
) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, str(configured(tmp_path / "sane")))
    with Scanner(patience=5.0) as scanner:
        scanner.open("test:0")
        scanner.set([FEEDER, ("read-return-value", status)])
        _says(scanner, tmp_path, status, language)


def _says(scanner: Scanner, tmp_path: Path, status: str, language: str) -> None:
    for _ in range(HANGING_TRIES):
        with pytest.raises((STATUSES[status], faults.DriverHangs)) as caught:
            _scan(scanner, tmp_path / "spool")
        if not isinstance(caught.value, faults.DriverHangs):
            break
    assert isinstance(caught.value, STATUSES[status])
    set_language(language)
    try:
        assert "test:0" in caught.value.message
    finally:
        set_language("en")
    assert list((tmp_path / "spool").iterdir()) == [], "a page that is not whole leaves nothing"
    scanner.set([("read-return-value", "Default")])
    assert _scan(scanner, tmp_path / "spool"), "the same session goes on"


def test_a_driver_that_is_killed_in_sheet_six_leaves_five_safe(feeder: Scanner, tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    feeder.set(UNHURRIED)
    came = []
    with pytest.raises(faults.DriverDied, match="broke down"):
        for event in feeder.scan(tmp_path / "spool", count=None):
            if isinstance(event, ScannedPage):
                came.append(event.path)
            elif isinstance(event, Beat) and event.done and len(came) == 5:
                assert feeder.pid is not None
                os.kill(feeder.pid, signal.SIGKILL)
    assert sorted((tmp_path / "spool").glob("*.scan")) == came
    assert len(came) == 5
    assert all(read_head(path).height for path in came)
    feeder.set([("read-delay", False)])
    assert len(_scan(feeder, tmp_path / "more")) == SHEETS, "a new child goes on, set as the one before was"


@pytest.fixture
def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scanner]:
    """Open; a driver that says nothing for a second hangs."""
    monkeypatch.setenv(CONFIG_VARIABLE, str(configured(tmp_path / "sane")))
    with Scanner(patience=1.0) as session:
        session.open("test:0")
        yield session


def _frozen(scanner: Scanner) -> None:
    assert scanner.pid is not None
    os.kill(scanner.pid, signal.SIGSTOP)


def test_a_driver_that_hangs_is_ended(impatient: Scanner, tmp_path: Path) -> None:
    impatient.set(UNHURRIED)
    (tmp_path / "spool").mkdir()
    with pytest.raises(faults.DriverHangs):
        for event in impatient.scan(tmp_path / "spool"):
            if isinstance(event, Beat):
                _frozen(impatient)
    assert not impatient.pid
    assert _scan(impatient, tmp_path / "spool", 1)


def test_a_slow_driver_is_no_hanging_one_and_can_be_stopped(scanner: Scanner, tmp_path: Path) -> None:
    scanner.open("test:0")
    scanner.set(SLOW)
    (tmp_path / "spool").mkdir()
    task, beats = Task(), []
    for event in scanner.scan(tmp_path / "spool", task=task):
        assert isinstance(event, Beat | Tick)
        if isinstance(event, Beat):
            beats.append(event.done)
        if len(beats) == 3:
            task.cancel()
    assert beats == sorted(beats)
    assert beats[-1] > 0
    assert list((tmp_path / "spool").iterdir()) == []
    assert scanner.set([("read-delay", False)]), "the session goes on"


def test_what_is_not_there_or_not_taken(scanner: Scanner) -> None:
    with pytest.raises(faults.ScannerNotFound) as caught:
        scanner.open("test:7")
    assert caught.value.exit is Exit.USAGE
    scanner.open("test:0")
    for wrong in (("no-such-option", 1), ("mode", "Sepia"), ("resolution", "high"), ("mode", "x" * 1000)):
        with pytest.raises(faults.SettingRefused, match=wrong[0]):
            scanner.set([wrong])


def test_a_full_disk_is_said_as_such(scanner: Scanner, tmp_path: Path) -> None:
    scanner.open("test:0")
    with pytest.raises(OSError, match="No such file"):
        list(scanner.scan(tmp_path / "not there"))
    assert scanner.set([]), "the session goes on"


def test_every_fault_has_a_sentence() -> None:
    for fault in Fault:
        if fault is not Fault.DISK and fault is not Fault.NO_SCANNER:
            assert isinstance(faults.problem(fault, "test:0", "x"), ScannerProblem)
            assert faults.problem(fault, "test:0", "x").message


def test_the_lines_are_the_picture(scanner: Scanner, tmp_path: Path) -> None:
    scanner.open("test:0")
    scanner.set([("test-picture", "Solid white"), ("mode", "Gray")])
    _first(scanner, tmp_path / "spool")
    lines = np.fromfile(tmp_path / "spool" / "000001.scan", np.uint8, offset=65536)
    assert lines.min() == 255


def test_a_preview_is_coarse_and_changes_nothing(scanner: Scanner, tmp_path: Path) -> None:
    scanner.open("test:0")
    before = scanner.set([("resolution", 600)])
    path = scanner.preview(tmp_path)
    assert path is not None
    assert read_head(path).dpi == (75.0, 75.0)
    assert scanner.set([]) == before
