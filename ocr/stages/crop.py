"""The page ends where the sheet ends: a scanner's black or lid, a table, and what levelling added are cut off.

What is cut off is bare: no mark of ink, nothing dark but the surroundings of a sheet whose edge was seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Size, Transform
from ocr.stages import Estimate, deskew, sheet
from ocr.stages.reduced import Components, Reduced

SIDES_SEEN = 2
"""Sides at which lighter surroundings have to be seen: one light band alone may be printed."""
ALIGNED = 0.1
"""Degrees; an edge so parallel to the picture's may be drawn there: paper never lies so straight on all sides."""
MARK_MM = 1.2
"""Height or width from which a spot of ink is kept (as in ``blank``)."""
ROOM_MM = 2.0
"""Paper left around a mark."""
DARK = 0.75
"""What is darker than this part of the paper's brightness is no bare paper."""
LEAST_MM = 0.3
"""Strips narrower than this are not worth cutting off."""


@dataclass(frozen=True, slots=True)
class Params:
    """What is kept, in parts of the page's width and height after levelling. ``bare``: what is cut off is nothing but
    paper, so that it may as well be read along.
    """

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0
    bare: bool = True


@dataclass(frozen=True, slots=True)
class Inputs:
    """``degrees``: the skew that is taken out before this stage."""

    degrees: float


def estimate(copy: Reduced, inputs: Inputs) -> Estimate[Params]:
    """Where the sheet on ``copy``, the page before it is levelled, ends once it is."""
    height, width = copy.grey.shape
    level, grown = deskew.apply(deskew.Params(inputs.degrees), Size(width, height))
    middle = np.array(((grown.width - width) // 2, (grown.height - height) // 2) * 2, np.float64)
    kept = middle + np.array((0, 0, width, height))
    outline = None
    found = sheet.find(copy)
    if found is not None and _trusted(found):
        outline = found.corners
        kept = np.where(np.array(found.seen)[[3, 0, 1, 2]], _around(level.apply_all(outline)), kept)
    elif (outline := sheet.torn(copy)) is not None:
        kept = _around(level.apply_all(outline)) + copy.pixels(sheet.EDGE_MM) * np.array((-1, -1, 1, 1))
    elif grown == Size(width, height):
        return Estimate(Params(), 1.0)
    kept = _with_marks(copy, outline, level, kept)
    whole = np.array((0, 0, grown.width, grown.height))
    kept = np.clip(kept, 0, np.tile(whole[2:], 2))
    kept = np.where(np.abs(kept - whole) < copy.pixels(LEAST_MM), whole, kept) / np.tile(whole[2:], 2)
    left, top, right, bottom = (round(float(part), 5) for part in kept)
    return Estimate(Params(left, top, right, bottom, bare=outline is None), 1.0)


def apply(params: Params, size: Size) -> tuple[Transform, Size]:
    """The map that takes the kept part of a page of ``size`` to a page of its own, and its size."""
    left, top = round(params.left * size.width), round(params.top * size.height)
    right, bottom = round(params.right * size.width), round(params.bottom * size.height)
    kept = Size(max(1, right - left), max(1, bottom - top))
    return (Transform.identity() if kept == size else Transform.shift(-left, -top)), kept


def _trusted(found: sheet.Sheet) -> bool:
    """Whether the quad is a sheet that lies on something, and no panel printed on the page."""
    if not found.clear:
        return False
    if found.beyond <= sheet.BLACK:
        return True
    ahead = np.roll(found.corners, -1, axis=0) - found.corners
    slopes = np.degrees(np.abs(ahead).min(axis=1) / np.maximum(np.abs(ahead).max(axis=1), 1e-9))
    seen = np.array(found.seen)
    return int(seen.sum()) >= SIDES_SEEN and bool(slopes[seen].max() > ALIGNED)


def _with_marks(
    copy: Reduced, outline: NDArray[np.float64] | None, level: Transform, kept: NDArray[np.float64]
) -> NDArray[np.float64]:
    """``kept`` (left, top, right, bottom), grown around all on the sheet that is more than bare paper."""
    spots = [_beyond(copy.dark, copy.pixels(MARK_MM), level, kept)]
    if outline is None:
        step = max(1, round(copy.pixels(1)))
        coarse = cv2.blur(copy.grey, (step, step))[::step, ::step]
        ys, xs = np.nonzero(coarse < DARK * np.percentile(coarse, 90))
        spots.append(level.apply_all(np.column_stack((xs, ys)).astype(np.float64) * step))
    else:
        back = level.inverse()
        spots = [each[_within(outline, back.apply_all(each), copy.pixels(sheet.EDGE_MM))] for each in spots]
    for each in spots:
        outside = each[((each < kept[:2]) | (each > kept[2:])).any(axis=1)]
        if len(outside):
            room = copy.pixels(ROOM_MM)
            kept = np.concatenate(
                (np.minimum(kept[:2], outside.min(axis=0) - room), np.maximum(kept[2:], outside.max(axis=0) + room))
            )
    return kept


def _beyond(ink: Components, least: float, level: Transform, kept: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2): where ``level`` takes the pixels of marks of ink that may reach out of ``kept``."""
    left, top, width, height = ink.boxes.T
    corners = [(x, y) for x in (left, left + width) for y in (top, top + height)]
    there = np.stack([level.apply_all(np.column_stack(each).astype(np.float64)) for each in corners])
    reaching = ((there < kept[:2]) | (there > kept[2:])).any(axis=(0, 2)) & (ink.boxes[:, 2:].max(axis=1) >= least)
    if not reaching.any():
        return np.zeros((0, 2))
    ys, xs = np.nonzero(ink.where(reaching))
    return level.apply_all(np.column_stack((xs, ys)).astype(np.float64) + 0.5)


def _within(outline: NDArray[np.float64], points: NDArray[np.float64], by: float) -> NDArray[np.bool_]:
    """Which of ``points``, (n, 2), lie in a convex clockwise ``outline``, ``by`` pixels from its sides."""
    inside = np.ones(len(points), dtype=bool)
    for one, other in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        along, away = other - one, points - one
        inside &= along[0] * away[:, 1] - along[1] * away[:, 0] > by * np.hypot(*along)
    return inside


def _around(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Left, top, right and bottom of them."""
    return np.concatenate((points.min(axis=0), points.max(axis=0)))
