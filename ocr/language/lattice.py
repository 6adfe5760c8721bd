"""What each syllable of a page may be, and what it costs to leave its reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from ocr.language.counts import BOUNDARY, NUMBER, Counts
from ocr.language.spelling import bare, is_foreign, is_syllable, ways
from ocr.text import Alternative, Block, Line, Word

MOST = 12
"""Options of a syllable; more cost time and change nothing."""
GAP = 2.0
"""Space between words, in heights of the first, from which they stand in different columns."""
_TOKENS = re.compile(r"[.;:!?]|[^\W_]+")
_SENTENCE_ENDS = frozenset(".;:!?")
_CODE = re.compile(r"[\d@_\\]|\w\.\w|:/")
"""Words with these are numbers, codes and addresses: nothing in them is changed."""
_ITEM = re.compile(r"[-–—+*•]|\(?(\d{1,2}|[a-zđ])[.)]")
"""A line that begins so is an item of a list, and so the beginning of a sentence."""

Costs = Sequence[Mapping[str, float]]
"""Of each letter of a syllable, the engine's cost of every small letter that it may be."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What it costs to leave a reading, in nats; ``python -m tests.quality.tune`` tries other values.

    ``change``: for any other syllable. ``name``: for a word with a capital inside a sentence, times ln of how much
    seldomer the other syllable has one there. ``letter``: times what the engine says the other letters cost more than
    those read; ``unseen``: the most that a letter costs, and what one costs that it does not list. ``blind``: in the
    place of that for a word without lists. ``shape``: on top where not only marks change; other letters are taken from
    the lists, up to the cost ``shape_dearest``.
    """

    change: float = 2.0
    name: float = 1.5
    letter: float = 0.4
    unseen: float = 20.0
    blind: float = 2.0
    shape: float = 2.0
    shape_dearest: float = 10.0


@dataclass(frozen=True, slots=True)
class Option:
    """A syllable by its place in the counts. ``cost``: of taking it, in nats; 0 for the reading."""

    syllable: int
    cost: float
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One place of the text with its options, the reading first. ``word``, ``start``: the number of the word, and the
    letter in it where the syllable begins.
    """

    options: tuple[Option, ...]
    word: int
    start: int


class Lattice:
    """``steps``: of a page in reading order, with a boundary at both ends, around paragraphs and columns, and for
    sentence marks.
    """

    def __init__(self, blocks: Iterable[Block], counts: Counts, weights: Weights) -> None:
        self.steps: list[Step] = []
        self._counts, self._weights = counts, weights
        self._number = 0
        for block in blocks:
            self._end_sentence()
            for line in block.lines:
                self._add_line(line)
        self._end_sentence()

    def _end_sentence(self) -> None:
        self.steps.append(Step((Option(BOUNDARY, 0.0, ""),), self._number, 0))

    @property
    def _begins(self) -> bool:
        """Whether the next syllable is the first of a sentence."""
        return self.steps[-1].options[0].syllable == BOUNDARY

    def _add_line(self, line: Line) -> None:
        if line.words and _ITEM.match(line.words[0].text):
            self._end_sentence()
        foreign = is_foreign(" ".join(word.text for word in line.words if not _CODE.search(word.text)))
        found = [list(_TOKENS.finditer(word.text)) for word in line.words]
        shouted = iter(_shouted([token.group() for tokens in found for token in tokens]))
        right = line.box.x
        for word, tokens in zip(line.words, found, strict=True):
            if word.box.x - right > GAP * word.box.height:
                self._end_sentence()
            right = word.box.right
            fixed = foreign or _CODE.search(word.text) is not None
            for token in tokens:
                self._add(word, token, fixed=fixed, shouted=next(shouted))
            self._number += 1

    def _add(self, word: Word, found: re.Match[str], *, fixed: bool, shouted: bool) -> None:
        token = found.group()
        if token in _SENTENCE_ENDS:
            self._end_sentence()
            return
        options: tuple[Option, ...]
        if token[0].isdigit():
            options = (Option(NUMBER, 0.0, token),)
        elif fixed or not _changeable(token, shouted):
            options = (Option(self._counts.place(token.lower()), 0.0, token),)
        else:
            lists = word.alternatives and word.alternatives[found.start() : found.end()]
            options = self._options(token, None if lists is None else [_costs(one) for one in lists])
        self.steps.append(Step(options, self._number, found.start()))

    def _options(self, token: str, costs: Costs | None) -> tuple[Option, ...]:
        counts, weights, small = self._counts, self._weights, token.lower()
        read = counts.place(small)
        name = weights.name if token.istitle() and not self._begins else 0.0
        found = []
        for letters, shape in self._shapes(small, costs):
            for syllable in counts.alike(letters):
                if syllable == read:
                    continue
                cost, form = min((self._cost(small, form, costs), form) for form in ways(counts.syllables[syllable]))
                cost += name * max(0.0, log(counts.capitals[read] / counts.capitals[syllable]))
                found.append(Option(syllable, weights.change + shape + cost, form))
        found.sort(key=lambda option: option.cost - log(counts.frequency[option.syllable]))
        others = (Option(each.syllable, each.cost, _cased(each.text, token)) for each in found[: MOST - 1])
        return (Option(read, 0.0, token), *others)

    def _shapes(self, small: str, costs: Costs | None) -> Iterator[tuple[str, float]]:
        """The letters of a syllable without marks, and with one of them as the lists have it; what that costs."""
        letters = bare(small)
        yield letters, 0.0
        for place, one in enumerate(costs or ()):
            others = {bare(letter) for letter, cost in one.items() if cost <= self._weights.shape_dearest}
            for other in others - {letters[place]}:
                if len(other) == 1:
                    yield f"{letters[:place]}{other}{letters[place + 1 :]}", self._weights.shape

    def _cost(self, read: str, new: str, costs: Costs | None) -> float:
        if costs is None:
            return self._weights.blind
        unseen = self._weights.unseen
        more = 0.0
        for old, letter, one in zip(read, new, costs, strict=True):
            if old != letter:
                more += min(one.get(letter, unseen), unseen) - min(one.get(old, unseen), unseen)
        return self._weights.letter * more


def _costs(one: Sequence[Alternative]) -> dict[str, float]:
    """The least cost of each small letter or its capital; they come cheapest first."""
    costs: dict[str, float] = {}
    for each in one:
        costs.setdefault(each.text.lower(), each.cost)
    return costs


def _shouted(tokens: Sequence[str]) -> list[bool]:
    """Of each token of a line whether a syllable in capitals stands beside it: then it is no abbreviation."""
    capital = [False, *(token.isupper() and is_syllable(token) for token in tokens), False]
    return [before or after for before, after in zip(capital, capital[2:], strict=False)]


def _changeable(token: str, shouted: bool) -> bool:
    """Not single letters other than y, abbreviations, and what mixes small letters and capitals."""
    if len(token) == 1:
        return bare(token) == "y"
    return token.islower() or token.istitle() or (shouted and token.isupper())


def _cased(form: str, like: str) -> str:
    """``form`` with capitals where ``like`` has them."""
    return "".join(new.upper() if old.isupper() else new for old, new in zip(like, form, strict=True))
