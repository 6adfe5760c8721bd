"""A query in the words of the index, from strict to wide: what a page must hold to come first, next and last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from digitizer.catalogue.findings import Forms
from digitizer.catalogue.fold import folded
from digitizer.catalogue.query import All, Any, Field, Node, Not, Phrase, Word
from digitizer.errors import QueryRefused
from digitizer.i18n import gettext

_NOTHING = '"="'  # no word of any page
_PARTS = 32


@dataclass(frozen=True, slots=True)
class Part:
    """One way in which a page may be meant: its words match ``text`` (None: any words) and its record ``field``."""

    text: Node | None
    field: Node | None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the words of a query stand for. ``near``: what a word was taken for. ``begun``: for a prefix the words
    that begin so, in bare letters, and those of them with marks that agree.
    """

    begun: Mapping[Word, tuple[Sequence[str], Sequence[str]]] = field(default_factory=dict)
    near: Forms = field(default_factory=dict)

    def tiers(self, node: Node) -> list[str]:
        """Expressions for the index, each holding what the one before it holds: words together with the same marks,
        together, with the same marks, any, near ones. Raises QueryRefused where nothing but NOT is asked.
        """
        ways = [(True, True, False), (False, True, False), (True, False, False), (False, False, False)]
        if self.near:
            ways.append((False, False, True))
        return list(dict.fromkeys(_Writer(self, *way).write(node) for way in ways))


@dataclass(frozen=True, slots=True)
class _Writer:
    meaning: Meaning
    marked: bool
    together: bool
    wide: bool

    def write(self, node: Node) -> str:
        match node:
            case Word():
                return self._word(node)
            case Phrase():
                return self._row(node.words)
            case Any():
                return f"({' OR '.join(map(self.write, node.nodes))})"
            case All():
                return self._all(node)
            case Not():
                raise QueryRefused(reason=gettext("it only says what to leave out"))
        raise AssertionError("fields are taken out before")

    def _word(self, word: Word) -> str:
        if word.prefix:
            if word not in self.meaning.begun:  # the index looks for itself: pairs begin with words
                return f"{self._term(word.token)} *"
            bare, marked = self.meaning.begun[word]
            return _any([f"={each}" for each in marked] if self.marked else bare)
        if self.wide:
            return _any([folded(word.token), *self.meaning.near.get(word, ())])
        return self._term(word.token)

    def _term(self, token: str) -> str:
        return f'"={token}"' if self.marked else f'"{folded(token)}"'

    def _row(self, words: Sequence[str]) -> str:
        """Words together: every pair of neighbours."""
        if len(words) == 1:
            return self._term(words[0])
        pairs = dict.fromkeys(pairwise(words))
        return " AND ".join(f'"={a}_{b}"' if self.marked else f'"{folded(a)}_{folded(b)}"' for a, b in pairs).join("()")

    def _all(self, node: All) -> str:
        wanted = [each for each in node.nodes if not isinstance(each, Not)]
        unwanted = [each.node for each in node.nodes if isinstance(each, Not)]
        if not wanted:
            raise QueryRefused(reason=gettext("it only says what to leave out"))
        row = [each.token for each in wanted if isinstance(each, Word) and not each.prefix]
        if self.together and len(row) > 1:
            wanted = [each for each in wanted if not isinstance(each, Word) or each.prefix]
            parts = [self._row(row), *map(self.write, wanted)]
        else:
            parts = [self.write(each) for each in wanted]
        found = f"({' AND '.join(parts)})"
        return f"({found} NOT {left_out(Any(tuple(unwanted)), self.meaning)})" if unwanted else found


def left_out(node: Node, meaning: Meaning) -> str:
    """What must not be there: a word with marks in just these, one without in any."""
    match node:
        case Word() | Phrase():
            words = [node.token] if isinstance(node, Word) else node.words
            marked = any(word != folded(word) for word in words)
            return _Writer(meaning, marked, together=True, wide=False).write(node)
        case Any():
            return f"({' OR '.join(left_out(each, meaning) for each in node.nodes)})"
    return _Writer(meaning, marked=False, together=False, wide=False).write(node)


def parts_of(node: Node) -> list[Part]:
    """``node`` taken apart so that words and fields stand apart: a page is meant that is so by one of the parts."""
    found = list(_parts(node))
    if len(found) > _PARTS:
        raise QueryRefused(reason=gettext("words and fields are mixed in too many ways"))
    return found


def _parts(node: Node) -> Iterator[Part]:
    kinds = set(_kinds(node))
    if kinds == {"text"}:
        yield Part(node, None)
    elif kinds == {"field"}:
        yield Part(None, node)
    elif isinstance(node, Not):
        inner = node.node  # of both kinds, so All or Any
        assert isinstance(inner, All | Any)
        turned = tuple(each.node if isinstance(each, Not) else Not(each) for each in inner.nodes)
        yield from _parts(Any(turned) if isinstance(inner, All) else All(turned))
    elif isinstance(node, Any):
        for kind in ("text", "field"):
            same = tuple(each for each in node.nodes if set(_kinds(each)) == {kind})
            if same:
                yield from _parts(Any(same) if len(same) > 1 else same[0])
        for each in node.nodes:
            if len(set(_kinds(each))) > 1:
                yield from _parts(each)
    elif isinstance(node, All):
        joined = [Part(None, None)]
        for each in node.nodes:
            parts = list(_parts(each))
            if len(joined) * len(parts) > _PARTS:
                raise QueryRefused(reason=gettext("words and fields are mixed in too many ways"))
            joined = [Part(_both(a.text, b.text), _both(a.field, b.field)) for a in joined for b in parts]
        yield from joined


def _both(one: Node | None, other: Node | None) -> Node | None:
    if one is None or other is None:
        return one or other
    nodes = (*(one.nodes if isinstance(one, All) else (one,)), *(other.nodes if isinstance(other, All) else (other,)))
    return All(nodes)


def _kinds(node: Node) -> Iterator[str]:
    match node:
        case Field():
            yield "field"
        case Word() | Phrase():
            yield "text"
        case Not():
            yield from _kinds(node.node)
        case All() | Any():
            for each in node.nodes:
                yield from _kinds(each)


def _any(terms: Sequence[str]) -> str:
    return " OR ".join(f'"{term}"' for term in dict.fromkeys(terms)).join("()") if terms else _NOTHING
