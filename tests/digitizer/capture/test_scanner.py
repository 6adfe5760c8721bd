"""A session with a scanner: what it can do, sheets in a row, and everything that can stop it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from threading import Timer
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitizer.capture.scanner import faults
from digitizer.capture.scanner.faults import ScannerProblem
from digitizer.capture.scanner.model import Fault, OptionValue
from digitizer.capture.scanner.session import Beat, ScannedPage, Scanner, Tick
from digitizer.errors import Exit
from digitizer.files import TEMPORARY_PREFIX
from digitizer.i18n import set_language
from digitizer.tasks import Cancelled, Task
from ocr.spool import HEAD_BYTES, SpoolHead, read_head
from ocr.spool_master import MasterRequest, make_master
from tests.helpers.scanners import (
    PATIENCE,
    SHEETS,
    SLOW,
    UNHURRIED,
    despite_hangs,
    hanging_in,
    needs_libsane,
)  # fmt: skip

pytestmark = needs_libsane

STATUSES = {
    "SANE_STATUS_UNSUPPORTED": faults.FormatUnknown,
    "SANE_STATUS_CANCELLED": faults.StoppedAtScanner,
    "SANE_STATUS_DEVICE_BUSY": faults.ScannerBusy,
    "SANE_STATUS_INVAL": faults.ScanRefused,
    "SANE_STATUS_EOF": faults.CutShort,
    "SANE_STATUS_JAMMED": faults.PaperJam,
    "SANE_STATUS_NO_DOCS": faults.OutOfPaper,
    "SANE_STATUS_COVER_OPEN": faults.CoverOpen,
    "SANE_STATUS_IO_ERROR": faults.Unplugged,
    "SANE_STATUS_NO_MEM": faults.NoMemory,
    "SANE_STATUS_ACCESS_DENIED": faults.ScannerDenied,
}


A_MOMENT = 0.2
"""Seconds."""
KILLING_TRIES = 4
"""On a busy machine the sixth sheet may be whole before it is seen to have begun."""
GRID: list[tuple[str, OptionValue]] = [
    ("test-picture", "Grid"),
    ("mode", "Color"),
    ("depth", 8),
    ("br-x", 53),
    ("br-y", 40),
]


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


def test_options_of_every_kind_are_told_and_set(scanner: Scanner) -> None:
    scanner.open("test:0")
    options = {option.name: option for option in scanner.set([("enable-test-options", True)])}
    assert options["fixed-constraint-range"].range == pytest.approx((-42.17, 32767.9999, 2.0), abs=1e-3)
    assert options["fixed-constraint-word-list"].choices == pytest.approx((-32.7, 12.1, 42.0, 129.5), abs=1e-3)
    assert options["int-constraint-word-list"].choices == (-42, -8, 0, 17, 42, 256, 65536, 16777216, 1073741824)
    assert options["int-constraint-range"].range == (4.0, 192.0, 2.0)
    assert not options["bool-soft-detect"].settable
    assert options["bool-hard-select"].value is None
    assert not {"int-constraint-array", "button"} & set(options), "one value each, or it is not offered"
    wanted: list[tuple[str, OptionValue]] = [
        ("fixed-constraint-range", "11,83"), ("int-constraint-range", 7), ("bool-soft-select-soft-detect", True),
        ("fixed-constraint-word-list", 12.1), ("string-constraint-string-list", "Second entry"), ("int-inexact", 5),
    ]  # fmt: skip
    now = {option.name: option.value for option in scanner.set(wanted)}
    assert now["fixed-constraint-range"] == pytest.approx(11.83, abs=1e-3)
    assert now["int-constraint-range"] in (6, 8), "the driver keeps to its steps"
    assert now["bool-soft-select-soft-detect"] is True
    assert now["fixed-constraint-word-list"] == pytest.approx(12.1, abs=1e-3)
    assert now["string-constraint-string-list"] == "Second entry"
    assert now["int-inexact"] == 6, "what was set is told as it is"
    assert "fixed-constraint-range" not in {option.name for option in scanner.set([("enable-test-options", False)])}


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


def _master(scanner: Scanner, tmp_path: Path, *options: tuple[str, OptionValue]) -> tuple[SpoolHead, NDArray[np.uint8]]:
    """The head of what was scanned with these options set, and the master's samples as (h, w, 3) from 0 to 255."""
    scanner.open("test:0")
    scanner.set([*GRID, *options])
    head, target = _first(scanner, tmp_path / "spool"), tmp_path / "1.tif"
    target.unlink(missing_ok=True)
    make_master(MasterRequest(tmp_path / "spool" / "000001.scan", target))
    pixels: NDArray[Any] = np.asarray(cv2.imread(str(target), cv2.IMREAD_UNCHANGED))
    if pixels.dtype == np.uint16:
        assert np.isin(pixels, (0, 65535)).all()
    samples = np.atleast_3d(np.where(pixels > 0, 255, 0).astype(np.uint8))
    return head, np.broadcast_to(samples, (*samples.shape[:2], 3))


