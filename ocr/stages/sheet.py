"""The sheet of paper on a larger picture: a bright quad on a scanner's black, its lid, or a table.

Coarse on a picture of one pixel a millimetre (levels of brightness, the hull of what is brighter, its four corners),
then each side fitted to the steps of brightness along it on the reduced copy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import degrees, hypot

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH
from ocr.stages.reduced import Reduced

COARSE_SIDE, LEAST_MM = 420, 30
"""Longest side of the coarse picture in pixels, one a millimetre on A3; a page with a shorter side shows no sheet."""
TEXT_MM = 3
"""Wider than the strokes of print: closed over, little but the paper is left."""
SEEN = 0.08
"""How much darker than paper, as a part of it, what surrounds a sheet is at least."""
LEVELS = (0.5, 0.7, 0.3, 0.85, 0.15)
"""Parts of the way from the brightness of the surroundings to that of the paper, tried as the sheet's edge."""
CLEAR = 0.9
"""Support of all sides from which no other level is tried."""
LEAST_AREA = 0.25
"""A sheet is no smaller part of the picture."""
CORNERS = (0.015, 0.03, 0.05)
"""Parts of the outline by which its corners may be rounded, the sharpest first."""
REACH_MM, STEP_MM = 5.0, 0.8
"""How far from its coarse place an edge is looked for, and the width on either side of it that is compared."""
STRAIGHT_MM = 0.6
"""An edge keeps so near to one line."""
AT_EDGE_MM = 2.0
"""A side so near to that of the picture is not seen."""
EDGE_MM = 1.5
"""Near an edge, so far, there are shadows of the paper's own."""
BLACK = 70
"""Surroundings as dark as this (0 to 255) are a scanner's own; lighter ones may be the page's."""
FULL = 0.8
"""So much of a torn sheet's convex outline is paper, and so much of the upright box around it is within."""
SAMPLES = 120
"""Places looked at along a side."""
SUPPORT = 0.75
"""Part of each side seen that is one straight step. Sheets on scanners and tables have 0.78 to 1 (torn ones least);
what is no sheet has a side below 0.7.
"""
BRIGHT, BRIGHT_PART = 0.75, 0.04
"""What is so far on the way from the surroundings to the paper is as bright as paper; beyond a sheet lies no more of
it than that part: else the quad is print on the page.
"""
LETTERS_BEYOND, DENSE = 25, 0.15
"""So many letters beyond a quad, that part as dense as those within, are print and no grain of a table: the quad is a
part of the page, framed or on a ground of its own.
"""


@dataclass(frozen=True)
class Sheet:
    """``corners``: (4, 2) in pixels of the copy, clockwise from the top left one. ``seen``: of the sides from each
    corner to the next (top, right, bottom, left), whether the picture goes on beyond. ``support``: 0 to 1, how much of
    the least clear side is one straight step from bright to dark; 0 where what lies beyond is part of the page.
    ``beyond``: grey of the surroundings, 0 to 255.
    """

    corners: NDArray[np.float64]
    seen: tuple[bool, ...]
    support: float
    beyond: float

    @property
    def clear(self) -> bool:
        return self.support >= SUPPORT

    @property
    def angles(self) -> list[float]:
        """Degrees inside each corner."""
        ahead = np.roll(self.corners, -1, axis=0) - self.corners
        back = np.roll(self.corners, 1, axis=0) - self.corners
        cosine = (ahead * back).sum(axis=1) / np.maximum(np.hypot(*ahead.T) * np.hypot(*back.T), 1e-9)
        return [degrees(float(angle)) for angle in np.arccos(np.clip(cosine, -1, 1))]


@dataclass(frozen=True)
class _Coarse:
    """The paper of a copy, without its print. ``scale``: its pixels by those of the copy. ``beyond``: grey of the
    surroundings, 0 to 255; ``paper``: that of the sheet.
    """

    grey: NDArray[np.uint8]
    scale: float
    beyond: float
    paper: float

    def level(self, part: float) -> float:
        return self.beyond + part * (self.paper - self.beyond)


