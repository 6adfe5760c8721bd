"""Bytes to pixels, safely: the one door through which files of strangers come in.

What a file is, its content decides; its name never does. Every failure is a ``PageError``; whatever else a decoder
raises, prints or warns stays behind this door. A hang or a crash inside a decoder is for the caller to survive: call
from a process with a time limit and a memory limit. Memory: about three times the page's own pixels.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ocr.errors import PageError, PageFault
from ocr.loaders.raster import (
    MAX_BYTES,
    MAX_PAGES,
    MAX_PIXELS,
    Inspection,
    PageInfo,
    Raster,
    decoding,
)

__all__ = [
    "FORMATS", "HEAD", "MAX_BYTES", "MAX_PAGES", "MAX_PIXELS", "Inspection", "PageInfo", "Raster", "count", "format_of",
    "inspect", "load",
]  # fmt: skip

HEAD = 1024
"""Bytes looked at to tell the format; a PDF's header may stand anywhere in them (ISO 32000-1, annex H.3.4.1)."""

_SIGNATURES = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG", "png"),
    (b"II\x2a\x00", "tiff"),
    (b"MM\x00\x2a", "tiff"),
    (b"II\x2b\x00", "tiff"),
    (b"MM\x00\x2b", "tiff"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"P4", "pnm"),
    (b"P5", "pnm"),
    (b"P6", "pnm"),
    (b"\x00\x00\x00\x0cjP  ", "jpeg2000"),
    (b"\xff\x4f\xff\x51", "jpeg2000"),
)
FORMATS = frozenset({*(name for _, name in _SIGNATURES), "webp", "heic", "avif", "pdf"})
_AVIF_BRANDS = (b"avif", b"avis")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def inspect(path: Path) -> Inspection:
    """What ``path`` holds, and proof that it can be used: every page's header opens, an image's first page decodes.

    Raises PageError.
    """
    with _opened(path) as file:
        format_ = _format(file)
        with decoding():
            if format_ == "pdf":
                from ocr.loaders import pdf

                return Inspection(format_, *pdf.inspect(file))
            if format_ == "tiff":
                from ocr.loaders import tiff

                return Inspection(format_, tiff.inspect(file))
            from ocr.loaders import image

            return Inspection(format_, (image.inspect(file, format_),))


def count(path: Path) -> int:
    """How many pages ``path`` holds, for who loads them at once: of an image nothing is proved. Raises PageError."""
    with _opened(path) as file:
        holds_several = _format(file) in ("pdf", "tiff")
    return len(inspect(path).pages) if holds_several else 1


def load(path: Path, index: int) -> Raster:
    """Page ``index`` (0-based) of ``path``, of the size and dpi that ``inspect`` tells. Raises PageError."""
    with _opened(path) as file:
        format_ = _format(file)
        with decoding():
            if format_ == "pdf":
                from ocr.loaders import pdf

                return pdf.load(file, index)
            if format_ == "tiff":
                from ocr.loaders import tiff

                return tiff.load(file, index)
            from ocr.loaders import image

            return image.load(file, format_, index)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The regular file at ``path``, not empty, not above MAX_BYTES. Never waits for a FIFO or a device."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise PageError(PageFault.UNREADABLE, str(error)) from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise PageError(PageFault.UNREADABLE, "not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size == 0:
            raise PageError(PageFault.EMPTY)
        if status.st_size > MAX_BYTES:
            raise PageError(PageFault.TOO_LARGE, f"{status.st_size} bytes, more than {MAX_BYTES}")
        yield file


def _format(file: BinaryIO) -> str:
    try:
        head = file.read(HEAD)
        file.seek(0)
    except OSError as error:
        raise PageError(PageFault.UNREADABLE, str(error)) from error
    format_ = format_of(head)
    if format_ is None:
        raise PageError(PageFault.UNKNOWN_FORMAT, f"begins {head[:8]!r}")
    return format_


def format_of(head: bytes) -> str | None:
    """The format of a file that begins so (``HEAD`` bytes, or all of a shorter one), as ``Inspection.format`` has it;
    None where it is none of ours.
    """
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        # The first brand, a version, then those it goes with too (ISO/IEC 14496-12, 4.3).
        brands = [head[place : place + 4] for place in range(8, min(int.from_bytes(head[:4]), len(head)), 4)]
        if any(brand in _AVIF_BRANDS for brand in brands):
            return "avif"
        if head[8:12] in _HEIC_BRANDS:
            return "heic"
    if b"%PDF-" in head:
        return "pdf"
    return None
