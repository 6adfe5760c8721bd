"""The images of a PDF page: the JPEG as it is for the archive, or layers that are small for reading."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin
from pypdf.generic import BooleanObject, IndirectObject, NumberObject, PdfObject

from digitizer.deliver.pdf_objects import ObjectFile, dictionary, name, stream
from ocr.geometry import Size
from ocr.layers import Ink, split_layers

BACKGROUND_QUALITY = 50
"""JPEG quality of a background, which holds no letters."""
ROWS_PER_STRIP, STRIP_OFFSETS, STRIP_BYTE_COUNTS = 278, 273, 279
"""TIFF 6.0 tags."""


@dataclass(frozen=True)
class Painted:
    """An image XObject, to be painted over the whole page; a mask in ``colour`` (red, green, blue, 0..255)."""

    image: IndirectObject
    colour: tuple[int, int, int] | None = None


def archive_image(file: ObjectFile, data: bytes, size: Size) -> list[Painted]:
    """The page's JPEG. Its own bytes are kept where it has three components. ValueError where it is not of ``size``."""
    with _opened(data, size) as image:
        if image.mode != "RGB":
            data = _as_colour(image)
    return [Painted(_put_jpeg(file, data, size))]


def reading_images(file: ObjectFile, data: bytes, size: Size, dpi: float) -> list[Painted]:
    """Paper at low resolution, and over it each ink as a bilevel mask at the full one. ValueError as above."""
    with _opened(data, size) as image:
        layers = split_layers(np.asarray(image.convert("RGB")), dpi)
    paper = Image.fromarray(layers.background)
    made = io.BytesIO()
    paper.save(made, "JPEG", quality=BACKGROUND_QUALITY, optimize=True)
    background = Painted(_put_jpeg(file, made.getvalue(), Size(*paper.size)))
    return [background, *(Painted(_put_mask(file, ink), ink.colour) for ink in layers.inks)]


def _opened(data: bytes, size: Size) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=["JPEG"])
    if image.size != (size.width, size.height):
        raise ValueError(f"Image of {image.size} pixels on a page of {size}")
    return image


def _as_colour(image: Image.Image) -> bytes:
    """A grey JPEG as a 24-bit one, at its own quantisation: next to nothing is lost, and it hardly grows."""
    tables: dict[int, list[int]] = image.quantization  # type: ignore[attr-defined]  # JpegImageFile only
    made = io.BytesIO()
    image.convert("RGB").save(made, "JPEG", qtables=[tables[0], tables[0]], subsampling=2, optimize=True)
    return made.getvalue()


def _put_jpeg(file: ObjectFile, data: bytes, size: Size) -> IndirectObject:
    colour = {"ColorSpace": name("DeviceRGB"), "BitsPerComponent": NumberObject(8), "Filter": name("DCTDecode")}
    return file.add(stream(data, **_entries(size), **colour))


def _put_mask(file: ObjectFile, ink: Ink) -> IndirectObject:
    height, width = ink.mask.shape
    parameters = dictionary(K=NumberObject(-1), Columns=NumberObject(width), Rows=NumberObject(height))
    return file.add(
        stream(
            _group4(ink.mask),
            **_entries(Size(width, height)),
            ImageMask=BooleanObject(True),
            BitsPerComponent=NumberObject(1),
            Filter=name("CCITTFaxDecode"),
            DecodeParms=parameters,
        )
    )


def _entries(size: Size) -> dict[str, PdfObject]:
    return {
        "Type": name("XObject"),
        "Subtype": name("Image"),
        "Width": NumberObject(size.width),
        "Height": NumberObject(size.height),
    }


def _group4(mask: NDArray[np.uint8]) -> bytes:
    """``mask`` in ITU-T T.6, black where it is set: the one strip of a TIFF that libtiff writes."""
    strip = TiffImagePlugin.ImageFileDirectory_v2()
    strip[ROWS_PER_STRIP] = mask.shape[0]
    made = io.BytesIO()
    bilevel = Image.fromarray(mask).convert("1", dither=Image.Dither.NONE)
    bilevel.save(made, "TIFF", compression="group4", tiffinfo=strip)
    with Image.open(made) as written:
        assert isinstance(written, TiffImagePlugin.TiffImageFile)
        (offset,), (count,) = written.tag_v2[STRIP_OFFSETS], written.tag_v2[STRIP_BYTE_COUNTS]
    return made.getvalue()[offset : offset + count]
