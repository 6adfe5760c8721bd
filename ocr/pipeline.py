"""From a decoded master to the final page and its text: the only place that knows the order of the stages.

Blank; then turn, split, perspective, dewarp, deskew, crop: each is estimated on a reduced copy as the ones before have
made it, all compose one Transform, and the master is resampled once.
A page that brings its own text (born-digital PDF) is neither estimated nor read, unless it shows far more than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import sqrt
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import overlooked, own_text, quality, readable, second_look
from ocr.confidence import calibrated
from ocr.engines import Engine
from ocr.geometry import Box, Size, Transform
from ocr.language import codes, marks, others
from ocr.layout import reading, roles
from ocr.load import Raster
from ocr.readable import Watch, unwatched
from ocr.recipe import Mode, Recipe, Setting, automatic, manual
from ocr.resample import magnification, paper_colour, resampled
from ocr.stages import (
    SURE,
    Estimate,
    blank,
    bleed,
    crop,
    deskew,
    despeckle,
    dewarp,
    flatten,
    height,
    ink,
    orient,
    perspective,
    split,
)  # fmt: skip
from ocr.stages.reduced import reduced
from ocr.text import PageText
from ocr.view import View

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
VIETNAMESE = "vie"
MARGIN = 6
"""Pixels of paper around lines that are read alone."""
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
    """The final page of ``raster``, read in the first of ``languages``, lines of it in the others where evidence asks
    for that. MANUAL settings of ``recipe`` are kept, AUTO ones estimated anew.

    ``watch`` is shown the page after each step that changed it. Raises PageError LANGUAGE_MISSING.
    """
    watch("master", raster.pixels)
    if raster.text is not None and not own_text.covers(raster):
        raster = replace(raster, text=None)
    cv2.setNumThreads(1)  # one page a core: workers stand side by side
    restored = restore_marks and languages[0] == VIETNAMESE
    page = _Page(raster, engine, languages, recipe, watch, alternatives=alternatives or restored)
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
        if restored:
            text = marks.restore(codes.joined(text))
        text = calibrated(text)
    text = roles.told(text)
    as_read = raster.text is None and not is_blank.params.blank
    flags = {
        **page.flags(),
        "cut-off": as_read and page.is_cut_off(text, laid),
        "wrong-language": as_read and quality.is_wrong_language(text),
        "blank": is_blank.params.blank,
        "turned": quarters != 0 and turn.mode is Mode.AUTO,
        "turn-unsure": as_read and _unsure(turn),
        "split-unsure": _unsure(laid.settings["split"]),
        "sheet-unsure": _unsure(laid.settings["perspective"]),
        "skew-unsure": as_read and _unsure(laid.settings["deskew"]),
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
        recipe=Recipe(
            orient=turn,
            blank=is_blank,
            flatten=page.light,
            height=page.height(quarters),
            ink=page.inks,
            despeckle=page.specks,
            bleed=page.shining,
            **laid.settings,
        ),
        flags=tuple(flag for flag, raised in flags.items() if raised),
        quarters=quarters,
        skew=laid.settings["deskew"].params.degrees,
        blank=is_blank.params.blank,
    )


@dataclass(frozen=True)
class _Laid:
    """Where one turn puts the page. ``settings``: of the stages that move it, by their names. ``transform``: from the
    manageable master's pixels to those of the final page of ``size`` at ``dpi``. ``to_read``: to the page that is read,
    of ``read_size``, which may have more bare paper around; ``kept``: from its pixels to those of the final page.
    """

    settings: dict[str, Setting[Any, Any]]
    transform: Transform
    size: Size
    dpi: float
    to_read: Transform
    read_size: Size
    kept: Transform


class _Page:
    """One page on its way. Keeps what was found, rendered and read for each turn, so that nothing is done twice.

    ``as_it_lies``: born-digital or blank, so not turned or levelled unless a person says so. ``fit``: from the master's
    pixels to the manageable ones. ``alternatives``: also read what else each letter may be.
    """

    def __init__(
        self, raster: Raster, engine: Engine, languages: tuple[str, ...], recipe: Recipe, watch: Watch, *,
        alternatives: bool,
    ) -> None:  # fmt: skip
        self._master, self._watch = raster, watch
        self._pixels, self.fit = _manageable(raster.pixels)
        height, width = self._pixels.shape[:2]
        self._size = Size(width, height)
        self._engine, self._languages, self._alternatives = engine, languages, alternatives
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
        digital = self._master.text is not None
        return {
            "no-dpi": self._master_dpi != self._master.dpi,
            "low-dpi": self._master_dpi < MIN_DPI,
            "blurred": not digital and quality.is_blurred(self._pixels, self._copy),
            "dark": not digital and quality.is_dark(self._copy),
        }

    def is_cut_off(self, text: PageText, laid: _Laid) -> bool:
        """Whether ``text`` of the page as ``laid`` runs into an edge of the master."""
        return quality.is_cut_off(text, laid.transform, self._size, self._dpi)

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

    @cached_property
    def inks(self) -> Setting[ink.Params, ink.Inputs]:
        scale = self._copy.grey.shape[0] / self._size.height
        return manual(self._given.ink) or automatic(ink.estimate(self._copy, scale), ink.Inputs())

    @cached_property
    def specks(self) -> Setting[despeckle.Params, despeckle.Inputs]:
        inputs = despeckle.Inputs(self._dpi)
        return manual(self._given.despeckle) or automatic(despeckle.estimate(self._pixels, inputs), inputs)

    @cached_property
    def shining(self) -> Setting[bleed.Params, bleed.Inputs]:
        return manual(self._given.bleed) or automatic(bleed.estimate(self._pixels, self._copy), bleed.Inputs())

    def height(self, quarters: int) -> Setting[height.Params, height.Inputs]:
        inputs = height.Inputs(quarters)
        scale = self._copy.grey.shape[0] / self._size.height
        return manual(self._given.height) or automatic(height.estimate(self._copy, scale, inputs), inputs)

    def laid(self, quarters: int) -> _Laid:
        """The final page if it were turned by ``quarters``."""
        if quarters not in self._laid:
            self._laid[quarters] = self._lay(quarters)
        return self._laid[quarters]

    def _lay(self, quarters: int) -> _Laid:
        view = View(self._copy, Transform.identity(), self._size)
        settings: dict[str, Setting[Any, Any]] = {}

        def settled(stage: Any, inputs: Any) -> Any:
            """The stage's Params: what a person set, else what it proposes for the page as it is now."""
            name = stage.__name__.rpartition(".")[2]
            setting = manual(getattr(self._given, name))
            if setting is None:
                none = Estimate(stage.Params(), 1.0)
                setting = automatic(none if self.as_it_lies else stage.estimate(view.copy, inputs), inputs)
            settings[name] = setting
            return setting.params

        view = self._moved("split", view, split.apply(settled(split, split.Inputs(quarters)), view.size))
        view = view.turned(quarters)
        flat = settled(perspective, perspective.Inputs())
        view = self._moved("perspective", view, perspective.apply(flat, view.size))
        view = self._moved("dewarp", view, dewarp.apply(settled(dewarp, dewarp.Inputs()), view.size))
        skew = settled(deskew, deskew.Inputs(0))
        level, grown = deskew.apply(skew, view.size)
        kept = settled(crop, crop.Inputs(skew.degrees))
        inside, size = crop.apply(kept, grown)
        to_read, seen = (Transform.identity(), grown) if kept.bare else (inside, size)
        transform = view.transform.then(level)
        dpi = self._dpi_of(transform.then(inside), size)
        enlarged, size, dpi_then = _with_least_dpi(size, dpi)
        read_enlarged, seen, _ = _with_least_dpi(seen, dpi)
        return _Laid(
            settings,
            transform.then(inside).then(enlarged),
            size,
            dpi_then,
            transform.then(to_read).then(read_enlarged),
            seen,
            read_enlarged.inverse().then(to_read.inverse()).then(inside).then(enlarged),
        )

    def _moved(self, stage: str, view: View, step: tuple[Transform, Size]) -> View:
        after = view.moved(*step)
        if after is not view:
            self._watch(stage, after.copy.grey)
        return after

    def _dpi_of(self, transform: Transform, size: Size) -> float:
        """That of the page of ``size`` that ``transform`` makes; where the file tells none, by the sheet's own size."""
        if self._master_dpi != self._master.dpi:
            return _guessed_dpi(max(size.width, size.height))
        middle = transform.inverse().apply((size.width / 2, size.height / 2))
        return self._dpi * magnification(transform, middle)

    def rendered(self, laid: _Laid) -> NDArray[np.uint8]:
        """The final page in the master's colours."""
        return resampled(self._pixels, laid.transform, laid.size, paper_colour(self._pixels))

    def read(self, quarters: int) -> PageText:
        """The text of that page, in its pixels."""
        if quarters not in self._texts:
            laid, copy = self.laid(quarters), self._copy_to_read(quarters)
            text = reading.read(copy.grey, copy.dpi, partial(self._read_grey, copy))
            text = second_look.look(text, partial(self._read_part, copy))
            text = overlooked.add(text, self._ink_on(copy), partial(self._read_part, copy))
            text = others.reread(text, self._languages[1:], partial(self._read_part, copy))
            width, height = laid.read_size.width / copy.size.width, laid.read_size.height / copy.size.height
            text = text.mapped(Transform.scale(width, height).then(laid.kept), laid.size, laid.dpi).cleared()
            self._texts[quarters] = replace(text, areas=ink.areas(self.inks.params, text, laid.transform))
        return self._texts[quarters]

    def _read_grey(self, copy: readable.Copy, grey: NDArray[np.uint8], *, column: bool) -> PageText:
        """``reading.Reader``."""
        return self._engine.read(
            grey, dpi=copy.dpi, languages=self._languages[:1], alternatives=self._alternatives, column=column
        )

    def _read_part(
        self, copy: readable.Copy, part: Box, language: str | None = None, *, hidden: Sequence[Box] = ()
    ) -> PageText:
        """``second_look.Reader``, ``overlooked.Reader``, ``others.Reader``: ``part`` with the paper around it."""
        wide = Box(part.x - MARGIN, part.y - MARGIN, part.width + 2 * MARGIN, part.height + 2 * MARGIN)
        cut = wide.clipped(copy.size)
        grey = copy.grey[cut.y : cut.bottom, cut.x : cut.right].copy()
        paper = round(float(np.median(grey)))
        for box in hidden:
            inside = Transform.shift(-cut.x, -cut.y).apply_box(box).clipped(Size(cut.width, cut.height))
            grey[inside.y : inside.bottom, inside.x : inside.right] = paper
        text = self._engine.read(
            grey, dpi=copy.dpi,
            languages=(language or self._languages[0],), alternatives=self._alternatives and language is None,
        )  # fmt: skip
        return text.mapped(Transform.shift(cut.x, cut.y), copy.size, copy.dpi)

    def _ink_on(self, copy: readable.Copy) -> overlooked.Ink:
        """The page's ink, or, where some was taken out, what is left of it."""
        if self.inks.params.taken_out:
            left = reduced(copy.grey, copy.dpi)
            return overlooked.Ink(left.letter_boxes, Transform.scale(copy.size.height / left.grey.shape[0]).apply)
        scale = self._size.height / self._copy.grey.shape[0]
        return overlooked.Ink(self._copy.letter_boxes, Transform.scale(scale).then(copy.transform).apply)

    def _copy_to_read(self, quarters: int) -> readable.Copy:
        if quarters not in self._readable:
            laid = self.laid(quarters)
            cleaning = readable.Cleaning(
                self.inks.params,
                self.specks.params,
                self.light.params,
                self.shining.params,
                self.height(quarters).params,
            )
            self._readable[quarters] = readable.make(
                self._pixels, self._dpi, laid.to_read, laid.read_size, cleaning=cleaning, watch=self._watch
            )
        return self._readable[quarters]

    def _read_turned(self, quarters: int, *, part: bool) -> PageText:
        """``orient.Reader``. The part is cut from the copy at hand and turned on from there."""
        if not part:
            return self.read(quarters)
        at_hand = next(iter(self._readable), quarters)
        copy = self._copy_to_read(at_hand)
        turned = np.rot90(_densest_band(copy.grey, copy.dpi), at_hand - quarters)
        return self._engine.read(np.ascontiguousarray(turned), dpi=copy.dpi, languages=self._languages[:1])


