"""What our QR codes say: ``DGZ1:`` and what it is, a colon, and the code of the record, such as ``DGZ1:F:H.01/2024``.

Letters beyond ASCII stand as in a URL (RFC 3986: their UTF-8 bytes, %E1%BB%93): a reader held in the hand types what it
reads on a keyboard that has no others, and nothing is left to guess about the encoding of a QR code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

from digitizer.model import Level, clean

_VERSION = "DGZ1"
_PLAIN = "".join(chr(number) for number in range(0x20, 0x7F) if chr(number) != "%")


class What(StrEnum):
    """FILE, ITEM, BOX: a label on what it names, which is part of it. The others: a separator sheet, which is not; the
    pages behind it go into a new item of that file, into that item, or into a new item of the file that is at hand.
    """

    FILE = "F"
    ITEM = "I"
    BOX = "B"
    TO_FILE = "SF"
    TO_ITEM = "SI"
    NEXT = "SN"

    @property
    def separates(self) -> bool:
        return self in (What.TO_FILE, What.TO_ITEM, What.NEXT)


LABELS = {Level.FILE: What.FILE, Level.ITEM: What.ITEM, Level.BOX: What.BOX}
SEPARATORS = {Level.FILE: What.TO_FILE, Level.ITEM: What.TO_ITEM}


@dataclass(frozen=True, slots=True)
class Said:
    """``code``: of a record, cleaned (``digitizer.model.clean``); empty for NEXT alone."""

    what: What
    code: str = ""

    def __post_init__(self) -> None:
        if bool(self.code) == (self.what is What.NEXT) or self.code != clean(self.code):
            raise ValueError(f"{self.what}: {self.code!r}")


def written(said: Said) -> str:
    """The text of the QR code."""
    return f"{_VERSION}:{said.what}:{quote(said.code, safe=_PLAIN)}"


def parsed(text: str) -> Said | None:
    """What the text of a QR code says, in any case of what stands ahead of the code (a reader held in the hand types as
    the keyboard is set); None where it is none of ours.
    """
    version, _, rest = clean(text).partition(":")
    what, _, code = rest.partition(":")
    if version.upper() != _VERSION or what.upper() not in list(What):
        return None
    try:
        return Said(What(what.upper()), clean(unquote(code, errors="strict")))
    except ValueError:  # an empty code, or no UTF-8
        return None
