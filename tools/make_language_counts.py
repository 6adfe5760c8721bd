"""Count Vietnamese syllables, to weigh readings with: ``python -m tools.make_language_counts CORPUS``.

CORPUS is the shared one; its README says what is in it. Writes ``resources/language/counts.npz``, the same bytes from
the same corpus. Only numbers go in: no running text can be made of them.
"""

from __future__ import annotations

import argparse
import gzip
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import resources
from ocr.language.counts import BITS, BOUNDARY, FILE, NUMBER, STEPS_PER_DOUBLING, UNLISTED
from ocr.language.spelling import is_syllable, normalised

LEAST_SYLLABLE, LEAST_FOREIGN = 3, 100
"""Syllables counted less often are not listed; what cannot be a syllable (UBND, km) is listed as a neighbour only."""
LEAST_PAIR, LEAST_TRIPLE = 2, 8
"""Runs of syllables counted less often, once weighed, are left out."""
TEXTS = {"legal": 1, "admin": 1, "tech": 4}
BEYOND = 4
"""How often each text counts: statutes are four fifths of the corpus, and office papers are not like them. Of news and
of some technical text there are pairs only, what the list of pairs has beyond the texts: these count BEYOND times.
"""
FORMULA, PLACE = 200, 4
"""How often each formula of office papers, and each name of a place, counts."""
WITH_CAPITAL, IN_ALL = 0.5, 10.0
"""Occurrences that each syllable is taken to have had besides, so that one counted seldom has no share of 0 or 1."""
_TOKENS = re.compile(r"[.;:!?]|[^\W_]+")

Ints = NDArray[np.int64]
Runs = tuple[Ints, Ints]
"""Ascending keys (BITS for each syllable, the first one highest), and how often each was counted."""


class Lexicon:
    """``syllables``: all that are counted, in the order of their places. ``frequency``: in all of the corpus;
    ``inside``, ``capitals``: inside sentences of what was read, and with a capital there.
    """

    def __init__(self, rows: Iterable[list[str]], names: Mapping[str, int]) -> None:
        counted = Counter({syllable: int(count) for *_, syllable, count in rows})
        for name, count in names.items():
            counted.update(dict.fromkeys(map(normalised, _TOKENS.findall(name)), count))
        listed = [each for each in counted if counted[each] >= (LEAST_SYLLABLE if is_syllable(each) else LEAST_FOREIGN)]
        self.syllables = ["<s>", "<n>", "<u>", *sorted(listed)]
        self.place = {syllable: place for place, syllable in enumerate(self.syllables)}
        self.frequency = np.array([counted.get(each, 0) for each in self.syllables], np.int64)
        self.inside, self.capitals = np.zeros_like(self.frequency), np.zeros_like(self.frequency)

    def read(self, lines: Iterable[str], weight: int) -> Ints:
        """Text as places: a boundary at the ends of each line and for runs of sentence marks."""
        known: dict[str, int] = {}
        found, small, titled = [BOUNDARY], [], []
        for line in lines:
            for token in _TOKENS.findall(f"{line}."):
                if token in ".;:!?":
                    if found[-1] != BOUNDARY:
                        found.append(BOUNDARY)
                    continue
                if token not in known:
                    known[token] = NUMBER if token[0].isdigit() else self.place.get(normalised(token), UNLISTED)
                if found[-1] != BOUNDARY and token.islower():
                    small.append(known[token])
                elif found[-1] != BOUNDARY and token.istitle():
                    titled.append(known[token])
                found.append(known[token])
        self._add(small, titled, weight)
        return np.array(found, np.int64)

    def read_names(self, names: Mapping[str, int]) -> None:
        """Parts of persons' names with their counts: each has a capital."""
        for name, count in names.items():
            parts = map(normalised, _TOKENS.findall(name))
            self._add([], [self.place[part] for part in parts if part in self.place], count)

    def pairs(self, rows: Iterable[list[str]]) -> Runs:
        """Counts given as rows of two syllables and the count."""
        place = self.place
        known = sorted((place[a] << BITS | place[b], int(n)) for a, b, n in rows if a in place and b in place)
        keys, counts = np.array(known, np.int64).T
        return keys, counts

    def _add(self, small: Sequence[int], titled: Sequence[int], weight: int) -> None:
        of_titled = weight * np.bincount(titled, minlength=len(self.syllables))
        self.capitals += of_titled
        self.inside += of_titled + weight * np.bincount(small, minlength=len(self.syllables))


