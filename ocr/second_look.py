"""A second look at lines that Tesseract took together, or twice.

A pen stroke through two lines, or print that lost half its strokes, makes one line of two or two of one. Cut out of the
page, such lines are mostly found rightly. What is taken is what has more letters surely read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, count
from statistics import median
from typing import Protocol

from ocr.geometry import Box
from ocr.text import SAME_PRINT, Line, PageText, confidence_of, distinct, sure_letters

LETTERS = 6
"""Least letters of a line that is looked at again for its height."""
TALL = 1.6
"""Height from which a line may be two, of the page's median."""
MORE = 1.02
"""How many times as many letters surely read the second reading must have."""
NOISE = 0.5
"""Confidence below which a line that the second reading adds is none."""


class Reader(Protocol):
    """Reads a part of the page as if nothing stood in ``hidden``; places are those of the page."""

    def __call__(self, part: Box, *, hidden: Sequence[Box]) -> PageText: ...


def look(text: PageText, read: Reader) -> PageText:
    """``text`` with the lines that read better at a second look."""
    lines = [line for block in text.blocks for line in block.lines]
    usual = median(line.box.height for line in lines) if lines else 0
    better: dict[int, Sequence[Line]] = {}
    for run in _runs(lines, usual):
        old = [lines[number] for number in run]
        others = [line for line in lines if line not in old and line.box.height < TALL * usual]
        read_again = read(
            Box.union(line.box for line in old), hidden=[word.box for line in others for word in line.words]
        )
        new = [line for line in read_again.lines if _adds(line, [line.box for line in others])]
        # Print that was read twice counts once.
        if sure_letters(word for line in new for word in line.words) > MORE * sure_letters(distinct(old)):
            better |= dict.fromkeys(run, ()) | {run[0]: new}
    numbers = count()
    blocks = tuple(
        replace(block, lines=tuple(line for old in block.lines for line in better.get(next(numbers), (old,))))
        for block in text.blocks
    )
    return replace(text, blocks=tuple(block for block in blocks if block.lines)) if better else text


def _runs(lines: Sequence[Line], usual: float) -> Iterator[list[int]]:
    """Numbers of lines that are looked at again, together where they lie on each other."""
    boxes = [line.box for line in lines]
    left = {number for number, line in enumerate(lines) if _tall(line, usual)}
    for (one, box), (other, its) in combinations(enumerate(boxes), 2):
        if box.shared(its) > SAME_PRINT:
            left |= {one, other}
    while left:
        first = min(left)
        run = [other for other in sorted(left) if other == first or boxes[other].shared(boxes[first]) > SAME_PRINT]
        left -= set(run)
        yield run


def _tall(line: Line, usual: float) -> bool:
    return line.box.height > TALL * usual and sum(map(str.isalpha, line.text)) >= LETTERS


def _adds(line: Line, others: Sequence[Box]) -> bool:
    """Whether a line of the second reading is neither noise nor another line's print."""
    return (confidence_of([line]) or 0.0) >= NOISE and all(line.box.shared(other) <= SAME_PRINT for other in others)
