"""Write PDF/A-2u (ISO 19005-2): the page images, their text invisible on the ink, bookmarks, XMP and an output intent.

Objects go to the destination as they are made, so one page is in memory at a time. The same input gives the same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal

from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    IndirectObject,
    NullObject,
    NumberObject,
    PdfObject,
)

from digitizer.deliver import xmp
from digitizer.deliver.pdf_fonts import TextFonts
from digitizer.deliver.pdf_images import archive_image, layers_of, reading_images
from digitizer.deliver.pdf_objects import (
    ObjectFile,
    date_string,
    dictionary,
    flate_stream,
    name,
    number,
    stream,
    text_string,
)
from digitizer.deliver.pdf_text import mappable, text_operators
from ocr.geometry import POINTS_PER_INCH, Size
from ocr.layers import PackedLayers
from ocr.text import PageText
from resources import path

CREATOR = "Digitizer"
PRODUCER = "Digitizer with pypdf"
LEAST_SIDE, GREATEST_SIDE = 3.0, 14400.0
"""Points; no page side may be beyond (ISO 19005-2, 6.1.13)."""

Profile = Literal["archive", "reading"]
"""``archive`` keeps the image as given, in colour; ``reading`` is small."""


_TAGS = {"vie": "vi", "eng": "en", "rus": "ru"}


@dataclass(frozen=True)
class PdfPage:
    """One page.

    ``image`` gives it as JPEG bytes (8-bit RGB or grey) when the page is written, and is called once.
    ``size``: its pixels. ``dpi``: above 0. The boxes of ``text`` are pixels of this image. ``layers``: the same image
    as the reading profile holds it; called in the place of ``image`` where it is there.
    """

    image: Callable[[], bytes]
    size: Size
    dpi: float
    text: PageText
    layers: Callable[[], PackedLayers] | None = None


@dataclass(frozen=True)
class Bookmark:
    """An entry of the outline. ``page`` counts from 0. ``level``: 0 at the top; 1 and more lie in the one before that
    is less.
    """

    title: str
    page: int
    level: int = 0


@dataclass(frozen=True)
class Labels:
    """From ``page`` on (from 0) the pages are called ``prefix`` and 1, 2, 3 ..."""

    page: int
    prefix: str = ""


@dataclass(frozen=True)
class PdfInfo:
    """What the document says of itself; any text may be empty.

    ``language``: BCP 47, such as ``vi``. ``created``: aware; when the file was made. ``identifier``, ``dated`` (ISO
    8601, perhaps without day) and ``kind`` are of the paper, as Dublin Core has them.
    """

    title: str
    author: str
    subject: str
    language: str
    created: datetime
    keywords: tuple[str, ...] = ()
    identifier: str = ""
    dated: str = ""
    kind: str = ""


_BREAKS = re.compile(r"[\t-\r\x85\u2028\u2029]+")


def _stated(text: str) -> str:
    """A fact on one line, in letters that may stand in a PDF/A."""
    return mappable(_BREAKS.sub(" ", text))


def language_of(pages: Sequence[PdfPage]) -> str:
    """BCP 47 tag of the language that most pages were read in; Vietnamese where none was."""
    read = Counter(page.text.languages[0] for page in pages if page.text.blocks and page.text.languages)
    return _TAGS.get(read.most_common(1)[0][0], "vi") if read else "vi"


def write_pdf(
    destination: BinaryIO,
    pages: Sequence[PdfPage],
    info: PdfInfo,
    bookmarks: Sequence[Bookmark] = (),
    labels: Sequence[Labels] = (),
    *,
    profile: Profile = "archive",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write the document to ``destination``, from its present position, which must be the start.

    ``progress`` gets (pages done, all pages). Raises what ``PdfFile`` raises; what was written then is no PDF.
    """
    file = PdfFile(destination, profile=profile)
    for done, page in enumerate(pages):
        progress(done, len(pages))
        file.add(page)
    file.close(info, bookmarks, labels)
    progress(len(pages), len(pages))


