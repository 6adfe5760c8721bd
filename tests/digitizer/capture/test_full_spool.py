"""A disk that takes no more in the middle of a run: what is safe is told and kept, and which sheet is not."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from digitizer.capture.scanner.child import _unless_whole
from digitizer.capture.scanner.faults import SpoolUnwritable
from digitizer.capture.scanner.session import ScannedPage
from digitizer.capture.scans import scan_sheets
from digitizer.capture.spool import enter_spool
from digitizer.errors import Exit
from digitizer.workspace import Workspace
from ocr.spool import HEAD_BYTES
from tests.helpers.pools import InlinePool
from tests.helpers.spools import PaperTray

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture(autouse=True)
def without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("scans", "spool"):
        monkeypatch.setattr(f"digitizer.capture.{module}.WorkerPool", InlinePool)


class _Tray(PaperTray):
    """The disk is full in the middle of the sheet after the last."""

    def scan(self, folder: Path, **more: Any) -> Iterator[ScannedPage]:
        yield from super().scan(folder, **more)
        with _unless_whole(folder) as aside:
            aside.write_bytes(bytes(2 * HEAD_BYTES))
            raise FULL


class _Driver(_Tray):
    """As the driver's process says it."""

    def scan(self, folder: Path, **more: Any) -> Iterator[ScannedPage]:
        try:
            yield from super().scan(folder, **more)
        except OSError as error:
            raise SpoolUnwritable(device="test:0", detail="the disk is full") from error


class _FullPool(InlinePool):
    """Its workers write nothing after the first master."""

    made = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        _FullPool.made += 1
        if _FullPool.made == 1:
            return super().submit(fn, *args, **kwargs)
        future: Future[Any] = Future()
        future.set_exception(FULL)
        return future


def test_what_came_is_entered_and_the_sheet_that_did_not_is_named(workspace: Workspace) -> None:
    report = scan_sheets(workspace, _Driver(3), "test:0", place="HS", count=None)
    assert isinstance(report.problem, SpoolUnwritable)
    assert report.problem.exit is Exit.WORKSPACE
    assert len(report.spool.entered) == 3
    assert report.note.startswith("3 sheet sides are safe. Sheet 4 of the run of ")
    assert report.note.endswith("was not finished: scan again from it.")
    assert list((workspace.root / "spool").iterdir()) == []


def test_what_cannot_be_entered_waits_and_the_next_scan_names_the_sheet(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("digitizer.capture.scans.WorkerPool", _FullPool)
        report = scan_sheets(workspace, _Driver(3), "test:0", place="HS", count=None)
    assert isinstance(report.problem, SpoolUnwritable)
    assert "the disk is full" in report.problem.message
    assert (len(report.spool.entered), len(report.spool.refused)) == (1, 0)
    assert report.note.startswith("2 sheet sides are safe. 1 of them wait in the spool")
    recovered = enter_spool(workspace)
    assert (len(recovered.entered), recovered.record) == (1, "HS.001")
    assert not list((workspace.root / "masters").glob(".*partial*"))


def test_a_page_that_the_disk_did_not_take_leaves_its_head_and_others_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space"), _unless_whole(tmp_path) as aside:
        aside.write_bytes(bytes(3 * HEAD_BYTES))
        raise FULL
    (left,) = tmp_path.iterdir()
    assert left.stat().st_size == HEAD_BYTES
    left.unlink()
    with pytest.raises(ValueError, match="x"), _unless_whole(tmp_path) as aside:
        aside.write_bytes(b"x")
        raise ValueError("x")
    assert list(tmp_path.iterdir()) == []
