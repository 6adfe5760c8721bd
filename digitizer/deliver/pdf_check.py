"""Read a written PDF back and compare it with what it was made of, and with what PDF/A-2u asks that can be asked here.

This is no validator of ISO 19005-2: it proves what `digitizer.deliver.pdf` promises, through pypdf and pdfium.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdfium2
from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from digitizer.deliver import xmp
from digitizer.deliver.pdf import PdfPage, Profile, page_sides
from digitizer.deliver.pdf_text import mappable
from ocr.text import PageText

SIZE_TOLERANCE = 0.01
"""Points between a page's side as written and as asked."""
FOUND_LEAST = 0.98
"""Share of a page's letters that pdfium must copy. It may drop one of two that lie on each other (noise)."""
LOST_ALLOWED = 3
"""Letters a page may lose so whatever their share: few letters would make one speck of noise a failure."""
SIGNATURE_PLACE, COVERS, FREE = "signature-place", "over what stands on page 1", "on free paper"
SMALLER = "on free paper, the seal smaller than it is"
"""A check that never fails: what stands on page 1 already is no reason not to sign, but is said."""
_HYPHEN_AT_LINE_END = "\ufffe"
"""What pdfium gives for it; it also leaves out the line break."""
_MAPPING = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
_SHOWN = re.compile(rb"<([0-9A-Fa-f]*)> Tj\b")
"""Our text operators; pypdf's own parser takes a tenth of a second a page for them."""
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
_INFO_IN_XMP = {
    "/Title": "dc:title/rdf:Alt/rdf:li",
    "/Author": "dc:creator/rdf:Seq/rdf:li",
    "/Subject": "dc:description/rdf:Alt/rdf:li",
    "/Keywords": "pdf:Keywords",
    "/Creator": "xmp:CreatorTool",
    "/Producer": "pdf:Producer",
}
_DATES_IN_XMP = {"/CreationDate": "xmp:CreateDate", "/ModDate": "xmp:ModifyDate"}


@dataclass(frozen=True)
class Check:
    """One thing looked at. ``detail`` is technical English: what was found, the first fault where ``ok`` is false."""

    name: str
    ok: bool
    detail: str


def check_pdf(path: Path, pages: Sequence[PdfPage], *, profile: Profile = "archive") -> list[Check]:
    """Everything that can be said of the file at ``path``, written from ``pages`` (whose ``image`` is not called).

    All checks are made whether or not one fails; only where the file cannot be read as a PDF there is one.
    Raises OSError where the file cannot be opened.
    """
    with path.open("rb") as handle:
        try:
            return list(_checks(PdfReader(handle, strict=True), path, pages, profile))
        except (PyPdfError, pypdfium2.PdfiumError, ElementTree.ParseError, LookupError, ValueError) as error:
            return [Check("readable", False, repr(error))]


def _checks(reader: PdfReader, path: Path, pages: Sequence[PdfPage], profile: Profile) -> Iterator[Check]:
    count = len(reader.pages)
    yield Check("readable", True, reader.pdf_header)
    yield Check("page-count", count == len(pages), f"{count} of {len(pages)}")
    yield from _pages(reader, pages, profile)
    yield Check("text-copied", *_copied(path, pages))
    yield from _claims(reader)


def _pages(reader: PdfReader, pages: Sequence[PdfPage], profile: Profile) -> Iterator[Check]:
    """What is asked of each page by itself; of every check the first fault is said."""
    faults: dict[str, str] = {}
    for number, (leaf, page) in enumerate(zip(reader.pages, pages, strict=False), start=1):
        said = {
            "page-size": _size_fault(leaf, page),
            "image": _image_fault(leaf, page, profile),
            "text-kept": _text_fault(leaf, page),
        }
        faults = {name: f"page {number}: {fault}" for name, fault in said.items() if fault} | faults
        reader.resolved_objects.clear()  # pypdf keeps all it has read, images too
    for name in ("page-size", "image", "text-kept"):
        yield Check(name, name not in faults, faults.get(name, f"{len(pages)} pages"))


def _size_fault(leaf: PageObject, page: PdfPage) -> str | None:
    asked = page_sides(page)
    got = float(leaf.mediabox.width), float(leaf.mediabox.height)
    apart = max(abs(a - b) for a, b in zip(asked, got, strict=True))
    return f"{got} points, not {asked}" if apart > SIZE_TOLERANCE else None


def _image_fault(leaf: PageObject, page: PdfPage, profile: Profile) -> str | None:
    images = [image.get_object() for image in leaf["/Resources"]["/XObject"].values()]  # type: ignore[index]
    whole = [image for image in images if (image["/Width"], image["/Height"]) == (page.size.width, page.size.height)]
    if any(image.get("/ImageMask") is None and image["/ColorSpace"] != "/DeviceRGB" for image in images):
        return "an image that is not RGB"
    if profile == "archive" and not any(image.get("/BitsPerComponent") == 8 for image in whole):
        return f"no 24-bit image of {page.size.width} x {page.size.height} pixels"
    return None


def _words(text: PageText) -> list[str]:
    return " ".join(mappable(word.text) for word in text.words).split()


