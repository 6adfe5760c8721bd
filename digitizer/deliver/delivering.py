"""Delivering packages: built aside, proved as a receiver would, and only then named and written in the audit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from digitizer.deliver.bag import SUFFIX, write_tag_files
from digitizer.deliver.batches import Batch, batches, is_loose, read_batch
from digitizer.deliver.building import bench, make_folder, name_package, refuse_foreign
from digitizer.deliver.content import Chosen, Dossier, admit, clashes_of, read_dossier, select
from digitizer.deliver.described import lacks
from digitizer.deliver.forms import Layout, PackageForm, package_form
from digitizer.deliver.package_check import verify_package
from digitizer.deliver.package_faults import first_of
from digitizer.deliver.packages import Built, MakePdf, build_package, identifier_of, record_pdf
from digitizer.deliver.pdf_check import Check
from digitizer.deliver.record_pdf import ARCHIVE, PdfWish
from digitizer.deliver.records import DeliveryReport, Package
from digitizer.deliver.tree import write_zip
from digitizer.errors import DeliveryFailed, KnownError, NothingToDeliver, NotInAFile, NotReady, WrongUsage
from digitizer.i18n import gettext
from digitizer.model import Level, RecordId, Secrecy
from digitizer.tasks import Task
from digitizer.workspace import Workspace

PackageKind = Literal["sip", "aip", "bag"]
PACKAGES: tuple[PackageKind, ...] = ("sip", "aip", "bag")


@dataclass(frozen=True, slots=True)
class Wish:
    """How packages are wanted. ``kind``: a bag holds a SIP. ``most``: what is more secret does not leave. ``zipped``:
    as a ZIP, else as a folder. ``pdf``: how the PDFs in it are made.
    """

    kind: PackageKind
    layout: Layout = "tt05"
    most: Secrecy = Secrecy.NONE
    zipped: bool = True
    pdf: PdfWish = ARCHIVE

    @property
    def form(self) -> PackageForm:
        return package_form(self.layout, "sip" if self.kind == "bag" else self.kind)


def deliver_packages(
    workspace: Workspace, destination: Path, wish: Wish, *, codes: Sequence[str] = (), query: str | None = None,
    make_pdf: MakePdf | None = None, task: Task | None = None, report: DeliveryReport | None = None,
) -> DeliveryReport:  # fmt: skip
    """Write one package for each file with pages at or under ``codes`` (all for none), or in which ``query`` is found.
    A file always goes whole. One that cannot be delivered is left out and listed.

    Raises NoSuchRecord, QueryRefused, NothingToDeliver, WrongUsage (reading copies in a package of the circular) or
    CannotWrite (the folder).
    """
    task, report = task or Task(), report or DeliveryReport()
    make_pdf = make_pdf or partial(record_pdf, wish=wish.pdf)
    if wish.layout == "tt05" and wish.pdf.profile != "archive":
        raise WrongUsage(reason=gettext("a package of Circular 05/2025 holds PDFs of profile “archive” alone"))
    workspace.catalogue.audit.require("record.deliver")
    chosen = select(workspace, codes, query)
    if not chosen:
        raise NothingToDeliver
    make_folder(workspace, destination)
    done, made_of, clashes = 0, units(workspace, chosen, wish), clashes_of(workspace)
    total = sum(each.pages for each in made_of)
    for each in made_of:
        task.check()

        def progress(pages: int, before: int = done, note: str = each.code) -> None:
            task.report(before + pages, total, note)

        progress(0)
        try:
            dossier = ready(workspace, each, wish, clashes)
            package = _deliver(workspace, destination, wish, dossier, make_pdf=make_pdf, progress=progress, task=task)
            report.packages.append(package)
        except KnownError as error:
            report.refused.append((each.code, error))
        done += each.pages
    task.report(total, total)
    return report


def units(workspace: Workspace, chosen: Sequence[Chosen], wish: Wish) -> list[Chosen | Batch]:
    """What a package is made of each: files, and the batches of items that lie in no file, as far as the layout knows
    these.
    """
    if wish.form.batch is None:
        return list(chosen)
    loose = {each.file for each in chosen if is_loose(workspace, each.file)}
    files = [each for each in chosen if each.file not in loose]
    return [*files, *batches(workspace, [each for each in chosen if each.file in loose])]


def ready(workspace: Workspace, chosen: Chosen | Batch, wish: Wish, clashes: Collection[RecordId]) -> Dossier:
    """The file or batch as it is to be delivered. Raises NotInAFile, TooSecret, MixedSecrecy, SecrecyUnsaid,
    PagesWaiting or NotReady.
    """
    if isinstance(chosen, Batch):
        dossier = read_batch(workspace, chosen)
    else:
        dossier = read_dossier(workspace, chosen, whole=True, clashes=clashes)
        if dossier.file.level is not Level.FILE:
            raise NotInAFile(record=dossier.file.code)
    admit(dossier, wish.most)
    found = lacks(workspace, dossier, wish.form, coarse=wish.pdf.coarse)
    if found:
        raise NotReady(record=dossier.file.code, listed=first_of([lack.line for lack in found]), lacks=tuple(found))
    return dossier


def _deliver(
    workspace: Workspace, destination: Path, wish: Wish, dossier: Dossier, *, make_pdf: MakePdf,
    progress: Callable[[int], None], task: Task,
) -> Package:  # fmt: skip
    name = identifier_of(dossier, wish.form) + (SUFFIX if wish.kind == "bag" else "")
    target = destination / (f"{name}.zip" if wish.zipped else name)
    refuse_foreign(workspace, target, dossier.subject)
    with bench(destination, target) as place:
        folder = place / name
        inside = folder / "data" if wish.kind == "bag" else place
        built = build_package(workspace, dossier, wish.form, inside, make_pdf=make_pdf, progress=progress, task=task)
        if wish.kind == "bag":
            top = dossier.above[0] if dossier.above else dossier.file
            write_tag_files(folder, top.title or top.code, built.identifier, task)
        if wish.zipped:
            write_zip(folder, place / target.name, task)
        made = place / target.name
        checks = _proved(workspace, dossier, made, built, task)
        files = sum(1 for path in folder.rglob("*") if path.is_file())
        size = made.stat().st_size if wish.zipped else sum(p.stat().st_size for p in made.rglob("*") if p.is_file())
        records = (dossier.file.code, *(item.record.code for item in dossier.items if not item.is_file))
        more = [item.record.id for item in dossier.items] if dossier.loose else []
        said: dict[str, object] = {"as": wish.kind, "layout": wish.layout, "pages": dossier.pages, "files": files}
        said["checks"] = [check.name for check in checks]
        said |= {"identifier": built.identifier, "items": dossier.count, "sheets": dossier.sheets}
        said |= {"secrecy": dossier.secrecy, **wish.pdf.told}
        digest = name_package(workspace, made, target, dossier.subject, said, more=more)
    return Package(target, records, dossier.pages, files, size, digest, checks, dossier.count, dossier.sheets)


def _proved(workspace: Workspace, dossier: Dossier, made: Path, built: Built, task: Task) -> tuple[Check, ...]:
    """Read the package as whoever receives it would, and count once more. Raises DeliveryFailed."""
    report = verify_package(made, task)
    there = sum(workspace.catalogue.records.find(record).pages for record in dossier.histories)
    counted = Check("pages-counted", built.pages == dossier.pages == there, f"{there} pages in, {built.pages} out")
    checks = (*built.checks, counted, *report.checks)
    for check in checks:
        if not check.ok:
            raise DeliveryFailed(record=dossier.file.code, check=check.name, detail=check.detail.rstrip("."))
    return checks
