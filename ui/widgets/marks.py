"""Words as places: which word is at a point, what a selection says, which found boxes belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ocr.geometry import Box, Point
from ocr.text import PageText, Word


@dataclass(frozen=True, slots=True)
class _Row:
    first: int
    last: int
    block: int
    box: Box


class Words:
    """The words of a page in reading order, with what a person's hand needs to select them."""

    def __init__(self, text: PageText | None) -> None:
        self.words: list[Word] = []
        self._rows: list[_Row] = []
        for number, block in enumerate(text.blocks if text else ()):
            for line in block.lines:
                if line.words:
                    first = len(self.words)
                    self.words += line.words
                    self._rows.append(_Row(first, len(self.words) - 1, number, line.box))

    def at(self, point: Point) -> int | None:
        """The word under ``point`` (page pixels)."""
        x, y = point
        for place, word in enumerate(self.words):
            box = word.box
            if box.x <= x < box.right and box.y <= y < box.bottom:
                return place
        return None

    def nearest(self, point: Point) -> int | None:
        """The word that a drag to ``point`` reaches: in the line nearest to it, the word nearest across."""
        if not self._rows:
            return None
        x, y = point
        row = min(self._rows, key=lambda r: (_distance(y, r.box.y, r.box.bottom), _distance(x, r.box.x, r.box.right)))
        return min(
            range(row.first, row.last + 1),
            key=lambda place: _distance(x, self.words[place].box.x, self.words[place].box.right),
        )

    def said(self, first: int, last: int) -> str:
        """The words from ``first`` to ``last``; a space between words, a line break between lines, an empty line
        between blocks."""
        said, block = "", None
        for row in self._rows:
            within = self.words[max(first, row.first) : min(last, row.last) + 1]
            if not within or row.first > last or row.last < first:
                continue
            said += "" if block is None else "\n" if block == row.block else "\n\n"
            said += " ".join(word.text for word in within)
            block = row.block
        return said


def occurrences(boxes: Sequence[Box]) -> list[Box]:
    """Found words that stand side by side on one line, joined: each is one place to jump to."""
    joined: list[Box] = []
    for box in boxes:
        last = joined[-1] if joined else None
        beside = (
            last is not None
            and abs((last.y + last.bottom) - (box.y + box.bottom)) < max(last.height, box.height)
            and 0 <= box.x - last.right < 2 * max(last.height, box.height)
        )
        if last is not None and beside:
            joined[-1] = Box.union([last, box])
        else:
            joined.append(box)
    return joined


def _distance(value: float, low: float, high: float) -> float:
    return max(low - value, 0.0, value - high)
