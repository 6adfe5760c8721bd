"""A line of ink as a bad scan shows it, cut and scaled as Tesseract does before its network sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import radians, tan

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.readable import softened
from ocr.stages.height import BEST, NEAR
from tools.recogniser.drawing import Floats, Typesetter
from tools.recogniser.leptonica import scaled
from tools.recogniser.network import COLUMN, HEIGHT

Grey = NDArray[np.uint8]

DPI = (300, 300, 300, 300, 200, 200, 200, 150, 240, 100, 120, 400)
POINTS = (13, 13.5, 14, 12, 11, 10, 14, 16)
X_HEIGHT = 0.46
"""Of the type's size, in Times."""
PAD = 4
"""Pixels that Tesseract leaves around a line."""
NARROWEST, WIDEST = 10, 2600
"""Pixels of a line worth learning from."""
TALL = set("ẤẦẨẪẬẾỀỂỄỆỐỒỔỖỘÁÀẢÃÉÈẺẼÍÌỈĨÓÒỎÕÚÙỦŨÝỲỶỸỚỜỞỠỨỪỬỮẮẰẲẴÔÊÂ")
HIGH = set("ấầẩẫếềểễốồổỗắằẳẵbdđfhklt") | {chr(code) for code in range(ord("A"), ord("Z") + 1)}
LOW = set("gpqyạậặẹệịọộợụựỵ(),;Q/")


@dataclass(frozen=True)
class _Way:
    """How a line is scanned. ``share``: of all lines; ``blur``: bounds of its deviation in pixels at 250 dpi."""

    share: float
    blur: tuple[float, float] = (0.3, 0.8)
    copied: bool = False
    bilevel: bool = False
    faded: bool = False
    stamped: bool = False


_WAYS = (
    _Way(0.28),
    _Way(0.28, (0.6, 1.3), copied=True),
    _Way(0.26, bilevel=True),
    _Way(0.12, faded=True),
    _Way(0.06, stamped=True),
)


@dataclass(frozen=True)
class _Printed:
    """``cover``: (h, w), 0 paper to 1 ink. ``size``: of the type in pixels; ``baseline``: its row."""

    cover: Floats
    size: float
    baseline: float


@dataclass
class _Paper:
    """The same on paper, scanned: ``grey``, (h, w), 0 to 255; ``light``, ``dark``: levels of paper and ink."""

    grey: Floats
    size: float
    baseline: float
    light: float
    dark: float


