"""Circles, such as the frames of round seals, in ink that may be worn, crossed by print or cut off by the page's edge.

Random sample consensus (M. A. Fischler, R. C. Bolles, "Random sample consensus", 1981) over the outermost ink: three
points make a circle, and it counts where ink lies along most of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH, Size

TRIES, BEST = 300, 10
"""Circles tried, and how many of those that fit the outermost ink are looked at closely."""
NEAR_MM = 0.5
"""Ink so near to a circle lies along it."""
ANGLES = 72
COVERED = 0.8
"""Share of the angles at which a ring has ink. Worn seals have 0.85 and more, other marks up to 0.6."""
ON_PAGE = 0.45
"""Share of a ring that must lie on the page."""

Points = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Ring:
    """``x``, ``y``: the middle, which may lie off the page; ``radius``; all in pixels."""

    x: float
    y: float
    radius: float


def largest(
    mask: NDArray[np.bool_], corner: tuple[int, int], page: Size, dpi: float, radius_mm: tuple[float, float]
) -> Ring | None:
    """The largest ring, of a radius between ``radius_mm``, that ``mask`` shows, (h, w) with its ``corner`` (x, y) on a
    ``page`` of pixels at ``dpi``.
    """
    points = _outermost(mask) + corner
    circles = _through(points[np.random.default_rng(0).integers(0, len(points), (TRIES, 3))])
    low, high = (mm * dpi / MM_PER_INCH for mm in radius_mm)
    circles = circles[(circles[:, 2] >= low) & (circles[:, 2] <= high)]
    if not len(circles):
        return None
    near = NEAR_MM * dpi / MM_PER_INCH
    gaps = np.hypot(points[None, :, 0] - circles[:, :1], points[None, :, 1] - circles[:, 1:2]) - circles[:, 2:]
    fitting = circles[np.argsort(-(np.abs(gaps) < near).sum(axis=1))[:BEST]]
    ys, xs = np.nonzero(mask)
    ink = np.column_stack((xs, ys)) + corner
    rings = [Ring(*circle) for circle in fitting.tolist() if _covered(circle, ink, page, near) >= COVERED]
    return max(rings, key=lambda ring: ring.radius, default=None)


def angles(across: Points, down: Points, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(ANGLES,): whether any ``chosen`` point lies in that direction, ``across`` and ``down`` from a middle."""
    turned = (np.arctan2(down[chosen], across[chosen]) + np.pi) / (2 * np.pi) * ANGLES
    return np.asarray(np.bincount(turned.astype(np.intp) % ANGLES, minlength=ANGLES) > 0)


def _outermost(mask: NDArray[np.bool_]) -> Points:
    """(n, 2) x, y: the first and last ink of each row and column."""
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    ends = (
        (mask[rows].argmax(axis=1), rows),
        (width - 1 - mask[rows, ::-1].argmax(axis=1), rows),
        (columns, mask[:, columns].argmax(axis=0)),
        (columns, height - 1 - mask[::-1, columns].argmax(axis=0)),
    )
    return np.concatenate([np.column_stack(each) for each in ends]).astype(np.float64)


def _through(triples: Points) -> Points:
    """(n, 3) x, y, radius of the circles through ``triples``, (n, 3, 2), without those whose points are in a line."""
    first, second, third = triples[:, 0], triples[:, 1] - triples[:, 0], triples[:, 2] - triples[:, 0]
    twice = 2 * (second[:, 0] * third[:, 1] - second[:, 1] * third[:, 0])
    real = np.abs(twice) > 1e-6
    first, second, third, twice = first[real], second[real], third[real], twice[real]
    to_second, to_third = (second**2).sum(axis=1), (third**2).sum(axis=1)
    x = (third[:, 1] * to_second - second[:, 1] * to_third) / twice
    y = (second[:, 0] * to_third - third[:, 0] * to_second) / twice
    return np.column_stack((first[:, 0] + x, first[:, 1] + y, np.hypot(x, y)))


def _covered(circle: Points, ink: NDArray[np.int64], page: Size, near: float) -> float:
    """The share of the part of ``circle`` that lies on the page along which there is ``ink``; 0 where little does."""
    x, y, radius = circle
    middles = (np.arange(ANGLES) + 0.5) / ANGLES * 2 * np.pi - np.pi
    at_x, at_y = x + radius * np.cos(middles), y + radius * np.sin(middles)
    on_page = (at_x >= 0) & (at_y >= 0) & (at_x < page.width) & (at_y < page.height)
    across, down = ink[:, 0] - x, ink[:, 1] - y
    along = angles(across, down, np.abs(np.hypot(across, down) - radius) < near)
    return float(along[on_page].mean()) if on_page.mean() >= ON_PAGE else 0.0
