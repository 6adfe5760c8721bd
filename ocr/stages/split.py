"""Two facing pages on one picture: told by the gutter between them, and each made a page of its own.

No ink crosses the gutter, there is text at both sides, and either the paper is darker or lighter along it (the spine's
shadow, a copier's black) or the gap is a page's two inner margins and not the space between columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import radians, tan

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Size, Transform
from ocr.stages import Estimate
from ocr.stages.reduced import Letters, Reduced

LANDSCAPE = 1.15
"""Width by height of two facing pages, at least."""
LETTERS_MIN = 60
"""A page of a spread has so many letters; with fewer it may be a column of numbers or a caption."""
MIDDLE = (0.4, 0.6)
"""Where between the outermost letters the gutter lies."""
NOISE = 0.004
"""Part of a column's height that may be ink in a gap: specks."""
GAP_MM, MARGINS_MM = 5.0, 18.0
"""Least gap of a spread with a valley, and of one that is told by its margins."""
WIDER = 1.2
"""How much wider than the outer margins the inner ones are together."""
VALLEY = 0.04
"""Part by which the paper is darker or lighter along the spine."""
FULL, RUNNING = 0.85, 0.35
"""Lines of running text are that part of the column wide, that part of them: lists and tables have fewer."""
BAND_MM = 20.0
"""Widest black between two copied pages."""


class Part(StrEnum):
    """What of the picture a page is."""

    WHOLE = "whole"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Params:
    """``part``: which of two facing pages this is, if so; the rest: where it lies, in parts of the width and height of
    the picture as it lies in the file.
    """

    part: Part = Part.WHOLE
    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "part", Part(self.part))  # from JSON it comes as text


@dataclass(frozen=True, slots=True)
class Inputs:
    """``quarters``: clockwise quarter turns after this stage."""

    quarters: int


def estimate(copy: Reduced, inputs: Inputs) -> Estimate[Params]:
    """The left one of two pages on ``copy``, the picture as it lies in the file; the whole where it shows one."""
    letters = copy.letters.upended if inputs.quarters % 2 else copy.letters
    height, width = letters.mask.shape
    found = _between(letters, inputs.quarters)
    if found is None:
        return Estimate(Params(), 1.0)
    gap, mask = found
    halves = [mask[:, : gap[0]], mask[:, gap[1] :]]
    if min(_count(half) for half in halves) < LETTERS_MIN or _crossed(copy, inputs.quarters, gap):
        return Estimate(Params(), 1.0)
    place = _valley(copy.turned(inputs.quarters), gap)
    if place is not None:
        sure = gap[1] - gap[0] >= copy.pixels(GAP_MM)
    else:
        place = sum(gap) / 2
        used = np.flatnonzero(mask.any(axis=0))
        lean = height * abs(tan(radians(letters.lying.angle)))
        if gap[1] - gap[0] + lean < max(copy.pixels(MARGINS_MM), WIDER * max(used[0], width - used[-1])):
            return Estimate(Params(), 1.0)
        sure = min(_running(half) for half in halves) >= RUNNING
    return Estimate(_as_it_lies(place / width, inputs.quarters), 0.9) if sure else Estimate(Params(), 0.4)


def apply(params: Params, size: Size) -> tuple[Transform, Size]:
    """The map from a picture of ``size`` to the part of it that is the page, and its size."""
    left, top = round(params.left * size.width), round(params.top * size.height)
    right, bottom = round(params.right * size.width), round(params.bottom * size.height)
    part = Size(max(1, right - left), max(1, bottom - top))
    return (Transform.identity() if part == size else Transform.shift(-left, -top)), part


def facing(params: Params) -> Params:
    """The page beside the left one."""
    assert params.part is Part.LEFT, "only a left page has one to its right"
    if (params.top, params.bottom) == (0, 1):
        left, right = (params.right, 1.0) if params.left == 0 else (0.0, params.left)
        return Params(Part.RIGHT, left, 0.0, right, 1.0)
    top, bottom = (params.bottom, 1.0) if params.top == 0 else (0.0, params.top)
    return Params(Part.RIGHT, 0.0, top, 1.0, bottom)


Gap = tuple[int, int]
"""From the first column without letters to the one behind the last."""


