"""TIFF: many pages, every depth and compression. Pillow decodes; a layout it does not know, OpenCV does."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin, UnidentifiedImageError

from ocr.errors import PageError, PageFault
from ocr.geometry import Size
from ocr.loaders.image import eight_bits, flat_pixels, opened, sample_range, turned
from ocr.loaders.raster import (
    MAX_PAGES,
    PageInfo,
    Raster,
    Resolution,
    checked_index,
    checked_size,
    page_info,
    raster,
)

_NEW_SUBFILE_TYPE = 254
_REDUCED_OR_MASK = 1 | 4
_OLD_REDUCED = 2
_ORIENTATION = 274
_CENTIMETRE = 3
_WEBP = 50001
"""Compression of libtiff's own: each strip is a whole WebP image."""
_WHITE_IS_ZERO = 0
_GREY_MODES = ("I", "F")
"""First letters of the Pillow modes whose samples come as stored, not turned to black is zero."""


@dataclass(frozen=True, slots=True)
class _Directory:
    """One image file directory that is a page. ``frame``: its place in the chain, thumbnails and masks counted.

    ``wide``: its samples are unsigned 32-bit integers, which Pillow takes for signed ones. ``webp``: its strips are
    WebP images, which the libtiff of neither library opens.
    """

    frame: int
    size: Size
    orientation: int
    photometric: int
    wide: bool
    webp: bool
    resolution: Resolution | None

    @property
    def info(self) -> PageInfo:
        stored = page_info(self.size, self.resolution)
        return PageInfo(stored.size.turned(self.orientation >= 5), stored.dpi)


def inspect(file: BinaryIO) -> tuple[PageInfo, ...]:
    """Every page in file order; proves that each header opens and that the first page decodes. Raises PageError."""
    pages = _pages(file)
    with _quiet():
        _pixels(file, pages[0])
        try:
            with opened(file, "tiff") as image:
                for page in pages[1:]:
                    image.seek(page.frame)
        except (UnidentifiedImageError, SyntaxError):
            for page in pages[1:]:
                _pixels(file, page)
    return tuple(page.info for page in pages)


def load(file: BinaryIO, index: int) -> Raster:
    """Page ``index`` (0-based; thumbnails and masks are no pages). Raises PageError."""
    pages = _pages(file)
    checked_index(index, len(pages))
    page = pages[index]
    with _quiet():
        pixels = _pixels(file, page)
    resolution = page.resolution
    if resolution is not None and page.orientation >= 5:
        resolution = resolution[::-1]
    return raster(pixels, resolution)


def _pages(file: BinaryIO) -> tuple[_Directory, ...]:
    """The chain's pages. Raises PageError DAMAGED, NO_PAGES, NO_SIZE, TOO_LARGE."""
    pages: list[_Directory] = []
    small: list[_Directory] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for frame, tags in enumerate(_chain(file)):
            reduced = tags.get(_NEW_SUBFILE_TYPE, 0) & _REDUCED_OR_MASK
            reduced = reduced or tags.get(TiffImagePlugin.OSUBFILETYPE, 0) == _OLD_REDUCED
            (small if reduced else pages).append(_directory(frame, tags))
    # A file of nothing but thumbnails still holds what it holds.
    found = tuple(pages or small)
    if not found:
        raise PageError(PageFault.NO_PAGES, "no image file directory")
    return found


def _chain(file: BinaryIO) -> Iterator[TiffImagePlugin.ImageFileDirectory_v2]:
    file.seek(0)
    header = file.read(8)
    if header[2:4] in (b"\x2b\x00", b"\x00\x2b"):
        header += file.read(8)
    tags = TiffImagePlugin.ImageFileDirectory_v2(header)
    seen: set[int] = set()
    while tags.next and tags.next not in seen:
        if len(seen) == MAX_PAGES:
            raise PageError(PageFault.TOO_LARGE, f"more than {MAX_PAGES} pages")
        seen.add(tags.next)
        file.seek(tags.next)
        tags.load(file)
        yield tags
    file.seek(0)


