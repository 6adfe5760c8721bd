"""hOCR 1.2 (https://kba.github.io/hocr-spec/1.2/), one page a file, written from PageText and read back.

Also reads what Tesseract writes, with the letter alternatives that it gives under ``lstm_choice_mode=2`` and
``lstm_rating_coefficient=1``; ``write`` leaves alternatives out. What was read where a word was mended is its property
``x_read "…"``, with % and " in it as %25 and %22. hOCR keeps a baseline as slope and offset, so it comes back running
from edge to edge of the line's box. What a paragraph is stands in its title as ``x_role heading``, the place of a cell
as ``x_cell`` with table, row, column, rows and columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from ocr.formats.xml import allowed, box_of_edges, number, serialise
from ocr.geometry import Box, Size
from ocr.text import Alternative, Block, Cell, Line, PageText, Role, Word, nfc

_XHTML = "http://www.w3.org/1999/xhtml"
_NS = {"": _XHTML}
_DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
_CLASSES = "ocr_page ocr_par ocr_line ocrx_word ocrp_lang ocrp_wconf"
STEEPEST = 1.0
"""Slope of a baseline beyond which the line stands; Tesseract then writes nonsense."""
_CHOICE_COST_ZERO = 100.0
"""Tesseract writes an alternative's cost as 100 - cost."""


def write(text: PageText, image: str | None = None) -> bytes:
    """The page as hOCR. ``image`` names the picture that the boxes refer to, as the receiver will find it."""
    language = text.languages[0] if text.languages else "und"
    root = ET.Element("html", {"xmlns": _XHTML, "xml:lang": language, "lang": language})
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = allowed(image or "")
    ET.SubElement(head, "meta", {"http-equiv": "Content-Type", "content": "text/html; charset=utf-8"})
    about = {"ocr-system": allowed(text.reader), "ocr-capabilities": _CLASSES, "ocr-langs": " ".join(text.languages)}
    for name, content in about.items():
        ET.SubElement(head, "meta", {"name": name, "content": content})
    dpi = number(text.dpi)
    title = f"{_bbox(Box(0, 0, text.size.width, text.size.height))}; ppageno 0; scan_res {dpi} {dpi}"
    if image is not None:
        quoted = allowed(image).replace('"', "%22")
        title = f'image "{quoted}"; {title}'
    body = ET.SubElement(root, "body")
    page = ET.SubElement(body, "div", {"class": "ocr_page", "id": "page_1", "title": title})
    for number_of_block, block in enumerate(text.blocks, 1):
        title = _bbox(block.box)
        if block.role is not Role.TEXT:
            title = f"{title}; x_role {block.role}"
        if block.cell is not None:
            title = f"{title}; x_cell {' '.join(map(str, astuple(block.cell)))}"
        attributes = {"class": "ocr_par", "id": f"par_{number_of_block}", "lang": language, "title": title}
        paragraph = ET.SubElement(page, "p", attributes)
        for number_of_line, line in enumerate(block.lines, 1):
            _write_line(paragraph, line, f"{number_of_block}_{number_of_line}")
    return serialise(root, _DOCTYPE)


def read(data: bytes) -> PageText:
    """The page of an hOCR file, ours or Tesseract's. Raises ElementTree.ParseError, KeyError or ValueError."""
    root = ET.fromstring(data)
    page = next(_of_class(root, "ocr_page"), None)
    if page is None:
        raise ValueError("not an hOCR page: no ocr_page")
    about = {meta.get("name", ""): meta.get("content", "") for meta in root.iterfind("head/meta", _NS)}
    properties = _properties(page)
    box = _box(properties)
    return PageText(
        size=Size(box.width, box.height),
        dpi=float(properties["scan_res"].split()[0]),
        languages=tuple(about.get("ocr-langs", "").split()),
        reader=about.get("ocr-system", ""),
        blocks=tuple(_blocks(page)),
    )


