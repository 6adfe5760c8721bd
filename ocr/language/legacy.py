"""Text of the years before Unicode: TCVN3 (ABC, fonts .VnTime and the like) and VNI (fonts VNI-Times and the like),
whose codes are those of Western letters. Born-digital PDFs still carry both.

Tables: TCVN 5712:1993, code VN3, and the double-byte code of VNI Software for Windows, both as Windows-1252 shows them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ocr.language.spelling import is_syllable
from ocr.text import nfc

SURE = 0.9
"""Part of the words with letters of the code that must become syllables for the text to be believed."""
LEAST = 3
"""Words with letters of the code below which nothing is said."""


class Code(StrEnum):
    TCVN3 = "tcvn3"
    VNI = "vni"


@dataclass(frozen=True, slots=True)
class Detected:
    """``confidence``: the part of the words that the code makes Vietnamese syllables of, 0..1."""

    code: Code
    confidence: float


_TCVN3 = str.maketrans(
    dict(
        zip(
            "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
            "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
            strict=True,
        )
    )
)
# Windows-1252 has a hyphen where VN3 has ư, so that viewers give “-” for it: behind an onset without a vowel, or before
# what may stand behind ư.
_ONSET = "ngh|ng|[ckgnpt]h|tr|[bcdghklmnrstvx®]"
_LOST_U = re.compile(rf"(?<![^\W\d_])(?:(?P<onset>{_ONSET})?-(?=[acimntupgêíëìî¬])|(?P<open>{_ONSET})-(?![^\W_]))")
_VNI_MARKS = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_A = {"ê": "ă", "é": "ắ", "è": "ằ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ"}
_VNI_HAT = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "í": "í", "ì": "ì"}


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_SINGLE)
    for letter in "aeo":
        table |= {letter + code: nfc(f"{letter}\u0302{mark}") for code, mark in _VNI_HAT.items()}
    table |= {f"a{code}": letter for code, letter in _VNI_A.items()}
    for letter, meant in (*zip("aeouy", "aeouy", strict=True), ("ô", "ơ"), ("ö", "ư")):
        table |= {letter + code: nfc(meant + mark) for code, mark in _VNI_MARKS.items()}
    # The mark of a capital may be a capital or, as it is often typed, a small one.
    table |= {code[0].upper() + code[1:]: letter.upper() for code, letter in table.items()}
    return table | {code.upper(): letter.upper() for code, letter in table.items()}


_VNI = _vni_table()
_VNI_CODE = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_WORD = re.compile(r"[^\s.,;:!?()\[\]{}“”\"'/]+")


def convert(text: str, code: Code, *, capitals: bool = False) -> str:
    """``text`` in Unicode NFC. ``capitals``: of TCVN3, the font shows capitals for the codes of small letters, as those
    do whose names end in H (.VnTimeH).
    """
    if code is Code.VNI:
        return nfc(_VNI_CODE.sub(lambda found: _VNI[found[0]], text))
    read = nfc(_LOST_U.sub(lambda found: f"{found['onset'] or found['open'] or ''}\xad", text).translate(_TCVN3))
    return read.upper() if capitals else read


def code_of_font(name: str) -> Code | None:
    """The code that fonts of that name are in, as far as the name tells."""
    plain = re.sub(r"^[A-Z]{6}\+", "", name).lower()
    if plain.startswith(".vn"):
        return Code.TCVN3
    return Code.VNI if plain.startswith("vni-") else None


def has_capitals(name: str) -> bool:
    """Whether a TCVN3 font of that name shows capitals only."""
    return re.sub(r"[-,].*", "", name).endswith("H")


_UNICODE = re.compile("[\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_MOST_UNICODE = 0.05
"""Share of words with letters that neither code has (ơ, ư, ế …): beyond it the text is Unicode already, whatever its
fonts are called."""


def detect(text: str) -> Detected | None:
    """The code that ``text`` is in, as if it were Western letters; None where it is in neither, or too short to
    tell.
    """
    words = [word for word in _WORD.findall(nfc(text)) if not word.isascii()]
    if sum(_UNICODE.search(word) is not None for word in words) > _MOST_UNICODE * len(words):
        return None
    found = [Detected(code, share) for code in Code if (share := _share(words, code)) is not None]
    best = max(found, key=lambda each: each.confidence, default=None)
    if best is None or best.confidence < SURE:
        return None
    plain = sum(is_syllable(word) for word in words) / len(words)
    return best if plain < best.confidence else None


def _share(words: Iterable[str], code: Code) -> float | None:
    """The part of ``words`` that the code changes which become syllables; None where it changes too few."""
    changed = [(word, read) for word in words if (read := convert(word, code)) != word]
    if len(changed) < LEAST:
        return None
    return sum(is_syllable(read) and _is_vietnamese(read) for _, read in changed) / len(changed)


def _is_vietnamese(word: str) -> bool:
    return all(unicodedata.category(letter)[0] == "L" for letter in word)
