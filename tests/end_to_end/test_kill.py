"""Killed at any moment, import and process lose no page, double none, and the next run finishes."""

import random
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from digitizer.check import check
from digitizer.model import JobState
from digitizer.settings import Settings
from digitizer.workspace import Workspace, exists
from tests.helpers.cli import Program
from tests.helpers.workspaces import tiny_page


@dataclass(frozen=True)
class Drill:
    """``kills`` in all, each after ``earliest`` to ``latest`` seconds: between the first imports of Python and some
    way into the work. ``seconds``: what a call may take that nobody kills.
    """

    pages: int
    kills: int
    latest: float
    seconds: float
    earliest: float = 0.3


IN_EVERY_RUN = Drill(pages=200, kills=5, latest=2.0, seconds=120)
MANY_KILLS = Drill(pages=200, kills=50, latest=2.0, seconds=120)
MANY_PAGES = Drill(pages=10_000, kills=40, latest=20.0, seconds=3600)


def test_killed_a_few_times(null_program: Program, tmp_path: Path) -> None:
    _kill_and_go_on(null_program, tmp_path, IN_EVERY_RUN, seed=1)


@pytest.mark.drill
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("drill", [MANY_KILLS, MANY_PAGES], ids=["many kills", "many pages"])
def test_killed_many_times(null_program: Program, tmp_path: Path, drill: Drill) -> None:
    began = time.monotonic()
    _kill_and_go_on(null_program, tmp_path, drill, seed=time.time_ns())
    print(f"{drill.pages} pages, {drill.kills} kills, {time.monotonic() - began:.0f} s")


def _kill_and_go_on(program: Program, tmp_path: Path, drill: Drill, seed: int) -> None:
    print(f"seed {seed}")
    moments = random.Random(seed)
    source = tmp_path / "giấy tờ"
    for number in range(drill.pages):
        tiny_page(source / f"trang {number}.png", number + 1)
    kills = 0
    while kills < drill.kills:
        for command in (("import", source), ("process",)):
            for _ in range(2):
                if kills < drill.kills and (exists(program.workspace) or command[0] == "import"):
                    if _killed_after(program.start(*command), moments.uniform(drill.earliest, drill.latest)):
                        kills += 1
                    _nothing_lost_or_doubled(program)
        if kills < drill.kills and _is_finished(program, drill.pages):  # it proves nothing more: begin anew
            _finishes(program, source, drill)
            program.workspace.rename(tmp_path / f"xong {kills}")
    _finishes(program, source, drill)


def _killed_after(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Kill it then; gives whether it was still at work."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    return process.wait() == -signal.SIGKILL


def _is_finished(program: Program, pages: int) -> bool:
    if not exists(program.workspace):
        return False
    with Workspace(program.workspace, Settings()) as workspace:
        return workspace.catalogue.queue.count(JobState.DONE) == pages


def _nothing_lost_or_doubled(program: Program) -> None:
    if not exists(program.workspace):
        return
    with Workspace(program.workspace, Settings()) as workspace:
        assert check(workspace).faults == []
        connection = workspace.catalogue.database.conn
        pages, masters = connection.execute("SELECT count(*), count(DISTINCT master) FROM page").fetchone()
        assert pages == masters
        assert connection.execute("SELECT count(*) FROM job").fetchone()[0] == pages
        unread = connection.execute(
            "SELECT count(*) FROM job LEFT JOIN reading USING (page)"
            " WHERE (state = 'done') <> (reading.page IS NOT NULL)"
        ).fetchone()[0]
        assert unread == 0


def _finishes(program: Program, source: Path, drill: Drill) -> None:
    imported = program("--json", "import", source, seconds=drill.seconds)
    assert imported.code == 0, imported.err
    assert len(imported.document["imported"]) + len(imported.document["duplicates"]) == drill.pages
    processed = program("--json", "process", seconds=drill.seconds)
    assert (processed.code, processed.document["failed"]) == (0, []), processed.err
    with Workspace(program.workspace, Settings()) as workspace:
        assert workspace.catalogue.queue.count(JobState.DONE) == drill.pages
        assert workspace.catalogue.records.under()[0].pages == drill.pages
        assert workspace.catalogue.search.pages("page", limit=1).total == drill.pages
    _nothing_lost_or_doubled(program)
    assert list((program.workspace / "masters").glob(".digitizer-*")) == []
