"""What shines through from the other side of thin paper: taken out of the copy that is read where it is dark enough to
be taken for ink.

Print and what shines through are two kinds of letters: the darkness of the paler ones lies close together, and the
paper has blurred them, or where they cross the print they run into it, which pale print does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.stages import Estimate
from ocr.stages.reduced import LETTER_DARKNESS, LETTER_MM, Components, Reduced, components
from ocr.stages.sharpness import edge_width

LETTERS_MIN = 100
"""Fewer letters of either kind tell nothing: in a map or a drawing there are grey lines, too."""
PALER = (0.3, 0.6)
"""Darkness of what shines through, as a share of that of the print. Below, the engine tells it from print itself; pale
letters of one page's print have 0.65 and more (150 real pages).
"""
PALE_MIN = 0.25
"""Letters that shine through, as a share of those of the print."""
ALIKE = 0.08
"""Standard deviation of their darkness, as a share of that of the print: in pictures it is more."""
CROSSING = 0.3
"""Share of what shines through that runs into print."""
SOFT, SOFTER = 3.5, 1.5
"""Least width in pixels of the edges of what paper has blurred, and how many times that of print it is."""


@dataclass(frozen=True, slots=True)
class Params:
    """``level``: how dark, 1 (nearly white) to 255, what shines through is; 0 where nothing does."""

    level: int = 0


@dataclass(frozen=True, slots=True)
class Inputs:
    """Nothing beside the pixels counts."""


def estimate(pixels: NDArray[np.uint8], copy: Reduced) -> Estimate[Params]:
    """Whether the other side shines through the page of ``pixels``, (h, w) or (h, w, 3), and how darkly. ``copy``: of
    these pixels.
    """
    dark = copy.darkness
    found = components(np.asarray(dark > LETTER_DARKNESS, np.uint8))
    low, high = (copy.pixels(mm) for mm in LETTER_MM)
    short = found.boxes[:, 2:].min(axis=1)
    letters = (short >= low) & (short <= high)
    if int(letters.sum()) < 2 * LETTERS_MIN:
        return Estimate(Params(), 1.0)
    ink = found.labels > 0
    darkest = np.zeros(len(letters) + 1, np.uint8)
    np.maximum.at(darkest, found.labels[ink], dark[ink])
    of_letters = darkest[1:][letters]
    split, _ = cv2.threshold(of_letters[None], 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    pale, printed = of_letters[of_letters <= split], of_letters[of_letters > split]
    if min(len(pale), len(printed)) < LETTERS_MIN or len(pale) < PALE_MIN * len(printed):
        return Estimate(Params(), 1.0)
    level, print_level = float(np.median(pale)), float(np.median(printed))
    if not PALER[0] <= level / print_level <= PALER[1] or pale.std() > ALIKE * print_level:
        return Estimate(Params(), 1.0)
    of_all = np.flatnonzero(letters)
    kinds = (found.boxes[of_all[of_letters <= split]], found.boxes[of_all[of_letters > split]])
    if not _is_soft(pixels, *kinds, pixels.shape[0] / dark.shape[0]) and not _crosses(
        dark, found, darkest, level, print_level
    ):
        return Estimate(Params(), 0.5)
    return Estimate(Params(round(level)), 1.0)


def _is_soft(pixels: NDArray[np.uint8], pale: NDArray[np.int32], printed: NDArray[np.int32], scale: float) -> bool:
    """Whether the edges of the ``pale`` letters are softer than those of the ``printed`` ones."""
    one, other = edge_width(pixels, pale, scale), edge_width(pixels, printed, scale)
    return one is not None and other is not None and one > max(SOFT, SOFTER * other)


def _crosses(
    dark: NDArray[np.uint8], found: Components, darkest: NDArray[np.uint8], level: float, print_level: float
) -> bool:
    """Whether what is pale runs into print. ``darkest``: of each of the components, from label 0 on."""
    between = (level + print_level) / 2
    edges = cv2.dilate((dark > between).astype(np.uint8), np.ones((5, 5), np.uint8))
    shining = (dark > 0.7 * level) & (edges == 0)
    return bool((shining & (darkest > between)[found.labels]).sum() >= CROSSING * shining.sum())


def apply(params: Params, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``grey``, uint8 (h, w) on white paper, with all that is no darker than the level made white, and black kept."""
    if not params.level:
        return grey
    return np.asarray(cv2.convertScaleAbs(grey, alpha=255 / (255 - params.level)), dtype=np.uint8)
