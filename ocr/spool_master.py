"""A scan from the spool becomes a losslessly compressed TIFF, proved to hold the same pixels by another decoder."""

from __future__ import annotations

import hashlib
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.errors import PageError, PageFault
from ocr.loaders.raster import Inspection, checked_size, page_info
from ocr.spool import HEAD_BYTES, SpoolHead, read_head

_STRIP_BYTES = 1 << 18
_BAND = 256
"""Rows."""
_SHORT, _LONG, _RATIONAL = 3, 4, 5
_DEFLATE, _DIFFERENCES, _INCH = 8, 2, 2
_LARGEST_RATIO = 1 << 16

Pixels = NDArray[np.uint8 | np.uint16]


@dataclass(frozen=True)
class MasterRequest:
    """Make the spool file ``source`` a TIFF at ``target`` (which is not there yet)."""

    source: Path
    target: Path


@dataclass(frozen=True)
class MasterResult:
    """``sha256``, ``size``: of the TIFF. ``pixels``: SHA-256 of the pixels, in the spool and in the TIFF alike: rows
    from the top, colours interleaved, samples of 16 bits little-endian, rows of 1 bit padded to whole bytes.
    """

    sha256: str
    size: int
    pixels: str
    inspection: Inspection


def make_master(request: MasterRequest) -> MasterResult:
    """Write the TIFF, sync it, and decode it again to prove it. Raises PageError DAMAGED where the spool file is not
    what was written into it; OSError where the TIFF cannot be written.
    """
    head = read_head(request.source)
    checked_size(head.width, head.height)
    pixels = _pixels(request.source, head)
    with request.target.open("xb") as file:
        file.writelines(_tiff(pixels, head))
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), 0o444)
    if not _same(_decoded(request.target, head), pixels):
        raise PageError(PageFault.CRASHED, "the TIFF does not hold the pixels of the scan")
    with request.target.open("rb") as file:
        sha256, size = hashlib.file_digest(file, "sha256").hexdigest(), request.target.stat().st_size
    told = Inspection("tiff", (page_info(checked_size(head.width, head.height), head.dpi),))
    return MasterResult(sha256, size, _hash(pixels, head), told)


