"""From a decoded master to the final page and its text: the only place that knows the order of the stages.

Blank, turn, deskew: each is estimated on a reduced copy, all compose one Transform, and the master is resampled once.
A page that brings its own text (born-digital PDF) is neither estimated nor read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import readable
from ocr.engines import Engine
from ocr.geometry import Size, Transform
from ocr.load import Raster
from ocr.readable import Watch, unwatched
from ocr.recipe import Mode, Recipe, Setting, automatic, manual
from ocr.resample import paper_colour, resampled
from ocr.stages import SURE, Estimate, blank, deskew, flatten, height, orient
from ocr.stages.reduced import reduced
from ocr.text import PageText

MIN_DPI = 200.0
"""The archive profile's least resolution; pages below it are enlarged and flagged."""
MAX_PIXELS = 64_000_000
"""Pixels of a final page: A0 at 200 dpi, the least that copies of drawings may have; A4 at 810."""
MAX_SIDE = 32_000
"""Longest side of a final page: OpenCV's warp and Tesseract end at 32,767, JPEG at 65,535."""
A4_INCHES = 11.69
GUESSED_DPI = (72.0, 600.0)
"""What a page that does not tell its dpi is guessed between, as if its long side were that of A4."""
DEFAULT_DPI, A3_INCHES = 100.0, 16.6
"""Below this dpi a tag that makes the page larger than A3 is a program's default, not a scanner's measure."""
LOW_CONFIDENCE = 0.7
PART = 0.25
"""Height of the band that is read in other directions, of the page's height."""


@dataclass(frozen=True)
class Processed:
    """The final page. ``pixels``: uint8, (h, w) grey or (h, w, 3) RGB as in the master, at ``dpi``; ``transform``: from
    master pixels to these. ``flags``: public codes, for a person to look at. ``quarters``, ``skew``, ``blank``: what
    the recipe says of the clockwise turn, of the degrees then taken out, and of the page.
    """

    pixels: NDArray[np.uint8]
    dpi: float
    transform: Transform
    text: PageText
    recipe: Recipe
    flags: tuple[str, ...]
    quarters: int
    skew: float
    blank: bool


def run(
    raster: Raster, engine: Engine, languages: tuple[str, ...], recipe: Recipe, *,
    alternatives: bool = False, restore_marks: bool = True, watch: Watch = unwatched,
) -> Processed:  # fmt: skip
    """The final page of ``raster``. MANUAL settings of ``recipe`` are kept, AUTO ones estimated anew.

    ``watch`` is shown the page after each step that changed it. Raises PageError LANGUAGE_MISSING.
    """
    watch("master", raster.pixels)
    cv2.setNumThreads(1)  # one page a core: workers stand side by side
    page = _Page(raster, engine, languages, recipe, watch)
    is_blank = manual(recipe.blank) or page.estimate_blank()
    page.as_it_lies |= blank.apply(is_blank.params)
    turn = manual(recipe.orient) or page.estimate_turn()
    quarters = turn.params.quarters
    laid = page.laid(quarters)
    if raster.text is not None:
        text = raster.text.mapped(page.fit.then(laid.transform), laid.size, laid.dpi)
    elif blank.apply(is_blank.params):
        text = PageText(laid.size, laid.dpi, languages, f"{engine.name} {engine.version}")
    else:
        text = page.read(quarters)
    flags = {
        **page.flags(),
        "blank": is_blank.params.blank,
        "turned": quarters != 0 and turn.mode is Mode.AUTO,
        "turn-unsure": turn.confidence is not None and turn.confidence < SURE,
        "skew-unsure": laid.skew.confidence is not None and laid.skew.confidence < SURE,
        "low-confidence": text.confidence is not None and text.confidence < LOW_CONFIDENCE,
        "no-text": text.confidence is None and not is_blank.params.blank,
    }
    pixels = page.rendered(laid)
    watch("page", pixels)
    return Processed(
        pixels=pixels,
        dpi=laid.dpi,
        transform=page.fit.then(laid.transform),
        text=text if alternatives else text.without_alternatives(),
        recipe=Recipe(turn, laid.skew, is_blank, page.light, page.height(quarters)),
        flags=tuple(flag for flag, raised in flags.items() if raised),
        quarters=quarters,
        skew=laid.skew.params.degrees,
        blank=is_blank.params.blank,
    )


@dataclass(frozen=True)
class _Laid:
    """Where one turn puts the page. ``transform``: from the manageable master's pixels to those of the final page."""

    skew: Setting[deskew.Params, deskew.Inputs]
    transform: Transform
    size: Size
    dpi: float


