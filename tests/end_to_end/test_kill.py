"""Killed at any moment, import and process lose no page, double none, and the next run finishes."""

import random
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from digitizer.check import check
from digitizer.model import JobState
from digitizer.settings import Settings
from digitizer.workspace import Workspace, exists
from tests.helpers.cli import Program
from tests.helpers.workspaces import tiny_page

PAGES = 200
KILLS_IN_EVERY_RUN = 5
KILLS_IN_THE_DRILL = 50
EARLIEST_SECONDS, LATEST_SECONDS = 0.3, 2.0
"""A kill falls between the first imports of Python and some seconds of work."""


def test_killed_a_few_times(null_program: Program, tmp_path: Path) -> None:
    _drill(null_program, tmp_path, KILLS_IN_EVERY_RUN, seed=1)


@pytest.mark.drill
@pytest.mark.timeout(3600)
def test_killed_many_times(null_program: Program, tmp_path: Path) -> None:
    _drill(null_program, tmp_path, KILLS_IN_THE_DRILL, seed=time.time_ns())


def _drill(program: Program, tmp_path: Path, kills: int, seed: int) -> None:
    print(f"seed {seed}")
    moments = random.Random(seed)
    source = tmp_path / "giấy tờ"
    for number in range(PAGES):
        tiny_page(source / f"trang {number}.png", number + 1)
    done = 0
    while done < kills:
        for command in (("import", source), ("process",)):
            for _ in range(2):
                if done < kills and (exists(program.workspace) or command[0] == "import"):
                    _kill_after(program.start(*command), moments.uniform(EARLIEST_SECONDS, LATEST_SECONDS))
                    done += 1
                    _nothing_lost_or_doubled(program)
        if done < kills:  # a workspace that is finished proves nothing more: begin anew
            _finishes(program, source)
            program.workspace.rename(tmp_path / f"xong {done}")
    _finishes(program, source)


def _kill_after(process: subprocess.Popen[bytes], seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    process.wait()


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


def _finishes(program: Program, source: Path) -> None:
    imported = program("--json", "import", source)
    assert imported.code == 0, imported.err
    assert len(imported.document["imported"]) + len(imported.document["duplicates"]) == PAGES
    processed = program("--json", "process")
    assert (processed.code, processed.document["failed"]) == (0, []), processed.err
    with Workspace(program.workspace, Settings()) as workspace:
        assert workspace.catalogue.queue.count(JobState.DONE) == PAGES
        assert workspace.catalogue.records.under()[0].pages == PAGES
        assert workspace.catalogue.search.pages("page", limit=1).total == PAGES
    _nothing_lost_or_doubled(program)
    assert list((program.workspace / "masters").glob(".digitizer-*")) == []
