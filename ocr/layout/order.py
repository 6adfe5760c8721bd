"""Reading order: columns one after the other, also where the engine ran their lines together.

A page is cut at gutters, strips of paper that bands of lines have in common (recursive X-Y cut: G. Nagy and S. Seth,
"Hierarchical representation of optically scanned documents", ICPR 1984), but only where the text itself tells that
there are columns: elsewhere a gap parts the cells of a row, or a label from what it names. What is not cut stays as the
engine ordered it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import inf
from statistics import median

from ocr.geometry import Box
from ocr.text import Block, Line, Word

GUTTER = 0.6
"""Least width of a gutter that words tell of, in heights of a word."""
WIDE = 2.0
"""Width that no gap between two words of a line has."""
PROSE_GUTTER = 0.9
"""Least width of the gutter between columns of prose: justified words stand up to half a height apart."""
PROSE_LINES, PROSE_WORDS, PROSE_FILL, PROSE_RUNNING = 4, 4, 0.8, 0.25
"""Columns of prose have so many lines; the middle one has so many words and fills so much of the widest; so many of
them go on with a small letter, as the lines of lists do not.
"""
FAR = 2.0
"""Heights of a word between bands from which the one with words on one side only stands apart from a column."""
SIGNER_ABOVE = 4.0
"""Heights of a word that the signer's office may begin above the addressees."""
SPECK, JUNK_LETTERS, JUNK_CONFIDENCE, TALL = 0.4, 2, 0.5, 3.0
"""Part of the usual height below which a word is a speck; letters and confidence up to which it may be junk; times the
usual height above which it is none of the line.
"""
MOTTOES = (
    (frozenset(["cong", "hoa", "xa", "hoi", "chu", "nghia", "viet", "nam"]), 5),
    (frozenset(["doc", "lap", "tu", "do", "hanh", "phuc"]), 4),
    (frozenset(["dang", "cong", "san", "viet", "nam"]), 4),
)
"""Words, without marks, at the top of the right column of an official page, and how many of them are enough."""
ADDRESSEES = re.compile(r"[nm][o0]i nhan")
"""Begins the left column at the foot; without marks."""
NUMBER_OR_SUBJECT = re.compile(r"s[o6]\b|v/?v\b|ve viec")
"""Begins what stands lowest in the left column of the head; without marks."""

ADDRESSED = re.compile(r"kinh (gui|trinh)")
"""Begins what follows the head; without marks."""

Gutter = tuple[float, float]
"""Its left and right edge."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A line of block number ``block``, or some words of it; ``line`` is None for a table."""

    block: int
    line: Line | None
    box: Box

    @property
    def middle(self) -> float:
        return self.box.y + self.box.height / 2

    def halves(self, x: float) -> tuple[_Part | None, _Part | None]:
        """What stands left and right of ``x``."""
        words = [] if self.line is None else self.line.words
        left = tuple(word for word in words if word.box.x + word.box.width / 2 < x)
        if self.line is None or len(left) in (0, len(words)):
            is_left = bool(left) or (self.line is None and self.box.x + self.box.width / 2 < x)
            return (self, None) if is_left else (None, self)
        lines = (self.line.part(left), self.line.part([word for word in words if word not in left]))
        one, other = (_Part(self.block, line, line.box) for line in lines)
        return one, other


@dataclass(frozen=True, slots=True)
class _Span:
    """What a word or a table takes of its band. ``text``: of the word; ``bare``: the same small and without marks."""

    left: float
    right: float
    text: str = ""

    @property
    def bare(self) -> str:
        apart = unicodedata.normalize("NFD", self.text.lower().replace("đ", "d"))
        return "".join(letter for letter in apart if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True)
class _Band:
    """Parts side by side. ``spans``: their words from left to right, without junk."""

    parts: tuple[_Part, ...]
    top: float
    bottom: float
    spans: tuple[_Span, ...]

    @property
    def bare(self) -> str:
        return " ".join(span.bare for span in self.spans)

    def gaps(self) -> list[Gutter]:
        """The paper between the words."""
        found, reached = [], -inf
        for span in self.spans:
            if reached < span.left and reached > -inf:
                found.append((reached, span.left))
            reached = max(reached, span.right)
        return found

    def free(self, gutter: Gutter, em: float) -> Gutter:
        """The piece of ``gutter`` in which nothing stands here: a wide one between words, else the widest."""
        if not self.spans:
            return gutter
        ends = [(-inf, self.spans[0].left), *self.gaps(), (max(span.right for span in self.spans), inf)]
        pieces = [(max(gutter[0], left), min(gutter[1], right)) for left, right in ends]
        return max(pieces, key=lambda piece: (WIDE * em <= _width(piece) < inf, _width(piece)))

    def left_of(self, gutter: Gutter) -> bool:
        return any(span.left < gutter[0] for span in self.spans)

    def right_of(self, gutter: Gutter) -> bool:
        return any(span.right > gutter[1] for span in self.spans)


