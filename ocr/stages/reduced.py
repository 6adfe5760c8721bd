"""The reduced copy that every stage looks at, and the ink on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH

DPI = 100.0
"""Resolution of the reduced copy: letters of 2 mm are 8 pixels high."""
MAX_SIDE = 3000
"""Longest side of the reduced copy in pixels, whatever dpi the file claims."""
NEARLY = 0.05
"""How much larger or smaller than that the copy may be to be a whole fraction of the page: OpenCV averages whole pixels
three times as fast. The last pixels, fewer than a pixel of the copy, are left out then.
"""

PAPER_WINDOW_MM = 5.0
"""Ink is what is darker than the lightest paper this near; wider than any stroke."""
DARKEST_PAPER = 64
"""Grey below which a surface is no paper: differences there are noise in a black border, not ink."""


@dataclass(frozen=True)
class Reduced:
    """A small copy of a page. ``grey``: uint8 (h, w), 255 white; ``dpi``: its resolution; ``colour``: (h, w, 3) RGB
    where the page has colours.
    """

    grey: NDArray[np.uint8]
    dpi: float
    colour: NDArray[np.uint8] | None = None

    def pixels(self, millimetres: float) -> float:
        """``millimetres`` on paper in pixels of this copy."""
        return millimetres * self.dpi / MM_PER_INCH

    @cached_property
    def darkness(self) -> NDArray[np.uint8]:
        """What ``darkness`` tells."""
        side = max(3, round(self.pixels(PAPER_WINDOW_MM))) | 1
        paper = cv2.morphologyEx(self.grey, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
        darker = cv2.subtract(paper, self.grey).astype(np.float32)
        return np.asarray(255 * darker / np.maximum(paper, DARKEST_PAPER), dtype=np.uint8)

    @cached_property
    def dark(self) -> Components:
        """The components of what is as dark as letters."""
        return components(ink(self, LETTER_DARKNESS))

    def turned(self, quarters: int) -> Reduced:
        """The grey of this copy after ``quarters`` clockwise quarter turns."""
        return Reduced(np.ascontiguousarray(np.rot90(self.grey, -quarters)), self.dpi) if quarters % 4 else self


def reduced(pixels: NDArray[np.uint8], dpi: float) -> Reduced:
    """The reduced copy of a page of ``pixels``, (h, w) grey or (h, w, 3) RGB, at ``dpi``. Never enlarged."""
    height, width = pixels.shape[:2]
    factor = min(1.0, DPI / dpi, MAX_SIDE / max(height, width))
    whole = round(1 / factor)
    if abs(whole * factor - 1) <= NEARLY and whole <= min(height, width):
        factor = 1 / whole
        pixels = pixels[: height // whole * whole, : width // whole * whole]
        height, width = pixels.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if small.ndim == 2:
        return Reduced(small, dpi * factor)
    return Reduced(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8), dpi * factor, small)


def darkness(copy: Reduced) -> NDArray[np.uint8]:
    """How much darker each pixel is than the paper around it, 0 (as light) to 255 (black), on paper of any colour."""
    return copy.darkness


def ink(copy: Reduced, at_least: int) -> NDArray[np.uint8]:
    """0/1 (h, w): darker than the paper around by ``at_least`` (0..255), or by Otsu's threshold where higher."""
    dark = darkness(copy)
    otsu, _ = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return np.asarray(dark > max(otsu, at_least), dtype=np.uint8)


@dataclass(frozen=True)
class Components:
    """Connected runs of ink. ``labels``: (h, w), 0 is paper; ``boxes``: (n, 4) x, y, width, height of label i + 1;
    ``areas``: (n,) pixels.
    """

    labels: NDArray[np.int32] | NDArray[np.uint16]
    boxes: NDArray[np.int32]
    areas: NDArray[np.int32]

    def where(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(h, w): the pixels of the ``chosen`` components, (n,)."""
        return np.concatenate(([False], chosen))[self.labels]


def components(mask: NDArray[np.uint8]) -> Components:
    """The 8-connected components of a 0/1 mask."""
    short = _most_components(mask) < MOST_SHORT
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask, connectivity=8, ltype=cv2.CV_16U if short else cv2.CV_32S
    )
    rows = np.asarray(stats[1:], dtype=np.int32)
    return Components(np.asarray(labels, np.uint16) if short else np.asarray(labels, np.int32), rows[:, :4], rows[:, 4])


MOST_SHORT = 0xFFFF
"""Labels that 16 bits hold; OpenCV counts in them three times as fast as in 32."""


def _most_components(mask: NDArray[np.uint8]) -> int:
    """A bound: each component has a first pixel, with none of its own to the left or above."""
    before = cv2.dilate(mask, _BEFORE, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return cv2.countNonZero(cv2.subtract(mask, before))


_BEFORE = np.array([[1, 1, 1], [1, 0, 0], [0, 0, 0]], np.uint8)


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
    found = copy.dark
    short, long = found.boxes[:, 2:].min(axis=1), found.boxes[:, 2:].max(axis=1)
    low, high = (copy.pixels(mm) for mm in LETTER_MM)
    chosen = (long >= low) & (short <= high) & (long <= copy.pixels(WORD_MM))
    chosen &= found.areas <= 0.8 * found.boxes[:, 2] * found.boxes[:, 3] + low * low
    return found.where(chosen), int(chosen.sum())
