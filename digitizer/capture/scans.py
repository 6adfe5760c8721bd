"""Scanning sheets into a workspace: the scanner, the spool and the catalogue together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from digitizer.capture.files import Imported
from digitizer.capture.place import Place
from digitizer.capture.recovery import before_recovery
from digitizer.capture.run import BACKS_FROM, unmatched
from digitizer.capture.scanner.faults import NoScanner, ScannerProblem, SpoolUnwritable
from digitizer.capture.scanner.model import Device, Option
from digitizer.capture.scanner.session import Event, ScannedPage, Scanner, Tick
from digitizer.capture.scanner.wanted import Prepared, Wanted, prepare
from digitizer.capture.spool import OpenRun, SpoolReport, begin_run
from digitizer.errors import WorkspaceUnusable
from digitizer.i18n import gettext, ngettext
from digitizer.settings import MAX_PROCESSES
from digitizer.tasks import Task
from digitizer.workers import WorkerPool
from digitizer.workspace import Workspace, faults_named

_CAMERA = "camera"
Turned = Callable[[int], None]
"""Called between two passes with the number of fronts: comes back when the stack lies in the feeder the other way."""
Another = Callable[[int], bool | None]
"""Asked between two pages on the glass, with the number of those that came, until it answers whether another one lies
there. None: no answer yet; it may take a moment to say so.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A scanner of this machine. ``problem``: why its options cannot be told, else None."""

    device: Device
    options: Sequence[Option]
    problem: ScannerProblem | None


@dataclass(slots=True)
class ScanReport:
    """``spool``: what was entered. ``problem``: what stopped the scanner before its end, else None; the pages that came
    before are entered. ``note``: what a person should look at, else empty. ``seconds``: of each page, from its last
    byte until it was safe.
    """

    spool: SpoolReport
    problem: ScannerProblem | None = None
    note: str = ""
    seconds: list[float] = field(default_factory=list)


def find_scanners(task: Task | None = None) -> list[Found]:
    """The scanners of this machine with their options; each that cannot be opened says why. Raises ScannerProblem
    where none can be looked for.
    """
    task = task or Task()
    found: list[Found] = []
    with Scanner() as scanner:
        devices = scanner.devices()
        for done, device in enumerate(devices):
            task.check()
            task.report(done, len(devices), device.name)
            try:
                found.append(Found(device, scanner.open(device.name), None))
            except ScannerProblem as problem:
                found.append(Found(device, (), problem))
    return found


def ready_scanner(scanner: Scanner, device: str | None, wanted: Wanted) -> tuple[str, Prepared]:
    """Open a scanner and set it to what is wanted: the one named, else the first, cameras left out, that can do it.

    Raises NoScanner, or why the named or the first one cannot.
    """
    names = [device] if device else [each.name for each in scanner.devices() if _CAMERA not in each.kind]
    reasons: list[ScannerProblem] = []
    for name in names:
        try:
            return name, prepare(scanner, name, scanner.open(name), wanted)
        except ScannerProblem as problem:
            reasons.append(problem)
    raise reasons[0] if reasons else NoScanner


def scan_sheets(
    workspace: Workspace, scanner: Scanner, device: str, *,
    place: Place | str | None = None, count: int | None = 1, feeder: bool = False, turned: Turned | None = None,
    another: Another | None = None,
    task: Task | None = None, on_page: Callable[[Imported], None] | None = None,
    on_safe: Callable[[ScannedPage], None] | None = None,
) -> ScanReport:  # fmt: skip
    """Scan with ``scanner``, which is open and set, to a place; a code alone says the end of that record.

    ``count``, ``feeder``: as ``Scanner.scan`` takes them. ``turned``: scan a second pass after it, of the
    backs, and put the two together. ``another``: on the glass, wait for it before each page but the first; without it
    pages follow each other at once. Pages are entered while the scanner goes on. ``on_safe`` hears of each when it is
    in the spool, ``on_page`` when it is in the catalogue. Where ``task`` is stopped, what was scanned is entered first.
    Raises what ``faults_named`` raises; of the scanner only what came before the first page.
    """
    task = task or Task()
    with (
        faults_named(workspace.root),
        workspace.masters.open_for_import(),
        begin_run(workspace, device, place, collate=turned is not None) as run,
        WorkerPool(min(workspace.settings.processes, count or MAX_PROCESSES)) as pool,
    ):
        workspace.catalogue.audit.require("page.scan")
        entering, report = run.entering(pool, on_page), ScanReport(run.report)
        came = {1: 0, BACKS_FROM: 0}

        def passes() -> None:
            for first in (1,) if turned is None else came:
                if first != 1 and turned is not None:
                    turned(came[1])
                    if task.cancelled:
                        break
                for event in _sheets(scanner, run.folder, another, first=first, count=count, feeder=feeder, task=task):
                    if isinstance(event, ScannedPage):
                        came[first] += 1
                        if on_safe is not None:
                            on_safe(event)
                        entering.take(event.path)
                        report.seconds.append(event.seconds)
                        task.report(len(report.seconds), count or 0, event.path.stem)
                    entering.settle()
                if task.cancelled:
                    break

        try:
            with faults_named(workspace.root):
                try:
                    passes()
                except ScannerProblem as problem:
                    if not report.seconds:
                        raise
                    report.problem = problem
                if turned is not None and came[1] != came[BACKS_FROM]:
                    report.note = unmatched(*came.values())
                entering.finish()
        except WorkspaceUnusable as error:  # the disk is full: the rest waits in the spool
            if not report.seconds:
                raise
            entering.leave()
            report.problem = SpoolUnwritable(device=device, detail=error.details["reason"])
        if isinstance(report.problem, SpoolUnwritable):
            report.note = _safe(run, report)
        return report


def _safe(run: OpenRun, report: ScanReport) -> str:
    """What is safe of a run that the disk has stopped, and which sheet is not."""
    count = len(report.seconds)
    safe = ngettext("{count} sheet side is safe.", "{count} sheet sides are safe.", count).format(count=count)
    waiting = count - len(report.spool.entered) - len(report.spool.refused)
    waits = gettext("{count} of them wait in the spool and become pages at the next scan.").format(count=waiting)
    unfinished = before_recovery(run.workspace, run.folder, run.run).unfinished
    return " ".join(filter(None, [safe, waits if waiting else "", unfinished]))


def _sheets(
    scanner: Scanner, folder: Path, another: Another | None, *, first: int, count: int | None, feeder: bool, task: Task
) -> Iterator[Event]:
    """As ``Scanner.scan``, but on the glass as ``another`` says."""
    if feeder or another is None:
        yield from scanner.scan(folder, first=first, count=count, feeder=feeder, task=task)
        return
    done, more = 0, True
    while more:
        yield from scanner.scan(folder, first=first + done, task=task)
        done += 1
        answer = None if done != count else False
        while answer is None and not task.cancelled:
            answer = another(done)
            yield Tick()
        more = bool(answer)
