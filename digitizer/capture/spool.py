"""From the spool into the archive: each sheet side that was scanned becomes a proved master and a page.

A run of the scanner has a folder in the spool, with its facts and a lock that dies with the process. A file leaves it
only after its page is in the catalogue: whatever ends the program, the next start enters the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from digitizer.capture.files import Imported
from digitizer.capture.place import Place, Placing, refuse_target, settled
from digitizer.capture.recovery import Recovered, before_recovery
from digitizer.capture.run import DAMAGED, LOCK, Run, clear, counted, folders, name_of, unmatched
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.records import UNFILED
from digitizer.clock import stamp
from digitizer.errors import FileRefused, KnownError
from digitizer.files import TEMPORARY_PREFIX, locked, sync_folder
from digitizer.i18n import gettext
from digitizer.masters import Staged
from digitizer.model import Level, PageId, Record, Sha256, new_id
from digitizer.tasks import Task
from digitizer.workers import MAY_PASS, WorkerPool
from digitizer.workspace import Workspace, faults_named
from ocr.errors import PageError
from ocr.spool import SUFFIX, SpoolHead, read_head
from ocr.spool_master import MasterRequest, MasterResult, make_master


@dataclass(slots=True)
class SpoolReport:
    """``entered``: pages that are in the catalogue now; their path is the name that they bear there. ``refused``: sheet
    sides that could not be entered; they stay in the spool. ``unfinished``: sheets that the program's end cut short.
    ``record``: code of the last record that got a page. ``notes``: sentences for a person, where pages could not go
    where they should. ``runs``: the same, run by run, where an earlier end had left something.
    """

    entered: list[Imported] = field(default_factory=list)
    refused: list[FileRefused] = field(default_factory=list)
    unfinished: int = 0
    record: str | None = None
    notes: list[str] = field(default_factory=list)
    runs: list[Recovered] = field(default_factory=list)

    def add(self, run: SpoolReport, found: Recovered) -> None:
        """Take what entering a run has given, of which ``found`` was known before."""
        self.entered += run.entered
        self.refused += run.refused
        self.notes += run.notes
        self.record = run.record or self.record
        self.unfinished += found.cut_short
        entered = tuple(page for each in run.entered for page in each.pages)
        self.runs.append(
            replace(
                found, record=run.record or found.record, entered=entered, refused=tuple(run.refused),
                notes=tuple(run.notes),
            )
        )  # fmt: skip


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
    with locked(aside / LOCK):  # before anybody sees it, and takes it for one that was left
        run.keep(aside)
        aside.rename(folder)
        sync_folder(spool)
        try:
            yield OpenRun(workspace, run, folder)
        finally:
            clear(folder)


def enter_spool(workspace: Workspace, task: Task | None = None) -> SpoolReport:
    """Enter what an earlier run has left in the spool: to be called at the start. Costs nothing where there is none.

    Runs at which another process is at work are left to it.
    """
    task = task or Task()
    report = SpoolReport()
    with faults_named(workspace.root):
        for folder in folders(workspace):
            # One that has just been emptied by its own process may be gone.
            with suppress(FileNotFoundError, NotADirectoryError), locked(folder / LOCK) as held:
                if held:
                    _recover(workspace, folder, report, task)
    return report


def _recover(workspace: Workspace, folder: Path, report: SpoolReport, task: Task) -> None:
    files = sorted(folder.glob(f"*{SUFFIX}"))
    if not files and not any(folder.glob(f"{TEMPORARY_PREFIX}*")):
        clear(folder)
        return
    run, own = Run.kept(folder), SpoolReport()
    found = before_recovery(workspace, folder, run)
    if run.collate and found.fronts != found.backs:
        own.notes.append(unmatched(found.fronts, found.backs))
    try:
        if files:
            with workspace.masters.open_for_import(), WorkerPool(min(workspace.settings.processes, len(files))) as pool:
                entering = OpenRun(workspace, run, folder, own).entering(pool)
                for path in files:
                    entering.take(path)
                entering.finish(task)
    finally:
        if files or found.cut_short:
            report.add(own, found)
    clear(folder)


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
            self._placing.finish()
        finally:
            for side in self._ahead:
                side.request.target.unlink(missing_ok=True)

    def leave(self) -> None:
        """Leave what is not entered in the spool: the disk takes no more."""
        wait([side.future for side in self._ahead])
        for side in self._ahead:
            side.request.target.unlink(missing_ok=True)

    def _collate(self) -> None:
        """How many fronts and backs there are is kept first: ended in the middle, the rest still finds its places."""
        if self._facts.counted is None:
            self._facts = replace(self._facts, counted=counted([int(side.path.stem) for side in self._ahead]))
            self._facts.keep(self._run.folder)
        self._ahead.sort(key=lambda side: self._facts.position(int(side.path.stem)))

    def _enter(self, side: _Side, task: Task | None) -> None:
        try:
            head = read_head(side.path)
            made = self._pool.outcome(side.future, make_master, side.request, task=task)
            born = self._store(side, head, made)
        except PageError as error:
            if isinstance(error.__cause__, OSError):  # the worker could not write: nothing is wrong with the scan
                raise error.__cause__ from error
            kept = side.path
            if error.fault not in MAY_PASS:
                kept = side.path.with_suffix(DAMAGED)
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
        name = f"{run.label}-{name_of(head.number)}"
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
