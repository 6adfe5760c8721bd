"""Images of one page, of an animation the first frame: all but TIFF and PDF; and Pillow's pixels as arrays."""

from __future__ import annotations

import os
import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageChops, ImageCms
from PIL.ImageFile import ImageFile

from ocr.errors import PageError, PageFault
from ocr.geometry import Size
from ocr.loaders.raster import (
    MAX_PIXELS,
    PageInfo,
    Raster,
    Resolution,
    bands,
    checked_index,
    checked_size,
    page_info,
    raster,
)

_PLUGINS = {
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "gif": "GIF",
    "bmp": "BMP",
    "pnm": "PPM",
    "jpeg2000": "JPEG2000",
    "heic": "HEIF",
    "avif": "AVIF",
    "tiff": "TIFF",
}
_DEPTHS = (1, 255, 4095, 65535, 2**32 - 1)
_SIGNED_DEPTHS = (1, 127, 255, 4095, 32767, 2**31 - 1)
"""The largest value of the usual sample depths; the first that holds a page's largest value is its white."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LOSSLESS = (0xC3, 0xC7, 0xCB, 0xCF)
_START_OF_SCAN, _END = 0xDA, 0xD9
"""Markers of JPEG (ITU-T T.81, table B.1)."""
_UNKNOWN_DPI = 72
"""What EXIF 2.32 (4.6.4 A, XResolution) wants written where the resolution is not known."""
_PROFILE_MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab ": "LAB"}

Flatten = Callable[[Image.Image], NDArray[np.uint8]]


def inspect(file: BinaryIO, format_: str) -> PageInfo:
    """The only page; proves that it decodes to its end. Raises PageError and whatever Pillow raises."""
    with opened(file, format_) as image:
        orientation, info = _orientation(image), page_info(Size(*image.size), _resolution(image))
        if image.format == "JPEG":
            # An eighth of the size still reads all of the file, in a third of the time.
            image.draft(None, (image.width // 8, image.height // 8))
        image.load()
        return PageInfo(info.size.turned(orientation >= 5), info.dpi)


def load(file: BinaryIO, format_: str, index: int) -> Raster:
    """The only page (``index`` 0). Raises PageError and whatever Pillow raises."""
    checked_index(index, 1)
    pixels, resolution, orientation = _decoded(file, format_)
    page = raster(pixels, resolution)
    return Raster(turned(page.pixels, orientation), page.dpi)


def _decoded(file: BinaryIO, format_: str) -> tuple[NDArray[np.uint8], Resolution | None, int]:
    """Pixels as stored, resolution and orientation. Pillow's own copy of the pixels ends with this call."""
    with opened(file, format_) as image:
        return flat_pixels(image), _resolution(image), _orientation(image)


@contextmanager
def opened(file: BinaryIO, format_: str) -> Iterator[ImageFile]:
    """The image with its header read and its size within the limits. Raises PageError NO_SIZE or TOO_LARGE."""
    if format_ == "heic":
        import pi_heif

        pi_heif.register_heif_opener()
    limit = Image.MAX_IMAGE_PIXELS
    # Pillow warns above this and raises at twice as much; the exact limit is checked below, this one guards frames.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            refuse_empty(file, format_)
            if format_ == "jpeg":
                refuse_uncommon(file)
            try:
                image = Image.open(file, formats=[_PLUGINS[format_]])
            except Image.DecompressionBombError as error:
                raise PageError(PageFault.TOO_LARGE, str(error)) from error
            with image:
                checked_size(*image.size)
                yield image
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def refuse_empty(file: BinaryIO, format_: str) -> None:
    """Raises PageError NO_SIZE for a header with zero width or height, which Pillow does not tell from garbage."""
    head = file.read(26)
    file.seek(0)
    fields = {"png": (">II", 16), "gif": ("<HH", 6), "bmp": ("<ii", 18)}.get(format_)
    if fields is not None and len(head) == 26:
        layout, offset = fields
        width, height = struct.unpack_from(layout, head, offset)
        if width == 0 or height == 0:
            checked_size(width, height)


def refuse_uncommon(file: BinaryIO) -> None:
    """Raises PageError UNSUPPORTED for a JPEG of 12 bits or a lossless one, which Pillow does not tell from garbage."""
    file.seek(2)
    while len(head := file.read(4)) == 4 and head[0] == 0xFF and head[1] not in (_START_OF_SCAN, _END):
        kind, length = head[1], int.from_bytes(head[2:])
        if kind in _FRAMES:
            precision = file.read(1)
            if kind in _LOSSLESS or precision not in (b"\x08", b""):
                raise PageError(PageFault.UNSUPPORTED, f"JPEG frame {kind:#x} of {precision.hex()} bits")
            break
        file.seek(max(length - 2, 0), os.SEEK_CUR)
    file.seek(0)


