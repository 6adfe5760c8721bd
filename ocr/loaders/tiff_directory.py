"""The directories of a TIFF, classic or BigTIFF, and the packed strips and tiles they point to (TIFF 6.0).

Read here and not by a library: of a file of ten thousand pages only the entries that matter are looked at, and of a
page only the strips of one band are in memory.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, BinaryIO, Literal

import numpy as np

from ocr.errors import PageError, PageFault
from ocr.limits import MAX_PAGES

NEW_SUBFILE_TYPE, OLD_SUBFILE_TYPE, WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC = 254, 255, 256, 257, 258, 259, 262
FILL_ORDER, STRIP_OFFSETS, ORIENTATION, SAMPLES, ROWS_PER_STRIP, STRIP_COUNTS = 266, 273, 274, 277, 278, 279
X_RESOLUTION, Y_RESOLUTION, PLANAR, RESOLUTION_UNIT, PREDICTOR, COLOUR_MAP = 282, 283, 284, 296, 317, 320
TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS, TILE_COUNTS, EXTRA_SAMPLES, SAMPLE_FORMAT = 322, 323, 324, 325, 338, 339
JPEG_TABLES, SUBSAMPLING, ICC_PROFILE = 347, 530, 34675

UNCOMPRESSED, DEFLATE, YCBCR = 1, 8, 6
DEFLATES = (DEFLATE, 32946)
_PASSED_ON = (
    BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, SAMPLES, PLANAR, 292, 293, PREDICTOR, COLOUR_MAP, 332, EXTRA_SAMPLES,
    SAMPLE_FORMAT, JPEG_TABLES, 529, SUBSAMPLING, 531, 532, ICC_PROFILE,
)  # fmt: skip
"""What a decoder of strips must know; 292 and 293 are fax options, 332 the ink set, 529 to 532 of YCbCr."""
_WANTED = frozenset(_PASSED_ON) | {
    NEW_SUBFILE_TYPE, OLD_SUBFILE_TYPE, WIDTH, LENGTH, STRIP_OFFSETS, ORIENTATION, ROWS_PER_STRIP, STRIP_COUNTS,
    X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT, TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS, TILE_COUNTS,
}  # fmt: skip
_TYPES = {
    1: "u1", 2: "u1", 3: "u2", 4: "u4", 5: "u4", 6: "i1", 7: "u1", 8: "i2", 9: "i4", 10: "i4", 11: "f4", 12: "f8",
    13: "u4", 16: "u8", 17: "i8", 18: "u8",
}  # fmt: skip
"""Types of values (TIFF 6.0, page 15, and BigTIFF) as numpy knows them."""
_RATIONALS = (5, 10)
_MAX_VALUES = 1 << 20
"""Of one entry: strips of one row each on the longest page have fewer."""
_MAX_ENTRIES = 4096
_PIECE = 1 << 20
_BAND_BYTES = 8 << 20
"""Unpacked, what is decoded at once; a strip or a row of tiles that is larger is one band."""


Order = Literal["<", ">"]


@dataclass(frozen=True, slots=True)
class Directory:
    """One image file directory. ``order``: "<" or ">"; ``frame``: its place in the chain."""

    order: Order
    frame: int
    tags: Mapping[int, tuple[Any, ...]]

    def value(self, tag: int, default: Any = None) -> Any:
        """The first value of ``tag``."""
        return self.tags.get(tag, (default,))[0]

    @property
    def width(self) -> int:
        return int(self.value(WIDTH))

    @property
    def height(self) -> int:
        return int(self.value(LENGTH))

    @property
    def compression(self) -> int:
        return int(self.value(COMPRESSION, UNCOMPRESSED))

    @property
    def samples(self) -> int:
        return max(1, int(self.value(SAMPLES, 1)))

    @property
    def bits(self) -> int:
        """Of one sample."""
        return int(self.value(BITS, 1))

    @property
    def planes(self) -> int:
        return self.samples if self.value(PLANAR, 1) == 2 else 1

    @property
    def subsampled(self) -> bool:
        """Whether several pixels share one colour (TIFF 6.0, page 92: without the tag they do)."""
        return self.value(PHOTOMETRIC) == YCBCR and self.tags.get(SUBSAMPLING, (2, 2)) != (1, 1)

    @property
    def streams(self) -> bool:
        """Whether a strip can be unpacked row by row."""
        plain = self.planes == 1 and not self.tiled and not self.subsampled and self.value(FILL_ORDER, 1) == 1
        return plain and self.compression in DEFLATES

    @property
    def tiled(self) -> bool:
        return TILE_OFFSETS in self.tags or TILE_WIDTH in self.tags

    @property
    def segment_width(self) -> int:
        return max(1, int(self.value(TILE_WIDTH, 0))) if self.tiled else self.width

    @property
    def row_bytes(self) -> int:
        """Of a row of one strip or tile, unpacked."""
        return ceil(self.segment_width * self.samples // self.planes * self.bits / 8)


@dataclass(frozen=True, slots=True)
class Band:
    """Rows of a page and the packed strips or tiles that make them, plane after plane, each plane row by row.

    ``rows``: of one segment; the last may hold fewer, as ``height`` tells.
    """

    top: int
    height: int
    rows: int
    segments: tuple[bytes, ...]


def directories(file: BinaryIO) -> Iterator[Directory]:
    """The chain of directories; sub-directories are none of it. Raises PageError DAMAGED or TOO_LARGE."""
    size = file.seek(0, 2)
    file.seek(0)
    order: Order = "<" if _read(file, 2) == b"II" else ">"
    big = struct.unpack(order + "H", _read(file, 2))[0] == 43
    if big:
        _read(file, 4)
    link = "Q" if big else "I"
    (place,) = struct.unpack(order + link, _read(file, 8 if big else 4))
    seen: set[int] = set()
    while place and place not in seen:
        if len(seen) == MAX_PAGES:
            raise PageError(PageFault.TOO_LARGE, f"more than {MAX_PAGES} pages")
        frame = len(seen)
        seen.add(place)
        file.seek(place)
        (count,) = struct.unpack(order + ("Q" if big else "H"), _read(file, 8 if big else 2))
        if count > _MAX_ENTRIES:
            raise PageError(PageFault.DAMAGED, f"directory {frame + 1} of {count} entries")
        entries = _read(file, count * (20 if big else 12))
        rest = file.read(8 if big else 4)
        # The last directory may lack its link.
        place = struct.unpack(order + link, rest)[0] if len(rest) == (8 if big else 4) else 0
        yield Directory(order, frame, _tags(file, entries, order, big=big, size=size))


def _tags(file: BinaryIO, entries: bytes, order: Order, *, big: bool, size: int) -> dict[int, tuple[Any, ...]]:
    tags: dict[int, tuple[Any, ...]] = {}
    step, slot, link = (20, 8, "Q") if big else (12, 4, "I")
    for start in range(0, len(entries), step):
        tag, kind, count = struct.unpack_from(order + "HH" + link, entries, start)
        letters = _TYPES.get(kind)
        if tag not in _WANTED or letters is None or not 0 < count <= _MAX_VALUES * 16:
            continue
        type_ = np.dtype(letters).newbyteorder(order)
        numbers = count * (2 if kind in _RATIONALS else 1)
        length = numbers * type_.itemsize
        if length <= slot:
            data = entries[start + step - slot : start + step - slot + length]
        else:
            (place,) = struct.unpack_from(order + link, entries, start + step - slot)
            if place + length > size:
                continue
            file.seek(place)
            data = _read(file, length)
        if tag in (ICC_PROFILE, JPEG_TABLES):
            tags[tag] = (data,)
            continue
        if count > _MAX_VALUES:
            continue
        values = np.frombuffer(data, type_, numbers).tolist()
        if kind in _RATIONALS:
            values = [over / under if under else 0.0 for over, under in zip(values[::2], values[1::2], strict=True)]
        tags[tag] = tuple(values)
    return tags


def bands(file: BinaryIO, directory: Directory) -> Iterator[Band]:
    """The page from top to bottom. Raises PageError DAMAGED where strips or tiles are missing."""
    across, rows = _across(directory), _rows(directory)
    down = ceil(directory.height / rows)
    places, counts = _segments(directory, across * down * directory.planes, rows, file.seek(0, 2))
    if directory.compression == UNCOMPRESSED and not directory.tiled and not directory.subsampled:
        yield from _cut_bands(file, directory, places, counts, rows)
        return
    if directory.streams and rows * directory.row_bytes > _BAND_BYTES:
        for row in range(down):
            height = min(rows, directory.height - row * rows)
            yield from _streamed_bands(directory, row * rows, height, _pieces(file, places[row], counts[row]))
        return
    together = max(1, _BAND_BYTES // max(1, rows * directory.row_bytes * across))
    for first in range(0, down, together):
        last = min(first + together, down)
        numbers = [
            (plane * down + row) * across + column
            for plane in range(directory.planes) for row in range(first, last) for column in range(across)
        ]  # fmt: skip
        segments = []
        for number in numbers:
            file.seek(places[number])
            segments.append(file.read(counts[number]))
        top = first * rows
        yield Band(top, min(last * rows, directory.height) - top, rows, tuple(segments))


def refuse_incomplete(file: BinaryIO, directory: Directory) -> None:
    """Raises PageError DAMAGED where ``bands`` would at once."""
    rows = _rows(directory)
    _segments(directory, _across(directory) * ceil(directory.height / rows) * directory.planes, rows, file.seek(0, 2))


def _cut_bands(file: BinaryIO, directory: Directory, places: list[int], counts: list[int], rows: int) -> Iterator[Band]:
    """Of what is not compressed rows can be taken out of a strip: many a file has one strip a page."""
    of_band = max(1, _BAND_BYTES // max(1, directory.row_bytes * directory.planes))
    down = len(places) // directory.planes
    for row in range(down):
        strip_top = row * rows
        strip_height = min(rows, directory.height - strip_top)
        for cut in range(0, strip_height, of_band):
            height = min(of_band, strip_height - cut)
            segments = []
            for plane in range(directory.planes):
                number = plane * down + row
                start = cut * directory.row_bytes
                file.seek(places[number] + start)
                segments.append(file.read(max(0, min(height * directory.row_bytes, counts[number] - start))))
            yield Band(strip_top + cut, height, height, tuple(segments))


def _streamed_bands(directory: Directory, top: int, height: int, pieces: Iterator[bytes]) -> Iterator[Band]:
    """A large deflated strip as small ones: whole it would take its unpacked size several times."""
    of_band = max(1, _BAND_BYTES // directory.row_bytes)
    stream, packed = zlib.decompressobj(), b""
    for row in range(0, height, of_band):
        rows = min(of_band, height - row)
        unpacked = bytearray()
        while (missing := rows * directory.row_bytes - len(unpacked)) > 0:
            packed = packed or next(pieces, b"")
            more = stream.decompress(packed, missing)
            if not more and not packed:
                raise PageError(PageFault.DAMAGED, "a strip that ends too soon")
            packed = stream.unconsumed_tail
            unpacked += more
        yield Band(top + row, rows, rows, (zlib.compress(unpacked, 1),))


def _pieces(file: BinaryIO, place: int, count: int) -> Iterator[bytes]:
    while count > 0:
        file.seek(place)
        piece = file.read(min(count, _PIECE))
        if not piece:
            return
        yield piece
        place, count = place + len(piece), count - len(piece)


def _across(directory: Directory) -> int:
    """Strips or tiles side by side."""
    return ceil(directory.width / directory.segment_width) if directory.tiled else 1


def _rows(directory: Directory) -> int:
    """Of a strip or tile."""
    if directory.tiled:
        return max(1, int(directory.value(TILE_LENGTH, 0)))
    rows = int(directory.value(ROWS_PER_STRIP, directory.height))
    return rows if 0 < rows < directory.height else directory.height


def _segments(directory: Directory, wanted: int, rows: int, size: int) -> tuple[list[int], list[int]]:
    """Where each strip or tile begins in a file of ``size`` bytes, and its length, guessed where that is not told."""
    tiled = TILE_OFFSETS in directory.tags
    places = directory.tags.get(TILE_OFFSETS if tiled else STRIP_OFFSETS, ())
    counts = directory.tags.get(TILE_COUNTS if tiled else STRIP_COUNTS, ())
    if len(places) < wanted:
        raise PageError(PageFault.DAMAGED, f"{len(places)} strips or tiles of {wanted}")
    found = [min(int(place), size) for place in places[:wanted]]
    if len(counts) >= wanted and any(counts):
        return found, [min(int(count), size) for count in counts[:wanted]]
    if directory.compression == UNCOMPRESSED:
        return found, [rows * directory.row_bytes] * wanted
    ends = sorted({*found, size})
    return found, [next((end for end in ends if end > place), size) - place for place in found]


def band_file(directory: Directory, band: Band, *, changed: Mapping[int, tuple[Any, ...]] | None = None) -> bytes:
    """A TIFF of nothing but ``band``, for a decoder that takes files. ``changed``: tags that are to be others."""
    order = directory.order
    tags: dict[int, tuple[Any, ...]] = {tag: directory.tags[tag] for tag in _PASSED_ON if tag in directory.tags}
    out = bytearray(b"II\x2a\0\0\0\0\0" if order == "<" else b"MM\0\x2a\0\0\0\0")
    places = []
    for segment in band.segments:
        places.append(len(out))
        out += segment
    tags |= {WIDTH: (directory.width,), LENGTH: (band.height,)}
    lengths = tuple(map(len, band.segments))
    if directory.tiled:
        tags |= {TILE_WIDTH: (directory.segment_width,), TILE_LENGTH: (band.rows,)}
        tags |= {TILE_OFFSETS: tuple(places), TILE_COUNTS: lengths}
    else:
        tags |= {ROWS_PER_STRIP: (band.rows,), STRIP_OFFSETS: tuple(places), STRIP_COUNTS: lengths}
    tags |= changed or {}
    entries = []
    for tag, values in sorted(tags.items()):
        kind, count, data = _packed(values, order)
        if len(data) > 4:
            place = len(out)
            out += data
            data = struct.pack(order + "I", place)
        entries.append(struct.pack(order + "HHI", tag, kind, count) + data.ljust(4, b"\0"))
    struct.pack_into(order + "I", out, 4, len(out))
    out += struct.pack(order + "H", len(entries)) + b"".join(entries) + b"\0\0\0\0"
    return bytes(out)


def _packed(values: tuple[Any, ...], order: Order) -> tuple[int, int, bytes]:
    """Type, count and bytes of an entry."""
    if isinstance(values[0], bytes):
        return 7, len(values[0]), values[0]
    if any(isinstance(value, float) for value in values):
        return 11, len(values), np.array(values, np.dtype("f4").newbyteorder(order)).tobytes()
    kind = 3 if min(values) >= 0 and max(values) < 1 << 16 else 4
    return kind, len(values), np.array(values, np.dtype(_TYPES[kind]).newbyteorder(order)).tobytes()


def _read(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) < length:
        raise PageError(PageFault.DAMAGED, "a directory that ends before its end")
    return data
