"""Bringing a backup back: built aside, every byte proven, the audit chain too, and only then given its name."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from digitizer.backups.copying import SourceLost, copy_file, hash_on_medium
from digitizer.backups.sets import (
    CATALOGUE,
    FOLDERS,
    HEADER,
    PREFIX,
    TARGET,
    Entry,
    Header,
    entries,
    finished_sets,
    list_holds,
    object_path,
    read_header,
)
from digitizer.catalogue.connection import atomic
from digitizer.errors import (
    BackupDamaged,
    CannotWrite,
    NoBackup,
    RestoreInside,
    RestoreNotEmpty,
    WorkspaceLocked,
    WorkspaceNewer,
    WrongUsage,
    reason,
)
from digitizer.files import locked, sync_folder
from digitizer.i18n import gettext
from digitizer.masters import Masters
from digitizer.model import Sha256
from digitizer.settings import Settings
from digitizer.tasks import Task
from digitizer.workspace import Workspace, exists

_MEGABYTE = 1_000_000
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """``lost``: what could not be brought back, by its place in the workspace. ``damaged``: files of the backup that
    are not what they were, also where another set had them whole.
    """

    workspace: Path
    header: Header
    masters: int
    bytes: int
    lost: tuple[str, ...]
    damaged: tuple[str, ...]


@dataclass(slots=True)
class _Restoring:
    """A set being brought back into ``aside``. ``others``: the other sets of its target, the newest first."""

    folder: Path
    header: Header
    others: tuple[Path, ...]
    aside: Path
    task: Task
    damaged: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    masters: int = 0
    bytes: int = 0


class _Unfit(Exception):
    """A set whose catalogue or list is damaged; the file is named in ``damaged`` already."""


def restore(
    source: Path, root: Path, settings: Settings, *, partial: bool = False, task: Task | None = None
) -> RestoreReport:
    """Bring the set ``source``, or the newest good one of the target ``source``, back as the workspace ``root``, which
    must be new or empty. Killed at any moment, ``root`` is as it was, and the next call goes on with what was copied.

    ``partial``: also where some masters are damaged in every set. Raises NoBackup, BackupDamaged (naming each file),
    RestoreNotEmpty, RestoreInside, CannotWrite, WorkspaceLocked, NotPermitted (by the people in the backup).
    """
    task = task or Task()
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise RestoreNotEmpty(path=root)
    _refuse_inside(root)
    with _named(source):
        choices, known = _choices(source)
    aside = root.absolute().with_name(f".digitizer-restoring-{root.name}")
    with _named(root):
        root.absolute().parent.mkdir(parents=True, exist_ok=True)
        aside.mkdir(exist_ok=True)
    with locked(aside / "process.lock") as held:  # a file that every workspace has
        if not held:
            raise WorkspaceLocked(path=root)
        damaged: list[str] = []
        for folder, header in choices:
            others = tuple(each for each, _ in reversed(known) if each != folder)
            restoring = _Restoring(folder, header, others, aside, task, damaged)
            try:
                return _restored(restoring, root, settings, source, partial=partial)
            except _Unfit:
                continue
    shutil.rmtree(aside, ignore_errors=True)
    raise BackupDamaged(source, at_fault(damaged, ()))


def at_fault(damaged: Sequence[str], lost: Sequence[str]) -> list[str]:
    """What to name to a person, each file once: a damaged master is not named again as lost."""
    names = {place.rpartition("/")[2] for place in damaged}
    return [*dict.fromkeys(damaged), *(place for place in lost if place.rpartition("/")[2] not in names)]


def _refuse_inside(root: Path) -> None:
    """Raises RestoreInside where ``root`` lies in a target, in a set or in another workspace."""
    for folder in root.resolve().parents:
        kept = (TARGET, HEADER, f"{PREFIX}*/{TARGET}")
        if any(any(folder.glob(each)) for each in kept) or exists(folder):
            raise RestoreInside(path=root, other=folder)


def _choices(source: Path) -> tuple[list[tuple[Path, Header]], list[tuple[Path, Header]]]:
    """The sets to try, the best first, and all sets of that target, the oldest first. Raises NoBackup or
    WrongUsage.
    """
    source = source.absolute()
    if (header := read_header(source)) is not None:
        return [(source, header)], finished_sets(source.parent)
    homes = [source] if source.name.startswith(PREFIX) else sorted(source.glob(f"{PREFIX}*"))
    full = [home for home in homes if home.is_dir() and finished_sets(home)]
    if len(full) > 1:
        said = gettext("“{path}” holds backups of several workspaces: name one of {names}.")
        raise WrongUsage(reason=said.format(path=source, names=", ".join(home.name for home in full)))
    if not full:
        raise NoBackup(path=source)
    known = finished_sets(full[0])
    return known[::-1], known


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(path=error.filename or path, reason=reason(error)) from error


def _restored(restoring: _Restoring, root: Path, settings: Settings, source: Path, *, partial: bool) -> RestoreReport:
    with _named(root):
        _bring_catalogue(restoring)
        _bring_masters(restoring)
        _bring_beside(restoring)
    if restoring.lost and not partial:
        raise BackupDamaged(source, at_fault(restoring.damaged, restoring.lost))
    try:
        with Workspace(restoring.aside, settings) as workspace:
            faults = workspace.catalogue.audit.faults()
            restoring.damaged += (
                faults  # it may have been broken when the backup was made: then only an older set helps
            )
            if faults and not partial:
                raise _unfit(restoring, restoring.folder / CATALOGUE)
            said = {
                "set": restoring.header.name, "made": restoring.header.at, "from": str(restoring.folder),
                "masters": restoring.masters, "bytes": restoring.bytes, "lost": list(restoring.lost),
            }  # fmt: skip
            with atomic(workspace.catalogue.database):
                workspace.catalogue.audit.append("backup.restore", restoring.header.workspace, None, said)
    except WorkspaceNewer as error:
        raise WorkspaceNewer(**error.details | {"path": source}) from error
    with _named(root):
        for path in (*restoring.aside.glob("masters/*"), *restoring.aside.glob("*"), restoring.aside):
            if path.is_dir():
                sync_folder(path)
        restoring.aside.rename(root)
        sync_folder(root.absolute().parent)
    return RestoreReport(
        root, restoring.header, restoring.masters, restoring.bytes, tuple(restoring.lost), tuple(restoring.damaged)
    )


def _unfit(restoring: _Restoring, path: Path) -> _Unfit:
    restoring.damaged.append(_place(restoring, path))
    return _Unfit()


def _place(restoring: _Restoring, path: Path) -> str:
    """A file of the backup as a person finds it: from the set's folder on."""
    return path.relative_to(restoring.folder.parent).as_posix()


