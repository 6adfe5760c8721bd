"""From a decoded master to the final page and its text: the only place that knows the order of the stages.

Blank, turn, deskew: each is estimated on a reduced copy, all compose one Transform, and the master is resampled once.
A page that brings its own text (born-digital PDF) is neither estimated nor read.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines import Engine
from ocr.geometry import Size, Transform
from ocr.load import Raster
from ocr.recipe import Mode, Recipe, Setting, automatic, manual
from ocr.stages import SURE, Estimate, blank, deskew, orient
from ocr.stages.reduced import letters, reduced
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


def run(raster: Raster, engine: Engine, languages: tuple[str, ...], recipe: Recipe, alternatives: bool) -> Processed:
    """The final page of ``raster``. MANUAL settings of ``recipe`` are kept, AUTO ones estimated anew.

    Raises PageError LANGUAGE_MISSING.
    """
    cv2.setNumThreads(1)  # one page a core: workers stand side by side
    page = _Page(raster, engine, languages, recipe, alternatives)
    is_blank = manual(recipe.blank) or page.estimate_blank()
    page.as_it_lies |= blank.apply(is_blank.params)
    turn = manual(recipe.orient) or page.estimate_turn()
    quarters = turn.params.quarters
    skew = manual(recipe.deskew) or page.estimate_skew(quarters)
    view = page.view(quarters)
    if raster.text is not None:
        text = raster.text.mapped(view.transform, view.size, view.dpi)
    elif blank.apply(is_blank.params):
        text = PageText(view.size, view.dpi, languages, f"{engine.name} {engine.version}")
    else:
        text = page.read(quarters)
    flags = {
        **page.flags(),
        "blank": is_blank.params.blank,
        "turned": quarters != 0 and turn.mode is Mode.AUTO,
        "turn-unsure": turn.confidence is not None and turn.confidence < SURE,
        "skew-unsure": skew.confidence is not None and skew.confidence < SURE,
        "low-confidence": text.confidence is not None and text.confidence < LOW_CONFIDENCE,
        "no-text": text.confidence is None and not is_blank.params.blank,
    }
    return Processed(
        pixels=view.pixels,
        dpi=view.dpi,
        transform=view.transform,
        text=text,
        recipe=Recipe(turn, skew, is_blank),
        flags=tuple(flag for flag, raised in flags.items() if raised),
        quarters=quarters,
        skew=skew.params.degrees,
        blank=is_blank.params.blank,
    )


@dataclass(frozen=True)
class _View:
    """The page rendered for one turn."""

    quarters: int
    pixels: NDArray[np.uint8]
    transform: Transform
    size: Size
    dpi: float

    def grey(self) -> NDArray[np.uint8]:
        grey = cv2.cvtColor(self.pixels, cv2.COLOR_RGB2GRAY) if self.pixels.ndim == 3 else self.pixels
        return np.asarray(grey, dtype=np.uint8)


class _Page:
    """One page on its way. Keeps the last view and every reading, so that nothing is rendered or read twice.

    ``as_it_lies``: born-digital or blank, so not turned or levelled unless a person says so.
    """

    def __init__(
        self, raster: Raster, engine: Engine, languages: tuple[str, ...], recipe: Recipe, alternatives: bool
    ) -> None:
        self._master = raster
        self._pixels, self._fit = _manageable(raster.pixels)
        height, width = self._pixels.shape[:2]
        self._size = Size(width, height)
        self._engine, self._languages, self._alternatives = engine, languages, alternatives
        self._given = recipe
        self._master_dpi = _believed_dpi(raster.pixels, raster.dpi)
        self._dpi = self._master_dpi * self._fit.m[0]
        self._copy = reduced(self._pixels, self._dpi)
        self._skews: dict[int, Estimate[deskew.Params]] = {}
        self._texts: dict[int, PageText] = {}
        self._view: _View | None = None
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

    def estimate_skew(self, quarters: int) -> Setting[deskew.Params, deskew.Inputs]:
        inputs = deskew.Inputs(quarters)
        if self.as_it_lies:
            return automatic(Estimate(deskew.Params(), 1.0), inputs)
        if quarters not in self._skews:
            self._skews[quarters] = deskew.estimate(self._copy, inputs)
        return automatic(self._skews[quarters], inputs)

    def view(self, quarters: int) -> _View:
        """The final page if it were turned by ``quarters``."""
        if self._view is None or self._view.quarters != quarters:
            self._view = self._rendered(quarters)
        return self._view

    def read(self, quarters: int) -> PageText:
        """The text of that page."""
        if quarters not in self._texts:
            view = self.view(quarters)
            self._texts[quarters] = self._engine.read(
                view.grey(), dpi=view.dpi, languages=self._languages, alternatives=self._alternatives
            )
        return self._texts[quarters]

    def _read_turned(self, quarters: int, *, part: bool) -> PageText:
        """``orient.Reader``. The part is cut from the view at hand and turned on from there."""
        if not part:
            return self.read(quarters)
        view = self._view or self.view(quarters)
        turned = np.rot90(_densest_band(view.grey(), view.dpi), view.quarters - quarters)
        return self._engine.read(np.ascontiguousarray(turned), dpi=view.dpi, languages=self._languages)

    def _rendered(self, quarters: int) -> _View:
        turn, turned = orient.apply(orient.Params(quarters), self._size)
        skew = manual(self._given.deskew) or self.estimate_skew(quarters)
        level, levelled = deskew.apply(skew.params, turned)
        longest = max(levelled.width, levelled.height)
        factor = min(max(1.0, MIN_DPI / self._dpi), sqrt(MAX_PIXELS / levelled.area), MAX_SIDE / longest)
        size = Size(max(1, round(levelled.width * factor)), max(1, round(levelled.height * factor)))
        scale = Transform.scale(size.width / levelled.width, size.height / levelled.height)
        transform = turn.then(level).then(scale)
        if size == turned and level == Transform.identity():
            pixels = np.ascontiguousarray(np.rot90(self._pixels, -quarters))
        else:
            pixels = _resampled(self._pixels, transform, size)
        return _View(quarters, pixels, self._fit.then(transform), size, round(self._dpi * factor, 2))


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


def _resampled(pixels: NDArray[np.uint8], transform: Transform, size: Size) -> NDArray[np.uint8]:
    """``pixels`` carried by ``transform`` onto a page of ``size``, with the colour of its paper around."""
    # OpenCV counts from pixel centres, we from the page's corner.
    centred = Transform.shift(0.5, 0.5).then(transform).then(Transform.shift(-0.5, -0.5))
    return np.asarray(
        cv2.warpAffine(
            pixels,
            centred.matrix()[:2],
            (size.width, size.height),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=_paper(pixels),
        ),
        dtype=np.uint8,
    )


def _paper(pixels: NDArray[np.uint8]) -> tuple[float, ...]:
    """The colour of the paper: the median of what is lighter than the mean."""
    step = max(1, min(pixels.shape[:2]) // 200)
    sample = pixels[::step, ::step].reshape(-1, *pixels.shape[2:])
    light = sample if sample.ndim == 1 else sample.mean(axis=1)
    colour = np.median(sample[light >= light.mean()], axis=0)
    return tuple(float(value) for value in np.atleast_1d(colour))


def _densest_band(grey: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """The band across the page, PART of its height, with most ink of letters."""
    mask, _ = letters(reduced(grey, dpi))
    rows = max(1, round(len(mask) * PART))
    sums = np.convolve(mask.sum(axis=1), np.ones(rows), mode="valid")
    top = round(int(sums.argmax()) / len(mask) * len(grey))
    return grey[top : top + max(1, round(len(grey) * PART))]
