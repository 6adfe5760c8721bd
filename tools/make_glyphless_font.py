"""Make the two binary resources every PDF needs: the glyphless font and the sRGB profile.

Run once from the root of the checkout; the results are committed:

    python tools/make_glyphless_font.py

The font has .notdef and one glyph without ink, both an em wide. The same bytes come out of every run.
"""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphCoordinates, flagOnCurve
from fontTools.ttLib.tables.ttProgram import Program
from PIL import ImageCms

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
UNITS_PER_EM = 1000
ADVANCE = 1000
ICC_DATE = slice(24, 36)
"""Where an ICC header holds its creation date, six 16-bit numbers (ISO 15076-1, 7.2.8)."""
ICC_DATE_WRITTEN = b"".join(n.to_bytes(2, "big") for n in (2026, 1, 1, 0, 0, 0))
MAC_EPOCH_2026 = 3_850_070_400
"""2026-01-01 00:00 UTC in seconds since 1904, as the ``head`` table counts."""


def make_font(destination: Path) -> None:
    names = [".notdef", "invisible"]
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x20: "invisible"})
    builder.setupGlyf({".notdef": Glyph(), "invisible": _corners()})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (ADVANCE, 0)))
    builder.setupHorizontalHeader(ascent=UNITS_PER_EM, descent=0)
    builder.setupOS2(sTypoAscender=UNITS_PER_EM, sTypoDescender=0, usWinAscent=UNITS_PER_EM, usWinDescent=0, fsType=0)
    builder.setupNameTable(
        {
            "copyright": "Copyright 2026 the Digitizer authors",
            "familyName": "Digitizer Invisible",
            "styleName": "Regular",
            "uniqueFontIdentifier": "DigitizerInvisible-1",
            "fullName": "Digitizer Invisible",
            "psName": "DigitizerInvisible",
            "version": "Version 1.000",
            "licenseDescription": "Apache License, Version 2.0",
        },
        mac=False,
    )
    builder.setupPost(keepGlyphNames=False, isFixedPitch=1)
    builder.updateHead(created=MAC_EPOCH_2026, modified=MAC_EPOCH_2026)
    builder.font.recalcTimestamp = False
    builder.save(destination)


def _corners() -> Glyph:
    """Two contours of one point each, at opposite corners of the glyph's cell: no ink, but a bounding box.

    pdfium takes a letter's box from its outline, and drops short words whose boxes have no height.
    """
    glyph = Glyph()
    glyph.numberOfContours, glyph.endPtsOfContours = 2, [0, 1]
    glyph.coordinates = GlyphCoordinates([(0, 0), (ADVANCE, UNITS_PER_EM)])
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
