"""Where on a page the words of a query stand: boxes, a line around the first, and whether the marks agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from digitizer.catalogue.fold import begins, folded, tokens_of
from digitizer.catalogue.query import All, Any, Field, Node, Not, Phrase, Word
from ocr.geometry import Box

_SNIPPET_WORDS = 8

Forms = Mapping[Word, Sequence[str]]
"""What a word of the query was taken for besides itself: words in bare letters."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query was found on a page: its words' boxes in reading order, a line around the first, and whether the
    marks agree.
    """

    boxes: tuple[Box, ...]
    snippet: str
    exact: bool


@dataclass(frozen=True, slots=True)
class _Sought:
    """One word to look for. ``bare``: in bare letters, with all that it is taken for."""

    token: str
    prefix: bool
    bare: frozenset[str]

    def like(self, bare: str) -> bool:
        return bare in self.bare or (self.prefix and bare.startswith(folded(self.token)))

    def same(self, token: str) -> bool:
        return token == self.token or (self.prefix and begins(token, self.token))


@dataclass(frozen=True, slots=True)
class Group:
    """Words that the query has beside each other; ``together``: must stand so."""

    words: tuple[_Sought, ...]
    together: bool


class Read:
    """The words of a page as search sees them. ``texts``, ``boxes``: of each printed word, in reading order; boxes
    are [x, y, width, height].
    """

    def __init__(self, texts: Sequence[str], boxes: Sequence[Sequence[int]]) -> None:
        self.texts, self.boxes = texts, boxes
        stream = [(token, place) for place, text in enumerate(texts) for token in tokens_of(text)]
        self.marked = [token for token, _ in stream]
        self.bare = [folded(token) for token in self.marked]
        self._printed = [place for _, place in stream]

    def find(self, groups: Sequence[Group]) -> Place:
        """The words of ``groups``: together where they stand so, else each by itself."""
        chosen: set[int] = set()
        exact, found = True, False
        for group in groups:
            places, same = self._find(group)
            chosen.update(places)
            if places:
                found, exact = True, exact and same
        printed = list(dict.fromkeys(self._printed[place] for place in sorted(chosen)))
        boxes = tuple(Box(*self.boxes[place]) for place in printed)
        return Place(boxes, self._snippet(printed), found and exact)

    def holds(self, node: Node, forms: Forms) -> bool:
        """Whether what ``node`` asks of the words is there; fields are taken as found."""
        match node:
            case Field():
                return True
            case Not():
                return not self.holds(node.node, forms) or _has_field(node.node)
            case All():
                return all(self.holds(each, forms) for each in node.nodes)
            case Any():
                return any(self.holds(each, forms) for each in node.nodes)
        return any(self._find(group)[0] for group in groups_of(node, forms))

    def density(self, groups: Sequence[Group]) -> float:
        """The part of the page's words that were asked for, 0..1."""
        words = {word for group in groups for word in group.words}
        bare = frozenset[str]().union(*(word.bare for word in words))
        found = sum(map(self.bare.count, bare))
        for word in words:
            if word.prefix:
                found += sum(each not in bare and word.like(each) for each in self.bare)
        return found / len(self.bare) if self.bare else 0.0

    def _find(self, group: Group) -> tuple[Sequence[int], bool]:
        """The places in the stream where the words stand, and whether with the same marks."""
        words, length = group.words, len(group.words)
        first, last = words[0], len(self.bare) - length
        starts = [place for place, bare in enumerate(self.bare) if bare in first.bare and place <= last]
        if first.prefix:
            starts = [place for place, bare in enumerate(self.bare[: last + 1]) if first.like(bare)]
        for n in range(1, length):
            starts = [start for start in starts if words[n].like(self.bare[start + n])]
        if starts:
            agreeing = [s for s in starts if all(word.same(self.marked[s + n]) for n, word in enumerate(words))]
            return [n for start in agreeing or starts for n in range(start, start + length)], bool(agreeing)
        if group.together or length == 1:
            return [], False
        exact = all(any(map(word.same, self.marked)) for word in words)
        if exact:
            return [n for n, token in enumerate(self.marked) if any(word.same(token) for word in words)], True
        return [n for n, bare in enumerate(self.bare) if any(word.like(bare) for word in words)], False

    def _snippet(self, printed: Sequence[int]) -> str:
        at = printed[0] if printed else 0
        first, last = max(0, at - _SNIPPET_WORDS), at + _SNIPPET_WORDS + 1
        shown = " ".join(self.texts[first:last])
        return ("… " if first else "") + shown + (" …" if last < len(self.texts) else "")


def groups_of(node: Node | None, forms: Forms) -> list[Group]:
    """What to look for on a page that ``node`` has found: every word and phrase that is not left out."""
    return list(_groups(node, forms))


def _groups(node: Node | None, forms: Forms) -> Iterator[Group]:
    match node:
        case Word():
            yield Group((_sought(node, forms),), together=False)
        case Phrase():
            words = (_Sought(token, False, frozenset([folded(token)])) for token in node.words)
            yield Group(tuple(words), together=True)
        case All():
            row: list[_Sought] = []
            for each in node.nodes:
                if isinstance(each, Word):
                    row.append(_sought(each, forms))
            if row:
                yield Group(tuple(row), together=False)
            for each in node.nodes:
                if not isinstance(each, Word):
                    yield from _groups(each, forms)
        case Any():
            for each in node.nodes:
                yield from _groups(each, forms)


def _sought(word: Word, forms: Forms) -> _Sought:
    taken = () if word.prefix else forms.get(word, ())
    return _Sought(word.token, word.prefix, frozenset([folded(word.token), *taken]))


def _has_field(node: Node) -> bool:
    match node:
        case Field():
            return True
        case Not():
            return _has_field(node.node)
        case All() | Any():
            return any(map(_has_field, node.nodes))
    return False