def _bring_catalogue(restoring: _Restoring) -> None:
    """Raises _Unfit where the set's list or its catalogue is not what it was."""
    folder, target = restoring.folder, restoring.aside / CATALOGUE
    if not list_holds(folder, restoring.header):
        raise _unfit(restoring, folder / "files.csv")
    (wanted,) = [entry for entry in entries(folder) if entry.path == CATALOGUE]
    for old in restoring.aside.glob(f"{CATALOGUE}*"):  # of a call that was cut off
        old.unlink()
    try:
        if copy_file(folder / CATALOGUE, target, restoring.task)[0] != wanted.sha256:
            raise _unfit(restoring, folder / CATALOGUE)
        with closing(_opened(target)) as copy:
            if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise _unfit(restoring, folder / CATALOGUE)
            end = copy.execute(
                "SELECT hash FROM act JOIN station ON station.id = act.station WHERE station.uuid = ? AND seq = ?",
                [restoring.header.workspace, restoring.header.chain_end.seq],
            ).fetchone()
    except (SourceLost, sqlite3.DatabaseError) as error:
        raise _unfit(restoring, folder / CATALOGUE) from error
    if (end[0] if end else "") != restoring.header.chain_end.hash:
        raise _unfit(restoring, folder / CATALOGUE)


def _opened(catalogue: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{catalogue.absolute().as_uri()}?immutable=1", uri=True)


def _bring_masters(restoring: _Restoring) -> None:
    masters = Masters(restoring.aside / "masters")
    with closing(_opened(restoring.aside / CATALOGUE)) as copy:
        total = copy.execute("SELECT total(bytes) FROM master").fetchone()[0]
        for sha256, size in copy.execute("SELECT sha256, bytes FROM master ORDER BY sha256"):
            restoring.task.report(restoring.bytes // _MEGABYTE, int(total) // _MEGABYTE, sha256)
            target = masters.path(sha256)
            if _bring(restoring, Sha256(sha256), target):
                target.chmod(0o444)
                restoring.masters += 1
                restoring.bytes += size
            else:
                restoring.lost.append(target.relative_to(restoring.aside).as_posix())


def _bring_beside(restoring: _Restoring) -> None:
    for name in FOLDERS:  # of a call that was cut off, maybe of another set
        shutil.rmtree(restoring.aside / name, ignore_errors=True)
    for entry in entries(restoring.folder):
        if _in_folders(entry) and not _bring(restoring, entry.sha256, restoring.aside / entry.path):
            restoring.lost.append(entry.path)


def _in_folders(entry: Entry) -> bool:
    """Whether it goes into one of the FOLDERS, and nowhere else, whatever the list says."""
    parts = PurePosixPath(entry.path).parts
    return len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts


def _bring(restoring: _Restoring, sha256: Sha256, target: Path) -> bool:
    """Put the bytes of that hash at ``target``, from the first set that has them whole; False where none has."""
    restoring.task.check()
    if not _HASH.fullmatch(sha256):  # it names files: never trust a medium with a path
        return False
    if target.is_file():
        if hash_on_medium(target) == sha256:
            return True  # copied before the call was cut off
        target.unlink()
    for folder in dict.fromkeys((restoring.folder, *_resting(restoring), *restoring.others)):
        stored = object_path(folder, sha256)
        if not stored.is_file():
            continue
        try:
            if copy_file(stored, target, restoring.task)[0] == sha256 == hash_on_medium(target):
                return True
        except SourceLost:
            pass
        if (place := _place(restoring, stored)) not in restoring.damaged:
            restoring.damaged.append(place)
        target.unlink(missing_ok=True)
    return False


def _resting(restoring: _Restoring) -> Sequence[Path]:
    return [restoring.folder.parent / name for name in restoring.header.rests_on if PurePosixPath(name).name == name]
