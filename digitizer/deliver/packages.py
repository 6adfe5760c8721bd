"""SIP and AIP of one file, written into a folder bottom-up: data, descriptions, PREMIS, METS of parts, METS of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from uuid import UUID, uuid5

import resources
from digitizer import __version__
from digitizer.clock import now
from digitizer.deliver.content import Dossier, DossierItem
from digitizer.deliver.described import describe
from digitizer.deliver.descriptions import Linked, dublin_core, ead3, tt05_document, tt05_schema
from digitizer.deliver.forms import PackageForm
from digitizer.deliver.mets import CONTENT, DATA, LOOSE_CONTENT, SOFTWARE, Agents, Kept, Link, Mets, Part
from digitizer.deliver.originals import original_names, originals
from digitizer.deliver.pdf_check import Check
from digitizer.deliver.premis_xml import Entity, FileObject, write_premis
from digitizer.deliver.provenance import Making, history
from digitizer.deliver.record_pdf import ARCHIVE, PdfWish, write_record_pdf
from digitizer.deliver.tree import Writing
from digitizer.deliver.xml import sealed
from digitizer.i18n import gettext
from digitizer.model import Page, Secrecy, Sha256
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ocr.formats import alto, hocr

XML, PDF, TEXT = "application/xml", "application/pdf", "text/plain"
_SUFFIXES = {
    "tiff": ("tif", "image/tiff"), "jpeg": ("jpg", "image/jpeg"), "png": ("png", "image/png"), "pdf": ("pdf", PDF),
    "webp": ("webp", "image/webp"), "gif": ("gif", "image/gif"), "bmp": ("bmp", "image/bmp"),
    "jpeg2000": ("jp2", "image/jp2"), "heic": ("heic", "image/heic"), "avif": ("avif", "image/avif"),
    "pnm": ("pnm", "image/x-portable-anymap"),
}  # fmt: skip
MakePdf = Callable[[Workspace, DossierItem, Path, Callable[[int, int], None]], tuple[Check, ...]]
"""Writes the PDF of an item to a path and reads it back. Gets (pages done, all pages)."""


@dataclass(frozen=True, slots=True)
class Built:
    """What was built. ``folder``: its root, named as the package. ``files``: their number. ``pages``: those of which
    a PDF was made. ``checks``: of the PDFs.
    """

    folder: Path
    identifier: str
    files: int
    pages: int
    checks: tuple[Check, ...]


def record_pdf(
    workspace: Workspace, item: DossierItem, path: Path, progress: Callable[[int, int], None], wish: PdfWish = ARCHIVE
) -> tuple[Check, ...]:
    """The searchable PDF/A of an item, as ``deliver --as pdf`` writes it."""
    return write_record_pdf(workspace, path, item.record, item.pages, progress, wish)


def package_uuid(dossier: Dossier, form: PackageForm) -> UUID:
    """The package's own UUID: the same for the same file in the same form, so that a package delivered again replaces
    the older one.
    """
    return uuid5(UUID(dossier.file.id), form.name)


def identifier_of(dossier: Dossier, form: PackageForm) -> str:
    """OBJID of the package, and the name of its folder."""
    return form.identifier.format(UUID=str(package_uuid(dossier, form)).upper())


def build_package(
    workspace: Workspace, dossier: Dossier, form: PackageForm, place: Path, *,
    make_pdf: MakePdf = record_pdf, progress: Callable[[int], None] = lambda pages: None, task: Task | None = None,
) -> Built:  # fmt: skip
    """Write the package of the file into a new folder in ``place``. Nothing is checked here but the PDFs.

    ``progress``: gets how many pages are done. Raises what ``make_pdf`` raises, Cancelled and OSError.
    """
    builder = _Builder(workspace, dossier, form, place, make_pdf=make_pdf, progress=progress, task=task or Task())
    return builder.build_tt05() if form.layout == "tt05" else builder.build_eark()


class _Builder:
    def __init__(
        self, workspace: Workspace, dossier: Dossier, form: PackageForm, place: Path, *,
        make_pdf: MakePdf, progress: Callable[[int], None], task: Task,
    ) -> None:  # fmt: skip
        self._workspace, self._dossier, self._form = workspace, dossier, form
        self._make_pdf, self._progress, self._task = make_pdf, progress, task
        self._profiles = workspace.catalogue.records.profiles
        self._uuid = package_uuid(dossier, form)
        self._identifier = identifier_of(dossier, form)
        self._created = now().isoformat(timespec="seconds")
        self._out = Writing(place / self._identifier)
        content = LOOSE_CONTENT if dossier.loose else CONTENT
        self._mets = Mets(form, self._identifier, self._uuid, self._created, _agents(dossier), content=content)
        self._making = Making(workspace, dossier, self._uuid, self._created)
        self._checks: dict[str, list[Check]] = {}
        """By the path of the PDF."""
        self._done = 0

    def build_tt05(self) -> Built:
        """The tree of Circular 05/2025 (archive of one representation, rep1)."""
        rep = "representations/rep1"
        described = describe(self._profiles, self._dossier, self._form)
        pdfs = self._pdfs(f"{rep}/data")
        files, links = self._of_pages(pdfs), []
        for number, (item, written, pdf) in enumerate(zip(self._dossier.items, described.items, pdfs, strict=True), 1):
            path = f"{rep}/metadata/descriptive/{written.form.name}_File{number}.xml"
            beside = list(self._originals(item, f"{rep}/data"))
            files += beside
            data = [pdf, *(file.kept for file in beside)]
            links.append(Link(item.record.code, self._out.put(path, tt05_document(written), XML), data))
        descriptive = [link.described for link in links if link.described is not None]
        premis = self._premis_of_files(f"{rep}/metadata/preservation/PREMIS_rep1.xml", files, "rep1")
        part = Part(
            rep, self._label, descriptive, premis, {DATA: [kept for link in links for kept in link.files]},
            {each.path: ("OTHER:EAD", "") for each in descriptive}, links,
        )  # fmt: skip
        rep_mets = self._out.put(f"{rep}/METS.xml", self._mets.write(part), XML)
        ead = self._out.put("metadata/descriptive/EAD.xml", tt05_document(described.file), XML)
        of_items = {self._form.of_item(each.record.profile).name: each.record.profile for each in self._dossier.items}
        for description in [
            *(self._form.of_item(of_items[name]) for name in sorted(of_items)),
            self._form.whole(loose=self._dossier.loose),
        ]:
            self._schema(f"{description.name}.xsd", tt05_schema(self._form, description))
        root = self._premis_of_whole("metadata/preservation/PREMIS.xml", ["rep1"])
        return self._finish([ead], {ead.path: ("OTHER:EAD", "")}, root, {"rep1": rep_mets})

    def build_eark(self) -> Built:
        """Section 6 of the E-ARK profile: masters for preservation; PDFs, ALTO and hOCR for access."""
        masters = self._preservation("representations/preservation")
        access, pdfs = self._access("representations/access")
        out = self._out
        linked = [Linked(item, [f"../../{pdf.path}"]) for item, pdf in zip(self._dossier.items, pdfs, strict=True)]
        dc = out.put("metadata/descriptive/dc.xml", dublin_core(self._profiles, self._dossier), XML)
        ead = out.put("metadata/descriptive/ead3.xml", ead3(self._profiles, self._dossier, linked), XML)
        root = self._premis_of_whole("metadata/preservation/premis.xml", ["preservation", "access"])
        kinds = {dc.path: ("DC", "SimpleDC 2008-02-11"), ead.path: ("EAD", "3")}
        return self._finish([dc, ead], kinds, root, {"preservation": masters, "access": access})

    @property
    def _label(self) -> str:
        return self._dossier.file.title or self._dossier.file.code

    def _pdfs(self, folder: str) -> list[Kept]:
        found = []
        for item in self._dossier.items:
            self._task.check()
            path = f"{folder}/{item.name}.pdf"
            before = self._done

            def progress(page: int, _: int, before: int = before) -> None:
                self._task.check()
                self._progress(before + page)

            self._checks[path] = list(self._make_pdf(self._workspace, item, self._out.at(path), progress))
            found.append(self._out.take(path, PDF))
            self._done += len(item.pages)
        return found

    def _preservation(self, rep: str) -> Kept:
        kept: dict[Sha256, Kept] = {}
        files: list[FileObject] = []
        pages = []
        for number, (_, page) in enumerate(_pages(self._dossier), 1):
            self._task.check()
            if page.master not in kept:
                suffix, media = _SUFFIXES.get(self._workspace.catalogue.pages.format_of(page.master), ("bin", ""))
                path = f"{rep}/data/images/page-{number:04d}.{suffix}"
                kept[page.master] = self._copied(path, page.master, media or "application/octet-stream")
                files.append(self._as_it_came(kept[page.master], page.name))
            pages.append((str(number), [kept[page.master]]))
        premis = self._premis(f"{rep}/metadata/preservation/premis.xml", "preservation", files)
        part = Part(rep, self._label, (), [premis], {DATA: list(kept.values())}, pages=pages)
        return self._out.put(f"{rep}/METS.xml", self._mets.write(part), XML)

    def _access(self, rep: str) -> tuple[Kept, list[Kept]]:
        pdfs = self._pdfs(f"{rep}/data")
        files = self._of_pages(pdfs)
        names = {item.record.id: Path(pdf.path).name for item, pdf in zip(self._dossier.items, pdfs, strict=True)}
        pages = []
        for number, (item, page) in enumerate(_pages(self._dossier), 1):
            self._task.check()
            text = self._workspace.catalogue.readings.text(page.id)
            assert text is not None, "a page that is done was read"
            image = f"../{names[item.record.id]}#page={page.number}"
            front = f"{rep}/data/ocr/page-{number:04d}"
            both = [
                self._out.put(f"{front}.alto.xml", alto.write(text, image), XML),
                self._out.put(f"{front}.hocr", hocr.write(text, image), "text/html"),
            ]
            files += [FileObject(each, Path(each.path).name, (page.id,)) for each in both]
            pages.append((str(number), both))
        premis = self._premis(f"{rep}/metadata/preservation/premis.xml", "access", files)
        data = [*pdfs, *(each for _, both in pages for each in both)]
        part = Part(rep, self._label, (), [premis], {DATA: data}, pages=pages)
        return self._out.put(f"{rep}/METS.xml", self._mets.write(part), XML), pdfs

    def _originals(self, item: DossierItem, folder: str) -> Iterator[FileObject]:
        """PDFs that were born digital or came signed go along as they came, beside the copy that is searched."""
        masters = originals(self._workspace, item.pages, self._dossier.secrecy)
        for master, name in zip(masters, original_names(item.name, len(masters)), strict=True):
            kept = self._copied(f"{folder}/{name}", master, PDF)
            came_as = next(page.name for page in item.pages if page.master == master)
            yield self._as_it_came(kept, came_as)

    def _copied(self, path: str, master: Sha256, media: str) -> Kept:
        source = self._workspace.masters.path(master)
        kept = self._out.copy(path, source, media, self._task)
        if kept.sha256 != master:
            raise OSError(5, gettext("its bytes are not those that came in"), str(source))
        return kept

    def _as_it_came(self, kept: Kept, came_as: str) -> FileObject:
        """The name that it had may say what a top-secret record is about."""
        came_as = "" if self._dossier.secrecy is Secrecy.TOP_SECRET else came_as
        return FileObject(kept, came_as or Path(kept.path).name, made=False, came_as=came_as)

    def _premis_of_files(self, path: str, files: Sequence[FileObject], rep: str) -> list[Kept]:
        return [self._premis(path, rep, files)] if self._form.preservation else []

    def _of_pages(self, pdfs: Sequence[Kept]) -> list[FileObject]:
        """The PDF of each item, made out of its pages."""
        return [
            FileObject(pdf, Path(pdf.path).name, tuple(page.id for page in item.pages))
            for item, pdf in zip(self._dossier.items, pdfs, strict=True)
        ]

    def _premis(self, path: str, rep: str, files: Sequence[FileObject]) -> Kept:
        """PREMIS of a representation: its files, and what happened to the pages that they show."""
        checks = [(file, check) for file in files for check in self._checks.get(file.kept.path, ())]
        write_premis(
            self._out.at(path),
            package=self._uuid,
            entities=[Entity("representation", str(uuid5(self._uuid, rep)), rep)],
            files=files,
            events=chain(history(self._workspace, self._dossier, pages=True), self._making.of_files(files, checks)),
            types=self._form.events,
        )
        return self._out.take(path, XML)

    def _premis_of_whole(self, path: str, representations: Sequence[str]) -> list[Kept]:
        if not self._form.preservation:
            return []
        parts = [str(uuid5(self._uuid, rep)) for rep in representations]
        made = self._making.of_package(self._form.name, _agents(self._dossier).body)
        write_premis(
            self._out.at(path),
            package=self._uuid,
            entities=[
                Entity("intellectualEntity", str(self._uuid), self._identifier, parts),
                Entity("intellectualEntity", self._dossier.file.id, self._dossier.file.code),
            ],
            files=(),
            events=chain(history(self._workspace, self._dossier, pages=False), [made]),
            types=self._form.events,
        )
        return [self._out.take(path, XML)]

    def _schema(self, name: str, data: bytes) -> None:
        self._out.put(f"schemas/{name}", data, XML)

    def _finish(
        self, descriptive: list[Kept], kinds: dict[str, tuple[str, str]], premis: list[Kept], reps: dict[str, Kept]
    ) -> Built:
        for name in _schemas(self._form):
            self._schema(name, (resources.path("schemas") / name).read_bytes())
        self._out.put("documentation/readme.txt", _readme(self._dossier, self._form, self._created), TEXT)
        files = self._out.files
        groups = {
            "Documentation": [kept for kept in files if kept.path.startswith("documentation/")],
            "Schemas": [kept for kept in files if kept.path.startswith("schemas/")],
            **{f"Representations/{name}": [mets] for name, mets in reps.items()},
        }
        whole = Part("", self._label, descriptive, premis, groups, kinds)
        self._out.put("METS.xml", sealed(self._mets.write(whole)), XML)
        return Built(
            self._out.root, self._identifier, len(files), self._done, tuple(_summed(chain(*self._checks.values())))
        )


def _pages(dossier: Dossier) -> Iterator[tuple[DossierItem, Page]]:
    for item in dossier.items:
        for page in item.pages:
            yield item, page


def _summed(checks: Iterable[Check]) -> Iterator[Check]:
    """One check of each name for all PDFs."""
    counts: dict[str, int] = {}
    for check in checks:
        counts[check.name] = counts.get(check.name, 0) + 1
    for name, count in counts.items():
        yield Check(f"pdf-{name}", True, f"{count} PDF/A")


def _schemas(form: PackageForm) -> list[str]:
    common = ["mets.xsd", "xlink.xsd", "xml.xsd", "DILCISExtensionMETS.xsd", "DILCISExtensionSIPMETS.xsd"]
    premis = ["premis-v3-0.xsd"] if form.preservation else []
    return [*common, *premis, *(["ead3.xsd"] if form.layout == "eark" else [])]


def _agents(dossier: Dossier) -> Agents:
    """The body that formed the fonds, and the archive. What is not described is called by the fonds."""
    top = dossier.above[0] if dossier.above else dossier.file
    name = top.title or top.code
    code = str(dossier.values.get("organisation") or top.code)
    archive = str(dossier.values.get("repository") or "")
    return Agents(name, code, archive or name, archive or code)


def _readme(dossier: Dossier, form: PackageForm, created: str) -> bytes:
    lines = [
        f"{form.label.vi} / {form.label.en}",
        f"{form.source}",
        f"{'Tài liệu rời / Loose items' if dossier.loose else 'Hồ sơ / File'}: {dossier.file.code}",
        f"Tài liệu / Items: {dossier.count}",
        f"Trang / Pages: {dossier.pages}",
        f"Tạo lúc / Made: {created}",
        f"Phần mềm / Software: {SOFTWARE} {__version__}",
        "",
    ]
    return "\n".join(lines).encode()