def flat_pixels(image: Image.Image) -> NDArray[np.uint8]:
    """``image`` decoded: 8 bits, grey or sRGB, laid on white."""
    image.load()
    if image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        # Pillow turns every CMYK JPEG over, as Adobe's are.
        image = ImageChops.invert(image)
    flatten = _flattener(image)
    pixels: NDArray[np.uint8] | None = None
    for band in bands(image.height, image.width):
        rows = flatten(image.crop((0, band.start, image.width, band.stop)))
        if pixels is None:
            pixels = np.empty((image.height, *rows.shape[1:]), np.uint8)
        pixels[band] = rows
    assert pixels is not None  # no image is without rows
    return pixels


def eight_bits(samples: NDArray[np.generic], black: float, white: float) -> NDArray[np.uint8]:
    """Samples of any depth from ``black``..``white`` to 0..255; NaN is black."""
    scaled = (np.nan_to_num(samples.astype(np.float32)) - black) * (255.0 / (white - black))
    eight: NDArray[np.uint8] = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return eight


def sample_range(low: float, high: float, *, signed: bool = False) -> tuple[float, float]:
    """Black and white of samples whose smallest and largest values are ``low`` and ``high``."""
    return min(low, 0.0), next((depth for depth in (_SIGNED_DEPTHS if signed else _DEPTHS) if high <= depth), high)


def turned(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """``pixels`` as meant to be seen, by the EXIF and TIFF tag Orientation (1 to 8; any other counts as 1)."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _flattener(image: Image.Image) -> Flatten:
    """The function that turns a band of ``image`` into an array."""
    if image.mode.startswith(("I", "F")):
        black, white = sample_range(*_extrema(image))
        return lambda band: eight_bits(np.asarray(band), black, white)
    colour = _to_srgb(image)
    if image.mode in ("1", "L") and "transparency" not in image.info:
        if colour is None:
            return lambda band: np.asarray(band.convert("L"))
        return lambda band: np.asarray(colour(band))[..., 1]
    if image.has_transparency_data:
        return lambda band: _on_white(band.convert("RGBA"), colour)
    return lambda band: np.asarray(band.convert("RGB") if colour is None else colour(band))


def _extrema(image: Image.Image) -> tuple[float, float]:
    lows, highs = [], []
    for band in bands(image.height, image.width):
        rows = np.nan_to_num(np.asarray(image.crop((0, band.start, image.width, band.stop))))
        lows.append(float(rows.min()))
        highs.append(float(rows.max()))
    return min(lows), max(highs)


def _on_white(band: Image.Image, colour: Callable[[Image.Image], Image.Image] | None) -> NDArray[np.uint8]:
    ink = band.convert("RGB") if colour is None else colour(band.convert("RGB"))
    page = Image.new("RGB", band.size, "white")
    page.paste(ink, mask=band.getchannel("A"))
    return np.asarray(page)


def _to_srgb(image: Image.Image) -> Callable[[Image.Image], Image.Image] | None:
    """How to bring a band of ``image`` to sRGB by its ICC profile; None where it has none, is sRGB, or is nonsense."""
    try:
        if "icc_profile" in image.info:
            profile = ImageCms.ImageCmsProfile(BytesIO(image.info["icc_profile"]))
        elif image.mode == "LAB":
            profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        else:
            return None
        mode = _PROFILE_MODES.get(profile.profile.xcolor_space)
        grey = image.mode in ("1", "L", "LA", "La")
        if mode is None or grey != (mode == "L") or (mode == "CMYK") != (image.mode == "CMYK"):
            return None
        if "sRGB" in (profile.profile.profile_description or ""):
            return None
        transform = ImageCms.buildTransform(
            profile, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None

    def colour(band: Image.Image) -> Image.Image:
        converted = ImageCms.applyTransform(band if band.mode == mode else band.convert(mode), transform)
        assert converted is not None  # None only when done in place
        return converted

    return colour


def _orientation(image: ImageFile) -> int:
    """The EXIF Orientation, 1 where there is none or EXIF is broken (which is no reason to refuse the image)."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001
        return 1


def _resolution(image: ImageFile) -> Resolution | None:
    """Horizontal and vertical dpi as stored; None where the file says nothing."""
    # For a JPEG without a density of its own Pillow reports the EXIF one, or 72 of its own making.
    if "dpi" in image.info and (image.format != "JPEG" or image.info.get("jfif_unit") in (1, 2)):
        x, y = image.info["dpi"]
        return float(x), float(y)
    try:
        exif = image.getexif()
        x, y = float(exif[ExifTags.Base.XResolution]), float(exif[ExifTags.Base.YResolution])
        if (x, y) == (_UNKNOWN_DPI, _UNKNOWN_DPI):
            return None
        per_inch = 2.54 if exif.get(ExifTags.Base.ResolutionUnit) == 3 else 1.0
        return x * per_inch, y * per_inch
    except Exception:  # noqa: BLE001
        return None