@pytest.mark.parametrize(
    ("options", "frames", "depth"),
    [
        ([("three-pass", True), ("three-pass-order", "BGR")], ("blue", "green", "red"), 8),
        ([("hand-scanner", True)], ("rgb",), 8),
        ([("depth", 16)], ("rgb",), 16),
        ([("depth", 1)], ("rgb",), 1),
        ([("mode", "Gray")], ("gray",), 8),
        ([("mode", "Gray"), ("depth", 16)], ("gray",), 16),
        ([("mode", "Gray"), ("depth", 1)], ("gray",), 1),
        ([("mode", "Gray"), ("depth", 1), ("ppl-loss", 5)], ("gray",), 1),
        ([("depth", 1), ("ppl-loss", 5)], ("rgb",), 1),
        ([("depth", 16), ("ppl-loss", 7)], ("rgb",), 16),
        ([("fuzzy-parameters", True)], ("rgb",), 8),
        ([("non-blocking", True)], ("rgb",), 8),
        ([("select-fd", True)], ("rgb",), 8),
        ([("read-limit", True), ("read-limit-size", 1)], ("rgb",), 8),
    ],
)
def test_whatever_form_a_driver_sends_becomes_the_same_picture(
    scanner: Scanner, tmp_path: Path, options: list[tuple[str, OptionValue]], frames: tuple[str, ...], depth: int
) -> None:
    """The driver's grid looks the same in every mode (sane-test(5)): so the masters agree in every pixel."""
    _, plain = _master(scanner, tmp_path)
    head, made = _master(scanner, tmp_path, *options)
    assert (head.frames, head.depth) == (frames, depth)
    assert made.shape[1] == head.width
    lost = sum(int(value) for name, value in options if name == "ppl-loss")
    height, width = min(len(plain), len(made)), min(plain.shape[1] - lost, made.shape[1])
    assert np.array_equal(made[:height, :width], plain[:height, :width])
    assert "hand-scanner" in dict(options) or made.shape == (plain.shape[0], plain.shape[1] - lost, 3)
    assert 0 < plain.mean() < 255


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_has_its_sentence(feeder: Scanner, tmp_path: Path, status: str) -> None:
    feeder.set([("read-return-value", status)])
    with pytest.raises(STATUSES[status]) as caught:
        _scan(feeder, tmp_path / "spool")
    said = []
    for language in ("en", "vi"):
        set_language(language)
        try:
            said.append(caught.value.message)
        finally:
            set_language("en")
    assert said[0] != said[1]
    assert all("test:0" in sentence for sentence in said)
    assert list((tmp_path / "spool").iterdir()) == [], "a page that is not whole leaves nothing"
    despite_hangs(lambda: feeder.set([("read-return-value", "Default")]))
    assert despite_hangs(lambda: _scan(feeder, tmp_path / "spool", 1)), "the same session goes on"


def _killed_in_sheet_six(scanner: Scanner, spool: Path) -> list[Path]:
    """The sheets that came before the driver was killed, when the sixth had begun to be written."""
    spool.mkdir()
    came = []
    with pytest.raises(faults.DriverDied, match="broke down"):
        for event in scanner.scan(spool, count=None):
            if isinstance(event, ScannedPage):
                came.append(event.path)
            elif len(came) == 5 and any(
                path.stat().st_size > HEAD_BYTES for path in spool.glob(f"{TEMPORARY_PREFIX}*")
            ):
                assert scanner.pid is not None
                os.kill(scanner.pid, signal.SIGKILL)
    return came


def test_a_driver_that_is_killed_in_sheet_six_leaves_five_safe(feeder: Scanner, tmp_path: Path) -> None:
    feeder.set(UNHURRIED)
    for tried in range(KILLING_TRIES):
        spool = tmp_path / f"spool{tried}"
        came = _killed_in_sheet_six(feeder, spool)
        assert sorted(spool.glob("*.scan")) == came
        assert all(read_head(path).height for path in came)
        if len(came) == 5:
            break
    assert len(came) == 5
    feeder.set([("read-delay", False)])
    assert len(_scan(feeder, tmp_path / "more")) == SHEETS, "a new child goes on, set as the one before was"


