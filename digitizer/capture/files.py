"""Import: files and folders become masters and pages. One bad file is refused with a sentence; the others go on."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from digitizer.catalogue.connection import atomic
from digitizer.errors import FileRefused, WrongUsage
from digitizer.i18n import gettext
from digitizer.model import Level, PageId, Record, Sha256
from digitizer.tasks import Task
from digitizer.workers import WorkerPool, result_of
from digitizer.workspace import Workspace, faults_named
from ocr.errors import PageError
from ocr.load import Inspection
from ocr.text import nfc
from ocr.work import inspect_file

_SECONDS_TO_INSPECT = 60.0
_LITTER = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Imported:
    path: Path
    sha256: Sha256
    pages: tuple[PageId, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """``path`` holds the same bytes as a file that is already in the same file (hồ sơ); ``of`` is its first page."""

    path: Path
    of: PageId


@dataclass(slots=True)
class ImportReport:
    imported: list[Imported] = field(default_factory=list)
    refused: list[FileRefused] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)


def import_paths(
    workspace: Workspace, paths: Sequence[Path], record_code: str | None = None, task: Task | None = None
) -> ImportReport:
    """Bring files, and all files in folders, into the record of that code (a new file where there is none; the unfiled
    one for None). A file of several pages becomes an item of its own; loose images of one folder share an item.

    Each file is one transaction: killed at any moment, what was imported stays, and the same call finishes the rest.
    """
    task = task or Task()
    report = ImportReport()
    files = list(files_in(paths))
    with (
        faults_named(workspace.root),
        workspace.masters.open_for_import(),
        WorkerPool(1, seconds_per_task=_SECONDS_TO_INSPECT) as pool,
    ):
        target = workspace.catalogue.records.file_for(record_code)
        if target.level is Level.FONDS:
            raise WrongUsage(reason=gettext("“{code}” is a fonds: pages go into its files.").format(code=target.code))
        run = _Run(workspace, pool, target, frozenset(paths), task)
        for done, path in enumerate(files):
            task.check()
            task.report(done, len(files), path.name)
            try:
                outcome = run.take(path)
            except PageError as error:
                report.refused.append(FileRefused.of(path, error))
                continue
            if isinstance(outcome, Imported):
                report.imported.append(outcome)
            else:
                report.duplicates.append(outcome)
        task.report(len(files), len(files))
    return report


def files_in(paths: Sequence[Path]) -> Iterator[Path]:
    """The files among ``paths`` and inside its folders, folders in natural order; hidden files and litter left out."""
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders[:] = sorted((name for name in folders if not name.startswith(".")), key=natural_key)
                wanted = (n for n in names if not n.startswith(".") and n.lower() not in _LITTER)
                yield from (Path(folder) / name for name in sorted(wanted, key=natural_key))
        else:
            yield path


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sort key that counts: page 2 before page 10."""
    parts = re.split(r"(\d+)", unicodedata.normalize("NFC", name).casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


@dataclass(frozen=True, slots=True)
class _Run:
    """One import at work. ``named``: the paths as a person gave them, not those found in folders."""

    workspace: Workspace
    pool: WorkerPool
    target: Record
    named: frozenset[Path]
    task: Task

    def take(self, path: Path) -> Imported | Duplicate:
        """Bring one file in. Raises PageError where it cannot be used."""
        pages = self.workspace.catalogue.pages
        with self.workspace.masters.staged(path, self.task) as staged:
            known = pages.known_in(self.target.id, staged.sha256)
            if known is not None:
                return Duplicate(path, known)
            inspection = result_of(self.pool.submit(inspect_file, staged.path), self.task)
            self.workspace.masters.keep(staged)
            with atomic(self.workspace.catalogue.database):
                record = self._record_for(path, inspection)
                born = pages.add(record, staged.sha256, staged.size, inspection, nfc(_readable(path.name)))
            return Imported(path, staged.sha256, tuple(born))

    def _record_for(self, path: Path, inspection: Inspection) -> Record:
        """The record whose pages these become: the target itself where it is an item, else an item in it."""
        if self.target.level is Level.ITEM:
            return self.target
        loose = len(inspection.pages) == 1 and inspection.format != "pdf"
        folder = path.absolute().parent
        title = folder.name if loose and path not in self.named else path.stem
        origin = nfc(_readable(str(folder))) if loose else None
        return self.workspace.catalogue.records.item_for(self.target, _readable(title), origin)


def _readable(name: str) -> str:
    """A name whose bytes are not UTF-8 comes from the system with surrogates, which no database takes."""
    return os.fsencode(name).decode("utf-8", "replace")
