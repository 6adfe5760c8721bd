"""Letters made equal for search. FTS5's own folding leaves đ alone, so folding is done here, for index and query
alike.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ocr.language.spelling import toneless
from ocr.text import nfc

_TOKEN = re.compile(r"[^\W_]+")
# Letters whose bar is no combining mark, so that decomposition does not remove it.
_BARRED = str.maketrans({"đ": "d"})
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Grave, acute, tilde, hook above, dot below: the five tone marks of Vietnamese."""
_VOWELS = frozenset("aeiouy")
_KEPT = 1 << 16
"""Words remembered: a language has some ten thousand, and a page holds hundreds of them."""
_TEXTS_KEPT = 1 << 12
"""Texts remembered: names of codes, fields and columns are compared again and again."""


def tokens(text: str) -> list[str]:
    """The search words of ``text`` in order: NFC, lower case, letters and digits only, marks kept, the tone mark on the
    last vowel (``hòa`` and ``hoà`` both -> ``hoà``, ``thúy`` and ``thuý`` both -> ``thuý``).
    """
    return [toned(token) for token in _TOKEN.findall(nfc(text).lower())]


def typed(text: str) -> dict[str, str]:
    """The search words of ``text``, each with what stands there for it, in NFC."""
    return {token: word for word in _TOKEN.findall(nfc(text)) for token in tokens(word)}


@lru_cache(_KEPT)
def tokens_of(word: str) -> tuple[str, ...]:
    """``tokens`` of one printed word, remembered."""
    return tuple(tokens(word))


@lru_cache(_KEPT)
def toned(token: str) -> str:
    """``token`` with its tone mark on its last vowel, wherever its writer put it: both ways of placing it are in use,
    and no two words differ in it. A word with no tone mark or several (French, say) stays as it is.
    """
    if token.isascii():
        return token
    decomposed = unicodedata.normalize("NFD", token)
    found = [place for place, letter in enumerate(decomposed) if letter in _TONES]
    if len(found) != 1 or _base(decomposed, found[0]) not in _VOWELS:
        return token
    bare = decomposed[: found[0]] + decomposed[found[0] + 1 :]
    vowel = max(place for place, letter in enumerate(bare) if letter in _VOWELS)
    end = vowel + 1
    while end < len(bare) and unicodedata.combining(bare[end]):
        end += 1
    return nfc(bare[:end] + decomposed[found[0]] + bare[end:])


def begins(token: str, prefix: str) -> bool:
    """Whether ``token`` begins like ``prefix``, marks and all: a tone mark of the prefix may stand on a later letter of
    the whole word.
    """
    (whole, tone), (begun, wanted) = toneless(token), toneless(prefix)
    return whole.startswith(begun) and wanted in ("", tone)


@lru_cache(_KEPT)
def folded(token: str) -> str:
    """``token`` without any diacritical mark, đ as d (``điện`` -> ``dien``)."""
    decomposed = unicodedata.normalize("NFD", token)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return nfc(bare).translate(_BARRED)


@lru_cache(_TEXTS_KEPT)
def marked(text: str) -> str:
    """The search words of ``text``, parted by single blanks."""
    return " ".join(tokens(text))


@lru_cache(_TEXTS_KEPT)
def bare(text: str) -> str:
    """The search words of ``text`` in bare letters, parted by single blanks: what differs in marks, capitals and signs
    alone is the same.
    """
    return " ".join(folded(token) for token in tokens(text))


def _base(decomposed: str, mark: int) -> str:
    """The letter that the combining mark at ``mark`` stands on."""
    place = mark
    while place > 0 and unicodedata.combining(decomposed[place]):
        place -= 1
    return decomposed[place]
