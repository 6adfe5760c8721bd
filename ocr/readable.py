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
from ocr.stages import flatten, height

MAX_PIXELS, MAX_SIDE = 48_000_000, 32_000
"""Largest copy: Tesseract ends at a side of 32,767, and takes 20 bytes a pixel."""


Watch = Callable[[str, NDArray[np.uint8]], None]
"""Told the public code of a step and the page after it."""


def unwatched(name: str, pixels: NDArray[np.uint8]) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What is done to the copy."""

    flatten: flatten.Params
    height: height.Params


@dataclass(frozen=True)
class Copy:
    """``grey``: uint8 (h, w) at ``dpi``; ``transform``: from the master's pixels to these."""

    grey: NDArray[np.uint8]
    dpi: float
    transform: Transform


def make(
    pixels: NDArray[np.uint8], dpi: float, transform: Transform, size: Size, *, cleaning: Cleaning, watch: Watch
) -> Copy:
    """The copy of the page that ``transform`` makes of the master's ``pixels``, (h, w) or (h, w, 3) at ``dpi``, a page
    of ``size``.
    """
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8) if pixels.ndim == 3 else pixels
    wanted = height.apply(cleaning.height, dpi)
    given = magnification(transform, transform.inverse().apply((size.width / 2, size.height / 2)))
    factor = min(wanted / given, (MAX_PIXELS / size.area) ** 0.5, MAX_SIDE / max(size.width, size.height))
    small = Size(max(1, round(size.width * factor)), max(1, round(size.height * factor)))
    whole = transform.then(Transform.scale(small.width / size.width, small.height / size.height))
    copy_dpi = dpi * given * factor
    readable = resampled(grey, whole, small, paper_colour(grey))
    if cleaning.flatten.on:
        readable = flatten.apply(cleaning.flatten, readable, copy_dpi)
        watch("flatten", readable)
    watch("read", readable)
    return Copy(readable, copy_dpi, whole)
