"""The text a PDF page carries, as PageText, where it can be trusted. Positions and order are pdfium's."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import hypot
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from ocr.geometry import POINTS_PER_INCH, Box, Point, Size, Transform
from ocr.language import legacy
from ocr.text import Block, Line, PageText, Word, nfc

READER = "pdf text"

_MIN_LETTERS = 20
_MAX_BAD = 0.02
"""Part of the letters that may be U+FFFD, private use or control characters."""
_MAX_LEGACY = 0.05
"""Part of the words that may look like TCVN3."""
_MIN_SHOWN = 0.5
"""Part of the words that must be seen; a page with fewer is no ordinary page of text."""
_INK = 32
"""Grey levels between the darkest and the lightest pixel of an inked box."""
_WORD_GAP = 0.13
"""Of the letter size: a wider gap between two letters parts words. Blanks squeezed by justification go down to 0.15."""
_COLUMN_GAP = 3.0
"""Of the letter size: a wider gap parts lines, since it lies between columns."""
_LOOSER = 1.18
"""Of the page's usual leading: a line set lower than that begins a block."""
_HYPHEN = "\x02"
"""What pdfium reports for a hyphen at the end of a line."""

# .VnTime and VNI-Times (TCVN3 and VNI), VNtimes, Vnarial ... ; VNF- fonts are Unicode.
_LEGACY_FONT = re.compile(r"(?:[A-Z]{6}\+)?(?:\.vn|vni|vn(?!f))", re.IGNORECASE)
# Vietnamese letters in TCVN3 fall on Latin-1 signs that no language writes beside a letter.
_TCVN3 = re.compile(r"[^\W\d_][µ¸¹·¶®¨»¾¼½©«¬]|[®¨«¬©][^\W\d_]")