class PdfFile:
    """A document that is written page by page to ``destination``, from its present position, which must be the start;
    it is a PDF once it is closed.
    """

    def __init__(self, destination: BinaryIO, *, profile: Profile = "archive") -> None:
        self._file, self._profile = ObjectFile(destination), profile
        self._tree, self._fonts = self._file.reserve(), TextFonts(self._file)
        self._leaves: list[IndirectObject] = []

    def add(self, page: PdfPage) -> None:
        """Raises ValueError where the image is not of the page's size; whatever ``image`` raises passes through."""
        leaf = _page(self._file, page, profile=self._profile, tree=self._tree, fonts=self._fonts)
        self._leaves.append(leaf)

    def close(self, info: PdfInfo, bookmarks: Sequence[Bookmark] = (), labels: Sequence[Labels] = ()) -> None:
        """Write what holds the pages together. Raises ValueError without pages, where a bookmark leads to no page, and
        where ``created`` is naive. ``labels``: rising, the first for page 0; none where the pages are 1, 2, 3 ...
        """
        file, leaves = self._file, self._leaves
        if not leaves:
            raise ValueError("A PDF needs a page")
        if info.created.tzinfo is None:
            raise ValueError("PdfInfo.created must be aware")
        if any(not 0 <= bookmark.page < len(leaves) for bookmark in bookmarks):
            raise ValueError("A bookmark leads to no page")
        kids = dictionary(Type=name("Pages"), Kids=ArrayObject(leaves), Count=NumberObject(len(leaves)))
        file.put(self._tree, kids)
        self._fonts.put()
        outline = _outline(file, bookmarks, leaves)
        file.close(_catalogue(file, self._tree, info, outline, labels), _information(file, info))


def points_per_pixel(size: Size, dpi: float) -> float:
    """72 / ``dpi``, or the nearest scale at which no side of the page leaves the limits of PDF/A."""
    greatest = GREATEST_SIDE / max(size.width, size.height)
    least = LEAST_SIDE / min(size.width, size.height)
    return min(max(POINTS_PER_INCH / dpi, least), greatest)


def page_sides(page: PdfPage) -> tuple[float, float]:
    """Width and height of the page in points. A strip too thin for PDF/A even so gets white paper beside it."""
    scale = points_per_pixel(page.size, page.dpi)
    return max(page.size.width * scale, LEAST_SIDE), max(page.size.height * scale, LEAST_SIDE)


def _page(
    file: ObjectFile, page: PdfPage, *, profile: Profile, tree: IndirectObject, fonts: TextFonts
) -> IndirectObject:
    scale = points_per_pixel(page.size, page.dpi)
    width, height = number(page.size.width * scale), number(page.size.height * scale)
    if profile == "archive":
        painted = archive_image(file, page.image(), page.size)
    else:
        layers = layers_of(page.image(), page.size, page.dpi) if page.layers is None else page.layers()
        painted = reading_images(file, layers, page.size)
    paint = [f"q {width!r} 0 0 {height!r} 0 0 cm"]
    for i, each in enumerate(painted):
        if each.colour is not None:
            paint.append(" ".join(f"{level / 255:.3f}" for level in each.colour) + " rg")
        paint.append(f"/Image{i} Do")
    content = "\n".join([*paint, "Q\n"]).encode("ascii")
    images = {f"Image{i}": each.image for i, each in enumerate(painted)}
    resources: dict[str, PdfObject] = {"XObject": dictionary(**images)}
    text, used = text_operators(page.text, page.size, scale, fonts)
    if used:
        resources["Font"] = dictionary(**used)
    leaf = dictionary(
        Type=name("Page"),
        Parent=tree,
        MediaBox=ArrayObject([NumberObject(0), NumberObject(0), *(number(side) for side in page_sides(page))]),
        Resources=dictionary(**resources),
        Contents=file.add(flate_stream(content + text)),
    )
    return file.add(leaf)


