"""Making one set: copied into a folder without a name, read back from the medium, and only then named and recorded."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from digitizer import __version__
from digitizer.backups.copying import SourceLost, copy_catalogue, copy_file, hash_on_medium, write_file
from digitizer.backups.sets import (
    CATALOGUE,
    FOLDERS,
    HEADER,
    LISTED,
    OBJECTS,
    PREFIX,
    TARGET,
    UNFINISHED,
    ChainEnd,
    Counts,
    Entry,
    Header,
    TargetFile,
    finished_sets,
    object_path,
)
from digitizer.catalogue.audit import account
from digitizer.catalogue.backups import FULL, INCREMENTAL, Kind
from digitizer.clock import now, stamp
from digitizer.errors import NAMED, BackupInside, CannotWrite, TargetMissing, WorkspaceLocked, reason
from digitizer.files import locked, sync_folder, write_bytes
from digitizer.i18n import gettext
from digitizer.masters import hash_file
from digitizer.model import Sha256, new_id
from digitizer.tasks import Task
from digitizer.workspace import Workspace, disk_error, faults_named

_SPARE_BYTES = 1 << 20
"""For names and lists, beside the files themselves."""
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class BackupReport:
    """``files``, ``bytes``: written for this set. ``kept``: masters that earlier sets of this target hold.
    ``lost``: masters that are missing or damaged in the workspace and in no earlier set, by their place.
    ``warnings``: what makes this a weaker backup, in the language spoken now.
    """

    path: Path
    target: str
    kind: str
    files: int
    bytes: int
    kept: int
    manifest: Sha256
    lost: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Making:
    """A set at work in ``folder``, which has no name of a set yet. ``before``: finished sets that it may rest on."""

    workspace: Workspace
    home: Path
    folder: Path
    kind: Kind
    before: tuple[Path, ...]
    task: Task
    few: list[Entry] = field(default_factory=list)
    """The catalogue and what lies in FOLDERS; the masters may be a million and are not kept here."""
    lost: list[str] = field(default_factory=list)
    rests_on: set[str] = field(default_factory=set)
    kept: int = 0
    done: int = 0
    rotten: set[str] = field(default_factory=set)
    """Masters that an earlier set holds with other bytes, or cannot give: they are copied anew."""


def backup(
    workspace: Workspace, destination: Path, *, full: bool = False, media_end: str | None = None,
    task: Task | None = None,
) -> BackupReport:  # fmt: skip
    """Add a set to the target ``destination``, a folder that is there: what it does not hold yet, or with ``full``
    everything anew. The first set of a target is always full. Killed at any moment, no half-made set has a name, and
    the next call goes on with what was copied.

    ``media_end``: ISO day on which the medium's rated life ends, if it is told now.
    Raises BackupInside, CannotWrite (the target), WorkspaceLocked (another backup is at work), NotPermitted.
    """
    task = task or Task()
    workspace.catalogue.audit.require("backup.make")
    if destination.resolve().is_relative_to(workspace.root.resolve()):
        raise BackupInside(path=destination)
    if not destination.exists():
        raise TargetMissing(path=destination)
    with faults_named(workspace.root), locked(workspace.root / "backup.lock") as held:
        if not held:
            raise WorkspaceLocked(path=workspace.root)
        with _target_named(destination):
            home = destination / f"{PREFIX}{workspace.catalogue.audit.station[:8]}"
            target = _target(home, destination)
            before = finished_sets(home)
        # The sets too: one that was named before the power went, or on a full disk, is recorded now.
        _record(workspace, target, destination, media_end, before)
        newest_full = max((place for place, (_, each) in enumerate(before) if each.kind == FULL), default=None)
        kind: Kind = FULL if full or newest_full is None else INCREMENTAL
        resting = () if kind == FULL else tuple(folder for folder, _ in before[newest_full:])
        making = _Making(workspace, home, home / f"{UNFINISHED}{kind}", kind, resting, task)
        with _target_named(destination):
            folder, header = _made(making)
        unrecorded = _record(workspace, target, destination, media_end, [*before, (folder, header)])
        return BackupReport(
            folder, target, kind, header.files, header.bytes, making.kept, hash_file(folder / HEADER), header.lost,
            (*unrecorded, *_rotten(making), *_warnings(workspace, destination, target)),
        )  # fmt: skip


@contextmanager
def _target_named(destination: Path) -> Iterator[None]:
    """What goes wrong in the block is the target's: raises CannotWrite."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(path=error.filename or destination, reason=reason(error)) from error
    except sqlite3.Error as error:
        if (meant := disk_error(error, destination)) is None:
            raise
        raise CannotWrite(path=destination, reason=reason(meant)) from error


