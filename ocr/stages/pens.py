"""Black signatures: large curved strokes, which no print has. They may touch print, so they are only reported."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from ocr.stages.colours import Mask
from ocr.stages.marks import Outline
from ocr.stages.reduced import Reduced, components

STROKE_MM, STROKE_FILL = (4.0, 10.0, 110.0), 0.15
"""A stroke has such a short side, so long a one at least and at most, and fills so little of its box."""
STRAIGHT_MM, STRAIGHT = 6.0, 0.25
"""Runs across or down the page so long are straight; share of a stroke in such runs at most. Tables have 0.8 and more,
underlined words 0.35.
"""
RIM_MM = 2.0
"""What comes so near to the edge of the page is a fold or a shadow."""
MOST = 12
"""More strokes make a drawing."""
LINK_MM = 6.0
"""Strokes so near are one signature."""


def signatures(copy: Reduced, without: Mask) -> Iterator[Outline]:
    """The outlines of black signatures on ``copy``; ``without``: where other marks are."""
    found = copy.dark
    if without.any():
        found = components(np.asarray((found.labels > 0) & ~without, np.uint8))
    sides = np.sort(found.boxes[:, 2:], axis=1)
    short, long, longest = (copy.pixels(mm) for mm in STROKE_MM)
    large = (sides[:, 0] >= short) & (sides[:, 1] >= long) & (sides[:, 1] <= longest)
    right, bottom = found.boxes[:, 0] + found.boxes[:, 2], found.boxes[:, 1] + found.boxes[:, 3]
    height, width = copy.grey.shape
    rim = copy.pixels(RIM_MM)
    large &= (found.boxes[:, :2].min(axis=1) >= rim) & (right <= width - rim) & (bottom <= height - rim)
    thin = np.flatnonzero(large & (found.areas <= STROKE_FILL * sides[:, 0] * sides[:, 1]))
    strokes = np.zeros(copy.grey.shape, np.uint8)
    if not 0 < len(thin) <= MOST:
        return
    for stroke in thin.tolist():
        x, y, width, height = found.boxes[stroke].tolist()
        box = np.s_[y : y + height, x : x + width]
        curve = np.asarray(found.labels[box] == stroke + 1)
        if _straight(curve, copy) <= STRAIGHT:
            strokes[box] |= curve
    link = max(3, round(copy.pixels(LINK_MM))) | 1
    joined = components(np.asarray(cv2.dilate(strokes, np.ones((link, link), np.uint8)), np.uint8))
    for label in range(1, len(joined.areas) + 1):
        ys, xs = np.nonzero((joined.labels == label) & (strokes > 0))
        yield np.asarray(cv2.convexHull(np.column_stack((xs, ys)).astype(np.int32))[:, 0], np.int32)


def _straight(curve: Mask, copy: Reduced) -> float:
    """The share of ``curve`` that lies in straight runs across or down the page."""
    run, ink = max(3, round(copy.pixels(STRAIGHT_MM))), curve.astype(np.uint8)
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((run, 1), np.uint8))
    return cv2.countNonZero(cv2.bitwise_or(across, down)) / max(1, cv2.countNonZero(ink))
