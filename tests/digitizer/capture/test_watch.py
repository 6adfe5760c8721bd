"""A watched folder: what is whole comes in, once; what is not waits."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from digitizer.capture.files import Duplicate, Imported, Outcome
from digitizer.capture.watch import WatchReport, watch
from digitizer.errors import CannotWrite, FileRefused, WrongUsage
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from tests.helpers.pools import InlinePool
from tests.helpers.workspaces import tiny_page

SETTLED = 0.05


class _Looks(Task):
    """A task that is stopped after so many looks at the folder that found nothing to do.

    ``between``: what happens between two looks, by their number.
    """

    def __init__(self, looks: int = 4, **between: Callable[[], object]) -> None:
        super().__init__()
        self._left = looks
        self._done = 0
        self._between = between

    def wait(self, seconds: float) -> None:
        self._done += 1
        if act := self._between.get(f"look{self._done}"):
            act()
        if self._done == self._left:
            self.cancel()
        super().wait(seconds + 0.01)


@pytest.fixture(autouse=True)
def without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitizer.capture.files.WorkerPool", InlinePool)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vào").mkdir()
    return tmp_path / "vào"


def _watch(
    workspace: Workspace, folder: Path, task: Task | None = None, *, record: str | None = None, move: Path | None = None
) -> tuple[list[Outcome], WatchReport]:
    heard: list[Outcome] = []
    report = watch(
        workspace, folder, heard.append, record=record, move_to=move, task=task or _Looks(), settled_seconds=SETTLED
    )
    return heard, report


def test_files_come_in_once_and_are_known_after_a_restart(workspace: Workspace, folder: Path) -> None:
    for number in (1, 2):
        tiny_page(folder / f"{number}.png", number)
    heard, report = _watch(workspace, folder, record="HS")
    assert [(type(outcome), Path(outcome.path).name) for outcome in heard] == [(Imported, "1.png"), (Imported, "2.png")]
    assert report == WatchReport(imported=2)
    assert workspace.catalogue.records.get("HS.001").title == "vào"
    assert _watch(workspace, folder, record="HS")[0] == []
    tiny_page(folder / "sau" / "3.png", 3)
    assert len(_watch(workspace, folder, record="HS")[0]) == 1


def test_the_same_bytes_again_are_a_duplicate(workspace: Workspace, folder: Path) -> None:
    tiny_page(folder / "1.png", 1)
    _watch(workspace, folder)
    tiny_page(folder / "2.png", 1)
    heard, report = _watch(workspace, folder)
    assert isinstance(heard[0], Duplicate)
    assert report == WatchReport(duplicates=1)


def test_a_file_that_is_open_for_writing_waits(workspace: Workspace, folder: Path) -> None:
    page = tiny_page(folder / "1.png", 1)
    with page.open("ab"):
        assert _watch(workspace, folder)[0] == []
    assert len(_watch(workspace, folder)[0]) == 1


def test_a_file_that_is_locked_waits(workspace: Workspace, folder: Path) -> None:
    page = tiny_page(folder / "1.png", 1)
    with page.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert _watch(workspace, folder)[0] == []


def test_a_file_that_grows_waits_until_it_is_whole(workspace: Workspace, folder: Path, tmp_path: Path) -> None:
    whole = tiny_page(tmp_path / "1.png", 1).read_bytes()
    target = folder / "1.png"
    target.write_bytes(whole[: len(whole) // 2])
    task = _Looks(9, look5=lambda: target.write_bytes(whole))
    heard, report = _watch(workspace, folder, task)
    assert [type(outcome) for outcome in heard] == [Imported]
    assert report == WatchReport(imported=1)


def test_what_programs_write_under_another_name_is_not_looked_at(workspace: Workspace, folder: Path) -> None:
    page = tiny_page(folder / "1.png", 1)
    for name in ("1.png.part", ".1.png", "Thumbs.db", "1.tmp"):
        (folder / name).write_bytes(page.read_bytes())
    page.unlink()
    assert _watch(workspace, folder)[0] == []


def test_a_refused_file_is_named_once_and_tried_again_when_it_changes(workspace: Workspace, folder: Path) -> None:
    old = folder / "cũ.png"
    old.write_bytes(b"no image")
    os.utime(old, (1, 1))
    task = _Looks(9, look5=lambda: tiny_page(old, 1))
    heard, report = _watch(workspace, folder, task)
    assert [type(outcome) for outcome in heard] == [FileRefused, Imported]
    assert report == WatchReport(imported=1, refused=1)


def test_files_are_moved_by_choice_and_overwrite_nothing(workspace: Workspace, folder: Path) -> None:
    done = folder / "xong"
    tiny_page(folder / "1.png", 1)
    tiny_page(done / "1.png", 9)
    tiny_page(folder / "sau" / "2.png", 2)
    heard, _ = _watch(workspace, folder, move=done)
    assert len(heard) == 2
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.png")) == [
        "xong/1 (2).png", "xong/1.png", "xong/sau/2.png",
    ]  # fmt: skip


def test_a_place_that_cannot_be_moved_to_is_said(workspace: Workspace, folder: Path, tmp_path: Path) -> None:
    tiny_page(folder / "1.png", 1)
    (tmp_path / "tệp").write_text("x")
    with pytest.raises(CannotWrite):
        _watch(workspace, folder, move=tmp_path / "tệp")


def test_a_folder_that_goes_away_is_waited_for(workspace: Workspace, folder: Path) -> None:
    away = folder.with_name("đi đâu")
    tiny_page(folder / "1.png", 1)
    folder.rename(away)
    with pytest.raises(WrongUsage):
        _watch(workspace, folder)
    away.rename(folder)
    task = _Looks(8, look1=lambda: folder.rename(away), look4=lambda: away.rename(folder))
    assert len(_watch(workspace, folder, task)[0]) == 1


def test_a_name_that_is_not_utf8(workspace: Workspace, folder: Path) -> None:
    tiny_page(folder / "1.png", 1).rename(folder / os.fsdecode(b"\xff.png"))
    assert len(_watch(workspace, folder)[0]) == 1
    assert _watch(workspace, folder)[0] == []
