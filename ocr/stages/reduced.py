"""The reduced copy that every stage looks at, and the ink on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH

DPI = 100.0
"""Resolution of the reduced copy: letters of 2 mm are 8 pixels high."""
MAX_SIDE = 3000
"""Longest side of the reduced copy in pixels, whatever dpi the file claims."""

PAPER_WINDOW_MM = 5.0
"""Ink is what is darker than the lightest paper this near; wider than any stroke."""
DARKEST_PAPER = 64
"""Grey below which a surface is no paper: differences there are noise in a black border, not ink."""


@dataclass(frozen=True)
class Reduced:
    """A small copy of a page. ``grey``: uint8 (h, w), 255 white; ``dpi``: its resolution."""

    grey: NDArray[np.uint8]
    dpi: float

    def pixels(self, millimetres: float) -> float:
        """``millimetres`` on paper in pixels of this copy."""
        return millimetres * self.dpi / MM_PER_INCH

    def turned(self, quarters: int) -> Reduced:
        """This copy after ``quarters`` clockwise quarter turns."""
        return Reduced(np.ascontiguousarray(np.rot90(self.grey, -quarters)), self.dpi)


def reduced(pixels: NDArray[np.uint8], dpi: float) -> Reduced:
    """The reduced copy of a page of ``pixels``, (h, w) grey or (h, w, 3) RGB, at ``dpi``. Never enlarged."""
    height, width = pixels.shape[:2]
    factor = min(1.0, DPI / dpi, MAX_SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if small.ndim == 3:
        small = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    return Reduced(np.asarray(small, dtype=np.uint8), dpi * factor)


def darkness(copy: Reduced) -> NDArray[np.uint8]:
    """How much darker each pixel is than the paper around it, 0 (as light) to 255 (black), on paper of any colour."""
    side = max(3, round(copy.pixels(PAPER_WINDOW_MM))) | 1
    paper = cv2.morphologyEx(copy.grey, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
    darker = cv2.subtract(paper, copy.grey).astype(np.float32)
    return np.asarray(255 * darker / np.maximum(paper, DARKEST_PAPER), dtype=np.uint8)


def ink(copy: Reduced, at_least: int) -> NDArray[np.uint8]:
    """0/1 (h, w): darker than the paper around by ``at_least`` (0..255), or by Otsu's threshold where higher."""
    dark = darkness(copy)
    otsu, _ = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return np.asarray(dark > max(otsu, at_least), dtype=np.uint8)


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


LETTER_MM = (0.7, 12.0)
"""Heights and widths between which a component may be a letter or a few that touch."""
WORD_MM = 60.0
"""Longest run of touching letters."""
LETTER_DARKNESS = 40
"""How much darker than the paper a letter is at least (0 to 255), however faded."""


def letters(copy: Reduced) -> tuple[NDArray[np.bool_], int]:
    """The pixels (h, w) of components that may be letters, lying or standing, and how many components they are.

    Left out: specks, rules, pictures, dark scanner borders and holes.
    """
    found = components(ink(copy, LETTER_DARKNESS))
    short, long = found.boxes[:, 2:].min(axis=1), found.boxes[:, 2:].max(axis=1)
    low, high = (copy.pixels(mm) for mm in LETTER_MM)
    chosen = (long >= low) & (short <= high) & (long <= copy.pixels(WORD_MM))
    chosen &= found.areas <= 0.8 * found.boxes[:, 2] * found.boxes[:, 3] + low * low
    return found.where(chosen), int(chosen.sum())
