"""Places on a page: sizes, boxes, quads, and the transform from master pixels to page pixels.

Pixels have their origin at the top left, x to the right, y down. Pixel (0, 0) covers the square from (0, 0) to (1, 1).
Angles are degrees, positive clockwise as seen on the page (text that runs down to the right has a positive skew).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import ceil, cos, floor, radians, sin
from typing import Any

import numpy as np
import numpy.typing as npt

from ocr.bend import Bend, Points

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72.0

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float, float, float, float]
"""A plane projective map, row-major 3x3; the last three are 0, 0, 1 for an affine one."""
OUTLINE_STEP = 2
"""Pixels between the points looked at on each side of a box that is bent."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in whole pixels, both at least 1."""

    width: int
    height: int

    @property
    def area(self) -> int:
        return self.width * self.height

    def turned(self, quarters: int) -> Size:
        """The size after ``quarters`` clockwise quarter turns."""
        return Size(self.height, self.width) if quarters % 2 else self


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in whole page pixels: left edge, top edge, width, height (width and height >= 0)."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def as_list(self) -> list[int]:
        """``[x, y, width, height]``, the form of every box in JSON."""
        return [self.x, self.y, self.width, self.height]

    def clipped(self, size: Size) -> Box:
        """The part of this box inside a page of ``size``; width or height may become 0."""
        x0, y0 = min(max(self.x, 0), size.width), min(max(self.y, 0), size.height)
        x1, y1 = min(max(self.right, 0), size.width), min(max(self.bottom, 0), size.height)
        return Box(x0, y0, x1 - x0, y1 - y0)

    def common(self, other: Box) -> int:
        """The pixels that both boxes hold."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(width, 0) * max(height, 0)

    def shared(self, other: Box) -> float:
        """The part of the smaller box that lies in the other, 0..1; 0 where one is empty."""
        smaller = min(self.width * self.height, other.width * other.height)
        return self.common(other) / smaller if smaller else 0.0

    @staticmethod
    def around(points: Iterable[Point]) -> Box:
        """The smallest box of whole pixels that holds all ``points`` (at least one)."""
        xs, ys = zip(*points, strict=True)
        x0, y0 = floor(min(xs)), floor(min(ys))
        return Box(x0, y0, ceil(max(xs)) - x0, ceil(max(ys)) - y0)

    @staticmethod
    def union(boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all ``boxes`` (at least one)."""
        return Box.around(p for b in boxes for p in ((b.x, b.y), (b.right, b.bottom)))


