"""PDF pages as pixels: a scan at its own resolution, anything else at 300 dpi. pdfium renders; JavaScript never runs.

(pypdfium2's pdfium is built without a JavaScript engine, and no document or page action is ever started here.)
"""

from __future__ import annotations

import logging
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from math import hypot, sqrt
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray
from pypdfium2.internal import get_bufreader

from ocr.errors import PageError, PageFault
from ocr.geometry import POINTS_PER_INCH, Point, Size
from ocr.loaders import pdf_text
from ocr.loaders.raster import (
    MAX_PAGES,
    PageInfo,
    Raster,
    checked_index,
    checked_size,
    grey_where_colourless,
)

# It warns of forms this build does not know; they are drawn as far as it goes.
logging.getLogger("pypdfium2").setLevel(logging.ERROR)

_DRAWN_DPI = 300.0
"""For pages that are not a scan."""
_MIN_DPI, _MAX_DPI = 100.0, 600.0
_COARSE_DPI = 50.0
"""An image coarser than this is a background or the carrier of a mask, not a scan."""
_SCAN_COVERAGE = 0.4
"""Images over this part of a page make it a scan."""
_LARGE_IMAGE = 0.05
"""Part of the page from which an image counts by itself; strips and tiles below it count where none is larger."""
_WHOLE_PAGE = 0.9
_SAME_DPI = 1.01
"""Resolutions of the two axes within this ratio are kept apart, so that the page gets the image's own pixel count."""
_BEYOND_A0 = 3600.0
"""Points."""
MAX_DRAWN_PIXELS = 80_000_000
"""A0 at 226 dpi. Drawing takes four bytes a pixel before any are kept, and a worker has 2 GB."""
_MIN_UNIT, _MAX_UNIT = 0.01, 1000.0
_KEPT_BYTES = 64 << 20
_PIECE = 1 << 20
_MAX_OBJECTS = 100_000
"""Page objects looked at."""


@dataclass(frozen=True, slots=True)
class _Image:
    """``coverage``: part of the page, 0 to 1. ``dpi``: pixels per inch along the page's x and y as displayed."""

    coverage: float
    dpi: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Survey:
    """What stands on a page. ``drawn_text``: text that no page-size image painted later hides."""

    images: tuple[_Image, ...]
    drawn_text: bool

    @property
    def coverage(self) -> float:
        return min(1.0, sum(image.coverage for image in self.images))

    @property
    def is_scan(self) -> bool:
        return self.coverage >= _SCAN_COVERAGE


def inspect(file: BinaryIO) -> tuple[tuple[PageInfo, ...], int, int]:
    """Every page at the size and dpi it will be rendered at; how many files are attached; how many fields there are for
    signatures. Raises PageError and PdfiumError.
    """
    with _opened(file) as document:
        units = _user_units(file, document, range(len(document)))
        attached = max(0, pdfium.FPDFDoc_GetAttachmentCount(document))
        signatures = max(0, pdfium.FPDF_GetSignatureCount(document))
    pages: list[PageInfo] = []
    while len(pages) < len(units):
        more, found = _inspected(file, range(len(pages), len(units)), units)
        pages += more
        attached += found
    return tuple(pages), attached, signatures


def _inspected(file: BinaryIO, wanted: range, units: list[float]) -> tuple[list[PageInfo], int]:
    """The first pages of ``wanted``, one at least, and how many files are attached to them: pdfium keeps the packed
    images of all the pages it has looked at until the document is closed, so that happens before they are too much.
    """
    pages: list[PageInfo] = []
    attached = 0
    with _opened(file) as document:
        before = _resident()
        for index in wanted:
            with _page(document, index) as page:
                pages.append(_rendering(page, _survey(page, units[index]), units[index]))
                attached += sum(kind == pdfium.FPDF_ANNOT_FILEATTACHMENT for kind in _annotations(page))
            if _resident() > before + _KEPT_BYTES:
                break
    return pages, attached


def _resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_bytes().split()[1]) * mmap.PAGESIZE


