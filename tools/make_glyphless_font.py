"""Make the two binary resources every PDF needs: the glyphless font and the sRGB profile.

Run once from the root of the checkout; the results are committed:

    python tools/make_glyphless_font.py

The font has .notdef and glyphs without ink, all an em wide: the glyph N is N steps high. The same bytes come out of
every run.
"""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphCoordinates, flagOnCurve
from fontTools.ttLib.tables.ttProgram import Program
from PIL import ImageCms

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
UNITS_PER_EM = 1000
ADVANCE = 1000
STEP, STEPS = 50, 32
"""Heights of the glyphs, in units: 50, 100 ... 1600."""
ICC_DATE = slice(24, 36)
"""Where an ICC header holds its creation date, six 16-bit numbers (ISO 15076-1, 7.2.8)."""
ICC_DATE_WRITTEN = b"".join(n.to_bytes(2, "big") for n in (2026, 1, 1, 0, 0, 0))
MAC_EPOCH_2026 = 3_850_070_400
"""2026-01-01 00:00 UTC in seconds since 1904, as the ``head`` table counts."""


def make_font(destination: Path) -> None:
    heights = [STEP * step for step in range(1, STEPS + 1)]
    names = [".notdef", *(f"invisible{height}" for height in heights)]
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x20: names[1]})
    builder.setupGlyf({".notdef": Glyph()} | dict(zip(names[1:], map(_corners, heights), strict=True)))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (ADVANCE, 0)))
    builder.setupHorizontalHeader(ascent=UNITS_PER_EM, descent=0)
    builder.setupOS2(sTypoAscender=UNITS_PER_EM, sTypoDescender=0, usWinAscent=UNITS_PER_EM, usWinDescent=0, fsType=0)
    builder.setupNameTable(
        {
            "copyright": "Copyright 2026 the Digitizer authors",
            "familyName": "Digitizer Invisible",
            "styleName": "Regular",
            "uniqueFontIdentifier": "DigitizerInvisible-2",
            "fullName": "Digitizer Invisible",
            "psName": "DigitizerInvisible",
            "version": "Version 2.000",
            "licenseDescription": "Apache License, Version 2.0",
        },
        mac=False,
    )
    builder.setupPost(keepGlyphNames=False, isFixedPitch=1)
    builder.updateHead(created=MAC_EPOCH_2026, modified=MAC_EPOCH_2026)
    builder.font.recalcTimestamp = False
    builder.save(destination)


def _corners(height: int) -> Glyph:
    """Two contours of one point each, at opposite corners of the glyph's cell: no ink, but a bounding box.

    pdfium takes a letter's box from its outline, and drops short words whose boxes have no height.
    """
    glyph = Glyph()
    glyph.numberOfContours, glyph.endPtsOfContours = 2, [0, 1]
    glyph.coordinates = GlyphCoordinates([(0, 0), (ADVANCE, height)])
    glyph.flags = bytearray([flagOnCurve, flagOnCurve])
    glyph.program = Program()
    glyph.program.fromBytecode(b"")
    return glyph


def make_srgb(destination: Path) -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[ICC_DATE] = ICC_DATE_WRITTEN
    destination.write_bytes(profile)


if __name__ == "__main__":
    make_font(RESOURCES / "fonts" / "invisible.ttf")
    make_srgb(RESOURCES / "icc" / "srgb.icc")