Place = tuple[str, float, float]
"""A letter and the point where it stands, in tenths of a point."""
_Rect = tuple[float, float, float, float]
"""Left, bottom, right, top in points, y up."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """A character as pdfium gives it. ``ink``: its tight box; ``cell``: its advance by its font's height. ``font``:
    its name where it is of a legacy encoding, else empty.
    """

    text: str
    ink: _Rect
    cell: _Rect
    origin: Point
    size: float
    sound: bool
    font: str = ""

    @property
    def place(self) -> Place:
        return self.text, round(self.origin[0], 1), round(self.origin[1], 1)


@dataclass(slots=True)
class _Run:
    """Words of one line while it is being gathered."""

    words: list[list[_Letter]] = field(default_factory=list)

    @property
    def last(self) -> _Letter | None:
        return self.words[-1][-1] if self.words else None


def places(page: Any) -> frozenset[Place]:
    """Every letter on ``page`` with where it stands."""
    with closing(page.get_textpage()) as textpage:
        return frozenset(letter.place for letter in _letters(textpage) if isinstance(letter, _Letter))


def read(page: Any, pixels: NDArray[np.uint8], dpi: float, own: frozenset[Place] | None = None) -> PageText | None:
    """The text of a pdfium ``page`` that was rendered to ``pixels``; None where it must be read by OCR instead.

    Asked for: enough letters, in fonts whose codes mean what they say, most of them seen. Words that show no ink
    (white, covered, switched off, beyond the page's edge) are left out. Letters that are not of the page's ``own`` are
    those of annotations and form fields, in any order: their words go to where they stand on the page.
    """
    with closing(page.get_textpage()) as textpage:
        letters = list(_letters(textpage))
    runs = _runs(each for each in letters if isinstance(each, str) or own is None or each.place in own)
    if own is not None:
        for run in _runs(each for each in letters if isinstance(each, str) or each.place not in own):
            for word in run.words:
                _insert(runs, word)
    _put_in_unicode(runs)
    if not _sound(runs):
        return None
    size = Size(pixels.shape[1], pixels.shape[0])
    lines = list(_lines(runs, _to_pixels(page, size), pixels))
    shown = sum(len(line.words) for line, _ in lines)
    if shown < _MIN_SHOWN * sum(len(run.words) for run in runs):
        return None
    return PageText(size, dpi, (), READER, tuple(_blocks(lines, dpi)))


def _letters(textpage: Any) -> Iterator[_Letter | str]:
    """Letters in pdfium's order; a blank for what parts words, a line feed for what parts lines."""
    kinds: dict[int, tuple[bool, str]] = {}
    high = ""
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        text = high + chr(code)
        high = ""
        if 0xD800 <= code < 0xDC00:
            high = text
            continue
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if text.isspace():
            yield "\n" if text in "\r\n" else " "
            continue
        visible, font = _kind(textpage, index, kinds)
        if not visible or text == "\0":
            continue
        if text == _HYPHEN:
            text = "-"
        readable = unicodedata.category(text[0]) not in ("Cc", "Cn", "Co", "Cs") and text != "\ufffd"
        yield _Letter(
            text=text,
            ink=textpage.get_charbox(index),
            cell=textpage.get_charbox(index, loose=True),
            origin=_origin(textpage, index),
            size=_size(textpage, index),
            sound=readable and not font and pdfium.FPDFText_HasUnicodeMapError(textpage, index) != 1,
            font=font,
        )


def _kind(textpage: Any, index: int, known: dict[int, tuple[bool, str]]) -> tuple[bool, str]:
    """Whether the letter's text object is painted, and its font's name where that is of a legacy encoding."""
    item = textpage.get_textobj(index)
    if item is None:
        return True, ""
    address = ctypes.addressof(item.raw.contents)
    if address not in known:
        mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
        painted = mode not in (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
        font = item.get_font().get_base_name()
        known[address] = painted, font if _LEGACY_FONT.match(font) else ""
    return known[address]


def _origin(textpage: Any, index: int) -> Point:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
    return x.value, y.value


def _size(textpage: Any, index: int) -> float:
    """Letter size in points: the font size as the text matrix scales it."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(textpage, index, matrix)
    return max(float(pdfium.FPDFText_GetFontSize(textpage, index)) * hypot(matrix.c, matrix.d), 1e-3)


def _runs(letters: Iterable[_Letter | str]) -> list[_Run]:
    """Letters gathered to words and lines, by pdfium's blanks and by their gaps."""
    runs = [_Run()]
    between = ""
    for letter in letters:
        if isinstance(letter, str):
            between += letter
            continue
        last = runs[-1].last
        if last is None:
            runs[-1].words.append([letter])
        elif unicodedata.combining(letter.text[0]):
            # A mark drawn by itself belongs to the letter before it, wherever it stands.
            runs[-1].words[-1].append(letter)
        else:
            gap = _distance(last.cell, letter.cell) / max(last.size, letter.size)
            # pdfium breaks the line around a superscript; what goes on close by is still the same line.
            goes_on = gap <= _WORD_GAP and letter.origin[0] > last.origin[0]
            if gap > _COLUMN_GAP or ("\n" in between and not goes_on):
                runs.append(_Run([[letter]]))
            elif " " in between or gap > _WORD_GAP:
                runs[-1].words.append([letter])
            else:
                runs[-1].words[-1].append(letter)
        between = ""
    return [run for run in runs if run.words]


def _insert(runs: list[_Run], word: list[_Letter]) -> None:
    """Put ``word`` after the word that stands next to its left on the same line; at the end where there is none."""
    reach = _COLUMN_GAP * word[0].size
    nearest = min(
        (
            (gap, number, place)
            for number, run in enumerate(runs)
            for place, other in enumerate(run.words)
            if (gap := _gap_on_line(other, word)) is not None and gap <= reach
        ),
        default=None,
    )
    if nearest is None:
        runs.append(_Run([word]))
        return
    _, number, place = nearest
    runs[number].words.insert(place + 1, word)
    if place + 2 == len(runs[number].words) and number + 1 < len(runs):
        # A blank left for this word had parted the line.
        gap = _gap_on_line(word, runs[number + 1].words[0])
        if gap is not None and gap <= reach:
            runs[number].words += runs.pop(number + 1).words


def _gap_on_line(word: list[_Letter], other: list[_Letter]) -> float | None:
    """From ``word`` to ``other`` at its right, in points; None where it stands on another line or further left."""
    left, bottom, right, top = _cell(word)
    other_left, other_bottom, _, other_top = _cell(other)
    shared = min(top, other_top) - max(bottom, other_bottom)
    level = shared * 2 >= min(top - bottom, other_top - other_bottom)
    return other_left - right if level and left < other_left else None


def _cell(word: list[_Letter]) -> _Rect:
    lefts, bottoms, rights, tops = zip(*(letter.cell for letter in word), strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _distance(one: _Rect, other: _Rect) -> float:
    """The gap between two boxes along the axis where it is wider; 0 where they touch or overlap on both."""
    across = max(one[0] - other[2], other[0] - one[2])
    along = max(one[1] - other[3], other[1] - one[3])
    return max(across, along, 0.0)


def _put_in_unicode(runs: list[_Run]) -> None:
    """Read words in TCVN3 or VNI as what they mean: those in fonts of such names, else all, where the code is sure.
    What is not converted is left unsound.
    """
    words = [word for run in runs for word in run.words]
    old = [word for word in words if any(letter.font for letter in word)] or words
    found = legacy.detect(" ".join(map(_text, old)))
    for word in old if found is not None else ():
        font = word[0].font
        if found is None or (legacy.code_of_font(font) or found.code) is not found.code:
            continue
        text = legacy.convert(_text(word), found.code, capitals=legacy.has_capitals(font))
        # Two letters of VNI are one: the first stands for all, which keep their places.
        word[:] = [replace(letter, text="" if n else text, sound=True) for n, letter in enumerate(word)]


def _sound(runs: list[_Run]) -> bool:
    """Whether there is enough text and its codes can be believed."""
    words = [word for run in runs for word in run.words]
    letters = [letter for word in words for letter in word]
    if sum(map(str.isalpha, "".join(letter.text for letter in letters))) < _MIN_LETTERS:
        return False
    if sum(not letter.sound for letter in letters) > _MAX_BAD * len(letters):
        return False
    legacy = sum(_TCVN3.search("".join(letter.text for letter in word)) is not None for word in words)
    return legacy <= _MAX_LEGACY * len(words)


def _shows(box: Box, pixels: NDArray[np.uint8]) -> bool:
    """Whether there is ink in ``box`` (on paper: a pixel around it is looked at too, since a dash fills its box)."""
    if not box.width or not box.height:
        return False
    seen = pixels[max(box.y - 1, 0) : box.bottom + 1, max(box.x - 1, 0) : box.right + 1]
    return int(np.ptp(seen)) > _INK


def _to_pixels(page: Any, size: Size) -> Transform:
    """From the page's user space (points, y up, before /Rotate) to the pixels it was rendered to."""
    left, bottom, right, top = page.get_bbox()
    quarters = page.get_rotation() // 90
    upright = size.turned(quarters)
    scale_x, scale_y = upright.width / (right - left), upright.height / (top - bottom)
    flat = Transform((scale_x, 0, -left * scale_x, 0, -scale_y, top * scale_y, 0, 0, 1))
    return flat.then(Transform.quarter_turns(upright, quarters))


def _lines(runs: list[_Run], to_pixels: Transform, pixels: NDArray[np.uint8]) -> Iterator[tuple[Line, float]]:
    """Each line that can be seen, and its letter size in points."""
    size = Size(pixels.shape[1], pixels.shape[0])
    for run in runs:
        words = []
        for letters in run.words:
            box = _pixel_box(letters, to_pixels).clipped(size)
            if _shows(box, pixels):
                words.append(Word(_text(letters), box, 1.0))
        if words:
            first, last = run.words[0][0], run.words[-1][-1]
            x0, y0 = to_pixels.apply(first.origin)
            x1, y1 = to_pixels.apply((last.cell[2], last.origin[1]))
            line = Line(tuple(words), Box.union(word.box for word in words), (x0, y0, x1, y1))
            yield line, max(letter.size for word in run.words for letter in word)


def _pixel_box(letters: list[_Letter], to_pixels: Transform) -> Box:
    rects = [
        letter.ink if letter.ink[0] < letter.ink[2] and letter.ink[1] < letter.ink[3] else letter.cell
        for letter in letters
    ]
    corners = (point for left, bottom, right, top in rects for point in ((left, bottom), (right, top)))
    return Box.around(to_pixels.apply(corner) for corner in corners)


def _text(letters: list[_Letter]) -> str:
    return nfc("".join(letter.text for letter in letters))


def _blocks(lines: list[tuple[Line, float]], dpi: float) -> Iterator[Block]:
    """Lines that follow each other down the page, one below the other, at the page's usual leading or tighter."""
    leadings = [_leading(above, line, dpi) for above, line in pairwise(lines)]
    known = sorted(each for each in leadings if each is not None)
    # The first quartile: paragraphs of one line must not pass for the usual.
    usual = known[len(known) // 4] if known else 0.0
    gathered: list[Line] = []
    for (line, _), leading in zip(lines, [None, *leadings], strict=True):
        if gathered and (leading is None or leading > usual * _LOOSER):
            yield Block(tuple(gathered), Box.union(each.box for each in gathered))
            gathered = []
        gathered.append(line)
    if gathered:
        yield Block(tuple(gathered), Box.union(each.box for each in gathered))


def _leading(above: tuple[Line, float], below: tuple[Line, float], dpi: float) -> float | None:
    """From baseline to baseline, in letter sizes; None where ``below`` does not stand below ``above``."""
    (upper, _), (lower, size) = above, below
    overlap = min(upper.box.right, lower.box.right) - max(upper.box.x, lower.box.x)
    assert upper.baseline is not None  # _lines gives every line one
    assert lower.baseline is not None
    down = lower.baseline[1] - upper.baseline[1]
    return down * POINTS_PER_INCH / dpi / size if overlap > 0 and down > 0 else None