def _between(letters: Letters, quarters: int) -> tuple[Gap, NDArray[np.bool_]] | None:
    """The widest gap in the middle of a landscape page of lying lines, and its letters as they stand upright."""
    height, width = letters.mask.shape
    if width < LANDSCAPE * height or letters.count < 2 * LETTERS_MIN:
        return None
    if letters.lying.sharpness < letters.upended.lying.sharpness:
        return None
    mask = letters.mask[::-1, ::-1] if quarters >= 2 else letters.mask
    empty = mask.sum(axis=0) <= NOISE * height
    used = np.flatnonzero(~empty)
    low, high = (used[0] + part * (used[-1] - used[0]) for part in MIDDLE) if len(used) else (0, 0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], empty, [False])).astype(np.int8)))
    gaps = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if low <= (a + b) / 2 <= high]
    return (max(gaps, key=lambda gap: gap[1] - gap[0]), mask) if gaps else None


def _count(mask: NDArray[np.bool_]) -> int:
    return int(cv2.connectedComponents(np.asarray(mask, np.uint8))[0]) - 1


def _crossed(copy: Reduced, quarters: int, gap: Gap) -> bool:
    """Whether a rule, drawing or stamp reaches over the gap; the black between two copied pages does not count."""
    left, top, width, height = copy.dark.boxes.T
    turn = Transform.quarter_turns(Size(copy.grey.shape[1], copy.grey.shape[0]), quarters)
    one = turn.apply_all(np.column_stack((left, top)).astype(np.float64))
    other = turn.apply_all(np.column_stack((left + width, top + height)).astype(np.float64))
    (first, above), (last, below) = np.minimum(one, other).T, np.maximum(one, other).T
    within = (first >= gap[0] - copy.pixels(BAND_MM)) & (last <= gap[1] + copy.pixels(BAND_MM))
    band = within & (below - above > copy.pixels(BAND_MM)) & (last - first < below - above)
    return bool(((first < sum(gap) / 2) & (last > sum(gap) / 2) & ~band).any())


def _valley(upright: Reduced, gap: Gap) -> float | None:
    """Where in the gap the paper is darkest or lightest, if it differs there from that of both pages."""
    height, width = upright.grey.shape
    rows = slice(height // 8, height - height // 8)
    side = max(3, round(upright.pixels(2.0))) | 1
    small = cv2.resize(upright.grey[rows], (width, 64), interpolation=cv2.INTER_AREA)
    paper = np.median(cv2.dilate(small, np.ones((1, side), np.uint8)), axis=0)
    smooth = np.convolve(np.pad(paper, side // 2, mode="edge"), np.ones(side) / side, mode="valid")
    reach = round(upright.pixels(BAND_MM))
    left = float(np.median(smooth[max(0, gap[0] - reach) : gap[0]]))
    right = float(np.median(smooth[gap[1] : gap[1] + reach]))
    inside = smooth[gap[0] : gap[1]]
    if inside.min() < min(left, right) * (1 - VALLEY):
        return gap[0] + float(inside.argmin())
    if inside.max() > max(left, right) * (1 + VALLEY):
        return gap[0] + float(inside.argmax())
    return None


def _running(mask: NDArray[np.bool_]) -> float:
    """Share of the lines in a column of text that are nearly as wide as the widest ones."""
    rows = mask.sum(axis=1) > 0
    edges = np.flatnonzero(np.diff(np.concatenate(([False], rows, [False])).astype(np.int8)))
    spans = []
    for top, bottom in zip(edges[::2], edges[1::2], strict=True):
        inked = np.flatnonzero(mask[top:bottom].any(axis=0))
        spans.append(int(inked[-1] - inked[0]))
    widths = np.array(spans)
    return float((widths >= FULL * np.percentile(widths, 90)).mean()) if len(widths) else 0.0


def _as_it_lies(place: float, quarters: int) -> Params:
    """The page to the left of ``place`` (part of the width) on a picture that was turned by ``quarters``."""
    back = Transform.quarter_turns(Size(1, 1), quarters).inverse()
    (x0, y0), (x1, y1) = back.apply((0.0, 0.0)), back.apply((place, 1.0))
    left, right = sorted((round(x0, 5), round(x1, 5)))
    top, bottom = sorted((round(y0, 5), round(y1, 5)))
    return Params(Part.LEFT, left + 0.0, top + 0.0, right, bottom)
