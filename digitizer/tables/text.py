"""Text in cells: guarded on the way out, so that no program takes it for a formula; bare again on the way in."""

from __future__ import annotations

import re

_LOOKS_LIKE_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
"""How a cell begins that Excel and others calculate (https://owasp.org/www-community/attacks/CSV_Injection), full-width
letters among them; behind any number of apostrophes, so that the guard can be told from the text."""
_GUARDED = re.compile(r"'+[=+\-@＝＋－＠]")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""A letter by its number, ISO/IEC 29500-1, 22.4.2.4 (bstr)."""


def for_csv(text: str) -> str:
    """The text of a cell of a CSV."""
    return f"'{text}" if _LOOKS_LIKE_FORMULA.match(text) else text


def from_csv(text: str) -> str:
    """What ``for_csv`` was given."""
    return text[1:] if _GUARDED.match(text) else text


def for_xlsx(text: str) -> str:
    """The text of a cell of text in a workbook (no guard is needed there: the cell says that it is text)."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


def from_xlsx(text: str) -> str:
    """What ``for_xlsx`` was given, or what Excel meant."""
    if "_x" not in text:
        return text
    meant = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return meant.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of a letter are none


def letters(column: int) -> str:
    """The letters of a column (from 0), as Excel shows them: A, Z, AA."""
    return (letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)
