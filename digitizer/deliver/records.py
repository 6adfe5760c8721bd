"""Delivering records as PDF/A: built aside, read back and checked, and only then named and written in the audit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from digitizer.catalogue.connection import atomic
from digitizer.clock import now
from digitizer.deliver.pdf import Bookmark, PdfInfo, PdfPage, language_of, write_pdf
from digitizer.deliver.pdf_check import Check, check_pdf
from digitizer.errors import (
    CannotWrite,
    DeliveryFailed,
    KnownError,
    NothingToDeliver,
    PagesWaiting,
    WouldOverwrite,
    reason,
)
from digitizer.files import written_aside
from digitizer.i18n import gettext
from digitizer.jobs import ensure_images
from digitizer.masters import hash_file
from digitizer.model import JobState, Page, PageId, Record, Sha256
from digitizer.tasks import Task
from digitizer.workspace import FOLDERS, Workspace

_NAME_LETTERS = 80
"""Of a file name: Vietnamese letters take up to three bytes each, and file systems stop at 255 bytes."""


@dataclass(frozen=True, slots=True)
class Package:
    """One delivered file. ``checks`` were made on the bytes that are now at ``path``."""

    path: Path
    records: tuple[str, ...]
    pages: int
    files: int
    bytes: int
    sha256: Sha256
    checks: tuple[Check, ...]


@dataclass(slots=True)
class DeliveryReport:
    """``refused``: records that were not delivered, by code, with the reason; nothing is left of their packages."""

    packages: list[Package] = field(default_factory=list)
    refused: list[tuple[str, KnownError]] = field(default_factory=list)


def deliver_pdf(
    workspace: Workspace, destination: Path, *, codes: Sequence[str] = (), query: str | None = None,
    task: Task | None = None, report: DeliveryReport | None = None,
) -> DeliveryReport:  # fmt: skip
    """Write one searchable PDF/A for each record that holds pages: those under ``codes``, or with hits for
    ``query``, else all. A record that cannot be delivered is left out and listed; the others are delivered.
    ``report``: filled in on the way; where this raises, it tells how far it came.

    Raises NoSuchRecord, NothingToDeliver or CannotWrite (the folder).
    """
    task, report = task or Task(), report or DeliveryReport()
    workspace.catalogue.audit.require("record.deliver")
    groups = _groups(workspace, codes, query)
    if not groups:
        raise NothingToDeliver
    make_folder(workspace, destination)
    total = sum(len(pages) for _, pages in groups)
    done = 0
    names = file_names([record.code for record, _ in groups])
    for (record, pages), name in zip(groups, names, strict=True):
        task.check()

        def progress(page: int, _: int, before: int = done, note: str = record.code) -> None:
            task.check()
            task.report(before + page, total, note)

        try:
            report.packages.append(_deliver_record(workspace, destination / name, record, pages, progress))
        except KnownError as error:
            report.refused.append((record.code, error))
        done += len(pages)
    task.report(total, total)
    return report


def make_folder(workspace: Workspace, destination: Path) -> None:
    """Raises CannotWrite, also for the folders that are the workspace's own."""
    try:
        destination.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(path=destination, reason=reason(error)) from error
    root, real = workspace.root.resolve(), destination.resolve()
    if real.is_relative_to(root) and real.relative_to(root).parts[:1] in [(name,) for name in FOLDERS]:
        raise CannotWrite(path=destination, reason=gettext("the workspace keeps its own files there"))


def file_names(codes: Sequence[str]) -> list[str]:
    """A file name for each record's code: everything a file system may refuse becomes a hyphen.

    No two names are the same, not even on a system that does not tell capitals from small letters.
    """
    taken: set[str] = set()
    names = []
    for code in codes:
        plain = re.sub(r'[\x00-\x1f/\\:*?"<>|]+', "-", code).strip(" .")[:_NAME_LETTERS] or "-"
        name, count = plain, 1
        while name.casefold() in taken:
            count += 1
            name = f"{plain}-{count}"
        taken.add(name.casefold())
        names.append(f"{name}.pdf")
    return names


