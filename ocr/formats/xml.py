"""What the XML formats share."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from ocr.geometry import Box

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) cannot hold; a PDF's own text may."""


def allowed(text: str) -> str:
    """``text`` with U+FFFD in the place of each character that XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def number(value: float) -> str:
    """``value`` in the fewest digits that read back as the same number, whole ones without a point."""
    return str(int(value)) if value == int(value) else repr(float(value))


def box_of_edges(left: float, top: float, right: float, bottom: float) -> Box:
    """The box from its four edges, as hOCR writes them."""
    return Box.around(((left, top), (right, bottom)))


def serialise(root: ET.Element, doctype: str = "") -> bytes:
    """The document as UTF-8 with its declaration, indented."""
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}{body}\n'.encode()
