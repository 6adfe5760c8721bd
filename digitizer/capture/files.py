"""Import: files and folders become masters and pages. One bad file is refused with a sentence; the others go on."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from digitizer.capture.paths import files_in
from digitizer.capture.place import Place, Placing, settled
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.records import UNFILED
from digitizer.deliver.signed import SECONDS_TO_VERIFY, SIGNATURES, SignatureReport, as_fact, found_in, note
from digitizer.errors import NAMED, FileRefused
from digitizer.i18n import ngettext
from digitizer.model import Level, PageId, Record, Sha256, new_id
from digitizer.tasks import Task
from digitizer.workers import WorkerPool
from digitizer.workspace import Workspace, faults_named
from ocr.errors import PageError
from ocr.load import Inspection
from ocr.text import nfc
from ocr.work import inspect_file

_SIGNED_NAMED = 20
_SECONDS_TO_INSPECT = 180.0
"""A PDF of 10,000 pages takes 30 s here, and an old PC four times that."""


@dataclass(frozen=True, slots=True)
class Imported:
    """``attached``: files inside it that are no pages; they stay in the master. ``signed``: what its signatures prove;
    None where it has none.
    """

    path: Path
    sha256: Sha256
    pages: tuple[PageId, ...]
    attached: int = 0
    signed: SignatureReport | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """``path`` holds the same bytes as a file that is already in the same file (hồ sơ); ``of`` is its first page."""

    path: Path
    of: PageId


Outcome = Imported | Duplicate | FileRefused


@dataclass(slots=True)
class Repeats:
    """Files of a stack that is to be sorted: separators and blank sheets of the same bytes are pages of their own, and
    each is a duplicate of one that was there before alone. ``met``: pages of this run, and those that had duplicates.
    ``separators``: those that sorting has withdrawn were there before; else they may come again.
    """

    met: set[PageId] = field(default_factory=set)
    separators: bool = True


@dataclass(slots=True)
class ImportReport:
    imported: list[Imported] = field(default_factory=list)
    refused: list[FileRefused] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    left_out: list[Path] = field(default_factory=list)
    """Hidden files and what systems put into folders."""
    strayed: list[str] = field(default_factory=list)
    """A sentence for each page that did not get the place that was asked for."""

    def add(self, outcome: Outcome) -> None:
        if isinstance(outcome, Imported):
            self.imported.append(outcome)
        elif isinstance(outcome, Duplicate):
            self.duplicates.append(outcome)
        else:
            self.refused.append(outcome)

    def signed(self) -> list[str]:
        """A sentence about each file that came in signed and unchanged, and one about how many more there are."""
        whole = [(each.path, each.signed) for each in self.imported if each.signed is not None and each.signed.whole]
        said = [note(path, signed) for path, signed in whole[:_SIGNED_NAMED]]
        if more := len(whole) - len(said):
            told = ngettext(
                "{count} more file is signed, and unchanged since.",
                "{count} more files are signed, and unchanged since.",
                more,
            )
            said.append(told.format(count=more))
        return said

    def notes(self) -> list[str]:
        """A sentence about each thing that a person should know though nothing is wrong with the files."""
        said = list(self.strayed)
        for each in self.imported:
            if each.attached:
                told = ngettext(
                    "“{path}” carries {count} attached file, which is kept with it but not read.",
                    "“{path}” carries {count} attached files, which are kept with it but not read.",
                    each.attached,
                )
                said.append(told.format(path=each.path, count=each.attached))
            if each.signed is not None and not each.signed.whole:
                said.append(note(each.path, each.signed))
        if self.left_out:
            told = ngettext(
                "{count} hidden file, or one that systems put into folders (such as Thumbs.db), was left out: {names}",
                "{count} hidden files and others that systems put into folders (such as Thumbs.db) were left out:"
                " {names}",
                len(self.left_out),
            )
            names = ", ".join(sorted({readable(path.name) for path in self.left_out})[:NAMED])
            more = " …" if len({path.name for path in self.left_out}) > NAMED else ""
            said.append(told.format(count=len(self.left_out), names=names + more))
        return said


def import_paths(
    workspace: Workspace,
    paths: Sequence[Path],
    place: Place | str | None = None,
    task: Task | None = None,
    report: ImportReport | None = None,
    *,
    named: bool = True,
    profile: str | None = None,
    repeats: Repeats | None = None,
    on_outcome: Callable[[Outcome], None] = lambda _: None,
) -> ImportReport:
    """Bring files, and all files in folders, to a place; a code alone says the end of that record. In a file (hồ sơ), a
    file of several pages becomes an item of its own, and loose images of one folder share an item. At a place that
    names pages, all become pages of the record of these; a file that did not come in has passed over one of those to
    replace.

    ``named``: a person gave these paths; else they were found in a folder, which then gives loose images their title.
    ``profile``: by which new items are described, None for that of their level. ``repeats``: a stack is to be sorted;
    None: of several files of the same bytes one is brought in. ``on_outcome`` hears of each file when it is done.

    Each file is one transaction: killed at any moment, what was imported stays, and the same call finishes the rest.
    ``report``: filled in on the way; where this raises, it tells how far it came.
    """
    with faults_named(workspace.root):
        workspace.catalogue.audit.require("page.import")
        place = settled(workspace, place)
        if profile is not None:
            workspace.catalogue.records.form(profile, Level.ITEM)
    report, call = report or ImportReport(), new_id()
    files = files_in(paths, report.left_out.append, apart=workspace.root)
    return _import(
        workspace, [(path, place.record) for path in files], Placing(workspace, place, call, report.strayed),
        named=frozenset(paths if named else ()), call=call, task=task or Task(), report=report,
        profile=profile, repeats=repeats, on_outcome=on_outcome,
    )  # fmt: skip


def import_files_into(
    workspace: Workspace, files: Sequence[tuple[Path, str]], call: str, task: Task | None = None
) -> ImportReport:
    """Bring each file into the record of the code beside it, as part of the act that has the UUID ``call``."""
    named = frozenset(path for path, _ in files)
    placing = Placing(workspace, Place(), call, [])
    return _import(workspace, files, placing, named=named, call=call, task=task or Task(), report=ImportReport())


def _import(
    workspace: Workspace,
    work: Sequence[tuple[Path, str | None]],
    placing: Placing,
    *,
    named: frozenset[Path],
    call: str,
    task: Task,
    report: ImportReport,
    profile: str | None = None,
    repeats: Repeats | None = None,
    on_outcome: Callable[[Outcome], None] = lambda _: None,
) -> ImportReport:
    with (
        faults_named(workspace.root),
        workspace.masters.open_for_import(),
        WorkerPool(1, seconds_per_task=_SECONDS_TO_INSPECT) as pool,
        WorkerPool(1, seconds_per_task=SECONDS_TO_VERIFY) as verifiers,  # no process before the first signed PDF
    ):
        number = 0
        for done, (path, code) in enumerate(work):
            task.check()
            task.report(done, len(work), path.name)
            try:
                run = _Run(workspace, pool, verifiers, code, named, call, task, placing, profile, repeats)
                outcome: Outcome = run.take(path, number)
            except PageError as error:
                outcome = FileRefused.of(path, error)
            number += len(outcome.pages) if isinstance(outcome, Imported) else 1
            if repeats is not None and not isinstance(outcome, FileRefused):
                repeats.met.update(outcome.pages if isinstance(outcome, Imported) else [outcome.of])
            report.add(outcome)
            on_outcome(outcome)
        task.report(len(work), len(work))
        placing.finish()
    return report


@dataclass(frozen=True, slots=True)
class _Run:
    """One import at work.

    ``code``: of the record that the files go into, None for the unfiled one. ``named``: the paths as a person gave
    them, not those found in folders. ``call``: what all acts of this import have in common, so that one undo takes it
    back. ``profile``: of new items.
    """

    workspace: Workspace
    pool: WorkerPool
    verifiers: WorkerPool
    code: str | None
    named: frozenset[Path]
    call: str
    task: Task
    placing: Placing
    profile: str | None
    repeats: Repeats | None

    def take(self, path: Path, number: int) -> Imported | Duplicate:
        """Bring one file in, whose first page is page ``number`` (from 0) of this import. Raises PageError where it
        cannot be used.
        """
        catalogue = self.workspace.catalogue
        with self.workspace.masters.staged(path, self.task) as staged:
            if (known := self._known(staged.sha256)) is not None:
                return Duplicate(path, known)
            inspection = self.pool.run(inspect_file, staged.path, task=self.task)
            signed = found_in(self.verifiers, staged.path, task=self.task) if inspection.signatures else None
            if signed is not None and not signed.signatures and not signed.problem:  # only fields for some
                signed = None
            self.workspace.masters.keep(staged)
            with atomic(catalogue.database):
                # Asked again where no other import can come between: two may bring the same file at once.
                if (known := self._known(staged.sha256)) is not None:
                    return Duplicate(path, known)
                record = self.placing.record(number) or self._record_for(path, inspection)
                name = nfc(readable(path.name))
                told = {} if signed is None else {SIGNATURES: as_fact(signed)}
                born = catalogue.pages.add(
                    record, staged.sha256, staged.size, inspection, name=name, call=self.call, told=told
                )
                self.placing.put(number, born)
            return Imported(path, staged.sha256, tuple(born), inspection.attached, signed)

    def _known(self, sha256: Sha256) -> PageId | None:
        """The page that a file of this hash would only double."""
        repeats = self.repeats or Repeats()
        copies = self.workspace.catalogue.pages.known_in(self.code or UNFILED, sha256, separators=repeats.separators)
        return next((page for page in copies if page not in repeats.met), None)

    def _record_for(self, path: Path, inspection: Inspection) -> Record:
        """The record whose pages these become: the one asked for where it is an item, else an item in it."""
        target = self.workspace.catalogue.records.file_for(self.code, self.call)
        if target.level is Level.ITEM:
            return target
        loose = len(inspection.pages) == 1 and inspection.format != "pdf"
        folder = path.absolute().parent
        title = folder.name if loose and path not in self.named else path.stem
        origin = nfc(readable(str(folder))) if loose else None
        return self.workspace.catalogue.records.item_for(
            target, readable(title), origin, self.call, profile=self.profile
        )


def readable(name: str) -> str:
    """``name`` without what no database takes: one whose bytes are not UTF-8 comes from the system with surrogates."""
    return os.fsencode(name).decode("utf-8", "replace")
