"""A page image into what needs resolution and what needs colour: bilevel ink, and paper at low resolution.

Mixed raster content in its simplest form (ITU-T T.44): the background is painted first, then each ink through its
mask in one colour. Pictures stay in the background.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from ocr.geometry import MM_PER_INCH

BACKGROUND_DPI = 100.0
BACKGROUND_QUALITY = 50
"""JPEG quality of a background, which holds no letters."""
_ROWS_PER_STRIP, _STRIP_OFFSETS, _STRIP_BYTE_COUNTS = 278, 273, 279
"""TIFF 6.0 tags."""
GRAIN, GRAIN_WINDOW = 5.0, 7
"""The background is smoothed over so many pixels, among those that differ by less than so many deviations of its
noise."""
PAPER_DPI = 75.0
"""Resolution at which the paper's own colour is looked for."""
WIDEST_STROKE_MM = 3.0
"""A dark place wider than this is no ink but part of the paper or a picture."""
PICTURE_WINDOW_MM = 8.0
PICTURE_DENSITY = 0.45
"""Share of a window that is dark where there is a picture; print covers 0.05 to 0.3."""
INK_BELOW = (115, 190)
"""Bounds of the level below which a pixel is ink (255 is paper; in its darkest channel); Otsu decides between them."""
EDGE_MM = 0.5
EDGE_LEAST = 45
"""Levels by which the edge of ink rises, in the mean, within ``EDGE_MM``; the shadows of a picture are softer."""
COLOURED = 0.3
"""Least difference between an ink's brightest and darkest channel, as a share of the light its darkest one takes."""
COLOUR_WINDOW_MM = 0.6
"""A pixel has the mean colour of the ink in this window: JPEG keeps colour at half the resolution, and it bleeds."""
LEAST_COLOURED_MM2 = 4.0
"""Coloured ink on a page is at least this much, else it is colour noise at the edges of black."""
NOISY = 8.0
"""Deviation of the noise, in levels, from which the edges of ink are ragged by it, which costs the most bytes."""
SMOOTH = 0.55
"""Pixels: deviation of the blur of noisy pages before ink is told from paper."""
SPECK_MM2 = 0.03
"""Smaller specks are left in the background: less than half a full stop of 8 points."""

Rgb = NDArray[np.uint8]
Mask = NDArray[np.uint8]


@dataclass(frozen=True)
class Ink:
    """One colour (red, green, blue, 0..255) and where it is: ``mask``, height x width, 255 there, else 0, full size."""

    mask: Mask
    colour: tuple[int, int, int]


@dataclass(frozen=True)
class Layers:
    """``background``: height x width x 3, RGB, at most ``BACKGROUND_DPI``, ink replaced by paper. ``inks``: painted in
    this order; none on a blank page."""

    background: Rgb
    inks: tuple[Ink, ...]


@dataclass(frozen=True)
class PackedInk:
    """``mask``: the place of the ink in ITU-T T.6 (Group 4), black where it is; ``colour``: as in ``Ink``."""

    mask: bytes
    colour: tuple[int, int, int]


@dataclass(frozen=True)
class PackedLayers:
    """Layers as a PDF holds them. ``background``: RGB JPEG; the masks of ``inks`` are of the page's size in pixels."""

    background: bytes
    inks: tuple[PackedInk, ...]


def pack(layers: Layers) -> PackedLayers:
    """The layers, compressed."""
    background = io.BytesIO()
    Image.fromarray(layers.background).save(background, "JPEG", quality=BACKGROUND_QUALITY, optimize=True)
    return PackedLayers(background.getvalue(), tuple(PackedInk(_group4(ink.mask), ink.colour) for ink in layers.inks))


def _group4(mask: Mask) -> bytes:
    """``mask`` in ITU-T T.6, black where it is set: the one strip of a TIFF that libtiff writes."""
    strip = TiffImagePlugin.ImageFileDirectory_v2()
    strip[_ROWS_PER_STRIP] = mask.shape[0]
    made = io.BytesIO()
    bilevel = Image.fromarray(mask).convert("1", dither=Image.Dither.NONE)
    bilevel.save(made, "TIFF", compression="group4", tiffinfo=strip)
    with Image.open(made) as written:
        assert isinstance(written, TiffImagePlugin.TiffImageFile)
        (offset,), (count,) = written.tag_v2[_STRIP_OFFSETS], written.tag_v2[_STRIP_BYTE_COUNTS]
    return made.getvalue()[offset : offset + count]


def split_layers(pixels: NDArray[np.uint8], dpi: float) -> Layers:
    """The layers of a page: ``pixels`` is (h, w) grey or (h, w, 3) RGB, 8 bits, of ``dpi`` pixels an inch (above 0)."""
    paper = _paper(pixels, dpi)
    level = np.asarray(cv2.divide(pixels, paper, scale=255), np.uint8)
    ink = _ink(_calm(_least(level)), dpi)
    warm, cool = _coloured(level, ink, dpi) if pixels.ndim == 3 else (np.zeros_like(ink),) * 2
    black = ink & ~warm & ~cool
    inks = tuple(Ink(mask, _colour(pixels, mask)) for mask in (warm, cool, black) if mask.any())
    background = _background(pixels, paper, ink, dpi)
    if background.ndim == 2:
        background = np.asarray(cv2.cvtColor(background, cv2.COLOR_GRAY2RGB), np.uint8)
    return Layers(background, inks)


