"""The shapes of what is stamped and signed in ink of one colour: rings, frames and the strokes of pens."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH, Size
from ocr.stages import rings
from ocr.stages.colours import Mask
from ocr.stages.reduced import components

LINK_MM, PEN_LINK_MM = 1.5, 4.0
"""Ink of one colour so near belongs together; a pen leaves wider gaps, and loses some where it crosses a seal."""
RADIUS_MM = (8.0, 28.0)
"""Of a seal; those of public bodies have 15 to 21."""
LARGEST_MM = 110.0
"""What is longer is no mark: a table under the paper, a coloured bar."""
STROKE_MM, STROKE_FILL = (4.0, 10.0), 0.2
"""A pen's stroke, or a frame, has such a short and such a long side and fills so little of its box; joined letters fill
0.3 of it and more.
"""
FRAME_MM, FRAMED = 8.0, 0.85
"""Least side of a frame, and how much of its hull its outline surrounds; signatures surround less than half."""
NOTE_MM, NOTE_INK_MM2, NOTES = (2.5, 25.0), 1.5, 8
"""Sides of a number, a date or initials written by hand, their ink at least, and how many of them a page may have: more
are coloured print.
"""
CORNERS = 24
"""Corners of the outline of a ring."""

Outline = NDArray[np.int32]
"""(n, 2) x, y: corners of a convex polygon, in pixels."""


def small(ink: Mask, dpi: float) -> Mask:
    """``ink``, (h, w) at ``dpi``, without what is too large for a mark."""
    found = components(ink.astype(np.uint8))
    return found.where(found.boxes[:, 2:].max(axis=1) <= LARGEST_MM * dpi / MM_PER_INCH)


def sealed(ink: Mask, dpi: float) -> Iterator[Outline]:
    """The outlines of rings in ``ink``."""
    page, least = Size(ink.shape[1], ink.shape[0]), RADIUS_MM[0] * dpi / MM_PER_INCH
    for (x, y), group in _groups(ink, LINK_MM * dpi / MM_PER_INCH):
        height, width = group.shape
        cut_off = min(x, y, page.width - x - width, page.height - y - height) <= 0
        if min(height, width) >= (least if cut_off else 2 * least):
            ring = rings.largest(group, (x, y), page, dpi, RADIUS_MM)
            if ring is not None:
                yield around(ring)


def drawn(ink: Mask, dpi: float) -> Iterator[tuple[Outline, bool]]:
    """The outlines of frames and of what pens drew in ``ink``, and whether each is that of a frame."""
    strokes = _strokes(ink, dpi)
    if not strokes.any():
        return
    for (x, y), group in _groups(ink, PEN_LINK_MM * dpi / MM_PER_INCH):
        height, width = group.shape
        if (strokes[y : y + height, x : x + width] & group).any():
            outline, framed = _hull(group, dpi)
            yield outline + np.array((x, y), np.int32), framed


def noted(ink: Mask, black: Mask, dpi: float) -> list[Outline]:
    """The outlines of what may be short notes in ``ink``; not of coloured fringes around ``black`` print."""
    low, high = (mm * dpi / MM_PER_INCH for mm in NOTE_MM)
    least = NOTE_INK_MM2 * (dpi / MM_PER_INCH) ** 2
    found = []
    for (x, y), group in _groups(ink, LINK_MM * dpi / MM_PER_INCH):
        height, width = group.shape
        right, bottom = x + width, y + height
        written = group.sum() > max(least, black[y:bottom, x:right].sum())
        if min(height, width) >= low and max(height, width) <= high and written:
            found.append(np.array([(x, y), (right, y), (right, bottom), (x, bottom)], np.int32))
    return found if len(found) <= NOTES else []


def around(ring: rings.Ring) -> Outline:
    """The outline of ``ring``."""
    angles = np.arange(CORNERS) / CORNERS * 2 * np.pi
    points = np.column_stack((ring.x + ring.radius * np.cos(angles), ring.y + ring.radius * np.sin(angles)))
    return np.round(points).astype(np.int32)


def inside(outline: Outline, shape: tuple[int, ...], grown: float = 0.0) -> Mask:
    """(h, w) of ``shape``: inside ``outline`` or at most ``grown`` pixels outside."""
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, outline, 1)
    if grown:
        cv2.polylines(mask, [outline], isClosed=True, color=1, thickness=max(1, round(2 * grown)))
    return mask > 0


def _groups(ink: Mask, link: float) -> Iterator[tuple[tuple[int, int], Mask]]:
    """Ink with gaps of less than ``link`` pixels: the corner (x, y) of its box, and where in the box it is."""
    side = max(3, round(link)) | 1
    found = components(np.asarray(cv2.dilate(ink.astype(np.uint8), np.ones((side, side), np.uint8)), np.uint8))
    for label, (x, y, width, height) in enumerate(found.boxes.tolist(), 1):
        box = np.s_[y : y + height, x : x + width]
        yield (x, y), (found.labels[box] == label) & ink[box]


def _strokes(ink: Mask, dpi: float) -> Mask:
    """The parts of ``ink`` that are long thin lines, not letters."""
    closed = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    found = components(np.asarray(closed, np.uint8))
    sides = np.sort(found.boxes[:, 2:], axis=1)
    short, long = (mm * dpi / MM_PER_INCH for mm in STROKE_MM)
    thin = found.areas <= STROKE_FILL * sides[:, 0] * sides[:, 1]
    return found.where((sides[:, 0] >= short) & (sides[:, 1] >= long) & thin)


def _hull(group: Mask, dpi: float) -> tuple[Outline, bool]:
    """The convex hull of ``group``, and whether it is that of a frame: one closed line around it."""
    link = max(3, round(LINK_MM * dpi / MM_PER_INCH)) | 1
    closed = cv2.morphologyEx(group.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((link, link), np.uint8))
    lines, _ = cv2.findContours(np.asarray(closed, np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(np.concatenate(lines))
    framed = max(map(cv2.contourArea, lines)) >= FRAMED * cv2.contourArea(hull)
    return np.asarray(hull[:, 0], np.int32), framed and min(group.shape) >= FRAME_MM * dpi / MM_PER_INCH