class _Page:
    """One page on its way. Keeps what was found, rendered and read for each turn, so that nothing is done twice.

    ``as_it_lies``: born-digital or blank, so not turned or levelled unless a person says so. ``fit``: from the master's
    pixels to the manageable ones.
    """

    def __init__(
        self, raster: Raster, engine: Engine, languages: tuple[str, ...], recipe: Recipe, watch: Watch
    ) -> None:
        self._master, self._watch = raster, watch
        self._pixels, self.fit = _manageable(raster.pixels)
        height, width = self._pixels.shape[:2]
        self._size = Size(width, height)
        self._engine, self._languages = engine, languages
        self._given = recipe
        self._master_dpi = _believed_dpi(raster.pixels, raster.dpi)
        self._dpi = self._master_dpi * self.fit.m[0]
        self._copy = reduced(self._pixels, self._dpi)
        self._laid: dict[int, _Laid] = {}
        self._readable: dict[int, readable.Copy] = {}
        self._texts: dict[int, PageText] = {}
        self.as_it_lies = raster.text is not None

    def flags(self) -> dict[str, bool]:
        """What the master itself gives rise to."""
        return {"no-dpi": self._master_dpi != self._master.dpi, "low-dpi": self._master_dpi < MIN_DPI}

    def estimate_blank(self) -> Setting[blank.Params, blank.Inputs]:
        inputs = blank.Inputs(self._master_dpi)
        if self.as_it_lies:
            return automatic(Estimate(blank.Params(), 1.0), inputs)
        turn = manual(self._given.orient)
        quarters = turn.params.quarters if turn else 0
        return automatic(blank.estimate(self._copy, inputs, lambda: self.read(quarters)), inputs)

    def estimate_turn(self) -> Setting[orient.Params, orient.Inputs]:
        inputs = orient.Inputs(self._languages)
        if self.as_it_lies:
            return automatic(Estimate(orient.Params(), 1.0), inputs)
        return automatic(orient.estimate(self._copy, inputs, self._read_turned), inputs)

    @cached_property
    def light(self) -> Setting[flatten.Params, flatten.Inputs]:
        return manual(self._given.flatten) or automatic(flatten.estimate(self._copy), flatten.Inputs())

    def height(self, quarters: int) -> Setting[height.Params, height.Inputs]:
        inputs = height.Inputs(quarters)
        scale = self._copy.grey.shape[0] / self._size.height
        return manual(self._given.height) or automatic(height.estimate(self._copy, scale, inputs), inputs)

    def laid(self, quarters: int) -> _Laid:
        """The final page if it were turned by ``quarters``."""
        if quarters not in self._laid:
            turn, turned = orient.apply(orient.Params(quarters), self._size)
            skew = manual(self._given.deskew) or self._estimate_skew(quarters)
            level, size = deskew.apply(skew.params, turned)
            transform, size, factor = _at_least(MIN_DPI / self._dpi, turn.then(level), size)
            self._laid[quarters] = _Laid(skew, transform, size, round(self._dpi * factor, 2))
        return self._laid[quarters]

    def rendered(self, laid: _Laid) -> NDArray[np.uint8]:
        """The final page in the master's colours."""
        return resampled(self._pixels, laid.transform, laid.size, paper_colour(self._pixels))

    def read(self, quarters: int) -> PageText:
        """The text of that page, in its pixels."""
        if quarters not in self._texts:
            laid, copy = self.laid(quarters), self._copy_to_read(quarters)
            text = self._engine.read(copy.grey, dpi=copy.dpi, languages=self._languages, alternatives=True)
            self._texts[quarters] = text.mapped(copy.transform.inverse().then(laid.transform), laid.size, laid.dpi)
        return self._texts[quarters]

    def _copy_to_read(self, quarters: int) -> readable.Copy:
        if quarters not in self._readable:
            laid = self.laid(quarters)
            cleaning = readable.Cleaning(self.light.params, self.height(quarters).params)
            self._readable[quarters] = readable.make(
                self._pixels, self._dpi, laid.transform, laid.size, cleaning=cleaning, watch=self._watch
            )
        return self._readable[quarters]

    def _read_turned(self, quarters: int, *, part: bool) -> PageText:
        """``orient.Reader``. The part is cut from the copy at hand and turned on from there."""
        if not part:
            return self.read(quarters)
        at_hand = next(iter(self._readable), quarters)
        copy = self._copy_to_read(at_hand)
        turned = np.rot90(_densest_band(copy.grey, copy.dpi), at_hand - quarters)
        return self._engine.read(np.ascontiguousarray(turned), dpi=copy.dpi, languages=self._languages)

    def _estimate_skew(self, quarters: int) -> Setting[deskew.Params, deskew.Inputs]:
        inputs = deskew.Inputs(quarters)
        found = Estimate(deskew.Params(), 1.0) if self.as_it_lies else deskew.estimate(self._copy, inputs)
        return automatic(found, inputs)


def _at_least(factor: float, transform: Transform, size: Size) -> tuple[Transform, Size, float]:
    """``transform`` and ``size`` enlarged by ``factor`` where it is above 1, within the bounds of a final page."""
    longest = max(size.width, size.height)
    factor = min(max(1.0, factor), sqrt(MAX_PIXELS / size.area), MAX_SIDE / longest)
    final = Size(max(1, round(size.width * factor)), max(1, round(size.height * factor)))
    return transform.then(Transform.scale(final.width / size.width, final.height / size.height)), final, factor


def _manageable(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], Transform]:
    """The master, shrunk where it is far beyond the size of any final page: warping alone would skip pixels."""
    height, width = pixels.shape[:2]
    factor = min(1.0, MAX_SIDE / max(height, width), sqrt(4 * MAX_PIXELS / (height * width)))
    if factor == 1.0:
        return pixels, Transform.identity()
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return small, Transform.scale(size[0] / width, size[1] / height)


def _believed_dpi(pixels: NDArray[np.uint8], dpi: float | None) -> float:
    """The master's dpi, or a guess from its size where the file tells none or only a program's default."""
    long_side: int = max(pixels.shape[:2])
    if dpi is not None and (dpi >= DEFAULT_DPI or long_side / dpi <= A3_INCHES):
        return dpi
    low, high = GUESSED_DPI
    return round(min(max(long_side / A4_INCHES, low), high), 2)


def _densest_band(grey: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """The band across the page, PART of its height, with most ink of letters."""
    mask = reduced(grey, dpi).letters.mask
    rows = max(1, round(len(mask) * PART))
    sums = np.convolve(mask.sum(axis=1), np.ones(rows), mode="valid")
    top = round(int(sums.argmax()) / len(mask) * len(grey))
    return grey[top : top + max(1, round(len(grey) * PART))]