@dataclass(frozen=True, slots=True)
class _Zone:
    """Bands from number ``first`` to before ``end``, cut at ``gutter``. ``prose``: a side may have columns, too."""

    first: int
    end: int
    gutter: Gutter
    prose: bool = False


def ordered(blocks: Sequence[Block], tables: Sequence[tuple[Block, ...]] = ()) -> tuple[Block, ...]:
    """``blocks``, cut where a gutter runs through them, and ``tables`` (cells row by row), all in reading order."""
    parts = [_Part(number, line, line.box) for number, block in enumerate(blocks) for line in block.lines]
    heights = [word.box.height for block in blocks for line in block.lines for word in line.words]
    parts += [_Part(len(blocks) + n, None, Box.union(cell.box for cell in cells)) for n, cells in enumerate(tables)]
    made: list[Block] = []
    for number, group in groupby(_ordered(parts, median(heights or [1])), key=lambda part: part.block):
        if number >= len(blocks):
            made += tables[number - len(blocks)]
            continue
        lines = tuple(part.line for part in group if part.line is not None)
        whole = lines == blocks[number].lines
        around = blocks[number].box if whole else Box.union(line.box for line in lines)
        made.append(replace(blocks[number], lines=lines, box=around))
    return tuple(made)


def _ordered(parts: Sequence[_Part], em: float) -> list[_Part]:
    bands = _bands(parts, em)
    cut: set[_Part] = set()
    groups = []
    for zone in _zones(bands, em):
        of_zone = [part for band in bands[zone.first : zone.end] for part in band.parts]
        cut.update(of_zone)
        if zone.prose:
            of_zone.sort(key=parts.index)
        halves = [part.halves(sum(zone.gutter) / 2) for part in of_zone]
        left, right = [one for one, _ in halves if one], [other for _, other in halves if other]
        columns = [*_ordered(left, em), *_ordered(right, em)] if zone.prose else left + right
        groups.append((bands[zone.first].top, columns))
    groups += [(part.middle, [part]) for part in parts if part.line is None and part not in cut]
    order = [part for part in parts if part.line is not None and part not in cut]
    for top, group in sorted(groups, key=lambda each: each[0], reverse=True):
        at = next((number for number, part in enumerate(order) if part.middle > top), len(order))
        order[at:at] = group
    return order


def _zones(bands: Sequence[_Band], em: float) -> Iterator[_Zone]:
    """Where columns stand beside each other; no band is in two of them."""
    taken: set[int] = set()
    for find in (_head, _foot, *[_prose] * len(bands)):
        zone = find(bands, taken, em)
        if zone is not None:
            taken.update(range(zone.first, zone.end))
            yield zone
        elif find is _prose:
            return


def _head(bands: Sequence[_Band], taken: set[int], em: float) -> _Zone | None:
    """Organisation and number beside the name of the country and the date (Decree 30/2020, annex I)."""
    for first, band in enumerate(bands):
        if not _names_country(band.spans):
            continue
        beside = [
            gap for gap in band.gaps()
            if _width(gap) >= GUTTER * em and _names_country([s for s in band.spans if s.left >= gap[1]])
        ]  # fmt: skip
        gutter = max(beside, key=_width) if beside else (-inf, band.spans[0].left)
        end, alone = first + 1, False
        while end < len(bands) and end not in taken:
            free = bands[end].free(gutter, em)
            left, right = bands[end].left_of(free), bands[end].right_of(free)
            apart = alone or bands[end].top - bands[end - 1].bottom > FAR * em
            below = left and not right and apart and not NUMBER_OR_SUBJECT.match(bands[end].bare)
            if _width(free) < GUTTER * em or below or ADDRESSED.match(bands[end].bare):
                break
            gutter, alone, end = free, right and not left, end + 1
        return _zone(bands, first, end, gutter)
    return None


def _foot(bands: Sequence[_Band], taken: set[int], em: float) -> _Zone | None:
    """The addressees beside the signer (the same annex)."""
    found = [number for number, band in enumerate(bands) if ADDRESSEES.match(band.bare) and number not in taken]
    if not found:
        return None
    first, end = found[-1], found[-1] + 1
    spans = bands[first].spans
    beside = [gap for gap in bands[first].gaps() if gap[0] >= spans[1].right and _width(gap) >= GUTTER * em]
    gutter = max(beside, key=_width) if beside else (max(span.right for span in spans), inf)
    while end < len(bands) and _width(free := bands[end].free(gutter, em)) >= GUTTER * em:
        gutter, end = free, end + 1
    top = bands[first].top - SIGNER_ABOVE * em
    while first and first - 1 not in taken and bands[first - 1].top >= top:
        free = bands[first - 1].free(gutter, em)
        if _width(free) < GUTTER * em or bands[first - 1].left_of(free):
            break
        gutter, first = free, first - 1
    return _zone(bands, first, end, gutter)


