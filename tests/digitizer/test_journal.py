"""Undo and redo, kept over a restart; refused where the present value is another."""

from pathlib import Path

import pytest

from digitizer.capture.spool import begin_run, enter_spool
from digitizer.catalogue.schema import JOURNAL
from digitizer.errors import CannotUndo, NothingToUndo
from digitizer.journal import Journal, title
from digitizer.model import JobState
from digitizer.workspace import Workspace
from tests.helpers.spools import write_side
from tests.helpers.workspaces import NULL_ENGINE, imported, page_text, store


def test_a_turned_page_is_read_again_and_can_be_turned_back(workspace: Workspace, tmp_path: Path) -> None:
    (page,) = imported(workspace, tmp_path, 1)
    store(workspace, page, page_text("chữ"))
    workspace.catalogue.pages.turn(page, 1)
    turned = workspace.catalogue.pages.get(page)
    assert (turned.quarters, turned.state) == (1, JobState.WAITING)
    Journal(workspace).undo()
    assert workspace.catalogue.pages.get(page).quarters is None
    Journal(workspace).redo()
    assert workspace.catalogue.pages.get(page).quarters == 1


def test_undo_lives_over_a_restart(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path, 1, "H1")
    workspace.catalogue.records.change(workspace.catalogue.records.get("H1"), title="Tên mới")
    with Workspace(workspace.root, NULL_ENGINE) as reopened:
        Journal(reopened).undo()
        assert reopened.catalogue.records.get("H1").title == "H1"


def test_undoing_an_import_takes_its_pages_out_and_redo_brings_them_back(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path, 1, "H1")
    Journal(workspace).undo()
    assert workspace.catalogue.records.all() == []  # the records that it made are gone too
    Journal(workspace).redo()
    assert workspace.catalogue.records.get("H1").pages == 1


def test_undo_refuses_where_the_value_has_changed_since(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path, 1, "H1")
    record = workspace.catalogue.records.change(workspace.catalogue.records.get("H1"), title="Một")
    workspace.catalogue.records.set_values(record.id, {"title": "Hai"})
    with pytest.raises(CannotUndo):
        Journal(workspace).undo()
    assert workspace.catalogue.records.get("H1").title == "Hai"


def test_a_new_change_ends_what_could_be_redone(workspace: Workspace, tmp_path: Path) -> None:
    pages = imported(workspace, tmp_path, 2)
    workspace.catalogue.pages.withdraw(pages[0])
    Journal(workspace).undo()
    workspace.catalogue.pages.turn(pages[1], 2)
    with pytest.raises(NothingToUndo):
        Journal(workspace).redo()


def test_nothing_to_undo_says_so(workspace: Workspace) -> None:
    with pytest.raises(NothingToUndo):
        Journal(workspace).undo()
    assert workspace.catalogue.audit.faults() == []


def test_one_undo_takes_back_all_files_of_one_import(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path / "a", 2, "H1")
    imported(workspace, tmp_path / "b", 5, "H2")
    Journal(workspace).undo()
    files = ("H1", "H2")
    assert {r.code: r.pages for r in workspace.catalogue.records.all() if r.code in files} == {"H1": 2}
    Journal(workspace).redo()
    assert {r.code: r.pages for r in workspace.catalogue.records.all() if r.code in files} == {"H1": 2, "H2": 5}
    Journal(workspace).undo()
    Journal(workspace).undo()
    assert workspace.catalogue.records.all() == []
    with pytest.raises(NothingToUndo):
        Journal(workspace).undo()


def test_the_journal_reads_only_as_far_as_it_must(workspace: Workspace) -> None:
    plan = workspace.catalogue.database.conn.execute(
        f"EXPLAIN QUERY PLAN SELECT * FROM act WHERE station = 1 AND {JOURNAL} ORDER BY seq DESC"
    ).fetchall()
    assert "act_journal" in plan[0]["detail"]
    assert len(plan) == 1, "no sorting"


def test_a_scan_is_called_so_when_it_is_taken_back_and_done_again(workspace: Workspace) -> None:
    with begin_run(workspace, "máy", "H1") as run:
        write_side(run.folder, 1)
    enter_spool(workspace)
    journal = Journal(workspace)
    undoable = journal.undoable()
    assert undoable is not None
    assert title(undoable) == title(journal.undo()) == "scan"
    redoable = journal.redoable()
    assert redoable is not None
    assert title(redoable) == title(journal.redo()) == "scan"
