"""ALTO 4.4 (https://www.loc.gov/standards/alto/), one file a page, written from PageText and read back.

A paragraph or cell is a TextBlock; what it is, and where in which table, says a LayoutTag that it refers to. Boxes are
pixels of the page, as MeasurementUnit says. Letter alternatives are left out; what was read where a word was mended is
its ALTERNATIVE. ALTO has no field for the page's dpi: it stands in processingStepSettings as ``dpi=300``.
"""

from __future__ import annotations

from dataclasses import asdict, astuple
from xml.etree import ElementTree as ET

from ocr.formats.xml import allowed, number, serialise
from ocr.geometry import Box, Size
from ocr.text import Block, Cell, Line, PageText, Role, Word

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NS = {"": NAMESPACE}
_READ = "read"
"""PURPOSE of the ALTERNATIVE that holds what the engine read."""


def write(text: PageText, image: str | None = None) -> bytes:
    """The page as ALTO. ``image`` names the picture that the boxes refer to, as the receiver will find it."""
    root = ET.Element(
        "alto",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": f"{NAMESPACE} http://www.loc.gov/standards/alto/v4/alto-4-4.xsd",
            "SCHEMAVERSION": "4.4",
        },
    )
    _describe(ET.SubElement(root, "Description"), text, image)
    tags = {tag_id: _tag(block) for block in text.blocks if (tag_id := _tag_id(block))}
    if tags:
        container = ET.SubElement(root, "Tags")
        for tag_id, (kind, label) in tags.items():
            ET.SubElement(container, "LayoutTag", {"ID": tag_id, "TYPE": kind, "LABEL": label})
    width, height = number(text.size.width), number(text.size.height)
    page = ET.SubElement(
        ET.SubElement(root, "Layout"),
        "Page",
        {"ID": "page", "PHYSICAL_IMG_NR": "1", "WIDTH": width, "HEIGHT": height, "PROCESSINGREFS": "reading"},
    )
    if text.languages:
        page.set("LANG", text.languages[0])
    if text.languages[1:]:
        page.set("OTHERLANGS", " ".join(text.languages[1:]))
    if text.confidence is not None:
        page.set("PC", f"{text.confidence:.4f}")
    space = ET.SubElement(page, "PrintSpace", {"ID": "space", **_place(Box(0, 0, text.size.width, text.size.height))})
    for number_of_block, block in enumerate(text.blocks, 1):
        block_id = f"block_{number_of_block}"
        element = ET.SubElement(space, "TextBlock", {"ID": block_id, **_place(block.box)})
        if tag_id := _tag_id(block):
            element.set("TAGREFS", tag_id)
        for number_of_line, line in enumerate(block.lines, 1):
            _write_line(element, line, f"{block_id}_line_{number_of_line}")
    return serialise(root)


def read(data: bytes) -> PageText:
    """The PageText that ``write`` wrote. Raises ElementTree.ParseError, KeyError or ValueError on anything else."""
    root = ET.fromstring(data)
    page = _found(root, ".//Page")
    processing = _found(root, "Description/Processing")
    settings = dict(pair.split("=") for pair in processing.findtext("processingStepSettings", "", _NS).split("; "))
    roles = {tag.attrib["ID"]: _role(tag) for tag in root.findall("Tags/LayoutTag", _NS)}
    name = processing.findtext("processingSoftware/softwareName", "", _NS)
    version = processing.findtext("processingSoftware/softwareVersion", "", _NS)
    return PageText(
        size=Size(int(page.attrib["WIDTH"]), int(page.attrib["HEIGHT"])),
        dpi=float(settings["dpi"]),
        languages=tuple(f"{page.get('LANG', '')} {page.get('OTHERLANGS', '')}".split()),
        reader=f"{name} {version}".strip(),
        blocks=tuple(
            Block(
                tuple(_read_line(line) for line in block.findall("TextLine", _NS)), _box(block),
                *roles.get(block.get("TAGREFS", ""), (Role.TEXT, None)),
            )
            for block in page.findall("PrintSpace/TextBlock", _NS)
        ),
    )  # fmt: skip


