"""Uneven light and coloured paper: the reading copy is divided by the brightness of its paper.

The paper is the closing of the reduced copy (what is left when all that is narrower than a stroke is gone), smoothed:
the usual estimate of illumination (e.g. R. C. Gonzalez, R. E. Woods, Digital Image Processing, section 9.6).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.stages import Estimate
from ocr.stages.reduced import DARKEST_PAPER, Reduced, reduced

PAPER_WINDOW_MM = 6.0
"""Wider than any stroke, so that the closing leaves only paper; pictures and black borders stay."""
UNEVEN = 0.12
"""Fall of light over the page, as a part of its brightest, from which a page is worth flattening."""
GREYISH = 215
"""Paper darker than this (0 to 255) is grey, yellowed or underexposed."""
SPREAD = (5, 95)
"""Percentiles of the paper's brightness that count as its darkest and lightest."""


@dataclass(frozen=True, slots=True)
class Params:
    """``on``: whether the light is evened out."""

    on: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """Nothing beside the pixels counts."""


def estimate(copy: Reduced) -> Estimate[Params]:
    """Whether the paper of ``copy`` is uneven or not white. Always sure: flattening harms no page, only takes time."""
    paper = _paper(copy)
    lit = paper[paper > DARKEST_PAPER]
    if not lit.size:
        return Estimate(Params(), 1.0)
    low, high = np.percentile(lit, SPREAD)
    return Estimate(Params(bool((high - low) / high > UNEVEN or np.median(lit) < GREYISH)), 1.0)


def apply(params: Params, grey: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """``grey``, uint8 (h, w) at ``dpi``, with its paper made white."""
    if not params.on:
        return grey
    height, width = grey.shape
    paper = np.maximum(_paper(reduced(grey, dpi)), DARKEST_PAPER)
    paper = np.asarray(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    return np.asarray(cv2.divide(grey, paper, scale=255), dtype=np.uint8)


def _paper(copy: Reduced) -> NDArray[np.uint8]:
    side = max(3, round(copy.pixels(PAPER_WINDOW_MM))) | 1
    closed = cv2.morphologyEx(copy.grey, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
    return np.asarray(cv2.blur(closed, (side, side), borderType=cv2.BORDER_REPLICATE), dtype=np.uint8)
