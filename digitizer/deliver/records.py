"""Delivering records as PDF/A: built aside, read back and checked, and only then named and written in the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from digitizer.deliver.building import bench, make_folder, name_package, refuse_foreign
from digitizer.deliver.content import (
    clashes_of,
    file_and_items,
    is_above,
    names_inside,
    one_level,
    refuse_unsaid,
    sheets_of,
)
from digitizer.deliver.names import item_numbers, own_name
from digitizer.deliver.originals import original_names, originals, write_original
from digitizer.deliver.pdf_check import Check
from digitizer.deliver.record_pdf import ARCHIVE, PdfWish, write_record_pdf
from digitizer.errors import KnownError, NothingToDeliver, TooSecret
from digitizer.model import Level, Page, PageId, Record, RecordId, Secrecy, Sha256
from digitizer.tasks import Task
from digitizer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Package:
    """One delivered file or folder. ``checks`` were made on the bytes that are now at ``path``. ``sha256``: of a folder
    as ``digitizer.deliver.building.package_hash`` says. ``pages``: none of an original, which lies beside the copy of
    its pages; that has ``original_pages``. ``items``, ``sheets`` (of paper): None where they were not counted.
    """

    path: Path
    records: tuple[str, ...]
    pages: int
    files: int
    bytes: int
    sha256: Sha256
    checks: tuple[Check, ...]
    items: int | None = None
    sheets: int | None = None
    original_pages: int = 0


@dataclass(slots=True)
class DeliveryReport:
    """``refused``: records that were not delivered, by code, with the reason; nothing is left of their packages."""

    packages: list[Package] = field(default_factory=list)
    refused: list[tuple[str, KnownError]] = field(default_factory=list)


def deliver_pdf(
    workspace: Workspace, destination: Path, *, codes: Sequence[str] = (), query: str | None = None,
    whole: bool = False, most: Secrecy = Secrecy.TOP_SECRET, wish: PdfWish = ARCHIVE, task: Task | None = None,
    report: DeliveryReport | None = None,
) -> DeliveryReport:  # fmt: skip
    """Write one searchable PDF/A for each record that holds pages, or one for each ``whole`` file: those under
    ``codes``, or with hits for ``query``, else all. ``most``: what is more secret does not leave. A record that cannot
    be delivered is left out and listed; the others are delivered. PDFs that were born digital or came signed lie
    beside them, untouched.
    ``report``: filled in on the way; where this raises, it tells how far it came.

    Raises NoSuchRecord, NothingToDeliver or CannotWrite (the folder).
    """
    task, report = task or Task(), report or DeliveryReport()
    workspace.catalogue.audit.require("record.deliver")
    groups = _groups(workspace, codes, query, whole=whole)
    if not groups:
        raise NothingToDeliver
    make_folder(workspace, destination)
    total = sum(len(pages) for _, pages in groups)
    done = 0
    names = _names(workspace, [record for record, _ in groups])
    for record, pages in groups:
        task.check()

        def progress(page: int, _: int, before: int = done, note: str = record.code) -> None:
            task.check()
            task.report(before + page, total, note)

        try:
            target = destination / f"{names[record.id]}.pdf"
            _admit(workspace, record, pages, most)
            report.packages.append(_deliver_record(workspace, target, record, pages, progress, wish))
            _deliver_originals(workspace, destination, record, pages, names, report)
        except KnownError as error:
            report.refused.append((record.code, error))
        done += len(pages)
    task.report(total, total)
    return report


def _names(workspace: Workspace, records: Sequence[Record]) -> dict[RecordId, str]:
    """What the PDF of each, of its file and of all others in it is called, without its ending."""
    clashes, names = clashes_of(workspace), dict[RecordId, str]()
    for file in {file.id: file for file in (_file_of(workspace, record) for record in records)}.values():
        inside = file_and_items(workspace, file)
        names |= names_inside(workspace, own_name(file, clashes), inside, item_numbers(file, inside))
    return names


def _file_of(workspace: Workspace, record: Record) -> Record:
    """The file (hồ sơ) that it is or lies in; itself where there is none."""
    path = workspace.catalogue.records.path(record)
    return next((each for each in path if each.level is Level.FILE), record)


def _groups(
    workspace: Workspace, codes: Sequence[str], query: str | None, *, whole: bool
) -> list[tuple[Record, list[Page]]]:
    """The records that hold pages themselves, or the ``whole`` files that they are in, with their pages, in the order
    of the catalogue.
    """
    catalogue = workspace.catalogue
    tops = [catalogue.records.get(code) for code in codes] or catalogue.records.under()
    pages = [page for top in tops for page in catalogue.pages.of_record(top.id)]
    if query is not None:
        found = catalogue.search.codes(query)
        pages = [page for page in pages if page.record_code in found]
    by_record: dict[str, dict[PageId, Page]] = {}
    for page in pages:
        by_record.setdefault(page.record_code, {})[page.id] = page
    records = [catalogue.records.get(code) for code in by_record]
    if not whole:
        return [(record, list(by_record[record.code].values())) for record in records]
    files = {file.id: file for file in (_file_of(workspace, record) for record in records)}
    return [(file, catalogue.pages.of_record(file.id)) for file in files.values()]


def _admit(workspace: Workspace, record: Record, pages: Sequence[Page], most: Secrecy) -> None:
    """Raises TooSecret, SecrecyUnsaid or MixedSecrecy (of a whole file)."""
    records = workspace.catalogue.records
    holding = [record, *(records.find(key) for key in dict.fromkeys(page.record for page in pages))]
    for each in holding:
        refuse_unsaid(each, records.described(each))
    level = one_level(holding)
    if is_above(level, most):
        raise TooSecret(record=record.code, level=level, most=most)


def _deliver_record(  # noqa: PLR0917
    workspace: Workspace, target: Path, record: Record, pages: Sequence[Page], progress: Callable[[int, int], None],
    wish: PdfWish,
) -> Package:  # fmt: skip
    records = map(workspace.catalogue.records.find, dict.fromkeys(page.record for page in pages))
    items, sheets = sum(each.level is Level.ITEM for each in records), sheets_of(workspace, record, len(pages))
    told: dict[str, object] = {"pages": len(pages), "items": items, "sheets": sheets, "as": "pdf", **wish.told}
    package = _built(
        workspace, target, record, told,
        lambda aside: write_record_pdf(workspace, aside, record, pages, progress, wish),
    )  # fmt: skip
    return replace(package, items=items, sheets=sheets)


def _deliver_originals(  # noqa: PLR0917
    workspace: Workspace, destination: Path, record: Record, pages: Sequence[Page], names: Mapping[RecordId, str],
    report: DeliveryReport,
) -> None:  # fmt: skip
    """Beside the PDF of ``record``; each is called after the record that its pages lie in."""
    masters = originals(workspace, pages, record.effective_secrecy)
    of_records: dict[RecordId, list[Sha256]] = {}
    for master in masters:
        holding = next(page.record for page in pages if page.master == master)
        of_records.setdefault(holding, []).append(master)
    for holding, held in of_records.items():
        for master, name in zip(held, original_names(names[holding], len(held)), strict=True):
            write = partial(write_original, workspace, record=record, master=master)
            told: dict[str, Any] = {
                "pages": 0,
                "as": "original",
                "original_pages": workspace.catalogue.pages.count_in(master),
            }
            package = _built(workspace, destination / name, record, told, write)
            report.packages.append(replace(package, original_pages=told["original_pages"]))


def _built(
    workspace: Workspace, target: Path, record: Record, said: Mapping[str, object],
    write: Callable[[Path], tuple[Check, ...]],
) -> Package:  # fmt: skip
    """What ``write`` puts into a file on the bench, named once it is proven, with its act."""
    refuse_foreign(workspace, target, record.id)
    with bench(target.parent, target) as place:
        built = place / target.name
        checks = write(built)
        size = built.stat().st_size
        digest = name_package(workspace, built, target, record.id, said)
    return Package(target, (record.code,), int(str(said["pages"])), 1, size, digest, checks)
