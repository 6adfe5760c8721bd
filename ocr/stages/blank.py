"""Sides that carry nothing: kept, flagged and not read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ocr.stages import Estimate
from ocr.stages.reduced import Components, Reduced, components
from ocr.text import PageText

STRONG, FAINT = 90, 20
"""How much darker than the paper (0 to 255) print and writing are, and what shines through from the other side."""
MARK_MM = 1.2
"""Height or width from which a spot is a mark: a page number is 2 mm high, dust is smaller."""
EDGE_MM = 3.0
"""Width of the rim where shadows of the paper's own edge fall."""
HOLE_RIM_MM = 20.0
"""Holes are punched no farther from the edge."""
HOLE_MM = (2.5, 9.0)
"""Diameter of a punched hole."""
HOLE_FILL = 0.6
"""Part of its box that a hole fills; a disc fills pi / 4."""
FAINT_MARKS = 10
"""Faint marks from which reading has to decide between show-through and pale writing."""
READABLE_CONFIDENCE, READABLE_WORDS = 0.6, 3
"""Pale writing reads as well as this; what shines through is mirrored and does not."""


class Reason(StrEnum):
    """Why a side is taken for blank, or not."""

    MARKS = "marks"
    NO_INK = "no-ink"
    EDGE_MARKS = "edge-marks"
    SHOW_THROUGH = "show-through"


@dataclass(frozen=True, slots=True)
class Params:
    """``blank``: nothing was written or printed here; ``reason``: MARKS exactly where it is not blank."""

    blank: bool = False
    reason: Reason = Reason.MARKS

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", Reason(self.reason))  # from JSON it comes as text


@dataclass(frozen=True, slots=True)
class Inputs:
    """``dpi``: that of the master, by which marks are measured."""

    dpi: float


def estimate(copy: Reduced, inputs: Inputs, read: Callable[[], PageText]) -> Estimate[Params]:
    """Whether ``copy`` shows a blank side. ``read`` reads the page; called only where pale marks leave a doubt."""
    whole = copy.darkness
    dark = _inside_the_rim(whole, copy)
    strong = components(np.asarray(dark > STRONG, dtype=np.uint8))
    left = int((_marks(strong, copy) & ~_holes(strong, copy)).sum())
    if left:
        return Estimate(Params(), min(1.0, 0.5 + left / 10))
    faint = components(np.asarray(dark > FAINT, dtype=np.uint8))
    if int(_marks(faint, copy).sum()) >= FAINT_MARKS:
        text = read()
        if (text.confidence or 0) >= READABLE_CONFIDENCE and sum(1 for _ in text.words) >= READABLE_WORDS:
            return Estimate(Params(), 0.6)
        return Estimate(Params(True, Reason.SHOW_THROUGH), 0.7)
    excused = _marks(components(np.asarray(whole > STRONG, dtype=np.uint8)), copy).any()
    return Estimate(Params(True, Reason.EDGE_MARKS if excused else Reason.NO_INK), 0.95)


def apply(params: Params) -> bool:
    """Whether the page is kept unread, as blank."""
    return params.blank


def _marks(found: Components, copy: Reduced) -> NDArray[np.bool_]:
    """(n,): components large enough to be meant."""
    return np.asarray(found.boxes[:, 2:].max(axis=1) >= copy.pixels(MARK_MM))


def _inside_the_rim(dark: NDArray[np.uint8], copy: Reduced) -> NDArray[np.uint8]:
    """``dark`` with nothing on the rim of the page."""
    rim = round(copy.pixels(EDGE_MM))
    kept = np.zeros_like(dark)
    inside = np.s_[rim : dark.shape[0] - rim, rim : dark.shape[1] - rim]
    kept[inside] = dark[inside]
    return kept


def _holes(found: Components, copy: Reduced) -> NDArray[np.bool_]:
    """(n,): round, filled components near an edge."""
    width, height = found.boxes[:, 2], found.boxes[:, 3]
    low, high = (copy.pixels(mm) for mm in HOLE_MM)
    round_ = (np.minimum(width, height) >= low) & (np.maximum(width, height) <= high)
    round_ &= np.maximum(width, height) <= 1.3 * np.minimum(width, height)
    filled = found.areas >= HOLE_FILL * width * height
    page_height, page_width = copy.grey.shape
    left, top = found.boxes[:, 0], found.boxes[:, 1]
    from_edge = np.minimum.reduce((left + width, top + height, page_width - left, page_height - top))
    return np.asarray(round_ & filled & (from_edge <= copy.pixels(HOLE_RIM_MM)))