def _catalogue(
    file: ObjectFile, tree: IndirectObject, info: PdfInfo, outline: IndirectObject | None, labels: Sequence[Labels]
) -> IndirectObject:
    profile = file.add(flate_stream(path("icc/srgb.icc").read_bytes(), N=NumberObject(3)))
    intent = dictionary(
        Type=name("OutputIntent"),
        S=name("GTS_PDFA1"),
        OutputConditionIdentifier=ByteStringObject(b"sRGB IEC61966-2.1"),
        Info=ByteStringObject(b"sRGB IEC61966-2.1"),
        RegistryName=ByteStringObject(b"http://www.color.org"),
        DestOutputProfile=profile,
    )
    packet = xmp.packet(
        title=_stated(info.title),
        author=_stated(info.author),
        subject=_stated(info.subject),
        language=info.language,
        keywords=[_stated(word) for word in info.keywords],
        identifier=_stated(info.identifier),
        dated=info.dated,
        kind=_stated(info.kind),
        creator=CREATOR,
        producer=PRODUCER,
        created=info.created,
    )
    entries: dict[str, PdfObject] = {
        "Type": name("Catalog"),
        "Pages": tree,
        "OutputIntents": ArrayObject([intent]),
        # Not compressed: found by programs that do not read PDF.
        "Metadata": file.add(stream(packet, Type=name("Metadata"), Subtype=name("XML"))),
        "ViewerPreferences": dictionary(DisplayDocTitle=BooleanObject(True)),
    }
    if info.language:
        entries["Lang"] = ByteStringObject(info.language.encode("ascii"))
    if outline is not None:
        entries |= {"Outlines": outline, "PageMode": name("UseOutlines")}
    if labels:
        numbers = ArrayObject()
        for each in labels:
            prefix = {"P": text_string(_stated(each.prefix))} if each.prefix else {}
            numbers += [NumberObject(each.page), dictionary(S=name("D"), **prefix)]
        entries["PageLabels"] = dictionary(Nums=numbers)
    return file.add(dictionary(**entries))


def _information(file: ObjectFile, info: PdfInfo) -> IndirectObject:
    texts = {"Title": info.title, "Author": info.author, "Subject": info.subject, "Keywords": "; ".join(info.keywords)}
    entries: dict[str, PdfObject] = {key: text_string(_stated(value)) for key, value in texts.items() if _stated(value)}
    entries |= {"Creator": text_string(CREATOR), "Producer": text_string(PRODUCER)}
    entries |= {"CreationDate": date_string(info.created), "ModDate": date_string(info.created)}
    return file.add(dictionary(**entries))


def _outline(
    file: ObjectFile, bookmarks: Sequence[Bookmark], leaves: Sequence[IndirectObject]
) -> IndirectObject | None:
    if not bookmarks:
        return None
    root, items = file.reserve(), [file.reserve() for _ in bookmarks]
    parents, children = _nested(bookmarks)
    places = {child: place for beside in children.values() for place, child in enumerate(beside)}
    for i, (item, bookmark) in enumerate(zip(items, bookmarks, strict=True)):
        # To the top of the page; left edge and zoom stay as they are.
        target = ArrayObject(
            [leaves[bookmark.page], name("XYZ"), NullObject(), NumberObject(GREATEST_SIDE), NullObject()]
        )
        parent = parents[i]
        entries: dict[str, PdfObject] = {
            "Title": text_string(_stated(bookmark.title)), "Parent": root if parent is None else items[parent],
            "Dest": target,
        }  # fmt: skip
        beside, place = children[parent], places[i]
        if place:
            entries["Prev"] = items[beside[place - 1]]
        if place + 1 < len(beside):
            entries["Next"] = items[beside[place + 1]]
        if i in children:  # shown closed: a negative count (ISO 32000-1, 12.3.3)
            entries |= {"First": items[children[i][0]], "Last": items[children[i][-1]]}
            entries["Count"] = NumberObject(-len(children[i]))
        file.put(item, dictionary(**entries))
    top = children[None]
    file.put(
        root,
        dictionary(Type=name("Outlines"), First=items[top[0]], Last=items[top[-1]], Count=NumberObject(len(top))),
    )
    return root


def _nested(bookmarks: Sequence[Bookmark]) -> tuple[list[int | None], dict[int | None, list[int]]]:
    """Of each bookmark the one that it lies in, and of each (None: the top) those that lie in it."""
    parents: list[int | None] = []
    children: dict[int | None, list[int]] = {}
    above: list[int] = []
    for i, bookmark in enumerate(bookmarks):
        while above and bookmarks[above[-1]].level >= bookmark.level:
            above.pop()
        parents.append(above[-1] if above else None)
        children.setdefault(parents[-1], []).append(i)
        above.append(i)
    return parents, children
