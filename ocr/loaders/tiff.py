"""TIFF: many pages, every depth and compression, band by band. Pillow decodes; samples it does not know, we do."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ocr.errors import PageError, PageFault
from ocr.geometry import Size
from ocr.loaders import tiff_directory as td
from ocr.loaders.image import eight_bits, flat_pixels, opened, sample_range, turned
from ocr.loaders.raster import PageInfo, Raster, Resolution, checked_index, checked_size, page_info, raster
from ocr.loaders.tiff_directory import Band, Directory
from ocr.loaders.tiff_samples import GREY, PACKED, SIGNED, Scale, colour_map, image_of, samples_of, whole_range

_REDUCED_OR_MASK = 1 | 4
_OLD_REDUCED = 2
_CENTIMETRE = 3
_OLD_JPEG = 6
_IMAGES = {50001: "webp", 34712: "jpeg2000", 33005: "jpeg2000"}
"""Compressions whose strips and tiles are whole images (33005 is Aperio's), which Pillow's libtiff does not open."""
_KNOWN = PACKED | {2, 3, 4, _OLD_JPEG, 7, *_IMAGES}
"""With what fax machines and JPEG make of strips."""
_PALETTE = 3
_EIGHT = 8


def inspect(file: BinaryIO) -> tuple[PageInfo, ...]:
    """Every page in file order; proves that each header opens and that the first page decodes. Raises PageError."""
    pages = _pages(file)
    with _quiet():
        for _ in _images(file, pages[0]):
            pass
    for page in pages[1:]:
        td.refuse_incomplete(file, page)
    return tuple(map(_info, pages))


def load(file: BinaryIO, index: int) -> Raster:
    """Page ``index`` (0-based; thumbnails and masks are no pages). Raises PageError."""
    pages = _pages(file)
    checked_index(index, len(pages))
    page = pages[index]
    orientation, resolution = _orientation(page), _resolution(page)
    with _quiet():
        pixels = turned(_pixels(file, page), orientation)
    return raster(pixels, resolution[::-1] if resolution is not None and orientation >= 5 else resolution)


def _pages(file: BinaryIO) -> tuple[Directory, ...]:
    """The chain's pages. Raises PageError DAMAGED, NO_PAGES, NO_SIZE, TOO_LARGE."""
    pages: list[Directory] = []
    small: list[Directory] = []
    for directory in td.directories(file):
        reduced = directory.value(td.NEW_SUBFILE_TYPE, 0) & _REDUCED_OR_MASK
        reduced = reduced or directory.value(td.OLD_SUBFILE_TYPE, 0) == _OLD_REDUCED
        if td.WIDTH not in directory.tags or td.LENGTH not in directory.tags:
            raise PageError(PageFault.DAMAGED, f"directory {directory.frame + 1} has no width or no height")
        checked_size(directory.width, directory.height)
        (small if reduced else pages).append(directory)
    # A file of nothing but thumbnails still holds what it holds.
    found = tuple(pages or small)
    if not found:
        raise PageError(PageFault.NO_PAGES, "no image file directory")
    return found


def _info(page: Directory) -> PageInfo:
    stored = page_info(Size(page.width, page.height), _resolution(page))
    return PageInfo(stored.size.turned(_orientation(page) >= 5), stored.dpi)


def _orientation(page: Directory) -> int:
    orientation = page.value(td.ORIENTATION, 1)
    return orientation if orientation in range(1, 9) else 1


def _resolution(page: Directory) -> Resolution | None:
    unit = page.value(td.RESOLUTION_UNIT, 2)
    x, y = page.value(td.X_RESOLUTION), page.value(td.Y_RESOLUTION)
    if x is None or y is None or unit == 1:
        return None
    per_inch = 2.54 if unit == _CENTIMETRE else 1.0
    return float(x) * per_inch, float(y) * per_inch


def _pixels(file: BinaryIO, page: Directory) -> NDArray[np.uint8]:
    """The page decoded, as it lies in the file."""
    pixels: NDArray[np.uint8] | None = None
    for top, image in _images(file, page):
        rows = flat_pixels(image)
        if pixels is None:
            if rows.shape[0] == page.height:
                return rows
            pixels = np.empty((page.height, *rows.shape[1:]), np.uint8)
        pixels[top : top + rows.shape[0]] = rows
    assert pixels is not None  # no page is without rows
    return pixels


def _images(file: BinaryIO, page: Directory) -> Iterator[tuple[int, Image.Image]]:
    """The page from top to bottom: each band's first row and its image, decoded."""
    if page.compression not in _KNOWN:
        raise PageError(PageFault.UNSUPPORTED, f"compression {page.compression}")
    if page.compression == _OLD_JPEG:
        # Its tables lie anywhere in the file.
        with opened(file, "tiff") as whole:
            whole.seek(page.frame)
            checked_size(*whole.size)
            whole.load()
            yield 0, whole
        return
    if len(set(page.tags.get(td.BITS, ()))) > 1:
        raise PageError(PageFault.UNSUPPORTED, "samples of different depths")
    if page.compression in _IMAGES:
        for band in td.bands(file, page):
            yield band.top, _joined(page, band)
        return
    ours = page.bits > _EIGHT or page.value(td.SAMPLE_FORMAT) == SIGNED
    scale: Scale | None = None
    for band in td.bands(file, page):
        image = None if ours or scale is not None else _by_pillow(page, band)
        if image is None:
            scale = scale or _scale(file, page)
            image = image_of(page, samples_of(page, band), scale)
            if td.ICC_PROFILE in page.tags:
                image.info["icc_profile"] = page.value(td.ICC_PROFILE)
        yield band.top, image


def _by_pillow(page: Directory, band: Band) -> Image.Image | None:
    """None where Pillow does not know the layout."""
    changed: dict[int, tuple[int, ...]] = {}
    if page.compression == td.UNCOMPRESSED and page.subsampled:
        # Only its libtiff spreads the colours, and what is not compressed Pillow does not give to it.
        band = replace(band, segments=tuple(zlib.compress(segment, 1) for segment in band.segments))
        changed[td.COMPRESSION] = (td.DEFLATE,)
    if page.value(td.PHOTOMETRIC) == _PALETTE:
        changed[td.COLOUR_MAP] = colour_map(page)
    try:
        with opened(BytesIO(td.band_file(page, band, changed=changed)), "tiff") as image:
            image.load()
            return image
    except (UnidentifiedImageError, SyntaxError) as error:
        if page.compression in PACKED:
            return None
        raise PageError(PageFault.UNSUPPORTED, f"compression {page.compression}: {error}") from error


def _scale(file: BinaryIO, page: Directory) -> Scale:
    """To 8 bits: of deep grey and RGB by the range that its values take on the page."""
    if page.bits <= _EIGHT and page.value(td.SAMPLE_FORMAT) != SIGNED:
        return whole_range(page)
    count = 1 if page.value(td.PHOTOMETRIC, 0) in GREY else 3
    lows, highs = [], []
    for band in td.bands(file, page):
        samples = np.nan_to_num(samples_of(page, band)[..., :count].astype(np.float64, copy=False))
        lows.append(float(samples.min()))
        highs.append(float(samples.max()))
    black, white = sample_range(min(lows), max(highs), signed=page.value(td.SAMPLE_FORMAT) == SIGNED)
    return lambda samples: eight_bits(samples, black, white)


def _joined(page: Directory, band: Band) -> Image.Image:
    """A band whose strips or tiles are images."""
    whole: Image.Image | None = None
    across = -(-page.width // page.segment_width)
    for number, segment in enumerate(band.segments):
        with opened(BytesIO(segment), _IMAGES[page.compression]) as image:
            image.load()
            rows = band.rows if page.tiled else min(band.rows, band.height - number * band.rows)
            if image.size != (page.segment_width, rows):
                raise PageError(PageFault.DAMAGED, "strips or tiles of images that do not fit together")
            if whole is None:
                whole = Image.new(image.mode, (page.width, band.height))
            left, top = number % across * page.segment_width, number // across * band.rows
            whole.paste(image.convert(whole.mode), (left, top))
    assert whole is not None  # no band is without segments
    return whole


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
