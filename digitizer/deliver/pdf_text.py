"""The invisible text of a PDF: operators that lay each word on its ink.

The font has no ink (``pdf_fonts``). Each line is shown at the height of its words, each word stretched (Tz) to its box,
and the space after a word over the gap to the next, so that a viewer that looks at places and one that reads the stream
find the same words; sizes are chosen so that they find them in the same order (``pdf_sizes``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from statistics import median

from pypdf.generic import IndirectObject

from digitizer.deliver.pdf_fonts import EM, EM_WIDTH, STEP, STEPS, TextFonts
from digitizer.deliver.pdf_sizes import LEAST_LETTER, LEAST_SPACE, SMALLEST_SPACE, Placed, Row, font_sizes
from ocr.geometry import Box, Size, Transform
from ocr.text import Line, PageText

_LINE_END_SPACE = 0.25
"""Width of the space after a line's last word, in ems."""
_LEAST_STRETCH = 0.01
"""Percent; at 0 the text matrix would be singular."""
_WORDS_KEPT = 20_000
"""Words come again: writing and checking a page ask three times for each, and Vietnamese has some 7,000 syllables."""


@lru_cache(_WORDS_KEPT)
def mappable(text: str) -> str:
    """``text`` without what no PDF/A-2u font may map to (ISO 19005-2, 6.2.11.7.2) or no text holds: U+0000 and other
    controls, line separators, U+FEFF, lone surrogates, noncharacters."""

    def keep(letter: str) -> bool:
        code = ord(letter)
        noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
        return not noncharacter and code != 0xFEFF and unicodedata.category(letter) not in {"Cc", "Cs", "Zl", "Zp"}

    return "".join(filter(keep, text))


def text_operators(
    text: PageText, size: Size, scale: float, fonts: TextFonts
) -> tuple[bytes, dict[str, IndirectObject]]:
    """One text object with all words of ``text``, and the fonts it names; nothing where there are no words.

    ``size``: the page in the pixels of the boxes. ``scale``: points a pixel.
    """
    to_points = Transform.scale(scale, -scale).then(Transform.shift(0, size.height * scale))
    rows = [
        row
        for number, block in enumerate(text.blocks)
        for line in block.lines
        if (row := _row(line, size, None if block.cell is None else number)) is not None
    ]
    shown, used = [], {}
    for row, em in zip(rows, font_sizes(rows), strict=True):
        step = min(max(1, round(row.height / em * EM / STEP)), STEPS)
        font = f"Text{step}"
        used[font] = fonts.of(step)
        turned = Transform.quarter_turns(size, row.turned).inverse().then(to_points) if row.turned else to_points
        shown.append(_operators(row, em, turned, font, fonts))
    return ("\n".join(["BT", "3 Tr", *shown, "ET"]).encode("ascii"), used) if rows else (b"", {})


def _row(line: Line, size: Size, cell: int | None) -> Row | None:
    """The words of a line in their places; None where it has no word to show.

    Words stand level, each at the height of a sloping baseline at its middle: poppler breaks a word whose letters'
    origins differ by more than half a point across the line, and a page that was deskewed slopes less than that shows.
    """
    words = [(text, _at_least_one_pixel(w.box, size)) for w in line.words if (text := mappable(w.text))]
    if not words:
        return None
    turned = 0
    bounds = Box.union(box for _, box in words)
    x0, y0, x1, y1 = line.baseline or (bounds.x, bounds.bottom, bounds.right, bounds.bottom)
    if abs(y1 - y0) > abs(x1 - x0):  # set upright: seen from the side it is a line like any other
        turned = 3 if y1 > y0 else 1
        turn = Transform.quarter_turns(size, turned)
        words = [(text, turn.apply_box(box)) for text, box in words]
        (x0, y0), (x1, y1) = turn.apply((x0, y0)), turn.apply((x1, y1))
    slope = (y1 - y0) / (x1 - x0) if x1 > x0 else 0.0
    placed = [
        Placed(text, box.x, box.right, box.y, box.bottom, y0 + slope * (box.x + box.width / 2 - x0))
        for text, box in words
    ]
    height = max(1.0, median(word.bottom - word.top for word in placed))
    depth = median(word.bottom - word.baseline for word in placed)
    return Row(placed, [_foot(word, height, depth) for word in placed], height, turned, cell)


