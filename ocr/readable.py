"""The copy of a page that the engine sees: grey, cleaned where evidence asks for it, letters as high as it reads best.

Made from the master in one resampling; it is never delivered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Size, Transform
from ocr.resample import magnification, paper_colour, resampled
from ocr.stages import bleed, despeckle, flatten, height, ink

MAX_PIXELS, MAX_SIDE = 48_000_000, 32_000
"""Largest copy: Tesseract ends at a side of 32,767, and takes 20 bytes a pixel."""

SOFTNESS = 0.6
"""Standard deviation in pixels of the copy: joins strokes that broke in print or in scanning, on which Tesseract's
search for lines falls apart; half a stroke is wider.
"""
DARKENING = 1.3
"""Power that the light is raised to after it, so that joined strokes are as dark as whole ones."""
_DARKER = np.asarray(255 * (np.arange(256) / 255) ** DARKENING, np.uint8)


Watch = Callable[[str, NDArray[np.uint8]], None]
"""Told the public code of a step and the page after it."""


def unwatched(name: str, pixels: NDArray[np.uint8]) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What is done to the copy, in this order."""

    ink: ink.Params
    despeckle: despeckle.Params
    flatten: flatten.Params
    bleed: bleed.Params
    height: height.Params


@dataclass(frozen=True)
class Copy:
    """``grey``: uint8 (h, w) at ``dpi``; ``transform``: from the master's pixels to these."""

    grey: NDArray[np.uint8]
    dpi: float
    transform: Transform

    @property
    def size(self) -> Size:
        return Size(self.grey.shape[1], self.grey.shape[0])


def make(
    pixels: NDArray[np.uint8], dpi: float, transform: Transform, size: Size, *, cleaning: Cleaning, watch: Watch
) -> Copy:
    """The copy of the page that ``transform`` makes of the master's ``pixels``, (h, w) or (h, w, 3) at ``dpi``, a page
    of ``size``.
    """
    grey = ink.apply(cleaning.ink, pixels, dpi)
    if cleaning.ink.taken_out:
        watch("ink", grey)
    if cleaning.despeckle != despeckle.Params():
        grey = despeckle.apply(cleaning.despeckle, grey)
        watch("despeckle", grey)
    wanted = height.apply(cleaning.height, dpi)
    given = magnification(transform, transform.inverse().apply((size.width / 2, size.height / 2)))
    factor = min(wanted / given, (MAX_PIXELS / size.area) ** 0.5, MAX_SIDE / max(size.width, size.height))
    small = Size(max(1, round(size.width * factor)), max(1, round(size.height * factor)))
    whole = transform.then(Transform.scale(small.width / size.width, small.height / size.height))
    copy_dpi = dpi * given * factor
    readable = resampled(grey, whole, small, paper_colour(grey))
    if cleaning.flatten.on or cleaning.bleed.level:
        readable = flatten.apply(flatten.Params(True), readable, copy_dpi)
        watch("flatten", readable)
    if cleaning.bleed.level:
        readable = bleed.apply(cleaning.bleed, readable)
        watch("bleed", readable)
    readable = softened(readable)
    watch("read", readable)
    return Copy(readable, copy_dpi, whole)


def softened(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``grey``, (h, w), with broken strokes joined."""
    soft = cv2.GaussianBlur(grey, (0, 0), SOFTNESS, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.LUT(soft, _DARKER), np.uint8)
