"""Barcodes and QR codes on a page, read with zxing-cpp; and what any code found on a page is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from ocr.geometry import Point
from ocr.text import nfc

MATRIX_DPI = 200.0
"""Resolution at which the matrix codes other than QR are looked for: their modules are 0.4 mm and more on paper that is
scanned, and looking for them takes most of the time."""
SHORTEST = {"itf": 6, "codabar": 4, "code39": 2}
"""Characters from which on a code without check digit is believed: shorter ones are found in rules and hatching."""


class Kind(StrEnum):
    """Public names of what can be read. PATCH: patch codes (``ocr.patches``), whose value is 1, 2, 3, 4, 6 or T."""

    QR = "qr"
    DATA_MATRIX = "datamatrix"
    AZTEC = "aztec"
    PDF417 = "pdf417"
    CODE_128 = "code128"
    CODE_39 = "code39"
    CODE_93 = "code93"
    EAN = "ean"
    ITF = "itf"
    CODABAR = "codabar"
    PATCH = "patch"


@dataclass(frozen=True, slots=True)
class Code:
    """One code on a page. ``value``: NFC text, empty where ``readable`` is False: a QR code is there, but too much of
    it is spoilt. ``corners``: in master pixels, from its own top left corner on, clockwise as it is meant to be seen.
    """

    kind: Kind
    value: str
    corners: tuple[Point, Point, Point, Point]
    readable: bool = True


_QR_AND_LINEAR = {
    zxingcpp.QRCode: Kind.QR,
    zxingcpp.Code128: Kind.CODE_128,
    zxingcpp.Code39: Kind.CODE_39,
    zxingcpp.Code93: Kind.CODE_93,
    zxingcpp.EANUPC: Kind.EAN,
    zxingcpp.ITF: Kind.ITF,
    zxingcpp.Codabar: Kind.CODABAR,
}
_MATRIX = {
    zxingcpp.DataMatrix: Kind.DATA_MATRIX,
    zxingcpp.Aztec: Kind.AZTEC,
    zxingcpp.PDF417: Kind.PDF417,
}


def read_barcodes(grey: NDArray[np.uint8], dpi: float | None) -> list[Code]:
    """The codes on a page, (h, w) grey, whichever way it lies, from the top down. ``dpi``: None where nobody knows."""
    found = _read(grey, _QR_AND_LINEAR, 1.0, downscale=True)
    factor = min(1.0, MATRIX_DPI / dpi) if dpi else 1.0
    mean = cv2.INTER_LINEAR if factor > 0.5 else cv2.INTER_AREA  # five times as fast, and as good where it is little
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=mean) if factor < 1 else grey
    found += _read(np.asarray(small, np.uint8), _MATRIX, factor, downscale=False)
    return sorted(found, key=lambda code: (code.corners[0][1], code.corners[0][0]))


def _read(
    grey: NDArray[np.uint8], kinds: dict[zxingcpp.BarcodeFormat, Kind], factor: float, *, downscale: bool
) -> list[Code]:
    """``factor``: pixels of ``grey`` in one of the master."""
    read = zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormats(list(kinds)), try_downscale=downscale, try_invert=False,
        text_mode=zxingcpp.TextMode.Plain, return_errors=True,
    )  # fmt: skip
    found = []
    for each in read:
        kind = kinds[each.symbology]
        place = each.position
        first, second, third, fourth = (
            ((point.x + 0.5) / factor, (point.y + 0.5) / factor)
            for point in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        )
        corners = (first, second, third, fourth)
        value = nfc(each.text) if each.valid else ""
        if each.valid and len(value) >= SHORTEST.get(kind, 1):
            found.append(Code(kind, value, corners))
        elif not each.valid and kind is Kind.QR:
            found.append(Code(kind, "", corners, readable=False))
    return found
