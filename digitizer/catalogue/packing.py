"""The text of a page as it is kept in the catalogue: JSON, compressed."""

from __future__ import annotations

import json
import zlib

from ocr.text import PageText, from_json, to_json

UNREADABLE = (zlib.error, ValueError, KeyError, TypeError)
"""What reading a damaged text may raise."""


def pack(text: PageText) -> bytes:
    return zlib.compress(json.dumps(to_json(text), ensure_ascii=False, separators=(",", ":")).encode())


def unpack(data: bytes) -> PageText:
    """The text again. Raises one of ``UNREADABLE``."""
    return from_json(json.loads(zlib.decompress(data)))


def readable(data: bytes) -> bool:
    try:
        unpack(data)
    except UNREADABLE:
        return False
    return True