def _target(home: Path, destination: Path) -> str:
    if not home.is_dir():
        home.mkdir()  # not its parents: a stick that is not plugged in must not become a folder of this disk
        sync_folder(destination)
    known = home / TARGET
    if not known.exists():
        write_bytes(known, TargetFile(id=new_id()).model_dump_json().encode())
    return TargetFile.model_validate_json(known.read_bytes()).id


def _record(
    workspace: Workspace, target: str, destination: Path, media_end: str | None, sets: Iterable[tuple[Path, Header]]
) -> list[str]:
    """Enter the target and those of its sets that are not entered yet. Where the workspace's own disk has no room for
    that, a backup is needed most: it is said (given back as a warning), and the next call enters them.
    """
    backups = workspace.catalogue.backups
    try:
        backups.set_target(target, str(destination.resolve()), media_end)
        for folder, header in sets:
            made = {
                "name": header.name, "kind": header.kind, "at": header.at, "chain_end": header.chain_end.seq,
                "files": header.files, "bytes": header.bytes, "person": header.person, "account": header.account,
                "manifest": hash_file(folder / HEADER),
            }  # fmt: skip
            backups.add(target, made)
    except sqlite3.Error as error:
        if (meant := disk_error(error, workspace.root)) is None:
            raise
        said = gettext(
            "The backup is whole, but the workspace “{path}” could not note it: {reason}. The next backup notes it."
        )
        return [said.format(path=workspace.root, reason=reason(meant))]
    return []


def _made(making: _Making) -> tuple[Path, Header]:
    folder, workspace = making.folder, making.workspace
    folder.mkdir(exist_ok=True)
    (folder / HEADER).unlink(missing_ok=True)
    # What waits in the spool first, the catalogue then: a scan that is entered meanwhile is a master by then.
    for name in FOLDERS:
        for path in sorted(each for each in (workspace.root / name).rglob("*") if each.is_file()):
            _copy_beside(making, path)
    moment = now()
    copy_catalogue(workspace.root / CATALOGUE, folder / CATALOGUE, making.task)
    size = (folder / CATALOGUE).stat().st_size
    making.few.insert(0, Entry(hash_file(folder / CATALOGUE), size, CATALOGUE))
    with closing(sqlite3.connect(f"{(folder / CATALOGUE).absolute().as_uri()}?immutable=1", uri=True)) as copy:
        _prove_earlier(making, copy)
        total = _refuse_full(making, copy)
        for sha256, size in _wanted(making, copy):
            _copy_master(making, sha256, size, total)
        files, size = _prove(making, copy)
        seq, end = _chain_end(copy, workspace)
        counts = {
            name: copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for name, table in (("records", "record"), ("pages", "page"), ("masters", "master"), ("acts", "act"))
        }
    who = workspace.catalogue.audit.who
    header = Header(
        name=_free_name(making.home, f"{moment:%Y%m%d-%H%M%S}-{making.kind}"),
        kind=making.kind, workspace=workspace.catalogue.audit.station, station=_station_name(workspace),
        at=stamp(moment), person=who.person, role=who.role, account=account(), program=__version__,
        chain_end=ChainEnd(seq=seq, hash=end), counts=Counts(**counts), files=files, bytes=size,
        list_sha256=hash_on_medium(folder / LISTED), rests_on=tuple(sorted(making.rests_on)),
        lost=tuple(making.lost),
    )  # fmt: skip
    write_file(folder / HEADER, header.model_dump_json(indent=1).encode())
    for path in (*folder.glob(f"{OBJECTS}/*"), *folder.glob(OBJECTS), folder):
        sync_folder(path)
    named = making.home / header.name
    folder.rename(named)
    sync_folder(making.home)
    return named, header


