"""PDF objects straight to a stream: one object in memory at a time, where pypdf's PdfWriter would hold them all.

The objects are pypdf's; this module adds what surrounds them in a file (ISO 32000-1, 7.5).
"""

from __future__ import annotations

import hashlib
import io
import zlib
from datetime import datetime
from typing import BinaryIO

from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_ID_LENGTH = 16


class ObjectFile:
    """Writes numbered objects to ``destination``, then the cross-reference table. Never seeks or reads."""

    def __init__(self, destination: BinaryIO) -> None:
        self._destination = destination
        self._digest = hashlib.sha256()
        self._position = 0
        self._offsets: list[int] = []
        self._write(_HEADER)

    def reserve(self) -> IndirectObject:
        """A reference to an object that ``put`` gives later."""
        self._offsets.append(0)
        return IndirectObject(len(self._offsets), 0, None)

    def put(self, reference: IndirectObject, value: PdfObject) -> None:
        """Write the object that ``reference`` was reserved for."""
        self._offsets[reference.idnum - 1] = self._position
        body = io.BytesIO()
        value.write_to_stream(body)
        self._write(b"%d 0 obj\n%b\nendobj\n" % (reference.idnum, body.getvalue()))

    def add(self, value: PdfObject) -> IndirectObject:
        reference = self.reserve()
        self.put(reference, value)
        return reference

    def close(self, root: IndirectObject, info: IndirectObject) -> None:
        """Write table and trailer. The file's /ID is a digest of all that stands before them."""
        identifier = ByteStringObject(self._digest.digest()[:_ID_LENGTH])
        count = len(self._offsets) + 1
        start = self._position
        rows = b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets)
        self._write(b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, rows))
        trailer = io.BytesIO()
        entries = dictionary(Size=NumberObject(count), Root=root, Info=info, ID=ArrayObject([identifier, identifier]))
        entries.write_to_stream(trailer)
        self._write(b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (trailer.getvalue(), start))

    def _write(self, data: bytes) -> None:
        self._destination.write(data)
        self._digest.update(data)
        self._position += len(data)


def dictionary(**entries: PdfObject) -> DictionaryObject:
    """Keys without their slash."""
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def stream(data: bytes, **entries: PdfObject) -> StreamObject:
    """A stream whose ``data`` stand as they are; ``entries`` name the filter they are in, if any."""
    made = StreamObject()
    made.update(dictionary(**entries))
    made.set_data(data)
    return made


def flate_stream(data: bytes, **entries: PdfObject) -> StreamObject:
    return stream(zlib.compress(data, 9), Filter=name("FlateDecode"), **entries)


def name(text: str) -> NameObject:
    """The name ``/text``."""
    return NameObject(f"/{text}")


def number(value: float) -> FloatObject:
    return FloatObject(round(value, 4))


def text_string(text: str) -> ByteStringObject:
    """A text string in UTF-16BE with its mark (ISO 32000-1, 7.9.2.2): exact for every letter."""
    return ByteStringObject(b"\xfe\xff" + text.encode("utf-16-be"))


def date_string(moment: datetime) -> ByteStringObject:
    """An aware ``moment`` to the second with its zone: ``D:20261122213000+07'00'`` (ISO 32000-1, 7.9.4)."""
    zone = moment.strftime("%z")
    return ByteStringObject(f"D:{moment:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'".encode("ascii"))
