"""Which way is up, by the cheapest evidence that is enough.

The profile of the ink tells lying lines from standing ones, and its ascenders which way is up. The reading that is
wanted anyway tells whether that guess was right; only where it reads badly is a part of the page tried in the other
directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ocr.geometry import Size, Transform
from ocr.stages import Estimate
from ocr.stages.ascenders import lean
from ocr.stages.reduced import Letters, Reduced
from ocr.text import PageText, Word

AXIS_RATIO = 1.5
"""How much sharper the lines of one axis are than those of the other where the axis is clear."""
AXIS_CONTRAST = 3.0
"""Contrast of a profile (see ``profile.Peak``) from which it shows lines of text."""
GOOD_CONFIDENCE, GOOD_WORDS = 0.7, 8
"""Text that reads as well as this stands upright."""
WORD_CONFIDENCE, WORD_LETTERS = 0.6, 2
"""Words that count as evidence for a direction: upside down, short junk reads with more confidence than long."""
CLEAR_WIN = 1.5
"""How much more evidence the best direction needs than the next."""
LEAST_EVIDENCE = 6.0
"""Letters, weighted with their confidence, below which there is nothing to go by."""
UPSIDE_DOWN = -0.1
"""Lean (see ``ascenders.lean``) below which lines are tried upside down first; upright print has 0.07 and more."""
LETTERS_MIN = 4
"""Components of ink below which a page is not read in other directions."""


@dataclass(frozen=True, slots=True)
class Params:
    """``quarters``: clockwise quarter turns that bring the page upright, 0 to 3."""

    quarters: int = 0


@dataclass(frozen=True, slots=True)
class Inputs:
    """``languages``: in which the page was tried."""

    languages: tuple[str, ...]


class Reader(Protocol):
    """Reads the page once it is turned clockwise by ``quarters``: all of it, or the part that holds most letters."""

    def __call__(self, quarters: int, *, part: bool) -> PageText: ...


def estimate(copy: Reduced, inputs: Inputs, read: Reader) -> Estimate[Params]:
    """The turn for the page of which ``copy`` is the reduced copy. ``read`` may be called up to five times."""
    letters = copy.letters
    if letters.count < LETTERS_MIN:
        return Estimate(Params(), 0.0)
    lying, standing = letters.lying, letters.upended.lying
    sideways = standing.sharpness > AXIS_RATIO * lying.sharpness and standing.contrast > AXIS_CONTRAST
    upright = lying.sharpness > AXIS_RATIO * standing.sharpness and lying.contrast > AXIS_CONTRAST
    guess = _upright(letters, copy.dpi)
    if standing.sharpness * standing.contrast > lying.sharpness * lying.contrast:
        guess = 1 + _upright(letters.upended, copy.dpi)
    first = read(guess, part=False)
    if _reads_well(first):
        return Estimate(Params(guess), 1.0)
    along = (guess, (guess + 2) % 4) if sideways or upright else (0, 1, 2, 3)
    found = {quarters: _evidence(read(quarters, part=True)) for quarters in along}
    settled = _settle(found)
    if settled.confidence == 0 and len(found) < 4:  # rules along an edge may pass for lines of text
        settled = _settle(
            found | {other: _evidence(read(other, part=True)) for other in range(4) if other not in found}
        )
    return settled


def apply(params: Params, size: Size) -> tuple[Transform, Size]:
    """The map that turns a page of ``size``, and the size it has then."""
    return Transform.quarter_turns(size, params.quarters), size.turned(params.quarters)


def _upright(letters: Letters, dpi: float) -> int:
    """The quarter turns, 0 or 2, that put lines that lie the right way up, as it seems."""
    return 2 if lean(letters.mask, dpi, letters.lying.angle) < UPSIDE_DOWN else 0


def _lying(text: PageText) -> list[Word]:
    """The words in level lines. Tesseract also reads standing ones, and well, but knows no baseline for them."""
    return [word for line in text.lines if line.baseline is not None for word in line.words]


def _reads_well(text: PageText) -> bool:
    words = _lying(text)
    enough = len(words) >= max(GOOD_WORDS, sum(1 for _ in text.words) / 2)
    return enough and (text.confidence or 0) >= GOOD_CONFIDENCE


def _evidence(text: PageText) -> float:
    """Letters in words that are long and sure enough, each weighted with its confidence."""
    return sum(
        len(word.text) * word.confidence
        for word in _lying(text)
        if word.confidence >= WORD_CONFIDENCE and sum(map(str.isalpha, word.text)) >= WORD_LETTERS
    )


def _settle(evidence: dict[int, float]) -> Estimate[Params]:
    *_, second, best = sorted(evidence, key=lambda quarters: evidence[quarters])
    if evidence[best] < LEAST_EVIDENCE or evidence[best] < CLEAR_WIN * evidence[second]:
        return Estimate(Params(), 0.0)
    return Estimate(Params(best), evidence[best] / (evidence[best] + evidence[second]))
