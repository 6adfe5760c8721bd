"""Names of delivered files (Circular 05/2025/TT-BNV, article 8): `file code.ordinal`, of a whole file its code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LONGEST = 120
"""Letters of a stem. Codes have up to 100 (``resources/profiles``)."""
_BARRED = str.maketrans("đĐ", "dD")
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))})
"""No file may be called so on Windows, whatever its ending."""


def item_stem(file_code: str, ordinal: int, digits: int) -> str:
    """``digits``: the ordinal is padded to as many."""
    return f"{file_code}.{ordinal:0{digits}d}"


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
