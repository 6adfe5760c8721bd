"""METS 1.12 as E-ARK CSIP 2.2.0 asks: nothing inlined, every file of a package listed once with size and SHA-256."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from digitizer import __version__
from digitizer.deliver.forms import PackageForm
from digitizer.deliver.xml import CSIP, METS, SIP, XLINK, XSI, child, element, serialise

SOFTWARE = "Digitizer"
DATA = "Data"
"""USE of the group that holds what a representation is made of."""
CONTENT = "Textual works – Digital"
"""Of the vocabulary of content categories, with its en dash."""
LOOSE_CONTENT = "Collection"
"""Of loose items, as the circular calls it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in a package. ``path``: from the root of the package. ``sha256``: lower-case hex. ``media``: its media
    type.
    """

    path: str
    size: int
    sha256: str
    media: str


@dataclass(frozen=True, slots=True)
class Agents:
    """Who is named in a METS header: the body that the files come from and the archive, each with its code."""

    body: str
    body_code: str
    archive: str
    archive_code: str


@dataclass(frozen=True, slots=True)
class Link:
    """An item: its metadata (None for none) and its files."""

    label: str
    described: Kept | None
    files: Sequence[Kept]


@dataclass(frozen=True, slots=True)
class Part:
    """What a METS.xml tells. ``folder``: from the root of the package, "" for the root. ``kind_of``: MDTYPE and its
    version by path of descriptive metadata. ``groups``: files by the USE of their group. ``links``: items with
    their files; ``pages``: labels and files in reading order.
    """

    folder: str
    label: str
    descriptive: Sequence[Kept]
    preservation: Sequence[Kept]
    groups: Mapping[str, Sequence[Kept]]
    kind_of: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    links: Sequence[Link] = ()
    pages: Sequence[tuple[str, Sequence[Kept]]] = ()


class Mets:
    """Writes the METS.xml of one package. Ids are UUIDs made of the package's own and what they stand for, so that the
    same package is described alike.
    """

    def __init__(
        self, form: PackageForm, identifier: str, uuid: UUID, created: str, agents: Agents, *, content: str = CONTENT
    ) -> None:
        """``created``: ISO 8601 with zone. ``content``: the category of what it holds."""
        self._form, self._identifier, self._uuid, self._created = form, identifier, uuid, created
        self._agents, self._content = agents, content

    def write(self, part: Part) -> bytes:
        """The METS.xml in ``part.folder``."""
        is_root = not part.folder
        root = element(
            f"{{{METS}}}mets",
            {
                "OBJID": self._identifier if is_root else part.folder.rpartition("/")[2],
                "LABEL": part.label,
                "TYPE": self._content,
                f"{{{CSIP}}}CONTENTINFORMATIONTYPE": "MIXED",
                "PROFILE": self._form.profile,
                f"{{{XSI}}}schemaLocation": f"{METS} {'../../' if part.folder else ''}schemas/mets.xsd",
            },
            mets=METS, xlink=XLINK, xsi=XSI, csip=CSIP, sip=SIP,
        )  # fmt: skip
        self._header(root, is_root=is_root)
        for kept in part.descriptive:
            kind, version = part.kind_of[kept.path]
            section = child(root, "dmdSec", {"ID": self._id("dmd", kept), **self._current})
            self._reference(section, part, kept, _kind(kind, version))
        if part.preservation:
            section = child(root, "amdSec", {"ID": self._id("amd", part.folder)})
            for kept in part.preservation:
                provenance = child(section, "digiprovMD", {"ID": self._id("digiprov", kept), **self._current})
                self._reference(provenance, part, kept, _kind("PREMIS", "3.0"))
        elif self._form.layout == "tt05":
            child(root, "amdSec", {"ID": self._id("amd", part.folder)})
        self._files(root, part)
        self._map(root, part)
        if part.pages:
            self._page_map(root, part)
        return serialise(root)

    @property
    def _current(self) -> dict[str, str]:
        return {"CREATED": self._created, "STATUS": "CURRENT"}

    def _id(self, kind: str, of: Kept | str) -> str:
        """Those of files begin with ``ID``, as the AIP of E-ARK asks (AIP9)."""
        name = of if isinstance(of, str) else of.path
        return f"{'ID' if kind == 'file' else 'uuid'}-{str(uuid5(self._uuid, f'{kind}:{name}')).upper()}"

    def _header(self, root: Any, *, is_root: bool) -> None:
        header = child(
            root,
            "metsHdr",
            {
                "CREATEDATE": self._created,
                "LASTMODDATE": self._created,
                "RECORDSTATUS": "NEW",
                f"{{{CSIP}}}OAISPACKAGETYPE": self._form.package,
            },
        )
        agent = child(header, "agent", {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"})
        child(agent, "name", text=SOFTWARE)
        child(agent, "note", {f"{{{CSIP}}}NOTETYPE": "SOFTWARE VERSION"}, text=__version__)
        if is_root:
            who = self._agents
            first = "CREATOR" if self._form.package == "SIP" else "IPOWNER"
            for role, name, code in ((first, who.body, who.body_code), ("ARCHIVIST", who.archive, who.archive_code)):
                agent = child(header, "agent", {"ROLE": role, "TYPE": "ORGANIZATION"})
                child(agent, "name", text=name)
                child(agent, "note", {f"{{{CSIP}}}NOTETYPE": "IDENTIFICATIONCODE"}, text=code)

    def _reference(self, parent: Any, part: Part, kept: Kept, kind: Mapping[str, str]) -> None:
        child(
            parent, "mdRef", {"ID": self._id("mdref", kept), **self._locator(part, kept), **kind, **self._facts(kept)}
        )

    def _locator(self, part: Part, kept: Kept) -> dict[str, str]:
        return {"LOCTYPE": "URL", f"{{{XLINK}}}type": "simple", f"{{{XLINK}}}href": _href(part, kept)}

    def _facts(self, kept: Kept) -> dict[str, str]:
        return {
            "MIMETYPE": kept.media,
            "SIZE": str(kept.size),
            "CREATED": self._created,
            "CHECKSUM": kept.sha256,
            "CHECKSUMTYPE": "SHA-256",
        }

    def _files(self, root: Any, part: Part) -> None:
        groups = {use: files for use, files in part.groups.items() if files}
        if not groups:
            return
        section = child(root, "fileSec", {"ID": self._id("files", part.folder)})
        for use, files in groups.items():
            group = child(section, "fileGrp", {"USE": use, "ID": self._group(part, use)})
            if use.startswith("Representations"):
                group.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "MIXED")
            for kept in files:
                file = child(group, "file", {"ID": self._id("file", kept), **self._facts(kept)})
                child(file, "FLocat", self._locator(part, kept))

    def _group(self, part: Part, use: str) -> str:
        return self._id("group", f"{part.folder}:{use}")

    def _map(self, root: Any, part: Part) -> None:
        """The structure that CSIP asks for; the circular's tie of an item to its metadata stands in it."""
        top = child(root, "structMap", {"ID": self._id("map", part.folder), "TYPE": "PHYSICAL", "LABEL": "CSIP"})
        label = self._identifier if not part.folder else part.folder.rpartition("/")[2]
        whole = child(top, "div", {"ID": self._id("div", part.folder), "LABEL": label})
        metadata = {"ID": self._id("div", f"{part.folder}:Metadata"), "LABEL": "Metadata"}
        if part.preservation:
            metadata["ADMID"] = " ".join(self._id("digiprov", kept) for kept in part.preservation)
        if part.descriptive:
            metadata["DMDID"] = " ".join(self._id("dmd", kept) for kept in part.descriptive)
        child(whole, "div", metadata)
        for use, files in part.groups.items():
            if not files:
                continue
            div = child(whole, "div", {"ID": self._id("div", f"{part.folder}:{use}"), "LABEL": use})
            if use.startswith("Representations/"):
                title = {f"{{{XLINK}}}title": self._group(part, use)}
                child(div, "mptr", {**self._locator(part, files[0]), **title})
            else:
                child(div, "fptr", {"FILEID": self._group(part, use)})
            if use == DATA and part.links:
                self._links(div, part)

    def _links(self, data: Any, part: Part) -> None:
        """Below the data: what stands directly below the whole must be called as a folder is (commons-ip, CSIP107)."""
        links = child(data, "div", {"ID": self._id("div", f"{part.folder}:MetadataLink"), "LABEL": "MetadataLink"})
        for number, link in enumerate(part.links, 1):
            said = {
                "ID": self._id("link", f"{part.folder}:{number}"),
                "LABEL": "MetadataLink/File",
                "ORDER": str(number),
            }
            if link.described is not None:
                said["DMDID"] = self._id("dmd", link.described)
            if part.preservation:
                said["ADMID"] = " ".join(self._id("digiprov", kept) for kept in part.preservation)
            div = child(links, "div", said)
            for kept in link.files:
                child(div, "fptr", {"FILEID": self._id("file", kept)})

    def _page_map(self, root: Any, part: Part) -> None:
        top = child(root, "structMap", {"ID": self._id("pages", part.folder), "TYPE": "PHYSICAL", "LABEL": "Pages"})
        whole = child(top, "div", {"ID": self._id("pages-div", part.folder), "LABEL": "Pages"})
        for number, (label, files) in enumerate(part.pages, 1):
            said = {"ID": self._id("page", f"{part.folder}:{number}"), "ORDER": str(number), "LABEL": label}
            div = child(whole, "div", {**said, "TYPE": "page"})
            for kept in files:
                child(div, "fptr", {"FILEID": self._id("file", kept)})


def _kind(kind: str, version: str) -> dict[str, str]:
    known = kind in ("DC", "EAD", "PREMIS")
    said = {"MDTYPE": kind} if known else {"MDTYPE": "OTHER", "OTHERMDTYPE": kind.removeprefix("OTHER:")}
    return said | ({"MDTYPEVERSION": version} if version else {})


def _href(part: Part, kept: Kept) -> str:
    """Relative to the METS.xml, percent-encoded (a literal + is read as a blank by some)."""
    inside = kept.path.removeprefix(f"{part.folder}/") if part.folder else kept.path
    return quote(inside, safe="/")
