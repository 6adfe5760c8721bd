"""What differs between texts, word by word, so that a person sees it at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import Indel

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_MOST = 4000
"""Words compared at most; what is behind them is shown without marks."""

Part = tuple[str, bool]
"""A piece of a text, and whether it differs."""


def marked_apart(texts: Sequence[str]) -> list[list[Part]]:
    """The texts in pieces: of the first, what any other has not; of each other, what the first has not. Nothing is
    marked where two texts have no word in common: then all differs, and marks would only hide that.
    """
    split = [_WORD.findall(text)[:_MOST] for text in texts]
    differ = [[False] * len(words) for words in split]
    for other in range(1, len(texts)):
        pieces = Indel.opcodes(split[0], split[other])
        if not any(piece.tag == "equal" and _says(split[0][piece.src_start : piece.src_end]) for piece in pieces):
            continue
        for piece in pieces:
            if piece.tag == "delete":
                differ[0][piece.src_start : piece.src_end] = [True] * (piece.src_end - piece.src_start)
            elif piece.tag == "insert":
                differ[other][piece.dest_start : piece.dest_end] = [True] * (piece.dest_end - piece.dest_start)
    return [_joined(words, flags, text) for words, flags, text in zip(split, differ, texts, strict=True)]


def _says(words: Sequence[str]) -> bool:
    return any(word.strip() for word in words)


def _joined(words: Sequence[str], flags: Sequence[bool], text: str) -> list[Part]:
    parts: list[Part] = []
    for place, (word, differs) in enumerate(zip(words, flags, strict=True)):
        beside = flags[max(0, place - 1) : place + 2]
        flag = differs if word.strip() else all(beside)  # a space is marked between marked words alone
        if parts and parts[-1][1] == flag:
            parts[-1] = (parts[-1][0] + word, flag)
        else:
            parts.append((word, flag))
    rest = text[sum(map(len, words)) :]
    return [*parts, (rest, False)] if rest else parts