def find(copy: Reduced) -> Sheet | None:
    """The likeliest sheet on ``copy``; None where all of the picture is paper, or no quad stands out."""
    coarse = _coarse(copy)
    if coarse is None:
        return None
    soft = np.asarray(cv2.GaussianBlur(copy.grey, (0, 0), 0.8), np.uint8)
    best: Sheet | None = None
    tried: list[NDArray[np.float64]] = []
    for part in LEVELS:
        hull = _hull(np.asarray(coarse.grey > coarse.level(part), np.uint8))
        corners = None if hull is None else _quad(hull)
        if corners is None or any(np.abs(corners - other).max() < 1.5 for other in tried):
            continue
        tried.append(corners)
        fitted = _fitted(copy, soft, corners / coarse.scale, coarse)
        if fitted is not None and (best is None or fitted.support > best.support):
            best = fitted
            if best.support > CLEAR:
                break
    if best is not None and best.clear:
        around = coarse.grey[_outside(best.corners * coarse.scale, coarse.grey.shape)] > coarse.level(BRIGHT)
        if around.sum() > BRIGHT_PART * around.size or _print_beyond(copy, best.corners):
            return replace(best, support=0.0)
    return best


def torn(copy: Reduced) -> NDArray[np.float64] | None:
    """(n, 2): the convex outline, in pixels of ``copy``, of a sheet on black that is torn or cut off, so that it is no
    quad; accurate to EDGE_MM. None where there is none.
    """
    coarse = _coarse(copy)
    if coarse is None or coarse.beyond > BLACK:
        return None
    mask = np.asarray(coarse.grey > coarse.level(0.5), np.uint8)
    hull = _hull(mask)
    if hull is None:
        return None
    inside = cv2.fillConvexPoly(np.zeros_like(mask), hull, 1)
    (_, (width, height), _) = cv2.minAreaRect(hull)
    outline = np.asarray((hull.reshape(-1, 2) + 0.5) / coarse.scale, np.float64)
    if min(mask[inside > 0].mean(), inside.sum() / max(width * height, 1)) < FULL or _print_beyond(copy, outline):
        return None
    return outline


def _coarse(copy: Reduced) -> _Coarse | None:
    """None where nothing darker than paper runs along a side of the picture."""
    height, width = copy.grey.shape
    scale = min(MM_PER_INCH / copy.dpi, COARSE_SIDE / max(height, width))
    if min(height, width) * scale < LEAST_MM:
        return None
    small = cv2.resize(copy.grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    smooth = np.asarray(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((TEXT_MM, TEXT_MM), np.uint8)), np.uint8)
    paper = float(np.percentile(smooth, 90))
    beyond = min(float(np.median(rim)) for rim in (smooth[:2], smooth[:, -2:], smooth[-2:], smooth[:, :2]))
    return _Coarse(smooth, scale, beyond, paper) if beyond <= paper * (1 - SEEN) else None


