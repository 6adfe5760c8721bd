"""Ink over the print: seals, stamps and signatures, taken out of the copy that is read, never of the page.

Found on the reduced copy by colour and shape, black seals by their shape alone. Coloured print, and names and titles
stamped in red, are left: they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH, Box, Transform
from ocr.stages import Estimate, colours, marks, pens, seals
from ocr.stages.colours import Mask
from ocr.stages.marks import Outline
from ocr.stages.reduced import Reduced
from ocr.text import Area, AreaKind, PageText

MOST = 0.06
"""Share of the page that is coloured from which it is a picture or coloured print. A seal covers 0.005 of A4."""
OVER_PRINT = 0.3
"""Black ink in a frame, as a share of the coloured ink there, from which the frame stands over print."""
MARGIN_MM = 0.6
"""Soft edge of ink beyond its outline."""
BESIDE_MM = 1.5
"""What is so near to a seal belongs to it."""
CONFIDENT, READ = 0.75, 0.4
"""Confidence of words that are print, and the share of a mark that they cover from which it is print, too."""
PAPER = 90
"""Percentile of the levels around a mark that is paper."""


class Removal(StrEnum):
    """How a mark is taken out of the copy that is read. BLEACH: black print below stays; ERASE: all is white."""

    NONE = "none"
    BLEACH = "bleach"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Found:
    """A mark. ``outline``: corners of a convex polygon, in pixels of the master; ``colour``: of its ink, red, green,
    blue.
    """

    kind: AreaKind
    outline: tuple[tuple[int, int], ...]
    colour: tuple[int, int, int]
    removal: Removal


@dataclass(frozen=True, slots=True)
class Params:
    """``found``: the marks of the page."""

    found: tuple[Found, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "found", tuple(_from_json(each) for each in self.found))

    @property
    def taken_out(self) -> tuple[Found, ...]:
        """The marks that are not on the copy that is read."""
        return tuple(mark for mark in self.found if mark.removal is not Removal.NONE)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Nothing beside the pixels counts."""


def estimate(copy: Reduced, scale: float) -> Estimate[Params]:
    """The marks on ``copy``; ``scale``: its pixels per master pixel. What is not clear is no mark."""
    colour = np.dstack([copy.grey] * 3) if copy.colour is None else copy.colour
    found = []
    for kind, outline, removal, ink in _marks(copy):
        red, green, blue = (int(level) for level in np.median(colour[ink & marks.inside(outline, ink.shape)], axis=0))
        corners = tuple((round(x / scale), round(y / scale)) for x, y in outline.tolist())
        found.append(Found(kind, corners, (red, green, blue), removal))
    return Estimate(Params(tuple(found)), 1.0)


def apply(params: Params, pixels: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """The master's ``pixels`` at ``dpi`` in grey, uint8 (h, w), without the ink that is to be taken out."""
    if pixels.ndim == 3:
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    else:
        grey = pixels.copy() if params.taken_out else pixels
    height, width = grey.shape
    margin = MARGIN_MM * dpi / MM_PER_INCH
    for mark in params.taken_out:
        box, around = Box.around(mark.outline), round(margin)
        left, top = max(0, box.x - around), max(0, box.y - around)
        part = np.s_[top : min(height, box.bottom + around), left : min(width, box.right + around)]
        outline = np.array([(x - left, y - top) for x, y in mark.outline], np.int32)
        inside = marks.inside(outline, grey[part].shape, margin)
        if mark.removal is Removal.ERASE:
            grey[part][inside] = round(float(np.percentile(grey[part], PAPER)))
        elif pixels.ndim == 3:
            colours.bleach(grey[part], pixels[part], inside, warm=mark.colour[0] >= mark.colour[2])
    return grey


def areas(params: Params, text: PageText, transform: Transform) -> tuple[Area, ...]:
    """The marks on the page of ``text`` that ``transform`` makes of the master, less those that were read as print."""
    found = []
    for mark in params.found:
        box = Box.around(transform.apply(corner) for corner in mark.outline).clipped(text.size)
        sure = mark.kind is AreaKind.STAMP or mark.removal is not Removal.NONE
        if sure or _share_read(box, text) < READ:
            found.append(Area(mark.kind, box, mark.colour))
    return tuple(found)


def _share_read(box: Box, text: PageText) -> float:
    """How much of ``box`` is covered by words that were read with confidence."""
    covered = sum(box.common(word.box) for word in text.words if word.confidence >= CONFIDENT)
    return covered / max(1, box.width * box.height)


def _from_json(mark: Found | dict[str, Any]) -> Found:
    """From JSON it comes as a dict of lists."""
    if isinstance(mark, Found):
        return mark
    outline, (red, green, blue) = tuple((x, y) for x, y in mark["outline"]), mark["colour"]
    return Found(AreaKind(mark["kind"]), outline, (red, green, blue), Removal(mark["removal"]))


def _marks(copy: Reduced) -> Iterator[tuple[AreaKind, Outline, Removal, Mask]]:
    """The marks of ``copy``, their outlines on it, how they are taken out, and the ink they are made of."""
    inks = colours.inks(copy)
    others = np.zeros(copy.grey.shape, np.bool_)
    if inks is not None:
        others |= inks.warm | inks.cool
        parts = [marks.small(ink, copy.dpi) for ink in (inks.warm, inks.cool)]
        if sum(part.mean() for part in parts) <= MOST:
            for part, of_pens in zip(parts, (False, True), strict=True):
                if not colours.enough(part, copy):
                    continue
                for kind, outline, removal in _coloured(part, inks.black, copy.dpi, of_pens=of_pens):
                    yield kind, outline, removal, part
    black = np.asarray(copy.dark.labels > 0)
    for ring, over_print in seals.black(copy, others):
        outline = marks.around(ring)
        others |= marks.inside(outline, black.shape, copy.pixels(BESIDE_MM))
        yield AreaKind.STAMP, outline, Removal.NONE if over_print else Removal.ERASE, black
    for outline in pens.signatures(copy, others):
        yield AreaKind.SIGNATURE, outline, Removal.NONE, black


def _coloured(ink: Mask, black: Mask, dpi: float, *, of_pens: bool) -> Iterator[tuple[AreaKind, Outline, Removal]]:
    """The marks in ``ink`` of one colour, that of pens or another one: seals first, then what is left."""
    left = ink.copy()
    for outline in marks.sealed(ink, dpi):
        left &= ~marks.inside(outline, ink.shape, BESIDE_MM * dpi / MM_PER_INCH)
        yield AreaKind.STAMP, outline, Removal.BLEACH
    if left.sum() > black.sum():
        return  # the page itself is written in this ink
    for outline, framed in list(marks.drawn(left, dpi)):
        left &= ~marks.inside(outline, ink.shape, BESIDE_MM * dpi / MM_PER_INCH)
        inside = marks.inside(outline, ink.shape)
        over_print = (black & inside).sum() > OVER_PRINT * (ink & inside).sum()
        if framed:
            yield AreaKind.STAMP, outline, Removal.BLEACH if over_print else Removal.NONE
        else:
            yield AreaKind.SIGNATURE, outline, Removal.BLEACH
    for outline in marks.noted(left, black, dpi) if of_pens else ():
        yield AreaKind.HANDWRITING, outline, Removal.NONE
