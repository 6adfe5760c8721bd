"""Places on a page: sizes, boxes, quads, and the transform from master pixels to page pixels.

Pixels have their origin at the top left, x to the right, y down. Pixel (0, 0) covers the square from (0, 0) to (1, 1).
Angles are degrees, positive clockwise as seen on the page (text that runs down to the right has a positive skew).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, cos, floor, radians, sin

import numpy as np
import numpy.typing as npt

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72.0

Point = tuple[float, float]


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
    """A plane projective map, row-major 3x3 (``m[6:9] == (0, 0, 1)`` for an affine one). Maps (x, y) to (x', y')."""

    m: tuple[float, float, float, float, float, float, float, float, float]

    @staticmethod
    def identity() -> Transform:
        return Transform((1, 0, 0, 0, 1, 0, 0, 0, 1))

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

    def matrix(self) -> npt.NDArray[np.float64]:
        return np.array(self.m, dtype=np.float64).reshape(3, 3)

    def then(self, after: Transform) -> Transform:
        """The map that applies ``self`` first and ``after`` second."""
        return _from_matrix(after.matrix() @ self.matrix())

    def inverse(self) -> Transform:
        return _from_matrix(np.linalg.inv(self.matrix()))

    def apply(self, point: Point) -> Point:
        a, b, c, d, e, f, g, h, i = self.m
        x, y = point
        w = g * x + h * y + i
        return (a * x + b * y + c) / w, (d * x + e * y + f) / w

    def apply_box(self, box: Box) -> Box:
        """The upright box around the image of ``box``."""
        corners = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
        return Box.around(self.apply(corner) for corner in corners)


def _from_matrix(matrix: npt.NDArray[np.floating]) -> Transform:
    a, b, c, d, e, f, g, h, i = (float(v) for v in (matrix / matrix[2, 2]).ravel())
    return Transform((a, b, c, d, e, f, g, h, i))
