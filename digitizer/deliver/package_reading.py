"""What an archive's package describes, read out of its METS, EAD.xml and EAD_doc, or EAD3: a file, its items, and which
data files are whose. Only of packages that ``package_check`` has found whole.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from lxml import etree

from digitizer.deliver.content import SECRET_ACCESS
from digitizer.deliver.elements import shipped
from digitizer.deliver.originals import is_original_name
from digitizer.deliver.package_check import MOST_XML, PackageFault, PackageReport, verify_package
from digitizer.deliver.tree import CHUNK, UNREADABLE, Reading, opened
from digitizer.deliver.xml import CSIP, EAD3, METS, XLINK, parse, texts
from digitizer.errors import FileRefused, NotAPackage
from digitizer.i18n import as_sentence, gettext, language, set_language
from digitizer.tasks import Task
from digitizer.workers import SECONDS_PER_TASK, WorkerPool
from ocr.errors import PageError
from ocr.load import inspect

_BYTES_A_SECOND = 2 << 20
"""Slower than any disk that a package is read from; beyond that, time is not what is lacking."""
_LONGEST_NAME = 200
_NS = {"mets": METS, "xlink": XLINK, "csip": CSIP, "ead": EAD3}


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """A data file. ``path``: in the package. ``staged``: its copy in the folder of ours. ``pages``: how many it has."""

    path: str
    staged: Path
    pages: int


@dataclass(frozen=True, slots=True)
class PackagedItem:
    """``form``: which of the circular's descriptions it has (EAD_doc, EAD_pic, EAD_media). ``elements``: what they say,
    by their names in a SIP or AIP. ``paths``: of its files in the package; ``files``: those that become its pages.
    ``left``: paths of those that show the same pages once more.
    """

    form: str
    elements: Mapping[str, str]
    paths: tuple[str, ...]
    files: tuple[PackagedFile, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Packaged:
    """A package: ``kind`` SIP or AIP (a bag holds one), ``identifier``: its OBJID. ``created``: as it says itself.
    ``body``: who made it. ``archive_code``: of the archive that it goes to. ``code``: of the file; "" where its items
    lie in none.
    """

    kind: str
    identifier: str
    created: str
    body: str
    archive_code: str
    code: str
    elements: Mapping[str, str]
    items: tuple[PackagedItem, ...]

    @property
    def secret(self) -> bool:
        """Whether it, or anything in it, says that its access is secret."""
        return any(
            each.get("mode") == SECRET_ACCESS for each in (self.elements, *(item.elements for item in self.items))
        )


def looked_into(
    path: Path, folder: Path | None = None, task: Task | None = None
) -> tuple[PackageReport, Packaged | None]:
    """All that speaks against the package; and what it describes, where nothing does and that can be taken in: its data
    files are then copied into ``folder``, each opened and its pages counted. All of it in a worker, for others wrote
    it; what becomes of that is told as a fault of the package. Raises Cancelled.
    """
    with WorkerPool(1, seconds_per_task=SECONDS_PER_TASK + _bytes_of(path) / _BYTES_A_SECOND) as pool:
        try:
            return pool.run(_look_into, path, folder, language(), task=task)
        except PageError as error:  # the worker died, or took too long
            return _unread(str(error)), None


def _look_into(path: Path, folder: Path | None, spoken: str) -> tuple[PackageReport, Packaged | None]:
    """In a worker, in the language ``spoken``."""
    set_language(spoken)
    try:
        report = verify_package(path)
        if not report.ok or folder is None:
            return report, None
        with opened(path) as tree:
            return report, _Reader(inner(tree), folder).read()
    except NotAPackage as error:
        return _unread(str(error.details["reason"])), None
    except _Wrong as error:
        report.faults.append(PackageFault("content", error.where, str(error)))
        return report, None
    except etree.LxmlError:  # holds what no other process can take
        return _unread(gettext("There is something in it that cannot be read.")), None
    except (KeyError, *UNREADABLE):
        return report, None


class _Wrong(Exception):
    """What cannot be taken in of a package that is whole. ``where``: path in it."""

    def __init__(self, where: str, said: str) -> None:
        super().__init__(said)
        self.where = where


def _unread(why: str) -> PackageReport:
    return PackageReport(faults=[PackageFault("package", "", as_sentence(why))])


def _bytes_of(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    held = (Path(folder) / name for folder, _, names in os.walk(path) for name in names)
    return sum(each.lstat().st_size for each in held)


def inner(tree: Reading) -> Reading:
    """The package itself, which in a bag is its payload."""
    if "bagit.txt" not in tree:
        return tree
    tops = {name.split("/")[1] for name in tree.names if name.startswith("data/") and name.count("/") > 1}
    packages = [top for top in tops if f"data/{top}/METS.xml" in tree]
    if len(packages) != 1:
        raise _Wrong(
            "data", gettext("It holds {count} packages; one is taken in at a time.").format(count=len(packages))
        )
    return tree.under(f"data/{packages[0]}")


class _Reader:
    def __init__(self, tree: Reading, folder: Path) -> None:
        self._tree, self._folder = tree, folder
        self._root = self._document("METS.xml")
        self._staged = 0

    def read(self) -> Packaged | None:
        """None where it describes nothing that can be taken in."""
        header = self._root.find("mets:metsHdr", _NS)
        kind = str(header.get(f"{{{CSIP}}}OAISPACKAGETYPE", ""))
        described = self._described()
        if described is None:
            return None
        elements, items = described
        batch = "source" in elements  # of items that lie in no file (resources/packages)
        code = "" if batch else elements.get("fileCode") or elements.get("arcFileCode") or ""
        if not items:
            return None
        body, _ = _agent(header, "CREATOR", "IPOWNER")
        _, archive = _agent(header, "ARCHIVIST")
        created = str(header.get("CREATEDATE", ""))
        found = Packaged(
            kind, str(self._root.get("OBJID", "")), created, body, archive, code, elements,
            tuple(map(self._with_files, _merged(items))),
        )  # fmt: skip
        _refuse_doubles(found)
        return found

    def _with_files(self, item: PackagedItem) -> PackagedItem:
        """The item with its files staged. A PDF that came signed or born digital stands beside a searchable copy of the
        same pages: the one that came takes the copy's place where it shows just these.
        """
        staged = {path: self._stage(path) for path in item.paths}
        came = [path for path in item.paths if is_original_name(path)]
        copies = [path for path in item.paths if path not in came] or came
        wanted, left = copies, [path for path in came if path not in copies]
        pages = sum(staged[path].pages for path in copies)
        if left and sum(staged[path].pages for path in left) == pages:
            wanted, left = left, copies
        said = item.elements.get("numberOfPage", "")
        if said.isdecimal() and int(said) != pages:
            sentence = gettext("numberOfPage is {said}, and its files have {count} pages.")
            raise _Wrong(item.paths[0] if item.paths else "", sentence.format(said=said, count=pages))
        return replace(item, files=tuple(staged[path] for path in wanted), left=tuple(left))

    def _stage(self, path: str) -> PackagedFile:
        if not _is_data(path) or path not in self._tree:
            raise _Wrong(path, gettext("It is no data file of the package."))
        self._staged += 1
        place = self._folder / str(self._staged) / _plain_name(path)
        place.parent.mkdir()
        with self._tree.open(path) as reader, place.open("wb") as writer:
            shutil.copyfileobj(reader, writer, CHUNK)
        try:
            return PackagedFile(path, place, len(inspect(place).pages))
        except PageError as error:
            raise _Wrong(path, FileRefused(Path(PurePosixPath(path).name), error.fault).message) from error

    def _document(self, path: str) -> Any:
        with self._tree.open(path) as handle:
            return parse(handle.read(MOST_XML))

    def _described(self) -> tuple[dict[str, str], list[tuple[str, PackagedItem]]] | None:
        for path in _references(self._root, "").values():
            name = PurePosixPath(path).name
            document = self._document(path) if name.upper() in ("EAD.XML", "EAD3.XML") else None
            if document is not None and document.tag == "simpledc":
                return texts(document), list(self._tied())
            if document is not None and document.tag == f"{{{EAD3}}}ead":
                return _of_ead3(document, PurePosixPath(path).parent)
        return None

    def _tied(self) -> Iterator[tuple[str, PackagedItem]]:
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
                yield said, PackagedItem(form, texts(self._document(said)) if said else {}, data)


def _merged(items: Iterable[tuple[str, PackagedItem]]) -> list[PackagedItem]:
    """Some tie each file of an item on its own."""
    found: dict[str, PackagedItem] = {}
    for key, item in items:
        known = found.get(key)
        found[key] = item if known is None else replace(known, paths=(*known.paths, *item.paths))
    return list(found.values())


def _refuse_doubles(packaged: Packaged) -> None:
    codes = Counter(item.elements.get("docCode") or item.elements.get("code") for item in packaged.items)
    for code, count in codes.items():
        if code and count > 1:
            raise _Wrong("", gettext("Several items have the code “{code}”.").format(code=code))


def _is_data(path: str) -> bool:
    parts = path.split("/")
    return len(parts) > 3 and parts[0] == "representations" and parts[2] == "data"


def _plain_name(path: str) -> str:
    """Its last part, as long as a file system takes it."""
    return PurePosixPath(path).name.encode()[-_LONGEST_NAME:].decode(errors="ignore").lstrip(".") or "data"


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


def _agent(header: Any, *roles: str) -> tuple[str, str]:
    """Name and code of the first organisation in one of these roles."""
    for agent in header.iterfind("mets:agent", _NS):
        if agent.get("ROLE") in roles and agent.get("TYPE") == "ORGANIZATION":
            code = agent.findtext("mets:note[@csip:NOTETYPE='IDENTIFICATIONCODE']", "", _NS)
            return str(agent.findtext("mets:name", "", _NS)).strip(), str(code).strip()
    return "", ""


def _of_ead3(root: Any, folder: PurePosixPath) -> tuple[dict[str, str], list[tuple[str, PackagedItem]]]:
    """Of E-ARK packages: by the names that the circular gives the same things in a SIP."""
    whole = root.find("ead:archdesc", _NS)
    file = _of_did(whole, {"unitid": "fileCode", "unittitle": "title"})
    items = []
    for number, component in enumerate(whole.iterfind("ead:dsc/ead:c", _NS)):
        hrefs = [str(each.get("href", "")) for each in component.iterfind("ead:did/ead:dao", _NS)]
        said = _of_did(component, {"unitid": "code", "unittitle": "subject"})
        paths = tuple(_inside(folder, unquote(href)) for href in hrefs)
        items.append((str(number), PackagedItem("", said, paths)))
    return file, items


def _of_did(component: Any, names: Mapping[str, str]) -> dict[str, str]:
    did = component.find("ead:did", _NS)
    found = {element: (did.findtext(f"ead:{name}", "", _NS) or "").strip() for name, element in names.items()}
    span = did.find("ead:unitdatestructured", _NS)
    if span is not None:
        for name, element in (("fromdate", "startDate"), ("todate", "endDate"), ("datesingle", "issuedDate")):
            found[element] = (span.findtext(f".//ead:{name}", "", _NS) or "").strip()
    access = (component.findtext("ead:accessrestrict/ead:p", "", _NS) or "").strip()
    if access:
        found["mode"] = shipped().codes["access"].meant(access) or SECRET_ACCESS  # what is not understood is not public
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
