"""Marks mended by what the language makes likely: tê into tế, sô into số.

Every syllable may be any other with the same bare letters, or with one other letter that the engine thought of. The
cheapest path through all of them is chosen (A. J. Viterbi, 1967): it costs -ln P of each syllable after the two before
it, and what ``lattice.Weights`` say for every reading that it leaves. Numbers, codes, addresses, abbreviations and
lines in other languages are left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ocr.language.counts import BOUNDARY, Counts, Places, Shares, counts
from ocr.language.lattice import Lattice, Option, Step, Weights
from ocr.text import PageText, Word

WEIGHTS = Weights()
STEPS = 500
"""Weighed at once: a page of a newspaper has ten thousand, each with up to 1,728 triples of options."""


def restore(text: PageText, weights: Weights = WEIGHTS) -> PageText:
    """``text`` with the likeliest marks; a changed word keeps what was read in ``Word.read``."""
    table = counts()
    steps = Lattice(text.blocks, table, weights).steps
    chosen: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for step, option in zip(steps, _cheapest(steps, table), strict=True):
        if option is not step.options[0]:
            chosen[step.word].append((step.start, option.text))
    words = iter([_mended(word, chosen.get(number, ())) for number, word in enumerate(text.words)])
    blocks = tuple(
        replace(block, lines=tuple(replace(line, words=tuple(next(words) for _ in line.words)) for line in block.lines))
        for block in text.blocks
    )
    return replace(text, blocks=blocks)


def _mended(word: Word, syllables: Sequence[tuple[int, str]]) -> Word:
    text = word.text
    for start, syllable in syllables:
        text = f"{text[:start]}{syllable}{text[start + len(syllable) :]}"
    return replace(word, text=text, read=word.read or word.text) if syllables else word


def _cheapest(steps: Sequence[Step], table: Counts) -> list[Option]:
    """The options on the cheapest path."""
    total: Shares = np.zeros((1, 1))  # of each pair: an option of the step before, one of this step
    origins = []
    for step, costs in zip(steps, _costs(steps, table), strict=True):
        paths = total[:, :, None] + costs
        origins.append(paths.argmin(axis=0))
        total = paths.min(axis=0) + [option.cost for option in step.options]
    before, last = np.unravel_index(int(total.argmin()), total.shape)
    path = []
    for step, origin in zip(reversed(steps), reversed(origins), strict=True):
        path.append(step.options[last])
        before, last = origin[before, last], before
    return path[::-1]


def _costs(steps: Sequence[Step], table: Counts) -> Iterator[Shares]:
    """Of each step -ln P of its options (third axis) after those of the two steps before it."""
    syllables: list[Places] = [np.array([BOUNDARY])] * 2
    syllables += [np.array([option.syllable for option in step.options]) for step in steps]
    for start in range(0, len(steps), STEPS):
        part = syllables[start : start + STEPS + 2]
        triples = [np.meshgrid(*three, indexing="ij") for three in zip(part, part[1:], part[2:], strict=False)]
        # Asked of the table in one go: a call costs more than what is in it.
        asked = table.costs(*(np.concatenate([three[place].ravel() for three in triples]) for place in range(3)))
        ends = np.cumsum([three[0].size for three in triples])
        for three, costs in zip(triples, np.split(asked, ends[:-1]), strict=True):
            yield costs.reshape(three[0].shape)
