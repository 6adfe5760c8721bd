"""Proving a package: our own before it gets its name, anybody's when it comes in. Untrusted; nothing is unpacked.

Every file is read and hashed; METS, PREMIS and EAD are checked against the XSDs; of E-ARK CSIP 2.2.0 the rules that
decide acceptance; of Circular 05/2025 what real packages were seen to get wrong. All faults are told, not the first.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from lxml import etree

from digitizer.deliver.bag_check import check_bag
from digitizer.deliver.elements import document_faults, file_faults
from digitizer.deliver.mets import SOFTWARE
from digitizer.deliver.pdf_check import Check
from digitizer.deliver.tree import CHUNK, UNREADABLE, Reading, opened
from digitizer.deliver.xml import (
    CSIP,
    METS,
    PREMIS,
    XLINK,
    own_schema_faults,
    parse,
    schema_faults,
    seal_of,
    streamed_faults,
    texts,
)
from digitizer.i18n import gettext
from digitizer.tasks import Task

MOST_XML = 512 << 20
"""Bytes of one XML document that are looked at."""
_SAID = 5
"""Faults of one document that are told."""
_DIGITS = 7
_NS = {"mets": METS, "xlink": XLINK, "csip": CSIP}
_ORDINAL = re.compile(r"\.(\d{7})$")
_NUMBERED = re.compile(r"\.(\d{1,7})(?:[-_][A-Za-z0-9_-]*)?$")
"""At the end of the name of a file: its number, perhaps with a suffix."""
_SHA256 = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PackageFault:
    """``check``: which failed (a name of ``PackageReport.checks``). ``where``: path in the package, "" for the whole.
    ``what``: a sentence.
    """

    check: str
    where: str
    what: str


@dataclass(slots=True)
class PackageReport:
    """``kind``: sip, aip, dip or bag. ``identifier``: its OBJID. ``codes``: of the files that it describes. ``files``:
    how many there are.
    """

    kind: str = ""
    identifier: str = ""
    codes: list[str] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    checks: list[Check] = field(default_factory=list)
    faults: list[PackageFault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults


def verify_package(path: Path, task: Task | None = None) -> PackageReport:
    """Everything that can be said against the package in a folder or ZIP. Raises NotAPackage."""
    report = PackageReport()
    with opened(path) as tree:
        report.files, report.bytes = len(tree.names), sum(map(tree.size, tree.names))
        _add(report, "plain-files", ((name, gettext("It is no plain file.")) for name in tree.odd))
        if "bagit.txt" in tree:
            report.kind = "bag"
            _add(report, "bag", check_bag(tree, task or Task()))
            for inner in sorted({name.split("/")[1] for name in tree.names if name.startswith("data/")}):
                if f"data/{inner}/METS.xml" in tree:
                    _check_package(tree.under(f"data/{inner}"), report, task or Task())
        else:
            _check_package(tree, report, task or Task())
    return report


def _add(report: PackageReport, check: str, found: Iterator[tuple[str, str]], detail: str = "") -> None:
    faults = [PackageFault(check, where, what) for where, what in found]
    report.faults += faults
    first = f"{faults[0].where}: {faults[0].what}" if faults else detail
    report.checks.append(Check(check, not faults, first))


def _check_package(tree: Reading, report: PackageReport, task: Task) -> None:
    """A package with METS."""
    package = _Package(tree, task)
    root = package.document("METS.xml")
    if root is None or etree.QName(root).localname != "mets":
        _add(report, "mets", iter([("METS.xml", gettext("There is no METS.xml that can be read."))]))
        return
    header = root.find("mets:metsHdr", _NS)
    said = "" if header is None else str(header.get(f"{{{CSIP}}}OAISPACKAGETYPE", ""))
    report.kind, report.identifier = said.lower() or report.kind, str(root.get("OBJID", ""))
    for name, found in (
        ("seal", package.seal(root)),
        ("files", package.files(root)),
        ("schemas", package.schemas()),
        ("csip", package.csip(root)),
        ("descriptions", package.descriptions(root)),
    ):
        told = iter(list(found))  # what it counted is known behind the last
        _add(report, name, told, package.detail.get(name, ""))
    report.codes = package.codes


@dataclass(frozen=True, slots=True)
class _Listed:
    """What a METS.xml says of a file. ``kind``: MDTYPE of metadata, "" of others."""

    path: str
    size: str
    sha256: str
    algorithm: str
    kind: str
    owner: str


class _Package:
    def __init__(self, tree: Reading, task: Task) -> None:
        self._tree, self._task = tree, task
        self._documents: dict[str, Any] = {}
        self._listed: list[_Listed] = []
        self.codes: list[str] = []
        self.detail: dict[str, str] = {}

    def document(self, path: str) -> Any | None:
        """The root of a document of the package; None where there is none that can be read."""
        if path in self._documents:
            return self._documents[path]
        if path not in self._tree or self._tree.size(path) > MOST_XML:
            return None
        try:
            with self._tree.open(path) as handle:
                root = parse(handle)
        except (etree.XMLSyntaxError, *UNREADABLE):
            return None
        if path.endswith("METS.xml"):
            self._documents[path] = root
        return root

    def seal(self, root: Any) -> Iterator[tuple[str, str]]:
        """METS.xml holds the hashes of all others; its own stands behind it in packages of ours."""
        ours = any(name.text == SOFTWARE for name in root.iterfind("mets:metsHdr/mets:agent/mets:name", _NS))
        whole = seal_of(self._tree.bytes("METS.xml", MOST_XML))
        if whole is False or (ours and whole is None):
            yield "METS.xml", gettext("It was changed after it was written.")

    def files(self, root: Any) -> Iterator[tuple[str, str]]:
        """Each file listed once, each listed one there, with its size and SHA-256."""
        self._list("METS.xml", root)
        parts = [each.path for each in self._listed if PurePosixPath(each.path).name == "METS.xml"]
        for part in parts:
            inner = self.document(part)
            if inner is not None:
                self._list(part, inner)
        seen: dict[str, int] = {}
        for each in self._listed:
            seen[each.path] = seen.get(each.path, 0) + 1
            if seen[each.path] > 1:
                yield each.path, gettext("It is listed twice.")
                continue
            yield from ((each.path, what) for what in self._compared(each))
        for name in self._tree.names:
            if name not in seen and name != "METS.xml":
                yield name, gettext("No METS.xml lists it.")
        self.detail["files"] = f"{len(seen)} files"

    def _list(self, owner: str, root: Any) -> None:
        folder = PurePosixPath(owner).parent
        for reference in root.iter(f"{{{METS}}}mdRef"):
            self._append(owner, folder, reference, reference, str(reference.get("MDTYPE", "")))
        for file in root.iter(f"{{{METS}}}file"):
            for place in file.iterfind("mets:FLocat", _NS):
                self._append(owner, folder, place, file, "")

    def _append(self, owner: str, folder: PurePosixPath, place: Any, facts: Any, kind: str) -> None:
        href = unquote(str(place.get(f"{{{XLINK}}}href", "")))
        path = str(folder / href) if str(folder) != "." else href
        said = (str(facts.get(name, "")) for name in ("SIZE", "CHECKSUM", "CHECKSUMTYPE"))
        size, checksum, algorithm = said
        self._listed.append(_Listed(path, size, checksum, algorithm, kind, owner))

    def _compared(self, each: _Listed) -> Iterator[str]:
        if each.path not in self._tree:
            yield gettext("It is listed, but it is not there.")
            return
        if each.size != str(self._tree.size(each.path)):
            yield gettext("It has {size} bytes, not {said}.").format(size=self._tree.size(each.path), said=each.size)
        if each.algorithm != "SHA-256" or not _SHA256.fullmatch(each.sha256):
            yield gettext("Its hash is not SHA-256.")
        else:
            found = self._hash(each.path)
            if found is None:
                yield gettext("It cannot be read.")
            elif found != each.sha256.lower():
                yield gettext("Its bytes are not those that were listed.")

    def _hash(self, path: str) -> str | None:
        digest = hashlib.sha256()
        try:
            with self._tree.open(path) as handle:
                while chunk := handle.read(CHUNK):
                    self._task.check()
                    digest.update(chunk)
        except UNREADABLE:
            return None
        return digest.hexdigest()

    def schemas(self) -> Iterator[tuple[str, str]]:
        """All METS, PREMIS and EAD3 documents against the XSDs."""
        count = 0
        for path in ["METS.xml", *(each.path for each in self._listed)]:
            name = PurePosixPath(path).name
            if not (name == "METS.xml" or "/metadata/" in f"/{path}") or not name.endswith(".xml"):
                continue
            count += 1
            yield from ((path, what) for what in self._schema_faults(path, name))
        self.detail["schemas"] = f"{count} documents"

    def _schema_faults(self, path: str, name: str) -> Iterator[str]:
        try:
            if name.lower().startswith("premis"):  # holds an event for every page: read piece by piece
                with self._tree.open(path) as handle:
                    yield from streamed_faults(handle, PREMIS)[:_SAID]
                return
        except (KeyError, *UNREADABLE):
            yield gettext("It is no XML that can be read.")
            return
        root = self.document(path)
        yield from [gettext("It is no XML that can be read.")] if root is None else schema_faults(root)[:_SAID]

    def csip(self, root: Any) -> Iterator[tuple[str, str]]:
        """Rules of E-ARK CSIP 2.2.0 that the XSDs do not hold."""
        if self._tree.name not in (root.get("OBJID", ""), str(root.get("OBJID", "")).replace(":", "_")):
            yield "METS.xml", gettext("CSIP1: its OBJID is not the name of the folder.")
        for path in ["METS.xml", *(each.path for each in self._listed if each.path.endswith("/METS.xml"))]:
            document = root if path == "METS.xml" else self.document(path)
            if document is not None:
                yield from ((path, what) for what in _csip_faults(document, is_root=path == "METS.xml"))
                yield from ((path, what) for what in self._divisions(PurePosixPath(path).parent, document))

    def _divisions(self, folder: PurePosixPath, document: Any) -> Iterator[str]:
        """What stands directly below the whole in the CSIP map is called as a folder is: commons-ip reads CSIP107 so,
        of every division and not of those of representations alone.
        """
        front = "" if str(folder) == "." else f"{folder}/"
        for div in document.iterfind("mets:structMap[@LABEL='CSIP']/mets:div/mets:div", _NS):
            label = str(div.get("LABEL", ""))
            inside = f"{front}{label[:1].lower()}{label[1:]}/"
            if label and not any(name.startswith(inside) for name in self._tree.names):
                yield gettext("CSIP107: “{label}” of its structural map is no folder.").format(label=label)

    def descriptions(self, root: Any) -> Iterator[tuple[str, str]]:
        """EAD.xml and EAD_doc of Circular 05/2025: their own schema in the package, codes, counts, paper code."""
        kind = str(root.find("mets:metsHdr", _NS).get(f"{{{CSIP}}}OAISPACKAGETYPE", "")).lower()
        whole: dict[str, str] = {}
        items: list[tuple[str, dict[str, str]]] = []
        for each in self._listed:
            name = PurePosixPath(each.path).name
            if each.kind not in ("OTHER", "EAD") or not name.upper().startswith("EAD"):
                continue
            document = self.document(each.path)
            if document is None:
                yield each.path, gettext("It is no XML that can be read.")
                continue
            if document.tag != "simpledc":  # EAD itself
                continue
            values = texts(document)
            yield from ((each.path, what) for what in self._by_own_schema(name, document))
            stem = name.removesuffix(".xml").partition("_File")[0]
            yield from ((each.path, what) for what in document_faults(stem, values, kind))
            if name.upper() == "EAD.XML":
                whole = values
                yield from ((each.path, what) for what in file_faults(values))
            else:
                items.append((each.path, values))
        code = whole.get("fileCode") or whole.get("arcFileCode") or ""
        self.codes = [code] if code else []
        numbers = Counter(values.get("docCode", "") for _, values in items)
        for path, values in items:
            if values.get("docCode") and numbers[values["docCode"]] > 1:
                yield path, gettext("Another item has the docCode “{code}” too.").format(code=values["docCode"])
        for path, values in items:
            yield from ((path, what) for what in _item_faults(values, code))
        loose = "source" in whole
        if whole and not (loose and kind == "aip") and whole.get("totalDoc") != str(len(items)):
            said = gettext("totalDoc is {said}, and {count} items are described.")
            yield "metadata/descriptive/EAD.xml", said.format(said=whole.get("totalDoc") or "—", count=len(items))
        pages = [values.get("numberOfPage", "") for _, values in items]
        if (
            whole
            and not loose
            and all(page.isdecimal() for page in pages)
            and whole.get("numberOfPage") != str(sum(map(int, pages)))
        ):
            said = gettext("numberOfPage is {said}, and the items have {count} pages.")
            shown = said.format(said=whole.get("numberOfPage") or "—", count=sum(map(int, pages)))
            yield "metadata/descriptive/EAD.xml", shown
        if whole:
            yield from self._ties({path: values.get("docCode", "") for path, values in items})

    def _by_own_schema(self, name: str, document: Any) -> Iterator[str]:
        """The schema that came with it must fit: names that clash were seen in real packages."""
        stem = name.removesuffix(".xml").partition("_File")[0]
        path = next((each for each in self._tree.names if each.lower() == f"schemas/{stem}.xsd".lower()), None)
        if path is None:
            yield gettext("There is no schema of it in the package.")
            return
        schema = self.document(path)
        try:
            found = [gettext("Its schema cannot be read.")] if schema is None else own_schema_faults(schema, document)
        except etree.XMLSchemaParseError:
            found = [gettext("Its schema cannot be read.")]
        yield from found[:_SAID]

    def _ties(self, codes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Each data file is tied to its metadata, and its number is that of the docCode there. ``codes``: by path."""
        for each in self._listed:
            if each.path.endswith("/METS.xml") and (document := self.document(each.path)) is not None:
                folder = PurePosixPath(each.path).parent
                described = {
                    str(section.get("ID")): str(folder / unquote(str(place.get(f"{{{XLINK}}}href", ""))))
                    for section in document.iterfind("mets:dmdSec", _NS)
                    for place in section.iterfind("mets:mdRef", _NS)
                }
                tied = {
                    str(pointer.get("FILEID")): codes.get(described.get(str(div.get("DMDID")), ""), "")
                    for div in document.iter(f"{{{METS}}}div")
                    if div.get("LABEL") == "MetadataLink/File" and div.get("DMDID")
                    for pointer in div.iterfind("mets:fptr", _NS)
                }
                for file in document.iterfind("mets:fileSec/mets:fileGrp/mets:file", _NS):
                    place = file.find("mets:FLocat", _NS)
                    said = "" if place is None else str(place.get(f"{{{XLINK}}}href", ""))
                    if str(file.get("ID")) not in tied:
                        yield each.path, gettext("“{file}” is tied to no metadata.").format(file=said)
                    elif (what := _other_number(said, tied[str(file.get("ID"))])) is not None:
                        yield each.path, what


