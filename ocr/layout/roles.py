"""What the parts of a read page are: its headings, its number, the title block of a drawing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

from ocr.geometry import Box
from ocr.language.spelling import bare
from ocr.layout.bands import bands_of, parts_of
from ocr.layout.order import foot, names_country
from ocr.text import Block, Line, PageText, Role, confidence_of

PAGE_NUMBER = re.compile(
    r"[-–—.\s]*(?:(?:trang|page|стр\.?)\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?[-–—.\s]*"
)
"""All that stands on its line (Decree 30/2020, annex I: in the middle of the upper margin)."""
MARGIN = 0.12
"""Part of the page's height, at its top and its bottom, in which its number stands."""
NUMBERED = re.compile(
    r"(?:phan|chuong|muc|tieu muc|dieu|phu luc|part|chapter|section|article|annex|appendix|глава|раздел|часть|"
    r"приложение)\s+(?:thu\s+\w+|[ivxlc]+|\d+|[a-z])\b"
)
"""Begins the heading of a division (Law 80/2015, article 8; manuals), without marks."""
LETTERS, SURE = 5, 0.7
"""Letters of a heading in capitals, and the confidence with which it was read."""
ENDS = 0.85
"""Part of the text's width up to which the line of a heading runs: one that goes on below is a paragraph."""
MIDDLE = 0.08
"""Part of the text's width by which the middle of a centred line may be off that of the text."""
LARGE = 1.5
"""Height of a title's words, in those of the page."""
TITLE_BLOCK = frozenset(
    [
        "ty le", "ban ve", "ten ban ve", "so ban ve", "ky hieu", "to so", "so to", "khoi luong", "vat lieu", "thiet ke",
        "nguoi ve", "kiem tra", "duyet", "nguoi duyet", "chu ky", "ngay", "ho ten", "ho va ten", "scale", "sheet",
        "drawn", "checked", "approved", "title", "drawing no", "dwg no", "rev", "revision", "material", "date", "масса",
        "масштаб", "лист", "листов", "разраб", "пров", "утв", "подп", "дата", "лит", "н контр", "т контр",
    ]
)  # fmt: skip
"""Cells of a title block (TCVN 3821, ISO 7200, GOST 2.104), without marks and points."""
OF_A_TITLE_BLOCK = 3
"""How many of them tell one."""


def told(text: PageText) -> PageText:
    """``text`` with the roles of its blocks; a heading or a page number stands in a block of its own."""
    if not text.blocks:
        return text
    found = _roles(text)
    blocks = [part for block in text.blocks for part in _parted(block, found)]
    return replace(text, blocks=tuple(_with_title_blocks(blocks, text)))


def _roles(text: PageText) -> dict[int, Role]:
    """What lines of running text are, by the ``id`` of the line: only of those that stand alone at their height."""
    column = Box.union(line.box for line in text.lines)
    usual = median(word.box.height for word in text.words)
    bands = bands_of(parts_of(text.blocks), usual)
    signers = foot(bands, usual)
    found: dict[int, Role] = {}
    for number, band in enumerate(bands):
        line = band.parts[0].line
        if len(band.parts) > 1 or line is None or text.blocks[band.parts[0].block].role is not Role.TEXT:
            continue
        if number in (0, len(bands) - 1) and _is_page_number(line, text.size.height):
            found[id(line)] = Role.PAGE_NUMBER
        elif number not in signers and _is_heading(line, column, usual):
            found[id(line)] = Role.HEADING
    return found


def _parted(block: Block, found: dict[int, Role]) -> Iterator[Block]:
    """``block``, its headings and page numbers apart."""
    if not any(id(line) in found for line in block.lines):
        yield block
        return
    for role, group in groupby(block.lines, key=lambda line: found.get(id(line), block.role)):
        together = tuple(group)
        for lines in [together] if role is block.role else [(line,) for line in together]:
            yield replace(block, lines=lines, box=Box.union(line.box for line in lines), role=role)


def _is_page_number(line: Line, height: int) -> bool:
    in_margin = line.box.bottom <= MARGIN * height or line.box.y >= (1 - MARGIN) * height
    return in_margin and PAGE_NUMBER.fullmatch(bare(line.text)) is not None


def _is_heading(line: Line, column: Box, usual: float) -> bool:
    if line.box.width > ENDS * column.width or (confidence_of([line]) or 0.0) < SURE:
        return False
    if NUMBERED.match(bare(line.text)) and line.text[0].isupper():
        return line.box.right <= column.x + ENDS * column.width
    letters = [letter for letter in line.text if letter.isalpha()]
    if len(letters) < LETTERS or letters[0].islower() or names_country(line.words):
        return False
    off = abs(line.box.x + line.box.width / 2 - column.x - column.width / 2)
    centred = off <= MIDDLE * column.width
    large = median(word.box.height for word in line.words) >= LARGE * usual
    return centred and (large or all(letter.isupper() for letter in letters))


def _with_title_blocks(blocks: Sequence[Block], text: PageText) -> Iterator[Block]:
    """``blocks``, those cells that are of a drawing's title block said to be so: it stands at the lower right."""
    tables: dict[int, list[Block]] = {}
    for block in blocks:
        if block.cell is not None:
            tables.setdefault(block.cell.table, []).append(block)
    titles = {table for table, cells in tables.items() if _is_title_block(cells, text)}
    for block in blocks:
        is_title = block.cell is not None and block.cell.table in titles
        yield replace(block, role=Role.TITLE_BLOCK) if is_title else block


def _is_title_block(cells: Iterable[Block], text: PageText) -> bool:
    box = Box.union(cell.box for cell in cells)
    middle = box.x + box.width / 2, box.y + box.height / 2
    if middle[0] < text.size.width / 2 or middle[1] < text.size.height / 2:
        return False
    said = {re.sub(r"[.:№\s]+", " ", bare(line.text)).strip() for cell in cells for line in cell.lines}
    return len(said & TITLE_BLOCK) >= OF_A_TITLE_BLOCK
