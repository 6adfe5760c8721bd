"""Dust, and the salt and pepper of a bad line or a worn drum: specks smaller than any full stop.

Found on a sample of the master at full resolution, since no reduced copy shows them; taken out of the copy that is read
only where they stand all over the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH
from ocr.stages import Estimate

SPECK_MM = 0.26
"""Longest side of a speck. Full stops of 8 points and more have 0.3 mm. On 11 clean real scans, taking out specks
of this size harms nothing (CER 1.78 to 1.75 %); of 0.4 mm it costs half a point.
"""
DARK = 96
"""Levels by which a speck is darker than the paper: noise of a sensor is not."""
GAP_MM = 0.2
"""Paper around a speck that stands alone."""
GRID, TILE = 3, 256
"""The sample: so many tiles down and across the page, and pixels of their side, the least of a page, too."""
DUSTY = 0.01
"""Lone specks of two pixels and more, per mm2, from which a page is dusty. Clean real scans have up to 0.006 (328
pages); rendered pages read worse from 0.008 on.
"""
PEPPERED = 0.04
"""Lone single pixels per mm2 from which a page is full of salt and pepper: fewer do not harm the reading."""


@dataclass(frozen=True, slots=True)
class Params:
    """``side``: longest side, in pixels of the master, of the specks that are taken out; 0 is none. ``pixels``: whether
    single pixels of the other tone are, wherever they are.
    """

    side: int = 0
    pixels: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """``dpi``: that of the master, by which specks are measured."""

    dpi: float


def estimate(pixels: NDArray[np.uint8], inputs: Inputs) -> Estimate[Params]:
    """How dusty the master's ``pixels``, (h, w) or (h, w, 3), are: half of the page's tiles must be. Always sure."""
    side, gap = int(SPECK_MM * inputs.dpi / MM_PER_INCH), max(2, round(GAP_MM * inputs.dpi / MM_PER_INCH))
    if min(pixels.shape[:2]) < TILE:
        return Estimate(Params(), 1.0)
    found = []
    for tile in _tiles(pixels):
        sides = _lone(tile, gap)
        found.append([((sides > 1) & (sides <= side)).sum() / tile.size, (sides == 1).sum() / tile.size])
    dust, single = np.median(found, axis=0) * (inputs.dpi / MM_PER_INCH) ** 2
    return Estimate(Params(side if dust >= DUSTY else 0, bool(single >= PEPPERED)), 1.0)


def apply(params: Params, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The master's ``grey``, uint8 (h, w), without specks."""
    if params.side:
        grey = _without_specks(grey, params.side)
    return _without_single_pixels(grey) if params.pixels else grey


def _tiles(pixels: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """Grey tiles from all over the page."""
    height, width = pixels.shape[:2]
    for row, column in product(range(GRID), repeat=2):
        y, x = (2 * row + 1) * height // (2 * GRID), (2 * column + 1) * width // (2 * GRID)
        tile = pixels[max(0, y - TILE // 2) : y + TILE // 2, max(0, x - TILE // 2) : x + TILE // 2]
        yield np.asarray(cv2.cvtColor(tile, cv2.COLOR_RGB2GRAY), np.uint8) if tile.ndim == 3 else tile


def _ink(grey: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int]:
    """0/1 where ``grey`` is much darker than its paper, and the paper."""
    paper = int(np.median(grey[::4, ::4]))
    return np.asarray(cv2.threshold(grey, max(0, paper - DARK), 1, cv2.THRESH_BINARY_INV)[1], np.uint8), paper


def _lone(tile: NDArray[np.uint8], gap: int) -> NDArray[np.int32]:
    """(n,): longest sides of the runs of ink with paper around, ``gap`` pixels wide."""
    grown = cv2.dilate(_ink(tile)[0], np.ones((2 * gap + 1,) * 2, np.uint8))
    rows = cv2.connectedComponentsWithStats(grown, connectivity=8)[2][1:]
    return np.asarray(rows[:, 2:4].max(axis=1) - 2 * gap, np.int32)


def _without_specks(grey: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    ink, paper = _ink(grey)
    _, labels, rows, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    small = rows[:, 2:4].max(axis=1) <= side
    small[0] = False  # the label of the paper
    specks = small[labels].astype(np.uint8)
    with_edges = cv2.dilate(specks, np.ones((3, 3), np.uint8)) & (1 - (ink & (1 - specks)))
    cleaned = grey.copy()
    cleaned[with_edges > 0] = paper
    return cleaned


def _without_single_pixels(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Each pixel no darker than the second darkest of its eight neighbours, and no lighter than the second lightest."""
    height, width = grey.shape
    padded = cv2.copyMakeBorder(grey, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    around = [padded[y : y + height, x : x + width] for y, x in product(range(3), repeat=2) if (y, x) != (1, 1)]
    dark = second_dark = np.full_like(grey, 255)
    light = second_light = np.zeros_like(grey)
    for each in around:
        second_dark, dark = np.minimum(second_dark, np.maximum(dark, each)), np.minimum(dark, each)
        second_light, light = np.maximum(second_light, np.minimum(light, each)), np.maximum(light, each)
    return np.clip(grey, second_dark, second_light)
