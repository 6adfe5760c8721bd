"""Lines made straight: a smooth map that moves points up or down only, and can be undone exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
"""(n, 2): x and y of each."""


@dataclass(frozen=True, slots=True)
class Bend:
    """Takes (x, y) to (x, y + d), both in pixels.

    d lies in a grid of nodes spread evenly over the area from (0, 0) to (``width``, ``height``): ``shifts``, row by
    row, ``columns`` in each of at least two rows; bilinear between them, beyond them as at the nearest edge. ``back``:
    the map the other way round. Raises ValueError where nodes would pass each other.
    """

    width: float
    height: float
    columns: int
    shifts: tuple[float, ...]
    back: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "shifts", tuple(self.shifts))  # from JSON it comes as a list
        heights, shifts = self._nodes()
        if not (np.diff(heights[:, None] + shifts, axis=0) > 0).all():
            raise ValueError("the nodes of a bend pass each other")

    def inverse(self) -> Bend:
        return Bend(self.width, self.height, self.columns, self.shifts, not self.back)

    def apply(self, points: Points) -> Points:
        heights, shifts = self._nodes()
        xs, ys = points[:, 0], points[:, 1]
        left, part = _cell(xs, np.linspace(0, self.width, self.columns))
        here = shifts[:, left] * (1 - part) + shifts[:, left + 1] * part  # (rows, n): of each point's own column
        before = (heights[:, None] + here) if self.back else np.repeat(heights[:, None], len(ys), axis=1)
        row = np.clip((before <= ys).sum(axis=0) - 1, 0, len(heights) - 2)
        each = np.arange(len(ys))
        above, below = before[row, each], before[row + 1, each]
        down = np.clip((ys - above) / (below - above), 0, 1)
        moved = here[row, each] * (1 - down) + here[row + 1, each] * down
        return np.column_stack((xs, ys - moved if self.back else ys + moved))

    def _nodes(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The nodes' heights, (rows,), and shifts, (rows, columns)."""
        shifts = np.array(self.shifts, dtype=np.float64).reshape(-1, self.columns)
        return np.linspace(0, self.height, len(shifts)), shifts


def _cell(
    at: npt.NDArray[np.float64], nodes: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """The node ahead of each place and how far it is from there to the next one, 0 to 1."""
    place = np.interp(at, nodes, np.arange(len(nodes)))
    first = np.minimum(place.astype(np.intp), len(nodes) - 2)
    return first, place - first