def load(file: BinaryIO, index: int) -> Raster:
    """Page ``index`` (0-based), with its own text where that can be trusted. Raises PageError and PdfiumError."""
    with _opened(file) as document:
        checked_index(index, len(document))
        (unit,) = _user_units(file, document, range(index, index + 1))
        with _page(document, index) as page:
            survey = _survey(page, unit)
            info = _rendering(page, survey, unit)
            assert info.dpi is not None  # always set for PDF
            pixels = _rendered(page, info.size)
            if survey.is_scan:
                return Raster(pixels, info.dpi)
            if not pdfium.FPDFPage_GetAnnotCount(page):
                return Raster(pixels, info.dpi, pdf_text.read(page, pixels, info.dpi))
            own = pdf_text.places(page)
            # What annotations and form fields show becomes part of the page, where its text is looked for.
            pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
        with _page(document, index) as page:
            return Raster(pixels, info.dpi, pdf_text.read(page, pixels, info.dpi, own))


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Any]:
    # Opened by hand: pdfium's last error means something only right after a failure, and PdfDocument asks later.
    access, held = get_bufreader(file)
    handle = pdfium.FPDF_LoadCustomDocument(access, None)
    if not handle:
        code = pdfium.FPDF_GetLastError()
        locked = code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise PageError(PageFault.ENCRYPTED if locked else PageFault.DAMAGED, f"pdfium error {code}")
    with pypdfium2.PdfDocument(handle) as document:
        if pdfium.FPDF_GetFormType(document) == pdfium.FORMTYPE_XFA_FULL:
            raise PageError(PageFault.UNSUPPORTED, "an XFA form that makes its pages while it is shown")
        document.init_forms()
        count = len(document)
        if count < 1:
            raise PageError(PageFault.NO_PAGES, "no page in its page tree")
        if count > MAX_PAGES:
            raise PageError(PageFault.TOO_LARGE, f"{count} pages, more than {MAX_PAGES}")
        yield document
    del held  # pdfium has called it back until here


@contextmanager
def _page(document: Any, index: int) -> Iterator[Any]:
    page = document[index]
    try:
        yield page
    finally:
        page.close()


def _user_units(file: BinaryIO, document: Any, pages: range) -> list[float]:
    """/UserUnit of each page: a unit of its user space in points (ISO 32000-1, table 30). pdfium does not tell it.

    Asked of pypdf only where it can matter: the file says the word, or a page is larger than A0 even without.
    """
    large = any(max(document.get_page_size(index)) > _BEYOND_A0 for index in pages)
    if not large and not _mentions(file, b"/UserUnit"):
        return [1.0] * len(pages)
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(file)
        units = [float(reader.pages[index].user_unit) for index in pages]
    except Exception:  # noqa: BLE001
        # pdfium has opened it; what pypdf makes of a broken file is no reason to refuse it.
        return [1.0] * len(pages)
    return [unit if _MIN_UNIT <= unit <= _MAX_UNIT else 1.0 for unit in units]


_mentioned: dict[tuple[object, ...], bool] = {}
"""What ``_mentions`` said of the file it was asked of last: who loads a page of 2,000 goes on in the same file."""


def _mentions(file: BinaryIO, word: bytes) -> bool:
    status = os.fstat(file.fileno())
    asked = (word, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    if asked not in _mentioned:
        _mentioned.clear()
        _mentioned[asked] = _search(file.fileno(), word)
    return _mentioned[asked]


def _search(descriptor: int, word: bytes) -> bool:
    """Piece by piece: of a mapped file every page touched would count as memory."""
    place, tail = 0, b""
    while piece := os.pread(descriptor, _PIECE, place):
        if word in tail + piece:
            return True
        place, tail = place + len(piece), piece[1 - len(word) :]
    return False


def _survey(page: Any, unit: float) -> _Survey:
    left, bottom, right, top = page.get_bbox()
    area = (right - left) * (top - bottom)
    sideways = page.get_rotation() in (90, 270)
    images: list[_Image] = []
    drawn_text = False
    kinds = [pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_TEXT]
    for item in islice(page.get_objects(filter=kinds), _MAX_OBJECTS):
        if item.type == pdfium.FPDF_PAGEOBJ_TEXT:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
            drawn_text = drawn_text or mode != pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            continue
        corners = _corners(item)
        xs, ys = zip(*corners, strict=True)
        width = min(max(xs), right) - max(min(xs), left)
        height = min(max(ys), top) - max(min(ys), bottom)
        if area <= 0 or width <= 0 or height <= 0:
            continue
        coverage = width * height / area
        x, y = _image_dpi(item.get_px_size(), corners, sideways=sideways)
        images.append(_Image(coverage, (x / unit, y / unit)))
        drawn_text = drawn_text and coverage < _WHOLE_PAGE
    return _Survey(tuple(images), drawn_text)


def _corners(item: Any) -> tuple[Point, ...]:
    """The image's lower left, lower right and upper left and upper right corners on the page, in points."""
    matrix = item.get_matrix()
    container = item.container
    while container is not None:
        matrix = matrix.multiply(container.get_matrix())
        container = container.container
    return tuple(matrix.on_point(x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)))


