"""A watched folder: what is whole comes in, once; what is not waits."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digitizer.capture.files import Duplicate, Imported, Outcome, import_paths
from digitizer.capture.watch import WatchReport, WatchState, watch
from digitizer.catalogue.records import UNFILED
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


def test_two_names_that_are_not_utf8_stay_two(workspace: Workspace, folder: Path) -> None:
    for number in (0xFE, 0xFF):
        tiny_page(folder / "1.png", number).rename(folder / os.fsdecode(bytes([number]) + b".png"))
    tiny_page(folder / "mới\ndòng.png", 3)
    assert len(_watch(workspace, folder)[0]) == 3
    assert _watch(workspace, folder)[0] == []


def test_the_workspace_in_the_watched_folder_is_not_looked_into(workspace: Workspace) -> None:
    tiny_page(workspace.root.parent / "1.png", 1)
    heard, _ = _watch(workspace, workspace.root.parent)
    assert [Path(outcome.path).name for outcome in heard] == ["1.png"]
    tiny_page(workspace.root / "derivatives" / "page.png", 2)
    assert _watch(workspace, workspace.root.parent)[0] == []


def test_a_folder_inside_the_one_moved_to_is_refused(workspace: Workspace, folder: Path) -> None:
    for target in (folder, folder.parent):
        with pytest.raises(WrongUsage):
            _watch(workspace, folder, move=target)


def test_a_link_to_itself_stops_nothing(workspace: Workspace, folder: Path, tmp_path: Path) -> None:
    (folder / "vòng").symlink_to(folder / "vòng")
    tiny_page(folder / "1.png", 1)
    heard, report = _watch(workspace, folder, move=tmp_path / "xong")
    assert [type(outcome) for outcome in heard] == [Imported, FileRefused]
    assert report == WatchReport(imported=1, refused=1)


def _during_import(monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], object], *, after: bool) -> None:
    """Have ``act`` happen to each file just before it is looked into, or just after it came in."""

    def between(*arguments: Any, on_outcome: Callable[[Outcome], None], **more: Any) -> object:
        if not after:
            for path in arguments[1]:
                act(path)
            return import_paths(*arguments, on_outcome=on_outcome, **more)

        def told(outcome: Outcome) -> None:
            act(Path(outcome.path))
            on_outcome(outcome)

        return import_paths(*arguments, on_outcome=told, **more)

    monkeypatch.setattr("digitizer.capture.watch.import_paths", between)


def test_a_file_that_is_taken_away_meanwhile_is_no_refusal(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_page(folder / "1.png", 1)
    _during_import(monkeypatch, lambda path: path.unlink(missing_ok=True), after=False)
    heard, report = _watch(workspace, folder)
    assert (heard, report) == ([], WatchReport())


def test_a_file_that_became_a_folder_meanwhile_stops_nothing(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_page(folder / "1.png", 1)

    def replaced(path: Path) -> None:
        if path.name == "1.png":
            path.unlink()
            tiny_page(path / "2.png", 2)

    _during_import(monkeypatch, replaced, after=False)
    _watch(workspace, folder, _Looks(8))
    assert workspace.catalogue.records.get(UNFILED).pages == 1


def test_other_content_of_the_same_size_and_time_is_not_moved_away_unread(
    workspace: Workspace, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tiny_page(folder / "1.bmp", 1)
    other = tiny_page(tmp_path / "2.bmp", 2)
    assert first.stat().st_size == other.stat().st_size
    os.utime(other, ns=(0, first.stat().st_mtime_ns))
    left = [other]
    _during_import(monkeypatch, lambda path: left.pop().replace(path) if left else None, after=True)
    heard, _ = _watch(workspace, folder, _Looks(8), move=tmp_path / "xong")
    assert [type(outcome) for outcome in heard] == [Imported, Imported]
    assert [path.name for path in (tmp_path / "xong").iterdir()] == ["1.bmp"]
    assert list(folder.iterdir()) == []


def test_a_refused_file_is_tried_again_when_its_rights_change(workspace: Workspace, folder: Path) -> None:
    old = folder / "cũ.png"
    old.write_bytes(b"no image")
    os.utime(old, (1, 1))
    heard, _ = _watch(workspace, folder, _Looks(9, look5=lambda: old.chmod(0o600)))
    assert [type(outcome) for outcome in heard] == [FileRefused, FileRefused]


def test_a_file_that_another_process_locked_waits(workspace: Workspace, folder: Path) -> None:
    page = tiny_page(folder / "1.png", 1)
    code = f"import fcntl; f = open({str(page)!r}, 'r+b'); fcntl.lockf(f, fcntl.LOCK_EX); f.seek(0)"
    code += "; print('locked', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert _watch(workspace, folder)[0] == []
        other.communicate(b"\n")
    assert len(_watch(workspace, folder)[0]) == 1


@pytest.mark.parametrize("full", [False, True])
def test_moving_to_another_disk_is_all_or_nothing(
    workspace: Workspace, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    def away(path: Path, target: Path) -> Path:
        raise OSError(errno.EXDEV, "another disk", str(path), None, str(target))

    def copied(path: Path, target: Path) -> None:
        target.write_bytes(path.read_bytes()[:10])
        raise OSError(errno.ENOSPC, "full", str(target))

    page = tiny_page(folder / "1.png", 1)
    whole = page.read_bytes()
    monkeypatch.setattr(Path, "rename", away)
    if full:
        monkeypatch.setattr(shutil, "copy2", copied)
        with pytest.raises(CannotWrite, match="full"):
            _watch(workspace, folder, move=tmp_path / "xong")
        assert page.read_bytes() == whole
        assert list((tmp_path / "xong").iterdir()) == []
    else:
        _watch(workspace, folder, move=tmp_path / "xong")
        assert not page.exists()
        assert (tmp_path / "xong" / "1.png").read_bytes() == whole


def test_a_folder_that_goes_away_and_files_that_wait_are_told(workspace: Workspace, folder: Path) -> None:
    aside = folder.with_name("đi")
    told: list[WatchState] = []
    task = _Looks(
        4, look1=lambda: folder.rename(aside), look2=lambda: aside.rename(folder),
        look3=lambda: tiny_page(folder / "một.png", 10),
    )  # fmt: skip
    watch(workspace, folder, lambda _: None, task=task, settled_seconds=0.2, on_state=told.append)
    assert told == [WatchState(away=True), WatchState(), WatchState(waiting=1)]


def test_a_folder_that_is_awaited_may_be_away_at_first(workspace: Workspace, folder: Path) -> None:
    folder.rmdir()
    told: list[WatchState] = []
    task = _Looks(2, look1=folder.mkdir)
    watch(workspace, folder, lambda _: None, task=task, settled_seconds=SETTLED, on_state=told.append, awaited=True)
    assert told == [WatchState(away=True), WatchState()]


def test_a_damaged_file_from_the_future_and_a_link_to_nothing_are_named(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitizer.capture.watch._HALF_SECONDS", 3 * SETTLED)
    early = folder / "mai.png"
    early.write_bytes(b"no image")
    os.utime(early, (4e9, 4e9))
    (folder / "đâu.png").symlink_to(folder / "không có")
    task = _Looks(200)

    def named(outcome: Outcome) -> None:
        heard.add(Path(outcome.path).name)
        if len(heard) == 2:
            task.cancel()

    heard: set[str] = set()
    report = watch(workspace, folder, named, task=task, settled_seconds=SETTLED)
    assert heard == {"mai.png", "đâu.png"}
    assert report == WatchReport(refused=2)
