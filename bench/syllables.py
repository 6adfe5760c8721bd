"""Text that looks to an index like Vietnamese: syllables made of onsets, rhymes and tones, as often as Zipf and
Mandelbrot have it, with neighbours that stick together, numbers, and words that a recogniser has misread.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator

import numpy as np

_ONSETS = " b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split(" ")  # noqa: SIM905
_RHYMES = (  # noqa: SIM905
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê êch"
    " êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oai oan oang oat oc oe oi om"
    " on ong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uât uây uc ui um un ung uôc uôi uôm uôn uông uôt"
    " up ut uy uyên uyêt ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt ưt ưu y yên yêu"
).split()
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_SYLLABLES = 6800
"""As many as are in use, about."""
_NUMBERS = 2000
_MISREAD = 100_000
_SHIFT = 8.0  # of Zipf and Mandelbrot: the commonest syllable is then 2 % of all, as "của" is
_STICKY = 0.35
"""Part of the syllables that are one of the few usual ones after the syllable before."""
_PARTNERS = 4
_LIKE = {"h": "b", "n": "u", "l": "1", "i": "l", "o": "0", "c": "e", "m": "rn", "t": "f", "g": "q", "u": "v"}
NUMBER_SHARE, MISREAD_SHARE = 0.03, 0.003
_BATCH = 1000


class Language:
    """A vocabulary and how its words follow each other, the same for the same ``seed``.

    ``words``: the commonest first: syllables, then numbers, then misread ones.
    """

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        syllables = sorted(
            {unicodedata.normalize("NFC", f"{o}{_toned(r, t)}") for o in _ONSETS for r in _RHYMES for t in _TONES}
        )
        chance.shuffle(syllables)
        del syllables[_SYLLABLES:]
        misread = (misspelt(chance.choice(syllables), chance) for _ in range(_MISREAD))
        self.words = [*syllables, *map(str, range(1, _NUMBERS + 1)), *misread]
        self._seed = seed
        weights = 1 / (np.arange(_SYLLABLES) + _SHIFT)
        self._share = np.cumsum(weights / weights.sum())
        self._partners = self._drawn(np.random.default_rng(seed), (_SYLLABLES, _PARTNERS))

    def pages(self, count: int, syllables: int) -> Iterator[list[str]]:
        """``count`` pages of as many ``syllables``."""
        chance = np.random.default_rng([self._seed, count])
        for start in range(0, count, _BATCH):
            size = min(_BATCH, count - start)
            columns = [self._drawn(chance, size)]
            for _ in range(syllables - 1):
                partner = self._partners[columns[-1], chance.integers(0, _PARTNERS, size)]
                sticky = chance.random(size) < _STICKY
                columns.append(np.where(sticky, partner, self._drawn(chance, size)))
            numbers = np.stack(columns, axis=1)
            kind = chance.random(numbers.shape)
            numbers = np.where(kind < NUMBER_SHARE, chance.integers(0, _NUMBERS, kind.shape) + _SYLLABLES, numbers)
            misread = chance.integers(0, _MISREAD, kind.shape) + _SYLLABLES + _NUMBERS
            numbers = np.where(kind > 1 - MISREAD_SHARE, misread, numbers)
            for page in numbers.tolist():
                yield [self.words[number] for number in page]

    def _drawn(self, chance: np.random.Generator, shape: int | tuple[int, int]) -> np.ndarray:
        return np.searchsorted(self._share, chance.random(shape)).clip(0, _SYLLABLES - 1)


def misspelt(word: str, chance: random.Random) -> str:
    """``word`` with a letter that looks like another, or else one that is gone."""
    places = [place for place, letter in enumerate(word) if letter in _LIKE]
    if not places:
        return word[:-1] + "x"
    place = chance.choice(places)
    return word[:place] + _LIKE[word[place]] + word[place + 1 :]


def _toned(rhyme: str, tone: str) -> str:
    """``rhyme`` with the mark on its last vowel."""
    place = max(n for n, letter in enumerate(rhyme) if unicodedata.normalize("NFD", letter)[0] in "aeiouy")
    return rhyme[: place + 1] + tone + rhyme[place + 1 :]
