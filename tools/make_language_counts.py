"""Pack the shared corpus' counts of syllables for the program: ``python -m tools.make_language_counts CORPUS``.

Writes ``resources/language/counts.npz``, the same bytes from the same corpus. Counts are kept to a tenth, as
powers; syllables rarer than LEAST and sequences with them are left out.
"""

from __future__ import annotations

import argparse
import gzip
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ocr.language.counts import END, NUMBER, STEP

LEAST = 8
"""Occurrences of a syllable, both placements of its tone together."""
TARGET = Path(__file__).parents[1] / "resources/language/counts.npz"


def main() -> None:
    """Write the file and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.make_language_counts", description=__doc__)
    parser.add_argument("corpus", type=Path)
    corpus = parser.parse_args().corpus
    counted: dict[str, int] = {}
    for _, _, _, _, normal, count in _rows(corpus / "syllables.tsv.gz"):
        counted[normal] = int(count)
    pairs, triples = (list(_rows(corpus / f"{name}.tsv.gz")) for name in ("bigrams", "trigrams"))
    for mark in (END, NUMBER):
        counted[mark] = sum(int(count) for first, _, count in pairs if first == mark)
    words = sorted(word for word, count in counted.items() if count >= LEAST)
    ids = {word: place for place, word in enumerate(words)}
    arrays = {
        "words": np.frombuffer("\n".join(words).encode(), np.uint8),
        "counts": _powers([counted[word] for word in words]),
        **_packed("pairs", pairs, ids),
        **_packed("triples", triples, ids),
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(_npz(arrays))
    print(f"{TARGET.name}: {len(words)} syllables, {TARGET.stat().st_size // 1000} KB")


def _rows(path: Path) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from (line.rstrip("\n").split("\t") for line in file if not line.startswith("#"))


def _packed(name: str, rows: Iterable[list[str]], ids: dict[str, int]) -> dict[str, NDArray[np.generic]]:
    """The sequences as numbers in the base of the number of words, sorted, each as its distance to the one before."""
    known = sorted(
        (_number([ids[word] for word in words], len(ids)), int(count))
        for *words, count in rows
        if all(word in ids for word in words)
    )
    keys = np.array([key for key, _ in known], np.int64)
    steps = np.diff(keys, prepend=np.int64(0))
    return {
        f"{name}_low": (steps & 0xFFFF).astype(np.uint16),
        f"{name}_high": (steps >> 16).astype(np.uint32),
        f"{name}_counts": _powers([count for _, count in known]),
    }


def _number(digits: Iterable[int], base: int) -> int:
    number = 0
    for digit in digits:
        number = number * base + digit
    return number


def _powers(counts: Iterable[int]) -> NDArray[np.uint8]:
    return np.round(np.log(np.array(list(counts), np.float64)) / STEP).astype(np.uint8)


def _npz(arrays: dict[str, NDArray[np.generic]]) -> bytes:
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
