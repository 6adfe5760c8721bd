"""Backups: what is restored equals what was backed up; what is damaged is named; what is cut off is finished."""

import errno
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digitizer.backups import copying, make
from digitizer.backups.make import backup
from digitizer.backups.restore import restore as bring_back
from digitizer.backups.sets import OBJECTS, finished_sets, read_header
from digitizer.check import check
from digitizer.errors import (
    BackupDamaged,
    BackupInside,
    CannotWrite,
    KnownError,
    NoBackup,
    NotListed,
    RestoreInside,
    RestoreNotEmpty,
    WorkspaceNewer,
    WrongUsage,
)
from digitizer.model import Role
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE, imported, page_text, store

FAT_NAME = re.compile(r'[^\x00-\x1f"*/:<>?\\|]{1,255}(?<![. ])')


class PowerCut(BaseException):
    """Nothing that runs after it may touch the disk."""


def rows(root: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that a backup must bring back, the acts and logs of backups aside."""
    with closing(sqlite3.connect(root / "catalogue.sqlite")) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'backup%'")
        found = {name: database.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names.fetchall()}
    found["act"] = [row for row in found["act"] if not row[8].startswith("backup.")]
    found["workspace"] = [row for row in found["workspace"] if not row[0].startswith("chain-end")]
    return found


def files(root: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name in ("masters", "spool", "profiles"):
        paths = [path for path in (root / name).rglob("*") if path.is_file() and path.name != ".importing"]
        found |= {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    return found


def equal(one: Path, other: Path) -> None:
    assert rows(one) == rows(other)
    assert files(one) == files(other)


def home(stick: Path) -> Path:
    (found,) = stick.iterdir()
    return found


def set_names(stick: Path) -> list[str]:
    return [path.name for path, _ in finished_sets(home(stick))]


def test_what_is_restored_equals_what_was_backed_up(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    made = backup(workspace, stick)
    assert (made.kind, made.files, made.lost) == ("full", 6, ())
    with bring_back_opened(stick, tmp_path / "mới") as restored:
        equal(workspace.root, restored.root)
        assert check(restored).faults == []
        assert restored.catalogue.search.pages("quyết định").total == 3
        (act,) = restored.catalogue.audit.acts_of(["backup.restore"])
        assert (act.after or {})["set"] == made.path.name
        store(restored, imported(restored, tmp_path / "sau", 1, "H2")[0], page_text("sau"))
        assert check(restored).faults == []


def bring_back_opened(source: Path, root: Path) -> Workspace:
    bring_back(source, root, NULL_ENGINE)
    return Workspace(root, NULL_ENGINE)


def test_the_next_set_holds_only_what_is_new(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    backup(workspace, stick)
    imported(workspace, tmp_path / "nữa", 5, "H2")
    made = backup(workspace, stick)
    assert (made.kind, made.kept) == ("incremental", 3)
    assert len(list((made.path / OBJECTS).glob("*/*"))) == 2 + 2  # two masters, and what lies beside them anew
    bring_back(stick, tmp_path / "mới", NULL_ENGINE)
    equal(workspace.root, tmp_path / "mới")


def test_a_master_that_rotted_in_an_earlier_set_is_copied_anew(
    workspace: Workspace, stick: Path, tmp_path: Path
) -> None:
    first = backup(workspace, stick)
    masters = {path.name for path in (workspace.root / "masters").rglob("*") if len(path.name) == 64}
    flipped, shorter, gone = sorted(path for path in (first.path / OBJECTS).glob("*/*") if path.name in masters)
    flipped.write_bytes(bytes(255 - byte for byte in flipped.read_bytes()))
    shorter.write_bytes(shorter.read_bytes()[:-1])
    gone.unlink()
    notes: list[str] = []
    made = backup(workspace, stick, task=Task(lambda done, total, note: notes.append(note)))
    assert (made.kind, made.kept, made.lost) == ("incremental", 0, ())
    (said,) = [each for each in made.warnings if "copied anew" in each]
    assert flipped.name in said
    assert shorter.name in said
    assert notes.count(flipped.name) == 2  # proven, then copied
    again = backup(workspace, stick)
    assert again.kept == 3
    assert not any("copied anew" in each for each in again.warnings)
    bring_back(stick, tmp_path / "mới", NULL_ENGINE)
    equal(workspace.root, tmp_path / "mới")


def test_a_backup_of_a_full_disk_is_made_and_recorded_by_the_next_call(
    workspace: Workspace, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(workspace.catalogue.audit, "append", full)
        made = backup(workspace, stick)
    assert "could not note it: the disk is full" in made.warnings[0]
    assert workspace.catalogue.backups.log() == []
    assert restores(made.path, tmp_path / "mới")
    backup(workspace, stick)
    assert [row.name for row in workspace.catalogue.backups.log()] == set_names(stick)


def test_nothing_is_restored_into_a_workspace_or_a_target(workspace: Workspace, stick: Path) -> None:
    made = backup(workspace, stick)
    for inside in (workspace.root / "mới", workspace.root / "masters" / "a" / "b", stick / "mới", made.path / "mới"):
        with pytest.raises(RestoreInside, match="lies in"):
            bring_back(stick, inside, NULL_ENGINE)
        assert not inside.exists()


def test_an_earlier_set_can_be_named(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    first = backup(workspace, stick)
    imported(workspace, tmp_path / "nữa", 5, "H2")
    backup(workspace, stick)
    brought = bring_back(first.path, tmp_path / "mới", NULL_ENGINE)
    assert (brought.header.name, brought.masters) == (first.path.name, 3)


def test_a_full_set_stands_alone(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    first = backup(workspace, stick)
    made = backup(workspace, stick, full=True)
    assert (made.kind, made.kept) == ("full", 0)
    shutil.rmtree(first.path)
    alone = tmp_path / made.path.name
    made.path.rename(alone)
    bring_back(alone, tmp_path / "mới", NULL_ENGINE)
    equal(workspace.root, tmp_path / "mới")


def test_every_set_says_what_it_is(workspace: Workspace, stick: Path) -> None:
    made = backup(workspace, stick)
    header = read_header(made.path)
    assert header is not None
    assert (header.person, header.counts.pages, header.at[-6:]) == ("Người thử", 3, "+07:00")
    (row,) = workspace.catalogue.backups.log()
    assert (row.name, row.kind, row.manifest, row.person) == (made.path.name, "full", made.manifest, "Người thử")
    (act,) = workspace.catalogue.audit.acts_of(["backup.make"])
    assert act.after and act.after["manifest"] == made.manifest


def test_names_and_means_fit_a_fat_stick(workspace: Workspace, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a FAT stick knows neither links nor permissions")

    for name in ("link", "symlink", "chmod", "fchmod", "chown"):
        monkeypatch.setattr(os, name, refused)
    backup(workspace, stick)
    backup(workspace, stick)
    names = [path.name for path in stick.rglob("*")]
    assert names
    assert [name for name in names if not FAT_NAME.fullmatch(name)] == []


def test_a_backup_into_the_workspace_is_refused(workspace: Workspace) -> None:
    with pytest.raises(BackupInside):
        backup(workspace, workspace.root / "masters")


def test_a_stick_that_is_not_plugged_in_is_no_new_folder(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match=r"does not exist.*Make it first"):
        backup(workspace, tmp_path / "media" / "USB")
    assert not (tmp_path / "media").exists()


def test_the_same_disk_is_said(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    assert [str(stick) in said for said in backup(workspace, stick).warnings] == [True]
    (tmp_path / "USB 2").mkdir()
    assert len(backup(workspace, tmp_path / "USB 2").warnings) == 2


def test_two_sticks_at_one_path_are_two_targets(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    backup(workspace, stick)
    stick.rename(tmp_path / "ngăn kéo")
    stick.mkdir()
    assert backup(workspace, stick).kind == "full"
    assert len({target.id for target in workspace.catalogue.backups.targets()}) == 2


def test_a_master_that_is_damaged_here_is_named_and_the_rest_is_kept(
    workspace: Workspace, stick: Path, tmp_path: Path
) -> None:
    masters = sorted(path for path in (workspace.root / "masters").rglob("*") if len(path.name) == 64)
    masters[0].chmod(0o644)
    masters[0].write_bytes(b"rot")
    masters[1].unlink()
    places = [path.relative_to(workspace.root).as_posix() for path in masters[:2]]
    made = backup(workspace, stick)
    assert sorted(made.lost) == places
    with pytest.raises(BackupDamaged) as caught:
        bring_back(stick, tmp_path / "mới", NULL_ENGINE)
    assert set(places) <= set(caught.value.files)
    assert not (tmp_path / "mới").exists()
    brought = bring_back(stick, tmp_path / "mới", NULL_ENGINE, partial=True)
    assert (brought.masters, sorted(brought.lost)) == (1, places)
    with Workspace(tmp_path / "mới", NULL_ENGINE) as restored:
        assert {fault.code for fault in check(restored).faults} == {"master-missing"}


def test_each_damaged_file_of_a_backup_is_named(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    made = backup(workspace, stick)
    damaged = sorted((made.path / OBJECTS).glob("*/*"))
    damaged[0].write_bytes(b"rot")
    damaged[1].unlink()
    with pytest.raises(BackupDamaged) as caught:
        bring_back(stick, tmp_path / "mới", NULL_ENGINE)
    for path in damaged[:2]:
        assert any(path.name in named or "/" in named for named in caught.value.files)
    assert f"{made.path.name}/objects" in " ".join(caught.value.files)


def test_what_one_set_has_damaged_another_has_whole(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    backup(workspace, stick)
    second = backup(workspace, stick, full=True)
    damaged = next((second.path / OBJECTS).glob("*/*"))
    damaged.write_bytes(b"rot")
    brought = bring_back(stick, tmp_path / "mới", NULL_ENGINE)
    assert (brought.header.name, brought.lost) == (second.path.name, ())
    assert [damaged.name in named for named in brought.damaged] == [True]
    equal(workspace.root, tmp_path / "mới")


@pytest.mark.parametrize("broken", ["catalogue.sqlite", "files.csv"])
def test_the_newest_good_set_is_taken(workspace: Workspace, stick: Path, tmp_path: Path, broken: str) -> None:
    first = backup(workspace, stick)
    second = backup(workspace, stick)
    with (second.path / broken).open("r+b") as handle:
        handle.seek(100)
        handle.write(b"rot")
    brought = bring_back(stick, tmp_path / "mới", NULL_ENGINE)
    assert (brought.header.name, brought.damaged) == (first.path.name, (f"{second.path.name}/{broken}",))
    with pytest.raises(BackupDamaged, match=broken):
        bring_back(second.path, tmp_path / "nữa", NULL_ENGINE)


def test_a_broken_audit_chain_is_named_and_only_taken_when_asked_for(
    workspace: Workspace, stick: Path, tmp_path: Path
) -> None:
    workspace.catalogue.database.conn.execute("UPDATE act SET person = 'ai đó' WHERE seq = 3")
    backup(workspace, stick)
    with pytest.raises(BackupDamaged, match="#3: was changed"):
        bring_back(stick, tmp_path / "mới", NULL_ENGINE)
    assert "#3: was changed" in " ".join(bring_back(stick, tmp_path / "mới", NULL_ENGINE, partial=True).damaged)


def test_a_folder_that_is_not_empty_is_left_alone(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    backup(workspace, stick)
    with pytest.raises(RestoreNotEmpty):
        bring_back(stick, workspace.root, NULL_ENGINE)
    (tmp_path / "trống").mkdir()
    bring_back(stick, tmp_path / "trống", NULL_ENGINE)
    equal(workspace.root, tmp_path / "trống")


def test_no_backup_and_backups_of_several_are_said(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    with pytest.raises(NoBackup):
        bring_back(stick, tmp_path / "mới", NULL_ENGINE)
    backup(workspace, stick)
    with Workspace(tmp_path / "kho khác", NULL_ENGINE) as other:
        backup(other, stick)
    with pytest.raises(WrongUsage, match=workspace.catalogue.audit.station[:8]):
        bring_back(stick, tmp_path / "mới", NULL_ENGINE)
    bring_back(stick / f"digitizer-backup-{workspace.catalogue.audit.station[:8]}", tmp_path / "mới", NULL_ENGINE)
    equal(workspace.root, tmp_path / "mới")


def test_a_backup_of_a_newer_program_is_refused(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    workspace.catalogue.database.table("_sqlite_migrations").insert(
        {"migration_set": "digitizer", "name": "2099-holograms", "applied_at": ""}
    )
    backup(workspace, stick)
    with pytest.raises(WorkspaceNewer, match=r"2099-holograms"):
        bring_back(stick, tmp_path / "mới", NULL_ENGINE)
    assert not (tmp_path / "mới").exists()


def test_the_people_in_the_backup_say_who_may_restore_it(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    workspace.catalogue.people.add("Trần Thị Quản", [Role.MANAGE])
    manager = NULL_ENGINE.model_copy(update={"person": "Trần Thị Quản", "role": ""})
    with Workspace(workspace.root, manager) as opened:
        backup(opened, stick)
    with pytest.raises(NotListed):
        bring_back(stick, tmp_path / "mới", NULL_ENGINE)
    assert not (tmp_path / "mới").exists()
    bring_back(stick, tmp_path / "mới", manager)


def test_a_backup_holds_one_moment_while_another_process_writes(
    workspace: Workspace, stick: Path, tmp_path: Path
) -> None:
    """Each act of the writer makes a record and its file in one transaction: in every backup, as many of each."""
    code = (
        "import sys, time; from pathlib import Path; from digitizer.workspace import Workspace;"
        "from digitizer.catalogue.connection import atomic;"
        "from digitizer.model import Level; from digitizer.settings import Settings\n"
        "workspace = Workspace(Path(sys.argv[1]), Settings())\n"
        "print('ready', flush=True)\n"
        "for number in range(100_000):\n"
        "    time.sleep(0.002)\n"  # one that never lets go of the lock would only test patience
        "    with atomic(workspace.catalogue.database):\n"
        "        for side in 'ab':\n"
        "            workspace.catalogue.records.create(Level.FONDS, f'P{number}{side}', '')\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(workspace.root)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    try:
        assert writer.stdout.readline() == b"ready\n"
        seen = 0
        for number in range(3):
            made = backup(workspace, stick)
            with bring_back_opened(made.path, tmp_path / f"mới {number}") as restored:
                assert restored.catalogue.audit.faults() == []
                halves = restored.catalogue.database.conn.execute(
                    "SELECT count(*) FROM record WHERE code GLOB 'P[0-9]*' GROUP BY rtrim(code, 'ab')"
                ).fetchall()
                assert {row[0] for row in halves} <= {2}
                assert len(halves) >= seen
                seen = len(halves) + 1
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()


def test_a_power_cut_at_any_write_sync_or_rename_leaves_no_half_made_set(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = count_effects(monkeypatch, lambda: backup_fresh(workspace, tmp_path / "đếm"))
    assert moments > 20
    for moment in range(moments):
        stick = tmp_path / f"USB {moment}"
        stick.mkdir()
        backup(workspace, stick)
        with cut_at(monkeypatch, moment):
            backup(workspace, stick, full=True)
        (_, *cut), finished = finished_sets(home(stick)), backup(workspace, stick, full=True)
        for folder in [*(folder for folder, _ in cut), finished.path]:
            assert restores(folder, tmp_path / f"thử {moment} {folder.name}")
        known = [row.name for row in workspace.catalogue.backups.log() if row.path == str(stick)]
        assert sorted(known) == sorted(set_names(stick))  # also one that was named but not yet recorded
        assert not list(home(stick).glob(".*"))


def backup_fresh(workspace: Workspace, stick: Path) -> None:
    stick.mkdir()
    backup(workspace, stick, full=True)


def restores(folder: Path, root: Path) -> bool:
    brought = bring_back(folder, root, NULL_ENGINE)
    return (brought.masters, brought.damaged, brought.lost) == (3, (), ())


def test_a_power_cut_in_a_restore_leaves_no_workspace_and_the_next_finishes(
    workspace: Workspace, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(workspace, stick)
    moments = count_effects(monkeypatch, lambda: bring_back(stick, tmp_path / "đếm", NULL_ENGINE))
    for moment in range(moments):
        root = tmp_path / f"mới {moment}"
        with cut_at(monkeypatch, moment):
            bring_back(stick, root, NULL_ENGINE)
        if not root.exists():
            bring_back(stick, root, NULL_ENGINE)
        equal(workspace.root, root)
        assert not list(tmp_path.glob(f".digitizer-restoring-{root.name}"))


EFFECTS = (
    (os, "fsync"), (os, "replace"), (os, "rename"), (copying, "_write"), (Path, "rename"), (Path, "replace"),
)  # fmt: skip


def count_effects(monkeypatch: pytest.MonkeyPatch, act: Any) -> int:
    seen: list[str] = []
    with monkeypatch.context() as patch:
        for owner, name in EFFECTS:
            original = getattr(owner, name)

            def counted(*given: Any, original: Any = original, name: str = name) -> Any:
                seen.append(name)
                return original(*given)

            patch.setattr(owner, name, counted)
        act()
    return len(seen)


class cut_at:  # noqa: N801 - reads as a statement
    """In the block the power goes at the effect of that number: neither it nor any later one happens."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
        self._patch = pytest.MonkeyPatch()
        self._left = moment

    def __enter__(self) -> None:
        for owner, name in (*EFFECTS, (Path, "unlink"), (shutil, "rmtree")):
            original = getattr(owner, name)

            def effect(*given: Any, original: Any = original, name: str = name, **more: Any) -> Any:
                if name not in ("unlink", "rmtree"):
                    self._left -= 1
                if self._left < 0:
                    raise PowerCut
                return original(*given, **more)

            self._patch.setattr(owner, name, effect)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self._patch.undo()
        return kind is PowerCut


def test_a_full_disk_is_said_and_nothing_half_made_has_a_name(
    workspace: Workspace, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []

    def full(*_: object) -> None:
        written.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(copying, "_write", full)
        with pytest.raises(CannotWrite, match="the disk is full"):
            backup(workspace, stick)
    assert written
    assert set_names(stick) == []
    backup(workspace, stick)
    assert len(set_names(stick)) == 1


def test_a_target_without_room_is_refused_before_the_first_master(
    workspace: Workspace, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tight = shutil._ntuple_diskusage(10, 10, 0)
    monkeypatch.setattr(make.shutil, "disk_usage", lambda _: tight)  # type: ignore[attr-defined]
    with pytest.raises(CannotWrite, match="lacks room"):
        backup(workspace, stick)
    assert not list(home(stick).rglob("objects/*/" + "?" * 64)) or set_names(stick) == []


def test_a_medium_that_gives_back_other_bytes_is_named(
    workspace: Workspace, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "hash_on_medium", lambda path: "0" * 64)
    with pytest.raises(CannotWrite, match="not what is read"):
        backup(workspace, stick)
    assert set_names(stick) == []


def test_a_hostile_set_writes_nowhere_else(workspace: Workspace, stick: Path, tmp_path: Path) -> None:
    """A path for a hash, and one that leads out of the spool: neither names a file that is written."""
    made = backup(workspace, stick)
    with (made.path / "files.csv").open("a") as handle:
        handle.write(f"{'a' * 64},1,spool/../../ra ngoài\n")
    header = read_header(made.path)
    assert header is not None
    header = header.model_copy(update={"list_sha256": copying.hash_on_medium(made.path / "files.csv")})
    (made.path / "set.json").write_text(header.model_dump_json())
    bring_back(stick, tmp_path / "sâu" / "mới", NULL_ENGINE)
    assert not list(tmp_path.rglob("ra ngoài"))


def test_known_errors_speak_with_their_details() -> None:
    error: KnownError = BackupDamaged(Path("/x"), [f"f{number}" for number in range(9)])
    assert "f4 … (+4)" in error.message
