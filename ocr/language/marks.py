"""Marks mended by what the language makes likely: tê into tế, sô into số.

A word that was read may stand for any syllable with the same bare letters. Among these the likeliest sequence is chosen
(A. J. Viterbi, 1967) by the counts of three syllables, against the cost of leaving what the engine read, which is lower
where the engine itself thought of the other letter. Words with digits, codes, addresses and what is no Vietnamese
syllable are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ocr.language.counts import END, NUMBER, UNKNOWN, Counts, counts
from ocr.language.spelling import bare, in_manner_of, is_foreign, normalised
from ocr.text import Alternative, Line, PageText, Word

LEAVE = 2.5
"""Cost of any reading but the engine's, in nats."""
LEAVE_NAME = 1.0
"""The same besides, for a capital inside a sentence: it may be a name."""
RARE = 1.5
"""What is taken off that cost where the reading is no listed syllable."""
TRUST = 0.3
"""Nats for one unit of the engine's cost of a letter."""
DEAREST, UNLISTED = 35.0, 40.0
"""Bound of the engine's costs of letters; what a letter costs that it did not think of."""
NO_LETTERS = 2.0
"""Cost of a change where the engine's letters do not pair up with the word's."""
MOST = 10
"""Syllables of the same letters that are tried, the most frequent ones."""

_RUN = re.compile(r"[^\W\d_]+")
_LEFT_ALONE = re.compile(r"\d|@|//|\w\.\w")
_ENDS = re.compile(r"[.;:!?]\W*$")


@dataclass(frozen=True, slots=True)
class _Token:
    """A run of letters: those from ``start`` of the word ``at``; a mark, or a word that is left alone has no ``run``.

    ``numbers``: those of the ``readings``, the engine's first. ``costs``: of choosing each.
    """

    numbers: NDArray[np.int64]
    costs: NDArray[np.float64]
    at: tuple[int, int, int] = (0, 0, 0)
    start: int = 0
    readings: tuple[str, ...] = ()


def restore(text: PageText) -> PageText:
    """``text`` with the likeliest marks; a changed word keeps what the engine read in ``Word.read``."""
    table = counts()
    tokens = [token for number, block in enumerate(text.blocks) for token in _tokens(number, block.lines, table)]
    if not tokens:
        return text
    changes: dict[tuple[int, int, int], list[tuple[int, str]]] = {}
    for token, choice in zip(tokens, _likeliest(tokens, table), strict=True):
        if choice:
            changes.setdefault(token.at, []).append((token.start, token.readings[choice]))
    blocks = tuple(
        replace(block, lines=tuple(_changed(line, (number, row), changes) for row, line in enumerate(block.lines)))
        for number, block in enumerate(text.blocks)
    )
    return replace(text, blocks=blocks)


def _changed(line: Line, at: tuple[int, int], changes: dict[tuple[int, int, int], list[tuple[int, str]]]) -> Line:
    words = tuple(_mended(word, changes.get((*at, place), [])) for place, word in enumerate(line.words))
    return replace(line, words=words)


def _mended(word: Word, runs: Sequence[tuple[int, str]]) -> Word:
    text = word.text
    for start, run in runs:
        text = text[:start] + run + text[start + len(run) :]
    return replace(word, text=text, read=word.text) if text != word.text else word


def _tokens(block: int, lines: Sequence[Line], table: Counts) -> Iterator[_Token]:
    end = _fixed(table.number(END))
    yield end
    begins = True
    for row, line in enumerate(lines):
        foreign = is_foreign(line.text)
        for place, word in enumerate(line.words):
            if foreign or _LEFT_ALONE.search(word.text):
                starts_with_digit = word.text.lstrip("(“\"'-–").startswith(tuple("0123456789"))
                yield _fixed(table.number(NUMBER) if starts_with_digit else UNKNOWN)
                begins = False
            else:
                for run in _RUN.finditer(word.text):
                    yield _run(word, run, (block, row, place), table, begins=begins)
                    begins = False
            if _ENDS.search(word.text):
                yield end
                begins = True
    yield end


def _fixed(number: int) -> _Token:
    return _Token(np.array([number], np.int64), np.zeros(1))


def _run(word: Word, run: re.Match[str], at: tuple[int, int, int], table: Counts, *, begins: bool) -> _Token:
    """The token of the letters ``run`` of ``word``; ``begins``: it is the first of a sentence."""
    read = run.group()
    own = table.number(normalised(read))
    plain = read.islower() or read.isupper() or read[1:].islower()
    others = [each for each in table.variants(bare(read))[:MOST] if each != normalised(read)] if plain else []
    if not others:
        return _fixed(own)
    named = LEAVE_NAME if read[0].isupper() and not read.isupper() and not begins else 0.0
    leave = LEAVE + named - (RARE if own == UNKNOWN else 0.0)
    letters = word.alternatives[run.start() : run.end()] if word.alternatives is not None else None
    readings = [read, *(in_manner_of(other, read) for other in others)]
    costs = [0.0, *(leave + _cost(read, other, letters) for other in readings[1:])]
    numbers = [own, *map(table.number, others)]
    return _Token(np.array(numbers, np.int64), np.array(costs), at, run.start(), tuple(readings))


def _cost(read: str, other: str, letters: Sequence[tuple[Alternative, ...]] | None) -> float:
    """How much less the engine likes the letters of ``other``."""
    if letters is None:
        return NO_LETTERS
    total = 0.0
    for was, new, listed in zip(read, other, letters, strict=True):
        if was != new:
            costs = {each.text: min(each.cost, DEAREST) for each in listed}
            total += costs.get(new, UNLISTED) - costs.get(was, DEAREST)
    return TRUST * total


def _likeliest(tokens: Sequence[_Token], table: Counts) -> list[int]:
    """The choice among each token's readings that makes the whole sequence cheapest."""
    numbers = [np.array([UNKNOWN], np.int64), *(token.numbers for token in tokens)]
    triples = [np.meshgrid(*three, indexing="ij") for three in zip(numbers, numbers[1:], numbers[2:], strict=False)]
    # Asked of the table in one go: a call costs more than what is in it.
    ends = np.cumsum([three[0].size for three in triples])
    asked = table.costs(*(np.concatenate([three[place].ravel() for three in triples]) for place in range(3)))
    best = tokens[0].costs[None, :]  # of each pair (reading of the token before, reading of this one)
    back: list[NDArray[np.intp]] = []
    for three, after, end in zip(triples, tokens[1:], ends, strict=True):
        shape = three[0].shape
        costs = best[:, :, None] + asked[end - three[0].size : end].reshape(shape)
        back.append(costs.argmin(axis=0))
        best = costs.min(axis=0) + after.costs
    chosen = [int(best.argmin()) % best.shape[1], int(best.argmin()) // best.shape[1]]
    for step in reversed(back[1:]):
        chosen.append(int(step[chosen[-1], chosen[-2]]))
    return chosen[::-1]
