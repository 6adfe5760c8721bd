"""Tables without rules: rows of words with gutters in common, at least two, that are no columns of prose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from statistics import fmean, median

from ocr.geometry import Box
from ocr.layout.bands import Band, Gutter, Part, bands_of, gaps_between, parts_of, width
from ocr.layout.order import foot, head, is_running
from ocr.text import Block, Cell, Line, Role, Word

ROWS, GUTTERS = 3, 2
"""Fewest rows, and gutters between columns: two columns alone may be labels and what they name."""
SEEN, KEPT = 1.2, 0.9
"""Least width in heights of a word of a gutter in the row where it is seen first, and in all rows."""
NARROW, NARROW_ROWS = 0.5, 4
"""Least width of a further gutter that so many rows have in common: numbers may end close to what is beside them."""
APART = 3.5
"""Most paper between two rows, in heights of a word."""
FILLED = 0.6
"""Part of the rows that have words in all columns but one."""
USED = 0.3
"""Part of the rows that have words in a column: a speck beside the text makes none."""
FEW_ROWS, SHORT = 3, 4
"""Tables of so few rows have no column whose cells mostly have so many words: lines of prose may meet three times."""
BEGIN, SURE = 0.5, 0.6
"""Part of the cells that begin with a capital or a digit, and mean confidence of their words: prose goes on with small
letters, and what was read from pictures is doubtful.
"""
FOLLOWS = 0.7
"""Of the usual distance between rows: a line nearer to the one above it belongs to the same row."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Bands from number ``first`` to before ``end``, with the ``gutters`` between their columns."""

    first: int
    end: int
    gutters: tuple[Gutter, ...]

    @property
    def size(self) -> int:
        return (self.end - self.first) * (len(self.gutters) + 1)

    def column(self, word: Word) -> int:
        middle = word.box.x + word.box.width / 2
        return sum(middle > sum(gutter) / 2 for gutter in self.gutters)

    def parted(self, bands: Sequence[Band], em: float) -> Iterator[Sequence[Band]]:
        """The columns of ``bands``, each as bands of its own."""
        rest = [part for band in bands for part in band.parts]
        for gutter in self.gutters:
            halves = [part.halves(sum(gutter) / 2) for part in rest]
            yield bands_of([left for left, _ in halves if left], em)
            rest = [right for _, right in halves if right]
        yield bands_of(rest, em)

    def columns(self, band: Band) -> set[int]:
        """Those in which ``band`` has words."""
        edges = [-inf, *(sum(gutter) / 2 for gutter in self.gutters), inf]
        middles = [(span.left + span.right) / 2 for span in band.spans]
        return {at for at in range(len(edges) - 1) if any(edges[at] < middle <= edges[at + 1] for middle in middles)}


def taken_out(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[tuple[Block, ...], ...]]:
    """``blocks`` without what stands in tables, and the tables: cells row by row, ``Cell.table`` 0."""
    parts = parts_of(blocks)
    heights = [word.box.height for part in parts if part.line for word in part.line.words]
    em = median(heights or [1])
    bands = bands_of(parts, em)
    tables, gone = [], set[Part]()
    for run in _runs(bands, em):
        of_run = bands[run.first : run.end]
        tables.append(tuple(_cells(run, of_run, blocks[of_run[0].parts[0].block])))
        gone.update(part for band in of_run for part in band.parts)
    rest = []
    for number, block in enumerate(blocks):
        lines = tuple(line for line in block.lines if Part(number, line, line.box) not in gone)
        if lines:
            rest.append(block.part(lines))
    return tuple(rest), tuple(tables)


def _runs(bands: Sequence[Band], em: float) -> Iterator[_Run]:
    """The tables, the largest first; no band is in two of them."""
    free = set(range(len(bands))) - {*head(bands, em), *foot(bands, em)}
    while True:
        grown = {run for seed in free if (run := _grown(bands, seed, free, em)) is not None}
        by_size = sorted(grown, key=lambda run: (-run.size, run.first))
        best = next((table for run in by_size if (table := _table(run, bands, em)) is not None), None)
        if best is None:
            return
        free -= set(range(best.first, best.end))
        yield best


