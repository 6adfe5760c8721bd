"""What was read, as files: ALTO or hOCR page by page, or plain text item by item; a folder for each file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from digitizer.deliver.building import bench, name_package, refuse_foreign
from digitizer.deliver.content import Dossier
from digitizer.deliver.pdf_check import Check
from digitizer.deliver.records import Package
from digitizer.deliver.tree import Writing
from digitizer.errors import DeliveryFailed
from digitizer.masters import hash_file
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ocr.formats import alto, hocr
from ocr.formats.xml import allowed
from ocr.text import PageText

TextForm = Literal["alto", "hocr", "text"]
_MEDIA = {"alto": "application/xml", "hocr": "text/html", "text": "text/plain"}
_BETWEEN_PAGES = "\n\f\n"


def deliver_texts(workspace: Workspace, destination: Path, form: TextForm, dossier: Dossier, task: Task) -> Package:
    """Write what was read of the file into a folder ``<its code>.<form>``. Raises WouldOverwrite, CannotWrite or
    DeliveryFailed.
    """
    target = destination / f"{dossier.name}.{form}"
    refuse_foreign(workspace, target, dossier.file.id)
    with bench(destination, target) as place:
        out = Writing(place / target.name)
        for path, data in _files(workspace, form, dossier, task):
            kept = out.put(path, data, _MEDIA[form])
            if hash_file(out.at(path)) != kept.sha256:
                raise DeliveryFailed(record=dossier.file.code, check="files", detail=path)
        records = (dossier.file.code, *(item.record.code for item in dossier.items if not item.is_file))
        said: dict[str, object] = {"as": form, "pages": dossier.pages, "files": len(out.files)}
        said |= {"items": dossier.count, "sheets": dossier.sheets, "secrecy": dossier.secrecy}
        digest = name_package(workspace, out.root, target, dossier.file.id, said)
    checks = (Check("files", True, f"{len(out.files)} files"), Check("text-read-back", True, f"{dossier.pages} pages"))
    size = sum(kept.size for kept in out.files)
    return Package(target, records, dossier.pages, len(out.files), size, digest, checks, dossier.count, dossier.sheets)


def _files(workspace: Workspace, form: TextForm, dossier: Dossier, task: Task) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each file. Raises DeliveryFailed where what is written does not read back the same."""
    for item in dossier.items:
        stem, plain = item.name, []
        for number, page in enumerate(item.pages, 1):
            task.check()
            text = workspace.catalogue.readings.text(page.id)
            assert text is not None, "a page that is done was read"
            if form == "text":
                plain.append(text.text)
                continue
            image = f"{stem}.pdf#page={number}"
            data = alto.write(text, image) if form == "alto" else hocr.write(text, image)
            again = alto.read(data) if form == "alto" else hocr.read(data)
            if _words(again) != _words(text):
                raise DeliveryFailed(record=item.record.code, check="text-read-back", detail=f"page {number}")
            yield f"{stem}.page-{number:04d}.{'alto.xml' if form == 'alto' else 'hocr'}", data
        if plain:
            yield f"{stem}.txt", f"{_BETWEEN_PAGES.join(plain)}\n".encode()


def _words(text: PageText) -> list[str]:
    return [allowed(word.text) for word in text.words]
