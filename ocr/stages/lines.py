"""Lines of text followed across the page, however they bend, without reading.

The page is cut into upright strips as wide as a word or two; in each, the rows with most ink are lines; from strip to
strip each line goes on where the next strip has one at the height that its slope so far leads to.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import radians, tan

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.stages.reduced import Reduced

STRIP_MM = 8.0
"""Width of a strip: ascenders of a word or two even out, and a bent line hardly slopes in it."""
SOFT_MM = 0.8
"""Blur along the strip, so that a line of print has one peak, in the middle of its letters with their marks."""
INK = 0.04
"""Part of a strip's width that is ink in the fullest row of a line, at least."""
NEAR_MM = 1.4
"""How far from where it is expected a line goes on: less than half of the space from line to line."""
TURN = 0.5
"""Weight of the newest step in a line's slope."""
LEAST_STRIPS = 6
"""Strips that a line runs through at least: 5 cm."""


@dataclass
class _Line:
    """``columns``, ``ys``: the strips it was seen in, and where; ``slope``: pixels down to the next strip."""

    columns: list[int]
    ys: list[float]
    slope: float

    def off(self, column: int, ys: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each of ``ys`` in that strip is from where the line leads to."""
        return np.abs(ys - self.ys[-1] - self.slope * (column - self.columns[-1]))

    def go_on(self, column: int, y: float) -> None:
        self.slope += TURN * ((y - self.ys[-1]) / (column - self.columns[-1]) - self.slope)
        self.columns.append(column)
        self.ys.append(y)


def traced(copy: Reduced) -> list[NDArray[np.float64]]:
    """The lines on ``copy``, each (n, 2): x and y of the middle of its letters, from left to right, in its pixels."""
    height, width = copy.grey.shape
    count = max(1, round(width / copy.pixels(STRIP_MM)))
    shares = cv2.resize(copy.letters.mask.astype(np.float32), (count, height), interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(shares, (1, 0), 1, sigmaY=copy.pixels(SOFT_MM), borderType=cv2.BORDER_CONSTANT)
    soft = np.asarray(blurred, np.float32).reshape(height, count)
    level = tan(radians(copy.letters.lying.angle)) * width / count
    lines: list[_Line] = []
    ended: list[_Line] = []
    for column in range(count):
        ys = _peaks(soft[:, column])
        free = np.ones(len(ys), dtype=bool)
        for line in lines if len(ys) else ():
            off = line.off(column, ys)
            best = int(off.argmin())
            if free[best] and off[best] < copy.pixels(NEAR_MM):
                free[best] = False
                line.go_on(column, float(ys[best]))
        # A strip without ink may be a wide space; two are the line's end.
        ended += [line for line in lines if line.columns[-1] < column - 1]
        lines = [line for line in lines if line.columns[-1] >= column - 1]
        lines += [_Line([column], [float(y)], level) for y in ys[free]]
    long = [line for line in ended + lines if len(line.ys) >= LEAST_STRIPS]
    return [np.column_stack(((np.array(line.columns) + 0.5) * width / count, line.ys)) for line in long]


def _peaks(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Where a strip's ink is densest: tops of the parabolas through each peak and its neighbours."""
    before, here, after = values[:-2], values[1:-1], values[2:]
    tops = np.flatnonzero((here > before) & (here >= after) & (here > INK))
    before, here, after = before[tops], here[tops], after[tops]
    return np.asarray(tops + 1.5 + (before - after) / (2 * (before - 2 * here + after)), np.float64)