def _tag_id(block: Block) -> str:
    """The ID of the LayoutTag of ``block``; plain text has none, ''."""
    place = () if block.cell is None else astuple(block.cell)
    return "" if block.role is Role.TEXT else "_".join((block.role.replace("-", "_"), *map(str, place)))


def _tag(block: Block) -> tuple[str, str]:
    """TYPE and LABEL of the tag of ``block``: its role, and for a cell its place, such as ``table=0 row=1 ...``."""
    place = {} if block.cell is None else asdict(block.cell)
    return str(block.role), " ".join(f"{name}={number}" for name, number in place.items()) or str(block.role)


def _role(tag: ET.Element) -> tuple[Role, Cell | None]:
    label = tag.attrib["LABEL"]
    place = dict(pair.split("=") for pair in label.split()) if "=" in label else {}
    return Role(tag.attrib["TYPE"]), Cell(**{name: int(number) for name, number in place.items()}) if place else None


def _describe(description: ET.Element, text: PageText, image: str | None) -> None:
    ET.SubElement(description, "MeasurementUnit").text = "pixel"
    if image is not None:
        information = ET.SubElement(description, "sourceImageInformation")
        ET.SubElement(information, "fileName").text = allowed(image)
    processing = ET.SubElement(description, "Processing", {"ID": "reading"})
    ET.SubElement(processing, "processingCategory").text = "contentGeneration"
    languages = "+".join(text.languages) or "none"
    ET.SubElement(processing, "processingStepSettings").text = f"dpi={number(text.dpi)}; languages={languages}"
    software = ET.SubElement(processing, "processingSoftware")
    name, _, version = allowed(text.reader).rpartition(" ")
    ET.SubElement(software, "softwareName").text = name or version
    if name:
        ET.SubElement(software, "softwareVersion").text = version


def _write_line(block: ET.Element, line: Line, line_id: str) -> None:
    element = ET.SubElement(block, "TextLine", {"ID": line_id, **_place(line.box)})
    if line.baseline is not None:
        x0, y0, x1, y1 = (number(value) for value in line.baseline)
        element.set("BASELINE", f"{x0},{y0} {x1},{y1}")
    before: Box | None = None
    for count, word in enumerate(line.words, 1):
        if before is not None:
            gap = Box(before.right, word.box.y, max(0, word.box.x - before.right), word.box.height)
            ET.SubElement(element, "SP", _place(gap))
        attributes = {"ID": f"{line_id}_word_{count}", "CONTENT": allowed(word.text), **_place(word.box)}
        string = ET.SubElement(element, "String", {**attributes, "WC": f"{word.confidence:.4f}"})
        if word.read is not None:
            ET.SubElement(string, "ALTERNATIVE", {"PURPOSE": _READ}).text = allowed(word.read)
        before = word.box


def _read_line(element: ET.Element) -> Line:
    words = tuple(
        Word(
            string.attrib["CONTENT"],
            _box(string),
            float(string.attrib["WC"]),
            read=string.findtext(f"ALTERNATIVE[@PURPOSE='{_READ}']", None, _NS),
        )
        for string in element.findall("String", _NS)
    )
    baseline = None
    if "BASELINE" in element.attrib:
        x0, y0, x1, y1 = (float(value) for value in element.attrib["BASELINE"].replace(",", " ").split())
        baseline = (x0, y0, x1, y1)
    return Line(words, _box(element), baseline)


def _found(parent: ET.Element, path: str) -> ET.Element:
    found = parent.find(path, _NS)
    if found is None:
        raise ValueError(f"not an ALTO page of ours: no {path}")
    return found


def _place(box: Box) -> dict[str, str]:
    return {"HPOS": str(box.x), "VPOS": str(box.y), "WIDTH": str(box.width), "HEIGHT": str(box.height)}


def _box(element: ET.Element) -> Box:
    return Box(*(int(element.attrib[name]) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT")))