def spool_image(source: Path, longest_side: int) -> bytes:
    """A spool file as JPEG that fits into ``longest_side`` pixels: shown before it is a master, and not proved yet,
    which takes as long as all the rest. Raises PageError.
    """
    head = read_head(source)
    checked_size(head.width, head.height)
    pixels = _pixels(source, head, proved=False)
    if _packed(pixels, head):
        pixels = ((1 - np.unpackbits(pixels.astype(np.uint8), axis=1)[:, : head.width]) * 255).astype(np.uint8)
    shown = np.asarray(pixels >> 8 if pixels.dtype == np.uint16 else pixels, np.uint8)
    by = -(-max(head.width, head.height) // longest_side)  # whole numbers are several times as fast
    size = (max(1, head.width // by), max(1, head.height // by))
    shown = shown[: size[1] * by, : size[0] * by]
    out = BytesIO()
    Image.fromarray(np.asarray(cv2.resize(shown, size, interpolation=cv2.INTER_AREA), np.uint8)).save(out, "JPEG")
    return out.getvalue()


def _pixels(source: Path, head: SpoolHead, *, proved: bool = True) -> Pixels:
    """(h, w) grey or (h, w, 3), uint8 or uint16; one bit in grey as (h, bytes) of packed bits, 1 is black."""
    # As the file lies on the disk, where memory is short: a page may have 200 MB. What is written to it stays here.
    data = np.memmap(source, np.uint8, "c", HEAD_BYTES)
    if proved and hashlib.sha256(data.data).hexdigest() != head.sha256:
        raise PageError(PageFault.DAMAGED, "the lines of the scan have changed in the spool")
    frames = data.reshape(len(head.frames), head.height, head.bytes_per_line)
    try:
        if len(head.frames) == 3:
            order = [head.frames.index(colour) for colour in ("red", "green", "blue")]
            return np.stack([_samples(frames[place], head, 1) for place in order], axis=-1)
        if head.frames == ("rgb",):
            return _samples(frames[0], head, 3).reshape(head.height, head.width, 3)
        return _one_bit(frames[0], head) if head.depth == 1 else _samples(frames[0], head, 1)
    except ValueError as error:
        raise PageError(PageFault.DAMAGED, f"lines too short: {error}") from error


def _samples(lines: NDArray[np.uint8], head: SpoolHead, channels: int) -> Pixels:
    """(h, w * channels) samples; those of 1 bit as 0 and 255."""
    wanted = head.width * channels
    if head.depth == 16:
        return np.ascontiguousarray(lines[:, : 2 * wanted]).view(np.uint16).reshape(head.height, wanted)
    if head.depth == 8:
        return np.ascontiguousarray(lines[:, :wanted]).reshape(head.height, wanted)
    # Eight pixels of a colour in each byte, the colours taking turns byte by byte (SANE standard 1.06, 3.2.1).
    groups = lines[:, : (head.width + 7) // 8 * channels].reshape(head.height, -1, channels)
    bits = np.unpackbits(groups, axis=1)[:, : head.width]
    return np.asarray(bits * np.uint8(255), np.uint8).reshape(head.height, wanted)


def _one_bit(lines: NDArray[np.uint8], head: SpoolHead) -> NDArray[np.uint8]:
    """Packed bits with those behind the last pixel cleared: scanners leave anything there."""
    packed = np.ascontiguousarray(lines[:, : (head.width + 7) // 8]).reshape(head.height, (head.width + 7) // 8)
    if head.width % 8:
        packed[:, -1] &= 0xFF << (8 - head.width % 8) & 0xFF
    return packed


def _hash(pixels: Pixels, head: SpoolHead) -> str:
    if len(head.frames) == 1 and head.depth == 8 and pixels.nbytes == head.size:
        return head.sha256  # the lines are the pixels, and were hashed just now
    ordered = np.ascontiguousarray(pixels.astype(pixels.dtype.newbyteorder("<"), copy=False))
    return hashlib.sha256(ordered.data).hexdigest()


def _tiff(pixels: Pixels, head: SpoolHead) -> Iterator[bytes]:
    """A TIFF of one image (TIFF 6.0; Deflate and differences as in its Technical Note 2), strips first."""
    channels = 3 if pixels.ndim == 3 else 1
    bits = 1 if _packed(pixels, head) else pixels.dtype.itemsize * 8
    rows = max(1, _STRIP_BYTES // pixels[0].nbytes)
    strips = [_strip(pixels[top : top + rows], bits) for top in range(0, head.height, rows)]
    where, at = [], 8
    for strip in strips:
        where.append(at)
        at += len(strip) + len(strip) % 2
    tags = [
        (256, _LONG, [head.width]), (257, _LONG, [head.height]), (258, _SHORT, [bits] * channels),
        (259, _SHORT, [_DEFLATE]), (262, _SHORT, [2 if channels == 3 else int(bits != 1)]), (273, _LONG, where),
        (277, _SHORT, [channels]), (278, _LONG, [rows]), (279, _LONG, [len(strip) for strip in strips]),
        *([] if head.dpi is None else [(282, _RATIONAL, _ratio(head.dpi[0])), (283, _RATIONAL, _ratio(head.dpi[1]))]),
        (284, _SHORT, [1]), (296, _SHORT, [1 if head.dpi is None else _INCH]),
        *([] if bits == 1 else [(317, _SHORT, [_DIFFERENCES])]),
    ]  # fmt: skip
    yield (b"II" if sys.byteorder == "little" else b"MM") + struct.pack("=HI", 42, at)
    yield from (strip + b"\0" * (len(strip) % 2) for strip in strips)
    behind, values = at + 2 + 12 * len(tags) + 4, b""
    yield struct.pack("=H", len(tags))
    for tag, kind, numbers in tags:
        packed = struct.pack(f"={len(numbers)}{'H' if kind == _SHORT else 'I'}", *numbers)
        count = len(numbers) // (2 if kind == _RATIONAL else 1)
        if len(packed) <= 4:
            yield struct.pack("=HHI", tag, kind, count) + packed.ljust(4, b"\0")
        else:
            yield struct.pack("=HHII", tag, kind, count, behind + len(values))
            values += packed + b"\0" * (len(packed) % 2)
    yield struct.pack("=I", 0) + values


def _strip(rows: Pixels, bits: int) -> bytes:
    """Differences to the pixel on the left, run lengths and Huffman codes: on scans as small as a search for matches
    and three times as fast (``docs/decisions/025-scanners.md``).
    """
    if bits != 1:
        differences = rows.copy()
        differences[:, 1:] -= rows[:, :-1]
        rows = differences
    compressor = zlib.compressobj(1, strategy=zlib.Z_RLE)
    return compressor.compress(np.ascontiguousarray(rows).data) + compressor.flush()


def _packed(pixels: Pixels, head: SpoolHead) -> bool:
    return head.depth == 1 and pixels.ndim == 2


def _ratio(dpi: float) -> list[int]:
    return list(Fraction(dpi).limit_denominator(_LARGEST_RATIO).as_integer_ratio())


def _same(one: Pixels, other: Pixels) -> bool:
    """Whether all pixels are the same; compared in bands, as the answers for all of them would fill memory too."""
    bands = range(0, max(len(one), len(other)), _BAND)
    return one.shape == other.shape and all(
        np.array_equal(one[top : top + _BAND], other[top : top + _BAND]) for top in bands
    )


def _decoded(path: Path, head: SpoolHead) -> Pixels:
    """The TIFF's pixels in the form of ``_pixels``, decoded by libtiff: in OpenCV, or for one bit in Pillow."""
    if head.depth == 1 and head.frames == ("gray",):
        with Image.open(path) as image:
            dark = ~np.asarray(image.convert("1"), np.bool_)
        return np.packbits(dark, axis=1)
    found = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if found is None:
        raise PageError(PageFault.CRASHED, "the TIFF that was made does not open")
    decoded: Pixels = found if found.ndim == 2 else found[..., ::-1]  # type: ignore[assignment]  # as it is stored
    return decoded