def _free_name(home: Path, name: str) -> str:
    """``name``, numbered where two sets were made within one second."""
    count, free = 1, name
    while (home / free).exists():
        count += 1
        free = f"{name}-{count}"
    return free


def _copy_beside(making: _Making, path: Path) -> None:
    place = path.relative_to(making.workspace.root).as_posix()
    aside = making.folder / "beside"
    try:
        sha256, size = copy_file(path, aside, making.task)
    except SourceLost:
        if path.exists():  # not just entered meanwhile
            making.lost.append(place)
        return
    target = object_path(making.folder, sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside.replace(target)
    making.few.append(Entry(sha256, size, place))


def _wanted(making: _Making, copy: sqlite3.Connection) -> Iterator[tuple[Sha256, int]]:
    """The masters that no set holds yet on which this one rests; notes those sets and counts what they hold."""
    making.kept = 0
    for sha256, size, holder in _masters(making, copy):
        if holder is None or sha256 in making.rotten:
            yield sha256, size
        else:
            making.rests_on.add(holder.name)
            making.kept += 1


def _masters(making: _Making, copy: sqlite3.Connection) -> Iterator[tuple[Sha256, int, Path | None]]:
    """Each master, its bytes, and the newest of the sets before that holds it."""
    prefix = ""
    held: dict[str, Path] = {}
    for sha256, size in copy.execute("SELECT sha256, bytes FROM master ORDER BY sha256"):
        if sha256[:2] != prefix:
            prefix, held = sha256[:2], {}
            for folder in making.before:
                held |= dict.fromkeys(_objects(folder, prefix), folder)
        yield Sha256(sha256), size, held.get(sha256)


def _objects(folder: Path, prefix: str) -> Iterator[str]:
    with_prefix = folder / OBJECTS / prefix
    if with_prefix.is_dir():
        yield from (path.name for path in with_prefix.iterdir())


def _prove_earlier(making: _Making, copy: sqlite3.Connection) -> None:
    """Read what the set would rest on from the medium; notes each master that is not what it was."""
    if not making.before:
        return
    total, done = int(copy.execute("SELECT total(bytes) FROM master").fetchone()[0]), 0
    for sha256, size, holder in _masters(making, copy):
        making.task.check()
        making.task.report(done // _MEGABYTE, total // _MEGABYTE, sha256)
        done += size
        if holder is not None and not _readable(object_path(holder, sha256), sha256):
            making.rotten.add(sha256)


def _readable(stored: Path, sha256: Sha256) -> bool:
    """As ``_proven``; also False where the medium cannot be read there."""
    try:
        return hash_on_medium(stored) == sha256
    except OSError:
        return False


def _refuse_full(making: _Making, copy: sqlite3.Connection) -> int:
    """Bytes to copy; raises CannotWrite before the first where the target has no room for them."""
    total = wanting = 0
    for sha256, size in _wanted(making, copy):
        total += size
        if not _copied_before(making, sha256, size):
            wanting += size
    if wanting + _SPARE_BYTES > shutil.disk_usage(making.home).free:
        said = gettext("it lacks room: {megabytes} MB are needed").format(megabytes=-(-wanting // _MEGABYTE))
        raise CannotWrite(path=making.home.parent, reason=said)
    return total


def _copied_before(making: _Making, sha256: Sha256, size: int) -> bool:
    """Whether a call that was cut off has copied it; the bytes are proven in the end, as all are."""
    target = object_path(making.folder, sha256)
    return target.is_file() and target.stat().st_size == size


def _copy_master(making: _Making, sha256: Sha256, size: int, total: int) -> None:
    making.task.check()
    making.task.report(making.done // _MEGABYTE, total // _MEGABYTE, sha256)
    making.done += size
    if not _copied_before(making, sha256, size):
        _copied_well(making, sha256)


def _copied_well(making: _Making, sha256: Sha256) -> bool:
    """Copy a master; False, and nothing there, where the workspace has it no more or damaged."""
    target = object_path(making.folder, sha256)
    try:
        if copy_file(making.workspace.masters.path(sha256), target, making.task)[0] == sha256:
            return True
    except SourceLost:
        pass
    target.unlink(missing_ok=True)
    return False


def _prove(making: _Making, copy: sqlite3.Connection) -> tuple[int, int]:
    """Read every file of the set back from the medium, listing it in ``files.csv``; gives how many and how many bytes.

    What was half written before a power cut is copied again. Notes the masters that are lost.
    """
    files = total = 0
    listed = making.folder / LISTED
    with listed.open("w", encoding="utf-8", errors="surrogateescape", newline="") as handle:
        rows = csv.writer(handle, lineterminator="\n")
        for entry in _all(making, copy):
            making.task.check()
            stored = entry.stored(making.folder)
            if not _proven(stored, entry.sha256):
                if entry.path.startswith("masters/") and not _copied_well(making, entry.sha256):
                    making.lost.append(entry.path)
                    continue
                if not _proven(stored, entry.sha256):
                    said = gettext("what was written there is not what is read from it")
                    raise CannotWrite(path=stored, reason=said)
            rows.writerow((entry.sha256, entry.bytes, entry.path))
            files, total = files + 1, total + entry.bytes
        handle.flush()
        os.fsync(handle.fileno())
    return files, total


def _all(making: _Making, copy: sqlite3.Connection) -> Iterator[Entry]:
    yield from making.few
    for sha256, size in _wanted(making, copy):
        yield Entry(sha256, size, making.workspace.masters.path(sha256).relative_to(making.workspace.root).as_posix())


def _proven(stored: Path, sha256: Sha256) -> bool:
    try:
        return hash_on_medium(stored) == sha256
    except FileNotFoundError:
        return False


def _chain_end(copy: sqlite3.Connection, workspace: Workspace) -> tuple[int, str]:
    row = copy.execute(
        "SELECT seq, hash FROM act JOIN station ON station.id = act.station WHERE station.uuid = ?"
        " ORDER BY seq DESC LIMIT 1",
        [workspace.catalogue.audit.station],
    ).fetchone()
    return (row[0], row[1]) if row else (0, "")


def _station_name(workspace: Workspace) -> str:
    row = workspace.catalogue.database.conn.execute(
        "SELECT name FROM station WHERE uuid = ?", [workspace.catalogue.audit.station]
    ).fetchone()
    return str(row[0])


def _rotten(making: _Making) -> Iterator[str]:
    """That earlier sets of the target are damaged, where this one makes good for them."""
    lost = {place.rpartition("/")[2] for place in making.lost}
    if mended := sorted(making.rotten - lost):
        more = f" … (+{len(mended) - NAMED})" if len(mended) > NAMED else ""
        said = gettext(
            "Damaged in an earlier backup there, and copied anew into this one: {names}. That medium may be failing:"
            " make a full backup on another one."
        )
        yield said.format(names=", ".join(mended[:NAMED]) + more)


def _warnings(workspace: Workspace, destination: Path, target: str) -> Iterator[str]:
    """Media that are not independent: what takes one away takes the other too."""
    device = destination.stat().st_dev
    if device == workspace.root.stat().st_dev:
        yield gettext("“{path}” is on the same disk as the workspace: a broken disk takes both.").format(
            path=destination
        )
    for other in workspace.catalogue.backups.targets():
        path = Path(other.path)
        if other.id != target and path.is_dir() and path.stat().st_dev == device and path != destination.resolve():
            yield gettext("“{path}” is on the same disk as the target “{other}”: that counts as one.").format(
                path=destination, other=path
            )
