"""Sheets become pages: every one that came, in order, once, whatever ends the program in between."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.capture.run import BACKS_FROM, collated
from digitizer.capture.scanner import faults
from digitizer.capture.scanner.session import Scanner
from digitizer.capture.scanner.wanted import Source, Wanted
from digitizer.capture.scans import find_scanners, ready_scanner, scan_sheets
from digitizer.capture.spool import begin_run, enter_spool
from digitizer.check import check
from digitizer.errors import WrongUsage
from digitizer.files import locked
from digitizer.journal import Journal, title
from digitizer.model import JobState, Level, Page
from digitizer.tasks import Task
from digitizer.workers import WorkerPool
from digitizer.workspace import Workspace
from ocr.errors import PageFault
from ocr.spool import HEAD_BYTES, read_head
from tests.helpers.pools import InlinePool
from tests.helpers.scanners import SHEETS, UNHURRIED, configured, needs_libsane

pytestmark = needs_libsane


def _pages(workspace: Workspace, code: str = "HS") -> list[Page]:
    records = workspace.catalogue.records
    return workspace.catalogue.pages.of_record(records.get(code).id)


def _spool(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in (workspace.root / "spool").rglob("*"))


@pytest.fixture(autouse=True)
def _workers_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("scans", "spool"):
        monkeypatch.setattr(f"digitizer.capture.{module}.WorkerPool", InlinePool)


def test_ten_identical_sheets_are_ten_pages_of_one_master(
    workspace: Workspace, feeder: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitizer.capture.scans.WorkerPool", WorkerPool)
    report = scan_sheets(workspace, feeder, "test:0", place="HS", count=None)
    pages = _pages(workspace)
    assert len(pages) == SHEETS
    assert [page.number for page in pages] == list(range(1, SHEETS + 1))
    assert [page.id for page in pages] == [page for each in report.spool.entered for page in each.pages]
    assert len({page.master for page in pages}) == 1
    assert {page.state for page in pages} == {JobState.WAITING}
    assert report.problem is None
    assert len(report.seconds) == SHEETS
    assert _spool(workspace) == []
    assert check(workspace).ok


def test_the_act_says_with_what_and_links_the_pixels(workspace: Workspace, feeder: Scanner) -> None:
    scan_sheets(workspace, feeder, "test:0", place="HS", count=2)
    acts = list(workspace.catalogue.audit.acts_of(["page.scan"]))
    assert len(acts) == 2
    said = acts[0].after or {}
    assert said["device"] == "test:0"
    assert said["options"]["source"] == "Automatic Document Feeder"
    assert len(said["pixels"]) == 64
    assert said["sha256"] == _pages(workspace)[0].master
    assert said["call"] == (acts[1].after or {})["call"]
    assert said["scanned"] <= acts[0].at


def test_one_undo_takes_the_batch_back_and_one_redo_brings_it(workspace: Workspace, feeder: Scanner) -> None:
    workspace.catalogue.records.file_for("HS")
    scan_sheets(workspace, feeder, "test:0", place="HS", count=None)
    journal = Journal(workspace)
    assert title(journal.undo()) == "scan"
    assert _pages(workspace) == []
    assert check(workspace).ok
    journal.redo()
    assert len(_pages(workspace)) == SHEETS
    assert check(workspace).ok


def test_a_second_scan_into_an_item_goes_on_in_it(workspace: Workspace, feeder: Scanner) -> None:
    first = scan_sheets(workspace, feeder, "test:0", place="HS", count=2)
    assert first.spool.record is not None
    scan_sheets(workspace, feeder, "test:0", place=first.spool.record, count=2)
    assert [page.number for page in _pages(workspace)] == [1, 2, 3, 4]
    scan_sheets(workspace, feeder, "test:0", place="HS", count=1)
    assert len(workspace.catalogue.records.under(workspace.catalogue.records.get("HS").id)) == 2


def test_a_record_above_a_file_is_refused_before_the_paper_moves(workspace: Workspace, feeder: Scanner) -> None:
    workspace.catalogue.records.create(Level.FONDS, "P", "Phông")
    with pytest.raises(WrongUsage):
        scan_sheets(workspace, feeder, "test:0", place="P", count=None)
    assert _spool(workspace) == []


def test_what_came_before_a_jam_is_entered(workspace: Workspace, feeder: Scanner) -> None:
    def break_it(_: object) -> None:
        assert feeder.pid is not None
        if len(_pages(workspace)) == 3:
            os.kill(feeder.pid, signal.SIGKILL)

    feeder.set(UNHURRIED)
    report = scan_sheets(workspace, feeder, "test:0", place="HS", count=None, on_page=break_it)
    assert isinstance(report.problem, faults.DriverDied)
    assert 3 <= len(_pages(workspace)) == len(report.spool.entered) < SHEETS
    assert _spool(workspace) == []
    scan_sheets(workspace, feeder, "test:0", place=report.spool.record, count=2)
    assert len(_pages(workspace)) == len(report.spool.entered) + 2


def test_a_problem_before_the_first_page_is_raised(workspace: Workspace, feeder: Scanner) -> None:
    feeder.set([("read-return-value", "SANE_STATUS_COVER_OPEN")])
    with pytest.raises(faults.CoverOpen):
        scan_sheets(workspace, feeder, "test:0", place="HS", count=None)
    assert _spool(workspace) == []


def test_stopped_between_two_sheets_keeps_what_came(workspace: Workspace, feeder: Scanner) -> None:
    feeder.set(UNHURRIED)
    task = Task(lambda done, _, __: task.cancel() if done == 2 else None)
    report = scan_sheets(workspace, feeder, "test:0", place="HS", count=None, task=task)
    assert report.problem is None
    assert 2 <= len(_pages(workspace)) < SHEETS


def test_fronts_and_backs_are_put_together(workspace: Workspace, feeder: Scanner) -> None:
    turned: list[int] = []

    def turn(fronts: int) -> None:
        turned.append(fronts)

    report = scan_sheets(workspace, feeder, "test:0", place="HS", count=None, turned=turn)
    assert turned == [SHEETS]
    names = [page.name.split("-", 2)[2] for page in _pages(workspace)]
    fronts, backs = [f"{n:04d}" for n in range(1, 11)], [f"b{n:04d}" for n in range(10, 0, -1)]
    assert names == [side for pair in zip(fronts, backs, strict=True) for side in pair]
    assert report.note == ""


def test_on_the_glass_one_page_comes_after_another_as_long_as_somebody_lays_them(
    workspace: Workspace, scanner: Scanner
) -> None:
    scanner.open("test:0")
    answers = [None, True, None, None, True, False]
    asked: list[int] = []

    def another(done: int) -> bool | None:
        asked.append(done)
        return answers[len(asked) - 1]

    report = scan_sheets(workspace, scanner, "test:0", place="HS", count=None, another=another)
    assert asked == [1, 1, 2, 2, 2, 3]
    assert [page.number for page in _pages(workspace)] == [1, 2, 3]
    assert report.spool.record == "HS.001"
    scan_sheets(workspace, scanner, "test:0", place="HS.001", count=2, another=lambda _: True)
    assert len(_pages(workspace)) == 5
    task = Task()
    scan_sheets(workspace, scanner, "test:0", place="HS.001", count=9, another=lambda _: task.cancel(), task=task)
    assert len(_pages(workspace)) == 6


def test_backs_that_do_not_match_are_not_guessed(workspace: Workspace, feeder: Scanner) -> None:
    def stick(_: int) -> None:
        feeder.set([("read-return-value", "SANE_STATUS_JAMMED")])

    report = scan_sheets(workspace, feeder, "test:0", place="HS", count=3, turned=stick)
    assert isinstance(report.problem, faults.PaperJam)
    assert "3" in report.note
    assert len(_pages(workspace)) == 3


@given(st.integers(0, 30), st.integers(0, 30))
def test_collating_loses_no_side_and_repeats_none(fronts: int, backs: int) -> None:
    paths = [Path(f"{number:06d}.scan") for first, count in ((1, fronts), (BACKS_FROM, backs))
             for number in range(first, first + count)]  # fmt: skip
    assert sorted(collated(paths)) == paths
    if fronts == backs:
        pairs = [int(path.stem) for path in collated(paths)]
        assert all(front + back == BACKS_FROM + fronts for front, back in zip(pairs[::2], pairs[1::2], strict=True))


class _Stop(Exception):
    """Stands for a power cut."""


@pytest.fixture
def left(workspace: Workspace, feeder: Scanner) -> Path:
    """The folder of a run of three sheets that was ended before anything was entered."""
    with suppress(_Stop), begin_run(workspace, "test:0", "HS") as run:
        for _ in feeder.scan(run.folder, count=3):
            pass
        raise _Stop
    assert len(list(run.folder.glob("*.scan"))) == 3
    return run.folder


def test_the_next_start_enters_what_was_left(workspace: Workspace, left: Path) -> None:
    report = enter_spool(workspace)
    assert len(report.entered) == len(_pages(workspace)) == 3
    assert report.record == "HS.001"
    assert _spool(workspace) == []
    assert check(workspace).ok
    assert enter_spool(workspace).entered == []


def test_ended_between_the_catalogue_and_the_spool_no_page_comes_twice(workspace: Workspace, left: Path) -> None:
    copies = {path: path.read_bytes() for path in left.iterdir()}
    enter_spool(workspace)
    left.mkdir()
    for path, data in copies.items():
        path.write_bytes(data)
    assert enter_spool(workspace).entered == []
    assert len(_pages(workspace)) == 3
    assert _spool(workspace) == []


def test_ended_in_the_middle_of_the_rest_goes_on_in_the_same_item(
    workspace: Workspace, left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = Task()
    with monkeypatch.context() as patch:
        kept = workspace.masters.keep
        kept_ones: list[object] = []

        def keep(staged: object) -> None:
            kept_ones.append(staged)
            if len(kept_ones) == 2:
                raise _Stop
            kept(staged)  # type: ignore[arg-type]

        patch.setattr(workspace.masters, "keep", keep)
        with pytest.raises(_Stop):
            enter_spool(workspace, task)
    assert len(_pages(workspace)) == 1
    enter_spool(workspace)
    assert [page.number for page in _pages(workspace)] == [1, 2, 3]
    assert len({page.record for page in _pages(workspace)}) == 1


def test_a_side_that_was_damaged_in_the_spool_is_named_and_kept(workspace: Workspace, left: Path) -> None:
    second = left / "000002.scan"
    second.write_bytes(second.read_bytes()[:-1])
    report = enter_spool(workspace)
    assert len(report.entered) == 2
    assert [(error.fault, Path(error.path)) for error in report.refused] == [
        (PageFault.DAMAGED, second.with_suffix(".damaged"))
    ]
    assert second.with_suffix(".damaged").exists()
    assert enter_spool(workspace).refused == [], "said once"


def test_a_sheet_that_was_cut_short_is_counted(workspace: Workspace, left: Path) -> None:
    (left / ".digitizer-abc").write_bytes(bytes(HEAD_BYTES))
    assert enter_spool(workspace).unfinished == 1
    assert _spool(workspace) == []


def test_a_run_at_which_another_process_works_is_left_to_it(workspace: Workspace, left: Path) -> None:
    with locked(left / ".lock"):
        assert enter_spool(workspace).entered == []
    assert len(list(left.glob("*.scan"))) == 3


@pytest.mark.parametrize("facts", [None, "", "{}", '{"call": 1}'])
def test_a_run_whose_facts_are_lost_is_entered_as_unfiled(workspace: Workspace, left: Path, facts: str | None) -> None:
    (left / "run.json").unlink()
    if facts is not None:
        (left / "run.json").write_text(facts)
    assert len(enter_spool(workspace).entered) == 3
    assert len(_pages(workspace, "CHUA-XEP")) == 3


def test_a_code_that_means_a_fonds_by_now_loses_no_scan(workspace: Workspace, left: Path) -> None:
    facts = json.loads((left / "run.json").read_text())
    workspace.catalogue.records.create(Level.FONDS, "P", "Phông")
    (left / "run.json").write_text(json.dumps(facts | {"record": "P"}))
    assert len(enter_spool(workspace).entered) == 3
    assert len(_pages(workspace, "CHUA-XEP")) == 3


def test_what_a_stranger_put_into_the_spool_stays(workspace: Workspace) -> None:
    (workspace.root / "spool" / "của tôi").mkdir()
    (workspace.root / "spool" / "của tôi" / "ghi chú.txt").write_text("x")
    (workspace.root / "spool" / "tệp").write_text("x")
    enter_spool(workspace)
    assert "ghi chú.txt" in _spool(workspace)


def test_a_worker_that_dies_leaves_the_side_for_the_next_start(
    workspace: Workspace, left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        from ocr.errors import PageError

        raise PageError(PageFault.CRASHED)

    with monkeypatch.context() as patch:
        patch.setattr(InlinePool, "outcome", fail)
        assert [error.fault for error in enter_spool(workspace).refused] == [PageFault.CRASHED] * 3
    assert len(enter_spool(workspace).entered) == 3


def test_scanners_are_found_with_their_options(scanner: Scanner) -> None:
    (found,) = find_scanners()
    assert found.device.name == "test:0"
    assert found.problem is None
    assert {"mode", "source", "resolution", "br-x"} <= {option.name for option in found.options}
    device, ready = ready_scanner(scanner, None, Wanted())
    assert (device, ready.feeder) == ("test:0", False)


def test_where_none_is_named_the_first_that_can_do_it_scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``pnm`` knows no feeder and is named first."""
    folder = configured(tmp_path / "sane")
    (folder / "dll.conf").write_text("test\npnm\n")  # libsane asks the last one first
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))
    wanted = Wanted(source=Source.ADF, must=frozenset({"source"}))
    with Scanner() as scanner:
        assert scanner.devices()[0].name.startswith("pnm")
        device, ready = ready_scanner(scanner, None, wanted)
        assert (device, ready.feeder) == ("test:0", True)
        with pytest.raises(faults.ScannerCannot, match="pnm:0"):
            ready_scanner(scanner, None, replace(wanted, source=Source.ADF_DUPLEX))


def test_no_scanner_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = configured(tmp_path / "sane", driver="pnm")
    (folder / "dll.conf").write_text("")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))
    assert find_scanners() == []
    with Scanner() as scanner, pytest.raises(faults.NoScanner):
        ready_scanner(scanner, None, Wanted())


def test_the_head_in_the_spool_names_the_page_that_is_born(workspace: Workspace, left: Path) -> None:
    ids = [read_head(path).page for path in sorted(left.glob("*.scan"))]
    enter_spool(workspace)
    assert [page.id for page in _pages(workspace)] == ids
