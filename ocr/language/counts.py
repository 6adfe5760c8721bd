"""Counts of Vietnamese syllables, and how likely a syllable is after the two before it.

``resources/language/counts.npz`` holds numbers only; ``tools/make_language_counts.py`` makes it. A syllable is known by
its place in ``syllables``, a pair by ``first << BITS | second``, a triple by ``place of its first pair << BITS |
third``. Keys ascend and are stored as the steps between them, byte plane by byte plane; counts as logarithms in a byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

import resources
from ocr.language.spelling import bare, is_syllable, normalised

FILE = "language/counts.npz"
BOUNDARY, NUMBER, UNLISTED = 0, 1, 2
"""Places of what is no syllable: the edge of a sentence, what begins with a digit, and all that is not listed."""
BITS = 13
STEPS_PER_DOUBLING = 12
"""Of the logarithm that a count is stored as: within 3 %."""
DISCOUNT = 2.2
"""Taken off every count. More than the usual 0.9: most of what is counted are statutes, the pages are office papers, so
what was seen a few times tells little.
"""
LEAST = 1e-9
"""Probability of a syllable that is not listed."""
USUAL = 8
"""Syllables seen less often, mostly names and slips, may be read but are not chosen."""

Places = NDArray[np.int64]
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Runs:
    """Pairs or triples of syllables: ascending keys, and how often each was seen."""

    keys: NDArray[np.int64]
    counts: Shares

    def find(self, keys: Places) -> tuple[Places, NDArray[np.bool_]]:
        """Where each of ``keys`` is, and whether it is there at all."""
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return places, self.keys[places] == keys


class Counts:
    """``frequency``: how often each of ``syllables`` stands in text; ``capitals``: the share of its occurrences inside
    sentences that begin with a capital, above 0.

    A probability is a discounted share of what was seen after the history, and for the rest the probability after a
    shorter history (H. Ney, U. Essen, R. Kneser, "On structuring probabilistic dependences in stochastic language
    modelling", 1994). After no history it is half the frequency, half the number of neighbours.
    """

    def __init__(
        self, syllables: tuple[str, ...], frequency: Shares, capitals: Shares, pairs: Runs, triples: Runs
    ) -> None:
        self.syllables, self.frequency, self.capitals = syllables, frequency, capitals
        self._pairs, self._triples = pairs, triples
        neighbours = np.bincount(pairs.keys & ((1 << BITS) - 1), minlength=len(syllables))
        self._single = np.maximum(0.5 * neighbours / neighbours.sum() + 0.5 * frequency / frequency.sum(), LEAST)
        self._after_one, self._rest_after_one = _discounted(pairs, frequency)
        self._after_two, self._rest_after_two = _discounted(triples, pairs.counts)
        self._place = {syllable: place for place, syllable in enumerate(syllables)}
        self._alike: dict[str, list[int]] = {}
        for place, syllable in enumerate(syllables):
            if self.usual(place) and is_syllable(syllable):
                self._alike.setdefault(bare(syllable), []).append(place)

    def place(self, syllable: str) -> int:
        """The place of a ``syllable`` in lower case, wherever its tone stands; UNLISTED where it is not counted."""
        return self._place.get(normalised(syllable), UNLISTED)

    def usual(self, place: int) -> bool:
        return place > UNLISTED and self.frequency[place] >= USUAL

    def alike(self, letters: str) -> list[int]:
        """The places of the usual syllables that are ``letters`` without their marks."""
        return self._alike.get(letters, [])

    def costs(self, first: Places, second: Places, third: Places) -> Shares:
        """-ln P(third | first, second), element by element. A boundary hides what stands before it."""
        pairs, seen = self._pairs.find(second << BITS | third)
        likely = np.where(seen, self._after_one[pairs], 0) + self._rest_after_one[second] * self._single[third]
        histories, known = self._pairs.find(first << BITS | second)
        triples, seen = self._triples.find(histories << BITS | third)
        longer = np.where(seen, self._after_two[triples], 0) + self._rest_after_two[histories] * likely
        return np.asarray(-np.log(np.where(known & (second != BOUNDARY), longer, likely)))


def _discounted(runs: Runs, seen: Shares) -> tuple[Shares, Shares]:
    """The share of each run in all that follows its history, and what is left over after each history.

    ``seen``: how often each history stands in text: what is rarer than the rarest listed run is the difference.
    """
    histories = runs.keys >> BITS
    kept = np.maximum(runs.counts - DISCOUNT, 0)
    whole = np.maximum(np.maximum(seen, np.bincount(histories, runs.counts, minlength=len(seen))), 1)
    return kept / whole[histories], 1 - np.bincount(histories, kept, minlength=len(seen)) / whole


@cache
def counts() -> Counts:
    """The shipped counts, loaded once a process."""
    with np.load(resources.path(FILE), allow_pickle=False) as stored:
        return unpacked(stored)


def unpacked(stored: Mapping[str, NDArray[Any]]) -> Counts:
    """The counts that ``tools/make_language_counts.py`` packed."""
    return Counts(
        tuple(stored["syllables"].tobytes().decode().split("\n")),
        _unpacked_counts(stored["frequency"]),
        stored["capitals"] / 255,
        Runs(_unpacked_keys(stored["pairs"]), _unpacked_counts(stored["pair_counts"])),
        Runs(_unpacked_keys(stored["triples"]), _unpacked_counts(stored["triple_counts"])),
    )


def _unpacked_keys(planes: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.cumsum(np.ascontiguousarray(planes.T).view("<u4").ravel(), dtype=np.int64)


def _unpacked_counts(logarithms: NDArray[np.uint8]) -> Shares:
    return np.asarray((2 ** (np.arange(256) / STEPS_PER_DOUBLING))[logarithms], np.float64)