def _directory(frame: int, tags: TiffImagePlugin.ImageFileDirectory_v2) -> _Directory:
    try:
        size = checked_size(int(tags[TiffImagePlugin.IMAGEWIDTH]), int(tags[TiffImagePlugin.IMAGELENGTH]))
    except KeyError as error:
        raise PageError(PageFault.DAMAGED, f"directory {frame + 1} has no width or no height") from error
    orientation = tags.get(_ORIENTATION, 1)
    return _Directory(
        frame=frame,
        size=size,
        orientation=orientation if orientation in range(1, 9) else 1,
        photometric=tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION, 0),
        wide=tags.get(TiffImagePlugin.BITSPERSAMPLE) == (32,) and tags.get(TiffImagePlugin.SAMPLEFORMAT, (1,)) == (1,),
        webp=tags.get(TiffImagePlugin.COMPRESSION) == _WEBP,
        resolution=_resolution(tags),
    )


def _resolution(tags: TiffImagePlugin.ImageFileDirectory_v2) -> Resolution | None:
    unit = tags.get(TiffImagePlugin.RESOLUTION_UNIT, 2)
    x, y = tags.get(TiffImagePlugin.X_RESOLUTION), tags.get(TiffImagePlugin.Y_RESOLUTION)
    if x is None or y is None or unit == 1:
        return None
    per_inch = 2.54 if unit == _CENTIMETRE else 1.0
    return float(x) * per_inch, float(y) * per_inch


def _pixels(file: BinaryIO, page: _Directory) -> NDArray[np.uint8]:
    """The page decoded and turned upright."""
    if page.webp:
        return turned(_webp_pixels(file, page), page.orientation)
    try:
        with opened(file, "tiff") as image:
            image.seek(page.frame)
            checked_size(*image.size)
            pixels = flat_pixels(image, unsigned=page.wide)
            # Pillow turns by the tag itself; these modes keep white as zero.
            stored_inverted = page.photometric == _WHITE_IS_ZERO and image.mode.startswith(_GREY_MODES)
            return 255 - pixels if stored_inverted else pixels
    except (UnidentifiedImageError, SyntaxError):
        return turned(_opencv_pixels(file, page), page.orientation)


def _webp_pixels(file: BinaryIO, page: _Directory) -> NDArray[np.uint8]:
    tags = next(islice(_chain(file), page.frame, None))
    strips = []
    for offset, count in zip(
        tags.get(TiffImagePlugin.STRIPOFFSETS, ()), tags.get(TiffImagePlugin.STRIPBYTECOUNTS, ()), strict=True
    ):
        file.seek(offset)
        with opened(BytesIO(file.read(count)), "webp") as strip:
            strips.append(flat_pixels(strip))
    if not strips or any(strip.shape[1] != page.size.width or strip.ndim != strips[0].ndim for strip in strips):
        raise PageError(PageFault.DAMAGED, "WebP strips that do not fit together, or tiles")
    pixels = np.concatenate(strips)
    if pixels.shape[0] != page.size.height:
        raise PageError(PageFault.DAMAGED, f"WebP strips of {pixels.shape[0]} rows, not {page.size.height}")
    return pixels


def _opencv_pixels(file: BinaryIO, page: _Directory) -> NDArray[np.uint8]:
    file.seek(0)
    stored = np.frombuffer(file.read(), np.uint8)
    done, decoded = cv2.imdecodemulti(stored, cv2.IMREAD_UNCHANGED, range=(page.frame, page.frame + 1))
    if not done or len(decoded) != 1 or decoded[0].shape[:2] != (page.size.height, page.size.width):
        raise PageError(PageFault.DAMAGED, "neither Pillow nor OpenCV can decode this TIFF")
    samples: NDArray[Any] = decoded[0]
    if samples.ndim == 3:
        code = cv2.COLOR_BGRA2RGB if samples.shape[2] == 4 else cv2.COLOR_BGR2RGB
        samples = cv2.cvtColor(samples, code)
    if samples.dtype == np.uint8:
        return np.asarray(samples, dtype=np.uint8)
    pixels = eight_bits(samples, *sample_range(float(samples.min()), float(samples.max())))
    # Like Pillow, OpenCV turns black to zero only where samples have 8 bits or fewer.
    return 255 - pixels if page.photometric == _WHITE_IS_ZERO else pixels


@contextmanager
def _quiet() -> Iterator[None]:
    """Standard error of the process goes nowhere: libtiff complains there of what reaches us as an exception."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)
