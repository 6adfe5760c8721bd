"""Patch codes: four black bars, two wide and two narrow, that part stacks of paper.

Dimensions: Kodak publication A-61599, “Patch Code Information”: wide bars 0.20 inches, narrow bars and spaces 0.08, all
four 0.80 in all, at least 2 inches long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.barcodes import Code, Kind
from ocr.geometry import Point
from ocr.stages.reduced import Reduced

NARROW_INCH, WIDE_INCH = 0.08, 0.20
PATTERNS = {"1": "WWNN", "2": "WNNW", "3": "WNWN", "4": "NWWN", "6": "NNWW", "T": "NWNW"}
"""From the nearest edge of the paper inwards: upside down, a 3 would be a T."""

_PAPER_INCH = 0.6
"""Paper is the lightest this near: wider than a wide bar with the spaces beside it."""
_LEAST_DARKNESS = 25
_UNITS = 10.0
"""Widths of a narrow bar in the whole of a patch code: 2 narrow bars, 2 wide ones of 2.5, 3 spaces."""
_SPACE, _NARROW, _WIDE = (0.55, 1.5), (0.5, 1.6), (1.9, 3.2)
"""Least and most units of each, for print that bled or faded."""
_QUIET = 1.25
"""Units without ink ahead of the first bar and behind the last."""
_FREE, _OFTEN_FREE = 4.0, 0.3
"""As many in that part of the lines at least: text may stand near to the bars, but beside bars of a barcode
there are more on every line.
"""
_UNIT_PIXELS = (4.0, 24.0)
_UNIT_OF_PAGE = (1 / 220, 1 / 45)
"""A unit in parts of the page's shorter side: from A3 to A6, printed a little too large or too small."""
_LEAST_LENGTH = 15.0
"""Units that the bars are long at least: 1.2 inches, where part of one is cut off."""
_EVERY = 2
"""Of so many lines of the copy one is looked at."""
_COVERED = 0.75
"""Part of its lines that shows the same pattern at least."""
_LEANING = 0.25
"""Pixels that bars may be shifted from line to line: 14 degrees."""


def find_patches(copy: Reduced, factor: float) -> list[Code]:
    """The patch codes on a page, whose bars lie or stand, leaning a little. ``factor``: pixels of ``copy`` in one of
    the master.
    """
    ink = _ink(copy)
    least, most = (min(ink.shape) * part for part in _UNIT_OF_PAGE)
    units = (max(_UNIT_PIXELS[0], least), min(_UNIT_PIXELS[1], most))
    found = []
    for standing, lines in ((False, np.ascontiguousarray(ink.T)), (True, ink)):
        for bars in _grouped(_matches(lines, units)):
            found.append(_code(bars, lines.shape[1], standing=standing, factor=factor))
    return found


@dataclass(frozen=True, slots=True)
class _Match:
    """Four bars on one line across them. ``wide``: which are wide, such as NWNW; ``start``, ``end``: pixels; ``free``:
    nothing stands near.
    """

    line: int
    wide: str
    start: int
    end: int
    free: bool


@dataclass(slots=True)
class _Bars:
    matches: list[_Match] = field(default_factory=list)

    def takes(self, match: _Match) -> bool:
        last = self.matches[-1]
        apart = match.line - last.line
        lean = 2 + _LEANING * apart
        return (
            match.wide == last.wide
            and 0 < apart <= 4 * _EVERY
            and abs(match.start - last.start) <= lean
            and abs(match.end - last.end) <= lean
        )

    @property
    def complete(self) -> bool:
        unit = float(np.median([match.end - match.start for match in self.matches])) / _UNITS
        length = self.matches[-1].line - self.matches[0].line + _EVERY
        often_free = sum(match.free for match in self.matches) >= _OFTEN_FREE * len(self.matches)
        return often_free and length >= _LEAST_LENGTH * unit and len(self.matches) * _EVERY >= _COVERED * length


