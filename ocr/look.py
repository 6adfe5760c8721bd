"""What parts a stack of paper, seen on one page: codes, and whether the side is blank. For workers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ocr.barcodes import Code, read_barcodes
from ocr.geometry import MM_PER_INCH, Size
from ocr.load import Raster, load
from ocr.patches import find_patches
from ocr.stages import blank
from ocr.stages.reduced import Reduced, reduced
from ocr.text import PageText

VERSION = 1
"""Raised where pages should be looked at anew, since more is seen."""
A4_WIDTH_INCH = 210 / MM_PER_INCH
"""A page that does not say its dpi is taken for A4, to measure marks and bars by."""


@dataclass(frozen=True, slots=True)
class Look:
    """``codes``: barcodes, then patch codes, in master pixels; ``size``: of the master's page. ``blank``: nothing was
    written or printed on this side; pale marks, or what shines through, make it none.
    """

    codes: tuple[Code, ...]
    blank: bool
    size: Size


def look_at_page(source: Path, index: int) -> Look:
    """Look at page ``index`` (0-based) of the master ``source``. Raises PageError."""
    return look(load(source, index))


def look(raster: Raster) -> Look:
    """Look at a page that is loaded."""
    pixels, dpi = raster.pixels, raster.dpi
    grey = pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    height, width = grey.shape
    copy = reduced(grey, dpi or min(height, width) / A4_WIDTH_INCH)
    codes = (*read_barcodes(grey, dpi), *find_patches(copy, copy.grey.shape[1] / width))
    return Look(codes, not codes and _blank(copy), Size(width, height))


def _blank(copy: Reduced) -> bool:
    nothing_read = PageText(Size(1, 1), copy.dpi, (), "")
    found = blank.estimate(copy, blank.Inputs(copy.dpi), lambda: nothing_read).params
    return found.blank and found.reason is not blank.Reason.SHOW_THROUGH
