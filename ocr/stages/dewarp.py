"""Pages of a bound book: lines that bend towards the spine are made straight, by the lines themselves.

The shift that levels every line is a smooth surface over the page, fitted to all of them at once (least squares, with
few nodes and a penalty on their second differences, as in P-splines: P. H. C. Eilers, B. D. Marx, 1996).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.bend import Bend
from ocr.geometry import Size, Transform
from ocr.stages import Estimate
from ocr.stages.lines import traced
from ocr.stages.reduced import Reduced

COLUMNS, ROWS = 25, 3
"""Nodes of the surface: a page near its spine bends within two centimetres; from top to bottom it changes slowly."""
LINES_MIN, LONG = 8, 1 / 3
"""Fewer lines of that part of the page's width do not tell how the page bends."""
BENT_MM = 1.0
"""Departure of lines from straight that is taken out; the engine reads less as well as level ones."""
FIT, OFF_MM = 0.25, 0.35
"""Part of that, and distance, that may be left of it for a bend to be believed."""
MOST, USUAL = 97, 80
"""Percentiles of the points: the bent part of a page may be small; some points are of no line."""
STIFF = 3.0
"""Weight of the penalty on bends of the surface against one point of a line."""
LOOSE = 1e-3
"""Weight that keeps what no line tells of at no shift."""
ROUNDS, FAR, FEW, LEAST_OFF = 4, 3.0, 1e-3, 0.3
"""Fits; how many times the usual distance from the last (this many pixels at least) a point lies at most to count in
the next; the weight of the others.
"""


@dataclass(frozen=True, slots=True)
class Params:
    """``shifts``: how far down each node of the grid of a ``Bend`` goes, row by row with ``columns`` in each, in parts
    of the page's height after the stages before; none for no change.
    """

    columns: int = COLUMNS
    shifts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """Nothing beside the pixels counts."""


def estimate(copy: Reduced, inputs: Inputs) -> Estimate[Params]:
    """The bend that makes the lines on ``copy``, the page after the stages before, straight, if they are bent."""
    lines = traced(copy)
    height, width = copy.grey.shape
    spans = np.array([line[-1] - line[0] for line in lines]).reshape(-1, 2)
    if int((spans[:, 0] >= LONG * width).sum()) < LINES_MIN:
        return Estimate(Params(), 1.0)
    points = np.concatenate(lines)
    starts = np.cumsum([0, *map(len, lines[:-1])])
    tilt = float(np.median(spans[:, 1] / spans[:, 0]))
    level = points[:, 1] - tilt * points[:, 0]
    fit = _Fit(points, starts, Size(width, height))
    if np.percentile(np.abs(fit.own(level[:, None])), MOST) < copy.pixels(BENT_MM):
        return Estimate(Params(), 1.0)
    shifts, moved, left = fit.shifts(level)
    departure = float(np.percentile(np.abs(moved), MOST))
    off = float(np.percentile(np.abs(left), USUAL))
    if departure < copy.pixels(BENT_MM) or off > min(FIT * departure, copy.pixels(OFF_MM)):
        return Estimate(Params(), 1.0)
    params = Params(COLUMNS, tuple(round(float(shift) / height, 6) for shift in shifts))
    try:
        apply(params, Size(width, height))
    except ValueError:  # lines would cross
        return Estimate(Params(), 1.0)
    return Estimate(params, 1.0 - off / departure)


def apply(params: Params, size: Size) -> tuple[Transform, Size]:
    """The map that makes the lines on a page of ``size`` straight. Raises ValueError where it would fold the page."""
    if not params.shifts:
        return Transform.identity(), size
    shifts = tuple(shift * size.height for shift in params.shifts)
    return Transform.bend(Bend(size.width, size.height, params.columns, shifts)), size


@dataclass(frozen=True)
class _Fit:
    """``points``, (n, 2), line after line, each from its place in ``starts`` on, on a page of ``size``."""

    points: NDArray[np.float64]
    starts: NDArray[np.intp]
    size: Size

    def shifts(self, level: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """The nodes' shifts, row by row, that bring the points of each line to one height; how far they move each
        point beside its line's mean, and how far from that each is then. ``level``: the points' heights without the
        page's tilt.
        """
        surface, penalty = _surface(self.points, self.size), STIFF * _stiffness()
        weights = np.ones(len(level))
        for _ in range(ROUNDS):
            # The line's own height is no unknown: everything is taken against its mean.
            own, high = self.own(surface, weights), self.own(level[:, None], weights)[:, 0]
            # OpenCV and einsum keep to this thread; NumPy's own products would wake others, which stand in the way.
            squares = cv2.mulTransposed(own * np.sqrt(weights)[:, None], aTa=True)
            shifts = np.linalg.solve(squares + penalty, -np.einsum("ni,n->i", own, weights * high))
            moved = np.einsum("ni,i->n", own, shifts)
            left = np.abs(moved + high)
            weights = np.where(left <= FAR * max(float(np.median(left)), LEAST_OFF), 1.0, FEW)
        return shifts, moved, left

    def own(self, values: NDArray[np.float64], weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """``values``, (n, k), of each point against the mean of its line."""
        weights = np.ones(len(values)) if weights is None else weights
        sums = np.add.reduceat(values * weights[:, None], self.starts) / np.add.reduceat(weights, self.starts)[:, None]
        return values - np.repeat(sums, np.diff((*self.starts, len(values))), axis=0)


def _surface(points: NDArray[np.float64], size: Size) -> NDArray[np.float64]:
    """(n, nodes): the part that each node has in the shift at each point."""
    parts = np.zeros((len(points), ROWS, COLUMNS))
    each = np.arange(len(points))
    across, down = points[:, 0] / size.width * (COLUMNS - 1), points[:, 1] / size.height * (ROWS - 1)
    column = np.clip(across.astype(np.intp), 0, COLUMNS - 2)
    row = np.clip(down.astype(np.intp), 0, ROWS - 2)
    for below in (0, 1):
        for right in (0, 1):
            weight = np.abs(1 - below - (down - row)) * np.abs(1 - right - (across - column))
            parts[each, row + below, column + right] = weight
    return parts.reshape(len(points), -1)


def _stiffness() -> NDArray[np.float64]:
    """(nodes, nodes): what second differences along rows and columns cost."""
    nodes = np.eye(ROWS * COLUMNS).reshape(ROWS, COLUMNS, -1)
    along = np.diff(nodes, 2, axis=1).reshape(-1, ROWS * COLUMNS)
    down = np.diff(nodes, 2, axis=0).reshape(-1, ROWS * COLUMNS)
    return np.asarray(along.T @ along + down.T @ down + LOOSE * np.eye(ROWS * COLUMNS))
