"""A sheet under the scanner: paper, light, skew, blur and noise; and where each word's ink came to lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import MM_PER_INCH, Box, Size, Transform
from tools.samples.sheet import OVERSAMPLING, PrintedWord, Sheet

Array = NDArray[Any]

WHITE_PAPER = np.array([249, 249, 247], np.float32)
OLD_PAPER = np.array([231, 212, 168], np.float32)
LID = np.array([243, 244, 246], np.float32)
TONER = np.array([32, 31, 34], np.float32)
INK_EDGE = 0.4
"""A pixel belongs to a word where print covers at least this much of it."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a sheet comes out of the scanner.

    ``skew``: degrees, positive where text runs down to the right. ``rotation``: the clockwise turn, in degrees, that
    makes the stored image upright. ``age``: 0 white to 1 yellow paper. ``shade``: how much darker the far edge
    is, 0 to 1. ``noise``: standard deviation in grey levels. ``mode``: ``colour``, ``grey`` or ``bilevel``. ``holes``:
    the edge punched for a ring binder, ``left`` or ``right``.
    """

    skew: float
    rotation: int = 0
    age: float = 0.1
    shade: float = 0.06
    noise: float = 3.0
    blur: float = 0.55
    mode: str = "colour"
    holes: str = ""


def scan(sheet: Sheet, look: Look, rng: np.random.Generator, back: Sheet | None = None) -> tuple[Array, Transform]:
    """The stored image (height x width x 3 RGB, or height x width; uint8) and the map from print pixels to its pixels.

    ``back``: the other side, showing through.
    """
    size = Size(*(round(side * sheet.dpi / MM_PER_INCH) for side in (sheet.width, sheet.height)))
    place = (
        Transform.scale(1 / OVERSAMPLING)
        .then(Transform.rotation(look.skew, (size.width / 2, size.height / 2)))
        .then(Transform.shift(*rng.uniform(-6, 6, 2)))
    )
    paper: Array = _paper(size, look, rng)
    if back is not None:
        ghost: Array = _warped(np.asarray(back.ink)[:, ::-1], place, size) / 255
        ghost = cv2.GaussianBlur(ghost, (0, 0), sheet.dpi / 90)
        paper = paper * (1 - 0.09 * ghost[..., None])
    if look.holes:
        _punch(paper, sheet, place, 12 if look.holes == "left" else sheet.width - 12)
    ink: Array = _warped(np.asarray(sheet.ink), place, size) / 255
    ink = ink * np.clip(0.95 + 0.04 * _clouds(size, 9, rng), 0, 1)
    image: Array = _mixed(paper, TONER, ink)
    marks = _warped(np.asarray(sheet.marks), place, size)
    pressed = image * (marks[..., :3] / 255) * 0.75 + marks[..., :3] * 0.25
    image = _mixed(image, pressed, marks[..., 3] / 255)
    sheet_area = _warped(np.full(sheet.ink.size[::-1], 255, np.uint8), place, size) / 255
    edge = np.clip(cv2.GaussianBlur(sheet_area, (0, 0), sheet.dpi / 70), 0, 1)
    image = _mixed(LID - 38 * edge[..., None], image, sheet_area)
    image = image * _light(size, look.shade)[..., None]
    image = cv2.GaussianBlur(image, (0, 0), look.blur * sheet.dpi / 200)
    grain = cv2.GaussianBlur(rng.normal(0, 1, image.shape).astype(np.float32), (0, 0), 0.6)
    image = image + look.noise * grain / grain.std()
    _dust(image, rng)
    turns = (-look.rotation // 90) % 4
    stored = np.rot90(_developed(image, look), -turns)
    return np.ascontiguousarray(stored), place.then(Transform.quarter_turns(size, turns))


def ink_box(word: PrintedWord, place: Transform, size: Size) -> Box:
    """The upright box, in pixels of the stored image of ``size``, of the ink of ``word``."""
    rows, columns = word.mask.shape
    around = place.apply_box(Box(word.x, word.y, columns, rows))
    local = Transform.shift(word.x, word.y).then(place).then(Transform.shift(-around.x, -around.y))
    ys, xs = np.nonzero(_warped(word.mask, local, Size(around.width, around.height)) >= 255 * INK_EDGE)
    x, y = around.x + int(xs.min()), around.y + int(ys.min())
    return Box(x, y, around.x + int(xs.max()) + 1 - x, around.y + int(ys.max()) + 1 - y).clipped(size)


def _warped(image: Array, place: Transform, size: Size) -> NDArray[np.float32]:
    """``image`` carried by ``place``. OpenCV counts from pixel centres, ``Transform`` from pixel corners."""
    centred = Transform.shift(0.5, 0.5).then(place).then(Transform.shift(-0.5, -0.5))
    matrix = centred.matrix()[:2]
    return np.asarray(cv2.warpAffine(image, matrix, (size.width, size.height), flags=cv2.INTER_LINEAR), np.float32)


def _mixed(below: Array, above: Array, cover: Array) -> NDArray[np.float32]:
    share = cover[..., None].astype(np.float32)
    return np.asarray(below * (1 - share) + above * share, np.float32)


def _clouds(size: Size, sigma: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Smooth noise, mean 0 and deviation 1, with blotches about ``sigma`` pixels across."""
    step = max(1, int(sigma / 2))
    small: Array = rng.normal(size=(size.height // step + 4, size.width // step + 4)).astype(np.float32)
    small = cv2.GaussianBlur(small, (0, 0), sigma / step)
    small = (small - small.mean()) / small.std()
    return np.asarray(cv2.resize(small, (size.width, size.height), interpolation=cv2.INTER_CUBIC), np.float32)


def _paper(size: Size, look: Look, rng: np.random.Generator) -> NDArray[np.float32]:
    base = WHITE_PAPER + (OLD_PAPER - WHITE_PAPER) * look.age
    y, x = np.mgrid[0 : size.height, 0 : size.width].astype(np.float32)
    to_edge = np.minimum(np.minimum(x, size.width - x), np.minimum(y, size.height - y)) / size.width
    browning = look.age * np.exp(-to_edge / 0.06)[..., None] * np.array([14, 24, 38], np.float32)
    fibres = 0.9 * _clouds(size, 2, rng) + (0.8 + 2.2 * look.age) * _clouds(size, 40, rng)
    stains = np.clip(_clouds(size, 90, rng) - 1.6, 0, 1)[..., None] * look.age * np.array([14, 22, 34], np.float32)
    return np.asarray(base - browning + fibres[..., None] - stains, np.float32)


def _punch(paper: Array, sheet: Sheet, place: Transform, x: float) -> None:
    """Two binder holes, 80 mm apart, ``x`` mm from the left; the dark bed shows in them."""
    for y in (sheet.height / 2 - 40, sheet.height / 2 + 40):
        at = place.apply((x * sheet.pixels_per_mm, y * sheet.pixels_per_mm))
        centre, radius = (round(at[0]), round(at[1])), round(3 * sheet.dpi / MM_PER_INCH)
        cv2.circle(paper, centre, radius, (96, 96, 98), -1, cv2.LINE_AA)
        cv2.ellipse(paper, centre, (radius, radius), 0, 150, 330, (58, 58, 60), max(2, radius // 6), cv2.LINE_AA)


def _light(size: Size, shade: float) -> NDArray[np.float32]:
    """1 in the middle, falling by ``shade`` to the right edge and by half of it to the foot."""
    x = np.linspace(0, 1, size.width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, size.height, dtype=np.float32)[:, None]
    return np.asarray(1 - shade * x**2 - shade / 2 * y**3, np.float32)


def _dust(image: Array, rng: np.random.Generator) -> None:
    """Some thirty dark specks of one to three pixels."""
    height, width = image.shape[:2]
    for _ in range(30):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        level = float(rng.uniform(60, 170))
        cv2.circle(image, centre, int(rng.integers(0, 2)), (level, level, level), -1)


def _developed(image: Array, look: Look) -> NDArray[np.uint8]:
    if look.mode == "colour":
        return np.clip(image, 0, 255).astype(np.uint8)
    grey = image @ np.array([0.299, 0.587, 0.114], np.float32)
    if look.mode == "bilevel":
        return np.where(grey > 150, 255, 0).astype(np.uint8)
    # Grey scanners clip the paper to white and keep 32 levels' worth of signal: what compresses, and what is seen.
    stretched = np.clip((grey - 20) * 255 / 205, 0, 255)
    return np.minimum(np.round(stretched / 8) * 8, 255).astype(np.uint8)
