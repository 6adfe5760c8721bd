"""Whatever is done to a workspace past the program is found and named."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from digitizer.check import check
from digitizer.errors import WorkspaceDamaged
from digitizer.jobs import process
from digitizer.journal import Journal
from digitizer.workspace import Workspace, faults_named
from tests.helpers.workspaces import NULL_ENGINE, imported


@pytest.fixture
def root(workspace: Workspace, tmp_path: Path) -> Path:
    """A closed workspace in which all that can be done was done."""
    pages = imported(workspace, tmp_path / "vào", 3, "H1")
    process(workspace)
    workspace.catalogue.records.change(workspace.catalogue.records.get("H1"), title="Tên")
    workspace.catalogue.pages.turn(pages[0], 1)
    Journal(workspace).undo()
    workspace.catalogue.pages.withdraw(pages[1])
    imported(workspace, tmp_path / "vào nữa", 1, "H2")
    Journal(workspace).undo()
    process(workspace)
    assert check(workspace).faults == []
    workspace.close()
    return workspace.root


def tamper(root: Path, *statements: str) -> None:
    with closing(sqlite3.connect(root / "catalogue.sqlite")) as database, database:
        for statement in statements:
            database.execute(statement)


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("text-missing", "DELETE FROM reading"),
        ("text-missing", "UPDATE reading SET text = x'00'"),
        ("page-not-indexed", "INSERT INTO page_index(page_index) VALUES ('delete-all')"),
        ("record-not-indexed", "DELETE FROM record_value"),
        ("record-not-indexed", "DELETE FROM record_value WHERE key = 'title'"),
        ("record-not-indexed", "INSERT INTO record_index(record_index) VALUES ('delete-all')"),
        ("words-missing", "DELETE FROM word"),
        ("catalogue-changed", "UPDATE record SET title = 'HACK' WHERE code = 'H1'"),
        ("catalogue-changed", "UPDATE page SET name = 'hack' WHERE id = 1"),
        ("catalogue-changed", "UPDATE page SET withdrawn = 0"),
        ("audit-chain-broken", "DELETE FROM workspace WHERE key LIKE 'chain-end%'"),
        ("audit-chain-broken", "UPDATE workspace SET value = 'zz' WHERE key LIKE 'chain-end%'"),
        ("audit-chain-broken", "DELETE FROM act WHERE seq > 3"),
        ("audit-chain-broken", "UPDATE act SET seq = 'abc' WHERE seq = 3"),
        ("audit-chain-broken", "UPDATE act SET person = x'00ff' WHERE seq = 3"),
        ("audit-chain-broken", "UPDATE act SET after = 'no json' WHERE seq = 3"),
        ("master-missing", "UPDATE master SET sha256 = 'aa' || substr(sha256, 3) WHERE id = 1"),
    ],
)
def test_tampering_is_a_fault_with_its_own_code(root: Path, code: str, statement: str) -> None:
    tamper(root, statement)
    with Workspace(root, NULL_ENGINE) as workspace:
        assert code in {fault.code for fault in check(workspace).faults}


@pytest.mark.parametrize(
    "statement", ["DELETE FROM workspace", "DELETE FROM station", "DROP TABLE act", "DROP TABLE page_index"]
)
def test_a_catalogue_with_a_part_missing_is_damaged_not_a_bug_of_ours(root: Path, statement: str) -> None:
    tamper(root, "PRAGMA foreign_keys = OFF", statement)
    with pytest.raises(WorkspaceDamaged), faults_named(root), Workspace(root, NULL_ENGINE) as workspace:
        check(workspace)


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_a_catalogue_cut_short_is_never_taken_for_an_empty_archive(root: Path, size: int) -> None:
    with (root / "catalogue.sqlite").open("r+b") as handle:
        handle.truncate(size)
    with pytest.raises(WorkspaceDamaged), faults_named(root), Workspace(root, NULL_ENGINE) as workspace:
        assert check(workspace).faults == []


@pytest.mark.parametrize(
    "statement", ["INSERT INTO page_index(page_index) VALUES ('delete-all')", "DROP TABLE to_index"]
)
def test_a_search_in_a_damaged_index_says_so_instead_of_finding_nothing(root: Path, statement: str) -> None:
    with Workspace(root, NULL_ENGINE) as workspace:
        word = workspace.catalogue.database.conn.execute("SELECT marked FROM word").fetchone()[0]
        assert workspace.catalogue.search.pages(word).total
    tamper(root, statement)
    with pytest.raises(WorkspaceDamaged), faults_named(root), Workspace(root, NULL_ENGINE) as workspace:
        workspace.catalogue.search.pages(word)


def test_what_sqlite_says_while_a_search_indexes_is_not_kept_back(workspace: Workspace) -> None:
    connection = workspace.catalogue.database.conn
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("INSERT INTO to_index VALUES (1)")
    connection.execute("DROP TABLE reading")
    with pytest.raises(WorkspaceDamaged), faults_named(workspace.root):
        workspace.catalogue.search.pages("x")