def _other_number(href: str, code: str) -> str | None:
    """Where a file is named by a number of its own, it is that of its docCode."""
    number, named = _ORDINAL.search(code), _NUMBERED.search(PurePosixPath(unquote(href)).stem)
    if number is None or named is None or int(number[1]) == int(named[1]):
        return None
    return gettext("“{file}” is tied to the item “{code}”, which has another number.").format(file=href, code=code)


def _csip_faults(root: Any, *, is_root: bool) -> Iterator[str]:
    header = root.find("mets:metsHdr", _NS)
    for rule, wrong in (
        ("CSIP1", not root.get("OBJID")),
        ("CSIP2", not root.get("TYPE")),
        ("CSIP4", not root.get(f"{{{CSIP}}}CONTENTINFORMATIONTYPE")),
        ("CSIP6", not root.get("PROFILE")),
        ("CSIP117", header is None),
        ("CSIP7", header is None or not header.get("CREATEDATE")),
        (
            "CSIP9",
            header is None or header.get(f"{{{CSIP}}}OAISPACKAGETYPE") not in ("SIP", "AIP", "DIP", "AIU", "AIC"),
        ),
        ("CSIP10", header is None or not _software(header)),
        ("CSIP31", len(root.findall("mets:amdSec", _NS)) > 1),
    ):
        if wrong:
            yield gettext("{rule} of E-ARK CSIP does not hold.").format(rule=rule)
    for kind, rule in (("mdRef", "CSIP22"), ("FLocat", "CSIP77")):
        for place in root.iter(f"{{{METS}}}{kind}"):
            facts = place if kind == "mdRef" else place.getparent()
            missing = [
                name for name in ("MIMETYPE", "SIZE", "CREATED", "CHECKSUM", "CHECKSUMTYPE") if not facts.get(name)
            ]
            href = str(place.get(f"{{{XLINK}}}href", ""))
            if place.get("LOCTYPE") != "URL" or place.get(f"{{{XLINK}}}type") != "simple" or not href or missing:
                yield gettext("{rule} of E-ARK CSIP does not hold.").format(rule=f"{rule} ({href or '—'})")
            elif "//" in href or href.startswith("/") or ".." in href.split("/"):
                yield gettext("“{href}” leads out of the package.").format(href=href)
    maps = [each for each in root.iterfind("mets:structMap", _NS) if each.get("LABEL") == "CSIP"]
    if len(maps) != 1 or maps[0].get("TYPE") != "PHYSICAL" or len(maps[0]) != 1:
        yield gettext("{rule} of E-ARK CSIP does not hold.").format(rule="CSIP80")
        return
    labels = {str(div.get("LABEL", "")) for div in maps[0][0]}
    uses = {str(group.get("USE", "")) for group in root.iterfind("mets:fileSec/mets:fileGrp", _NS)}
    asked = [("CSIP88", "Metadata", labels)]
    if is_root:
        asked += [("CSIP60", "Documentation", uses), ("CSIP113", "Schemas", uses)]
        asked += [("CSIP95", "Documentation", labels), ("CSIP99", "Schemas", labels)]
        if not any(use.startswith("Representations") for use in uses):
            yield gettext("{rule} of E-ARK CSIP does not hold.").format(rule="CSIP114")
    for rule, wanted, there in asked:
        if wanted not in there:
            yield gettext("{rule} of E-ARK CSIP does not hold.").format(rule=rule)


def _software(header: Any) -> bool:
    return any(
        agent.get("ROLE") == "CREATOR" and agent.get("TYPE") == "OTHER" and agent.get("OTHERTYPE") == "SOFTWARE"
        and (agent.findtext("mets:name", "", _NS) or "").strip()
        for agent in header.iterfind("mets:agent", _NS)
    )  # fmt: skip


def _item_faults(values: dict[str, str], code: str) -> Iterator[str]:
    said = values.get("docCode", "")
    ordinal = said.removeprefix(f"{code}.")
    if code and (ordinal == said or len(ordinal) != _DIGITS or not ordinal.isdecimal()):
        sentence = gettext(
            "docCode is “{said}”, and not the code of the file (“{code}”) with a number of seven digits."
        )
        yield sentence.format(said=said, code=code)
    if "arcFileCode" in values and values["arcFileCode"] != code:
        yield gettext("arcFileCode is “{said}”, and that of the file “{code}”.").format(
            said=values["arcFileCode"], code=code
        )
