"""Grids of ruled lines, and the cells between them, also those that span several rows or columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH, Box
from ocr.layout import rules
from ocr.layout.rules import LONG_MM
from ocr.text import Cell

NEAR_MM = 1.2
"""Lines that end so near to another one meet it."""
APART_MM = 2.0
"""Rows and columns are wider: lines nearer to each other are one, bent or drawn twice."""
OPEN_MM = 4.0
"""Level lines that run on so far beyond the last upright one enclose a column that is open at its side."""
LARGEST = 0.45
"""Part of the page from which a cell is no cell but the sheet in its frame."""

Place = tuple[Cell, Box]


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: ``cells`` row by row, each with the box inside its lines; ``Cell.table`` is 0. ``level`` and
    ``upright``: the lines.
    """

    box: Box
    cells: tuple[Place, ...]
    level: tuple[Box, ...]
    upright: tuple[Box, ...]


class RuledPage:
    """``grey``, uint8 (h, w), 255 white, straight, at ``dpi``, and the ``grids`` on it, from top to bottom."""

    def __init__(self, grey: NDArray[np.uint8], dpi: float) -> None:
        self._grey, self._mm = grey, dpi / MM_PER_INCH
        self.grids: tuple[Grid, ...] = ()
        small, step = rules.smaller(grey, dpi)
        self._upright = rules.find(np.ascontiguousarray(small.T), step, dpi)
        if len(self._upright.boxes) < 2:  # no table: the level lines need not be looked for
            return
        self._level = rules.find(small, step, dpi)
        groups = _groups(self._level.boxes, tuple(map(_mirrored, self._upright.boxes)), self._mm)
        found = (self._grid(level, upright) for level, upright in groups)
        self.grids = tuple(sorted((grid for grid in found if grid), key=lambda grid: (grid.box.y, grid.box.x)))

    def without_rules(self) -> NDArray[np.uint8]:
        """A copy of the page with the lines of its grids painted over."""
        clean = self._grey.copy()
        for grid in self.grids:
            rules.erase(clean, self._level, grid.level)
        mirrored = np.ascontiguousarray(clean.T)
        for grid in self.grids:
            rules.erase(mirrored, self._upright, tuple(map(_mirrored, grid.upright)))
        clean = np.ascontiguousarray(mirrored.T)
        for grid in self.grids:
            rules.erase_crossings(clean, self._level, self._upright, Box.union((*grid.level, *grid.upright)))
        return clean

    def _grid(self, level: tuple[Box, ...], upright: tuple[Box, ...]) -> Grid | None:
        xs = _positions((box.x + box.width / 2 for box in upright), APART_MM * self._mm)
        ys = _positions((box.y + box.height / 2 for box in level), APART_MM * self._mm)
        left, right = min(box.x for box in level), max(box.right for box in level)
        xs = [left, *xs] if xs[0] - left > OPEN_MM * self._mm else xs
        xs = [*xs, right] if right - xs[-1] > OPEN_MM * self._mm else xs
        largest = LARGEST * self._grey.size
        cells = _counted_anew(
            [
                (Cell(0, top, left, bottom - top, right - left), Box(xs[left], ys[top], width, height))
                for top, left, bottom, right in self._spans(xs, ys)
                if (width := xs[right] - xs[left]) * (height := ys[bottom] - ys[top]) < largest
            ]
        )
        if len({cell.row for cell, _ in cells}) < 2 or len({cell.column for cell, _ in cells}) < 2:
            return None
        return Grid(Box.union(box for _, box in cells), tuple(cells), level, upright)

    def _spans(self, xs: Sequence[int], ys: Sequence[int]) -> Iterator[tuple[int, int, int, int]]:
        """Top, left, bottom and right line of each cell, row by row."""
        rows, columns, near = len(ys) - 1, len(xs) - 1, NEAR_MM * self._mm
        label = np.arange(rows * columns).reshape(rows, columns)
        for row, (top, bottom) in enumerate(pairwise(ys)):
            for column, (left, right) in enumerate(pairwise(xs)):
                if row and not self._level.wall(left, right, top, near):
                    label[label == label[row, column]] = label[row - 1, column]
                if column and not self._upright.wall(top, bottom, left, near):
                    label[label == label[row, column]] = label[row, column - 1]
        for each in dict.fromkeys(label.ravel().tolist()):
            places = np.argwhere(label == each)
            (top, left), (bottom, right) = places.min(axis=0).tolist(), (places.max(axis=0) + 1).tolist()
            whole = len(places) == (bottom - top) * (right - left)
            # Else a wall is too faint to be found, and each place is a cell; or this is the sheet around a drawing.
            around = (xs[right] - xs[left]) * (ys[bottom] - ys[top]) >= LARGEST * self._grey.size
            if whole or around:
                yield top, left, bottom, right
            else:
                yield from ((row, column, row + 1, column + 1) for row, column in places.tolist())


