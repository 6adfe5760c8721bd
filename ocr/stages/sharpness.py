"""How soft the edges of letters are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

LOOKED_AT = 60
"""Letters that are enough to tell."""
FAINT = 25
"""Difference of grey between a letter and its paper below which its edge cannot be measured."""
LIGHT, STEEPEST = 0.97, 0.95
"""Parts of a letter's pixels and of the steps between them that are below paper and below its edges."""
AROUND = 4
"""Pixels of paper around a letter that are looked at."""


def edge_width(pixels: NDArray[np.uint8], boxes: NDArray[np.int32], scale: float) -> float | None:
    """Pixels over which the steepest edges of letters go from paper to ink, on ``pixels``, (h, w) or (h, w, 3): the
    median of the letters in ``boxes``, (n, 4), x, y, width, height in pixels ``scale`` times as large. None where too
    few can be measured.
    """
    chosen = np.asarray(boxes[:: max(1, len(boxes) // LOOKED_AT)] * scale, np.float64)
    widths = list(_widths(pixels, chosen))
    return float(np.median(widths)) if widths and len(widths) >= len(chosen) / 2 else None


def _widths(pixels: NDArray[np.uint8], boxes: NDArray[np.float64]) -> Iterator[float]:
    for x, y, wide, high in boxes:
        rows = slice(max(0, int(y) - AROUND), int(y + high) + AROUND)
        part = pixels[rows, max(0, int(x) - AROUND) : int(x + wide) + AROUND]
        grey = part.astype(np.int16) if part.ndim == 2 else part.mean(axis=2).astype(np.int16)
        if min(grey.shape) < 3:
            continue
        contrast = _high(grey.ravel(), LIGHT) - _high(grey.ravel(), 1 - LIGHT)
        steps = np.concatenate((np.abs(grey[:, 2:] - grey[:, :-2]).ravel(), np.abs(grey[2:] - grey[:-2]).ravel()))
        steepest = _high(steps, STEEPEST) / 2
        if contrast >= FAINT and steepest > 0:
            yield contrast / steepest


def _high(values: NDArray[np.int16], part: float) -> float:
    """What ``part`` of ``values`` does not exceed; NumPy's own percentile takes ten times as long on so few."""
    place = int(part * (len(values) - 1))
    return float(np.partition(values, place)[place])