class Scanner:
    """Makes lines to learn from out of texts, with random numbers of ``rng``."""

    def __init__(self, rng: np.random.Generator, text: Callable[[], str]) -> None:
        self._rng, self._text, self._set = rng, text, Typesetter(rng)

    def line(self) -> tuple[str, Grey]:
        """A text and its picture, (HEIGHT, a multiple of COLUMN), with room for every letter."""
        while True:
            text = self._text()
            picture = self._picture(text)
            if picture is None:
                continue
            width = picture.shape[1] // COLUMN * COLUMN
            if width // COLUMN >= len(text) * 1.05 + 2:
                return text, picture[:, :width]

    def _picture(self, text: str) -> Grey | None:
        rng = self._rng
        dpi = int(rng.choice(DPI))
        points = float(rng.choice((*POINTS, rng.uniform(8, 20))))
        printed = self._printed(text, dpi, max(points, 11.5) if dpi <= 120 else points)
        if printed is None:
            return None
        way = _WAYS[int(rng.choice(len(_WAYS), p=[each.share for each in _WAYS]))]
        paper = self._on_paper(printed, dpi, way)
        if way.faded:
            self._shine_through(paper)
        if way.stamped:
            self._stamp(paper)
        if rng.random() < 0.06:
            self._scribble(paper)
        self._grain(paper, way)
        grey = self._two_levels(paper) if way.bilevel else self._packed(paper)
        return self._cut(text, *self._as_read(grey, paper, dpi))

    def _printed(self, text: str, dpi: int, points: float) -> _Printed | None:
        """The line at ``dpi``, its neighbours above and below included; None where it is far too long."""
        rng = self._rng
        finer = 2.0 if dpi < 250 else 1.5
        size = max(12, round(points * dpi / 72 * finer))
        ink = self._set.ink(text, size)
        cover, baseline = ink.cover, ink.baseline
        height, width = cover.shape
        if width > 9000:
            return None
        leading = size * rng.uniform(1.12, 1.6)
        for side in (-1, 1):
            if rng.random() < 0.35:
                other = self._set.ink(self._text(), size)
                shift = int(baseline + side * leading - other.baseline)
                top, bottom, right = max(0, shift), min(height, shift + height), min(width, other.cover.shape[1])
                rows = other.cover[top - shift : bottom - shift, :right]
                cover[top:bottom, :right] = np.maximum(cover[top:bottom, :right], rows)
        slope, stretch = tan(radians(rng.normal(0, 0.12))), float(rng.choice((1, 1, rng.uniform(0.9, 1.1))))
        slant = float(rng.choice((0, 0, rng.uniform(-0.03, 0.03))))
        matrix = np.array([[stretch, slant, -slant * baseline], [slope, 1, -slope * width / 2]], np.float32)
        cover = np.asarray(cv2.warpAffine(cover, matrix, (max(8, int(width * stretch)), height)), np.float32)
        if rng.random() < 0.1:
            spread = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2, 2) if size < 60 else (3, 3))
            cover = np.asarray((cv2.dilate if rng.random() < 0.6 else cv2.erode)(cover, spread), np.float32)
        smaller = cv2.resize(cover, None, fx=1 / finer, fy=1 / finer, interpolation=cv2.INTER_AREA)
        return _Printed(np.asarray(smaller, np.float32), size / finer, baseline / finer)

    def _on_paper(self, printed: _Printed, dpi: int, way: _Way) -> _Paper:
        rng = self._rng
        sigma = float(rng.uniform(*way.blur)) * (dpi / 250 if dpi >= 200 else 0.8)
        cover = np.asarray(cv2.GaussianBlur(printed.cover, (0, 0), sigma), np.float32)
        if way.copied and rng.random() < 0.4:
            cover = np.minimum(cover * np.float32(rng.uniform(1.0, 1.6)), 1)
        light = float(rng.uniform(215, 255))
        dark = float(rng.choice((rng.uniform(0, 50), rng.uniform(0, 50), rng.uniform(30, 120))))
        dark = float(rng.uniform(80, 160)) if way.faded else dark
        return _Paper(light - (light - dark) * cover, printed.size, printed.baseline, light, dark)

    def _shine_through(self, paper: _Paper) -> None:
        """The other side shows, and the light falls off."""
        rng, (height, width) = self._rng, paper.grey.shape
        back = self._set.ink(self._text(), max(10, int(paper.size))).cover[:, ::-1]
        soft = cv2.resize(cv2.GaussianBlur(back, (0, 0), max(1.0, paper.size / 14)), (width, height))
        across = np.linspace(0, 1, width, dtype=np.float32)[None]
        paper.grey -= np.asarray(soft, np.float32) * np.float32(rng.uniform(10, 60))
        paper.grey *= 1 - np.float32(rng.uniform(0, 0.25)) * (across if rng.random() < 0.5 else 1 - across)

    def _stamp(self, paper: _Paper) -> None:
        """Rings of a stamp that is left over in grey."""
        rng, (height, width) = self._rng, paper.grey.shape
        rings = np.zeros((height, width), np.float32)
        for _ in range(int(rng.integers(1, 4))):
            centre = (int(rng.uniform(0, width)), int(rng.uniform(-3 * height, 4 * height)))
            stroke = max(1, int(paper.size * rng.uniform(0.05, 0.15)))
            cv2.circle(rings, centre, int(rng.uniform(height, 5 * height)), 1, stroke, cv2.LINE_AA)
        paper.grey = np.minimum(paper.grey, paper.light - (paper.light - np.float32(rng.uniform(110, 210))) * rings)

    def _scribble(self, paper: _Paper) -> None:
        """A pen's stroke across."""
        rng, (height, width) = self._rng, paper.grey.shape
        stroke = np.zeros((height, width), np.float32)
        start = np.array([rng.choice((0, width - paper.size, rng.uniform(0, width))), height / 2])
        path = rng.normal(0, 1, (int(rng.integers(4, 12)), 2)).cumsum(axis=0) * paper.size * 0.5 + start
        cv2.polylines(stroke, [path.astype(np.int32)], False, 1.0, max(1, int(paper.size * 0.06)), cv2.LINE_AA)
        paper.grey = np.minimum(paper.grey, paper.light - (paper.light - paper.dark - 20) * stroke)

    def _grain(self, paper: _Paper, way: _Way) -> None:
        rng = self._rng
        some = rng.choice((rng.uniform(0, 4), rng.uniform(0, 8), rng.uniform(4, 26)))
        noise = rng.normal(0, rng.uniform(2, 14) if way.bilevel else some, paper.grey.shape).astype(np.float32)
        if rng.random() < 0.4:
            noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.7), np.float32) * np.float32(1.8)
        paper.grey += noise

    def _two_levels(self, paper: _Paper) -> Grey:
        """Bilevel, thick or thin, worn in places, with salt and pepper."""
        rng, (height, width) = self._rng, paper.grey.shape
        usual = rng.random() < 0.7
        level = np.full(
            (1, 1), np.clip(rng.normal(0.55, 0.14), 0.25, 0.85) if usual else rng.uniform(0.12, 0.3), np.float32
        )
        if rng.random() < 0.35:
            patches = rng.normal(0, 1, (2, max(2, int(width / (paper.size * rng.uniform(2, 12))))))
            worn = cv2.resize(patches.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
            level = np.clip(level - np.float32(rng.uniform(0.06, 0.36)) * np.maximum(worn, 0), 0.06, 0.85)
        grey = np.where(paper.grey > paper.dark + (paper.light - paper.dark) * level, np.uint8(255), np.uint8(0))
        if rng.random() < 0.4:
            spots, share = rng.random(grey.shape), float(rng.choice((0.0005, 0.002, 0.006)))
            grey[spots < share] = 0
            grey[spots > 1 - share] = 255
        return np.asarray(cv2.medianBlur(grey, 3), np.uint8) if rng.random() < 0.3 else grey

    def _packed(self, paper: _Paper) -> Grey:
        grey = np.clip(paper.grey, 0, 255).astype(np.uint8)
        if self._rng.random() < 0.75:
            quality = int(self._rng.choice((40, 50, 60, 75, 85, 92)))
            _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
            grey = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
        return grey

    def _as_read(self, grey: Grey, paper: _Paper, dpi: int) -> tuple[Grey, float, float]:
        """The copy that the engine sees, size of its type and its baseline: as ``ocr.readable`` makes it."""
        rng = self._rng
        factor = float(np.clip(rng.normal(BEST, 1.6), 12, 24)) / (X_HEIGHT * paper.size)
        factor = 1.0 if rng.random() < 0.12 else factor
        if not NEAR[0] <= factor <= NEAR[1] or dpi <= 120:
            how = cv2.INTER_AREA if factor < 0.75 else cv2.INTER_CUBIC
            grey = np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=how), np.uint8)
            return softened(grey), paper.size * factor, paper.baseline * factor
        if rng.random() < 0.4:  # taken out skew
            moved = np.array([[1, 0, rng.random()], [0, 1, rng.random()]], np.float32)
            size = grey.shape[1], grey.shape[0]
            warped = cv2.warpAffine(grey, moved, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            grey = np.asarray(warped, np.uint8)
        return softened(grey), paper.size, paper.baseline

    def _cut(self, text: str, grey: Grey, size: float, baseline: float) -> Grey | None:
        """From the top of ascenders to the bottom of descenders, as the row has them or as this line's ink has."""
        rng, letters, height = self._rng, set(text), len(grey)
        above = X_HEIGHT * (1 + rng.uniform(0.35, 0.75)) * size
        below = X_HEIGHT * rng.uniform(0.3, 0.6) * size
        if letters & TALL:
            above = max(above, size * rng.uniform(0.82, 1.0))
        elif letters & HIGH:
            above = max(above, size * rng.uniform(0.66, 0.78))
        if letters & LOW:
            below = max(below, size * rng.uniform(0.2, 0.26))
        if rng.random() < 0.14:  # lines stand close, or something beside stands out
            above, below = above + size * rng.uniform(0, 0.55), below + size * rng.uniform(0, 0.45)
        top = max(0, round(baseline - above - PAD + rng.normal(0, 0.5)))
        bottom = min(height, round(baseline + below + PAD + rng.normal(0, 0.5)))
        rows = grey[top:bottom]
        inked = np.nonzero((rows < (int(grey.max()) + int(grey.min())) / 2).any(axis=0))[0]
        if len(inked) < 3 or len(rows) < 14:
            return None
        left = max(0, int(inked[0]) - PAD - int(rng.integers(0, 3)))
        right = int(inked[-1]) + PAD + int(rng.integers(0, 3))
        picture = scaled(np.ascontiguousarray(rows[:, left:right]), HEIGHT)
        return picture if NARROWEST <= picture.shape[1] <= WIDEST else None