def _paper(pixels: NDArray[np.uint8], dpi: float) -> NDArray[np.uint8]:
    """The page without what is narrower than a stroke: a closing, smoothed, of the size of ``pixels``."""
    height, width = pixels.shape[:2]
    small = _shrunk(pixels, dpi, PAPER_DPI)
    reach = _odd(WIDEST_STROKE_MM * min(PAPER_DPI, dpi) / MM_PER_INCH)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    smooth = cv2.blur(closed, (reach, reach))
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _calm(darkest: Mask) -> Mask:
    """``darkest``, smoothed where the page is noisy: the contours of clean print stay as they are."""
    height, width = darkest.shape
    middle = darkest[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4]
    if _noise(middle) < NOISY:
        return darkest
    return np.asarray(cv2.GaussianBlur(darkest, (0, 0), SMOOTH), np.uint8)


def _ink(darkest: Mask, dpi: float) -> Mask:
    """255 where ``darkest`` is ink: dark enough, with a sharp edge, not in a picture, no speck."""
    otsu, _ = cv2.threshold(darkest, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    below = min(max(otsu, INK_BELOW[0]), INK_BELOW[1])
    ink = np.asarray(cv2.threshold(darkest, below, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    window = _odd(PICTURE_WINDOW_MM * dpi / MM_PER_INCH)
    dense = _where(cv2.blur(ink, (window, window)) > PICTURE_DENSITY * 255)
    ink[cv2.dilate(dense, np.ones((window, window), np.uint8)) > 0] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    reach = np.ones((_odd(EDGE_MM * dpi / MM_PER_INCH),) * 2, np.uint8)
    rise = cv2.morphologyEx(darkest, cv2.MORPH_GRADIENT, reach)
    border = (ink > 0) & (cv2.erode(ink, np.ones((3, 3), np.uint8)) == 0)
    lengths = np.bincount(labels[border], minlength=count)
    rises = np.bincount(labels[border], weights=rise[border], minlength=count) / np.maximum(lengths, 1)
    whole = stats[:, cv2.CC_STAT_AREA] >= SPECK_MM2 * (dpi / MM_PER_INCH) ** 2
    keep = _where(whole & (rises >= EDGE_LEAST))
    keep[0] = 0  # the label of all that is not ink
    return np.asarray(keep[labels], np.uint8)


def _coloured(level: Rgb, ink: Mask, dpi: float) -> tuple[Mask, Mask]:
    """The parts of ``ink`` in warm (seals) and in cool colours (signatures)."""
    window = _odd(COLOUR_WINDOW_MM * dpi / MM_PER_INCH)
    of_ink = cv2.blur(cv2.bitwise_and(level, level, mask=ink), (window, window))
    share = cv2.blur(ink, (window, window))
    smooth = np.asarray(cv2.divide(of_ink, cv2.merge([share] * 3), scale=255), np.uint8)
    red, green, blue = cv2.split(smooth)
    darkest = _least(smooth)
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), darkest)
    least = cv2.addWeighted(darkest, -COLOURED, darkest, 0, 255 * COLOURED)
    coloured = ink & _where(spread > least)
    warmer = _where(red > blue)
    smallest = LEAST_COLOURED_MM2 * (dpi / MM_PER_INCH) ** 2
    warm, cool = (
        part if cv2.countNonZero(part) >= smallest else np.zeros_like(part)
        for part in (coloured & warmer, coloured & ~warmer)
    )
    return warm, cool


def _least(image: NDArray[np.uint8]) -> Mask:
    """The darkest channel of each pixel."""
    if image.ndim == 2:
        return image
    red, green, blue = cv2.split(image)
    return np.asarray(cv2.min(cv2.min(red, green), blue), np.uint8)


def _where(condition: NDArray[np.bool_]) -> Mask:
    return np.where(condition, np.uint8(255), np.uint8(0))


def _colour(pixels: NDArray[np.uint8], mask: Mask) -> tuple[int, int, int]:
    """The middle colour of the ink's inside, or of all of it where it is all edge."""
    inside = cv2.erode(mask, np.ones((3, 3), np.uint8))
    middle = np.median(pixels[(inside if inside.any() else mask) > 0], axis=0)
    red, green, blue = np.broadcast_to(middle, 3)
    return int(red), int(green), int(blue)


def _background(pixels: NDArray[np.uint8], paper: NDArray[np.uint8], ink: Mask, dpi: float) -> NDArray[np.uint8]:
    """The mean of what is not ink (nor its soft edge) in each low-resolution pixel; paper where nothing else is."""
    edge = _odd(dpi / BACKGROUND_DPI)
    free = cv2.bitwise_not(cv2.dilate(ink, np.ones((edge, edge), np.uint8)))
    filled = paper.copy()
    cv2.copyTo(pixels, free, filled)
    small = _shrunk(filled, dpi, BACKGROUND_DPI)
    grey = small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    return np.asarray(cv2.bilateralFilter(small, GRAIN_WINDOW, GRAIN * _noise(grey), GRAIN_WINDOW), np.uint8)


def _noise(grey: Mask) -> float:
    """Deviation of the noise, in levels, at least 0.1, of a grey image.

    J. Immerkær, "Fast noise variance estimation", 1996, with the median in the place of the mean: edges do not count.
    """
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    if min(grey.shape) < len(kernel):
        return 0.1
    return max(0.1, float(np.median(np.abs(cv2.filter2D(grey, cv2.CV_32F, kernel)))) / 0.6745 / 6)


def _shrunk(image: NDArray[np.uint8], dpi: float, wanted: float) -> NDArray[np.uint8]:
    """``image`` at ``wanted`` dpi, or as it is where it has no more."""
    if dpi <= wanted:
        return image
    height, width = image.shape[:2]
    size = max(1, round(width * wanted / dpi)), max(1, round(height * wanted / dpi))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _odd(pixels: float) -> int:
    """The nearest odd whole number, at least 1."""
    return max(1, 2 * int(pixels / 2) + 1)
