"""What the program's end has left of a run of a scanner: facts for a person, who has the paper in hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digitizer.capture.run import DAMAGED, FACTS, LOCK, SIDES, Run, clear, counted, folders, number_in
from digitizer.capture.scanner.wanted import both_sides
from digitizer.catalogue.connection import atomic
from digitizer.errors import FileRefused, WorkspaceLocked, WrongUsage
from digitizer.files import TEMPORARY_PREFIX, locked
from digitizer.i18n import gettext
from digitizer.model import PageId
from digitizer.workspace import Workspace, faults_named
from ocr.errors import PageError
from ocr.spool import HEAD_BYTES, read_head


@dataclass(frozen=True, slots=True)
class Recovered:
    """A run that the program's end had cut short, as it is after its sheets were entered.

    ``at``: when it began, ISO 8601; empty where its facts are lost, as ``device`` is then. ``record``: code of the
    record that got its last page, else of the one that was asked for. ``before``: its pages that were in the catalogue
    already; ``entered``: those that have come there now; ``refused``: sheet sides that could not be entered, with their
    files in the spool. ``fronts``: the number of the last sheet side that came whole; of a second pass, ``backs``.
    ``cut_short``: one more had begun. ``both_sides``: each sheet gives two sides in one pass. ``notes``: sentences on
    what was not where it was expected.
    """

    at: str
    device: str
    record: str | None
    before: tuple[PageId, ...]
    fronts: int
    backs: int
    cut_short: bool
    both_sides: bool
    entered: tuple[PageId, ...] = ()
    refused: tuple[FileRefused, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The moment that it began, for a person: ``14:05 26/11/2026``."""
        return datetime.fromisoformat(self.at).strftime("%H:%M %d/%m/%Y") if self.at else "–"

    @property
    def unfinished(self) -> str:
        """Which sheet was in the feeder, and what to do with it, in the language spoken now; empty where none was."""
        if not self.cut_short:
            return ""
        sheet, said = self.fronts + 1, gettext("Sheet {sheet} of the run of {at} was not finished: scan again from it.")
        if self.both_sides:
            sheet = self.fronts // 2 + 1
            if self.fronts % 2:
                said = gettext("The back of sheet {sheet} of the run of {at} was not finished: scan again from it.")
        if self.backs:
            sheet = self.backs + 1
            said = gettext("Back {sheet} of the second pass of the run of {at} was not finished: scan again from it.")
        return said.format(sheet=sheet, at=self.label)


@dataclass(frozen=True, slots=True)
class Left:
    """A run that is in the spool. ``at``, ``device``: as of ``Recovered``. ``record``: code of the one asked for.
    ``busy``: a process is at work on it. ``waiting``: sheet sides that are not entered yet. ``damaged``: files of those
    that cannot be.
    """

    at: str
    device: str
    record: str | None
    busy: bool
    waiting: int
    damaged: tuple[Path, ...]


def left_in_spool(workspace: Workspace) -> list[Left]:
    """The runs of which something is in the spool: in work just now, waiting, or damaged."""
    found = []
    with faults_named(workspace.root):
        for folder in folders(workspace):
            with suppress(FileNotFoundError, NotADirectoryError):
                waiting, damaged = (sorted(folder.glob(f"*{suffix}")) for suffix in SIDES)
                if not (waiting or damaged or (folder / FACTS).exists()):
                    continue  # a stranger's
                with locked(folder / LOCK) as held:
                    busy = not held
                if busy or waiting or damaged:
                    run = Run.kept(folder)
                    at = run.at if run.device else ""
                    found.append(Left(at, run.device, run.place.record, busy, len(waiting), tuple(damaged)))
    return found


def discard_damaged(workspace: Workspace, path: Path) -> None:
    """Remove a damaged sheet side from the spool, since a person says so; the audit chain tells it.

    Raises WrongUsage where the file is none; WorkspaceLocked where a process is at work on its run.
    """
    folder = path.absolute().parent
    with faults_named(workspace.root):
        if path.suffix != DAMAGED or folder not in folders(workspace) or not path.is_file():
            said = gettext("“{path}” is no damaged scan in the spool of this workspace.")
            raise WrongUsage(reason=said.format(path=path))
        with locked(folder / LOCK) as held:
            if not held:
                raise WorkspaceLocked(path=workspace.root)
            run = Run.kept(folder)
            gone = {"device": run.device, "scanned": run.at, "name": path.name, "bytes": path.stat().st_size}
            with atomic(workspace.catalogue.database):
                workspace.catalogue.audit.append("scan.discard", run.call, gone, None)
            path.unlink()
            clear(folder)


def before_recovery(workspace: Workspace, folder: Path, run: Run) -> Recovered:
    """What can be told of a run before what is left of it is entered."""
    begun = any(path.stat().st_size >= HEAD_BYTES for path in folder.glob(f"{TEMPORARY_PREFIX}*"))
    before = list(_entered(workspace, run))
    sides = sorted(path for path in folder.iterdir() if path.suffix in SIDES and path.stem.isdecimal())
    fronts, backs = counted([*(number for _, number, _ in before), *(int(path.stem) for path in sides)])
    options = [*(options for _, _, options in before), *(_options(path) for path in sides[:1])]
    return Recovered(
        at=run.at if run.device else "", device=run.device, record=run.place.record,
        before=tuple(page for page, _, _ in before),
        fronts=fronts, backs=backs,
        cut_short=begun, both_sides=any(map(both_sides, options)),
    )  # fmt: skip


def _entered(workspace: Workspace, run: Run) -> Iterator[tuple[PageId, int, Mapping[str, object]]]:
    """The pages of the run that are in the catalogue, in order, with their numbers in it and the scanner's options."""
    found: list[tuple[PageId, int, Mapping[str, object]]] = []
    for act in workspace.catalogue.audit.back(["page.scan"]):
        if act.at < run.at:
            break
        said = act.after or {}
        if said.get("call") == run.call:
            found.append((PageId(said["pages"][0]), number_in(said["name"]), said["options"]))
    return reversed(found)


def _options(path: Path) -> Mapping[str, object]:
    try:
        return read_head(path).options
    except PageError:
        return {}
