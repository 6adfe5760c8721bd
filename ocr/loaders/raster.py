"""What a decoder answers, the limits it keeps, and the one kind of error it raises."""

from __future__ import annotations

import errno
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.errors import PageError, PageFault
from ocr.geometry import Size
from ocr.limits import MAX_BYTES, MAX_PAGES, MAX_PIXELS
from ocr.text import PageText

__all__ = ["MAX_BYTES", "MAX_PAGES", "MAX_PIXELS"]

MAX_DPI = 10_000.0
SQUARE = 1.01
"""Resolutions of the two axes within this ratio count as equal."""
MAX_STRETCH = 3.0
"""Fax goes to 2.1 (204 x 98 dpi); beyond this ratio the two resolutions are not believed."""
COLOURLESS = 2
"""Channels that differ by no more than this many grey levels carry no colour."""

BAND_PIXELS = 500_000
"""Conversions go band by band, so that their copies stay small beside the page."""

decoders = threading.RLock()
"""Held while a file is decoded: pdfium is not thread-safe; Pillow's limit and Python's warning filters are global."""

Resolution = tuple[float, float]
"""Horizontal and vertical dpi."""


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page as ``load`` will give it.

    ``size``: pixels after the EXIF turn, with square pixels; for PDF the size it is rendered at.
    ``dpi``: None where the file says nothing believable.
    """

    size: Size
    dpi: float | None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is. ``format``: jpeg, png, tiff, pdf, webp, gif, bmp, pnm, jpeg2000, heic or avif.
    ``attached``: files inside it that are no pages. ``signatures``: fields for digital signatures, empty ones too.
    """

    format: str
    pages: tuple[PageInfo, ...]
    attached: int = 0
    signatures: int = 0


@dataclass(frozen=True)
class Raster:
    """A decoded page.

    ``pixels``: uint8, (h, w) grey or (h, w, 3) sRGB, origin top left, 255 is white. Grey where the page has no colour;
    transparency is laid on white. ``dpi``: of both axes; None where the file says nothing believable.
    ``text``: the page's own text, only where it can be trusted (born-digital PDF).
    """

    pixels: NDArray[np.uint8]
    dpi: float | None
    text: PageText | None = None


def checked_size(width: int, height: int) -> Size:
    """The size. Raises PageError NO_SIZE or TOO_LARGE (see MAX_PIXELS)."""
    if width < 1 or height < 1:
        raise PageError(PageFault.NO_SIZE, f"{width} x {height} pixels")
    if width * height > MAX_PIXELS:
        raise PageError(PageFault.TOO_LARGE, f"{width} x {height} pixels, more than {MAX_PIXELS}")
    return Size(width, height)


def checked_index(index: int, count: int) -> None:
    """Raises PageError NO_PAGES where the file has no page ``index`` (0-based)."""
    if not 0 <= index < count:
        raise PageError(PageFault.NO_PAGES, f"page {index + 1} of {count}")


def believable(resolution: Resolution | None) -> Resolution | None:
    """The resolution, or None where no scanner can have meant it."""
    if resolution is None:
        return None
    if not all(math.isfinite(dpi) and 1 < dpi <= MAX_DPI for dpi in resolution):
        return None
    x, y = resolution
    return None if max(x, y) / min(x, y) > MAX_STRETCH else resolution


def page_info(size: Size, resolution: Resolution | None) -> PageInfo:
    """How a page of ``size`` stored pixels will be loaded. Raises PageError NO_SIZE or TOO_LARGE."""
    resolution = believable(resolution)
    if resolution is None:
        return PageInfo(checked_size(size.width, size.height), None)
    x, y = resolution
    width, height = size.width, size.height
    if x > y * SQUARE:
        height = round(height * x / y)
    elif y > x * SQUARE:
        width = round(width * y / x)
    return PageInfo(checked_size(width, height), round(max(x, y), 2))


def raster(pixels: NDArray[np.uint8], resolution: Resolution | None) -> Raster:
    """The page with square pixels, the coarser axis scaled up, and grey where it has no colour."""
    height, width = pixels.shape[:2]
    info = page_info(Size(width, height), resolution)
    if info.size != Size(width, height):
        pixels = np.asarray(
            cv2.resize(pixels, (info.size.width, info.size.height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8
        )
    return Raster(grey_where_colourless(pixels), info.dpi)


def bands(height: int, width: int) -> Iterator[slice]:
    """Row ranges of about BAND_PIXELS each that together make the page."""
    rows = max(1, BAND_PIXELS // width)
    return (slice(top, min(top + rows, height)) for top in range(0, height, rows))


def grey_where_colourless(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3) pixels as (h, w) where no pixel has a colour; all others unchanged."""
    if pixels.ndim == 2:
        return pixels
    for band in bands(*pixels.shape[:2]):
        red, green, blue = cv2.split(pixels[band])
        if any(cv2.absdiff(green, other).max() > COLOURLESS for other in (red, blue)):
            return pixels
    return np.ascontiguousarray(pixels[..., 1])


@contextmanager
def decoding() -> Iterator[None]:
    """Turn whatever a decoder raises over hostile bytes into PageError; one decoder at a time in this process."""
    with decoders:
        try:
            yield
        except PageError:
            raise
        except MemoryError as error:
            raise PageError(PageFault.TOO_LARGE, "not enough memory to decode it") from error
        except Exception as error:
            lost = isinstance(error, OSError) and error.errno == errno.EIO
            fault = PageFault.UNREADABLE if lost else PageFault.DAMAGED
            raise PageError(fault, f"{type(error).__name__}: {error}") from error
