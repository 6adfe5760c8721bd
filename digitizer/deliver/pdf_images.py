"""The images of a PDF page: the JPEG as it is for the archive, or layers that are small for reading."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image
from pypdf.generic import BooleanObject, IndirectObject, NumberObject, PdfObject

from digitizer.deliver.pdf_objects import ObjectFile, dictionary, name, stream
from ocr.geometry import Size
from ocr.layers import PackedLayers, pack, split_layers


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


def reading_images(file: ObjectFile, layers: PackedLayers, size: Size) -> list[Painted]:
    """Paper at low resolution, and over it each ink as a bilevel mask at the full one, of ``size``."""
    with Image.open(io.BytesIO(layers.background), formats=["JPEG"]) as paper:
        background = Painted(_put_jpeg(file, layers.background, Size(*paper.size)))
    return [background, *(Painted(_put_mask(file, ink.mask, size), ink.colour) for ink in layers.inks)]


def layers_of(data: bytes, size: Size, dpi: float) -> PackedLayers:
    """The layers of a page's JPEG. ValueError where it is not of ``size``."""
    with _opened(data, size) as image:
        return pack(split_layers(np.asarray(image.convert("RGB")), dpi))


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


def _put_mask(file: ObjectFile, group4: bytes, size: Size) -> IndirectObject:
    parameters = dictionary(K=NumberObject(-1), Columns=NumberObject(size.width), Rows=NumberObject(size.height))
    return file.add(
        stream(
            group4,
            **_entries(size),
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
