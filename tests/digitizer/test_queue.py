"""The queue: what is given next, how much there is, why pages failed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from digitizer.catalogue.permits import Who
from digitizer.catalogue.queue import MAX_ATTEMPTS, Queue
from digitizer.catalogue.schema import MIGRATIONS
from digitizer.catalogue.store import Catalogue
from digitizer.journal import Journal
from digitizer.model import JobState, PageId
from digitizer.workspace import Workspace
from ocr.errors import PageFault
from tests.helpers.workspaces import imported

PAGES = 4
_COUNTED = "SELECT state, count(*) FROM job JOIN page ON page.id = job.page WHERE NOT page.withdrawn GROUP BY state"


def _counts(queue: Queue) -> dict[str, int]:
    return {state: count for state in JobState if (count := queue.count(state))}


def test_the_visible_page_comes_first_and_the_others_in_order(workspace: Workspace, tmp_path: Path) -> None:
    pages = imported(workspace, tmp_path, PAGES)
    queue = workspace.catalogue.queue
    queue.put_first(pages[2])
    assert [job.page for job in queue.next(9)] == [pages[2], pages[0], pages[1], pages[3]]
    assert [job.page for job in queue.next(2, {pages[2], pages[0]})] == [pages[1], pages[3]]
    queue.finish(pages[2])
    assert [job.page for job in queue.next(1)] == [pages[0]]


def test_what_may_pass_is_tried_again_and_what_may_not_is_given_up(workspace: Workspace, tmp_path: Path) -> None:
    one, two, *_ = imported(workspace, tmp_path, PAGES, "H1")
    queue = workspace.catalogue.queue
    tried = [queue.fail(one, PageFault.CRASHED, f"đã chết {number}") for number in range(MAX_ATTEMPTS)]
    assert tried == [True] * (MAX_ATTEMPTS - 1) + [False]
    assert not queue.fail(two, PageFault.DAMAGED, "")
    first, second = queue.failed()
    assert (first.page, first.fault, first.detail, first.attempts) == (
        one,
        PageFault.CRASHED,
        "đã chết 1",
        MAX_ATTEMPTS,
    )
    assert (second.page, second.record, second.name, second.attempts) == (two, "H1.001", "p1.png", 1)
    assert queue.failed(1) == [first]
    assert queue.retry_failed() == 2
    assert (queue.failed(), queue.count(JobState.WAITING)) == ([], PAGES)
    assert queue.fail(one, PageFault.CRASHED, ""), "the attempts begin anew"


_ACTS = st.sampled_from(["fail", "finish", "retry", "withdraw", "turn", "undo", "first"])
STEPS = st.lists(st.tuples(_ACTS, st.integers(0, PAGES - 1)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_counts_are_what_counting_gives(workspace: Workspace, tmp_path: Path, steps: list[tuple[str, int]]) -> None:
    catalogue = workspace.catalogue
    pages = [PageId(row[0]) for row in catalogue.database.conn.execute("SELECT uuid FROM page ORDER BY id")]
    pages = pages or imported(workspace, tmp_path, PAGES)
    for step, number in steps:
        page = pages[number]
        if step == "fail":
            catalogue.queue.fail(page, PageFault.DAMAGED, "")
        elif step == "finish":
            catalogue.queue.finish(page)
        elif step == "retry":
            catalogue.queue.retry_failed()
        elif step == "withdraw":
            catalogue.pages.withdraw(page)
        elif step == "turn":
            catalogue.pages.turn(page, number)
        elif step == "first":
            catalogue.queue.put_first(page)
        elif Journal(workspace).undoable():
            Journal(workspace).undo()
        assert _counts(catalogue.queue) == dict(catalogue.database.conn.execute(_COUNTED).fetchall())
        assert len(catalogue.queue.next(9)) == catalogue.queue.count(JobState.WAITING)


def test_a_catalogue_made_before_there_were_counts_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        MIGRATIONS.apply(Database(connection, execute_plugins=False), stop_before="2026-11-queue")
        connection.execute(
            "INSERT INTO record(uuid, level, code, title, secrecy, ordinal) VALUES ('r','file','H','','',1)"
        )
        connection.execute("INSERT INTO master(sha256, bytes, format, pages) VALUES ('s', 1, 'png', 1)")
        for number, (state, withdrawn) in enumerate([("waiting", 0), ("waiting", 1), ("done", 0), ("failed", 0)], 1):
            connection.execute(
                "INSERT INTO page(uuid, record, file, ordinal, master, master_index, name, withdrawn)"
                " VALUES (?, 1, 1, ?, 1, 0, '', ?)",
                [str(number), number, withdrawn],
            )
            connection.execute("INSERT INTO job(page, state, fault) VALUES (?, ?, 'damaged')", [number, state])
    with closing(Catalogue(path, Who("Người thử", ""))) as catalogue:
        assert _counts(catalogue.queue) == {"waiting": 1, "done": 1, "failed": 1}
        assert [job.page for job in catalogue.queue.next(9)] == ["1"]


def test_the_order_of_the_queue_is_read_off_an_index(workspace: Workspace) -> None:
    said: list[str] = []
    connection = workspace.catalogue.database.conn
    connection.set_trace_callback(said.append)
    workspace.catalogue.queue.next(4)
    workspace.catalogue.queue.failed(4)
    connection.set_trace_callback(None)
    for query in said:
        plan = " ".join(str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {query}"))
        assert "job_next" in plan
        assert "TEMP B-TREE" not in plan
