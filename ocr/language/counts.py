"""How likely a syllable is after the two before it, counted in Vietnamese laws and administrative papers.

Absolute discounting (H. Ney, U. Essen, R. Kneser, 1994), from three syllables to two to one; a single syllable counts
half by its frequency, half by how many different ones it follows.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

import resources
from ocr.language.spelling import bare

END, NUMBER = "<s>", "<n>"
"""Start or end of a sentence or paragraph; anything that begins with a digit."""
STEP = 0.1
"""Counts are kept as powers of e ** STEP."""
DISCOUNT = 0.9
UNSEEN = 1e-8
"""Probability of a word that is not listed."""
UNKNOWN = -1
"""The number of such a word."""

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]


class Counts:
    """The shipped counts. Numbers of words are places in a sorted list."""

    def __init__(self) -> None:
        with np.load(resources.path("language/counts.npz")) as file:
            self._words: list[str] = bytes(file["words"]).decode().split("\n")
            self._counts = np.exp(file["counts"] * STEP)
            self._pairs, self._pair_counts = _unpacked(file, "pairs")
            self._triples, self._triple_counts = _unpacked(file, "triples")
        self._ids = {word: number for number, word in enumerate(self._words)}
        count = len(self._words)
        self._kept_after_one = _left(self._pairs // count, self._pair_counts, self._counts)
        pair_of_triple = np.searchsorted(self._pairs, self._triples // count)
        self._kept_after_two = _left(pair_of_triple, self._triple_counts, self._pair_counts)
        followed = np.bincount(self._pairs % count, minlength=count).astype(np.float64)
        self._alone = 0.5 * self._counts / self._counts.sum() + 0.5 * followed / followed.sum()
        self._variants: dict[str, list[str]] = {}
        for word in sorted(self._words, key=lambda each: -self._counts[self._ids[each]]):
            self._variants.setdefault(bare(word), []).append(word)

    def number(self, word: str) -> int:
        """The number of a normalised word in lower case; UNKNOWN where it is not listed."""
        return self._ids.get(word, UNKNOWN)

    def variants(self, letters: str) -> list[str]:
        """Listed syllables that have these bare letters, the most frequent first."""
        return self._variants.get(letters, [])

    def costs(self, first: Ids, second: Ids, third: Ids) -> Floats:
        """-ln of the probability of ``third`` after ``first`` and ``second``; arrays of one shape."""
        count = len(self._words)
        known = third >= 0
        alone = np.where(known, self._alone[third], UNSEEN)
        after_one = second >= 0
        found, at = _places(self._pairs, second * count + third, after_one & known)
        seen = np.where(found, self._pair_counts[at] - DISCOUNT, 0.0) / self._counts[second]
        two = np.where(after_one, seen + self._kept_after_one[second] * alone, alone)
        before, pair = _places(self._pairs, first * count + second, after_one & (first >= 0))
        found, at = _places(self._triples, (first * count + second) * count + third, before & known)
        seen = np.where(found, self._triple_counts[at] - DISCOUNT, 0.0) / self._pair_counts[pair]
        likely = np.where(before, seen + self._kept_after_two[pair] * two, two)
        return np.asarray(-np.log(np.minimum(likely, 1.0)))


@cache
def counts() -> Counts:
    """Read once in a process."""
    return Counts()


def _unpacked(file: np.lib.npyio.NpzFile, name: str) -> tuple[Ids, Floats]:
    steps = (file[f"{name}_high"].astype(np.int64) << 16) + file[f"{name}_low"]
    return np.cumsum(steps), np.exp(file[f"{name}_counts"] * STEP)


def _left(of: Ids, counted: Floats, totals: Floats) -> Floats:
    """The share of each total that is left to what was not counted after it."""
    taken = np.bincount(of, np.maximum(counted - DISCOUNT, 0), minlength=len(totals))
    return np.clip(1 - taken / totals, 1e-3, 1.0)


def _places(keys: Ids, wanted: Ids, asked: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], Ids]:
    """Whether each wanted key is there (False where it was not asked for), and where."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return (keys[at] == wanted) & asked, at