def _unsure(setting: Setting[Any, Any]) -> bool:
    return setting.confidence is not None and setting.confidence < SURE


def _with_least_dpi(size: Size, dpi: float) -> tuple[Transform, Size, float]:
    """The map that enlarges a page of ``size`` to MIN_DPI where it is below, within the bounds of a final page; its
    size and dpi then.
    """
    longest = max(size.width, size.height)
    factor = min(max(1.0, MIN_DPI / dpi), sqrt(MAX_PIXELS / size.area), MAX_SIDE / longest)
    final = Size(max(1, round(size.width * factor)), max(1, round(size.height * factor)))
    return Transform.scale(final.width / size.width, final.height / size.height), final, round(dpi * factor, 2)


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
    return _guessed_dpi(long_side)


def _guessed_dpi(long_side: int) -> float:
    low, high = GUESSED_DPI
    return round(min(max(long_side / A4_INCHES, low), high), 2)


def _densest_band(grey: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """The band across the page, PART of its height, with most ink of letters."""
    mask = reduced(grey, dpi).letters.mask
    rows = max(1, round(len(mask) * PART))
    sums = np.convolve(mask.sum(axis=1), np.ones(rows), mode="valid")
    top = round(int(sums.argmax()) / len(mask) * len(grey))
    return grey[top : top + max(1, round(len(grey) * PART))]
