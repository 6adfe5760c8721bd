"""Font sizes that keep the order of reading in readers which sort by place (Poppler's default, ``pdftotext``).

Such a reader gathers words into blocks and sorts the blocks: columns from the left, tables by rows. What it gathers is
decided by distances in font sizes and by whether sizes agree. The size of an invisible font is seen by nobody (its
glyphs have the height of the line whatever the size is), so it is chosen here: one size for the lines of a column,
large enough to reach from line to line, and other sizes for what stands near it but is read at another time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

_LADDER = (1.25, 1.34, 1.16, 1.45, 1.57, 1.7, 1.85, 2.0, 2.2, 1.05)
"""Sizes that are tried, as shares of a column's height of words, the likeliest first. Type is 1.2 to 1.5 times as high
as the boxes of its words, so a viewer that marks a selection by the size marks the line."""
_REACHES, _ALIKE, _UNLIKE_BESIDE = 1.5, 0.05, 0.2
"""What Poppler takes into a block: lines within so many sizes whose sizes differ by less than that share; beside it,
within one size, words whose sizes differ by less than the last."""
_STEP_WITHIN = 1.48
"""Largest step from line to line in a column, in its sizes: a little less than ``_REACHES``."""
_STEP_APART = 0.54
"""Smallest step to what is read next, in sizes: from half of one on Poppler and pdfium see two lines in it."""
_STEPS_ALIKE = 2.74
"""Largest step of a column by its smallest, so that one size keeps both rules."""
LEAST_LETTER = 0.11
"""In sizes: Poppler breaks a word whose letters stand within 0.1 (dupMaxPriDelta in its TextOutputDev.cc)."""
LEAST_SPACE, SMALLEST_SPACE = 0.16, 0.05
"""Least width of a space, in sizes: Poppler sees none in gaps up to 0.15 (minWordSpacing). The second is for words so
narrow that the first would leave less than ``LEAST_LETTER`` to each of their letters."""
_SMALLEST_SIZE = 0.65
"""Share of a line's height; the highest glyph is 1.6 em."""
_STEP = (0.6, 2.3, 3.3)
"""Steps of a column in heights of its words: least, most, and most where another column stands beside it (the heads of
Vietnamese papers), whose lines would come between its own."""
_HEIGHTS_ALIKE = (0.5, 1.8)
_SAME_LINE = 0.25
"""Share of a line's height by which the next stands higher or lower and is still on the same one."""
_SPECK = 2.5
"""Where one line is so many times as high as the next, one of them is no print, and may be put anywhere."""
_GAP = 1.3
"""Heights between two words of a line; where lines have such gaps one above the other, the line runs over columns."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A word of a line that runs to the right: its box, and the y of the baseline at its middle. All in pixels."""

    text: str
    start: float
    end: float
    top: float
    bottom: float
    baseline: float


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A line as it is shown, in pixels of the page turned so that it runs to the right.

    ``placed``: at least one word. ``feet``: the y that each stands on. ``height``: of its words. ``turned``: quarters
    of the page's turn. ``cell``: the number of its cell; None outside tables.
    """

    placed: Sequence[Placed]
    feet: Sequence[float]
    height: float
    turned: int
    cell: int | None
    left: float = field(init=False)
    right: float = field(init=False)
    foot: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "left", min(word.start for word in self.placed))
        object.__setattr__(self, "right", max(word.end for word in self.placed))
        object.__setattr__(self, "foot", self.feet[0])

    @property
    def top(self) -> float:
        return self.foot - self.height

    @property
    def middle(self) -> float:
        return self.foot - self.height / 2

    @property
    def greatest_size(self) -> float:
        """Above it letters of narrow words, or of words that lie on each other, would be too near; not under the height
        of the line."""
        widths = [(word.text, word.end - word.start) for word in self.placed]
        for a, b in pairwise(self.placed):
            if b.start < a.end:
                middle = (max(a.start, b.start) + min(a.end, b.end)) / 2
                widths += [(a.text, middle - a.start), (b.text, b.end - middle)]
        sizes = [width / (LEAST_LETTER * len(text) + SMALLEST_SPACE / 2) for text, width in widths if len(text) > 1]
        return max(self.height, min(sizes, default=math.inf))

    @property
    def gaps(self) -> list[tuple[float, float]]:
        """Where it is so wide open as between columns."""
        return [(a.end, b.start) for a, b in pairwise(self.placed) if b.start - a.end > _GAP * self.height]


def font_sizes(rows: Sequence[Row]) -> Iterator[float]:
    """The size of each of ``rows``, in pixels; they are in the order of reading."""
    columns: list[_Column] = []
    for row in rows:
        if columns and columns[-1].goes_on(row, rows, columns[:-1]):
            columns[-1].add(row)
        else:
            columns.append(_Column(row))
    for before, after in pairwise(columns):
        _keep_apart(before, after)
    for number, column in enumerate(columns):
        column.choose(columns[:number])
        yield from (min(column.size, row.greatest_size) for row in column.rows)


class _Column:
    """Lines read one after another that stand one below the other, with nothing else between or beside them."""

    def __init__(self, row: Row) -> None:
        self.rows = [row]
        self.left, self.right, self.height = row.left, row.right, row.height
        self.least_step, self.greatest_step = math.inf, 0.0
        self.greatest_size = math.inf
        self.size = 0.0

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def last(self) -> Row:
        return self.rows[-1]

    def add(self, row: Row) -> None:
        step = row.foot - self.last.foot
        self.least_step, self.greatest_step = min(self.least_step, step), max(self.greatest_step, step)
        self.greatest_size = self.least_step / _STEP_APART
        self.rows.append(row)
        self.left, self.right = min(self.left, row.left), max(self.right, row.right)
        self.height = median(row.height for row in self.rows)

    def goes_on(self, row: Row, rows: Sequence[Row], earlier: Sequence[_Column]) -> bool:
        """Whether ``row``, the next, is of this column. ``earlier``: the columns before it."""
        least, most, far = _STEP
        step, height = row.foot - self.last.foot, max(self.height, row.height)
        if (
            row.turned != self.last.turned
            or row.cell != self.last.cell
            or not least * self.height < step <= far * height
        ):
            return False
        if max(step, self.greatest_step) > _STEPS_ALIKE * min(step, self.least_step):
            return False
        lowest, highest = _HEIGHTS_ALIKE
        if not lowest < row.height / self.height < highest or row.left >= self.right or row.right <= self.left:
            return False
        if any(a < d and c < b for a, b in self.last.gaps for c, d in row.gaps):
            return False
        return (step <= most * height or self._has_neighbour(row, rows, earlier)) and self._is_alone_with(row, rows)

    def _has_neighbour(self, row: Row, rows: Sequence[Row], earlier: Sequence[_Column]) -> bool:
        """Whether a line stands to the right of this column and ``row``, or a column that begins beside ``row`` to the
        left."""
        if any(other.left >= self.right and other.foot > self.first.top and other.top < row.foot
               and other.turned == row.turned for other in rows):  # fmt: skip
            return True
        return any(column.right <= self.left and self.last.foot < column.first.middle < row.foot for column in earlier)

    def _is_alone_with(self, row: Row, rows: Sequence[Row]) -> bool:
        """Whether no other line has its middle in the rectangle around both."""
        left, right, top = min(self.left, row.left), max(self.right, row.right), self.first.top
        return not any(
            top < other.middle < row.foot and other.left < right and other.right > left
            and other.turned == row.turned and other is not row and other not in self.rows
            for other in rows
        )  # fmt: skip

    def choose(self, earlier: Sequence[_Column]) -> None:
        """The first size that reaches from line to line and joins the column with none of ``earlier``, or fewest."""
        least = self.greatest_step / _STEP_WITHIN
        letters = min(row.greatest_size for row in self.rows)
        if letters >= least:
            self.greatest_size = min(self.greatest_size, letters)
        sizes = [share * self.height for share in _LADDER if least <= share * self.height <= self.greatest_size]
        sizes = sizes or [min(self.greatest_size, max(least, _LADDER[0] * self.height))]
        self.size = min(sizes, key=lambda size: sum(self._would_join(other, size) for other in earlier))

    def _would_join(self, other: _Column, size: float) -> bool:
        """Whether words of ``other`` would come into a block with those of this column at ``size``."""
        if other.first.turned != self.first.turned:
            return False
        greater, apart = max(size, other.size), abs(size - other.size)
        if self.left < other.right and other.left < self.right:
            gap = max(self.first.foot - other.last.foot, other.first.foot - self.last.foot)
            return gap <= _REACHES * greater and apart < 1.2 * _ALIKE * greater
        beside = max(self.left - other.right, other.left - self.right)
        lower = max(self.first.foot - other.last.foot, other.first.foot - self.last.foot)
        return lower <= greater / 2 and beside < 1.05 * greater and apart < 1.05 * _UNLIKE_BESIDE * greater


def _keep_apart(before: _Column, after: _Column) -> None:
    """Bound the sizes so that the first line of ``after`` does not count as on the last one of ``before``.

    What goes on to the right on the same line may.
    """
    above, below = before.last, after.first
    step = abs(below.foot - above.foot)
    if below.left > above.right or not 1 / _SPECK < above.height / below.height < _SPECK:
        return
    for column in (before, after):
        if step > _SAME_LINE * column.height:
            bound = max(_SMALLEST_SIZE * column.height, step / _STEP_APART)
            column.greatest_size = min(column.greatest_size, bound)
