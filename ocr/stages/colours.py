"""The colours of ink: where it is not black, and how it is made as light as paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH
from ocr.stages.reduced import DARKEST_PAPER, PAPER_WINDOW_MM, Reduced

COLOURED = 0.3
"""Least difference between an ink's brightest and darkest channel, as a share of the light its darkest one takes."""
SPREAD = 30
"""Least difference between these channels in levels: less is noise, or the fringes of black print."""
DARK = 115
"""Levels by which print is darker than the paper in all channels."""
LEAST_MM2 = 4.0
"""Less coloured ink than this on a page is dust."""
FADE, FADE_MOST = 75, 1.5
"""Ink is made as light as paper where it is as dense as this percentile; at most so many times its colour is added."""

Mask = NDArray[np.bool_]
Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Inks:
    """Where on a page, (h, w), there is ink of warm colours (seals), of cool ones (pens), and black print."""

    warm: Mask
    cool: Mask
    black: Mask

    @property
    def share(self) -> float:
        """How much of the page is coloured."""
        return float(self.warm.mean() + self.cool.mean())


def inks(copy: Reduced) -> Inks | None:
    """The inks of ``copy``; None where all is grey, which most pages are."""
    if copy.colour is None or not _any_colour(copy.colour, copy.dpi):
        return None
    side = max(3, round(copy.pixels(PAPER_WINDOW_MM))) | 1
    paper = cv2.morphologyEx(copy.colour, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
    paper = np.maximum(cv2.blur(paper, (side, side)), DARKEST_PAPER)
    channels = cv2.split(cv2.divide(copy.colour, paper, scale=255))
    brightest, spread = _brightest_and_spread(channels)
    coloured = (spread > SPREAD) & (spread > COLOURED * (255 - cv2.subtract(brightest, spread).astype(np.float32)))
    warm = coloured & np.asarray(channels[0] >= channels[2])
    return Inks(warm, coloured & ~warm, ~coloured & (brightest < 255 - DARK))


def enough(ink: Mask, copy: Reduced) -> bool:
    """Whether ``ink`` on ``copy`` is more than dust."""
    return bool(np.count_nonzero(ink) >= LEAST_MM2 * copy.pixels(1.0) ** 2)


def bleach(grey: Grey, rgb: NDArray[np.uint8], inside: Mask, *, warm: bool) -> None:
    """Make ink of warm (or else cool) colours as light as paper, in ``grey``: the part of a page that ``rgb`` shows,
    (h, w, 3), in the places ``inside``. Black print below keeps its darkness.

    The brightest channel shows coloured ink least. What is left of it is in proportion to the difference between the
    brightest and the darkest channel, which neither paper nor print has.
    """
    paper = np.percentile(rgb.reshape(-1, 3), 90, axis=0)
    level = np.minimum(rgb * (255 / np.maximum(paper, DARKEST_PAPER)), 255).astype(np.uint8)
    channels = cv2.split(level)
    brightest, spread = _brightest_and_spread(channels)
    inside = inside & np.asarray(channels[0] >= channels[2] if warm else channels[0] <= channels[2])
    coloured = inside & (spread > SPREAD)
    if not coloured.any():
        return
    missing = (255 - brightest[coloured]) / spread[coloured]
    fade = min(float(np.percentile(missing, FADE)), FADE_MOST)
    bleached = np.minimum(brightest + fade * spread, 255) * (float(np.median(paper)) / 255)
    grey[inside] = np.maximum(grey, bleached)[inside]


def _any_colour(colour: NDArray[np.uint8], dpi: float) -> bool:
    """A quick look that lets no ink pass: whether channels differ more than those of the paper do, in an image of half
    the size, where noise is less.
    """
    height, width = colour.shape[:2]
    half = cv2.resize(colour, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    _, spread = _brightest_and_spread(cv2.split(half))
    unlike = np.count_nonzero(spread > np.median(spread[::2, ::2]) + SPREAD / 2)
    return bool(4 * unlike >= LEAST_MM2 * (dpi / MM_PER_INCH) ** 2)


def _brightest_and_spread(channels: Sequence[object]) -> tuple[Grey, Grey]:
    """The brightest of three channels, and how much brighter it is than the darkest."""
    red, green, blue = (np.asarray(channel, np.uint8) for channel in channels)
    brightest = cv2.max(cv2.max(red, green), blue)
    spread = cv2.subtract(brightest, cv2.min(cv2.min(red, green), blue))
    return np.asarray(brightest, np.uint8), np.asarray(spread, np.uint8)
