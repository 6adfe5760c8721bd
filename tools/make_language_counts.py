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
FORMULA, PLACE = 200, 4
"""How often each formula of office papers, and each name of a place, counts besides."""
TEXTS = ("legal", "admin", "tech")
WITH_CAPITAL, IN_ALL = 0.5, 10.0
"""Occurrences that each syllable is taken to have had besides, so that one counted seldom has no share of 0 or 1."""
_TOKENS = re.compile(r"[.;:!?]|[^\W_]+")

Runs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Keys (BITS for each syllable, the first one highest) and how often each was counted."""


class Lexicon:
    """``syllables``: all that are counted, in the order of their places; ``frequency``: how often each was."""

    def __init__(self, rows: Iterable[list[str]], names: Mapping[str, int]) -> None:
        counted = Counter({syllable: int(count) for *_, syllable, count in rows})
        for name, count in names.items():
            counted.update(dict.fromkeys(map(normalised, _TOKENS.findall(name)), count))
        listed = [each for each in counted if counted[each] >= (LEAST_SYLLABLE if is_syllable(each) else LEAST_FOREIGN)]
        self.syllables = ["<s>", "<n>", "<u>", *sorted(listed)]
        self.place = {syllable: place for place, syllable in enumerate(self.syllables)}
        self.frequency = np.array([counted.get(each, 0) for each in self.syllables], np.int64)

    def read(self, lines: Iterable[str]) -> Iterator[tuple[str, int]]:
        """The tokens of text and their places: a boundary at the ends of each line and for runs of sentence marks."""
        known: dict[str, int] = {}
        before = BOUNDARY
        yield ".", BOUNDARY
        for line in lines:
            for token in _TOKENS.findall(f"{line}."):
                if token in ".;:!?":
                    place = BOUNDARY
                elif token in known:
                    place = known[token]
                else:
                    place = NUMBER if token[0].isdigit() else self.place.get(normalised(token), UNLISTED)
                    known[token] = place
                if place != BOUNDARY or before != BOUNDARY:
                    yield token, place
                before = place

    def runs(self, length: int, lines: Iterable[str], weight: int) -> Runs:
        """All runs of ``length`` listed syllables of text with no boundary inside, each counted ``weight`` times."""
        text = np.array([place for _, place in self.read(lines)], np.int64)
        windows = np.lib.stride_tricks.sliding_window_view(text, length)
        fit = windows[(windows != UNLISTED).all(axis=1) & (windows[:, 1:-1] != BOUNDARY).all(axis=1)]
        keys = (fit << BITS * np.arange(length)[::-1]).sum(axis=1)
        return keys, np.full_like(keys, weight)

    def listed(self, rows: Iterable[list[str]]) -> Runs:
        """Counts given as rows of syllables and the count."""
        known = [
            (sum(self.place[each] << BITS * place for place, each in enumerate(reversed(syllables))), int(count))
            for *syllables, count in rows
            if all(each in self.place for each in syllables)
        ]
        keys, counts = np.array(known, np.int64).T
        return keys, counts

    def capitals(self, texts: Iterable[tuple[Iterable[str], int]], names: Mapping[str, int]) -> NDArray[np.float64]:
        """Of each syllable the share that begins with a capital, of all inside sentences; those of names all do."""
        small, titled = np.zeros_like(self.frequency), np.zeros_like(self.frequency)
        for lines, weight in texts:
            before = BOUNDARY
            for token, place in self.read(lines):
                if before != BOUNDARY and token.islower():
                    small[place] += weight
                elif before != BOUNDARY and token.istitle():
                    titled[place] += weight
                before = place
        for name, count in names.items():
            for part in map(normalised, _TOKENS.findall(name)):
                titled[self.place.get(part, UNLISTED)] += count
        return np.asarray((titled + WITH_CAPITAL) / (small + titled + IN_ALL), np.float64)


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
    formulas = list(_lines(resources.path("language/formulas.txt")))
    lexicon = Lexicon(_rows(corpus / "syllables.tsv.gz"), persons | dict.fromkeys(places, PLACE))

    def runs(length: int, file: str) -> Runs:
        besides = [lexicon.runs(length, lines, weight) for lines, weight in ((formulas, FORMULA), (places, PLACE))]
        return _summed([lexicon.listed(_rows(corpus / file)), *besides])

    pairs, triples = runs(2, "bigrams.tsv.gz"), runs(3, "trigrams.tsv.gz")
    as_first = np.bincount(pairs[0] >> BITS, pairs[1], minlength=len(lexicon.syllables))
    histories = np.searchsorted(pairs[0], triples[0] >> BITS)
    texts = [(_lines(corpus / f"text/{name}.txt.gz"), 1) for name in TEXTS]
    shares = lexicon.capitals([*texts, (places, PLACE)], persons)
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


def _summed(parts: Sequence[Runs]) -> Runs:
    """The sum of ``parts``; keys ascend."""
    keys, places = np.unique(np.concatenate([keys for keys, _ in parts]), return_inverse=True)
    return keys, np.bincount(places, np.concatenate([counts for _, counts in parts])).astype(np.int64)


def _logarithms(counts: NDArray[np.number]) -> NDArray[np.uint8]:
    return np.asarray(np.round(STEPS_PER_DOUBLING * np.log2(np.maximum(counts, 1))), np.uint8)


def _planes(keys: NDArray[np.int64]) -> NDArray[np.uint8]:
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
