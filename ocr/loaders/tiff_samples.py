"""TIFF samples that Pillow does not know, of any depth and layout, as 8-bit images.

What packs bytes alike whatever they mean (LZW, PackBits and others) is unpacked by libtiff; the rest is done here.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.errors import PageError, PageFault
from ocr.loaders import tiff_directory as td
from ocr.loaders.tiff_directory import Band, Directory, band_file

_BY_LIBTIFF = (5, 32773, 34925, 50000)
"""LZW, PackBits, LZMA, Zstandard."""
PACKED = frozenset({td.UNCOMPRESSED, *td.DEFLATES, *_BY_LIBTIFF})
WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK, _CIELAB, _ICCLAB = 0, 1, 2, 3, 5, 8, 9
GREY = (WHITE_IS_ZERO, _BLACK_IS_ZERO)
_COLOURS = {_RGB: ("RGB", 3), _CMYK: ("CMYK", 4), td.YCBCR: ("YCbCr", 3), _CIELAB: ("LAB", 3), _ICCLAB: ("LAB", 3)}
_UNSIGNED, SIGNED, _FLOAT = 1, 2, 3
_PREMULTIPLIED, _ALPHA = 1, 2
_HORIZONTAL, _FLOATING = 2, 3

Samples = NDArray[Any]
Scale = Callable[[Samples], NDArray[np.uint8]]


def samples_of(directory: Directory, band: Band) -> Samples:
    """The samples of a band as stored, (rows, width, samples). Raises PageError DAMAGED or UNSUPPORTED."""
    if directory.compression not in PACKED or directory.subsampled:
        raise PageError(PageFault.UNSUPPORTED, f"compression {directory.compression} of such samples is not known")
    planes = directory.planes
    of_segment = directory.samples // planes
    down = -(-band.height // band.rows)
    across = len(band.segments) // (planes * down)
    parts = []
    for number, segment in enumerate(band.segments):
        row = number // across % down
        rows = band.rows if directory.tiled else min(band.rows, band.height - row * band.rows)
        parts.append(_unpacked(directory, segment, rows).reshape(rows, directory.segment_width, of_segment))
    made = [
        np.concatenate(
            [
                np.concatenate(parts[(plane * down + row) * across :][:across], axis=1) if across > 1
                else parts[plane * down + row]
                for row in range(down)
            ]
        )
        for plane in range(planes)
    ]  # fmt: skip
    whole = np.concatenate(made, axis=2) if planes > 1 else made[0]
    return whole[: band.height, : directory.width]


def image_of(directory: Directory, samples: Samples, scale: Scale) -> Image.Image:
    """``samples`` as an 8-bit image, its transparency laid on white. ``scale``: of grey and RGB to 8 bits."""
    photometric = directory.value(td.PHOTOMETRIC, WHITE_IS_ZERO)
    if photometric == _PALETTE:
        colours = np.array(colour_map(directory), np.uint16).reshape(3, -1)
        return Image.fromarray((colours.T[samples[..., 0] % colours.shape[1]] >> 8).astype(np.uint8))
    if photometric in GREY:
        grey = scale(samples[..., 0])
        grey = 255 - grey if photometric == WHITE_IS_ZERO else grey
        return Image.fromarray(_on_white(directory, grey[..., np.newaxis], samples, 1, scale)[..., 0])
    if photometric not in _COLOURS or directory.samples < _COLOURS[photometric][1]:
        raise PageError(PageFault.UNSUPPORTED, f"photometric interpretation {photometric} is not known")
    mode, count = _COLOURS[photometric]
    colour = samples[..., :count]
    if mode == "LAB":
        eight = _lab(colour, directory.bits, signed=photometric == _CIELAB)
    elif mode == "RGB":
        eight = _on_white(directory, scale(colour), samples, count, scale)
    else:
        eight = whole_range(directory)(colour)
    return Image.frombytes(mode, (eight.shape[1], eight.shape[0]), np.ascontiguousarray(eight).tobytes())


def whole_range(directory: Directory) -> Scale:
    """Integers by the range of their depth."""
    white = float(2**directory.bits - 1)
    return lambda samples: np.rint(samples * (255.0 / white)).astype(np.uint8)


def colour_map(directory: Directory) -> tuple[int, ...]:
    """Of 16 bits. Old programs wrote 8 bits a colour (as libtiff's own tools know)."""
    stored = directory.tags.get(td.COLOUR_MAP, ())
    if len(stored) < 3:
        raise PageError(PageFault.DAMAGED, "a palette image without its colours")
    return tuple(value * 257 for value in stored) if max(stored) < 256 else stored


def _on_white(
    directory: Directory, eight: NDArray[np.uint8], samples: Samples, count: int, scale: Scale
) -> NDArray[np.uint8]:
    kind = directory.value(td.EXTRA_SAMPLES, 0)
    if samples.shape[2] <= count or kind not in (_PREMULTIPLIED, _ALPHA):
        return eight
    alpha = scale(samples[..., count : count + 1]).astype(np.float32) / 255
    ink = eight if kind == _PREMULTIPLIED else eight * alpha
    return np.rint(np.minimum(ink + 255 * (1 - alpha), 255)).astype(np.uint8)


def _lab(samples: Samples, bits: int, *, signed: bool) -> NDArray[np.uint8]:
    """As CIELAB of 8 bits, which Pillow takes: L from 0 to 255, a and b signed (TIFF 6.0, page 111). ICC's are moved by
    half their range; of 16 bits, its L ends at 0xFF00."""
    light, colours = samples[..., :1], samples[..., 1:]
    if bits == 16:
        light = np.minimum(np.rint(light / (257.0 if signed else 256.0)), 255)
        colours = colours >> 8
    return np.concatenate([light, colours if signed else colours ^ 128], axis=2).astype(np.uint8)


def _unpacked(directory: Directory, segment: bytes, rows: int) -> Samples:
    """The samples of one strip or tile in a row each."""
    length = rows * directory.row_bytes
    data = _bytes(directory, segment, rows, length)
    if len(data) < length:
        raise PageError(PageFault.DAMAGED, f"a strip or tile of {len(data)} bytes, not {length}")
    lines = np.frombuffer(data, np.uint8, length).reshape(rows, directory.row_bytes)
    wide = directory.segment_width * directory.samples // directory.planes
    predictor = directory.value(td.PREDICTOR, 1)
    form = directory.value(td.SAMPLE_FORMAT, _UNSIGNED)
    step = directory.samples // directory.planes
    order = directory.order
    if predictor == _FLOATING:
        lines, order = _summed_bytes(lines, wide, step), ">"
    if directory.bits not in (8, 16, 32, 64):
        return _bits(lines, wide, directory.bits)
    kind = "f" if form == _FLOAT else "i" if form == SIGNED else "u"
    samples = lines.view(np.dtype(f"{kind}{directory.bits // 8}").newbyteorder(order))
    if predictor == _HORIZONTAL and kind != "f":
        return np.cumsum(samples.reshape(rows, -1, step), axis=1, dtype=samples.dtype.newbyteorder("="))
    return samples


def _bytes(directory: Directory, segment: bytes, rows: int, length: int) -> bytes:
    if directory.value(td.FILL_ORDER, 1) == 2 and directory.compression not in _BY_LIBTIFF:
        segment = segment.translate(_REVERSED)
    if directory.compression == td.UNCOMPRESSED:
        return segment
    if directory.compression in td.DEFLATES:
        return zlib.decompressobj().decompress(segment, length)
    strip = Band(0, rows, rows, (segment,))
    plain = {tag: (value,) for tag, value in ((td.BITS, 8), (td.SAMPLES, 1), (td.PHOTOMETRIC, 1), (td.PLANAR, 1))}
    bare = Directory(
        directory.order, 0,
        plain | {td.COMPRESSION: (directory.compression,), td.FILL_ORDER: (directory.value(td.FILL_ORDER, 1),)}
        | {td.WIDTH: (directory.row_bytes,), td.LENGTH: (rows,)},
    )  # fmt: skip
    with Image.open(BytesIO(band_file(bare, strip)), formats=["TIFF"]) as image:
        return image.tobytes()


_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _bits(lines: NDArray[np.uint8], wide: int, bits: int) -> Samples:
    """Unsigned samples of any depth to 32 bits, packed; each row begins with a byte."""
    if not 0 < bits <= 32:
        raise PageError(PageFault.UNSUPPORTED, f"samples of {bits} bits")
    each = np.unpackbits(lines, axis=1, count=wide * bits).reshape(lines.shape[0], wide, bits)
    found: Samples = np.zeros((lines.shape[0], wide), np.uint32)
    for bit in range(bits):
        found = (found << 1) | each[..., bit]
    return found


def _summed_bytes(lines: NDArray[np.uint8], wide: int, step: int) -> NDArray[np.uint8]:
    """Undo the floating point predictor (Adobe Photoshop TIFF Technical Note 3): big-endian samples."""
    rows, size = lines.shape[0], lines.shape[1] // wide
    summed = np.cumsum(lines.reshape(rows, -1, step), axis=1, dtype=np.uint8).reshape(rows, size, wide)
    return np.ascontiguousarray(summed.swapaxes(1, 2)).reshape(rows, -1)
