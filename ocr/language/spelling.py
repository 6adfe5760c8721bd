"""The spelling of Vietnamese syllables: bare letters, tones, and where a tone mark stands.

After the rules of the alphabet (chữ Quốc ngữ): a syllable is an onset and a rhyme, one vowel of which bears the tone. A
syllable that ends in c, ch, p or t has the tone sắc or nặng.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ocr.text import nfc

TONES = "\u0300\u0301\u0303\u0309\u0323"
"""Huyền, sắc, ngã, hỏi, nặng."""
_ONSET = "(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?"
_RHYME = (
    "(?:a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|ăc|ăm|ăn|ăng|ăp|ăt|âc|âm|ân|âng|âp|ât|âu|ây|e|ec|em|en|eng|eo|ep|et|"
    "ê|êch|êm|ên|ênh|êp|êt|êu|i|ia|ich|iêc|iêm|iên|iêng|iêp|iêt|iêu|im|in|inh|ip|it|iu|o|oa|oac|oach|oai|oam|oan|oang|"
    "oanh|oao|oap|oat|oay|oăc|oăm|oăn|oăng|oăt|oc|oe|oen|oeo|oet|oi|om|on|ong|ooc|oong|op|ot|ô|ôc|ôi|ôm|ôn|ông|ôp|ôt|"
    "ơ|ơi|ơm|ơn|ơp|ơt|u|ua|uân|uâng|uât|uây|uc|uê|uêch|uênh|ui|um|un|ung|uôc|uôi|uôm|uôn|uông|uôt|uơ|up|ut|uy|uya|"
    "uych|uyên|uyêt|uynh|uyp|uyt|uyu|ư|ưa|ưc|ưi|ưng|ươc|ươi|ươm|ươn|ương|ươp|ươt|ươu|ưt|ưu|y|yêm|yên|yêng|yêt|yêu)"
)
_SYLLABLE = re.compile(_ONSET + _RHYME)
_STOPPED = re.compile(r".*(?:c|ch|p|t)$")
_WORD = re.compile(r"[^\W\d_]+")
_KEPT = 30_000
"""Syllables whose analysis is kept: a page has a few hundred, the language not ten thousand."""
_CLUSTER = re.compile(r"(?<!q)(o)([ae])|(?<!q)(u)(y)")
"""Open clusters in whose tone placement writers differ: hòa, hoà; khỏe, khoẻ; thủy, thuỷ."""


@lru_cache(maxsize=_KEPT)
def bare(syllable: str) -> str:
    """``syllable`` in lower case without any diacritic, đ as d; as many letters as before where it is NFC."""
    decomposed = unicodedata.normalize("NFD", syllable.lower().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=_KEPT)
def toneless(syllable: str) -> tuple[str, str]:
    """``syllable`` in lower case without its tone, and the tone (empty for ngang)."""
    decomposed = unicodedata.normalize("NFD", syllable.lower())
    tone = "".join(letter for letter in decomposed if letter in TONES)
    return nfc("".join(letter for letter in decomposed if letter not in TONES)), tone


@lru_cache(maxsize=_KEPT)
def is_syllable(text: str) -> bool:
    """Whether ``text`` can be a Vietnamese syllable, known or not."""
    plain, tone = toneless(text)
    if len(tone) > 1 or not _SYLLABLE.fullmatch(plain):
        return False
    return not _STOPPED.match(plain) or tone in ("\u0301", "\u0323")


def vietnamese_share(text: str, *, least: int = 1) -> float | None:
    """The part of the words of ``text`` that can be Vietnamese syllables, whatever their marks; None where fewer than
    ``least`` stand there. Capitals and single letters do not count: they may be abbreviations.
    """
    words = [word for word in _WORD.findall(text) if len(word) > 1 and not word.isupper()]
    if len(words) < max(least, 1):
        return None
    return sum(is_syllable(word) or is_syllable(f"{bare(word)}\u0301") for word in words) / len(words)


def is_foreign(text: str, *, least: int = 1) -> bool:
    """Whether most of at least ``least`` words of ``text`` can be no Vietnamese syllables."""
    share = vietnamese_share(text, least=least)
    return share is not None and share < 0.5


@lru_cache(maxsize=_KEPT)
def normalised(syllable: str) -> str:
    """``syllable`` in lower case with the tone of an open oa, oe or uy on its first letter: hoà as hòa."""
    plain, tone = toneless(syllable)
    at = _open_cluster(plain)
    return _placed(plain, tone, at) if tone and at is not None else syllable.lower()


@lru_cache(maxsize=_KEPT)
def ways(syllable: str) -> tuple[str, ...]:
    """A ``normalised`` syllable, and the same with its tone in the other place where writers differ: hòa and hoà."""
    plain, tone = toneless(syllable)
    at = _open_cluster(plain)
    return (syllable, _placed(plain, tone, at + 1)) if tone and at is not None else (syllable,)


def _open_cluster(plain: str) -> int | None:
    """Where the last two letters begin, if they are such a cluster."""
    found = _CLUSTER.fullmatch(plain[-2:]) if len(plain) >= 2 else None
    return None if found is None or plain[-3:-2] == "q" else len(plain) - 2


def _placed(plain: str, tone: str, at: int) -> str:
    return nfc(plain[: at + 1] + tone + plain[at + 1 :])