def _groups(
    level: tuple[Box, ...], upright: tuple[Box, ...], mm: float
) -> list[tuple[tuple[Box, ...], tuple[Box, ...]]]:
    """Lines that hang together, level and upright, without those that end nowhere and so are no walls."""
    near = NEAR_MM * mm
    across, down = _edges(level), _edges(upright)
    meet = (
        (down[:, 2] >= across[:, 0, None] - near)
        & (down[:, 0] <= across[:, 2, None] + near)
        & (down[:, 3] >= across[:, 1, None] - near)
        & (down[:, 1] <= across[:, 3, None] + near)
    )
    # One wall is enough for a long level line: a table may be open at its sides.
    needed = np.where(across[:, 2] - across[:, 0] >= LONG_MM * mm, 1, 2)
    while True:
        few = (meet.sum(axis=1) < needed) & meet.any(axis=1), (meet.sum(axis=0) < 2) & meet.any(axis=0)
        if not few[0].any() and not few[1].any():
            break
        meet[few[0]] = False
        meet[:, few[1]] = False
    found = []
    while meet.any():
        rows = np.arange(len(level)) == meet.any(axis=1).argmax()
        while True:
            columns = meet[rows].any(axis=0)
            reached = np.asarray(meet[:, columns].any(axis=1))
            if np.array_equal(rows, reached):
                break
            rows = reached
        found.append((_chosen(level, rows), _chosen(upright, columns)))
        meet[rows] = False
    return found


def _edges(boxes: tuple[Box, ...]) -> NDArray[np.int32]:
    """(n, 4): left, top, right, bottom."""
    return np.array([(box.x, box.y, box.right, box.bottom) for box in boxes], np.int32).reshape(-1, 4)


def _chosen(boxes: tuple[Box, ...], which: NDArray[np.bool_]) -> tuple[Box, ...]:
    return tuple(box for box, chosen in zip(boxes, which, strict=True) if chosen)


def _positions(found: Iterable[float], apart: float) -> list[int]:
    """Where lines are, sorted; those nearer to each other than ``apart`` are one."""
    groups: list[list[float]] = []
    for each in sorted(found):
        if groups and each - groups[-1][-1] <= apart:
            groups[-1].append(each)
        else:
            groups.append([each])
    return [round(float(np.median(group))) for group in groups]


def _counted_anew(cells: list[Place]) -> list[Place]:
    """``cells`` with rows and columns counted by the lines that any of them begins or ends at."""
    ys = sorted({row for cell, _ in cells for row in (cell.row, cell.row + cell.rows)})
    xs = sorted({column for cell, _ in cells for column in (cell.column, cell.column + cell.columns)})
    return [
        (
            Cell(
                0, row := ys.index(cell.row), column := xs.index(cell.column),
                ys.index(cell.row + cell.rows) - row, xs.index(cell.column + cell.columns) - column,
            ),
            box,
        )
        for cell, box in cells
    ]  # fmt: skip


def _mirrored(box: Box) -> Box:
    """``box`` on the page mirrored at its diagonal."""
    return Box(box.y, box.x, box.height, box.width)
