"""Several files in one delivery: the workbook with its PDFs, an EAD3 finding aid, a table in Dublin Core."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from digitizer.deliver.building import bench, name_package, refuse_foreign
from digitizer.deliver.content import Dossier, clashes_of, refuse_mixed
from digitizer.deliver.descriptions import dublin_core_rows, write_ead3_list
from digitizer.deliver.names import own_name
from digitizer.deliver.packages import MakePdf, record_pdf
from digitizer.deliver.pdf_check import Check
from digitizer.deliver.records import Package
from digitizer.deliver.xml import EAD3, streamed_faults
from digitizer.errors import DeliveryFailed
from digitizer.model import Record, RecordId, Secrecy
from digitizer.tables.exporting import export_table
from digitizer.tasks import Task
from digitizer.workspace import Workspace

ListForm = Literal["tables", "ead", "dc"]
_WORKBOOK = "ho-so.xlsx"
_ENDINGS: dict[ListForm, str] = {"tables": ".tables", "ead": ".ead.xml", "dc": ".dc.csv"}


@dataclass(slots=True)
class _Seen:
    """What is kept of the files that went by."""

    tops: dict[RecordId, Record] = field(default_factory=dict)
    levels: dict[Secrecy, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    ids: list[RecordId] = field(default_factory=list)
    pages: int = 0
    items: int = 0
    sheets: list[int | None] = field(default_factory=list)

    def watch(self, dossiers: Iterable[Dossier]) -> Iterator[Dossier]:
        """The same files, one after the other. Raises MixedSecrecy."""
        for dossier in dossiers:
            top = dossier.above[0] if dossier.above else dossier.file
            self.tops.setdefault(top.id, top)
            self.levels.setdefault(dossier.secrecy, dossier.file.code)
            refuse_mixed(self.levels)
            self.codes.append(dossier.file.code)
            self.ids.append(dossier.file.id)
            self.pages += dossier.pages
            self.items += dossier.count
            self.sheets.append(dossier.sheets)
            yield dossier

    @property
    def top(self) -> Record:
        """The fonds of the first."""
        return next(iter(self.tops.values()))

    def name(self, clashes: Collection[RecordId]) -> str:
        """What a package of these files is called."""
        return own_name(self.top, clashes) if len(self.tops) == 1 else "digitizer"


def deliver_list(
    workspace: Workspace, destination: Path, form: ListForm, dossiers: Iterable[Dossier], *,
    make_pdf: MakePdf = record_pdf, task: Task | None = None,
) -> Package | None:  # fmt: skip
    """Write the files, which must have one level of secrecy, as one package named after their fonds; None where there
    are none. They are taken one by one.

    Raises MixedSecrecy, WouldOverwrite, CannotWrite, DeliveryFailed, and what ``make_pdf`` raises.
    """
    task, seen = task or Task(), _Seen()
    with bench(destination) as place:
        built = place / "built"
        watched = seen.watch(dossiers)
        write: dict[ListForm, Callable[[], Check]] = {
            "tables": lambda: _tables(workspace, built, watched, make_pdf, task),
            "ead": lambda: _ead(workspace, built, watched),
            "dc": lambda: _dc(workspace, built, watched),
        }
        check = write[form]()
        if not seen.ids:
            return None
        target = destination / f"{seen.name(clashes_of(workspace))}{_ENDINGS[form]}"
        refuse_foreign(workspace, target, seen.top.id)
        files = [built] if built.is_file() else [path for path in built.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        said: dict[str, Any] = {
            "as": form,
            "pages": seen.pages,
            "files": len(files),
            "items": seen.items,
            "sheets": (sheets := None if None in seen.sheets else sum(filter(None, seen.sheets))),
            "secrecy": next(iter(seen.levels)),
        }
        digest = name_package(workspace, built, target, seen.top.id, said | {"records": seen.ids})
    return Package(target, tuple(seen.codes), seen.pages, len(files), size, digest, (check,), seen.items, sheets)


def _tables(
    workspace: Workspace, folder: Path, dossiers: Iterable[Dossier], make_pdf: MakePdf, task: Task
) -> Check:  # fmt: skip
    """The workbook that ``record import-table`` reads, and beside it the PDFs that it names, a folder for each file."""
    paths: dict[RecordId, str] = {}
    codes: list[str] = []
    given: set[RecordId] = set()
    for dossier in dossiers:
        codes.append(dossier.file.code)
        given |= {dossier.file.id, *(item.record.id for item in dossier.items)}
        for item in dossier.items:
            if not item.pages:
                continue
            path = f"pdf/{dossier.name}/{item.name}.pdf"
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            make_pdf(workspace, item, folder / path, lambda page, total: task.check())
            paths[item.record.id] = path
    if not codes:
        return Check("rows-and-files", False, "")
    report = export_table(workspace, folder / _WORKBOOK, codes=codes, paths=paths, among=given, task=task)
    rows = sum(count for _, count in report.sheets)
    return Check("rows-and-files", True, f"{rows} rows, {len(paths)} PDF/A")


def _ead(workspace: Workspace, path: Path, dossiers: Iterable[Dossier]) -> Check:
    write_ead3_list(path, workspace.catalogue.records.profiles, dossiers)
    with path.open("rb") as handle:
        faults = streamed_faults(handle, EAD3) if path.stat().st_size else []
    for fault in faults:
        raise DeliveryFailed(record=path.name, check="schemas", detail=fault)
    return Check("schemas", True, "EAD3 1.1.1")


def _dc(workspace: Workspace, path: Path, dossiers: Iterable[Dossier]) -> Check:
    """As Archivematica reads it: a row for a file, ``filename`` first, a repeated heading for a repeated field."""
    profiles = workspace.catalogue.records.profiles
    rows = [
        row for dossier in dossiers for row in zip(_names(dossier), dublin_core_rows(profiles, dossier), strict=True)
    ]
    most: dict[str, int] = {}
    for _, said in rows:
        for term in dict.fromkeys(term for term, _ in said):
            most[term] = max(most.get(term, 0), sum(each == term for each, _ in said))
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["filename", *(f"dc.{term}" for term, count in most.items() for _ in range(count))])
        for name, said in rows:
            cells = [name]
            for term, count in most.items():
                values = [text for each, text in said if each == term]
                cells += [*values, *[""] * (count - len(values))]
            writer.writerow(cells)
    return Check("rows", True, f"{len(rows)} rows")


def _names(dossier: Dossier) -> Iterator[str]:
    yield f"objects/{dossier.name}"
    for item in dossier.items:
        if not item.is_file:
            yield f"objects/{item.name}.pdf"
