"""From the spool into the archive: each sheet side that was scanned becomes a proved master and a page.

A run of the scanner has a folder in the spool, with its facts and a lock that dies with the process. A file leaves it
only after its page is in the catalogue: whatever ends the program, the next start enters the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from digitizer.capture.files import Imported
from digitizer.capture.place import Place, Placing, refuse_target, settled
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.records import UNFILED
from digitizer.clock import stamp
from digitizer.errors import FileRefused, KnownError
from digitizer.files import TEMPORARY_PREFIX, locked, sync_folder, write_bytes
from digitizer.i18n import gettext
from digitizer.masters import Staged
from digitizer.model import Level, PageId, Record, Sha256, new_id
from digitizer.tasks import Task
from digitizer.workers import MAY_PASS, WorkerPool
from digitizer.workspace import Workspace, faults_named
from ocr.errors import PageError
from ocr.spool import SUFFIX, SpoolHead, read_head
from ocr.spool_master import MasterRequest, MasterResult, make_master

BACKS_FROM = 500_001
"""Number of the first sheet side of the second pass, where fronts and backs are scanned one after the other."""
_DAMAGED = ".damaged"
_FACTS = "run.json"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a scanner.

    ``call``: what all its acts have in common. ``place``: where its pages go, settled. ``collate``: fronts and, from
    number BACKS_FROM on, backs in reverse, to be put together; ``counted``: how many of each, once all are scanned.
    """

    call: str
    at: str
    device: str
    place: Place
    collate: bool
    counted: tuple[int, int] | None = None

    def keep(self, folder: Path) -> None:
        """Write the facts into the folder of the run."""
        facts: dict[str, Any] = {"call": self.call, "at": self.at, "device": self.device, "collate": self.collate}
        facts |= {"record": self.place.record, "ahead_of": self.place.ahead_of, "replaces": self.place.replaces}
        write_bytes(folder / _FACTS, json.dumps(facts | {"counted": self.counted}, ensure_ascii=False).encode())

    @classmethod
    def kept(cls, folder: Path) -> Run:
        """The run whose facts the folder holds. Where it holds none, as a stranger's does, or one of a run that was
        killed before its first sheet, a run of unfiled pages.
        """
        try:
            facts = json.loads((folder / _FACTS).read_text("utf-8"))
            place = Place(facts["record"], facts.get("ahead_of"), tuple(facts.get("replaces", ())))
            counted = facts.get("counted")
            return cls(
                facts["call"], facts["at"], facts["device"], place, facts["collate"],
                None if counted is None else (counted[0], counted[1]),
            )  # fmt: skip
        except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError):
            return cls(new_id(), stamp(), "", Place(), False)

    def position(self, number: int) -> int:
        """Where the sheet side of that number comes in the run, from 0."""
        return _position(number, *(self.counted or (0, 0))) if self.collate else number - 1

    @property
    def label(self) -> str:
        """Short and sortable: the moment that it began."""
        return datetime.fromisoformat(self.at).strftime("%Y%m%d-%H%M%S")


@dataclass(slots=True)
class SpoolReport:
    """``entered``: pages that are in the catalogue now; their path is the name that they bear there. ``refused``: sheet
    sides that could not be entered; they stay in the spool. ``unfinished``: sheets that the program's end cut short.
    ``record``: code of the last record that got a page. ``notes``: sentences for a person, where pages could not go
    where they should.
    """

    entered: list[Imported] = field(default_factory=list)
    refused: list[FileRefused] = field(default_factory=list)
    unfinished: int = 0
    record: str | None = None
    notes: list[str] = field(default_factory=list)


@contextmanager
def begin_run(
    workspace: Workspace, device: str, place: Place | str | None, *, collate: bool = False
) -> Iterator[OpenRun]:
    """A new run: its folder in the spool, locked during the block, and gone after it where nothing is left in it.

    Raises what ``settled`` raises, before anything is there.
    """
    run = Run(new_id(), stamp(), device, settled(workspace, place), collate)
    spool = workspace.root / "spool"
    folder, aside = spool / f"{run.label}-{run.call[:8]}", spool / f"{TEMPORARY_PREFIX}{run.call}"
    aside.mkdir()
    with locked(aside / _LOCK):  # before anybody sees it, and takes it for one that was left
        run.keep(aside)
        aside.rename(folder)
        sync_folder(spool)
        try:
            yield OpenRun(workspace, run, folder)
        finally:
            _clear(folder)