def _grown(bands: Sequence[Band], seed: int, free: set[int], em: float) -> _Run | None:
    """The bands around number ``seed`` that leave its gutters free, or pieces of them, where there are enough."""
    gutters = [gap for gap in bands[seed].gaps if width(gap) >= SEEN * em]
    if len(gutters) < GUTTERS:
        return None
    first, end = seed, seed + 1
    while end in free and bands[end].top - bands[end - 1].bottom <= APART * em:
        left = _left(bands[end], gutters, em)
        if len(left) < GUTTERS:
            break
        gutters, end = left, end + 1
    while first - 1 in free and bands[first].top - bands[first - 1].bottom <= APART * em:
        left = _left(bands[first - 1], gutters, em)
        if len(left) < GUTTERS:
            break
        gutters, first = left, first - 1
    return _Run(first, end, tuple(gutters)) if end - first >= ROWS else None


def _table(run: _Run, bands: Sequence[Band], em: float) -> _Run | None:
    """``run`` without what is no row at its ends and with its narrow gutters, where it is a table."""
    columns = [run.columns(band) for band in bands[run.first : run.end]]
    if min(sum(at in those for those in columns) for at in range(len(run.gutters) + 1)) < USED * len(columns):
        return None
    rows = [number for number, those in enumerate(columns) if len(those) > 1]
    full = sum(len(those) >= len(run.gutters) for those in columns)
    if full < ROWS or full < FILLED * (rows[-1] + 1 - rows[0]):
        return None
    run = replace(run, first=run.first + rows[0], end=run.first + rows[-1] + 1)
    of_run = bands[run.first : run.end]
    return _with_narrow(run, of_run, em) if _reads_like_a_table(run, of_run, em) else None


def _reads_like_a_table(run: _Run, bands: Sequence[Band], em: float) -> bool:
    columns = list(run.parted(bands, em))
    cells = [band.spans for column in columns for band in column if band.spans]
    begin = sum(not spans[0].text[:1].islower() for spans in cells)
    words = [word for band in bands for part in band.parts if part.line for word in part.line.words]
    if begin < BEGIN * len(cells) or fmean(word.confidence for word in words) < SURE:
        return False
    if len(bands) <= FEW_ROWS:
        return all(median(len(band.spans) for band in column) < SHORT for column in columns)
    return sum(map(is_running, columns)) <= 1


def _with_narrow(run: _Run, bands: Sequence[Band], em: float) -> _Run:
    """``run`` with the narrower gutters that all of its ``bands`` leave, where both sides are columns as full."""
    if len(bands) < NARROW_ROWS:
        return run
    spans = sorted((span for band in bands for span in band.spans), key=lambda span: span.left)
    for gap in gaps_between(spans):
        if width(gap) < NARROW * em or any(gap[0] < right and left < gap[1] for left, right in run.gutters):
            continue
        finer = replace(run, gutters=tuple(sorted((*run.gutters, gap))))
        place = finer.gutters.index(gap)
        filled = [finer.columns(band) for band in bands]
        if min(sum(side in columns for columns in filled) for side in (place, place + 1)) >= FILLED * len(bands):
            run = finer
    return run


def _left(band: Band, gutters: Sequence[Gutter], em: float) -> list[Gutter]:
    """What ``band`` leaves of ``gutters``."""
    return [left for gutter in gutters if width(left := band.free(gutter, em)) >= KEPT * em]


def _cells(run: _Run, bands: Sequence[Band], like: Block) -> Iterator[Block]:
    """The cells of the table of ``bands``, row by row."""
    for row, together in enumerate(_rows(run, bands)):
        lines: dict[int, list[Line]] = {}
        for band in together:
            for part in band.parts:
                of_column: dict[int, list[Word]] = {}
                for word in part.line.words if part.line else ():
                    of_column.setdefault(run.column(word), []).append(word)
                for column, words in of_column.items():
                    assert part.line is not None
                    lines.setdefault(column, []).append(part.line.part(words))
        for column in sorted(lines):
            box = Box.union(line.box for line in lines[column])
            yield replace(like, lines=tuple(lines[column]), box=box, role=Role.CELL, cell=Cell(0, row, column))


def _rows(run: _Run, bands: Sequence[Band]) -> list[list[Band]]:
    """``bands``, those of one row together: a line of fewer columns near below another one goes on with it."""
    steps = [below.top - above.top for above, below in pairwise(bands)]
    near = FOLLOWS * median(steps)
    rows = [[bands[0]]]
    for step, band in zip(steps, bands[1:], strict=True):
        if len(run.columns(band)) == 1 or (step < near and 0 not in run.columns(band)):
            rows[-1].append(band)
        else:
            rows.append([band])
    return rows
