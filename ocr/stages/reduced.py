"""The reduced copy that every stage looks at, and the ink on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH
from ocr.stages.profile import Peak, peak

DPI = 100.0
"""Resolution of the reduced copy: letters of 2 mm are 8 pixels high."""
MAX_SIDE = 3000
"""Longest side of the reduced copy in pixels, whatever dpi the file claims."""

PAPER_WINDOW_MM = 5.0
"""Ink is what is darker than the lightest paper this near; wider than any stroke."""
DARKEST_PAPER = 64
"""Grey below which a surface is no paper: differences there are noise in a black border, not ink."""


LETTER_MM = (0.7, 12.0)
"""Heights and widths between which a component may be a letter or a few that touch."""
WORD_MM = 60.0
"""Longest run of touching letters."""
LETTER_DARKNESS = 40
"""How much darker than the paper a letter is at least (0 to 255), however faded."""


@dataclass(frozen=True)
class Components:
    """Connected runs of ink. ``labels``: int32 (h, w), 0 is paper; ``boxes``: (n, 4) x, y, width, height of label
    i + 1; ``areas``: (n,) pixels.
    """

    labels: NDArray[np.int32]
    boxes: NDArray[np.int32]
    areas: NDArray[np.int32]

    def where(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(h, w): the pixels of the ``chosen`` components, (n,)."""
        return np.concatenate(([False], chosen))[self.labels]


def components(mask: NDArray[np.uint8]) -> Components:
    """The 8-connected components of a 0/1 mask."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    rows = np.asarray(stats[1:], dtype=np.int32)
    return Components(np.asarray(labels, dtype=np.int32), rows[:, :4], rows[:, 4])


@dataclass(frozen=True)
class Letters:
    """``mask``: (h, w), the pixels of ``count`` components."""

    mask: NDArray[np.bool_]
    count: int

    @cached_property
    def lying(self) -> Peak:
        """How sharply they fall into lying lines."""
        return peak(self.mask)

    @cached_property
    def upended(self) -> Letters:
        """The same after a clockwise quarter turn: standing lines lie then."""
        return Letters(self.mask[::-1].T, self.count)


@dataclass(frozen=True)
class Reduced:
    """A small copy of a page. ``grey``: uint8 (h, w), 255 white; ``dpi``: its resolution.

    What stages ask of it is found once.
    """

    grey: NDArray[np.uint8]
    dpi: float

    def pixels(self, millimetres: float) -> float:
        """``millimetres`` on paper in pixels of this copy."""
        return millimetres * self.dpi / MM_PER_INCH

    def turned(self, quarters: int) -> Reduced:
        """This copy after ``quarters`` clockwise quarter turns."""
        if quarters % 4 == 0:
            return self
        return Reduced(np.ascontiguousarray(np.rot90(self.grey, -quarters)), self.dpi)

    @cached_property
    def darkness(self) -> NDArray[np.uint8]:
        """How much darker each pixel is than the paper around it, 0 (as light) to 255 (black), on paper of any
        colour.
        """
        side = max(3, round(self.pixels(PAPER_WINDOW_MM))) | 1
        paper = cv2.morphologyEx(self.grey, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
        darker = cv2.subtract(paper, self.grey).astype(np.float32)
        return np.asarray(255 * darker / np.maximum(paper, DARKEST_PAPER), dtype=np.uint8)

    @cached_property
    def ink(self) -> Components:
        """What is darker than the paper around by LETTER_DARKNESS, or by Otsu's threshold where higher."""
        otsu, _ = cv2.threshold(self.darkness, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        return components(np.asarray(self.darkness > max(otsu, LETTER_DARKNESS), dtype=np.uint8))

    @cached_property
    def letters(self) -> Letters:
        """What may be letters, lying or standing. Left out: specks, rules, pictures, dark scanner borders and holes."""
        found = self.ink
        short, long = found.boxes[:, 2:].min(axis=1), found.boxes[:, 2:].max(axis=1)
        low, high = (self.pixels(mm) for mm in LETTER_MM)
        chosen = (long >= low) & (short <= high) & (long <= self.pixels(WORD_MM))
        chosen &= found.areas <= 0.8 * found.boxes[:, 2] * found.boxes[:, 3] + low * low
        return Letters(found.where(chosen), int(chosen.sum()))


def reduced(pixels: NDArray[np.uint8], dpi: float) -> Reduced:
    """The reduced copy of a page of ``pixels``, (h, w) grey or (h, w, 3) RGB, at ``dpi``. Never enlarged."""
    height, width = pixels.shape[:2]
    factor = min(1.0, DPI / dpi, MAX_SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if small.ndim == 3:
        small = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    return Reduced(np.asarray(small, dtype=np.uint8), dpi * factor)
