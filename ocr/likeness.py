"""What tells a page from others: 256 bits that stay nearly the same when the paper is scanned again.

The letters' density inside the box of the text, 64 x 64, its lowest frequencies (DCT-II), each bit whether one is above
their median: the perceptual hash of C. Zauner, Implementation and benchmarking of perceptual image hash functions
(2010), on letters instead of grey, so that paper, stamps and borders do not count and a shifted page is the same.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.stages.reduced import components, reduced

BITS, BANDS = 256, 16
"""Bits, and parts of equally many bits that follow each other. Two pages that differ in d bits have a part in common
where d is less than BANDS, by the pigeonhole principle; at d = 22 nearly always, at d = 40 in two cases of three."""
NEAR = 48
"""Bits in which two scans of one paper differ at most (`docs/decisions/021-moving-pages.md`)."""
_SIDE = 64
_GAP_MM, _WORD_MM = 3.0, 5.0
"""Letters nearer than that are a word or line; what is shorter than a word does not say where the text ends."""
_OUTLYING = 0.005
"""Part of the text that may lie beyond its box: dirt read as a word."""
_REACH = 64
"""How far behind a page in the order of a part it is compared: a million pages without likeness share a part with some
15 others."""
_MARGIN = 0.03
"""Around the box, in its sides."""
_FREQUENCIES = sorted(
    ((y, x) for y in range(_SIDE) for x in range(_SIDE) if y + x > 0), key=lambda place: (sum(place), place)
)[:BITS]
_SPREAD = [place for band in range(BANDS) for place in _FREQUENCIES[band::BANDS]]
"""Each part has low and high frequencies: what neighbouring ones say is not independent."""
_ROWS, _COLUMNS = (np.array(places) for places in zip(*_SPREAD, strict=True))


def likeness(pixels: NDArray[np.uint8], dpi: float) -> bytes | None:
    """The bits of a page, (h, w) grey or (h, w, 3) RGB; None where it has no text to tell it by."""
    small = reduced(pixels, dpi)
    letters = small.letters.mask.astype(np.uint8)
    word = np.ones((1, max(1, round(small.pixels(_GAP_MM)))), np.uint8)
    boxes = components(np.asarray(cv2.morphologyEx(letters, cv2.MORPH_CLOSE, word), np.uint8)).boxes
    boxes = boxes[boxes[:, 2] >= small.pixels(_WORD_MM)]
    if not len(boxes):
        return None
    left, right = _span(boxes[:, 0], boxes[:, 2], boxes[:, 2])
    top, bottom = _span(boxes[:, 1], boxes[:, 3], boxes[:, 2])
    down, across = round((bottom - top) * _MARGIN), round((right - left) * _MARGIN)
    framed = np.pad(letters, ((down, down), (across, across)))
    text = framed[top : bottom + 2 * down, left : right + 2 * across].astype(np.float32)
    density = np.sqrt(cv2.resize(text, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA))
    found = cv2.dct(density - density.mean())[_ROWS, _COLUMNS]
    return np.packbits(found > np.median(found)).tobytes()


def distance(one: bytes, other: bytes) -> int:
    """In how many of their bits two pages differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def alike(one: bytes, other: bytes) -> bool:
    """Whether two pages may be scans of one paper."""
    return distance(one, other) <= NEAR


def _span(starts: NDArray[np.int32], lengths: NDArray[np.int32], weights: NDArray[np.int32]) -> tuple[int, int]:
    """Where almost all of the weight begins and ends."""
    ends, least = starts + lengths, _OUTLYING * weights.sum()
    rising, falling = np.argsort(starts), np.argsort(-ends)
    first = starts[rising][np.searchsorted(weights[rising].cumsum(), least)]
    last = ends[falling][np.searchsorted(weights[falling].cumsum(), least)]
    return int(first), max(int(last), int(first) + 1)


def near(pages: NDArray[np.uint8], page: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Which of ``pages``, (n, BITS / 8), may be scans of the same paper as ``page``, (BITS / 8,)."""
    return np.flatnonzero(_differing(pages.view(np.uint64), page.view(np.uint64)) <= NEAR)


def near_pairs(pages: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Pairs (i, j), i < j, of ``pages``, (n, BITS / 8), that may be scans of one paper, found by the parts that they
    have in common: (k, 2), each once, in order. Of many pages that are all alike each is paired with some.
    """
    whole = np.ascontiguousarray(pages).view(np.uint64)
    parts = np.ascontiguousarray(pages).view(np.uint16)
    found = [np.empty((0, 2), np.intp)]
    for band in range(BANDS):
        order = np.lexsort((parts[:, (band + 1) % BANDS], parts[:, band]))
        values = parts[order, band]
        for step in range(1, min(_REACH, len(order) - 1) + 1):
            at = np.flatnonzero(values[step:] == values[:-step])
            if not len(at):
                break
            one, other = order[at], order[at + step]
            close = _differing(whole[one], whole[other]) <= NEAR
            found.append(np.sort(np.stack([one[close], other[close]], axis=1), axis=1))
    return np.unique(np.concatenate(found), axis=0)


def _differing(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.intp]:
    return np.asarray(np.bitwise_count(one ^ other).sum(axis=-1, dtype=np.intp))
