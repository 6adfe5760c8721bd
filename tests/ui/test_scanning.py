"""Paper scanned in the window: one key, pages as they come, trouble as one sentence. With libsane's own scanners."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

import resources
from digitizer.capture.sane_config import CONFIG_VARIABLE
from digitizer.capture.scanner.faults import PaperJam
from digitizer.capture.scanner.wanted import Source
from digitizer.capture.scans import ScanReport, scan_sheets
from digitizer.capture.spool import begin_run
from digitizer.errors import NoSuchRecord
from digitizer.files import TEMPORARY_PREFIX
from digitizer.model import JobState, Page, PageId
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from ocr.spool import HEAD_BYTES
from tests.helpers.pools import InlinePool
from tests.helpers.scanners import SHEETS, UNHURRIED, configured, hanging_in, needs_libsane
from tests.helpers.spools import write_side
from tests.helpers.workspaces import NULL_ENGINE, tiny_page
from tests.ui.conftest import WAIT_MS, Opened
from ui.app import Program
from ui.models.scanner import ScanChoice, keep, keep_choice
from ui.widgets.open_label import OpenLabel
from ui.widgets.recovered import RecoveredDialog
from ui.window import MainWindow

pytestmark = [
    needs_libsane,
    # The offscreen platform says so of every window it is given.
    pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)"),
]


KEY, COARSE = "Noname frontend-tester", ScanChoice(resolution=25)
PNM = "Noname PNM file reader pnm:0"


@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """libsane's simulated one is plugged in; its feeder holds ten sheets. Workers are left out."""
    monkeypatch.setattr("digitizer.capture.scans.WorkerPool", InlinePool)
    monkeypatch.setenv(CONFIG_VARIABLE, str(configured(tmp_path / "sane")))
    keep("read", "no")
    keep_choice(KEY, COARSE)


def pages(root: Path, code: str) -> list[Page]:
    with Workspace(root, NULL_ENGINE) as workspace:
        return workspace.catalogue.pages.of_record(workspace.catalogue.records.get(code).id)


def records(root: Path, file: str) -> dict[str, int]:
    """How many pages lie in each item of a file."""
    with Workspace(root, NULL_ENGINE) as workspace, suppress(NoSuchRecord):
        found = workspace.catalogue.records.under(workspace.catalogue.records.get(file).id)
        return {each.code: len(workspace.catalogue.pages.part(each.id, 0, -1)) for each in found}
    return {}


def until_idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not any(strip.running for strip in window.strips.values()), timeout=WAIT_MS)


