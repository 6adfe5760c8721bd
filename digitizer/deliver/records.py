"""Delivering records as PDF/A: built aside, read back and checked, and only then named and written in the audit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from digitizer.clock import now
from digitizer.deliver.building import bench, make_folder, name_package, refuse_foreign
from digitizer.deliver.content import is_above
from digitizer.deliver.pdf import Bookmark, PdfInfo, PdfPage, language_of, write_pdf
from digitizer.deliver.pdf_check import Check, check_pdf
from digitizer.errors import (
    DeliveryFailed,
    KnownError,
    NothingToDeliver,
    PagesWaiting,
    TooSecret,
)
from digitizer.jobs import ensure_images
from digitizer.model import JobState, Page, PageId, Record, Secrecy, Sha256
from digitizer.tasks import Task
from digitizer.workspace import Workspace

_NAME_LETTERS = 80
"""Of a file name: Vietnamese letters take up to three bytes each, and file systems stop at 255 bytes."""


@dataclass(frozen=True, slots=True)
class Package:
    """One delivered file or folder. ``checks`` were made on the bytes that are now at ``path``. ``sha256``: of a folder
    as ``digitizer.deliver.building.package_hash`` says. ``sheets``: of paper, where they were counted.
    """

    path: Path
    records: tuple[str, ...]
    pages: int
    files: int
    bytes: int
    sha256: Sha256
    checks: tuple[Check, ...]
    sheets: int | None = None


@dataclass(slots=True)
class DeliveryReport:
    """``refused``: records that were not delivered, by code, with the reason; nothing is left of their packages."""

    packages: list[Package] = field(default_factory=list)
    refused: list[tuple[str, KnownError]] = field(default_factory=list)


def deliver_pdf(
    workspace: Workspace, destination: Path, *, codes: Sequence[str] = (), query: str | None = None,
    most: Secrecy = Secrecy.TOP_SECRET, task: Task | None = None, report: DeliveryReport | None = None,
) -> DeliveryReport:  # fmt: skip
    """Write one searchable PDF/A for each record that holds pages: those under ``codes``, or with hits for
    ``query``, else all. ``most``: what is more secret does not leave. A record that cannot be delivered is left out and
    listed; the others are delivered. ``report``: filled in on the way; where this raises, it tells how far it came.

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
            if is_above(record.effective_secrecy, most):
                raise TooSecret(record=record.code, level=record.effective_secrecy, most=most)
            report.packages.append(_deliver_record(workspace, destination / name, record, pages, progress))
        except KnownError as error:
            report.refused.append((record.code, error))
        done += len(pages)
    task.report(total, total)
    return report


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
    refuse_foreign(workspace, target, record.id)
    with bench(target.parent) as place:
        built = place / target.name
        checks = write_record_pdf(workspace, built, record, pages, progress)
        size = built.stat().st_size
        digest = name_package(workspace, built, target, record.id, {"pages": len(pages), "as": "pdf"})
    return Package(target, (record.code,), len(pages), 1, size, digest, checks)


def write_record_pdf(
    workspace: Workspace, path: Path, record: Record, pages: Sequence[Page], progress: Callable[[int, int], None]
) -> tuple[Check, ...]:
    """Write the searchable PDF/A of these pages to ``path`` and read it back; gives what was looked at.

    Raises PagesWaiting, DeliveryFailed, what ``ensure_images`` raises, and OSError.
    """
    unread = sum(page.state is not JobState.DONE for page in pages)
    if unread:
        raise PagesWaiting(record=record.code, count=unread)
    ensure_images(workspace, pages)
    contents = [_pdf_page(workspace, page) for page in pages]
    info = PdfInfo(title=record.title, author="", subject=record.code, language=language_of(contents), created=now())
    with path.open("wb") as handle:
        write_pdf(handle, contents, info, list(_bookmarks(record, pages)), progress=progress)
    checks = check_pdf(path, contents)
    for check in checks:
        if not check.ok:
            raise DeliveryFailed(record=record.code, check=check.name, detail=check.detail)
    return tuple(checks)


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
