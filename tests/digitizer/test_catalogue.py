"""The catalogue file: newer ones refused, steps backed up, damage named, several processes at once."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from digitizer.catalogue.connection import atomic
from digitizer.catalogue.schema import JOURNAL, MIGRATIONS
from digitizer.catalogue.told import untold_changes
from digitizer.check import check
from digitizer.deliver.receive import open_differences
from digitizer.errors import WorkspaceDamaged, WorkspaceNewer, WorkspaceUnusable
from digitizer.journal import Journal
from digitizer.model import Level, Secrecy
from digitizer.workspace import Workspace
from ocr.barcodes import Code, Kind
from ocr.geometry import Size
from ocr.look import Look
from tests.helpers.workspaces import NULL_ENGINE, imported, page_text, store


def test_every_migration_has_a_test() -> None:
    names = {step.name for step in MIGRATIONS._migrations}
    assert names == {
        "2026-11-first-schema",
        "2026-11-facing-pages",
        "2026-11-records",
        "2026-11-queue",
        "2026-11-people-and-backups",
        "2026-11-sheets",
        "2026-11-search",
        "2026-11-scans",
        "2026-11-codes",
        "2026-11-sorted-stacks",
        "2026-11-received",
        "2026-11-order-of-records",
    }, "test that the new schema step keeps what was there"


def test_a_workspace_from_before_facing_pages_keeps_its_records(workspace: Workspace) -> None:
    workspace.catalogue.records.create(Level.FONDS, "P1", "Phông một")
    workspace.close()
    with closing(sqlite3.connect(workspace.root / "catalogue.sqlite")) as older:
        older.execute("ALTER TABLE page DROP COLUMN split")
        older.execute("DROP INDEX act_journal")
        older.execute("CREATE INDEX act_journal ON act(station, seq)")
        older.execute("DELETE FROM _sqlite_migrations WHERE name = '2026-11-facing-pages'")
        older.commit()
    with closing(Workspace(workspace.root, NULL_ENGINE)) as opened:
        assert [record.code for record in opened.catalogue.records.under()] == ["P1"]
        columns = {column.name for column in opened.catalogue.database.table("page").columns}
    assert "split" in columns


def test_a_workspace_from_before_profiles_gets_its_counts(workspace: Workspace, tmp_path: Path) -> None:
    pages = imported(workspace, tmp_path, 3, "H1")
    store(workspace, pages[0], page_text("chữ"))
    workspace.catalogue.pages.withdraw(pages[2])
    workspace.close()
    with closing(sqlite3.connect(workspace.root / "catalogue.sqlite")) as older:
        for trigger in ("count_new_page", "count_read_page", "count_moved_page", "count_moved_record"):
            older.execute(f"DROP TRIGGER {trigger}")
        older.execute("DROP INDEX record_code")
        older.execute("DROP INDEX reading_flagged")
        for column in ("profile", "withdrawn", "pages", "waiting"):
            older.execute(f"ALTER TABLE record DROP COLUMN {column}")
        older.execute("CREATE UNIQUE INDEX idx_record_code ON record(code)")
        older.execute("DELETE FROM _sqlite_migrations WHERE name = '2026-11-records'")
        older.commit()
    with closing(Workspace(workspace.root, NULL_ENGINE)) as opened:
        shown = [(r.profile, r.pages, r.waiting) for r in opened.catalogue.records.all()]
        assert shown == [("fonds", 2, 1), ("file", 2, 1), ("item", 2, 1)]
        assert check(opened).faults == []


def test_a_workspace_from_before_sheets_keeps_its_pages_in_order(workspace: Workspace, tmp_path: Path) -> None:
    pages = imported(workspace, tmp_path, 3, "H1")
    store(workspace, pages[0], page_text("chữ"))
    workspace.close()
    with closing(sqlite3.connect(workspace.root / "catalogue.sqlite")) as older:
        older.execute("DROP TABLE likeness")
        older.execute("DROP INDEX record_identity")
        for table, columns in _SINCE_SHEETS.items():
            for column in columns:
                older.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        older.execute("UPDATE page SET ordinal = ordinal >> 32")
        older.execute("UPDATE act SET after = json_remove(after, '$.ordinals') WHERE kind = 'page.import'")
        older.execute("DELETE FROM _sqlite_migrations WHERE name = '2026-11-sheets'")
        older.commit()
    with closing(Workspace(workspace.root, NULL_ENGINE)) as opened:
        (item,) = opened.catalogue.records.under(opened.catalogue.records.get("H1").id)
        opened.catalogue.arrangement.move([pages[2]], item, 2)
        assert [page.id for page in opened.catalogue.pages.of_record(item.id)] == [pages[0], pages[2], pages[1]]
        (act,) = opened.catalogue.audit.acts_of(["page.arrange"])
        assert act.after is not None and list(act.after["placed"][item.id]) == [pages[2]], "nothing else had to move"
        assert untold(opened) == []


def untold(workspace: Workspace) -> list[str]:
    """What was changed past the program."""
    return list(untold_changes(workspace.catalogue))


_SINCE_SHEETS = {"page": ("sheet", "side", "replaces"), "record": ("state", "explained"), "reading": ("printed",)}


def test_a_workspace_from_before_the_language_of_search_is_indexed_anew(workspace: Workspace, tmp_path: Path) -> None:
    pages = imported(workspace, tmp_path, 3, "H1")
    for page in pages:
        store(workspace, page, page_text("hoà bình"))
    workspace.close()
    with closing(sqlite3.connect(workspace.root / "catalogue.sqlite")) as older:
        for table in ("page_index", "record_index", "to_index", "word", "record_value", "saved_search"):
            older.execute(f"DROP TABLE {table}")
        older.execute("DROP INDEX page_withdrawn")
        older.execute("DROP INDEX page_shown")
        older.execute(
            "CREATE VIRTUAL TABLE page_index"
            " USING fts5(marked, folded, content='', tokenize=\"unicode61 remove_diacritics 0\")"
        )
        older.execute("UPDATE reading SET text = x'00' WHERE page = 3")
        older.execute("DELETE FROM _sqlite_migrations WHERE name = '2026-11-search'")
        older.commit()
    with closing(Workspace(workspace.root, NULL_ENGINE)) as opened:
        assert [hit.page for hit in opened.catalogue.search.pages("hòa").hits] == pages[:2]
        assert [hit.record for hit in opened.catalogue.search.records("H1").hits] == ["H1", "H1.001"]
        assert {fault.code for fault in check(opened).faults} == {"page-not-indexed", "text-missing"}


def test_a_workspace_from_before_scanners_can_still_undo(workspace: Workspace, tmp_path: Path) -> None:
    imported(workspace, tmp_path, 2, "H1")
    workspace.close()
    with closing(sqlite3.connect(workspace.root / "catalogue.sqlite")) as older:
        older.execute("DROP TABLE watched")
        older.execute("DROP INDEX act_journal")
        older.execute("CREATE INDEX act_journal ON act(station, seq) WHERE kind IN ('page.import', 'undo', 'redo')")
        older.execute("DELETE FROM _sqlite_migrations WHERE name = '2026-11-scans'")
        older.commit()
    with closing(Workspace(workspace.root, NULL_ENGINE)) as opened:
        (index,) = opened.catalogue.database.conn.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'act_journal'"
        ).fetchone()
        assert JOURNAL in index
        Journal(opened).undo()
        assert opened.catalogue.records.all() == []
        assert check(opened).faults == []


def test_a_workspace_from_before_codes_can_keep_what_is_seen(workspace: Workspace, tmp_path: Path) -> None:
    [page] = imported(workspace, tmp_path, 1, "H1")
    workspace.close()
    with closing(sqlite3.connect(workspace.root / "catalogue.sqlite")) as older:
        older.execute("DROP TABLE look")
        older.execute("DELETE FROM _sqlite_migrations WHERE name = '2026-11-codes'")
        older.commit()
    with closing(Workspace(workspace.root, NULL_ENGINE)) as opened:
        seen = Look((Code(Kind.QR, "Hồ sơ", ((0.5, 1.0), (9.0, 1.0), (9.0, 9.0), (0.5, 9.0))),), False, Size(20, 30))
        opened.catalogue.looks.keep({page: seen})
        assert opened.catalogue.looks.of([page]) == {page: seen}
        assert check(opened).faults == []


def test_a_workspace_from_before_sorted_stacks_keeps_its_pages(workspace: Workspace, tmp_path: Path) -> None:
    [page] = imported(workspace, tmp_path, 1, "H1")
    workspace.close()
    with closing(sqlite3.connect(workspace.root / "catalogue.sqlite")) as older:
        older.execute("ALTER TABLE page DROP COLUMN sorted_from")
        older.execute("DELETE FROM _sqlite_migrations WHERE name = '2026-11-sorted-stacks'")
        older.commit()
    with closing(Workspace(workspace.root, NULL_ENGINE)) as opened:
        assert opened.catalogue.pages.known_in("H1", opened.catalogue.pages.get(page).master) == [page]
        assert check(opened).faults == []


def test_a_workspace_from_before_packages_were_received_can_settle_and_undo(
    workspace: Workspace, tmp_path: Path
) -> None:
    imported(workspace, tmp_path, 1, "H1")
    workspace.close()
    with closing(sqlite3.connect(workspace.root / "catalogue.sqlite")) as older:
        older.execute("DROP TABLE received_act")
        older.execute("DROP TABLE difference")
        older.execute("DROP INDEX act_journal")
        older.execute("CREATE INDEX act_journal ON act(station, seq) WHERE kind IN ('page.import', 'undo', 'redo')")
        older.execute("DELETE FROM _sqlite_migrations WHERE name = '2026-11-received'")
        older.commit()
    with closing(Workspace(workspace.root, NULL_ENGINE)) as opened:
        assert open_differences(opened) == []
        Journal(opened).undo()
        assert opened.catalogue.records.all() == []
        assert check(opened).faults == []


def test_a_workspace_from_before_records_had_gaps_keeps_their_order(workspace: Workspace) -> None:
    records = workspace.catalogue.records
    codes = ["P3", "P1", "P2"]
    for code in codes:
        records.create(Level.FONDS, code, "Phông")
    workspace.close()
    with closing(sqlite3.connect(workspace.root / "catalogue.sqlite")) as older:
        older.execute("UPDATE record SET ordinal = ordinal >> 20")
        older.execute("DROP INDEX record_among_siblings")
        older.execute("CREATE INDEX idx_record_parent_ordinal ON record(parent, ordinal)")
        older.execute("DELETE FROM _sqlite_migrations WHERE name = '2026-11-order-of-records'")
        older.commit()
    with closing(Workspace(workspace.root, NULL_ENGINE)) as opened:
        records = opened.catalogue.records
        assert [record.code for record in records.under()] == codes
        records.move(records.get("P2"), None, before=records.get("P1"))
        assert [record.code for record in records.under()] == ["P3", "P2", "P1"]
        assert check(opened).faults == []


def test_a_newer_workspace_is_refused_and_left_as_it_was(workspace: Workspace) -> None:
    workspace.catalogue.database.table("_sqlite_migrations").insert(
        {"migration_set": "digitizer", "name": "2099-holograms", "applied_at": ""}
    )
    with pytest.raises(WorkspaceNewer, match="2099-holograms"):
        Workspace(workspace.root, NULL_ENGINE)


def test_a_catalogue_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite").write_bytes(b"not a database, " * 64)
    with pytest.raises(WorkspaceDamaged):
        Workspace(tmp_path, NULL_ENGINE)


def test_a_workspace_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "w").write_text("")
    with pytest.raises(WorkspaceUnusable, match="/w"):
        Workspace(tmp_path / "w", NULL_ENGINE)


def test_a_step_is_preceded_by_a_backup(workspace: Workspace) -> None:
    workspace.catalogue.records.create(Level.FONDS, "P1", "Phông một")
    workspace.close()
    step = MIGRATIONS._Migration("2099-test", lambda db: db.table("later").create({"id": int}))
    MIGRATIONS._migrations.append(step)
    try:
        Workspace(workspace.root, NULL_ENGINE).close()
    finally:
        MIGRATIONS._migrations.remove(step)
    backup = workspace.root / "catalogue.before-2099-test.sqlite"
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT title FROM record WHERE code = 'P1'").fetchone() == ("Phông một",)
        assert copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'later'").fetchone() is None


def test_a_step_that_fails_leaves_the_catalogue_as_it_was(workspace: Workspace) -> None:
    workspace.catalogue.records.create(Level.FONDS, "P1", "Phông một")
    workspace.close()

    def fails(database: Database) -> None:
        database.table("later").create({"id": int})
        database.execute("UPDATE record SET title = 'nửa chừng'")
        database.execute("INSERT INTO station(uuid, name) VALUES (NULL, NULL)")

    step = MIGRATIONS._Migration("2099-test", fails)
    MIGRATIONS._migrations.append(step)
    try:
        with pytest.raises(sqlite3.IntegrityError):
            Workspace(workspace.root, NULL_ENGINE)
    finally:
        MIGRATIONS._migrations.remove(step)
    with closing(Workspace(workspace.root, NULL_ENGINE)) as opened:  # by the old program, as if nothing had been
        assert opened.catalogue.records.get("P1").title == "Phông một"
        assert "later" not in opened.catalogue.database.table_names()
        assert opened.catalogue.audit.faults() == []


def test_a_workspace_from_before_people_and_backups_keeps_its_records(workspace: Workspace) -> None:
    workspace.catalogue.records.create(Level.FONDS, "P1", "Phông một")
    workspace.close()
    with closing(sqlite3.connect(workspace.root / "catalogue.sqlite")) as older:
        older.executescript(
            "DROP TABLE backup; DROP TABLE backup_target; DROP TABLE person; DROP INDEX reading_figures;"
            "DELETE FROM _sqlite_migrations WHERE name = '2026-11-people-and-backups'"
        )
    with closing(Workspace(workspace.root, NULL_ENGINE)) as opened:
        assert [record.code for record in opened.catalogue.records.under()] == ["P1"]
        assert (opened.catalogue.people.all(), opened.catalogue.backups.log()) == ([], [])
        assert opened.catalogue.audit.faults() == []


def test_a_transaction_is_all_or_nothing(workspace: Workspace) -> None:
    with pytest.raises(RuntimeError), atomic(workspace.catalogue.database):
        workspace.catalogue.records.create(Level.FONDS, "P1", "")
        raise RuntimeError
    assert workspace.catalogue.records.under() == []
    assert workspace.catalogue.audit.faults() == []


def test_secrecy_is_inherited_until_a_record_has_its_own(workspace: Workspace) -> None:
    records = workspace.catalogue.records
    fonds = records.create(Level.FONDS, "P", "", secrecy=Secrecy.CONFIDENTIAL)
    file = records.create(Level.FILE, "H", "", fonds)
    item = records.create(Level.ITEM, "T", "", file, secrecy=Secrecy.SECRET)
    assert (file.secrecy, file.effective_secrecy) == (None, Secrecy.CONFIDENTIAL)
    assert item.effective_secrecy == Secrecy.SECRET


def test_all_records_come_as_a_tree(workspace: Workspace) -> None:
    records = workspace.catalogue.records
    fonds = records.create(Level.FONDS, "P", "")
    one, two = (records.create(Level.FILE, code, "", fonds) for code in ("H1", "H2"))
    records.create(Level.ITEM, "H1.1", "", one)
    records.create(Level.ITEM, "H2.1", "", two)
    assert [record.code for record in records.all()] == ["P", "H1", "H1.1", "H2", "H2.1"]


def test_several_processes_open_a_new_workspace_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from digitizer.workspace import Workspace;"
        "from digitizer.settings import Settings; Workspace(Path(sys.argv[1]), Settings()).close()"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "w")]) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    with Workspace(tmp_path / "w", NULL_ENGINE) as workspace:
        assert workspace.catalogue.database.table("station").count == 1
