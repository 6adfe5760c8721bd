"""Several files in one delivery: the workbook with its PDFs, an EAD3 finding aid, a table in Dublin Core."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from digitizer.deliver.building import bench, name_package, refuse_foreign
from digitizer.deliver.content import Dossier, one_level
from digitizer.deliver.descriptions import dublin_core_list, ead3_list
from digitizer.deliver.packages import MakePdf, ascii_name, ascii_names, pdf_name, record_pdf
from digitizer.deliver.pdf_check import Check
from digitizer.deliver.records import Package
from digitizer.deliver.xml import parse, schema_faults
from digitizer.errors import DeliveryFailed
from digitizer.model import Record, RecordId
from digitizer.tables.exporting import export_table
from digitizer.tasks import Task
from digitizer.workspace import Workspace

ListForm = Literal["tables", "ead", "dc"]
_WORKBOOK = "ho-so.xlsx"
_ENDINGS: dict[ListForm, str] = {"tables": ".tables", "ead": ".ead.xml", "dc": ".dc.csv"}


def deliver_list(
    workspace: Workspace, destination: Path, form: ListForm, dossiers: Sequence[Dossier], *,
    make_pdf: MakePdf = record_pdf, task: Task | None = None,
) -> Package:  # fmt: skip
    """Write the files, which must have one level of secrecy, as one package named after their fonds.

    Raises MixedSecrecy, WouldOverwrite, CannotWrite, DeliveryFailed, and what ``make_pdf`` raises.
    """
    task = task or Task()
    level = one_level(dossiers)
    top = _top(dossiers[0])
    name = ascii_name(top.code) if len({_top(each).id for each in dossiers}) == 1 else "digitizer"
    target = destination / f"{name}{_ENDINGS[form]}"
    refuse_foreign(workspace, target, top.id)
    pages = sum(each.pages for each in dossiers)
    with bench(destination) as place:
        built = place / target.name
        write: dict[ListForm, Callable[[], Check]] = {
            "tables": lambda: _tables(workspace, built, dossiers, make_pdf, task),
            "ead": lambda: _ead(workspace, built, dossiers, top),
            "dc": lambda: _dc(workspace, built, dossiers),
        }
        check = write[form]()
        files = [built] if built.is_file() else [path for path in built.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        said: dict[str, Any] = {"as": form, "pages": pages, "files": len(files), "secrecy": level}
        said["records"] = [dossier.file.id for dossier in dossiers]
        digest = name_package(workspace, built, target, top.id, said)
    codes = tuple(dossier.file.code for dossier in dossiers)
    return Package(target, codes, pages, len(files), size, digest, (check,))


def _top(dossier: Dossier) -> Record:
    return dossier.above[0] if dossier.above else dossier.file


def _tables(
    workspace: Workspace, folder: Path, dossiers: Sequence[Dossier], make_pdf: MakePdf, task: Task
) -> Check:  # fmt: skip
    """The workbook that ``record import-table`` reads, and beside it the PDFs that it names, a folder for each file."""
    paths: dict[RecordId, str] = {}
    done, total = 0, sum(dossier.pages for dossier in dossiers)
    for dossier, name in zip(dossiers, ascii_names([dossier.file.code for dossier in dossiers]), strict=True):
        for item in dossier.items:
            if not item.pages:
                continue
            path = f"pdf/{name}/{pdf_name(dossier, item)}"
            (folder / path).parent.mkdir(parents=True, exist_ok=True)

            def progress(page: int, _: int, before: int = done, note: str = dossier.file.code) -> None:
                task.check()
                task.report(before + page, total, note)

            make_pdf(workspace, item, folder / path, progress)
            paths[item.record.id] = path
            done += len(item.pages)
    report = export_table(
        workspace, folder / _WORKBOOK, codes=[dossier.file.code for dossier in dossiers], paths=paths, task=task
    )
    rows = sum(count for _, count in report.sheets)
    return Check("rows-and-files", True, f"{rows} rows, {len(paths)} PDF/A")


def _ead(workspace: Workspace, path: Path, dossiers: Sequence[Dossier], top: Record) -> Check:
    path.write_bytes(ead3_list(workspace.catalogue.records.profiles, top, dossiers))
    with path.open("rb") as handle:
        faults = schema_faults(parse(handle))
    for fault in faults:
        raise DeliveryFailed(record=top.code, check="schemas", detail=fault)
    return Check("schemas", True, "EAD3 1.1.1")


def _dc(workspace: Workspace, path: Path, dossiers: Sequence[Dossier]) -> Check:
    """As Archivematica reads it: a row for a file, ``filename`` first, a repeated heading for a repeated field."""
    profiles = workspace.catalogue.records.profiles
    rows = list(zip(_names(dossiers), dublin_core_list(profiles, dossiers), strict=True))
    most: dict[str, int] = {}
    for _, (_, said) in rows:
        for term in dict.fromkeys(term for term, _ in said):
            most[term] = max(most.get(term, 0), sum(each == term for each, _ in said))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["filename", *(f"dc.{term}" for term, count in most.items() for _ in range(count))])
    for name, (_, said) in rows:
        cells = [name]
        for term, count in most.items():
            values = [text for each, text in said if each == term]
            cells += [*values, *[""] * (count - len(values))]
        writer.writerow(cells)
    path.write_bytes(out.getvalue().encode())
    return Check("rows", True, f"{len(rows)} rows")


def _names(dossiers: Sequence[Dossier]) -> Iterator[str]:
    for dossier in dossiers:
        yield f"objects/{ascii_name(dossier.file.code)}"
        for item in dossier.items:
            if not item.is_file:
                yield f"objects/{pdf_name(dossier, item)}"
