"""Codes of papers that the engine cut at a hyphen: 12/NĐ- CP is one word.

Its narrow letters end there, and the hyphen is as wide as a narrow space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ocr.geometry import Box
from ocr.text import Line, PageText, Word

TOUCHING = 0.2
"""Widest gap inside a code, in heights of its first part; spaces are wider."""
_BEGUN, _REST = re.compile(r"\d.*/.*[A-ZĐ]-"), re.compile(r"-?[A-ZĐ]{2}")


def joined(text: PageText) -> PageText:
    """``text`` with whole codes; such a word keeps its parts, a space between them, in ``Word.read``."""

    def line(old: Line) -> Line:
        return replace(old, words=tuple(_joined(old.words)))

    return replace(text, blocks=tuple(replace(old, lines=tuple(map(line, old.lines))) for old in text.blocks))


def _joined(words: Sequence[Word]) -> Iterator[Word]:
    held: Word | None = None
    for word in words:
        if held is not None and _belong_together(held, word):
            box, confidence = Box.union((held.box, word.box)), min(held.confidence, word.confidence)
            held = Word(held.text + word.text.removeprefix("-"), box, confidence, read=f"{held.text} {word.text}")
            continue
        if held is not None:
            yield held
        held = word
    if held is not None:
        yield held


def _belong_together(one: Word, other: Word) -> bool:
    near = other.box.x - one.box.right <= TOUCHING * one.box.height
    return near and bool(_BEGUN.fullmatch(one.text)) and bool(_REST.match(other.text))
