"""Where packages come to be: built in a hidden folder of their own beside their place, read back, and only then named.

Killed at any moment, nothing half-made has a final name; what is left in a hidden folder is swept by the next delivery
into the same place. A package that was named, but whose act was not written, is known by its announced hash.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from digitizer.catalogue.connection import atomic
from digitizer.deliver.package_faults import NameTaken
from digitizer.errors import CannotWrite, WouldOverwrite, reason
from digitizer.files import TEMPORARY_PREFIX, sync_folder
from digitizer.i18n import gettext
from digitizer.masters import hash_file
from digitizer.model import RecordId, Sha256
from digitizer.workspace import FOLDERS, Workspace

FOLDER, WITH = "folder", "with"
"""In an act of a delivery: the folder on this station; of the other records in a package, the one that it is named for.
"""
_BENCH = f"{TEMPORARY_PREFIX}package-"


def make_folder(workspace: Workspace, destination: Path) -> None:
    """Make the folder that packages go to. Raises CannotWrite, also for the folders that are the workspace's own."""
    root, real = workspace.root.resolve(), destination.resolve()
    if real.is_relative_to(root) and real.relative_to(root).parts[:1] in [(), *((name,) for name in FOLDERS)]:
        raise CannotWrite(path=destination, reason=gettext("the workspace keeps its own files there"))
    try:
        destination.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(path=destination, reason=reason(error)) from error


@contextmanager
def bench(destination: Path, target: Path | None = None) -> Iterator[Path]:
    """A hidden folder in ``destination`` to build ``target`` in, gone at the end of the block. Those that killed
    deliveries left are swept. Raises CannotWrite, which names what could not be written, or else ``target``.
    """
    _sweep(destination)
    place = destination / f"{_BENCH}{uuid4().hex}"
    try:
        place.mkdir()
        held = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise CannotWrite(path=target or destination, reason=reason(error)) from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX)  # says that somebody builds here; goes with the process
        yield place
    except OSError as error:
        raise CannotWrite(path=_shown(error, place) or target or destination, reason=reason(error)) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(held)


def _shown(error: OSError, place: Path) -> object:
    """What could not be written. A person knows a file by the name that it would have had; where something is copied,
    the error names source and target.
    """
    for path in (error.filename2, error.filename):
        if isinstance(path, str | Path) and Path(path).is_relative_to(place):
            return place.parent / Path(path).relative_to(place)
    return error.filename


def _sweep(destination: Path) -> None:
    for left in destination.glob(f"{_BENCH}*"):
        try:
            held = os.open(left, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            continue
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            pass  # somebody is at work there
        finally:
            os.close(held)


def refuse_foreign(workspace: Workspace, target: Path, record: RecordId) -> None:
    """Raises WouldOverwrite where something of that name stands that no delivery of this record has put there:
    NameTaken where one of another record has.
    """
    if target.is_symlink():
        raise WouldOverwrite(path=target)
    if not target.exists():
        return
    digest = package_hash(target)
    acts = workspace.catalogue.audit.acts_of(["record.deliver"])
    given = {act.subject for act in acts if (act.after or {}).get("sha256") == digest}
    if record in given or _announced(workspace, digest, record):
        return
    code = "SELECT code FROM record WHERE uuid = ?"  # it may have been taken away since
    for other in given:
        for row in workspace.catalogue.database.conn.execute(code, [other]):
            raise NameTaken(path=target, record=row["code"])
    raise WouldOverwrite(path=target)


def name_package(
    workspace: Workspace, built: Path, target: Path, record: RecordId, said: Mapping[str, Any],
    *, more: Iterable[RecordId] = (),
) -> Sha256:  # fmt: skip
    """Give what was built (a file or a folder, on the bench) its name and write the act; gives its hash.

    A package of that name, which must be ours, is replaced. ``said``: what the act tells besides name and hash.
    ``more``: other records that it holds, each with an act of its own.
    """
    for path in [built, *(built.rglob("*") if built.is_dir() else ())]:
        if path.is_dir():
            sync_folder(path)
        else:
            with path.open("rb") as written:
                os.fsync(written.fileno())
    digest, size = package_hash(built), _size(built)
    _announce(workspace, digest, record)
    if target.is_dir():
        target.replace(built.with_name(f"{built.name}.before"))
    built.replace(target)
    sync_folder(target.parent)
    with atomic(workspace.catalogue.database):
        workspace.catalogue.database.conn.execute("DELETE FROM workspace WHERE key = ?", [_announcement(digest)])
        for each in (record, *more):
            told = {"file": target.name, "sha256": digest, "bytes": size, FOLDER: _told_folder(target)} | dict(said)
            workspace.catalogue.audit.append(
                "record.deliver", each, None, told if each == record else told | {WITH: record}
            )
    return digest


def _size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    return sum(each.stat().st_size for each in [path, *path.rglob("*")] if each.is_file())


def _told_folder(target: Path) -> str:
    """Where it lies, as text that can be kept: what is no Unicode in it is not told."""
    return os.fsencode(target.parent.absolute()).decode("utf-8", "replace")


def package_hash(path: Path) -> Sha256:
    """SHA-256 of a file; of a folder that of the list that ``sha256sum`` prints of its files, sorted by their paths."""
    if not path.is_dir():
        return hash_file(path)
    digest = hashlib.sha256()
    for file in sorted(str(each.relative_to(path)) for each in path.rglob("*") if not each.is_dir()):
        digest.update(f"{hash_file(path / file)}  {file}\n".encode("utf-8", "surrogateescape"))
    return Sha256(digest.hexdigest())


def _announce(workspace: Workspace, sha256: Sha256, record: RecordId) -> None:
    """Note that this package is about to get its name: killed before the act is written, it is still known as ours."""
    workspace.catalogue.database.table("workspace").upsert({"key": _announcement(sha256), "value": record}, pk="key")


def _announced(workspace: Workspace, sha256: Sha256, record: RecordId) -> bool:
    kept = "SELECT 1 FROM workspace WHERE key = ? AND value = ?"
    return workspace.catalogue.database.conn.execute(kept, [_announcement(sha256), record]).fetchone() is not None


def _announcement(sha256: Sha256) -> str:
    return f"delivering:{sha256}"
