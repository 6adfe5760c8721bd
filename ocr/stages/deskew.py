"""Text lines that run up or down: found by their projection profile, made level."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, radians, sin

import numpy as np

from ocr.geometry import Size, Transform
from ocr.stages import SURE, Estimate
from ocr.stages.profile import LIMIT, peak
from ocr.stages.reduced import Reduced

LEVEL = 0.1
"""Degrees of skew that are left alone: a resampled page would lose more than it gains."""
LETTERS_MIN = 20
"""Fewer letters do not make a line."""
CONTRAST_SURE = 8.8
"""Contrast (see ``profile.Peak``) of a sure angle. Typed and printed pages have 4.4 to 50; photographs and most
handwriting stay below 4.3.
"""
AGREED = 0.5
"""Degrees by which the halves of a page may differ from the whole where its columns, whose lines do not meet, blur the
profile of the whole: both halves then have 5.8 to 10, those of photographs and handwriting less than 4 or other angles.
"""


@dataclass(frozen=True, slots=True)
class Params:
    """``degrees``: skew to be taken out, positive where text runs down to the right, after the quarter turns."""

    degrees: float = 0.0


@dataclass(frozen=True, slots=True)
class Inputs:
    """``quarters``: clockwise quarter turns between the copy that is looked at and this stage."""

    quarters: int


def estimate(copy: Reduced, inputs: Inputs) -> Estimate[Params]:
    """The skew of ``copy``, the page as it lies in the file, once it is turned by ``inputs.quarters``."""
    letters = copy.letters.upended if inputs.quarters % 2 else copy.letters
    found = letters.lying
    if letters.count < LETTERS_MIN or abs(found.angle) >= LIMIT:
        return Estimate(Params(), 0.0)
    contrast = found.contrast
    if contrast < SURE * CONTRAST_SURE:
        halves = [peak(half) for half in np.array_split(letters.mask, 2, axis=1)]
        if all(abs(half.angle - found.angle) <= AGREED for half in halves):
            contrast = max(contrast, min(half.contrast for half in halves))
    confidence = min(1.0, contrast / CONTRAST_SURE)
    changes = confidence >= SURE and abs(found.angle) >= LEVEL
    return Estimate(Params(found.angle if changes else 0.0), confidence)


def apply(params: Params, size: Size) -> tuple[Transform, Size]:
    """The map that levels a page of ``size``, and the size of a page that holds all of it."""
    if params.degrees == 0:
        return Transform.identity(), size
    c, s = abs(cos(radians(params.degrees))), abs(sin(radians(params.degrees)))
    grown = Size(ceil(size.width * c + size.height * s), ceil(size.width * s + size.height * c))
    level = Transform.rotation(-params.degrees, (size.width / 2, size.height / 2))
    return level.then(Transform.shift((grown.width - size.width) / 2, (grown.height - size.height) / 2)), grown
