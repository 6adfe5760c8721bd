"""Projection profiles: how sharply the ink falls into lines when it is summed along a direction.

After W. Postl, "Detection of linear oblique structures and skew scan in digitized documents" (ICPR 1986): the sum of
squared differences between neighbouring sums is highest along the lines of text.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

LIMIT = 20.0
"""Largest skew looked for, degrees either way: more than any feeder makes, so that the peak is seen from both sides."""
STEPS = (0.5, 0.1, 0.02)
"""Degrees between the angles tried: over the whole range, then around the best of the step before."""
MAX_POINTS = 30_000
"""Ink pixels used; more of them change the third decimal of the angle and cost time."""


Points = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Peak:
    """The direction along which lines are sharpest.

    ``angle``: degrees, positive where lines run down to the right. ``sharpness``: of the profile there, comparable
    between directions of one page. ``contrast``: sharpness against the median of all directions tried, 1 = no lines.
    """

    angle: float
    sharpness: float
    contrast: float


def peak(mask: NDArray[np.bool_]) -> Peak:
    """The sharpest direction within LIMIT of level for the ink of ``mask``, (h, w)."""
    ys, xs = np.nonzero(mask)
    if not len(ys):
        return Peak(0.0, 0.0, 0.0)
    if len(ys) > MAX_POINTS:
        chosen = np.random.default_rng(0).choice(len(ys), MAX_POINTS, replace=False)
        ys, xs = ys[chosen], xs[chosen]
    points = xs.astype(np.float64), ys.astype(np.float64)
    coarse = np.arange(-LIMIT, LIMIT + STEPS[0] / 2, STEPS[0])
    values = _sharpness(points, coarse)
    best, sharpest = float(coarse[values.argmax()]), float(values.max())
    contrast = sharpest / max(float(np.median(values)), 1e-9)
    for before, step in pairwise(STEPS):
        around = best + np.arange(-before, before + step / 2, step)
        values = _sharpness(points, around)
        best, sharpest = float(around[values.argmax()]), float(values.max())
    return Peak(round(best, 2) + 0.0, sharpest, contrast)  # + 0.0: no minus zero


def _sharpness(points: Points, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    xs, ys = points
    sharpness = []
    for angle in np.radians(degrees):
        across = ys * np.cos(angle) - xs * np.sin(angle)
        sums = np.bincount((across - across.min()).astype(np.intp))
        sharpness.append(float((np.diff(sums) ** 2.0).sum()) / len(xs))
    return np.asarray(sharpness)