def _hull(mask: NDArray[np.uint8]) -> NDArray[np.int32] | None:
    """The convex outline of the largest bright part, if it is as large as a sheet."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return None
    hull = cv2.convexHull(max(outlines, key=cv2.contourArea))
    return np.asarray(hull, np.int32) if cv2.contourArea(hull) >= LEAST_AREA * mask.size else None


def _quad(hull: NDArray[np.int32]) -> NDArray[np.float64] | None:
    """Its corners, clockwise from the top left one, where it has four."""
    for part in CORNERS:
        corners = cv2.approxPolyDP(hull, part * cv2.arcLength(hull, True), True).reshape(-1, 2).astype(np.float64)
        if len(corners) == 4:
            around = corners - corners.mean(axis=0)
            clockwise = corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
            return np.asarray(np.roll(clockwise, -int(clockwise.sum(axis=1).argmin()), axis=0) + 0.5)
    return None


def _outside(corners: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """What of a picture of ``shape`` lies beyond the quad and not on its very edge."""
    mask = np.ones(shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round(corners - 0.5).astype(np.int32), 0)
    cv2.polylines(mask, [np.round(corners - 0.5).astype(np.int32)], True, 0, 5)
    return np.asarray(mask.astype(bool))


def _print_beyond(copy: Reduced, outline: NDArray[np.float64]) -> bool:
    """Whether letters, dark or light, stand beyond the sheet."""
    outside = _outside(outline, copy.grey.shape)
    for each in (copy, Reduced(np.asarray(255 - copy.grey, np.uint8), copy.dpi)):
        beyond, within = (_count(each.letters.mask & where) for where in (outside, ~outside))
        if beyond > LETTERS_BEYOND and beyond / outside.sum() > DENSE * within / (~outside).sum():
            return True
    return False


def _count(mask: NDArray[np.bool_]) -> int:
    return int(cv2.connectedComponents(np.asarray(mask, np.uint8))[0]) - 1


Line = tuple[NDArray[np.float64], NDArray[np.float64]]
"""A point and the direction from there, of length 1."""


def _fitted(copy: Reduced, soft: NDArray[np.uint8], corners: NDArray[np.float64], coarse: _Coarse) -> Sheet | None:
    """The sheet with its sides moved onto the steps of brightness near those between ``corners``."""
    contrast = (coarse.paper - coarse.beyond) / 3
    sides = [_side(copy, soft, ends, contrast) for ends in zip(corners, np.roll(corners, -1, axis=0), strict=True)]
    lines = [line for line, _ in sides]
    crossed = [_crossing(before, line) for before, line in zip((lines[-1], *lines[:-1]), lines, strict=True)]
    seen = tuple(support is not None for _, support in sides)
    if not any(seen) or any(point is None for point in crossed):
        return None
    support = min(support for _, support in sides if support is not None)
    return Sheet(np.array(crossed), seen, support, coarse.beyond)


def _side(
    copy: Reduced, soft: NDArray[np.uint8], ends: tuple[NDArray[np.float64], NDArray[np.float64]], contrast: float
) -> tuple[Line, float | None]:
    """The line of the side between two corners, and how much of it is a straight step; None where it is the
    picture's own edge.
    """
    one, other = ends
    length = hypot(*(other - one))
    along = (other - one) / max(length, 1e-9)
    edge = _picture_edge(copy, one, other)
    if edge is not None:
        return edge, None
    outward = np.array((along[1], -along[0]))
    reach = np.arange(-copy.pixels(REACH_MM), copy.pixels(REACH_MM) + 1)
    places = np.linspace(0.04, 0.96, SAMPLES) * length
    points = one + places[:, None, None] * along + reach[None, :, None] * outward - 0.5
    where = np.asarray(points, np.float32)
    profile = cv2.remap(soft, where[..., 0], where[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    wide = max(1, round(copy.pixels(STEP_MM)))
    sums = np.cumsum(np.pad(profile.astype(np.float32), ((0, 0), (1, 0))), axis=1)
    means = (sums[:, wide:] - sums[:, :-wide]) / wide
    steps = np.asarray(means[:, :-wide] - means[:, wide:], np.float32)  # bright inside, dark outside
    best = steps.argmax(axis=1)
    clear = steps[np.arange(SAMPLES), best] > contrast
    offsets = reach[0] + best + wide - 0.5 + _vertex(steps, best)
    chosen, level, slope = clear, 0.0, 0.0
    for _ in range(4):
        if chosen.sum() < SAMPLES // 4:
            return (one, along), 0.0
        x, y = places[chosen], offsets[chosen]
        slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
        level = float(y.mean() - slope * x.mean())
        chosen = clear & (np.abs(offsets - level - slope * places) < copy.pixels(STRAIGHT_MM))
    direction = along + slope * outward
    return (one + level * outward, direction / hypot(*direction)), float(chosen.mean())


def _picture_edge(copy: Reduced, one: NDArray[np.float64], other: NDArray[np.float64]) -> Line | None:
    """The edge of the picture that runs from ``one`` to ``other``, if one does."""
    height, width = copy.grey.shape
    for axis, at in ((0, 0.0), (0, float(width)), (1, 0.0), (1, float(height))):
        if max(abs(one[axis] - at), abs(other[axis] - at)) < copy.pixels(AT_EDGE_MM):
            along = np.sign(other - one)
            along[axis] = 0
            return np.where(np.arange(2) == axis, at, one), along
    return None


def _vertex(steps: NDArray[np.float32], best: NDArray[np.intp]) -> NDArray[np.float32]:
    """How far beside its highest value each row has its peak: that of the parabola through it and its neighbours."""
    each, inner = np.arange(len(steps)), np.clip(best, 1, steps.shape[1] - 2)
    before, here, after = (steps[each, inner + by] for by in (-1, 0, 1))
    bend = before - 2 * here + after
    return np.where((inner == best) & (bend < 0), (before - after) / np.minimum(2 * bend, -1e-6), 0)


def _crossing(one: Line, other: Line) -> NDArray[np.float64] | None:
    (a, p), (b, q) = one, other
    turn = p[0] * q[1] - p[1] * q[0]
    if abs(turn) < 0.3:  # no corner
        return None
    return np.asarray(a + p * (((b - a)[0] * q[1] - (b - a)[1] * q[0]) / turn))
