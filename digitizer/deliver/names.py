"""Names of delivered files (Circular 05/2025/TT-BNV, article 8): `file code.ordinal`, of a whole file its code."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from digitizer.model import Level, Record, RecordId

_LONGEST = 120
"""Letters of a stem. Codes have up to 100 (``resources/profiles``)."""
_BARRED = str.maketrans("đĐ", "dD")
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))})
"""No file may be called so on Windows, whatever its ending."""
_NAMELESS = "x"
"""Where a code has no letter or digit that could stand in a name; before one that may not be a name."""
_TAG = 6
"""Letters of an id that tell two names apart."""
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


def clashing(named: Iterable[tuple[RecordId, str]]) -> frozenset[RecordId]:
    """Those of the records, by their codes, whose names would be alike, capitals not counting."""
    alike: dict[str, list[RecordId]] = {}
    for record, code in named:
        alike.setdefault(plain_name(code).casefold(), []).append(record)
    return frozenset(record for records in alike.values() if len(records) > 1 for record in records)


def own_name(record: Record, clashes: Collection[RecordId] = ()) -> str:
    """What is delivered of a record that lies in no file is called so: by its code; if it is one of ``clashes``, also
    by its id.
    """
    plain = plain_name(record.code)
    return _told_apart(plain, record.id) if record.id in clashes else plain


def item_names(
    name: str, inside: Sequence[Record], numbers: Mapping[RecordId, int], *, digits: int, suffix: str
) -> dict[RecordId, str]:
    """What the files of each of ``inside`` are called, without their ending: an item by the ``name`` of its file and
    its number, the file by its name. They are the same whatever part of the file is delivered.
    """
    often = Counter(numbers.values())
    stems = {
        record.id: item_stem(name, numbers[record.id], digits) if record.id in numbers else name for record in inside
    }
    return {
        record: f"{_told_apart(stem, record) if often[numbers.get(record, -1)] > 1 else stem}{suffix}"
        for record, stem in stems.items()
    }  # fmt: skip


def batch_names(code: str, count: int, *, digits: int, suffix: str) -> list[str]:
    """The same of ``count`` items of a batch, which are numbered from 1."""
    return [f"{item_stem(code, number, digits)}{suffix}" for number in range(1, count + 1)]


def _told_apart(name: str, record: RecordId) -> str:
    """The name with the end of the record's id, which is random and never changes."""
    return f"{name}-{record.replace('-', '')[-_TAG:]}"


def item_stem(file_code: str, ordinal: int, digits: int) -> str:
    """In plain letters. ``digits``: the ordinal is padded to as many; a code that is too long never costs it."""
    number = f"{ordinal:0{digits}d}"
    return f"{plain_name(file_code)[: _LONGEST - 1 - len(number)].rstrip('.')}.{number}"


def plain_name(text: str) -> str:
    """``text`` in letters that every system and every archive's software takes: Vietnamese ones without their marks,
    everything else that is not A to Z, a digit, ``.``, ``-`` or ``_`` a hyphen. It begins with a letter or a digit.
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", _unmarked(text)).lstrip("._-")[:_LONGEST].rstrip(".") or _NAMELESS
    return f"{_NAMELESS}-{plain}" if plain.split(".")[0].upper() in _DEVICES else plain


def _unmarked(text: str) -> str:
    """``text`` without diacritical marks, đ as d."""
    decomposed = unicodedata.normalize("NFD", text.translate(_BARRED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