def main() -> None:
    """Write the file and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.make_language_counts", description=__doc__)
    parser.add_argument("corpus", type=Path)
    arrays = packed(parser.parse_args().corpus)
    target = resources.path("language") / Path(FILE).name
    target.write_bytes(_npz(arrays))
    sizes = ", ".join(f"{arrays[name].shape[-1]} {name}" for name in ("frequency", "pairs", "triples"))
    print(f"{target.name}: {sizes}, {target.stat().st_size // 1000} KB")


def packed(corpus: Path) -> dict[str, NDArray[np.uint8]]:
    """The arrays of the file, as ``ocr.language.counts.unpacked`` takes them."""
    places = [name for _, _, name, _ in _rows(corpus / "places.tsv")]
    persons = {name: int(count) for _, name, count in _rows(corpus / "names.tsv")}
    lexicon = Lexicon(_rows(corpus / "syllables.tsv.gz"), persons | dict.fromkeys(places, PLACE))
    lexicon.read_names(persons)
    texts = [(lexicon.read(_lines(corpus / f"text/{name}.txt.gz"), weight), weight) for name, weight in TEXTS.items()]
    beyond = _beyond(lexicon.pairs(_rows(corpus / "bigrams.tsv.gz")), [_runs(text, 2) for text, _ in texts])
    texts.append((lexicon.read(_lines(resources.path("language/formulas.txt")), FORMULA), FORMULA))
    texts.append((lexicon.read(places, PLACE), PLACE))
    pairs = _listed(LEAST_PAIR, [(_runs(text, 2), weight) for text, weight in texts] + [(beyond, BEYOND)])
    triples = _listed(LEAST_TRIPLE, [(_runs(text, 3), weight) for text, weight in texts])
    as_first = np.bincount(pairs[0] >> BITS, pairs[1], minlength=len(lexicon.syllables))
    histories = np.searchsorted(pairs[0], triples[0] >> BITS)
    shares = (lexicon.capitals + WITH_CAPITAL) / (lexicon.inside + IN_ALL)
    return {
        "syllables": np.frombuffer("\n".join(lexicon.syllables).encode(), np.uint8),
        "frequency": _logarithms(np.maximum(lexicon.frequency, as_first)),
        "capitals": np.round(255 * shares).clip(1, 255).astype(np.uint8),
        "pairs": _planes(pairs[0]),
        "pair_counts": _logarithms(pairs[1]),
        "triples": _planes(histories << BITS | triples[0] & ((1 << BITS) - 1)),
        "triple_counts": _logarithms(triples[1]),
    }


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from (line.rstrip("\n") for line in lines)


def _rows(path: Path) -> Iterator[list[str]]:
    return (line.split("\t") for line in _lines(path) if not line.startswith("#"))


def _runs(text: Ints, length: int) -> Runs:
    """All runs of ``length`` listed syllables with no boundary inside."""
    windows = np.lib.stride_tricks.sliding_window_view(text, length)
    fit = (windows != UNLISTED).all(axis=1) & (windows[:, 1:-1] != BOUNDARY).all(axis=1)
    keys = np.zeros(int(fit.sum()), np.int64)
    for column in windows[fit].T:
        keys = keys << BITS | column
    return np.unique(keys, return_counts=True)


def _listed(least: int, parts: Sequence[tuple[Runs, int]]) -> Runs:
    """The sum of ``parts``, each times its weight, as far as it comes to ``least``."""
    keys = np.concatenate([keys for (keys, _), _ in parts])
    counts = np.concatenate([weight * counts for (_, counts), weight in parts])
    unique, places = np.unique(keys, return_inverse=True)
    sums = np.bincount(places, counts).astype(np.int64)
    return unique[sums >= least], sums[sums >= least]


def _beyond(runs: Runs, others: Sequence[Runs]) -> Runs:
    """What ``runs`` have more than ``others`` together."""
    return _listed(1, [(runs, 1), *((other, -1) for other in others)])


def _logarithms(counts: NDArray[np.number]) -> NDArray[np.uint8]:
    return np.asarray(np.round(STEPS_PER_DOUBLING * np.log2(np.maximum(counts, 1))), np.uint8)


def _planes(keys: Ints) -> NDArray[np.uint8]:
    """The steps between ascending keys below 2**32, as four rows of bytes, the lowest first."""
    steps = np.diff(keys, prepend=0).astype("<u4")
    return np.ascontiguousarray(steps.view(np.uint8).reshape(-1, 4).T)


def _npz(arrays: Mapping[str, NDArray[np.uint8]]) -> bytes:
    """As ``np.savez_compressed``, without the time of day in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            data = io.BytesIO()
            np.save(data, array)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), data.getvalue(), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


if __name__ == "__main__":
    main()