def _prose(bands: Sequence[_Band], taken: set[int], em: float) -> _Zone | None:
    """Columns of running text: the most bands that have one gutter."""
    best = None
    for seed, band in enumerate(bands):
        for gap in band.gaps() if seed not in taken else ():
            first, end, gutter = seed, seed + 1, gap
            if _width(gap) < PROSE_GUTTER * em:
                continue
            while end < len(bands) and end not in taken:
                free = bands[end].free(gutter, em)
                if _width(free) < PROSE_GUTTER * em:
                    break
                gutter, end = free, end + 1
            while first and first - 1 not in taken:
                free = bands[first - 1].free(gutter, em)
                if _width(free) < PROSE_GUTTER * em:
                    break
                gutter, first = free, first - 1
            first, end = _trimmed(bands, first, end, gutter, em)
            if (best is None or end - first > best.end - best.first) and _is_prose(bands[first:end], gutter, em):
                best = _Zone(first, end, gutter, prose=True)
    return best


def _trimmed(bands: Sequence[_Band], first: int, end: int, gutter: Gutter, em: float) -> tuple[int, int]:
    """The run without bands at its ends that stand apart on one side, as page numbers and headings do."""
    while first < end - 1:
        apart = bands[first + 1].top - bands[first].bottom > FAR * em
        if bands[first].left_of(gutter) and (bands[first].right_of(gutter) or not apart):
            break
        first += 1
    while first < end - 1:
        apart = bands[end - 1].top - bands[end - 2].bottom > FAR * em
        if not apart or (bands[end - 1].left_of(gutter) and bands[end - 1].right_of(gutter)):
            break
        end -= 1
    return first, end


def _is_prose(bands: Sequence[_Band], gutter: Gutter, em: float) -> bool:
    halves = [part.halves(sum(gutter) / 2) for band in bands for part in band.parts]
    sides = [_bands([half for half in side if half], em) for side in zip(*halves, strict=True)]
    for side in sides:
        lines = [band.spans for band in side if band.spans]
        if len(lines) < PROSE_LINES or median(map(len, lines)) < PROSE_WORDS:
            return False
        running = sum(spans[0].text[0].islower() for spans in lines if spans[0].text)
        if running < PROSE_RUNNING * len(lines):
            return False
        widths = [spans[-1].right - spans[0].left for spans in lines]
        if median(widths) < PROSE_FILL * max(widths):
            return False
    left, right = sides
    shared = min(left[-1].bottom, right[-1].bottom) - max(left[0].top, right[0].top)
    return shared >= min(left[-1].bottom - left[0].top, right[-1].bottom - right[0].top) / 2


def _zone(bands: Sequence[_Band], first: int, end: int, gutter: Gutter) -> _Zone | None:
    """The zone, where something stands on either side."""
    sides = [any(band.left_of(gutter) for band in bands[first:end]), any(b.right_of(gutter) for b in bands[first:end])]
    return _Zone(first, end, gutter) if all(sides) else None


def _bands(parts: Iterable[_Part], em: float) -> list[_Band]:
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
    groups: list[list[tuple[float, float, _Part]]] = []
    for each in sorted(placed, key=lambda placed: placed[0]):
        if groups and each[0] < max(bottom for _, bottom, _ in groups[-1]):
            groups[-1].append(each)
        else:
            groups.append([each])
    return [
        _Band(
            tuple(sorted((part for _, _, part in group), key=lambda part: part.box.x)),
            min(top for top, _, _ in group),
            max(bottom for _, bottom, _ in group),
            tuple(sorted((span for *_, part in group for span in _spans(part, em)), key=lambda span: span.left)),
        )
        for group in groups
    ]


def _spans(part: _Part, em: float) -> Iterator[_Span]:
    if part.line is None:
        yield _Span(part.box.x, part.box.right)
        return
    for word in part.line.words:
        if not _is_junk(word, em):
            yield _Span(word.box.x, word.box.right, word.text)


def _is_junk(word: Word, em: float) -> bool:
    letters = sum(map(str.isalnum, word.text))
    doubtful = letters <= JUNK_LETTERS and word.confidence < JUNK_CONFIDENCE
    return not letters or doubtful or not SPECK * em <= word.box.height <= TALL * em


def _names_country(spans: Iterable[_Span]) -> bool:
    words = {span.bare.strip(".,-") for span in spans}
    return any(len(words & motto) >= enough for motto, enough in MOTTOES)


def _width(gutter: Gutter) -> float:
    return gutter[1] - gutter[0]
