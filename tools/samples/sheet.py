"""A sheet of paper before it is scanned: black print with its words, and coloured marks (seal, signature).

Places are millimetres from the top left corner of the sheet, type sizes are points. Ink is drawn at ``OVERSAMPLING``
times the resolution of the scan; those pixels are called print pixels.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFont

from ocr.geometry import MM_PER_INCH, POINTS_PER_INCH

OVERSAMPLING = 2
MM_PER_POINT = MM_PER_INCH / POINTS_PER_INCH

Point = tuple[float, float]
Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Style:
    """A face of a family found among the system's fonts by file name, at a size in points."""

    size: float
    bold: bool = False
    italic: bool = False
    family: str = "Tinos"

    @property
    def b(self) -> Style:
        return replace(self, bold=True)

    @property
    def i(self) -> Style:
        return replace(self, italic=True)

    def at(self, size: float) -> Style:
        return replace(self, size=size)

    @property
    def file(self) -> str:
        return f"{self.family}-{('Bold' * self.bold + 'Italic' * self.italic) or 'Regular'}.ttf"


@cache
def _font(file: str, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, pixels)


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word and its ink: ``mask`` (rows, columns; 0 bare paper to 255 full ink) with its left top at ``x``, ``y``.

    ``x`` and ``y`` are print pixels of the sheet.
    """

    text: str
    mask: Mask
    x: int
    y: int


class Sheet:
    """A sheet of ``width`` x ``height`` mm that will be scanned at ``dpi``.

    ``ink`` is the black print (mode L, 255 is full ink), ``marks`` the coloured ink above it (RGBA), ``lines``
    the words in reading order, line by line.
    """

    def __init__(self, dpi: int, width: float = 210, height: float = 297) -> None:
        self.dpi, self.width, self.height = dpi, width, height
        self.pixels_per_mm = dpi * OVERSAMPLING / MM_PER_INCH
        size = (round(width * self.pixels_per_mm), round(height * self.pixels_per_mm))
        self.ink = Image.new("L", size, 0)
        self.marks = Image.new("RGBA", size, (255, 255, 255, 0))
        self.lines: list[list[PrintedWord]] = []
        self._draw = ImageDraw.Draw(self.ink)

    def font(self, style: Style) -> ImageFont.FreeTypeFont:
        return _font(style.file, style.size * MM_PER_POINT * self.pixels_per_mm)

    def measure(self, text: str, style: Style) -> float:
        """Advance width of ``text`` in mm."""
        return float(self.font(style).getlength(text)) / self.pixels_per_mm

    def word(self, text: str, style: Style, x: float, baseline: float) -> None:
        """Print one word, left end of its baseline at (``x``, ``baseline``), as the next of the current line."""
        text = unicodedata.normalize("NFC", text)
        font = self.font(style)
        left, base = x * self.pixels_per_mm, baseline * self.pixels_per_mm
        x0, y0, x1, y1 = self._draw.textbbox((left, base), text, font=font, anchor="ls")
        origin = (int(x0) - 2, int(y0) - 2)
        mask = Image.new("L", (int(x1) + 3 - origin[0], int(y1) + 3 - origin[1]), 0)
        ImageDraw.Draw(mask).text((left - origin[0], base - origin[1]), text, fill=255, font=font, anchor="ls")
        region = (*origin, origin[0] + mask.width, origin[1] + mask.height)
        self.ink.paste(ImageChops.lighter(self.ink.crop(region), mask), region)
        self.lines[-1].append(PrintedWord(text, np.asarray(mask), *origin))

    def line(self, text: str, style: Style, x: float, baseline: float, align: str = "left") -> float:
        """Print ``text`` as a line of its own; ``align`` says which part of it is at ``x``. Returns its width in mm."""
        self.lines.append([])
        return self.more(text, style, x, baseline, align)

    def more(self, text: str, style: Style, x: float, baseline: float, align: str = "left") -> float:
        """Like ``line``, as a part of the current line of text."""
        width = self.measure(text, style)
        x -= {"left": 0.0, "centre": width / 2, "right": width}[align]
        done = ""
        for word in text.split():
            self.word(word, style, x + self.measure(done, style), baseline)
            done += word + " "
        return width

    def rule(self, *points: Point, width: float = 0.25, ink: int = 255) -> None:
        """Draw straight strokes through ``points``, ``width`` mm wide."""
        self._draw.line(self._pixels(points), fill=ink, width=self._stroke(width), joint="curve")

    def box(self, x: float, y: float, width: float, height: float, stroke: float = 0.25) -> None:
        self.rule((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y), width=stroke)

    def shape(self, points: Sequence[Point], stroke: float = 0.5) -> None:
        """A closed outline, bare inside (it covers what lies below)."""
        self._draw.polygon(self._pixels(points), fill=0)
        self.rule(*points, points[0], points[1], width=stroke)

    def disc(self, centre: Point, radius: float, stroke: float = 0.25, filled: bool = False) -> None:
        (x0, y0), (x1, y1) = self._pixels(
            [(centre[0] - radius, centre[1] - radius), (centre[0] + radius, centre[1] + radius)]
        )
        self._draw.ellipse((x0, y0, x1, y1), fill=255 if filled else 0, outline=255, width=self._stroke(stroke))

    def hatch(self, points: Sequence[Point], pitch: float = 1.6, rising: bool = True, stroke: float = 0.5) -> None:
        """A closed outline filled with section lines at 45 degrees, ``pitch`` mm apart."""
        corners = self._pixels(points)
        xs, ys = zip(*corners, strict=True)
        left, top, height = int(min(xs)), int(min(ys)), int(max(ys)) - int(min(ys)) + 1
        area = Image.new("L", (int(max(xs)) - left + 1, height), 0)
        ImageDraw.Draw(area).polygon([(x - left, y - top) for x, y in corners], fill=255)
        strokes = Image.new("L", area.size, 0)
        pen = ImageDraw.Draw(strokes)
        step = round(pitch * self.pixels_per_mm * 2**0.5)
        for start in range(-height - left % step, area.width + height, step):
            ends = ((start, height), (start + height, 0)) if rising else ((start, 0), (start + height, height))
            pen.line(ends, fill=255, width=self._stroke(0.18))
        self.ink.paste(strokes, (left, top), area)
        self.rule(*points, points[0], points[1], width=stroke)

    def chain_line(self, start: Point, end: Point, width: float = 0.18) -> None:
        """A centre line: long dash, gap, dot, gap."""
        (x0, y0), (x1, y1) = start, end
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        done = 0.0
        for dash in _dashes(length):
            a, b = done / length, min(done + dash, length) / length
            self.rule((x0 + a * (x1 - x0), y0 + a * (y1 - y0)), (x0 + b * (x1 - x0), y0 + b * (y1 - y0)), width=width)
            done += dash + 1.2

    def _pixels(self, points: Iterable[Point]) -> list[Point]:
        return [(x * self.pixels_per_mm, y * self.pixels_per_mm) for x, y in points]

    def _stroke(self, millimetres: float) -> int:
        return max(1, round(millimetres * self.pixels_per_mm))


def _dashes(length: float) -> list[float]:
    return [7.0, 0.6] * (int(length / 10) + 1)
