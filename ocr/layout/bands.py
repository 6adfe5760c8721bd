"""What stands side by side on a page: bands of words, and the paper between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf
from statistics import median

from ocr.geometry import Box
from ocr.language.spelling import bare
from ocr.text import Block, Line, Word

WIDE = 2.0
"""Width that no gap between two words of a line has."""
SPECK, JUNK_LETTERS, JUNK_CONFIDENCE, TALL = 0.4, 2, 0.5, 3.0
"""Part of the usual height below which a word is a speck; letters and confidence up to which it may be junk; times the
usual height above which it is none of the line.
"""

Gutter = tuple[float, float]
"""Its left and right edge."""


@dataclass(frozen=True, slots=True)
class Part:
    """A line of block number ``block``, or some words of it; ``line`` is None for a table."""

    block: int
    line: Line | None
    box: Box

    @property
    def middle(self) -> float:
        return self.box.y + self.box.height / 2

    def halves(self, x: float) -> tuple[Part | None, Part | None]:
        """What stands left and right of ``x``."""
        words = [] if self.line is None else self.line.words
        left = tuple(word for word in words if word.box.x + word.box.width / 2 < x)
        if self.line is None or len(left) in (0, len(words)):
            is_left = bool(left) or (self.line is None and self.box.x + self.box.width / 2 < x)
            return (self, None) if is_left else (None, self)
        lines = (self.line.part(left), self.line.part([word for word in words if word not in left]))
        one, other = (Part(self.block, line, line.box) for line in lines)
        return one, other


@dataclass(frozen=True, slots=True)
class Span:
    """What a word or a table takes of its band. ``text``: of the word."""

    left: float
    right: float
    text: str = ""


@dataclass(frozen=True)
class Band:
    """Parts side by side. ``spans``: their words from left to right, without junk."""

    parts: tuple[Part, ...]
    top: float
    bottom: float
    spans: tuple[Span, ...]

    @property
    def bare(self) -> str:
        return " ".join(bare(span.text) for span in self.spans)

    @cached_property
    def gaps(self) -> list[Gutter]:
        """The paper between the words."""
        return gaps_between(self.spans)

    @cached_property
    def _paper(self) -> list[Gutter]:
        """The same, and what is beside all words."""
        if not self.spans:
            return [(-inf, inf)]
        return [(-inf, self.spans[0].left), *self.gaps, (max(span.right for span in self.spans), inf)]

    def free(self, gutter: Gutter, em: float) -> Gutter:
        """The piece of ``gutter`` in which nothing stands here: a wide one between words, else the widest."""
        first = bisect_left(self._paper, gutter[0], key=lambda paper: paper[1])
        last = bisect_right(self._paper, gutter[1], key=lambda paper: paper[0])
        pieces = [(max(gutter[0], left), min(gutter[1], right)) for left, right in self._paper[first:last]]
        if not pieces:
            return gutter[0], gutter[0]
        return max(pieces, key=lambda piece: (WIDE * em <= width(piece) < inf, width(piece)))

    def left_of(self, gutter: Gutter) -> bool:
        return any(span.left < gutter[0] for span in self.spans)

    def right_of(self, gutter: Gutter) -> bool:
        return any(span.right > gutter[1] for span in self.spans)


def parts_of(blocks: Iterable[Block]) -> list[Part]:
    """Their lines."""
    return [Part(number, line, line.box) for number, block in enumerate(blocks) for line in block.lines]


def gaps_between(spans: Iterable[Span]) -> list[Gutter]:
    """The paper that none of ``spans``, in the order of their left edges, takes."""
    found, reached = [], -inf
    for span in spans:
        if reached < span.left and reached > -inf:
            found.append((reached, span.left))
        reached = max(reached, span.right)
    return found


def bands_of(parts: Iterable[Part], em: float) -> list[Band]:
    """``parts`` in bands, from top to bottom. The middle half of a line's words tells where it runs: marks, and letters
    of a line above or below, may reach into it.
    """
    placed = []
    for part in parts:
        boxes = [word.box for word in part.line.words if word.box.height <= TALL * em] if part.line else [part.box]
        inset = 0.25 if part.line else 0.0
        tops = [box.y + inset * box.height for box in boxes] or [part.middle]
        bottoms = [box.bottom - inset * box.height for box in boxes] or [part.middle]
        placed.append((median(tops), median(bottoms), part))
    groups: list[list[tuple[float, float, Part]]] = []
    for each in sorted(placed, key=lambda placed: placed[0]):
        if groups and each[0] < max(bottom for _, bottom, _ in groups[-1]):
            groups[-1].append(each)
        else:
            groups.append([each])
    return [
        Band(
            tuple(sorted((part for _, _, part in group), key=lambda part: part.box.x)),
            min(top for top, _, _ in group),
            max(bottom for _, bottom, _ in group),
            tuple(sorted((span for *_, part in group for span in _spans(part, em)), key=lambda span: span.left)),
        )
        for group in groups
    ]


def _spans(part: Part, em: float) -> Iterator[Span]:
    if part.line is None:
        yield Span(part.box.x, part.box.right)
        return
    for word in part.line.words:
        if not _is_junk(word, em):
            yield Span(word.box.x, word.box.right, word.text)


def _is_junk(word: Word, em: float) -> bool:
    letters = sum(map(str.isalnum, word.text))
    doubtful = letters <= JUNK_LETTERS and word.confidence < JUNK_CONFIDENCE
    return not letters or doubtful or not SPECK * em <= word.box.height <= TALL * em


def width(gutter: Gutter) -> float:
    return gutter[1] - gutter[0]
