"""Names of delivered files (Circular 05/2025/TT-BNV, article 8): `file code.ordinal`, of a whole file its code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from digitizer.model import Level, Record, RecordId

_LONGEST = 120
"""Letters of a stem. Codes have up to 100 (``resources/profiles``)."""
_BARRED = str.maketrans("đĐ", "dD")
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))})
"""No file may be called so on Windows, whatever its ending."""
_NUMBER = re.compile("0*[1-9][0-9]{0,6}")
"""At the end of the code of an item: as many digits as docCode has room for."""


def item_numbers(file: Record, inside: Sequence[Record]) -> dict[RecordId, int]:
    """The number (số thứ tự tài liệu) in its file of each item among ``inside``, all that lie in it, in order: the
    described one, else that which its code has behind the code of the file, else its place.
    """
    items = [record for record in inside if record.level is Level.ITEM and record.id != file.id]
    return {item.id: _number(file, item, place) for place, item in enumerate(items, 1)}


def _number(file: Record, item: Record, place: int) -> int:
    said, behind = item.fields.get("ordinal"), item.code.removeprefix(f"{file.code}.")
    if isinstance(said, int):
        return said
    return int(behind) if behind != item.code and _NUMBER.fullmatch(behind) else place


def item_names(
    file: Record, inside: Sequence[Record], numbers: Mapping[RecordId, int], *, digits: int, suffix: str
) -> dict[RecordId, str]:
    """What the files of each of ``inside`` are called, without their ending: an item by the code of its file and its
    number, the file by its code. They are the same whatever part of the file is delivered.
    """
    stems = [
        item_stem(file.code, numbers[record.id], digits) if record.id in numbers else plain_name(file.code)
        for record in inside
    ]  # fmt: skip
    return dict(zip((record.id for record in inside), file_names(stems, suffix=suffix, ending=""), strict=True))


def batch_names(code: str, count: int, *, digits: int, suffix: str) -> list[str]:
    """The same of ``count`` items of a batch, which are numbered from 1."""
    return file_names([item_stem(code, number, digits) for number in range(1, count + 1)], suffix=suffix, ending="")


def item_stem(file_code: str, ordinal: int, digits: int) -> str:
    """In plain letters. ``digits``: the ordinal is padded to as many; a code that is too long never costs it."""
    number = f"{ordinal:0{digits}d}"
    return f"{plain_name(file_code)[: _LONGEST - 1 - len(number)].rstrip('.')}.{number}"


def file_names(stems: Sequence[str], *, suffix: str = "", ending: str = ".pdf") -> list[str]:
    """A file name for each of ``stems``: ``plain_name``, ``suffix``, ``ending``.

    No two are the same, not even where capitals and small letters are.
    """
    taken: set[str] = set()
    return [f"{free_name(plain_name(stem), taken, suffix=suffix)}{ending}" for stem in stems]


def plain_name(text: str) -> str:
    """``text`` in letters that every system and every archive's software takes: Vietnamese ones without their marks,
    everything else that is not A to Z, a digit, ``.``, ``-`` or ``_`` a hyphen.
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", _unmarked(text)).strip(".")[:_LONGEST].rstrip(".") or "-"
    return f"-{plain}" if plain.split(".")[0].upper() in _DEVICES else plain


def free_name(plain: str, taken: set[str], *, suffix: str = "") -> str:
    """The name, with a number behind it where ``taken`` has it, capitals not counting; it is taken then."""
    name, count = f"{plain}{suffix}", 1
    while name.casefold() in taken:
        count += 1
        name = f"{plain}-{count}{suffix}"
    taken.add(name.casefold())
    return name


def _unmarked(text: str) -> str:
    """``text`` without diacritical marks, đ as d."""
    decomposed = unicodedata.normalize("NFD", text.translate(_BARRED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
