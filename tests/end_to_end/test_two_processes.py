"""Several processes on one workspace: nothing corrupt, lost or doubled, and a sentence where one waits in vain."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digitizer.capture.files import import_paths
from digitizer.catalogue import connection
from digitizer.check import check
from digitizer.deliver.records import deliver_pdf
from digitizer.errors import WorkspaceLocked
from digitizer.jobs import process
from digitizer.model import JobState
from digitizer.settings import Settings
from digitizer.workspace import Workspace, faults_named
from tests.helpers.cli import SECONDS, Program
from tests.helpers.workspaces import NULL_ENGINE, imported, tiny_page

PAGES = 24
SHORT_WAIT = 0.1


def _is_whole(program: Program, pages: int) -> None:
    with Workspace(program.workspace, Settings()) as workspace:
        assert check(workspace).faults == []
        found = workspace.catalogue.database.conn.execute(
            "SELECT count(*), count(DISTINCT master) FROM page"
        ).fetchone()
        assert tuple(found) == (pages, pages)


def test_two_imports_and_a_process_at_once(null_program: Program, tmp_path: Path) -> None:
    for number in range(PAGES):
        tiny_page(tmp_path / "giấy" / f"{number}.png", number + 1)
    null_program("import", tiny_page(tmp_path / "đầu.png", PAGES + 1), "--record", "H1")
    calls = [
        null_program.start("import", tmp_path / "giấy", "--record", "H1"),
        null_program.start("process"),
        null_program.start("import", tmp_path / "giấy", "--record", "H1"),
    ]
    assert [call.wait(SECONDS) for call in calls] == [0, 0, 0]
    _is_whole(null_program, PAGES + 1)
    assert null_program("process").code == 0
    with Workspace(null_program.workspace, Settings()) as workspace:
        assert workspace.catalogue.queue.count(JobState.DONE) == PAGES + 1
    _is_whole(null_program, PAGES + 1)


@pytest.fixture
def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A workspace whose writers wait a moment, not half a minute."""
    monkeypatch.setattr(connection, "WRITERS_WAIT_SECONDS", SHORT_WAIT)
    with Workspace(tmp_path / "vùng làm việc", NULL_ENGINE) as workspace:
        yield workspace


def test_a_writer_that_waits_in_vain_says_so_and_nothing_is_lost(impatient: Workspace, tmp_path: Path) -> None:
    (page,) = imported(impatient, tmp_path, 1, "H1")
    more = tiny_page(tmp_path / "thêm.png", 9)
    record = impatient.catalogue.records.get("H1")
    with closing(sqlite3.connect(impatient.root / "catalogue.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceLocked):
            process(impatient)
        with pytest.raises(WorkspaceLocked):
            import_paths(impatient, [more], "H1")
        with pytest.raises(WorkspaceLocked), faults_named(impatient.root):
            impatient.catalogue.records.change(record, title="Tên mới")
        assert impatient.catalogue.pages.get(page).state is JobState.WAITING, "readers never wait"
        other.execute("COMMIT")
    assert process(impatient).done == 1
    with closing(sqlite3.connect(impatient.root / "catalogue.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceLocked), faults_named(impatient.root):
            deliver_pdf(impatient, tmp_path / "giao")
    assert len(deliver_pdf(impatient, tmp_path / "giao").packages) == 1
    assert len(import_paths(impatient, [more], "H1").imported) == 1
    assert check(impatient).faults == []