@dataclass(frozen=True, slots=True)
class Transform:
    """Maps (x, y) to (x', y'): first the projective ``m``, then each bend and the projective map behind it."""

    m: Matrix
    bends: tuple[tuple[Bend, Matrix], ...] = ()

    @staticmethod
    def identity() -> Transform:
        return Transform(_SAME)

    @staticmethod
    def scale(factor_x: float, factor_y: float | None = None) -> Transform:
        return Transform((factor_x, 0, 0, 0, factor_x if factor_y is None else factor_y, 0, 0, 0, 1))

    @staticmethod
    def shift(dx: float, dy: float) -> Transform:
        return Transform((1, 0, dx, 0, 1, dy, 0, 0, 1))

    @staticmethod
    def quarter_turns(size: Size, quarters: int) -> Transform:
        """Turn a page of ``size`` clockwise by ``quarters`` * 90 degrees; the result starts at (0, 0) again."""
        w, h = size.width, size.height
        return (
            Transform.identity(),
            Transform((0, -1, h, 1, 0, 0, 0, 0, 1)),
            Transform((-1, 0, w, 0, -1, h, 0, 0, 1)),
            Transform((0, 1, 0, -1, 0, w, 0, 0, 1)),
        )[quarters % 4]

    @staticmethod
    def rotation(degrees: float, centre: Point) -> Transform:
        """Rotate clockwise (as seen) by ``degrees`` about ``centre``."""
        c, s = cos(radians(degrees)), sin(radians(degrees))
        x, y = centre
        return Transform((c, -s, x - c * x + s * y, s, c, y - s * x - c * y, 0, 0, 1))

    @staticmethod
    def bend(bend: Bend) -> Transform:
        return Transform(_SAME, ((bend, _SAME),))

    @staticmethod
    def from_json(data: Any) -> Transform:
        """The Transform that ``to_json`` wrote. Raises KeyError, TypeError or ValueError on anything else."""
        if isinstance(data, list):
            return _from_rows(data)
        bends = tuple((Bend(**bend), _from_rows(m).m) for bend, m in data["bends"])
        return Transform(_from_rows(data["m"]).m, bends)

    def to_json(self) -> Any:
        """Nine numbers for a projective map, else an object; read back without loss by ``from_json``."""
        if not self.bends:
            return list(self.m)
        return {"m": list(self.m), "bends": [[asdict(bend), list(m)] for bend, m in self.bends]}

    @property
    def affine(self) -> bool:
        return not self.bends and self.m[6:] == (0, 0, 1)

    def matrix(self) -> npt.NDArray[np.float64]:
        """That of the map where it has no bends."""
        assert not self.bends, "a bent map has no matrix"
        return _rows(self.m)

    def then(self, after: Transform) -> Transform:
        """The map that applies ``self`` first and ``after`` second."""
        if not self.bends:
            return Transform(_matrix(_rows(after.m) @ _rows(self.m)), after.bends)
        *first, (bend, m) = self.bends
        return Transform(self.m, (*first, (bend, _matrix(_rows(after.m) @ _rows(m))), *after.bends))

    def inverse(self) -> Transform:
        whole = Transform.identity()
        for bend, m in reversed(self.bends):
            whole = whole.then(_inverted(m)).then(Transform.bend(bend.inverse()))
        return whole.then(_inverted(self.m))

    def apply(self, point: Point) -> Point:
        if self.bends:
            x, y = self.apply_all(np.array([point], dtype=np.float64))[0]
            return float(x), float(y)
        a, b, c, d, e, f, g, h, i = self.m
        x, y = point
        w = g * x + h * y + i
        return (a * x + b * y + c) / w, (d * x + e * y + f) / w

    def apply_all(self, points: Points) -> Points:
        """The same for many points at once, (n, 2)."""
        points = _projected(points, self.m)
        for bend, m in self.bends:
            points = _projected(bend.apply(points), m)
        return points

    def apply_box(self, box: Box) -> Box:
        """The upright box around the image of ``box``; where that is bent, around points along its sides."""
        corners = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
        if not self.bends:
            return Box.around(self.apply(corner) for corner in corners)
        sides = zip(corners, (*corners[1:], corners[0]), strict=True)
        count = max(box.width, box.height) // OUTLINE_STEP + 2
        outline = np.concatenate([np.linspace(one, next_, count) for one, next_ in sides])
        return Box.around((float(x), float(y)) for x, y in self.apply_all(outline))


_SAME: Matrix = (1, 0, 0, 0, 1, 0, 0, 0, 1)


def _rows(m: Matrix) -> npt.NDArray[np.float64]:
    return np.array(m, dtype=np.float64).reshape(3, 3)


def _matrix(rows: npt.NDArray[np.floating]) -> Matrix:
    a, b, c, d, e, f, g, h, i = (float(v) for v in (rows / rows[2, 2]).ravel())
    return a, b, c, d, e, f, g, h, i


def _inverted(m: Matrix) -> Transform:
    return Transform(_matrix(np.linalg.inv(_rows(m))))


def _from_rows(data: Any) -> Transform:
    a, b, c, d, e, f, g, h, i = (float(v) for v in data)
    return Transform((a, b, c, d, e, f, g, h, i))


def _projected(points: Points, m: Matrix) -> Points:
    carried = np.column_stack((points, np.ones(len(points)))) @ _rows(m).T
    return np.asarray(carried[:, :2] / carried[:, 2:])
