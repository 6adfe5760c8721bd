"""Words that a recogniser may have read for another one: few letters apart, look-alikes counted as the same.

Which letters are taken for each other is what the confusion tables of Vietnamese and Latin OCR name first (0/o, 1/l/i,
5/s, rn/m, cl/d ...): S. Rice, G. Nagy, T. Nartker, Optical Character Recognition: An Illustrated Guide to the Frontier
(1999), chapters 2 and 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz.distance import Levenshtein

_ALIKE = (
    ("rn", "m"), ("cl", "d"), ("vv", "w"), ("ii", "n"), ("li", "h"),
    ("0", "o"), ("1", "l"), ("i", "l"), ("j", "l"), ("5", "s"), ("8", "b"), ("6", "b"), ("9", "g"), ("q", "g"),
    ("c", "e"), ("2", "z"), ("v", "u"), ("f", "t"),
)  # fmt: skip
SHORTEST, SHORT, LONG = 3, 4, 7
"""Letters: a shorter word is like too many others. One shorter than ``SHORT`` is taken for its look-alikes only, one as
short for words in which one letter differs and no look-alike besides; from ``LONG`` on two may differ.
"""
MOST = 8
"""Words that one word is taken for, at most."""
_FIRST = {"o": "0c", "0": "o", "l": "1i", "1": "li", "i": "l1", "d": "c", "c": "dego", "m": "rn", "s": "5", "b": "86h",
          "h": "bl", "g": "9q", "q": "g9", "e": "c", "t": "f", "f": "t", "u": "vn", "v": "u", "n": "hu"}  # fmt: skip


def alike(word: str) -> str:
    """``word`` in which letters that look like each other are the same letter."""
    for seen, meant in _ALIKE:
        word = word.replace(seen, meant)
    return word


def first_letters(word: str) -> str:
    """The letters that a near word may begin with: its own and what is taken for it."""
    return word[0] + _FIRST.get(word[0], "")


def can_be_misread(word: str) -> bool:
    """Whether near words are worth looking for: figures may be any others, and short words are near to everything."""
    return len(word) >= SHORTEST and sum(letter.isdigit() for letter in word) <= 1


def nearest(word: str, known: Mapping[str, int] | Iterable[str], *, alike_only: bool = False) -> list[str]:
    """Of the ``known`` words (in bare letters, with the pages they are on) those nearest to ``word``, at most ``MOST``,
    the nearest and then the commonest first. ``word`` itself is none of them. ``alike_only``: look-alikes only.
    """
    pages = known if isinstance(known, Mapping) else dict.fromkeys(known, 1)
    most = 0 if alike_only or len(word) < SHORT else 2 if len(word) >= LONG else 1
    meant = alike(word)
    found = []
    for other in pages:
        if other == word or abs(len(other) - len(word)) > max(1, most) or sum(letter.isdigit() for letter in other) > 1:
            continue
        apart = Levenshtein.distance(meant, alike(other), score_cutoff=most)
        differ = Levenshtein.distance(word, other)
        if apart == 0 or (apart <= most and (len(word) > SHORT or differ == 1)):
            found.append((apart, differ, -pages[other], other))
    return [other for _, _, _, other in sorted(found)[:MOST]]
