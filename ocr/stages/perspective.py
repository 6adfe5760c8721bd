"""Photographs of paper: the sheet's four corners are brought to those of a rectangle."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Size, Transform
from ocr.stages import Estimate, sheet
from ocr.stages.reduced import Reduced

SIDES_SEEN = 3
"""Sides of the sheet that have to be in the picture."""
SQUARE = 0.7
"""Degrees by which a sheet's corners may miss a right angle: paper is cut so, and a scanner shows it so."""
STEEPEST = 35.0
"""Degrees by which a photographed sheet's corners miss a right angle at most."""
FOCAL = 0.8
"""Focal length of a phone's camera as a part of the picture's longer side, where the sheet does not tell it."""
FOCALS = (0.5, 4.0)
"""What a camera's focal length may be, as a part of the picture's longer side."""
A_SERIES, NEARLY = sqrt(2), 0.06
"""Ratio of a sheet's sides by ISO 216, and how far from it a measured one may lie and still be taken for it."""
DOUBT = 0.4
"""Support (see ``sheet.Sheet``) from which something was seen that may be a sheet."""


@dataclass(frozen=True, slots=True)
class Params:
    """``corners``: x and y of the sheet's corners, clockwise from its top left one, in parts of the page's width and
    height after the stages before; none for no change. ``aspect``: the sheet's height by its width.
    """

    corners: tuple[float, ...] = ()
    aspect: float = A_SERIES


@dataclass(frozen=True, slots=True)
class Inputs:
    """Nothing beside the pixels counts."""


def estimate(copy: Reduced, inputs: Inputs) -> Estimate[Params]:
    """The sheet photographed on ``copy``, the page after the stages before."""
    found = sheet.find(copy)
    if found is None or sum(found.seen) < SIDES_SEEN or found.support < DOUBT:
        return Estimate(Params(), 1.0)
    slant = max(abs(90 - angle) for angle in found.angles)
    if slant <= SQUARE:
        return Estimate(Params(), 1.0)
    if not found.clear or slant > STEEPEST:
        return Estimate(Params(), 0.3)
    height, width = copy.grey.shape
    parts = (found.corners / (width, height)).ravel()
    aspect = _aspect(found.corners - (width / 2, height / 2), max(height, width))
    return Estimate(Params(tuple(round(float(part), 6) for part in parts), round(aspect, 4)), found.support)


def apply(params: Params, size: Size) -> tuple[Transform, Size]:
    """The map that makes the sheet on a page of ``size`` a rectangle, and its size: no side of it gets shorter."""
    if not params.corners:
        return Transform.identity(), size
    corners = np.reshape(params.corners, (4, 2)) * (size.width, size.height)
    top, right, bottom, left = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    width = max(top, bottom, max(left, right) / params.aspect)
    flat = Size(round(width), round(width * params.aspect))
    onto = np.array([(0, 0), (flat.width, 0), (flat.width, flat.height), (0, flat.height)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), onto)
    a, b, c, d, e, f, g, h, i = (float(value) for value in matrix.ravel())
    return Transform((a, b, c, d, e, f, g, h, i)), flat


def _aspect(corners: NDArray[np.float64], long_side: int) -> float:
    """Height by width of the sheet with ``corners`` about the middle of a picture, from one view of it.

    Z. Zhang, L. He, "Whiteboard scanning and image enhancement" (Digital Signal Processing 17, 2007), equations 11, 12
    and 20, 21.
    """
    m1, m2, m4, m3 = np.column_stack((corners, np.ones(4)))
    k2 = np.dot(np.cross(m1, m4), m3) / np.dot(np.cross(m2, m4), m3)
    k3 = np.dot(np.cross(m1, m4), m2) / np.dot(np.cross(m3, m4), m2)
    n2, n3 = k2 * m2 - m1, k3 * m3 - m1
    squared = -np.dot(n2[:2], n3[:2]) / (n2[2] * n3[2]) if n2[2] * n3[2] else 0.0
    low, high = ((part * long_side) ** 2 for part in FOCALS)
    if not low <= squared <= high:
        squared = (FOCAL * long_side) ** 2
    width, height = (hypot(n[0], n[1], n[2] * sqrt(squared)) for n in (n2, n3))
    aspect = float(height / width)
    for standard in (A_SERIES, 1 / A_SERIES):
        if abs(aspect / standard - 1) < NEARLY:
            return standard
    return aspect
