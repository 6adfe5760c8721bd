"""The font of invisible text, in as many heights as a document has lines (``tools/make_glyphless_font.py``).

A reader takes the height of a word from its font: Poppler from the descriptor's Ascent times the size, pdfium from the
glyph's box. So one file holds glyphs without ink from ``STEP`` to ``STEPS`` times ``STEP`` high, and each font of a
document shows one of them for every letter. The size is left free for what it says of a line's place (``pdf_sizes``).
"""

from __future__ import annotations

from pypdf.generic import ArrayObject, ByteStringObject, IndirectObject, NumberObject

from digitizer.deliver.pdf_objects import ObjectFile, dictionary, flate_stream, name
from resources import path

EM = 1000
EM_WIDTH = 1000
"""Advance of every glyph, in thousandths of an em. pdfium takes a word for a new line where it stands half an advance
above the one before."""
STEP, STEPS = 50, 32
"""Glyph N of ``resources/fonts/invisible.ttf`` is N steps of so many thousandths of an em high."""
FONT_NAME = "DigitizerInvisible"
_MAPPINGS_AT_ONCE = 100
"""Most entries of one ``beginbfchar`` (Adobe technical note 5014)."""
_FLAGS_SYMBOLIC = 4


class TextFonts:
    """Numbers (CIDs) for the letters of one document, from 1 in the order of their first use; 1 is the space. And its
    fonts, written to ``file`` by ``put`` when all letters are known.
    """

    def __init__(self, file: ObjectFile) -> None:
        self._file, self._ids = file, {" ": 1}
        self._fonts: dict[int, IndirectObject] = {}

    def encode(self, text: str) -> str:
        """``text`` as the hexadecimal string that shows it."""
        ids = self._ids
        return "".join([f"{ids.setdefault(letter, len(ids) + 1):04X}" for letter in text])

    def of(self, step: int) -> IndirectObject:
        """The font whose letters are ``step`` steps high, 1 to ``STEPS``."""
        if step not in self._fonts:
            self._fonts[step] = self._file.reserve()
        return self._fonts[step]

    def put(self) -> None:
        """Write the fonts that were asked for, mapping all letters that were encoded."""
        if not self._fonts:
            return
        file, letters = self._file, list(self._ids)
        data = path("fonts/invisible.ttf").read_bytes()
        program = file.add(flate_stream(data, Length1=NumberObject(len(data))))
        unicode = file.add(flate_stream(to_unicode(letters)))
        for step, reference in self._fonts.items():
            descriptor = dictionary(
                Type=name("FontDescriptor"),
                FontName=name(FONT_NAME),
                Flags=NumberObject(_FLAGS_SYMBOLIC),
                FontBBox=ArrayObject(NumberObject(n) for n in (0, 0, EM_WIDTH, step * STEP)),
                ItalicAngle=NumberObject(0),
                Ascent=NumberObject(step * STEP),
                Descent=NumberObject(-1),  # poppler takes 0 for "not known" and then assumes a third of an em
                CapHeight=NumberObject(step * STEP),
                StemV=NumberObject(80),
                FontFile2=program,
            )
            # CID 0 keeps .notdef, which is never shown (ISO 19005-2, 6.2.11.8).
            glyphs = b"\0\0" + bytes((0, step)) * len(letters)
            descendant = dictionary(
                Type=name("Font"),
                Subtype=name("CIDFontType2"),
                BaseFont=name(FONT_NAME),
                CIDSystemInfo=dictionary(
                    Registry=ByteStringObject(b"Adobe"), Ordering=ByteStringObject(b"Identity"),
                    Supplement=NumberObject(0),
                ),
                FontDescriptor=file.add(descriptor),
                DW=NumberObject(EM_WIDTH),
                CIDToGIDMap=file.add(flate_stream(glyphs)),
            )  # fmt: skip
            font = dictionary(
                Type=name("Font"),
                Subtype=name("Type0"),
                BaseFont=name(FONT_NAME),
                Encoding=name("Identity-H"),
                DescendantFonts=ArrayObject([file.add(descendant)]),
                ToUnicode=unicode,
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