def _groups(workspace: Workspace, codes: Sequence[str], query: str | None) -> list[tuple[Record, list[Page]]]:
    """The records that hold pages themselves, with these pages, in the order of the catalogue."""
    catalogue = workspace.catalogue
    tops = [catalogue.records.get(code) for code in codes] or catalogue.records.under()
    pages = [page for top in tops for page in catalogue.pages.of_record(top.id)]
    if query is not None:
        found = catalogue.search.codes(query)
        pages = [page for page in pages if page.record_code in found]
    by_record: dict[str, dict[PageId, Page]] = {}
    for page in pages:
        by_record.setdefault(page.record_code, {})[page.id] = page
    return [(catalogue.records.get(code), list(held.values())) for code, held in by_record.items()]


def _deliver_record(
    workspace: Workspace, target: Path, record: Record, pages: Sequence[Page], progress: Callable[[int, int], None]
) -> Package:
    unread = sum(page.state is not JobState.DONE for page in pages)
    if unread:
        raise PagesWaiting(record=record.code, count=unread)
    _refuse_foreign(workspace, target)
    ensure_images(workspace, pages)
    try:
        return _build(workspace, target, record, pages, progress)
    except OSError as error:
        raise CannotWrite(path=error.filename or target, reason=reason(error)) from error


def _refuse_foreign(workspace: Workspace, target: Path) -> None:
    """Raises WouldOverwrite where a file of that name stands that no delivery from here has put there."""
    if target.exists() or target.is_symlink():
        given = {act.after and act.after["sha256"] for act in workspace.catalogue.audit.acts_of(["record.deliver"])}
        if not target.is_file() or (hash_file(target) not in given and not _announced(workspace, hash_file(target))):
            raise WouldOverwrite(path=target)


def _announce(workspace: Workspace, sha256: Sha256) -> None:
    """Note that this file is about to get its name: killed before the act is written, it is still known as ours."""
    workspace.catalogue.database.table("workspace").upsert({"key": _announcement(sha256), "value": ""}, pk="key")


def _announced(workspace: Workspace, sha256: Sha256) -> bool:
    kept = "SELECT 1 FROM workspace WHERE key = ?"
    return workspace.catalogue.database.conn.execute(kept, [_announcement(sha256)]).fetchone() is not None


def _announcement(sha256: Sha256) -> str:
    return f"delivering:{sha256}"


def _build(
    workspace: Workspace, target: Path, record: Record, pages: Sequence[Page], progress: Callable[[int, int], None]
) -> Package:
    contents = [_pdf_page(workspace, page) for page in pages]
    info = PdfInfo(title=record.title, author="", subject=record.code, language=language_of(contents), created=now())
    with written_aside(target) as aside:
        with aside.open("wb") as handle:
            write_pdf(handle, contents, info, list(_bookmarks(record, pages)), progress=progress)
        checks = check_pdf(aside, contents)
        for check in checks:
            if not check.ok:
                raise DeliveryFailed(record=record.code, check=check.name, detail=check.detail)
        digest, size = hash_file(aside), aside.stat().st_size
        _announce(workspace, digest)
    with atomic(workspace.catalogue.database):
        workspace.catalogue.database.conn.execute("DELETE FROM workspace WHERE key = ?", [_announcement(digest)])
        said = {"file": target.name, "sha256": digest, "pages": len(pages), "as": "pdf"}
        workspace.catalogue.audit.append("record.deliver", record.id, None, said)
    return Package(target, (record.code,), len(pages), 1, size, digest, tuple(checks))


def _pdf_page(workspace: Workspace, page: Page) -> PdfPage:
    facts, text = workspace.catalogue.readings.facts(page.id), workspace.catalogue.readings.text(page.id)
    assert facts is not None and text is not None, "a page that is done was read"
    return PdfPage(workspace.derivatives.image(page.id).read_bytes, facts.size, facts.dpi, text)


def _bookmarks(record: Record, pages: Iterable[Page]) -> Iterable[Bookmark]:
    """The record, and inside it one mark for each file that came in."""
    name = None
    for place, page in enumerate(pages):
        if page.name != name:
            yield Bookmark(page.name if place or name else record.title, place)
            name = page.name