def _ink(copy: Reduced) -> NDArray[np.bool_]:
    """What is darker than the paper around it, faded or not."""
    grey = copy.grey
    quarter = (max(1, grey.shape[1] // 4), max(1, grey.shape[0] // 4))
    side = round(_PAPER_INCH * copy.dpi / 4) | 1
    coarse = cv2.resize(grey, quarter, interpolation=cv2.INTER_AREA)
    paper = cv2.blur(cv2.dilate(coarse, np.ones((side, side), np.uint8)), (side, side))
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    dark = cv2.subtract(paper, cv2.medianBlur(grey, 3))
    otsu, _ = cv2.threshold(dark[dark > _LEAST_DARKNESS // 2], 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    # Half of the way to black at most: bars paler than text beside them are bars all the same.
    return np.asarray(dark > max(_LEAST_DARKNESS, min(otsu, 100.0) * 0.75), np.bool_)


def _matches(lines: NDArray[np.bool_], units: tuple[float, float]) -> Iterator[_Match]:
    """Each place on a line, (n, pixels), where four bars stand free and have the measures of a patch code."""
    looked = lines[::_EVERY]
    edges = np.diff(np.pad(looked.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    line, start = np.nonzero(edges == 1)
    _, end = np.nonzero(edges == -1)
    if len(line) < 4:
        return
    first, last = np.arange(len(line) - 3), np.arange(3, len(line))
    unit = (end[last] - start[first]) / _UNITS
    good = (line[first] == line[last]) & (unit >= units[0]) & (unit <= units[1])
    # What is beside the bars may be the edge of the picture, which is near to nothing.
    follows = line[1:] == line[:-1]
    gaps = start[1:] - end[:-1]
    ahead = np.concatenate(([0], np.where(follows, gaps, looked.shape[1])))
    behind = np.concatenate((np.where(follows, gaps, looked.shape[1]), [0]))
    ahead[0] = behind[-1] = looked.shape[1]
    quiet = np.minimum(ahead[first], behind[last])
    good &= quiet >= _QUIET * unit
    for offset in range(3):
        space = start[first + offset + 1] - end[first + offset]
        good &= (space >= _SPACE[0] * unit) & (space <= _SPACE[1] * unit)
    for at in np.nonzero(good)[0]:
        widths = (end[at : at + 4] - start[at : at + 4]) / unit[at]
        wide = "".join(_bar(float(width)) for width in widths)
        if wide in PATTERNS.values():
            free = bool(quiet[at] >= _FREE * unit[at])
            yield _Match(int(line[at]) * _EVERY, wide, int(start[at]), int(end[at + 3]), free)


def _bar(units: float) -> str:
    if _NARROW[0] <= units <= _NARROW[1]:
        return "N"
    return "W" if _WIDE[0] <= units <= _WIDE[1] else "?"


def _grouped(matches: Iterator[_Match]) -> Iterator[_Bars]:
    """Matches of neighbouring lines put together; what is too short or broken to be bars is left out."""
    grown: list[_Bars] = []
    for match in matches:
        bars = next((each for each in reversed(grown) if each.takes(match)), None)
        if bars is None:
            grown.append(_Bars([match]))
        else:
            bars.matches.append(match)
    yield from (bars for bars in grown if bars.complete)


def _code(bars: _Bars, across: int, *, standing: bool, factor: float) -> Code:
    """``across``: length of a line in pixels; the bars are read from the nearer of its two ends."""
    first, last = bars.matches[0], bars.matches[-1]
    turned = first.start + first.end + last.start + last.end > 2 * across
    wide = first.wide[::-1] if turned else first.wide
    value = next(name for name, pattern in PATTERNS.items() if pattern == wide)
    ends: list[Point] = [
        (first.line, first.start), (last.line, last.start), (last.line, last.end), (first.line, first.end),
    ]  # fmt: skip
    if turned:
        ends = ends[2:] + ends[:2]
    corners = [(y / factor, x / factor) if standing else (x / factor, y / factor) for x, y in ends]
    return Code(Kind.PATCH, value, (corners[0], corners[1], corners[2], corners[3]))


def bars_of(value: str) -> list[tuple[float, float]]:
    """Where each bar of that patch code begins and how wide it is, in inches from its outer edge inwards: to print."""
    widths = [WIDE_INCH if bar == "W" else NARROW_INCH for bar in PATTERNS[value]]
    begins = [0.0]
    for before, _ in pairwise(widths):
        begins.append(begins[-1] + before + NARROW_INCH)
    return list(zip(begins, widths, strict=True))
