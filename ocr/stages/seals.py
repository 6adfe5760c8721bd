"""Round seals that no colour tells from print: two circles with letters between them, and nothing printed beside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ocr.geometry import Size
from ocr.stages import rings
from ocr.stages.colours import Mask
from ocr.stages.reduced import Reduced
from ocr.stages.rings import Ring

RADIUS_MM = (12.0, 24.0)
"""Of the seals of public bodies, 30 to 42 mm across, with a margin."""
MARK_MM, MARK_FILL = (8.0, 150.0), 0.35
"""Sides of a component that may hold a seal and a signature, and how much of its box it fills at most."""
MOST_MARKS = 12
"""More such components make a drawing or a picture."""
LETTERS_MM, LETTERED = (1.6, 4.2), 0.35
"""Band inside the ring where the letters stand, and the share of angles at which there is ink in it: 0.4 to 1 in 40
real seals, nothing in a circle of a drawing.
"""
BESIDE_MM, BESIDE = (1.0, 8.0), 0.12
"""Band outside the ring, and the share of heights at which there is ink to the left and to the right: up to 0.08 where
a seal stands by a signature, 0.2 and more where it stands over lines of print.
"""


def black(copy: Reduced, others: Mask) -> Iterator[tuple[Ring, bool]]:
    """The black seals of ``copy``, and whether each stands over print. ``others``: where other marks are."""
    found = copy.dark
    sides = np.sort(found.boxes[:, 2:], axis=1)
    low, high = (copy.pixels(mm) for mm in MARK_MM)
    thin = found.areas <= MARK_FILL * sides[:, 0] * sides[:, 1]
    marks = np.flatnonzero((sides[:, 0] >= low) & (sides[:, 1] <= high) & thin)
    if len(marks) > MOST_MARKS:
        return
    page, ink = Size(copy.grey.shape[1], copy.grey.shape[0]), np.asarray(found.labels > 0)
    for mark in marks.tolist():
        x, y, width, height = found.boxes[mark].tolist()
        box = np.s_[y : y + height, x : x + width]
        group = np.asarray(found.labels[box] == mark + 1)
        if (others[box] & group).sum() > group.sum() / 2:
            continue
        ring = rings.largest(group, (x, y), page, copy.dpi, RADIUS_MM)
        if ring and _lettered(ring, ink[box], (x, y), copy):
            yield ring, _over_print(ring, ink, copy)


def _lettered(ring: Ring, ink: Mask, corner: tuple[int, int], copy: Reduced) -> bool:
    """Whether ``ink``, with its ``corner`` (x, y) on the page, has letters along the inside of ``ring``."""
    near, far = (copy.pixels(mm) for mm in LETTERS_MM)
    ys, xs = np.nonzero(ink)
    across, down = xs + corner[0] - ring.x, ys + corner[1] - ring.y
    inwards = ring.radius - np.hypot(across, down)
    there = rings.angles(across, down, (inwards > near) & (inwards < far))
    return float(there.mean()) >= LETTERED


def _over_print(ring: Ring, ink: Mask, copy: Reduced) -> bool:
    """Whether lines of print run into ``ring`` from both sides; a side off the page counts as one with print."""
    height, width = ink.shape
    near, far = (copy.pixels(mm) for mm in BESIDE_MM)
    beside = []
    for y in range(max(0, round(ring.y - 0.8 * ring.radius)), min(height, round(ring.y + 0.8 * ring.radius))):
        half = (ring.radius**2 - (y - ring.y) ** 2) ** 0.5
        left, right = ring.x - half - near, ring.x + half + near
        beside.append(
            (left < near or ink[y, max(0, round(left - far + near)) : round(left)].any())
            and (right > width - near or ink[y, round(right) : round(right + far - near)].any())
        )
    return float(np.mean(beside)) > BESIDE
