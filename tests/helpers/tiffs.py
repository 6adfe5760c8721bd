"""TIFF files written by hand: any tags, strips or tiles, planes, byte order, classic or BigTIFF."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Order = Literal["<", ">"]
Packer = Callable[[bytes], bytes]
_BYTES, _SHORT, _LONG, _RATIONAL, _LONG8 = 7, 3, 4, 5, 16
_SIZES = {_BYTES: 1, _SHORT: 2, _LONG: 4, _RATIONAL: 8, _LONG8: 8}
STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS = 273, 279, 324, 325


@dataclass(frozen=True, slots=True)
class Page:
    """One directory. ``tags``: by number; a Fraction is a rational, bytes are undefined, other numbers shorts or longs.
    ``segments``: the packed strips or tiles."""

    tags: dict[int, Any]
    segments: Sequence[bytes] = field(default=())
    tiled: bool = False


def page(
    samples: NDArray[Any], photometric: int, *, bits: int | None = None, compression: int = 1,
    pack: Packer = bytes, rows: int | None = None, tile: int | None = None, planar: bool = False, order: Order = "<",
    **more: Any,
) -> Page:  # fmt: skip
    """A page of ``samples``, (h, w) or (h, w, n). ``bits`` below 8 are packed; ``rows`` a strip; ``tile``: side of a
    square tile; ``more``: further tags as ``t317=2``."""
    cube = samples if samples.ndim == 3 else samples[..., np.newaxis]
    height, width, count = cube.shape
    deep = bits or cube.dtype.itemsize * 8
    tags: dict[int, Any] = {
        256: width, 257: height, 258: (deep,) * count, 259: compression, 262: photometric, 277: count,
        284: 2 if planar else 1,
    }  # fmt: skip
    planes = [cube[..., each : each + 1] for each in range(count)] if planar else [cube]
    if tile is None:
        rows = rows or height
        parts = [plane[top : top + rows] for plane in planes for top in range(0, height, rows)]
        tags[278] = rows
    else:
        parts = [
            _padded(plane[top : top + tile, left : left + tile], tile)
            for plane in planes for top in range(0, height, tile) for left in range(0, width, tile)
        ]  # fmt: skip
        tags |= {322: tile, 323: tile}
    tags |= {int(name.lstrip("t")): value for name, value in more.items()}
    return Page(tags, [pack(_stored(part, deep, order)) for part in parts], tile is not None)


def tiff(pages: Sequence[Page], *, order: Order = "<", big: bool = False) -> bytes:
    """The file: ``order`` is "<" (II) or ">" (MM)."""
    mark = b"II" if order == "<" else b"MM"
    word, slot = ("Q", 8) if big else ("I", 4)
    out = bytearray(mark + (struct.pack(order + "HHHQ", 43, 8, 0, 0) if big else struct.pack(order + "HI", 42, 0)))
    link = len(out) - slot
    for each in pages:
        places = []
        for segment in each.segments:
            places.append(len(out))
            out += segment + b"\0" * (len(segment) % 2)
        offsets, counts = (TILE_OFFSETS, TILE_COUNTS) if each.tiled else (STRIP_OFFSETS, STRIP_COUNTS)
        entries = []
        tags = {offsets: tuple(places), counts: tuple(map(len, each.segments))} | each.tags
        for tag, value in sorted(tags.items()):
            kind, count, data = _encoded(value, order, long=tag in (offsets, counts), big=big)
            if len(data) > slot:
                place = len(out)
                out += data + b"\0" * (len(data) % 2)
                data = struct.pack(order + word, place)
            entries.append(struct.pack(order + "HH" + word, tag, kind, count) + data.ljust(slot, b"\0"))
        struct.pack_into(order + word, out, link, len(out))
        out += struct.pack(order + ("Q" if big else "H"), len(entries)) + b"".join(entries)
        link = len(out)
        out += b"\0" * slot
    return bytes(out)


def _encoded(value: Any, order: Order, *, long: bool, big: bool) -> tuple[int, int, bytes]:
    if isinstance(value, bytes):
        return _BYTES, len(value), value
    values = value if isinstance(value, tuple) else (value,)
    if isinstance(values[0], Fraction):
        numbers = [number for each in values for number in (each.numerator, each.denominator)]
        return _RATIONAL, len(values), struct.pack(f"{order}{len(numbers)}I", *numbers)
    kind = (_LONG8 if big else _LONG) if long else _SHORT if max(values) < 1 << 16 else _LONG
    letter = {_SHORT: "H", _LONG: "I", _LONG8: "Q"}[kind]
    return kind, len(values), struct.pack(f"{order}{len(values)}{letter}", *values)


def _padded(part: NDArray[Any], side: int) -> NDArray[Any]:
    return np.pad(part, ((0, side - part.shape[0]), (0, side - part.shape[1]), (0, 0)))


def _stored(part: NDArray[Any], bits: int, order: Order) -> bytes:
    """Samples as they lie in the file: rows end at a whole byte (TIFF 6.0, page 29)."""
    if bits % 8 == 0:
        return part.astype(part.dtype.newbyteorder(order)).tobytes()
    flat = part.reshape(part.shape[0], -1).astype(np.uint32)
    each = (flat[..., np.newaxis] >> np.arange(bits - 1, -1, -1, dtype=np.uint32)) & 1
    return np.packbits(each.reshape(part.shape[0], -1).astype(np.uint8), axis=1).tobytes()