def _operators(row: Row, em: float, to_points: Transform, font: str, fonts: TextFonts) -> str:
    """A row's operators, in units of pixels, at the size ``em``."""
    placed = _apart(row.placed, em)
    start, foot = placed[0].start, row.foot
    px, py = to_points.apply((start, foot))
    ax, ay = to_points.apply((start + 1, foot))
    bx, by = to_points.apply((start, foot - 1))
    matrix = " ".join(_number(v) for v in (ax - px, ay - py, bx - px, by - py, px, py))
    return "\n".join([f"/{font} {_number(em)} Tf {matrix} Tm", *_words(placed, row.feet, em, fonts)])


def _foot(word: Placed, height: float, depth: float) -> float:
    """The y at which the word's glyphs stand, ``depth`` below the baseline like those of the whole line.

    Moved only as far as brings their middle into the middle half of the word's box, and lets glyphs and box lie one in
    the other: words that sit on the line as letters do share one height, dashes and quotation marks still lie on their
    ink.
    """
    quarter = (word.bottom - word.top) / 4
    first, last = sorted((word.bottom - height / 2, word.top + height / 2))
    first, last = max(first, word.top + quarter), min(last, word.bottom - quarter)
    return min(max(word.baseline + depth - height / 2, first), last) + height / 2


def _words(placed: Sequence[Placed], feet: Sequence[float], em: float, fonts: TextFonts) -> Iterator[str]:
    """The operators of each word of a line whose matrix stands at its first word's start and foot."""
    position = placed[0].start
    for i, word in enumerate(placed):
        last = i + 1 == len(placed)
        space = _LINE_END_SPACE * em if last else max(placed[i + 1].start - word.end, SMALLEST_SPACE * em)
        yield (
            f"{_number(word.start - position)} 0 Td {_number(feet[0] - feet[i])} Ts "
            f"{_stretch(word.end - word.start, len(word.text), em)} Tz <{fonts.encode(word.text)}> Tj "
            f"{_stretch(space, 1, em)} Tz <{fonts.encode(' ')}> Tj"
        )
        position = word.start


def _apart(words: Sequence[Placed], em: float) -> list[Placed]:
    """Neighbours that overlap, or nearly, share what is between them, with a gap that shows.

    pdfium drops the second of two like strings in one place, be they but spaces.
    """
    apart = list(words[:1])
    for after in words[1:]:
        before = apart.pop()
        first, last = max(before.start, after.start), min(before.end, after.end)
        middle = (first + last) / 2
        for gap in (LEAST_SPACE * em, SMALLEST_SPACE * em):
            if first >= last + gap:
                pair = [before, after]
                break
            end = max(before.start + 1, min(before.end, middle - gap / 2))
            start = min(after.end - 1, max(after.start, middle + gap / 2))
            pair = [replace(before, end=end), replace(after, start=start)]
            if all(len(w.text) == 1 or w.end - w.start >= LEAST_LETTER * em * len(w.text) for w in pair):
                break
        apart += pair
    return apart


def _at_least_one_pixel(box: Box, size: Size) -> Box:
    """The part of ``box`` on the page; one pixel at its edge where nothing is: no word is lost for a bad place."""
    x, y = min(max(box.x, 0), size.width - 1), min(max(box.y, 0), size.height - 1)
    return Box(x, y, max(1, min(box.right, size.width) - x), max(1, min(box.bottom, size.height) - y))


def _stretch(length: float, glyphs: int, em: float) -> str:
    return _number(max(_LEAST_STRETCH, 100 * length / (glyphs * em * EM_WIDTH / EM)))


def _number(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")
