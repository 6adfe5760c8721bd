"""Letters made equal for search. FTS5's own folding leaves đ alone, so folding is done here, for index and query
alike.
"""

from __future__ import annotations

import re
import unicodedata

from ocr.text import nfc

_TOKEN = re.compile(r"[^\W_]+")
# Letters whose bar is no combining mark, so that decomposition does not remove it.
_BARRED = str.maketrans({"đ": "d"})


def tokens(text: str) -> list[str]:
    """The search words of ``text`` in order: NFC, lower case, letters and digits only, marks kept."""
    return _TOKEN.findall(nfc(text).lower())


def folded(token: str) -> str:
    """``token`` without any diacritical mark, đ as d (``điện`` -> ``dien``)."""
    decomposed = unicodedata.normalize("NFD", token)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return nfc(bare).translate(_BARRED)