def enter_spool(workspace: Workspace, task: Task | None = None) -> SpoolReport:
    """Enter what an earlier run has left in the spool: to be called at the start. Costs nothing where there is none.

    Runs at which another process is at work are left to it.
    """
    task = task or Task()
    report = SpoolReport()
    with faults_named(workspace.root):
        for folder in sorted((workspace.root / "spool").glob("[!.]*")):
            # One that has just been emptied by its own process may be gone.
            with suppress(FileNotFoundError, NotADirectoryError), locked(folder / _LOCK) as held:
                if held:
                    _recover(workspace, folder, report, task)
    return report


def _recover(workspace: Workspace, folder: Path, report: SpoolReport, task: Task) -> None:
    files = sorted(folder.glob(f"*{SUFFIX}"))
    report.unfinished += sum(1 for _ in folder.glob(f"{TEMPORARY_PREFIX}*"))
    run = Run.kept(folder)
    if files:
        with workspace.masters.open_for_import(), WorkerPool(min(workspace.settings.processes, len(files))) as pool:
            entering = OpenRun(workspace, run, folder, report).entering(pool)
            for path in files:
                entering.take(path)
            entering.finish(task)
    _clear(folder)


def _clear(folder: Path) -> None:
    """Remove the folder and what we put into it, unless it still holds a sheet side or something of a stranger."""
    if any(path.suffix in (SUFFIX, _DAMAGED) for path in folder.iterdir()):
        return
    for path in (*folder.glob(f"{TEMPORARY_PREFIX}*"), folder / _FACTS, folder / _LOCK):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run whose folder we hold."""

    workspace: Workspace
    run: Run
    folder: Path
    report: SpoolReport = field(default_factory=SpoolReport)

    def entering(self, pool: WorkerPool, on_page: Callable[[Imported], None] | None = None) -> Entering:
        return Entering(self, pool, on_page)


class Entering:
    """Sheet sides of a run on their way to the catalogue: compressed by workers side by side, entered in their order.

    Hold ``masters.open_for_import`` meanwhile.
    """

    def __init__(self, run: OpenRun, pool: WorkerPool, on_page: Callable[[Imported], None] | None = None) -> None:
        self._run = run
        self._pool = pool
        self._on_page = on_page
        self._ahead: list[_Side] = []
        self._facts = run.run
        self._placing = Placing(run.workspace, run.run.place, run.run.call, run.report.notes)

    def take(self, path: Path) -> None:
        """Take a file of the spool in hand."""
        request = MasterRequest(path, self._run.workspace.masters.aside())
        self._ahead.append(_Side(path, request, self._pool.submit(make_master, request)))

    def settle(self) -> None:
        """Enter what is ready. Of a collated run nothing is, before all of it is scanned."""
        while not self._facts.collate and self._ahead and self._ahead[0].future.done():
            self._enter(self._ahead.pop(0), None)

    def finish(self, task: Task | None = None) -> None:
        """Enter everything. Where ``task`` is stopped, raises Cancelled; the rest stays in the spool."""
        try:
            if self._facts.collate:
                self._collate()
            while self._ahead:
                self._enter(self._ahead.pop(0), task)
        finally:
            for side in self._ahead:
                side.request.target.unlink(missing_ok=True)

    def _collate(self) -> None:
        """How many fronts and backs there are is kept first: ended in the middle, the rest still finds its places."""
        if self._facts.counted is None:
            self._facts = replace(self._facts, counted=counted([side.path for side in self._ahead]))
            self._facts.keep(self._run.folder)
        self._ahead.sort(key=lambda side: self._facts.position(int(side.path.stem)))

    def _enter(self, side: _Side, task: Task | None) -> None:
        try:
            head = read_head(side.path)
            made = self._pool.outcome(side.future, make_master, side.request, task=task)
            born = self._store(side, head, made)
        except PageError as error:
            kept = side.path
            if error.fault not in MAY_PASS:
                kept = side.path.with_suffix(_DAMAGED)
                side.path.rename(kept)
            self._run.report.refused.append(FileRefused.of(kept, error))
            return
        finally:
            side.request.target.unlink(missing_ok=True)
        side.path.unlink()
        if born is not None:
            self._run.report.entered.append(born)
            if self._on_page is not None:
                self._on_page(born)

    def _store(self, side: _Side, head: SpoolHead, made: MasterResult) -> Imported | None:
        """The master kept and the page entered; None where it had been, and only the file was left."""
        workspace, run = self._run.workspace, self._facts
        sha256, page = Sha256(made.sha256), PageId(head.page)
        workspace.masters.keep(Staged(side.request.target, sha256, made.size))
        name = f"{run.label}-{_number(head.number)}"
        position = run.position(head.number)
        said = {"device": run.device, "options": dict(head.options), "pixels": made.pixels, "scanned": head.at}
        with atomic(workspace.catalogue.database):
            record, placed = self._record(position)
            if not workspace.catalogue.pages.add_scanned(
                record, page, sha256, made.size, made.inspection, name=name, call=run.call, said=said
            ):
                return None
            if placed:
                self._placing.put(position, [page])
        self._run.report.record = record.code
        return Imported(Path(name), sha256, (page,))

    def _record(self, position: int) -> tuple[Record, bool]:
        """The record in which the side at that position is born, and whether it goes on to its place there.

        The scan is kept whatever has become of the place by now: at the end of the record, else among the unfiled.
        """
        code = self._facts.place.record
        problem: KnownError
        try:
            beside = self._placing.record(position)
            return (self._item(code), False) if beside is None else (beside, True)
        except KnownError as error:
            problem = error
        try:  # one that was taken away is not made anew
            record = self._item(self._run.workspace.catalogue.records.get(code or UNFILED).code)
        except KnownError:
            record = self._item(None)
        said = gettext("{problem} What was scanned for it is at the end of “{record}”.")
        note = said.format(problem=problem.message, record=record.code)
        if note not in self._run.report.notes:
            self._run.report.notes.append(note)
        return record, False

    def _item(self, code: str | None) -> Record:
        """The record of that code where it is an item, else an item of this run in it. Raises KnownError where it takes
        no pages.
        """
        records, run = self._run.workspace.catalogue.records, self._facts
        target = records.file_for(code, run.call)
        refuse_target(self._run.workspace, target)
        if target.level is Level.ITEM:
            return target
        title = gettext("Scanned on {date}").format(date=datetime.fromisoformat(run.at).strftime("%d/%m/%Y %H:%M"))
        return records.item_for(target, title, f"scan:{run.call}", run.call)


@dataclass(frozen=True, slots=True)
class _Side:
    path: Path
    request: MasterRequest
    future: Future[MasterResult]


def collated(paths: Sequence[Path]) -> list[Path]:
    """Fronts, each followed by its back: the stack was turned over as a whole, so the last back came first.

    Where there are not as many backs as fronts nobody can tell which is missing: all fronts, then all backs, as they
    were scanned.
    """
    fronts, backs = counted(paths)
    return sorted(paths, key=lambda path: _position(int(path.stem), fronts, backs))


def counted(paths: Sequence[Path]) -> tuple[int, int]:
    """How many fronts and how many backs there are among files of the spool."""
    backs = sum(int(path.stem) >= BACKS_FROM for path in paths)
    return len(paths) - backs, backs


def _position(number: int, fronts: int, backs: int) -> int:
    """Of the sheet side of that number, among ``fronts`` and ``backs``, from 0."""
    at = number - 1 if number < BACKS_FROM else number - BACKS_FROM
    if fronts == backs:
        return 2 * at if number < BACKS_FROM else 2 * (fronts - 1 - at) + 1
    return at if number < BACKS_FROM else fronts + at


def _number(number: int) -> str:
    return f"{number:04d}" if number < BACKS_FROM else f"b{number - BACKS_FROM + 1:04d}"