def _typed(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


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
    canvas = window.desk.canvas
    qtbot.waitUntil(lambda: canvas.sheet is not None and canvas.sheet.page == found[-1].id, timeout=WAIT_MS)


def test_a_jam_is_one_sentence_and_the_same_key_goes_on(
    opened: Opened, root: Path, scanner: None, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def jams(*_: object, **__: object) -> None:
        raise PaperJam(device="test:0")

    window = opened(root)
    with monkeypatch.context() as patch:
        patch.setattr("ui.scanning.scan_sheets", jams)
        window.actions_table["scan"].trigger()
        qtbot.waitUntil(lambda: any("Paper is stuck" in text for text in window.messages.texts), timeout=WAIT_MS)
    assert window.actions_table["scan"].text().replace("&", "") == "Scan on"
    window.actions_table["scan"].trigger()
    qtbot.waitUntil(lambda: window.desk.length == 1, timeout=WAIT_MS)
    until_idle(window, qtbot)
    assert not any("Paper is stuck" in text for text in window.messages.texts)


def test_fronts_then_backs_wait_for_the_stack(opened: Opened, root: Path, scanner: None, qtbot: QtBot) -> None:
    window = opened(root)
    window.capture.code.setCurrentText("HS-01")
    plugged_in(window, qtbot)
    take_from(window, Source.ADF)
    window.capture.scanner.collate.setChecked(True)
    scan = window.actions_table["scan"]
    scan.trigger()
    qtbot.waitUntil(lambda: any("Turn the stack over" in text for text in window.messages.texts), timeout=WAIT_MS)
    assert any("press F6" in text for text in window.messages.texts)
    assert scan.text().replace("&", "") == "Scan the backs"
    scan.trigger()
    qtbot.waitUntil(lambda: window.desk.length == 2 * SHEETS, timeout=WAIT_MS)
    until_idle(window, qtbot)
    (run,) = window.capture.findChildren(QLabel, "run")
    assert f"This run: {2 * SHEETS} pages" in run.text()


def test_a_page_is_scanned_ahead_of_another_and_in_its_place(
    opened: Opened, root: Path, filled: list[PageId], scanner: None, qtbot: QtBot
) -> None:
    window = opened(root)
    plugged_in(window, qtbot)
    window.desk.show_row(1)
    window.actions_table["scan_here"].trigger()
    qtbot.waitUntil(lambda: window.desk.length == len(filled) + 1, timeout=WAIT_MS)
    until_idle(window, qtbot)
    a, b, c = filled
    assert [page.id for page in pages(root, "HS-01.001") if page.id in filled] == filled
    assert pages(root, "HS-01.001")[1].id not in filled
    window.desk.show_row(0)
    qtbot.waitUntil(window.actions_table["rescan"].isEnabled, timeout=WAIT_MS)
    window.actions_table["rescan"].trigger()
    qtbot.waitUntil(lambda: pages(root, "HS-01.001")[0].replaces == a, timeout=WAIT_MS)
    until_idle(window, qtbot)
    assert [page.id for page in pages(root, "HS-01.001")][2:] == [b, c]


def test_closed_in_the_middle_of_a_scan_nothing_is_lost(
    program: Program, opened: Opened, root: Path, scanner: None, qtbot: QtBot
) -> None:
    own = tuple((name, _typed(value)) for name, value in UNHURRIED)
    keep_choice(KEY, replace(COARSE, source=Source.ADF, own=own))
    window = opened(root)
    window.capture.code.setCurrentText("HS-01")
    window.actions_table["scan"].trigger()
    (run,) = window.capture.findChildren(QLabel, "run")
    qtbot.waitUntil(lambda: "This run: 2 pages" in run.text(), timeout=WAIT_MS)
    program.close()
    assert not list((root / "spool").glob("[!.]*"))
    assert len(pages(root, "HS-01.001")) in range(2, SHEETS)


def test_what_an_earlier_run_left_is_entered_and_shown(opened: Opened, root: Path, qtbot: QtBot) -> None:
    with Workspace(root, NULL_ENGINE) as workspace, begin_run(workspace, "test:0", "HS-09") as run:
        for number in (1, 2):
            write_side(run.folder, number)
        (run.folder / f"{TEMPORARY_PREFIX}cut").write_bytes(b" " * (HEAD_BYTES + 1))
    keep("sort", "pages-1")
    window = opened(root)
    qtbot.waitUntil(lambda: bool(window.findChildren(RecoveredDialog)), timeout=WAIT_MS)
    assert window.capture.record_code == "HS-09.001", "the rest goes where the run was to go"
    assert window.actions_table["sort_waiting"].isEnabled()
    (dialog,) = window.findChildren(RecoveredDialog)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "“test:0”" in said
    assert "2 pages were entered now" in said
    assert "Sheet 3" in said
    last = pages(root, "HS-09.001")[-1].id
    dialog.findChildren(QPushButton, options=Qt.FindChildOption.FindChildrenRecursively)[1].click()
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.id == last, timeout=WAIT_MS)
    dialog.close()


def test_a_watched_folder_brings_its_files_until_it_is_stopped(
    opened: Opened, root: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    keep("read", "no")
    folder = tmp_path / "vào"
    folder.mkdir()
    tiny_page(folder / "một.png", 10)
    window = opened(root)
    window.watching.choose(folder)
    window.capture.folder.moves.setChecked(True)
    window.actions_table["watch"].trigger()
    qtbot.waitUntil(lambda: window.desk.length == 1, timeout=WAIT_MS)
    assert not window.actions_table["watch"].isEnabled()
    window.actions_table["stop_watching"].trigger()
    until_idle(window, qtbot)
    assert window.actions_table["watch"].isEnabled()
    assert [path.name for path in (folder / "done").iterdir()] == ["một.png"]


def test_even_pages_are_turned_at_once_and_back(
    opened: Opened, root: Path, waiting: list[PageId], qtbot: QtBot
) -> None:
    window = opened(root)
    window.actions_table["turn_even"].trigger()
    (dialog,) = window.findChildren(QDialog)
    dialog.findChildren(QPushButton)[-1].click()
    turned = [None, 2] * (len(waiting) // 2)
    qtbot.waitUntil(lambda: [page.quarters for page in pages(root, "HS-02.001")] == turned, timeout=WAIT_MS)
    until_idle(window, qtbot)
    qtbot.waitUntil(window.actions_table["undo"].isEnabled, timeout=WAIT_MS)
    window.actions_table["undo"].trigger()
    qtbot.waitUntil(lambda: {page.quarters for page in pages(root, "HS-02.001")} == {None}, timeout=WAIT_MS)
    until_idle(window, qtbot)


def test_a_real_page_is_scanned_read_and_found(
    qapp: QApplication, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    paper = tmp_path / "tờ.ppm"
    with Image.open(resources.path("samples/cong-van.jpg")) as image:
        image.convert("RGB").save(paper)
    monkeypatch.setenv(CONFIG_VARIABLE, str(configured(tmp_path / "sane", driver="pnm")))
    keep_choice(PNM, ScanChoice(resolution=200, own=(("filename", str(paper)),)))
    program = Program(qapp, Settings(language="en", jobs=1))
    window = program.open(root)
    qtbot.waitUntil(lambda: window.looked, timeout=WAIT_MS)
    window.capture.code.setCurrentText("HS-01")
    window.actions_table["scan"].trigger()
    qtbot.waitUntil(lambda: window.desk.page is not None and window.desk.page.state is JobState.DONE, timeout=WAIT_MS)
    until_idle(window, qtbot)
    window.show_task("search")
    window.search.box.setText("kiem tra van an toan")
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        window.search.search()
    assert window.search.list.model().rowCount() == 1
    window.search.step(1)
    qtbot.waitUntil(lambda: bool(window.desk.canvas.marked), timeout=WAIT_MS)
    program.end()


def test_a_stack_is_sorted_after_it_was_scanned(opened: Opened, root: Path, scanner: None, qtbot: QtBot) -> None:
    keep("sort", "pages-4")
    window = opened(root)
    window.capture.code.setCurrentText("HS-01")
    plugged_in(window, qtbot)
    take_from(window, Source.ADF)
    window.actions_table["scan"].trigger()
    qtbot.waitUntil(lambda: any("The stack is 3 items now" in text for text in window.messages.texts), timeout=WAIT_MS)
    until_idle(window, qtbot)
    assert [len(pages(root, f"HS-01.00{item}")) for item in (1, 2, 3)] == [4, 4, 2]
    assert window.capture.record_code == "HS-01", "another stack begins another item"
    window.actions_table["scan"].trigger()
    qtbot.waitUntil(lambda: len(pages(root, "HS-01")) == 2 * SHEETS, timeout=WAIT_MS)
    until_idle(window, qtbot)
    qtbot.waitUntil(lambda: len(records(root, "HS-01")) == 6, timeout=WAIT_MS)
    until_idle(window, qtbot)
    assert records(root, "HS-01") == {f"HS-01.00{item + 1}": n for item, n in enumerate([4, 4, 2, 4, 4, 2])}


def test_pages_from_the_glass_are_sorted_one_by_one(opened: Opened, root: Path, scanner: None, qtbot: QtBot) -> None:
    keep("sort", "pages-2")
    window = opened(root)
    window.capture.code.setCurrentText("HS-01")
    for number in range(1, 6):
        window.actions_table["scan"].trigger()
        qtbot.waitUntil(lambda: window.scanning.at_work, timeout=WAIT_MS)
        until_idle(window, qtbot)
        assert sum(records(root, "HS-01").values()) == number
        assert window.capture.record_code == f"HS-01.00{(number + 1) // 2}"
    assert records(root, "HS-01") == {"HS-01.001": 2, "HS-01.002": 2, "HS-01.003": 1}


def test_a_stack_that_was_cut_short_waits_to_be_sorted(
    opened: Opened, root: Path, scanner: None, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def jams(*arguments: Any, **named: Any) -> ScanReport:
        report = scan_sheets(*arguments, **named | {"count": 3})
        report.problem = PaperJam(device="test:0")
        return report

    keep("sort", "pages-2")
    keep_choice(KEY, replace(COARSE, source=Source.ADF))
    window = opened(root)
    window.capture.code.setCurrentText("HS-01")
    with monkeypatch.context() as patch:
        patch.setattr("ui.scanning.scan_sheets", jams)
        window.actions_table["scan"].trigger()
        qtbot.waitUntil(lambda: any("3 pages of a stack" in text for text in window.messages.texts), timeout=WAIT_MS)
    assert window.capture.record_code == "HS-01.001", "the same stack goes on"
    assert window.actions_table["sort_waiting"].isEnabled()
    window.actions_table["sort_waiting"].trigger()
    qtbot.waitUntil(lambda: records(root, "HS-01") == {"HS-01.001": 2, "HS-01.002": 1}, timeout=WAIT_MS)
    until_idle(window, qtbot)
    assert not window.actions_table["sort_waiting"].isEnabled()


def test_what_a_person_chooses_during_a_run_stays(opened: Opened, root: Path, scanner: None, qtbot: QtBot) -> None:
    own = tuple((name, _typed(value)) for name, value in UNHURRIED)
    keep_choice(KEY, replace(COARSE, own=own))
    window = opened(root)
    window.capture.code.setCurrentText("HS-01")
    window.actions_table["scan"].trigger()
    qtbot.waitUntil(lambda: window.scanning.at_work, timeout=WAIT_MS)
    window.capture.code.setCurrentText("HS-02")
    qtbot.waitUntil(lambda: window.desk.length == 1, timeout=WAIT_MS)
    until_idle(window, qtbot)
    assert window.capture.record_code == "HS-02"
    assert len(pages(root, "HS-01")) == 1


def test_pages_are_rescanned_one_after_another(
    opened: Opened, root: Path, filled: list[PageId], scanner: None, qtbot: QtBot
) -> None:
    window = opened(root)
    plugged_in(window, qtbot)
    window.desk.show_row(0)
    window.desk.filmstrip.selectAll()
    window.actions_table["rescan"].trigger()
    qtbot.waitUntil(lambda: any("2 are left" in text for text in window.messages.texts), timeout=WAIT_MS)
    for left in ("1 is left", "1 page was replaced."):
        window.actions_table["scan"].trigger()
        qtbot.waitUntil(lambda: window.scanning.at_work, timeout=WAIT_MS)
        until_idle(window, qtbot)
        assert any(left in text for text in window.messages.texts)
    assert [page.replaces for page in pages(root, "HS-01.001")] == filled
    assert not window.actions_table["stop_scan"].isEnabled()


@pytest.mark.parametrize("act", ["Sane.open", "Handle.read"])
def test_a_hanging_driver_is_said_and_can_be_stopped(
    act: str, opened: Opened, root: Path, tmp_path: Path, scanner: None, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(hanging_in(tmp_path / "hangs", act)))
    monkeypatch.setattr("digitizer.capture.scanner.session.STOPPING_SECONDS", 0.2)
    window = opened(root)
    window.actions_table["scan"].trigger()
    stop = window.actions_table["stop_scan"]
    if act == "Handle.read":
        qtbot.waitUntil(lambda: window.scanning.at_work, timeout=WAIT_MS)
    else:
        qtbot.waitUntil(stop.isEnabled, timeout=WAIT_MS)
    waits = [label.text() for label in window.statusBar().findChildren(QLabel)]
    assert "Waiting for the scanner…" in waits
    stop.trigger()
    qtbot.waitUntil(lambda: not stop.isEnabled(), timeout=WAIT_MS)
    until_idle(window, qtbot)
    assert not window.desk.length


def test_the_key_scans_into_no_record_that_is_not_on_the_screen(
    opened: Opened, root: Path, scanner: None, qtbot: QtBot
) -> None:
    window = opened(root)
    plugged_in(window, qtbot)
    window.show_task("search")
    window.actions_table["scan"].trigger()
    assert window.actions_table["capture"].isChecked()
    assert not window.scanning.at_work


def test_a_label_opens_its_record(opened: Opened, root: Path, filled: list[PageId], qtbot: QtBot) -> None:
    window = opened(root)
    window.actions_table["open_label"].trigger()
    (dialog,) = window.findChildren(OpenLabel)
    dialog.read.emit("HS-XX")
    qtbot.waitUntil(lambda: any("HS-XX" in label.text() for label in dialog.findChildren(QLabel)), timeout=WAIT_MS)
    dialog.read.emit("HS-01.001")
    qtbot.waitUntil(lambda: window.capture.record_code == "HS-01.001", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.findChildren(OpenLabel), timeout=WAIT_MS)


def test_a_watched_folder_is_watched_again_at_the_next_start(
    program: Program, opened: Opened, root: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    keep("read", "no")
    folder = tmp_path / "vào"
    folder.mkdir()
    window = opened(root)
    window.capture.code.setCurrentText("HS-07")
    window.watching.choose(folder)
    window.actions_table["watch"].trigger()
    assert any("HS-07" in label.text() for label in window.capture.folder.findChildren(QLabel))
    program.close()
    folder.rename(tmp_path / "away")
    window = opened(root)
    qtbot.waitUntil(lambda: any("not there" in text for text in window.messages.texts), timeout=WAIT_MS)
    (tmp_path / "away").rename(folder)
    qtbot.waitUntil(lambda: any("there again" in text for text in window.messages.texts), timeout=WAIT_MS)
    assert not any("not there" in text for text in window.messages.texts)
    tiny_page(folder / "một.png", 10)
    waits = lambda: any("1 file waits" in label.text() for label in window.capture.folder.findChildren(QLabel))  # noqa: E731
    qtbot.waitUntil(waits, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.desk.length == 1, timeout=WAIT_MS)
    assert len(pages(root, "HS-07.001")) == 1
    window.actions_table["stop_watching"].trigger()
    until_idle(window, qtbot)
    program.close()
    window = opened(root)
    assert window.actions_table["watch"].isEnabled()
