"""A PDF page drawn in millimetres from its upper left corner: text, QR codes and patch codes as sharp vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from digitizer.labels.sheets import A4_MM
from digitizer.typeset import BOLD, UPRIGHT, register_faces, wrapped
from ocr.geometry import MM_PER_INCH, POINTS_PER_INCH
from ocr.patches import NARROW_INCH, WIDE_INCH, bars_of

_MM = POINTS_PER_INCH / MM_PER_INCH
_LEADING = 1.2
QUIET_MODULES = 4
"""Paper around a QR code (ISO/IEC 18004, 6.3.8)."""
PATCH_MM = (2 * WIDE_INCH + 5 * NARROW_INCH) * MM_PER_INCH
"""From the first bar of a patch code to the end of the last."""


class Paper:
    """A4 pages of a PDF. Raises FontMissing."""

    def __init__(self, path: Path, title: str) -> None:
        from reportlab.pdfgen.canvas import Canvas

        register_faces()
        size = (A4_MM[0] * _MM, A4_MM[1] * _MM)
        self._canvas: Any = Canvas(str(path), pagesize=size, pageCompression=1, initialFontName=UPRIGHT)
        self._canvas.setTitle(title)
        self._canvas.setCreator("Digitizer")

    def next_page(self) -> None:
        self._canvas.showPage()

    def save(self) -> None:
        self._canvas.save()

    def lines(
        self, text: str, x: float, y: float, width: float, size: float, *,
        bold: bool = False, centred: bool = False, most: int | None = None,
    ) -> float:  # fmt: skip
        """Text in lines of ``width``, the first of them below ``y``; at most ``most``, the last then with an ellipsis.
        ``size``: of the letters, in points. Gives the y below the last.
        """
        face = BOLD if bold else UPRIGHT
        found = wrapped(text, face, size, width * _MM)
        if most is not None and len(found) > most:
            found = _cut(found, most, lambda line: len(wrapped(line, face, size, width * _MM)) == 1)
        self._canvas.setFont(face, size)
        for line in found:
            y += size * _LEADING / _MM
            at = (x + width / 2 if centred else x) * _MM, self._up(y) + size * (_LEADING - 1)
            (self._canvas.drawCentredString if centred else self._canvas.drawString)(*at, line)
        return y

    def height(self, text: str, width: float, size: float, *, bold: bool = False) -> float:
        """What ``lines`` would take, in millimetres."""
        return len(wrapped(text, BOLD if bold else UPRIGHT, size, width * _MM)) * size * _LEADING / _MM

    def qr(self, text: str, x: float, y: float, side: float) -> None:
        """A QR code in a square of that side, the paper around it in it."""
        modules = qr_modules(text)
        count = len(modules) + 2 * QUIET_MODULES
        module = side / count
        self.boxes(
            (x + (first + QUIET_MODULES) * module, y + (row + QUIET_MODULES) * module, (last - first) * module, module)
            for row, first, last in _runs(modules)
        )

    def patch(self, value: str, x: float, y: float, length: float, *, standing: bool, turned: bool) -> None:
        """A patch code whose bars lie, or stand; ``turned``: it is read from the right or from below."""
        for begins, width in bars_of(value):
            start, thick = begins * MM_PER_INCH, width * MM_PER_INCH
            if turned:
                start = PATCH_MM - start - thick
            self.boxes([(x + start, y, thick, length) if standing else (x, y + start, length, thick)])

    def boxes(self, boxes: Iterable[tuple[float, float, float, float]]) -> None:
        """Black rectangles: x, y, width, height, as one shape, so that no hair of paper shows between them."""
        path = self._canvas.beginPath()
        for x, y, width, height in boxes:
            path.rect(x * _MM, self._up(y + height), width * _MM, height * _MM)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """A thin line around."""
        self._canvas.setLineWidth(0.6)
        self._canvas.rect(x * _MM, self._up(y + height), width * _MM, height * _MM)

    def _up(self, y: float) -> float:
        """Points from the lower edge, as PDF counts."""
        return (A4_MM[1] - y) * _MM


def qr_modules(text: str) -> NDArray[np.bool_]:
    """The modules of a QR code that says ``text``, True where black. A quarter of it may be spoilt (level Q)."""
    made = zxingcpp.create_barcode(text, zxingcpp.QRCode, ec_level="Q")
    pixels = np.asarray(made.to_image(scale=1, add_quiet_zones=False), np.uint8)
    return np.asarray(pixels == 0, np.bool_)


def _runs(modules: NDArray[np.bool_]) -> Iterable[tuple[int, int, int]]:
    """Row, begin and end of the black runs."""
    edges = np.diff(np.pad(modules.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, begins = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return zip(rows.tolist(), begins.tolist(), ends.tolist(), strict=True)


def _cut(lines: Sequence[str], most: int, fits: Callable[[str], bool]) -> list[str]:
    last = lines[most - 1]
    while last and not fits(f"{last}…"):
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]