def _image_dpi(pixels: tuple[int, int], corners: tuple[Point, ...], *, sideways: bool) -> tuple[float, float]:
    (x0, y0), (x1, y1), (x2, y2), _ = corners
    across = pixels[0] * POINTS_PER_INCH / max(hypot(x1 - x0, y1 - y0), 1e-6)
    up = pixels[1] * POINTS_PER_INCH / max(hypot(x2 - x0, y2 - y0), 1e-6)
    lies_down = abs(y1 - y0) > abs(x1 - x0)
    return (up, across) if lies_down != sideways else (across, up)


def _rendering(page: Any, survey: _Survey, unit: float) -> PageInfo:
    """The size in pixels and the dpi to render ``page`` at."""
    x_dpi, y_dpi = _resolution(survey)
    width, height = (side * unit for side in page.get_size())
    fit = sqrt(MAX_DRAWN_PIXELS / max(width * height * x_dpi * y_dpi / POINTS_PER_INCH**2, 1.0))
    if fit < 1:
        # A hair below the limit, so that rounding cannot pass it.
        x_dpi, y_dpi = x_dpi * fit * 0.9999, y_dpi * fit * 0.9999
    size = checked_size(round(width * x_dpi / POINTS_PER_INCH), round(height * y_dpi / POINTS_PER_INCH))
    return PageInfo(size, round(max(x_dpi, y_dpi), 2))


def _resolution(survey: _Survey) -> tuple[float, float]:
    """Pixels per inch along the page's x and y; equal, but for the rounding of a scan's page size."""
    if not survey.is_scan:
        return _DRAWN_DPI, _DRAWN_DPI
    large = [image for image in survey.images if image.coverage > _LARGE_IMAGE]
    x, y = max((image.dpi for image in large or survey.images), key=max)
    if max(x, y) < _COARSE_DPI:
        return _DRAWN_DPI, _DRAWN_DPI
    if max(x, y) > min(x, y) * _SAME_DPI:
        x = y = max(x, y)
    if survey.drawn_text and max(x, y) < _DRAWN_DPI:
        # Letters drawn over or beside a coarse image still want a resolution they can be read at.
        return _DRAWN_DPI, _DRAWN_DPI
    x, y = (min(max(dpi, _MIN_DPI), _MAX_DPI) for dpi in (x, y))
    return x, y


def _rendered(page: Any, size: Size) -> NDArray[np.uint8]:
    # Form fields are drawn for the stripes of a screen, with coloured edges, unless the bitmap may be transparent.
    kind = pdfium.FPDFBitmap_BGRA if _has_fields(page) else pdfium.FPDFBitmap_BGR
    bitmap = pypdfium2.PdfBitmap.new_native(size.width, size.height, kind, rev_byteorder=True)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, size.width, size.height)
    where = (bitmap, page, 0, 0, size.width, size.height, 0, pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER)
    pdfium.FPDF_RenderPageBitmap(*where)
    if page.formenv:
        pdfium.FPDF_FFLDraw(page.formenv, *where)
    # The array keeps pdfium's buffer, which Python owns, alive; no copy is needed.
    pixels: NDArray[np.uint8] = bitmap.to_numpy()
    if kind == pdfium.FPDFBitmap_BGRA:
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB), np.uint8)
    return grey_where_colourless(pixels)


def _has_fields(page: Any) -> bool:
    return bool(page.formenv) and pdfium.FPDF_ANNOT_WIDGET in _annotations(page)


def _annotations(page: Any) -> Iterator[int]:
    """The kind of each annotation."""
    for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if annotation:
            yield pdfium.FPDFAnnot_GetSubtype(annotation)
            pdfium.FPDFPage_CloseAnnot(annotation)
