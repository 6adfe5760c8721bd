"""Text on a PDF page that we draw ourselves: the faces, and lines that are as wide as there is room."""

from __future__ import annotations

from functools import lru_cache

from digitizer.errors import FontMissing
from digitizer.fonts import times_metrics

UPRIGHT, BOLD, ITALIC = "DigitizerTimes", "DigitizerTimesBold", "DigitizerTimesItalic"


def register_faces() -> None:
    """Make the three faces known to reportlab. Raises FontMissing."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    if UPRIGHT in pdfmetrics.getRegisteredFontNames():
        return
    faces = times_metrics()
    if faces is None:
        raise FontMissing
    for name, face in zip((UPRIGHT, BOLD, ITALIC), faces, strict=True):
        pdfmetrics.registerFont(TTFont(name, str(face)))


def wrapped(text: str, face: str, size: float, width: float) -> list[str]:
    """The text in lines of at most ``width`` points; a word that is longer is broken."""
    lines: list[str] = []
    line, used = "", 0.0
    space = _measured(" ", face, size)
    for word in text.split():
        wide = _measured(word, face, size)
        if line and used + space + wide > width:
            lines.append(line)
            line, used = "", 0.0
        if not line:
            while wide > width and len(word) > 1:
                count = _fitting(word, face, size, width)
                lines.append(word[:count])
                word = word[count:]  # noqa: PLW2901 - what is left of it
                wide = _measured(word, face, size)
            line, used = word, wide
        else:
            line, used = f"{line} {word}", used + space + wide
    return [*lines, line] if line else lines


def _fitting(word: str, face: str, size: float, width: float) -> int:
    """How many letters fit, at least one; broken behind a mark that parts words where there is one."""
    count = 1
    while count < len(word) and _measured(word[: count + 1], face, size) <= width:
        count += 1
    marks = [at + 1 for at, letter in enumerate(word[:count]) if letter in "/.-;,"]
    return marks[-1] if marks else count


@lru_cache(maxsize=20_000)
def _measured(text: str, face: str, size: float) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, face, size))
