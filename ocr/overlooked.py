"""Print that the engine left out: rows of letters in no word's box are cut out and read alone.

Tesseract drops what stands alone and aslant, as stamped names do, or what touches a frame, as grades of urgency do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Box, Point
from ocr.text import SAME_PRINT, Block, Line, PageText, confidence_of, sure_letters

LETTERS = 4
"""Components of ink that make a row, and letters that make a line of it."""
SURE = 0.75
"""Confidence that such a line needs: signatures and dirt read with less."""
MOST = 8
"""Rows that are tried on a page, those of most letters first: a page of scribbles must not cost a page of time."""
LINE = 12
"""Height of the page's usual line in pixels of the map that rows are looked for on."""
HEIGHT = (0.25, 2.0)
"""Of a letter, bounds in usual lines; a row is at most half as high again."""
GAP = (11, 3)
"""Pixels of that map between letters of one row: across, and down, as slanted rows need. Odd: nothing may shift."""
Reader = Callable[[Box], PageText]
"""Reads a part of the page; places are those of the page."""
Place = Callable[[Point], Point]
"""Where a point of the ink lies on the page."""


@dataclass(frozen=True)
class Ink:
    """``boxes``: (n, 4), x, y, width, height of what may be letters; ``place``: from there to the page's pixels."""

    boxes: NDArray[np.int32]
    place: Place


def add(text: PageText, ink: Ink, read: Reader) -> PageText:
    """``text`` with the lines that ``read`` finds in rows of ``ink`` that it has no words for, each in a block.

    A line that was read in part is replaced where it reads better now; nothing is there twice.
    """
    blocks = list(text.blocks)
    for row in _rows(text, ink):
        for line in read(row).lines:
            blocks = _with(blocks, line)
    return replace(text, blocks=tuple(blocks)) if blocks != list(text.blocks) else text


def _with(blocks: Sequence[Block], new: Line) -> list[Block]:
    """``blocks`` with what of ``new`` is print and not yet read, or not as well."""
    known = [line for block in blocks for line in block.lines]
    worse = [line for line in known if line.box.shared(new.box) > SAME_PRINT]
    if worse and sure_letters(new.words) <= sure_letters(word for line in worse for word in line.words):
        return list(blocks)
    others = [word.box for line in known if line not in worse for word in line.words]
    words = [word for word in new.words if all(word.box.shared(box) <= SAME_PRINT for box in others)]
    if not words or not _is_print(line := new.part(words)):
        return list(blocks)
    left = (replace(each, lines=tuple(old for old in each.lines if old not in worse)) for each in blocks)
    kept = [block for block in left if block.lines]
    below = (number for number, block in enumerate(kept) if block.box.y >= line.box.bottom)
    kept.insert(next(below, len(kept)), Block((line,), line.box))
    return kept


def _is_print(line: Line) -> bool:
    return (confidence_of([line]) or 0.0) >= SURE and sum(map(str.isalpha, line.text)) >= LETTERS


def _rows(text: PageText, ink: Ink) -> list[Box]:
    """Rows of at least LETTERS letters outside all words, at most MOST."""
    usual = median(line.box.height for line in text.lines) if text.blocks else 0
    if not usual:
        return []
    scale = LINE / usual
    shape = round(text.size.height * scale) + 1, round(text.size.width * scale) + 1
    words = np.zeros(shape, np.uint8)
    for word in text.words:
        _fill(words, word.box, scale)
    left = [box for box in _outside(words, ink, scale) if HEIGHT[0] * usual <= box.height <= HEIGHT[1] * usual]
    if len(left) < LETTERS:
        return []
    joined = np.zeros(shape, np.uint8)
    for box in left:
        _fill(joined, box, scale)
    joined = np.asarray(cv2.morphologyEx(joined, cv2.MORPH_CLOSE, np.ones(GAP[::-1], np.uint8)), np.uint8)
    _, labels = cv2.connectedComponents(joined, connectivity=8)
    rows: dict[int, list[Box]] = {}
    for box in left:
        at = labels[min(int(box.y * scale), shape[0] - 1), min(int(box.x * scale), shape[1] - 1)]
        rows.setdefault(int(at), []).append(box)
    found = sorted((boxes for boxes in rows.values() if len(boxes) >= LETTERS), key=len, reverse=True)
    return [row for row in map(Box.union, found[:MOST]) if row.height <= 1.5 * HEIGHT[1] * usual < 2 * row.width]


def _outside(words: NDArray[np.uint8], ink: Ink, scale: float) -> Sequence[Box]:
    """The boxes of letters on the page whose middles are in no word."""
    outside = []
    height, width = words.shape
    for x, y, wide, high in ink.boxes.tolist():
        column, row = ink.place((x + wide / 2, y + high / 2))
        if (
            0 <= row * scale < height
            and 0 <= column * scale < width
            and not words[int(row * scale), int(column * scale)]
        ):
            outside.append(Box.around((ink.place((x, y)), ink.place((x + wide, y + high)))))
    return outside


def _fill(map_of: NDArray[np.uint8], box: Box, scale: float) -> None:
    map_of[int(box.y * scale) : int(box.bottom * scale) + 1, int(box.x * scale) : int(box.right * scale) + 1] = 1
