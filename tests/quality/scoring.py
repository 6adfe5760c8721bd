"""How near a reading comes to the truth. Figures are fractions, 0..1; text is NFC; tone placement is not folded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from ocr.text import PageText, nfc

BODY_WORDS = 5
"""Lines of the truth with at least so many words are body: heads, names and page numbers may stand anywhere."""
BY_HAND = re.compile(r"\{\{.*?\}\}", re.DOTALL)
"""Marks handwriting and stamps in the truth of the shared scans: left out of every score."""


def printed(truth: str) -> str:
    """The truth without what was written by hand or stamped."""
    return nfc(BY_HAND.sub(" ", truth))


def word_recall(truth: str, read: str) -> float:
    """Share of the true words that were read exactly, each as often as it stands there."""
    wanted, found = Counter(truth.split()), Counter(nfc(read).split())
    shared: int = (wanted & found).total()
    return shared / max(1, wanted.total())


def word_precision(truth: str, read: str) -> float:
    """Share of the read words that are true."""
    return word_recall(nfc(read), truth)


def rightness(truth: str, read: Sequence[str]) -> list[bool]:
    """Of each read word whether it stands in the truth: first those in their order, then the others anywhere."""
    wanted = truth.split()
    right = [False] * len(read)
    for _, start, size in SequenceMatcher(None, wanted, list(read), autojunk=False).get_matching_blocks():
        right[start : start + size] = [True] * size
    left = Counter(wanted) - Counter(word for word, found in zip(read, right, strict=True) if found)
    for place, word in enumerate(read):
        if not right[place] and left[word] > 0:
            left[word] -= 1
            right[place] = True
    return right


def mended(truth: str, text: PageText) -> tuple[int, int]:
    """Of the words that language evidence changed: how many were made right, how many wrong."""
    words = list(text.words)
    before = rightness(truth, [word.read or word.text for word in words])
    after = rightness(truth, [word.text for word in words])
    changed = [(was, now) for was, now, word in zip(before, after, words, strict=True) if word.read is not None]
    return sum(now and not was for was, now in changed), sum(was and not now for was, now in changed)


def as_read(text: PageText) -> str:
    """The plain text before language evidence changed it."""
    return "\n".join(" ".join(word.read or word.text for word in line.words) for line in text.lines)


def calibration_error(words: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Mean distance, over the words, between what confidence says and the share that is right, in ``bins`` equal parts
    of the words in the order of their confidence (expected calibration error: C. Guo et al., 2017, with equal counts).
    """
    rows = np.array(sorted(words), np.float64)
    apart = [abs(float(part[:, 0].mean() - part[:, 1].mean())) * len(part) for part in np.array_split(rows, bins)]
    return sum(apart) / len(rows)


def body_errors(truth: str, read: str) -> tuple[int, int]:
    """Wrong letters and all letters of the body: each line against the place in the reading that is most like it.

    The least edit distance of the line to any part of the reading (P. H. Sellers, "The theory and computation of
    evolutionary distances", 1980), so the order of lines and columns does not count.
    """
    text = _folded(read)
    lines = [_folded(line) for line in _body(truth)]
    return sum(_distance_within(line, text) for line in lines), sum(map(len, lines))


def body_cer(truth: str, read: str) -> float:
    """Character error rate of the body."""
    wrong, letters = body_errors(truth, read)
    return wrong / max(1, letters)


def body_wer(truth: str, read: str) -> float:
    """Word error rate of the body: the same with words in the place of letters."""
    text = nfc(read).split()
    lines = [line.split() for line in _body(truth)]
    return sum(_distance_within(line, text) for line in lines) / max(1, sum(map(len, lines)))


def page_cer(truth: str, read: str) -> float:
    """Character error rate of the whole page in order: what reading order and headings cost."""
    line, text = _folded(truth), _folded(read)
    return int(_distances(line, text, free_start=False)[-1]) / max(1, len(line))


def _body(truth: str) -> list[str]:
    return [line for line in nfc(truth).splitlines() if len(line.split()) >= BODY_WORDS]


def _folded(text: str) -> str:
    return " ".join(nfc(text).split())


def _distance_within(line: Sequence[str], text: Sequence[str]) -> int:
    return int(_distances(line, text, free_start=True).min())


def _distances(line: Sequence[str], text: Sequence[str], *, free_start: bool) -> NDArray[np.int32]:
    """Edit distances of ``line`` to the parts of ``text`` that end at each place (from its start, or from anywhere)."""
    codes = {each: code for code, each in enumerate(dict.fromkeys((*text, *line)))}
    there = np.array([codes[each] for each in text], np.int32)
    steps = np.arange(len(there) + 1, dtype=np.int32)
    row = np.zeros_like(steps) if free_start else steps.copy()
    for number, each in enumerate(line, 1):
        above = row + 1
        above[1:] = np.minimum(above[1:], row[:-1] + (there != codes[each]))
        above[0] = number
        row = np.minimum.accumulate(above - steps) + steps
    return np.asarray(row, np.int32)
