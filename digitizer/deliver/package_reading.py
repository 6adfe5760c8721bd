"""What an archive's package describes, read out of its METS, EAD.xml and EAD_doc, or EAD3: a file, its items, and which
data files are whose. Only of packages that ``package_check`` has found whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from lxml import etree

from digitizer.deliver.package_check import MOST_XML, PackageFault, PackageReport, verify_package
from digitizer.deliver.tree import UNREADABLE, Reading, opened
from digitizer.deliver.xml import CSIP, EAD3, METS, XLINK, parse
from digitizer.errors import NotAPackage
from digitizer.i18n import gettext, language, set_language
from digitizer.tasks import Task
from digitizer.workers import SECONDS_PER_TASK, WorkerPool
from ocr.errors import PageError

_BYTES_A_SECOND = 2 << 20
"""Slower than any disk that a package is read from; beyond that, time is not what is lacking."""
_NS = {"mets": METS, "xlink": XLINK, "csip": CSIP, "ead": EAD3}


@dataclass(frozen=True, slots=True)
class PackagedItem:
    """``form``: which of the circular's descriptions it has (EAD_doc, EAD_pic, EAD_media). ``elements``: what they say,
    by their names in a SIP or AIP. ``files``: paths in the package.
    """

    form: str
    elements: Mapping[str, str]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Packaged:
    """A package: ``kind`` SIP or AIP (a bag holds one), ``identifier``: its OBJID. ``created``: as it says itself.
    ``body``: who made it. ``archive_code``: of the archive that it goes to. ``code``: of the file.
    """

    kind: str
    identifier: str
    created: str
    body: str
    archive_code: str
    code: str
    elements: Mapping[str, str]
    items: tuple[PackagedItem, ...]


def looked_into(path: Path, task: Task | None = None) -> tuple[PackageReport, Packaged | None]:
    """All that speaks against the package; and what it describes, where nothing does and that can be taken in. It is
    parsed in a worker, for others wrote it; what becomes of that is told as a fault of the package. Raises Cancelled.
    """
    with WorkerPool(1, seconds_per_task=SECONDS_PER_TASK + _bytes_of(path) / _BYTES_A_SECOND) as pool:
        try:
            return pool.run(_look_into, path, language(), task=task)
        except PageError as error:  # the worker died, or took too long
            return _unread(str(error)), None


def _look_into(path: Path, spoken: str) -> tuple[PackageReport, Packaged | None]:
    """In a worker, in the language ``spoken``."""
    set_language(spoken)
    try:
        report = verify_package(path)
        if not report.ok:
            return report, None
    except NotAPackage as error:
        return _unread(str(error.details["reason"])), None
    with opened(path) as tree:
        try:
            return report, _Reader(inner(tree)).read()
        except (etree.XMLSyntaxError, KeyError, *UNREADABLE):
            return report, None


def _unread(why: str) -> PackageReport:
    return PackageReport(faults=[PackageFault("package", "", f"{why[:1].upper()}{why[1:].rstrip('.')}.")])


def _bytes_of(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    held = (Path(folder) / name for folder, _, names in os.walk(path) for name in names)
    return sum(each.lstat().st_size for each in held)


def inner(tree: Reading) -> Reading:
    """The package itself, which in a bag is its payload."""
    if "bagit.txt" not in tree:
        return tree
    tops = {name.split("/")[1] for name in tree.names if name.startswith("data/")}
    return tree.under(f"data/{min(tops)}")


class _Reader:
    def __init__(self, tree: Reading) -> None:
        self._tree = tree
        self._root = self._document("METS.xml")

    def read(self) -> Packaged | None:
        """None where it describes nothing that can be taken in."""
        header = self._root.find("mets:metsHdr", _NS)
        kind = str(header.get(f"{{{CSIP}}}OAISPACKAGETYPE", ""))
        described = self._described()
        if described is None:
            return None
        elements, items = described
        code = elements.get("fileCode") or elements.get("arcFileCode") or ""
        if not code or not items:
            return None
        body, _ = _agent(header, "CREATOR", "IPOWNER")
        _, archive = _agent(header, "ARCHIVIST")
        created = str(header.get("CREATEDATE", ""))
        return Packaged(kind, str(self._root.get("OBJID", "")), created, body, archive, code, elements, items)

    def _document(self, path: str) -> Any:
        with self._tree.open(path) as handle:
            return parse(handle.read(MOST_XML))

    def _described(self) -> tuple[dict[str, str], tuple[PackagedItem, ...]] | None:
        for path in _references(self._root, "").values():
            name = PurePosixPath(path).name
            document = self._document(path) if name.upper() in ("EAD.XML", "EAD3.XML") else None
            if document is not None and document.tag == "simpledc":
                return _elements(document), tuple(self._tied())
            if document is not None and document.tag == f"{{{EAD3}}}ead":
                return _of_ead3(document, PurePosixPath(path).parent)
        return None

    def _tied(self) -> Iterator[PackagedItem]:
        """Items of the circular, in the order of the ties of data files to their metadata."""
        for path in sorted(name for name in self._tree.names if _is_part(name)):
            document = self._document(path)
            described = _references(document, str(PurePosixPath(path).parent))
            files = _files(document, str(PurePosixPath(path).parent))
            for div in document.iter(f"{{{METS}}}div"):
                if div.get("LABEL") != "MetadataLink/File":
                    continue
                said = described.get(str(div.get("DMDID", "")), "")
                named = [str(each.get("FILEID")) for each in div.iterfind("mets:fptr", _NS)]
                data = tuple(files[name] for name in named if name in files)
                form = PurePosixPath(said).name.removesuffix(".xml").partition("_File")[0]
                yield PackagedItem(form, _elements(self._document(said)) if said else {}, data)


def _is_part(name: str) -> bool:
    parts = name.split("/")
    return len(parts) == 3 and parts[0] == "representations" and parts[2] == "METS.xml"


def _references(root: Any, folder: str) -> dict[str, str]:
    """Where descriptive metadata is, by the id of its section."""
    found = {}
    for section in root.iterfind("mets:dmdSec", _NS):
        place = section.find("mets:mdRef", _NS)
        if place is not None:
            found[str(section.get("ID"))] = _path(folder, place)
    return found


def _files(root: Any, folder: str) -> dict[str, str]:
    places = ((file, file.find("mets:FLocat", _NS)) for file in root.iter(f"{{{METS}}}file"))
    return {str(file.get("ID")): _path(folder, place) for file, place in places if place is not None}


def _path(folder: str, place: Any) -> str:
    href = unquote(str(place.get(f"{{{XLINK}}}href", "")))
    return f"{folder}/{href}" if folder else href


def _elements(document: Any) -> dict[str, str]:
    return {etree.QName(one).localname: (one.text or "").strip() for one in document if isinstance(one.tag, str)}


def _agent(header: Any, *roles: str) -> tuple[str, str]:
    """Name and code of the first organisation in one of these roles."""
    for agent in header.iterfind("mets:agent", _NS):
        if agent.get("ROLE") in roles and agent.get("TYPE") == "ORGANIZATION":
            code = agent.findtext("mets:note[@csip:NOTETYPE='IDENTIFICATIONCODE']", "", _NS)
            return str(agent.findtext("mets:name", "", _NS)).strip(), str(code).strip()
    return "", ""


def _of_ead3(root: Any, folder: PurePosixPath) -> tuple[dict[str, str], tuple[PackagedItem, ...]]:
    """Of E-ARK packages: by the names that the circular gives the same things in a SIP."""
    whole = root.find("ead:archdesc", _NS)
    file = _of_did(whole, {"unitid": "fileCode", "unittitle": "title"})
    items = []
    for component in whole.iterfind("ead:dsc/ead:c", _NS):
        hrefs = [str(each.get("href", "")) for each in component.iterfind("ead:did/ead:dao", _NS)]
        said = _of_did(component, {"unitid": "code", "unittitle": "subject"})
        items.append(PackagedItem("", said, tuple(_inside(folder, unquote(href)) for href in hrefs)))
    return file, tuple(items)


def _of_did(component: Any, names: Mapping[str, str]) -> dict[str, str]:
    did = component.find("ead:did", _NS)
    found = {element: (did.findtext(f"ead:{name}", "", _NS) or "").strip() for name, element in names.items()}
    span = did.find("ead:unitdatestructured", _NS)
    if span is not None:
        for name, element in (("fromdate", "startDate"), ("todate", "endDate"), ("datesingle", "issuedDate")):
            found[element] = (span.findtext(f".//ead:{name}", "", _NS) or "").strip()
    found["organName"] = (did.findtext("ead:origination/ead:corpname/ead:part", "", _NS) or "").strip()
    return {element: text for element, text in found.items() if text}


def _inside(folder: PurePosixPath, href: str) -> str:
    """A relative address as a path from the root of the package. Raises ValueError where it leads out of it."""
    parts: list[str] = [*folder.parts]
    for part in href.split("/"):
        if part == "..":
            if not parts:
                raise ValueError(gettext("“{href}” leads out of the package.").format(href=href))
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
