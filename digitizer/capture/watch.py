"""A watched folder: files are taken in once they have settled. What is still being written waits."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from digitizer.capture.files import Imported, Outcome, Repeats, import_paths
from digitizer.capture.paths import files_in, is_folder
from digitizer.catalogue.connection import atomic
from digitizer.errors import CannotWrite, FileRefused, WrongUsage, reason
from digitizer.files import written_aside
from digitizer.i18n import gettext
from digitizer.model import PageId
from digitizer.tasks import Cancelled, Task
from digitizer.workspace import Workspace, faults_named
from ocr.errors import PageFault

SETTLED_SECONDS = 3.0
"""A file of the same size and time for so long, that nobody holds open for writing, is whole."""
_HALF_SECONDS = 60.0
"""A file that looks broken and was written to so lately may still grow: some programs pause between pages."""
_LOOK_EVERY_SECONDS = 1.0
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", ".!ut")
"""Endings under which programs write what they rename when it is whole."""
_HALF = (PageFault.DAMAGED, PageFault.UNSUPPORTED, PageFault.EMPTY, PageFault.UNKNOWN_FORMAT, PageFault.NO_PAGES)

_Version = tuple[int, int]
"""Size in bytes and time of the last change in nanoseconds: what is kept of a file that was left where it is."""
_State = tuple[int, ...]
"""The version, and which file it is and when anything about it changed: other content of the same size and time, and
other permissions, are seen while the program runs.
"""


@dataclass(slots=True)
class WatchReport:
    imported: int = 0
    refused: int = 0
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class WatchState:
    """How it stands. ``away``: the folder is not there at the moment. ``waiting``: files that are not taken up yet,
    since they may still grow or somebody has them open.
    """

    away: bool = False
    waiting: int = 0


@dataclass(slots=True)
class _Seen:
    """A file as it was when it last changed. ``first``: when it was first seen so; ``since``: the same, or when it was
    last tried; ``told``: it was refused like this, and that was said.
    """

    state: _State
    first: float
    since: float
    told: bool = False

    @property
    def version(self) -> _Version:
        return self.state[0], self.state[1]


def watch(
    workspace: Workspace,
    folder: Path,
    on_outcome: Callable[[Outcome], None],
    *,
    record: str | None = None,
    move_to: Path | None = None,
    task: Task,
    settled_seconds: float = SETTLED_SECONDS,
    on_settled: Callable[[Sequence[PageId]], None] | None = None,
    on_state: Callable[[WatchState], None] = lambda _: None,
    awaited: bool = False,
) -> WatchReport:
    """Take in what comes into ``folder`` and the folders in it until ``task`` is stopped; a folder that goes away is
    waited for. ``on_outcome`` hears of each file once; ``on_settled``, which sorts them, of the pages of all that came
    in together, when they are in: a separator may then come again and again; ``on_state`` of each change in how it
    stands. ``awaited``: the folder may be away at first, too.

    ``move_to``: a folder into which files go after they came in; None leaves them. What was left is known at the next
    start. A refused file stays where it is, and is tried again when it has changed.

    The workspace may lie in it, and is not looked into.

    Raises WrongUsage where there is no such folder, or all of it lies in ``move_to``; CannotWrite where files cannot be
    moved.
    """
    if not awaited and not is_folder(folder):
        raise WrongUsage(reason=gettext("“{path}” is no folder that can be watched.").format(path=folder))
    if move_to is not None and _real(folder).is_relative_to(_real(move_to)):
        said = gettext("Files of “{path}” cannot be moved to “{target}”, which it lies in.")
        raise WrongUsage(reason=said.format(path=folder, target=move_to))
    with faults_named(workspace.root):
        repeats = None if on_settled is None else Repeats(separators=False)
        watching = _Watching(workspace, folder, record, move_to, settled_seconds, repeats)
        state = WatchState()
        while not task.cancelled:
            settled = list(watching.settled())
            if watching.state != state:
                on_state(state := watching.state)
            if settled:
                with suppress(Cancelled):  # what is in is in; said below
                    watching.take(settled, on_outcome, task)
                pages, watching.fresh = watching.fresh, []
                if pages and on_settled is not None:
                    on_settled(pages)
            else:
                task.wait(min(_LOOK_EVERY_SECONDS, settled_seconds))
        return watching.report


@dataclass(slots=True)
class _Watching:
    workspace: Workspace
    folder: Path
    record: str | None
    move_to: Path | None
    settled_seconds: float
    repeats: Repeats | None = None
    report: WatchReport = field(default_factory=WatchReport)
    seen: dict[Path, _Seen] = field(default_factory=dict)
    fresh: list[PageId] = field(default_factory=list)
    state: WatchState = WatchState()

    def settled(self) -> Iterator[Path]:
        """The files that are whole and not in yet."""
        present: dict[Path, _Seen] = {}
        now = time.monotonic()
        for path in self._files():
            state = _state(path)
            if state is None:
                continue
            before = self.seen.get(path)
            present[path] = before if before is not None and before.state == state else _Seen(state, now, now)
        self.seen = present
        known, waiting = self._known(), 0
        for path, seen in present.items():
            if seen.told or known.get(_key(path)) == seen.version:
                continue
            if now - seen.since < self.settled_seconds or _in_use(path):
                waiting += 1
            else:
                yield path
        self.state = WatchState(away=not is_folder(self.folder), waiting=waiting)

    def take(self, paths: list[Path], on_outcome: Callable[[Outcome], None], task: Task) -> None:
        """One worker for all of them; each is settled as it is in."""
        import_paths(
            self.workspace, paths, self.record, task,
            named=False, repeats=self.repeats, on_outcome=lambda outcome: self._settle(outcome, on_outcome),
        )  # fmt: skip

    def _settle(self, outcome: Outcome, on_outcome: Callable[[Outcome], None]) -> None:
        path = Path(outcome.path)
        seen = self.seen.get(path)
        if seen is None or (isinstance(outcome, FileRefused) and _state(path) is None):
            return  # a folder in its place by now; or somebody took it away
        if isinstance(outcome, FileRefused):
            now = time.monotonic()
            # A clock elsewhere may run ahead: what was seen for so long is as old as that.
            if outcome.fault in _HALF and max(now - seen.first, time.time() - seen.version[1] / 1e9) < _HALF_SECONDS:
                seen.since = now
                return
            seen.told = True
            self.report.refused += 1
        elif isinstance(outcome, Imported):
            self.report.imported += 1
            self.fresh += outcome.pages
        else:
            self.report.duplicates += 1
        if not isinstance(outcome, FileRefused):
            self._put_away(path, seen)
        on_outcome(outcome)

    def _files(self) -> Iterator[Path]:
        """Nothing where the folder is away for the moment."""
        if not is_folder(self.folder):
            return
        done = None if self.move_to is None else _real(self.move_to)
        for path in files_in([self.folder], apart=self.workspace.root):
            inside_done = done is not None and _real(path).is_relative_to(done)
            if not inside_done and not path.name.lower().endswith(_UNFINISHED):
                yield path

    def _known(self) -> dict[str, _Version]:
        rows = self.workspace.catalogue.database.conn.execute("SELECT path, size, mtime FROM watched")
        return {row["path"]: (row["size"], row["mtime"]) for row in rows}

    def _put_away(self, path: Path, seen: _Seen) -> None:
        if self.move_to is None:
            with atomic(self.workspace.catalogue.database):
                row = {"path": _key(path), "size": seen.version[0], "mtime": seen.version[1]}
                self.workspace.catalogue.database.table("watched").upsert(row, pk="path")
            return
        if _state(path) != seen.state:
            return  # other content by now, which has to come in first
        target = self.move_to / path.relative_to(self.folder)
        try:
            target = _free(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            _move(path, target)
        except OSError as error:
            raise CannotWrite(path=target, reason=reason(error)) from error


def _key(path: Path) -> str:
    """The path as a database takes it; two names that are not UTF-8 stay two."""
    return str(path.absolute()).encode("utf-8", "backslashreplace").decode("utf-8")


def _real(path: Path) -> Path:
    """Without links; of a link to itself, that (``Path.resolve`` raises there)."""
    return Path(os.path.realpath(path))


def _state(path: Path) -> _State | None:
    """Of a link that leads nowhere, that of the link: the import says what is wrong with it."""
    try:
        status = path.stat()
    except OSError:
        try:
            status = path.lstat()
        except OSError:
            return None
    return status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino, status.st_ctime_ns


def _in_use(path: Path) -> bool:
    """Whether somebody holds the file open for writing or has locked it, as far as the file system can tell.

    A read lease is granted only where nobody has the file open for writing (fcntl(2), F_SETLEASE).
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False  # the import says what is wrong with it
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return True
        # Were it opened for writing in this very moment, the default signal would end this process.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False  # another's file, or a file system without leases
    finally:
        os.close(descriptor)
    return False


def _move(path: Path, target: Path) -> None:
    """Raises OSError; the file is then where it was, and nothing of it at ``target``."""
    try:
        path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with written_aside(target) as aside:
            shutil.copy2(path, aside)
        path.unlink()


def _free(target: Path) -> Path:
    """``target``, or beside it a name that nothing has yet."""
    number, free = 2, target
    while free.exists():
        free = target.with_stem(f"{target.stem} ({number})")
        number += 1
    return free
