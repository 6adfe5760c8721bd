"""Ruled lines: found on a page, and taken out of it without harm to letters that touch them.

Everything here speaks of level lines; those that stand are the level ones of the page mirrored at its diagonal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH, Box

DPI = 90.0
"""Lines are looked for at about this resolution: a line of half a point is still a pixel wide there."""
LEAST_MM = 4.5
"""Shortest line: longer than strokes of letters up to 16 points."""
THICKEST_MM = 1.5
"""Thickest line: letters are higher."""
DARKER = 25
"""How much darker than the paper beside it a line is at least, 0..255."""
STEEPEST = 0.04
"""Rise of a line over its length: what bent paper and a feeder that slips make of a level one."""
LONG_MM = 15.0
"""Letters in a row and stems above each other may look like a line, but not like one so long."""
CLEAR = 0.55
"""Part of a shorter line that has paper on either side: a stem or serif has seldom more than 0.4."""
WALL = 0.75
"""Part of the side of a cell that is ruled where there is a wall."""


@dataclass(frozen=True)
class Rules:
    """The level lines of a picture.

    ``boxes``: what each fills, in pixels of the picture. ``dark``, ``ruled``: 0/1 (h, w) of a copy ``step`` times
    smaller: what is darker than the paper above and below it, and what of that are lines.
    """

    boxes: tuple[Box, ...]
    dark: NDArray[np.uint8]
    ruled: NDArray[np.uint8]
    step: int
    dpi: float

    def pixels(self, millimetres: float) -> float:
        """``millimetres`` on paper in pixels of the smaller copy."""
        return millimetres * self.dpi / MM_PER_INCH / self.step

    def wall(self, left: int, right: int, y: int, near: float) -> bool:
        """Whether a line runs from ``left`` to ``right`` within ``near`` of ``y``, all in pixels of the picture.

        Lines too short to be found by themselves count where paper is above and below them.
        """
        inset = min(near, (right - left) / 4)
        x0, x1 = round((left + inset) / self.step), round((right - inset) / self.step) + 1
        y0, y1 = max(0, round((y - near) / self.step)), round((y + near) / self.step) + 1
        ruled, dark = self.ruled[y0:y1, x0:x1], self.dark[y0:y1, x0:x1]
        if not dark.size:
            return False
        if ruled.any(axis=0).mean() >= WALL:
            return True
        least = max(1, round(WALL * dark.shape[1]))
        runs = cv2.morphologyEx(dark, cv2.MORPH_OPEN, _level(least), borderType=cv2.BORDER_CONSTANT, borderValue=0)
        found = map(cv2.boundingRect, cv2.findContours(runs, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0])
        short = x1 - x0 < self.pixels(LONG_MM)
        # A pixel apart: the line itself may step up or down by one on its way.
        beside = ((x0 + x, y0 + y - 1, width, height + 2) for x, y, width, height in found)
        return any(not short or _clear(self.dark, *row) for row in beside)


def smaller(grey: NDArray[np.uint8], dpi: float) -> tuple[NDArray[np.uint8], int]:
    """``grey``, uint8 (h, w), 255 white, at ``dpi``, in the size that lines are looked for in, and how many times
    smaller that is.
    """
    step = max(1, min(round(dpi / DPI), *grey.shape))
    height, width = (side // step for side in grey.shape)
    # Whole pixels go into one, which is ten times faster than parts of them.
    whole = grey[: height * step, : width * step]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8), step


def find(small: NDArray[np.uint8], step: int, dpi: float) -> Rules:
    """The level lines of the picture at ``dpi`` that ``small`` is ``step`` times smaller than."""
    found = Rules((), _dark(small, dpi / step), np.zeros_like(small), step, dpi)
    lines = cv2.morphologyEx(found.dark, cv2.MORPH_OPEN, _level(max(5, round(found.pixels(LEAST_MM)))))
    boxes = []
    for outline in cv2.findContours(lines, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        x, y, width, height = cv2.boundingRect(outline)
        thin = height <= found.pixels(THICKEST_MM) + STEEPEST * width
        if thin and (width >= found.pixels(LONG_MM) or _clear(found.dark, x, y, width, height)):
            boxes.append(Box(step * x, step * y, step * width, step * height))
            cv2.drawContours(found.ruled, [outline], 0, 1, cv2.FILLED)
    return replace(found, boxes=tuple(boxes))


def erase(grey: NDArray[np.uint8], rules: Rules, lines: tuple[Box, ...]) -> None:
    """Paint the ``lines``, some of ``rules.boxes``, over with paper; strokes that cross them or stand on them stay."""
    step, thickest = rules.step, _odd(THICKEST_MM / MM_PER_INCH * rules.dpi)
    for box in lines:
        ruled = rules.ruled[box.y // step : box.bottom // step, box.x // step : box.right // step]
        above = min(box.y, thickest // step * step)
        part = grey[box.y - above : box.bottom + thickest, box.x : box.right]
        mask = np.zeros((-(-part.shape[0] // step), ruled.shape[1]), np.uint8)
        mask[above // step : above // step + len(ruled)] = ruled
        mask = np.repeat(np.repeat(mask, step, axis=0), step, axis=1)[: part.shape[0], : part.shape[1]]
        part = part[:, : mask.shape[1]]
        thickness = mask.sum() / max(1, np.count_nonzero(mask.any(axis=0)))
        paper = cv2.morphologyEx(part, cv2.MORPH_CLOSE, _upright(thickest))
        dark = np.asarray(cv2.subtract(paper, part) > DARKER, np.uint8)
        strokes = cv2.morphologyEx(dark, cv2.MORPH_OPEN, _upright(round(thickness) + 3))
        gone = (mask == 1) & (strokes == 0)
        part[gone] = paper[gone]


def erase_crossings(grey: NDArray[np.uint8], level: Rules, upright: Rules, around: Box) -> None:
    """Paint over what is left where lines ``around`` there cross: each of the two was kept as a stroke of the other.
    ``upright``: of the picture mirrored at its diagonal.
    """
    step = level.step
    rows, columns = (
        slice(around.y // step, around.bottom // step + 1),
        slice(around.x // step, around.right // step + 1),
    )
    both = level.ruled[rows, columns] & upright.ruled.T[rows, columns]
    crossed = cv2.dilate(both, np.ones((3, 3), np.uint8))
    part = grey[rows.start * step :, columns.start * step :]
    mask = np.repeat(np.repeat(crossed, step, axis=0), step, axis=1)[: part.shape[0], : part.shape[1]] == 1
    part = part[: mask.shape[0], : mask.shape[1]]
    side = _odd(2 * THICKEST_MM / MM_PER_INCH * level.dpi)
    paper = np.asarray(cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)), np.uint8)
    part[mask] = paper[mask]


def _dark(small: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, _upright(_odd(THICKEST_MM / MM_PER_INCH * dpi)))
    dark = np.asarray(cv2.subtract(paper, small) > DARKER, np.uint8)
    # A pixel more above and below: lines that are not quite straight stay whole.
    return np.asarray(cv2.dilate(dark, _upright(3)), np.uint8)


def _clear(dark: NDArray[np.uint8], x: int, y: int, width: int, height: int) -> bool:
    """Whether paper is above and below this place in ``dark``."""
    sides = (dark[max(0, y - 2) : y, x : x + width], dark[y + height : y + height + 2, x : x + width])
    return all(side.any(axis=0).mean() <= 1 - CLEAR for side in sides)


def _odd(pixels: float) -> int:
    return max(3, round(pixels)) | 1


def _level(length: int) -> NDArray[np.uint8]:
    return np.ones((1, length), np.uint8)


def _upright(length: int) -> NDArray[np.uint8]:
    return np.ones((length, 1), np.uint8)
