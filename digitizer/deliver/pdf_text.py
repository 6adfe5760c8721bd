"""The invisible text of a PDF: operators that lay each word on its ink, and the font they are shown in.

The font has no ink. Its one empty glyph is ``EM_WIDTH`` wide and, as viewers draw a selection, reaches from the origin
one em up. Each line is shown at the height of its words, each word stretched (Tz) to its box, and the space after a
word over the gap to the next, so that a viewer that looks at places and one that reads the stream find the same words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import median

from pypdf.generic import ArrayObject, ByteStringObject, IndirectObject, NumberObject

from digitizer.deliver.pdf_objects import ObjectFile, dictionary, flate_stream, name
from ocr.geometry import Box, Size, Transform
from ocr.text import Line, PageText
from resources import path

EM = 1000
EM_WIDTH = 1000
"""Advance of every glyph of ``resources/fonts/invisible.ttf``, in thousandths of an em. pdfium takes a word for a new
line where it stands half an advance above the one before."""
FONT_NAME = "DigitizerInvisible"
_LINE_END_SPACE = 0.25
"""Width of the space after a line's last word, in ems."""
_LEAST_SPACE, _SMALLEST_SPACE = 0.16, 0.05
"""Least width of a space, in ems: poppler sees none in gaps up to 0.15 (minWordSpacing in its TextOutputDev.cc). The
second is for words so narrow that the first would leave less than ``_LEAST_LETTER`` to each of their letters."""
_LEAST_LETTER = 0.11
"""In ems: poppler breaks a word whose letters stand within 0.1 (dupMaxPriDelta)."""
_LEAST_STRETCH = 0.01
"""Percent; at 0 the text matrix would be singular."""
_MAPPINGS_AT_ONCE = 100
"""Most entries of one ``beginbfchar`` (Adobe technical note 5014)."""
_FLAGS_SYMBOLIC = 4
_WORDS_KEPT = 20_000
"""Words come again: writing and checking a page ask three times for each, and Vietnamese has some 7,000 syllables."""


class CharacterIds:
    """Numbers (CIDs) for the letters of one document, from 1 in the order of their first use; 1 is the space."""

    def __init__(self) -> None:
        self._ids = {" ": 1}

    def encode(self, text: str) -> str:
        """``text`` as the hexadecimal string that shows it."""
        ids = self._ids
        return "".join([f"{ids.setdefault(letter, len(ids) + 1):04X}" for letter in text])

    @property
    def letters(self) -> list[str]:
        """The letter of CID 1, 2, 3 ..."""
        return list(self._ids)


@lru_cache(_WORDS_KEPT)
def mappable(text: str) -> str:
    """``text`` without what no PDF/A-2u font may map to (ISO 19005-2, 6.2.11.7.2) or no text holds: U+0000 and other
    controls, line separators, U+FEFF, lone surrogates, noncharacters."""

    def keep(letter: str) -> bool:
        code = ord(letter)
        noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
        return not noncharacter and code != 0xFEFF and unicodedata.category(letter) not in {"Cc", "Cs", "Zl", "Zp"}

    return "".join(filter(keep, text))


def text_operators(text: PageText, size: Size, scale: float, ids: CharacterIds, font: str) -> bytes:
    """One text object with all words of ``text``; no bytes where there are none.

    ``size``: the page in the pixels of the boxes. ``scale``: points a pixel. ``font``: its name in the resources.
    """
    to_points = Transform.scale(scale, -scale).then(Transform.shift(0, size.height * scale))
    lines = [operators for line in text.lines if (operators := _line(line, size, to_points, ids, font))]
    return "\n".join(["BT", "3 Tr", *lines, "ET"]).encode("ascii") if lines else b""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word of a line that runs to the right: its box, and the y of the baseline at its middle. All in pixels."""

    text: str
    start: float
    end: float
    top: float
    bottom: float
    baseline: float


def _line(line: Line, size: Size, to_points: Transform, ids: CharacterIds, font: str) -> str:
    """A line's operators, in units of pixels; empty where it has no word to show.

    Words stand level, each at the height of a sloping baseline at its middle: poppler breaks a word whose letters'
    origins differ by more than half a point across the line, and a page that was deskewed slopes less than that shows.
    """
    words = [(text, _at_least_one_pixel(w.box, size)) for w in line.words if (text := mappable(w.text))]
    if not words:
        return ""
    bounds = Box.union(box for _, box in words)
    x0, y0, x1, y1 = line.baseline or (bounds.x, bounds.bottom, bounds.right, bounds.bottom)
    if abs(y1 - y0) > abs(x1 - x0):  # set upright: seen from the side it is a line like any other
        turn = Transform.quarter_turns(size, 3 if y1 > y0 else 1)
        words = [(text, turn.apply_box(box)) for text, box in words]
        (x0, y0), (x1, y1) = turn.apply((x0, y0)), turn.apply((x1, y1))
        to_points = turn.inverse().then(to_points)
    slope = (y1 - y0) / (x1 - x0) if x1 > x0 else 0.0
    placed = [
        _Placed(text, box.x, box.right, box.y, box.bottom, y0 + slope * (box.x + box.width / 2 - x0))
        for text, box in words
    ]
    height = max(1.0, median(word.bottom - word.top for word in placed))
    depth = median(word.bottom - word.baseline for word in placed)
    placed = _apart(placed, height)
    feet = [_foot(word, height, depth) for word in placed]

    start = placed[0].start
    px, py = to_points.apply((start, feet[0]))
    ax, ay = to_points.apply((start + 1, feet[0]))
    bx, by = to_points.apply((start, feet[0] - 1))
    matrix = " ".join(_number(v) for v in (ax - px, ay - py, bx - px, by - py, px, py))
    return "\n".join([f"/{font} {_number(height)} Tf {matrix} Tm", *_words(placed, feet, height, ids)])


def _foot(word: _Placed, height: float, depth: float) -> float:
    """The y at which the word's glyphs stand, ``depth`` below the baseline like those of the whole line.

    Moved only as far as brings their middle into the middle half of the word's box, and lets glyphs and box lie one in
    the other: words that sit on the line as letters do share one height, dashes and quotation marks still lie on their
    ink.
    """
    quarter = (word.bottom - word.top) / 4
    first, last = sorted((word.bottom - height / 2, word.top + height / 2))
    first, last = max(first, word.top + quarter), min(last, word.bottom - quarter)
    return min(max(word.baseline + depth - height / 2, first), last) + height / 2


def _words(placed: list[_Placed], feet: list[float], height: float, ids: CharacterIds) -> Iterator[str]:
    """The operators of each word of a line whose matrix stands at its first word's start and foot."""
    position = placed[0].start
    for i, word in enumerate(placed):
        last = i + 1 == len(placed)
        space = _LINE_END_SPACE * height if last else max(placed[i + 1].start - word.end, _SMALLEST_SPACE * height)
        yield (
            f"{_number(word.start - position)} 0 Td {_number(feet[0] - feet[i])} Ts "
            f"{_stretch(word.end - word.start, len(word.text), height)} Tz <{ids.encode(word.text)}> Tj "
            f"{_stretch(space, 1, height)} Tz <{ids.encode(' ')}> Tj"
        )
        position = word.start


