"""How soft the edges of letters are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

LOOKED_AT = 150
"""Letters that are enough to tell."""
FAINT = 25
"""Difference of grey between a letter and its paper below which its edge cannot be measured."""
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
        part = pixels[rows, max(0, int(x) - AROUND) : int(x + wide) + AROUND].astype(np.float32)
        grey = part if part.ndim == 2 else part.mean(axis=2)
        if min(grey.shape) < 3:
            continue
        dark, light = np.percentile(grey, (3, 97))
        across, down = np.abs(grey[:, 2:] - grey[:, :-2]), np.abs(grey[2:] - grey[:-2])
        steepest = np.percentile(np.concatenate((across.ravel(), down.ravel())), 95) / 2
        if light - dark >= FAINT and steepest > 0:
            yield float((light - dark) / steepest)