def _blocks(page: ET.Element) -> Iterator[Block]:
    for paragraph in _of_class(page, "ocr_par"):
        lines = tuple(_read_line(line) for line in paragraph)
        lines = tuple(line for line in lines if line.words)
        if lines:
            properties = _properties(paragraph)
            cell = Cell(*map(int, properties["x_cell"].split())) if "x_cell" in properties else None
            yield Block(lines, _box(properties), Role(properties.get("x_role", Role.TEXT)), cell)


def _write_line(paragraph: ET.Element, line: Line, line_id: str) -> None:
    title = _bbox(line.box)
    if line.baseline is not None:
        x0, y0, x1, y1 = line.baseline
        slope = (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0
        offset = y0 + slope * (line.box.x - x0) - line.box.bottom
        title = f"{title}; baseline {slope:.6f} {offset:.3f}"
    element = ET.SubElement(paragraph, "span", {"class": "ocr_line", "id": f"line_{line_id}", "title": title})
    for count, word in enumerate(line.words, 1):
        title = f"{_bbox(word.box)}; x_wconf {number(round(word.confidence * 100, 2))}"
        if word.read is not None:
            title = f'{title}; x_read "{_quoted(word.read)}"'
        attributes = {"class": "ocrx_word", "id": f"word_{line_id}_{count}", "title": title}
        ET.SubElement(element, "span", attributes).text = allowed(word.text)


def _read_line(element: ET.Element) -> Line:
    """A line of whatever class: Tesseract also has ocr_header, ocr_textfloat and ocr_caption."""
    properties = _properties(element)
    box = _box(properties)
    baseline = None
    if "baseline" in properties:
        slope, offset = (float(value) for value in properties["baseline"].split())
        if abs(slope) <= STEEPEST:
            left = box.bottom + offset
            baseline = (float(box.x), left, float(box.right), left + slope * box.width)
    words = tuple(_read_word(word) for word in _of_class(element, "ocrx_word"))
    return Line(tuple(word for word in words if word.text), box, baseline)


def _read_word(element: ET.Element) -> Word:
    properties = _properties(element)
    text = nfc("".join(_own_text(element)).strip())
    letters = tuple(choices for letter in element if (choices := _choices(letter)))
    return Word(
        text,
        _box(properties),
        float(properties["x_wconf"]) / 100,
        letters if letters and len(letters) == len(text) else None,
        unquote(properties["x_read"][1:-1]) if "x_read" in properties else None,
    )


def _own_text(element: ET.Element) -> Iterator[str]:
    """The text of a word without that of its alternatives; bold and italic parts are elements of their own."""
    yield element.text or ""
    for child in element:
        if child.get("class") != "ocrx_cinfo":
            yield from _own_text(child)
        yield child.tail or ""


def _choices(letter: ET.Element) -> tuple[Alternative, ...]:
    """What one letter may be; nothing for the list whose best is a blank, the gap before the word."""
    found = cheapest_first(
        Alternative(choice.text or "", _CHOICE_COST_ZERO - float(_properties(choice)["x_confs"]))
        for choice in _of_class(letter, "ocrx_cinfo")
        if choice is not letter
    )
    return found if found and found[0].text.strip() else ()


def cheapest_first(alternatives: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Tesseract's order is nearly that of cost, not quite."""
    return tuple(sorted(alternatives, key=lambda each: each.cost))


def _of_class(parent: ET.Element, name: str) -> Iterator[ET.Element]:
    return (element for element in parent.iter() if element.get("class") == name)


def _properties(element: ET.Element) -> dict[str, str]:
    """``title`` taken apart: ``bbox 0 0 9 9; x_wconf 90`` as {"bbox": "0 0 9 9", "x_wconf": "90"}."""
    quoted_apart = re.findall(r'\s*(\w+)\s+((?:"[^"]*"|[^;"])*)', element.get("title", ""))
    return {name: value.strip() for name, value in quoted_apart}


def _quoted(text: str) -> str:
    return allowed(text).replace("%", "%25").replace('"', "%22")


def _bbox(box: Box) -> str:
    return f"bbox {box.x} {box.y} {box.right} {box.bottom}"


def _box(properties: dict[str, str]) -> Box:
    return box_of_edges(*(float(value) for value in properties["bbox"].split()))