def _apart(words: list[_Placed], height: float) -> list[_Placed]:
    """Neighbours that overlap, or nearly, share what is between them, with a gap that shows.

    pdfium drops the second of two like strings in one place, be they but spaces.
    """
    apart = words[:1]
    for after in words[1:]:
        before = apart.pop()
        first, last = max(before.start, after.start), min(before.end, after.end)
        middle = (first + last) / 2
        for gap in (_LEAST_SPACE * height, _SMALLEST_SPACE * height):
            if first >= last + gap:
                pair = [before, after]
                break
            end = max(before.start + 1, min(before.end, middle - gap / 2))
            start = min(after.end - 1, max(after.start, middle + gap / 2))
            pair = [replace(before, end=end), replace(after, start=start)]
            if all(word.end - word.start >= _LEAST_LETTER * height * len(word.text) for word in pair):
                break
        apart += pair
    return apart


def _at_least_one_pixel(box: Box, size: Size) -> Box:
    """The part of ``box`` on the page; one pixel at its edge where nothing is: no word is lost for a bad place."""
    x, y = min(max(box.x, 0), size.width - 1), min(max(box.y, 0), size.height - 1)
    return Box(x, y, max(1, min(box.right, size.width) - x), max(1, min(box.bottom, size.height) - y))


def _stretch(length: float, glyphs: int, height: float) -> str:
    return _number(max(_LEAST_STRETCH, 100 * length / (glyphs * height * EM_WIDTH / EM)))


def _number(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")


def put_font(file: ObjectFile, reference: IndirectObject, ids: CharacterIds) -> None:
    """Write the font ``reference`` was reserved for, mapping all letters that ``ids`` has met."""
    data = path("fonts/invisible.ttf").read_bytes()
    descriptor = dictionary(
        Type=name("FontDescriptor"),
        FontName=name(FONT_NAME),
        Flags=NumberObject(_FLAGS_SYMBOLIC),
        FontBBox=ArrayObject(NumberObject(n) for n in (0, 0, EM_WIDTH, EM)),
        ItalicAngle=NumberObject(0),
        Ascent=NumberObject(EM),
        Descent=NumberObject(-1),  # poppler takes 0 for "not known" and then assumes a third of an em
        CapHeight=NumberObject(EM),
        StemV=NumberObject(80),
        FontFile2=file.add(flate_stream(data, Length1=NumberObject(len(data)))),
    )
    # CID 0 keeps .notdef, which is never shown (ISO 19005-2, 6.2.11.8); every letter has the one empty glyph.
    glyphs = b"\0\0" + b"\0\1" * len(ids.letters)
    descendant = dictionary(
        Type=name("Font"),
        Subtype=name("CIDFontType2"),
        BaseFont=name(FONT_NAME),
        CIDSystemInfo=dictionary(
            Registry=ByteStringObject(b"Adobe"), Ordering=ByteStringObject(b"Identity"), Supplement=NumberObject(0)
        ),
        FontDescriptor=file.add(descriptor),
        DW=NumberObject(EM_WIDTH),
        CIDToGIDMap=file.add(flate_stream(glyphs)),
    )
    font = dictionary(
        Type=name("Font"),
        Subtype=name("Type0"),
        BaseFont=name(FONT_NAME),
        Encoding=name("Identity-H"),
        DescendantFonts=ArrayObject([file.add(descendant)]),
        ToUnicode=file.add(flate_stream(to_unicode(ids.letters))),
    )
    file.put(reference, font)


def to_unicode(letters: list[str]) -> bytes:
    """The CMap from CID to UTF-16BE (ISO 32000-1, 9.10.3)."""
    rows = [f"<{cid:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for cid, letter in enumerate(letters, start=1)]
    groups = [rows[i : i + _MAPPINGS_AT_ONCE] for i in range(0, len(rows), _MAPPINGS_AT_ONCE)]
    mappings = "\n".join(f"{len(group)} beginbfchar\n" + "\n".join(group) + "\nendbfchar" for group in groups)
    return f"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{mappings}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
""".encode("ascii")