def _text_fault(leaf: PageObject, page: PdfPage) -> str | None:
    """The content stream's strings, read through their font's ToUnicode, against the words: no letter may differ."""
    letters = _letters(leaf)
    codes = (data[i : i + 2] for data in _strings(leaf) for i in range(0, len(data), 2))
    shown = "".join(letters.get(code, "\ufffd") for code in codes).split()
    asked = _words(page.text)
    if shown == asked:
        return None
    first = next((i for i, (a, b) in enumerate(zip(asked, shown, strict=False)) if a != b), min(len(asked), len(shown)))
    return f"{len(shown)} words for {len(asked)}, the first that differs is word {first + 1}"


def _letters(leaf: PageObject) -> dict[bytes, str]:
    """What the codes of its fonts mean; they share one table."""
    resources: Any = leaf["/Resources"]
    fonts = [font.get_object() for font in dict.values(resources.get("/Font", {}))]
    tables = {font.raw_get("/ToUnicode").idnum: font["/ToUnicode"] for font in fonts if "/ToUnicode" in font}
    mappings = (mapping for table in tables.values() for mapping in _MAPPING.findall(table.get_data()))
    return {
        bytes.fromhex(code.decode()): bytes.fromhex(letter.decode()).decode("utf-16-be") for code, letter in mappings
    }


def _strings(leaf: PageObject) -> Iterator[bytes]:
    content = leaf.get_contents()
    if content is not None:
        for shown in _SHOWN.findall(content.get_data()):
            yield bytes.fromhex(shown.decode())


def _copied(path: Path, pages: Sequence[PdfPage]) -> tuple[bool, str]:
    """Whether pdfium copies every page's letters; says how many words came whole and in order.

    On noise (a drawing's hatching, dust read as letters) pdfium joins words that lie on each other and orders them
    its own
    way. That is nothing a clerk could mend, so it is said and does not fail the file; a lost letter does.
    """
    total = found = 0
    for index, page in enumerate(pages):
        # Opened for each page: pdfium keeps all it has read of an open document, images too.
        with pypdfium2.PdfDocument(path) as document:
            if index >= len(document):
                break
            text = document[index].get_textpage()
            got = text.get_text_range().replace(_HYPHEN_AT_LINE_END, "- ").split()
        asked = _words(page.text)
        total += len(asked)
        if got == asked:
            found += len(asked)
            continue
        found += sum(match.size for match in SequenceMatcher(None, asked, got, autojunk=False).get_matching_blocks())
        letters = Counter("".join(asked))
        lost = (letters - Counter("".join(got))).total()
        if lost > max(LOST_ALLOWED, (1 - FOUND_LEAST) * letters.total()):
            return False, f"page {index + 1}: {lost} of {letters.total()} letters lost"
    return True, f"{found} of {total} words in order"


def _claims(reader: PdfReader) -> Iterator[Check]:
    root: Any = reader.root_object
    yield Check("not-encrypted", not reader.is_encrypted, "")
    identifier: Any = reader.trailer.get("/ID")
    yield Check("file-id", identifier is not None and len(identifier) == 2, str(identifier))
    intents = [intent.get_object() for intent in root.get("/OutputIntents", [])]
    profile = [intent["/DestOutputProfile"].get_object() for intent in intents if intent["/S"] == "/GTS_PDFA1"]
    rgb = len(profile) == 1 and profile[0].get_data()[16:20] == b"RGB " and profile[0]["/N"] == 3
    yield Check("output-intent", rgb, f"{len(intents)} output intents")
    yield Check("fonts-embedded", *_fonts(reader))
    packet = root["/Metadata"].get_object() if "/Metadata" in root else None
    if packet is None or "/Filter" in packet:
        yield Check("xmp", False, "missing or compressed")
        return
    described = ElementTree.fromstring(packet.get_data()).find(".//rdf:Description", _NAMESPACES)
    assert described is not None
    claim = described.findtext("pdfaid:part", "", _NAMESPACES) + described.findtext(
        "pdfaid:conformance", "", _NAMESPACES
    )
    yield Check("xmp", claim == xmp.PART + xmp.CONFORMANCE, f"PDF/A-{claim}")
    yield Check("info-equals-xmp", *_agreement(reader, described))


def _fonts(reader: PdfReader) -> tuple[bool, str]:
    """Every font of every page is embedded and maps to Unicode (ISO 19005-2, 6.2.11.4.1 and 6.2.11.7)."""
    seen: dict[int, str] = {}
    for leaf in reader.pages:
        resources: Any = leaf["/Resources"]
        for reference in dict.values(resources.get("/Font", {})):
            font = reference.get_object()
            descendant = font["/DescendantFonts"][0].get_object()
            if "/ToUnicode" not in font or "/FontFile2" not in descendant["/FontDescriptor"].get_object():
                return False, str(font["/BaseFont"])
            seen[reference.idnum] = str(font["/BaseFont"])
    return True, ", ".join(seen.values()) or "no font"


def _agreement(reader: PdfReader, described: ElementTree.Element) -> tuple[bool, str]:
    info: Any = reader.metadata or {}
    for key, place in _INFO_IN_XMP.items():
        if info.get(key) != described.findtext(place, None, _NAMESPACES):
            return False, f"{key} differs"
    for key, place in _DATES_IN_XMP.items():
        said = described.findtext(place, "", _NAMESPACES)
        written = re.sub(r"D:(\d{14})([+-]\d\d)'(\d\d)'", r"\1\2\3", str(info.get(key)))
        if datetime.strptime(written, "%Y%m%d%H%M%S%z") != datetime.fromisoformat(said):
            return False, f"{key} differs"
    return True, f"{len(_INFO_IN_XMP) + len(_DATES_IN_XMP)} facts"
