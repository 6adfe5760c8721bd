"""What is asked of a worker process and what it answers; the functions that are submitted to it.

Everything here pickles. The functions may raise PageError and nothing else that is not a bug.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr import pipeline
from ocr.engines import open_engine
from ocr.errors import PageError, PageFault
from ocr.geometry import Size, Transform
from ocr.layers import PackedLayers, pack, split_layers
from ocr.likeness import likeness
from ocr.load import Inspection, count, inspect, load
from ocr.pipeline import Processed
from ocr.recipe import Mode, Recipe, Setting
from ocr.stages.split import Part, facing
from ocr.text import PageText

PAGE_QUALITY, THUMBNAIL_QUALITY = 75, 80
"""JPEG. A page read again from quality 75 reads as from 90 (`docs/decisions/014-measuring.md`), at half the bytes."""
THUMBNAIL_SIDE = 256
FOREIGN_WORDS, FOREIGN_CONFIDENCE, CLEARLY_BETTER = 15, 0.45, 0.15
"""A page of so many words read with less confidence may be in another language; one that reads it better by so much is
taken. Russian read as Vietnamese has a confidence of about 0.3, poor Vietnamese scans seldom under 0.5.
"""


@dataclass(frozen=True)
class PageRequest:
    """Process page ``index`` (0-based) of the master ``source``.

    ``languages``: what to read, such as ``("vie",)``, the first on the whole page. ``others``: what lines or the whole
    page may be in besides. All but the first are tried only where evidence asks for it; of ``others`` those count for
    which there is a model. ``recipe``: an earlier result's,
    whose MANUAL settings are kept. ``engine``: as ``ocr.engines.open_engine`` takes it. ``alternatives``: also what
    else each letter may be. ``restore_marks``: let language evidence change words that differ in marks. ``layers``:
    also the page as the reading profile holds it.
    """

    source: Path
    index: int
    languages: tuple[str, ...]
    recipe: Recipe | None = None
    engine: str = "auto"
    alternatives: bool = False
    others: tuple[str, ...] = ()
    restore_marks: bool = True
    layers: bool = False


@dataclass(frozen=True)
class PageResult:
    """A finished page.

    ``transform``: from master pixels to page pixels. ``size``, ``dpi``: of the final page, to which ``text`` refers.
    ``rotation``: the clockwise turn applied, 0, 90, 180 or 270. ``skew``: degrees found after that turn and taken out,
    positive where the text ran down to the right. ``confidence``: of the text, None where there is none.
    ``flags``: public codes: no-dpi, low-dpi, blurred, dark, cut-off, wrong-language, blank, turned, turn-unsure,
    split-unsure, sheet-unsure, skew-unsure, low-confidence, no-text.
    ``image``: the final page as 24-bit JPEG, what grey masters give too; empty where layers were asked for.
    ``thumbnail``: JPEG, longest side 256. ``seconds``: on the clock of the wall. ``layers``: of the final page, where
    they were asked for. ``likeness``: what tells the page from others (``ocr.likeness``); None for a blank one.
    """

    recipe: Recipe
    text: PageText
    transform: Transform
    size: Size
    dpi: float
    rotation: int
    skew: float
    blank: bool
    confidence: float | None
    flags: tuple[str, ...]
    image: bytes
    thumbnail: bytes
    seconds: float
    layers: PackedLayers | None = None
    likeness: bytes | None = None

    @property
    def part(self) -> Part:
        """Which of two facing pages this is, if so."""
        return Part.WHOLE if self.recipe.split is None else self.recipe.split.params.part


@dataclass(frozen=True)
class StageImage:
    """The page after one step. ``name``: public code of the stage; ``image``: JPEG."""

    name: str
    image: bytes


@dataclass(frozen=True)
class PreviewRequest:
    """Page ``index`` of ``source``, turned clockwise by ``quarters``, fitted into ``longest_side`` pixels."""

    source: Path
    index: int
    quarters: int
    longest_side: int


def inspect_file(path: Path) -> Inspection:
    """What the file holds. Raises PageError."""
    return inspect(path)


def count_pages(path: Path) -> int:
    """How many pages the file holds; that they can be read is not proved. Raises PageError."""
    return count(path)


def process_page(request: PageRequest) -> PageResult:
    """The clean page and its text. Raises PageError."""
    began = time.perf_counter()
    done = _in_likeliest_language(request)
    height, width = done.pixels.shape[:2]
    thumbnail = _jpeg(_fitted(done.pixels, THUMBNAIL_SIDE), THUMBNAIL_QUALITY)
    alike = None if done.blank else likeness(done.pixels, done.dpi)
    layers = pack(split_layers(done.pixels, done.dpi)) if request.layers else None
    image = None if request.layers else Image.fromarray(np.ascontiguousarray(_coloured(done.pixels)))
    # The image has the pixels now; encoding takes as much memory again.
    done = replace(done, pixels=np.empty((0, 0), np.uint8))
    return PageResult(
        recipe=done.recipe,
        text=done.text,
        transform=done.transform,
        size=Size(width, height),
        dpi=done.dpi,
        rotation=done.quarters * 90,
        skew=done.skew,
        blank=done.blank,
        confidence=done.text.confidence,
        flags=done.flags,
        image=b"" if image is None else _encoded(image, PAGE_QUALITY, done.dpi),
        thumbnail=thumbnail,
        likeness=alike,
        layers=layers,
        seconds=time.perf_counter() - began,
    )


def facing_page(request: PageRequest, result: PageResult) -> PageRequest | None:
    """What to ask for the page to the right, where ``result`` says that ``request`` led to two facing pages."""
    split_ = result.recipe.split
    if split_ is None or split_.mode is Mode.MANUAL or split_.params.part is not Part.LEFT:
        return None
    return replace(request, recipe=replace(request.recipe or Recipe(), split=Setting(facing(split_.params))))


def stage_images(request: PageRequest) -> tuple[StageImage, ...]:
    """The page after each step that changed it, first the master, for a person who wonders what was done to it. Raises
    PageError.
    """
    images = []

    def watch(name: str, pixels: NDArray[np.uint8]) -> None:
        images.append(StageImage(name, _jpeg(pixels, PAGE_QUALITY)))

    raster, recipe = load(request.source, request.index), request.recipe or Recipe()
    pipeline.run(raster, open_engine(request.engine), request.languages, recipe, watch=watch)
    return tuple(images)


def _in_likeliest_language(request: PageRequest) -> Processed:
    """The page in the first language asked for; in another one where that fits badly and another clearly better.

    A page in a foreign script reads as nonsense with little confidence; a second model on every page would cost more.
    """
    engine = open_engine(request.engine)
    missing = [language for language in request.languages if language not in engine.languages()]
    if missing:
        raise PageError(PageFault.LANGUAGE_MISSING, ", ".join(missing))
    others = [each for each in request.others if each in engine.languages() and each not in request.languages]
    raster = load(request.source, request.index)

    def read(languages: tuple[str, ...]) -> Processed:
        return pipeline.run(
            raster, engine, languages, request.recipe or Recipe(),
            alternatives=request.alternatives, restore_marks=request.restore_marks,
        )  # fmt: skip

    wanted = (*request.languages, *others)
    best = read(wanted)
    if not _reads_badly(best.text):
        return best
    for language in wanted[1:]:
        again = read((language,))
        if (again.text.confidence or 0.0) > (best.text.confidence or 0.0) + CLEARLY_BETTER:
            best = again
    return best


def _reads_badly(text: PageText) -> bool:
    words = sum(1 for _ in text.words)
    return words >= FOREIGN_WORDS and (text.confidence or 0.0) < FOREIGN_CONFIDENCE


def preview_page(request: PreviewRequest) -> bytes:
    """The unprocessed page as JPEG, for the window. Raises PageError."""
    pixels = _fitted(load(request.source, request.index).pixels, request.longest_side)
    return _jpeg(np.rot90(pixels, -request.quarters), THUMBNAIL_QUALITY)


def _fitted(pixels: NDArray[np.uint8], longest_side: int) -> NDArray[np.uint8]:
    """A copy no larger than ``longest_side``; never enlarged."""
    height, width = pixels.shape[:2]
    factor = min(1.0, longest_side / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _coloured(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pixels if pixels.ndim == 3 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB), np.uint8)


def _jpeg(pixels: NDArray[np.uint8], quality: int, dpi: float | None = None) -> bytes:
    return _encoded(Image.fromarray(np.ascontiguousarray(pixels)), quality, dpi)


def _encoded(image: Image.Image, quality: int, dpi: float | None) -> bytes:
    """JPEG with colour at half the resolution (4:2:0), ``dpi`` written into it."""
    out = BytesIO()
    resolution = {} if dpi is None else {"dpi": (round(dpi), round(dpi))}
    image.save(out, "JPEG", quality=quality, subsampling=2, optimize=True, **resolution)
    return out.getvalue()
