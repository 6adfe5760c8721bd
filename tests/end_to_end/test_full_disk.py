"""A disk that is really full: a clear message, what was done is told and kept, and the same call finishes later."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitizer.check import check
from digitizer.errors import Exit
from digitizer.model import JobState
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from tests.helpers.cli import Answer, Program
from tests.helpers.workspaces import tiny_page

PAGES = 30
LARGE = "40m"
ROOM = 250_000
"""Bytes that take some of the pages, and not all."""
ROOM_TO_READ = 45_000
"""Bytes with which SQLite can open a catalogue, and cannot write to it."""


class Disk:
    """A file system in memory of its own. Made anew it is empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resize(self, size: str) -> None:
        _mount("-o", f"remount,size={size}", str(self.folder))

    def leave(self, room: int) -> None:
        """Make it so small that ``room`` bytes are free."""
        status = os.statvfs(self.folder)
        self.resize(str((status.f_blocks - status.f_bfree) * status.f_frsize + room))


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "đĩa"
    folder.mkdir()
    try:
        _mount("-t", "tmpfs", "-o", f"size={LARGE}", "none", str(folder))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a file system of its own cannot be mounted here (needs root)")
    yield Disk(folder)
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def on_disk(disk: Disk, null_program: Program) -> Program:
    """Its workspace is on that disk."""
    return Program(null_program.home, disk.folder / "vùng làm việc")


def _pages(folder: Path) -> Path:
    for number in range(PAGES):
        tiny_page(folder / f"{number}.png", number + 1)
    return folder


def _is_whole(program: Program) -> None:
    with Workspace(program.workspace, Settings()) as workspace:
        assert check(workspace).faults == []


def _says_full(answer: Answer, code: Exit) -> None:
    assert answer.code == code, answer.err
    assert "đĩa đã đầy" in answer.err
    assert "Traceback" not in answer.err


def test_import_and_process_stop_with_a_sentence_and_go_on(on_disk: Program, disk: Disk, tmp_path: Path) -> None:
    source = _pages(tmp_path / "giấy")
    assert on_disk("record", "new", "H1").code == 0
    disk.leave(ROOM)
    stopped = on_disk("--json", "import", source)
    _says_full(stopped, Exit.WORKSPACE)
    came_in = len(stopped.document["imported"])
    assert 0 < came_in < PAGES
    assert stopped.document["error"]["code"] == "workspace-unusable"
    disk.resize(LARGE)
    _is_whole(on_disk)
    finished = on_disk("--json", "import", source)
    assert finished.code == 0
    assert [len(finished.document[name]) for name in ("duplicates", "imported")] == [came_in, PAGES - came_in]
    disk.leave(ROOM)
    stopped = on_disk("--json", "process")
    _says_full(stopped, Exit.WORKSPACE)
    assert stopped.document["done"] < PAGES
    disk.resize(LARGE)
    _is_whole(on_disk)
    finished = on_disk("--json", "process")
    assert (finished.code, finished.document["failed"]) == (0, [])
    with Workspace(on_disk.workspace, Settings()) as workspace:
        assert workspace.catalogue.queue.count(JobState.DONE) == PAGES
    _is_whole(on_disk)


def test_a_change_and_a_delivery_say_that_the_disk_is_full(on_disk: Program, disk: Disk, tmp_path: Path) -> None:
    on_disk("import", tiny_page(tmp_path / "p.png", 1), "--record", "H1")
    on_disk("process")
    with (disk.folder / "đầy").open("wb", buffering=0) as filler, pytest.raises(OSError, match="No space"):
        while True:
            filler.write(bytes(1 << 16))
    _says_full(on_disk("--json", "deliver", tmp_path / "giao", "--as", "pdf"), Exit.WORKSPACE)
    _says_full(on_disk("record", "new", "H2"), Exit.WORKSPACE)
    (disk.folder / "đầy").unlink()
    assert on_disk("record", "new", "H2").code == 0
    assert on_disk("deliver", tmp_path / "giao", "--as", "pdf").code == 0
    _is_whole(on_disk)


def test_a_workspace_on_a_full_disk_is_backed_up_to_another(on_disk: Program, disk: Disk, tmp_path: Path) -> None:
    on_disk("import", tiny_page(tmp_path / "p.png", 1), "--record", "H1")
    (tmp_path / "USB").mkdir()
    disk.leave(ROOM_TO_READ)
    made = on_disk("--json", "backup", tmp_path / "USB")
    _says_full(made, Exit.DONE)
    assert made.document["warnings"]
    restored = Program(on_disk.home, tmp_path / "mới")
    assert restored("restore", tmp_path / "USB").code == 0
    disk.resize(LARGE)
    assert on_disk("backup", tmp_path / "USB").code == 0
    assert len(on_disk("--json", "backup", "--log").document) == 2
    _is_whole(on_disk)


def test_a_delivery_to_a_full_disk_leaves_nothing_there(null_program: Program, disk: Disk, tmp_path: Path) -> None:
    null_program("import", tiny_page(tmp_path / "p.png", 1), "--record", "H1")
    null_program("process")
    disk.resize("4k")
    refused = null_program("--json", "deliver", disk.folder / "giao", "--as", "pdf")
    _says_full(refused, Exit.REFUSED)
    assert [each["code"] for each in refused.document["refused"]] == ["cannot-write"]
    assert list((disk.folder / "giao").iterdir()) == []
    disk.resize(LARGE)
    assert null_program("deliver", disk.folder / "giao", "--as", "pdf").code == 0
    _is_whole(null_program)


def test_an_answer_that_finds_no_room_is_no_bug(null_program: Program, tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            null_program.command("--json", "import", tiny_page(tmp_path / "p.png", 1)),
            env=null_program.environment(), stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr.decode().count("đĩa đã đầy")) == (Exit.REFUSED, 1)
