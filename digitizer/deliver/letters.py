"""Letters that are seen: a subset of a font with the measures of Times New Roman, embedded as PDF/A asks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NumberObject,
    PdfObject,
    StreamObject,
    pdf_name,
)
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from digitizer.deliver.pdf_fonts import to_unicode
from digitizer.deliver.signing_faults import LettersMissing
from digitizer.errors import FontMissing
from digitizer.fonts import times_metrics

_FLAGS_SYMBOLIC = 4
_NAMED = 5
"""Of the letters that are missing, in one sentence."""


class Letters:
    """The letters of ``text`` at ``size`` points. A character's code is the number of its glyph in the subset."""

    def __init__(self, text: str, size: float) -> None:
        """Raises FontMissing; LettersMissing, for .notdef must not be shown (ISO 19005-2, 6.2.11.8)."""
        faces = times_metrics()
        if faces is None:
            raise FontMissing
        self._face, self._size = _face(faces[0]), size
        missing = [letter for letter in dict.fromkeys(text) if ord(letter) not in self._face.charToGlyph]
        if missing:
            more = ", …" if len(missing) > _NAMED else ""
            raise LettersMissing(letters=", ".join(f"“{letter}”" for letter in missing[:_NAMED]) + more)
        by_glyph = {self._glyph(letter): letter for letter in sorted(set(text))}
        self._letters = list(by_glyph.values())
        """As ``makeSubset`` numbers them, from 1; of two that look the same, one."""
        self._ids = {glyph: number for number, glyph in enumerate(by_glyph, start=1)}
        self.ascent, self.descent = (size * float(value) / 1000 for value in (self._face.ascent, self._face.descent))
        """Points above the baseline; the second is negative."""

    def _glyph(self, letter: str) -> int:
        return int(self._face.charToGlyph[ord(letter)])

    def _advance(self, letter: str) -> float:
        """In thousandths of an em, whatever units the font is drawn in."""
        return round(float(self._face.hmetrics[self._glyph(letter)][0]) * 1000 / float(self._face.unitsPerEm), 3)

    def encoded(self, text: str) -> str:
        """The hexadecimal string that shows ``text``, of letters that were given."""
        return "".join(f"{self._ids[self._glyph(letter)]:04X}" for letter in text)

    def width(self, text: str) -> float:
        """Points."""
        return sum(map(self._advance, text)) * self._size / 1000

    def folded(self, text: str, widest: float) -> list[str]:
        """``text`` in lines no wider than ``widest`` points, broken between words; a word alone may be wider."""
        lines: list[str] = []
        for word in text.split(" "):
            if lines and self.width(f"{lines[-1]} {word}") <= widest:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        return lines

    def put(self, writer: BasePdfFileWriter) -> IndirectObject:
        """Write the font; the reference to it."""
        face: Any = self._face
        program: bytes = face.makeSubset([ord(letter) for letter in self._letters])
        tag = "".join(chr(ord("A") + byte % 26) for byte in hashlib.sha256(program).digest()[:6])
        called = pdf_name(f"/{tag}+{face.name.decode('ascii')}")
        descriptor = _dictionary({
            "/Type": pdf_name("/FontDescriptor"), "/FontName": called, "/Flags": NumberObject(_FLAGS_SYMBOLIC),
            "/FontBBox": ArrayObject(NumberObject(round(side)) for side in face.bbox),
            "/ItalicAngle": NumberObject(0), "/Ascent": NumberObject(round(face.ascent)),
            "/Descent": NumberObject(round(face.descent)), "/CapHeight": NumberObject(round(face.capHeight)),
            "/StemV": NumberObject(round(face.stemV)),
            "/FontFile2": put_stream(writer, program, {"/Length1": NumberObject(len(program))}),
        })  # fmt: skip
        system = {
            "/Registry": ByteStringObject(b"Adobe"), "/Ordering": ByteStringObject(b"Identity"),
            "/Supplement": NumberObject(0),
        }  # fmt: skip
        widths = ArrayObject(FloatObject(self._advance(letter)) for letter in self._letters)
        descendant = _dictionary({
            "/Type": pdf_name("/Font"), "/Subtype": pdf_name("/CIDFontType2"), "/BaseFont": called,
            "/CIDSystemInfo": _dictionary(system), "/FontDescriptor": writer.add_object(descriptor),
            "/W": ArrayObject([NumberObject(1), widths]), "/CIDToGIDMap": pdf_name("/Identity"),
        })  # fmt: skip
        font = _dictionary({
            "/Type": pdf_name("/Font"), "/Subtype": pdf_name("/Type0"), "/BaseFont": called,
            "/Encoding": pdf_name("/Identity-H"), "/DescendantFonts": ArrayObject([writer.add_object(descendant)]),
            "/ToUnicode": put_stream(writer, to_unicode(self._letters), {}),
        })  # fmt: skip
        return writer.add_object(font)


@lru_cache(1)
def _face(path: Path) -> Any:
    """Taken apart once for all files of a delivery."""
    from reportlab.pdfbase.ttfonts import TTFontFile  # heavy

    return TTFontFile(str(path))


def put_stream(writer: BasePdfFileWriter, data: bytes, entries: Mapping[str, PdfObject]) -> IndirectObject:
    """Write ``data`` compressed; the reference to it."""
    made = StreamObject({pdf_name(key): value for key, value in entries.items()}, stream_data=data)
    made.compress()
    return writer.add_object(made)


def _dictionary(entries: Mapping[str, PdfObject]) -> DictionaryObject:
    return DictionaryObject({pdf_name(key): value for key, value in entries.items()})
