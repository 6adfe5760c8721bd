"""Reading order: columns one after the other, also where the engine ran their lines together.

A page is cut at gutters, strips of paper that bands of lines have in common (recursive X-Y cut: G. Nagy and S. Seth,
"Hierarchical representation of optically scanned documents", ICPR 1984), but only where the text itself tells that
there are columns: elsewhere a gap parts the cells of a row, or a label from what it names. What is not cut stays as the
engine ordered it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import inf
from statistics import median

from ocr.geometry import Box
from ocr.language.spelling import bare
from ocr.layout.bands import Band, Gutter, Part, Span, bands_of, parts_of, width
from ocr.text import Block, Word

GUTTER = 0.6
"""Least width of a gutter that words tell of, in heights of a word."""
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


@dataclass(frozen=True, slots=True)
class _Zone:
    """Bands from number ``first`` to before ``end``, cut at ``gutter``. ``prose``: a side may have columns, too."""

    first: int
    end: int
    gutter: Gutter
    prose: bool = False


def ordered(blocks: Sequence[Block], tables: Sequence[tuple[Block, ...]] = ()) -> tuple[Block, ...]:
    """``blocks``, cut where a gutter runs through them, and ``tables`` (cells row by row), all in reading order."""
    parts = parts_of(blocks)
    heights = [word.box.height for block in blocks for line in block.lines for word in line.words]
    parts += [Part(len(blocks) + n, None, Box.union(cell.box for cell in cells)) for n, cells in enumerate(tables)]
    made: list[Block] = []
    for number, group in groupby(_ordered(parts, median(heights or [1])), key=lambda part: part.block):
        if number >= len(blocks):
            made += tables[number - len(blocks)]
            continue
        made.append(blocks[number].part(tuple(part.line for part in group if part.line is not None)))
    return tuple(made)


def _ordered(parts: Sequence[Part], em: float) -> list[Part]:
    bands = bands_of(parts, em)
    cut: set[Part] = set()
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


def _zones(bands: Sequence[Band], em: float) -> Iterator[_Zone]:
    """Where columns stand beside each other; no band is in two of them."""
    taken: set[int] = set()
    for find in (_head, _foot, *[_prose] * len(bands)):
        zone = find(bands, taken, em)
        if zone is not None:
            taken.update(range(zone.first, zone.end))
            yield zone
        elif find is _prose:
            return


def head(bands: Sequence[Band], em: float) -> range:
    """Numbers of the bands in the head of an official page, empty where it has none; ``em``: height of a word."""
    return _numbers(_head(bands, set(), em))


def foot(bands: Sequence[Band], em: float) -> range:
    """The same for its foot."""
    return _numbers(_foot(bands, set(), em))


def _numbers(zone: _Zone | None) -> range:
    return range(zone.first, zone.end) if zone else range(0)


def _head(bands: Sequence[Band], taken: set[int], em: float) -> _Zone | None:
    """Organisation and number beside the name of the country and the date (Decree 30/2020, annex I)."""
    for first, band in enumerate(bands):
        if not names_country(band.spans):
            continue
        beside = [
            gap for gap in band.gaps
            if width(gap) >= GUTTER * em and names_country([s for s in band.spans if s.left >= gap[1]])
        ]  # fmt: skip
        gutter = max(beside, key=width) if beside else (-inf, band.spans[0].left)
        end, alone = first + 1, False
        while end < len(bands) and end not in taken:
            free = bands[end].free(gutter, em)
            left, right = bands[end].left_of(free), bands[end].right_of(free)
            apart = alone or bands[end].top - bands[end - 1].bottom > FAR * em
            below = left and not right and apart and not NUMBER_OR_SUBJECT.match(bands[end].bare)
            if width(free) < GUTTER * em or below or ADDRESSED.match(bands[end].bare):
                break
            gutter, alone, end = free, right and not left, end + 1
        return _zone(bands, first, end, gutter)
    return None


def _foot(bands: Sequence[Band], taken: set[int], em: float) -> _Zone | None:
    """The addressees beside the signer (the same annex)."""
    found = [number for number, band in enumerate(bands) if ADDRESSEES.match(band.bare) and number not in taken]
    if not found:
        return None
    first, end = found[-1], found[-1] + 1
    spans = bands[first].spans
    beside = [gap for gap in bands[first].gaps if gap[0] >= spans[1].right and width(gap) >= GUTTER * em]
    gutter = max(beside, key=width) if beside else (max(span.right for span in spans), inf)
    while end < len(bands) and width(free := bands[end].free(gutter, em)) >= GUTTER * em:
        gutter, end = free, end + 1
    top = bands[first].top - SIGNER_ABOVE * em
    while first and first - 1 not in taken and bands[first - 1].top >= top:
        free = bands[first - 1].free(gutter, em)
        if width(free) < GUTTER * em or bands[first - 1].left_of(free):
            break
        gutter, first = free, first - 1
    return _zone(bands, first, end, gutter)


def _prose(bands: Sequence[Band], taken: set[int], em: float) -> _Zone | None:
    """Columns of running text: the most bands that have one gutter."""
    zones = {
        zone
        for seed, band in enumerate(bands)
        if seed not in taken
        for gap in band.gaps
        if width(gap) >= PROSE_GUTTER * em
        for zone in [_grown(bands, seed, gap, taken, em)]
    }
    for zone in sorted(zones, key=lambda zone: (zone.first - zone.end, zone.first)):
        if _is_prose(bands[zone.first : zone.end], zone.gutter, em):
            return zone
    return None


def _grown(bands: Sequence[Band], seed: int, gutter: Gutter, taken: set[int], em: float) -> _Zone:
    """The bands around number ``seed`` that leave ``gutter`` free, or a piece of it."""
    first, end = seed, seed + 1
    while end < len(bands) and end not in taken and width(free := bands[end].free(gutter, em)) >= PROSE_GUTTER * em:
        gutter, end = free, end + 1
    while first and first - 1 not in taken and width(free := bands[first - 1].free(gutter, em)) >= PROSE_GUTTER * em:
        gutter, first = free, first - 1
    first, end = _trimmed(bands, first, end, gutter, em)
    return _Zone(first, end, gutter, prose=True)


def _trimmed(bands: Sequence[Band], first: int, end: int, gutter: Gutter, em: float) -> tuple[int, int]:
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


def _is_prose(bands: Sequence[Band], gutter: Gutter, em: float) -> bool:
    halves = [part.halves(sum(gutter) / 2) for band in bands for part in band.parts]
    left, right = (bands_of([half for half in side if half], em) for side in zip(*halves, strict=True))
    if not (is_running(left) and is_running(right)):
        return False
    shared = min(left[-1].bottom, right[-1].bottom) - max(left[0].top, right[0].top)
    return shared >= min(left[-1].bottom - left[0].top, right[-1].bottom - right[0].top) / 2


def is_running(column: Sequence[Band]) -> bool:
    """Whether ``column`` is one of running text."""
    lines = [band.spans for band in column if band.spans]
    if len(lines) < PROSE_LINES or median(map(len, lines)) < PROSE_WORDS:
        return False
    running = sum(spans[0].text[0].islower() for spans in lines if spans[0].text)
    if running < PROSE_RUNNING * len(lines):
        return False
    widths = [spans[-1].right - spans[0].left for spans in lines]
    return median(widths) >= PROSE_FILL * max(widths)


def _zone(bands: Sequence[Band], first: int, end: int, gutter: Gutter) -> _Zone | None:
    """The zone, where something stands on either side."""
    sides = [any(band.left_of(gutter) for band in bands[first:end]), any(b.right_of(gutter) for b in bands[first:end])]
    return _Zone(first, end, gutter) if all(sides) else None


def names_country(words: Iterable[Span | Word]) -> bool:
    """Whether ``words`` are the motto of an official page."""
    plain = {bare(word.text).strip(".,-") for word in words}
    return any(len(plain & motto) >= enough for motto, enough in MOTTOES)