def test_a_driver_that_hangs_is_ended(scanner: Scanner, tmp_path: Path) -> None:
    scanner.open("test:0")
    scanner.set(UNHURRIED)
    scanner.patience = 0.5
    (tmp_path / "spool").mkdir()
    with pytest.raises(faults.DriverHangs):
        for event in scanner.scan(tmp_path / "spool"):
            if isinstance(event, Beat):
                assert scanner.pid is not None
                os.kill(scanner.pid, signal.SIGSTOP)
    assert not scanner.pid
    scanner.patience = PATIENCE
    assert _scan(scanner, tmp_path / "spool", 1)


def test_a_driver_that_hangs_when_it_is_let_go_costs_no_page_and_no_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scanner: Scanner
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(hanging_in(tmp_path / "hangs")))
    scanner.open("test:0")
    scanner.set([("resolution", 60)])
    pages = _scan(scanner, tmp_path / "spool", 1)
    assert len(pages) == 1
    hanging, scanner.patience = scanner.pid, 1.0
    task, ticks = Task(), 0
    for event in scanner.scan(tmp_path / "spool", first=2, task=task):
        assert isinstance(event, Tick), "while it waits, others go on, and it can be stopped"
        ticks += 1
        task.cancel()
    assert ticks == 1
    options = {option.name: option.value for option in despite_hangs(lambda: scanner.set([]))}
    assert options["resolution"] == 60
    assert scanner.pid != hanging


def _in_a_moment(task: Task) -> None:
    Timer(A_MOMENT, task.cancel).start()


@pytest.mark.parametrize("act", ["Sane.open", "Handle.set"])
def test_a_driver_that_hangs_while_it_is_asked_can_be_stopped(
    act: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(hanging_in(tmp_path / "hangs", act)))
    with Scanner() as scanner:
        _in_a_moment(scanner.task)
        with pytest.raises(Cancelled):
            scanner.open("test:0")
            scanner.set([("resolution", 60)])
        assert not scanner.pid


def test_a_driver_that_hangs_in_a_page_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(hanging_in(tmp_path / "hangs", "Handle.read")))
    monkeypatch.setattr("digitizer.capture.scanner.session.STOPPING_SECONDS", A_MOMENT)
    task = Task()
    with Scanner() as scanner:
        scanner.open("test:0")
        for event in scanner.scan(tmp_path, task=task):
            assert not isinstance(event, ScannedPage)
            task.cancel()
        assert not scanner.pid


def test_a_driver_that_hangs_after_a_jam_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, feeder: Scanner
) -> None:
    feeder.close()
    monkeypatch.setenv("PYTHONPATH", str(hanging_in(tmp_path / "hangs")))
    monkeypatch.setattr("digitizer.capture.scanner.session.BROKEN_OFF_SECONDS", A_MOMENT)
    feeder.set([("read-return-value", "SANE_STATUS_JAMMED")])
    with pytest.raises(faults.PaperJam):
        _scan(feeder, tmp_path / "spool")
    hanging_one = feeder.pid
    feeder.set([("read-return-value", "Default")])
    assert feeder.pid != hanging_one


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
    with pytest.raises(faults.SpoolUnwritable, match="no such file"):
        list(scanner.scan(tmp_path / "not there"))
    assert scanner.set([]), "the session goes on"


def test_every_fault_has_a_sentence() -> None:
    for fault in Fault:
        if fault is not Fault.NO_SCANNER:
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


def test_an_address_where_nobody_answers_and_one_that_is_none() -> None:
    for device, kind, said in (
        ("escl:http://127.0.0.1:9", faults.NoneAtAddress, "Check the address"),
        ("http://127.0.0.1:9", faults.AddressIncomplete, "escl:http://"),
        ("127.0.0.1", faults.AddressIncomplete, "escl:http://"),
        ("test:9", faults.ScannerNotFound, "lists"),
    ):
        told = faults.problem(Fault.NOT_FOUND, device)
        assert type(told) is kind
        assert (told.code, told.exit) == ("no-such-scanner", Exit.USAGE)
        assert said in told.message


def test_no_sheet_is_spoken_of_before_a_scan() -> None:
    for fault in (Fault.UNPLUGGED, Fault.HANGS, Fault.DIED):
        assert "sheet" in faults.problem(fault, "test:0").message
        idle = faults.problem(fault, "test:0", scanning=False)
        assert "sheet" not in idle.message
        assert (idle.code, idle.exit) == (fault, Exit.REFUSED)


def test_a_driver_that_hangs_before_a_scan_speaks_of_no_sheet(
    scanner: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitizer.capture.scanner.session._TICK_SECONDS", 0.0)  # no process starts within that
    scanner.patience = 0.0
    with pytest.raises(faults.DriverHangsIdle):
        scanner.open("test:0")
