"""The query language: words, "phrases", prefixes (``word*``), AND, OR, NOT in English and Vietnamese, parentheses and
fields (``so:15 nam:2019..2021``). Words beside each other must all be there; NOT binds closest, then AND, then OR.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from digitizer.catalogue.fold import folded, tokens
from digitizer.describe.dates import parse_date
from digitizer.errors import QueryRefused
from digitizer.i18n import gettext
from ocr.text import nfc

MAX_DEPTH = 40
"""Parentheses in each other: more are no question a person asks."""
MAX_LETTERS = 4000
_AND, _OR, _NOT = ("AND", "VÀ"), ("OR", "HOẶC"), ("NOT", "KHÔNG")
_VIETNAMESE = (_AND[1], _OR[1], _NOT[1])
_QUOTED = r'["“”„](?P<{}>[^"“”„]*)["“”„]'
_LEXEME = re.compile(
    rf"""(?P<space>\s+) | (?P<open>-?\() | (?P<close>\)) | (?P<minus>-)?(?:
        (?P<field>[^\W\d_][\w-]*):(?=[^\s()])(?:{_QUOTED.format("quoted_value")}|(?P<value>[^\s()"“”„]+))
        | {_QUOTED.format("phrase")}
        | (?P<word>[^\s()"“”„]+) ) | (?P<stray>.)""",
    re.VERBOSE | re.DOTALL,
)
_RANGE = re.compile(r"(.*?)\.\.(.*)", re.DOTALL)
_DATE = re.compile(r"(?:(?:(?P<day>\d{1,2})[/.])?(?P<month>\d{1,2})[/.])?(?P<year>\d{4})")


@dataclass(frozen=True, slots=True)
class Word:
    """One word as ``tokens`` gives it; with ``prefix`` all words that begin like it."""

    token: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand together. One word is a phrase of one: it is meant as it is written."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A value of the record that a page lies in, or of one above. ``first`` and ``last`` are a range, both ends
    belonging to it, empty where it is open; where there is none both are the value asked for.
    """

    name: str
    first: str
    last: str
    range: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


@dataclass(frozen=True, slots=True)
class All:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    nodes: tuple[Node, ...]


Node = Word | Phrase | Field | Not | All | Any


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A part of a query. ``kind``: open, close, and, or, not, leaf. ``at``: 1-based place of its first letter."""

    kind: str
    at: int
    text: str
    node: Node | None = None


def parse(query: str) -> Node | None:
    """What ``query`` asks for; None where it holds no letter and no digit. Raises QueryRefused, and nothing else."""
    query = nfc(query)
    if len(query) > MAX_LETTERS:
        raise QueryRefused(reason=gettext("it has more than {most} letters").format(most=MAX_LETTERS))
    parser = _Parser(list(lexemes(query)), len(query) + 1)
    node = parser.either(0)
    parser.end()
    return node


def is_date(text: str) -> bool:
    """Whether ``text`` is an ISO date of the calendar, perhaps a partial one."""
    return re.fullmatch(r"\d{4}(-\d{2}){0,2}", text) is not None and parse_date(text) is not None


def lexemes(query: str) -> Iterator[Lexeme]:
    """The words, fields and signs of ``query`` (NFC), in order. Raises QueryRefused."""
    shouted = _shouted(query)
    for found in _LEXEME.finditer(query):
        at, kind, text = found.start() + 1, found.lastgroup, found[0]
        if found["stray"] is not None:
            raise QueryRefused(reason=gettext("the quotation mark at place {at} is not closed").format(at=at))
        if found["space"]:
            continue
        if found["open"] or found["close"]:
            if text == "-(":
                yield Lexeme("not", at, "-")
            yield Lexeme("close" if found["close"] else "open", at, text)
            continue
        word = found["word"]
        if word is not None and not found["minus"] and not (shouted and word in _VIETNAMESE):
            named = {"and": _AND, "or": _OR, "not": _NOT}
            kind = next((name for name, words in named.items() if word in words), None)
            if kind is not None:
                yield Lexeme(kind, at, word)
                continue
        node = _leaf(found)
        if node is not None:
            if found["minus"]:
                yield Lexeme("not", at, "-")
            yield Lexeme("leaf", at, text, node)


def _shouted(query: str) -> bool:
    """Whether all of it is in capitals, so that VÀ may be a word: codes, which hold digits, say nothing of that."""
    words = [word for word in re.findall(r"[^\W_]+", query) if not any(letter.isdigit() for letter in word)]
    others = [word for word in words if word not in _VIETNAMESE]
    return bool(others) and all(word.isupper() for word in others)


def _leaf(found: re.Match[str]) -> Node | None:
    if found["field"]:
        quoted = found["quoted_value"]
        name = "-".join(folded(part) for part in tokens(found["field"].replace("_", "-")))
        if quoted is not None:
            return Field(name, quoted, quoted) if tokens(quoted) else None
        return _field(name, found["value"])
    if found["phrase"] is not None:
        return Phrase(tuple(tokens(found["phrase"]))) if tokens(found["phrase"]) else None
    words = tokens(found["word"])
    if not words:
        return None
    last = Word(words[-1], prefix=found["word"].endswith("*"))
    return last if len(words) == 1 else All((*map(Word, words[:-1]), last))


def _field(name: str, value: str) -> Node | None:
    found = _RANGE.fullmatch(value)
    if found is None:
        return Field(name, _dated(value), _dated(value)) if tokens(value) else None
    return Field(name, _dated(found[1]), _dated(found[2]), range=True) if tokens(value) else None


def _dated(text: str) -> str:
    """A date as people write it (15/3/2021, 3/2021) in ISO 8601; anything else as it is."""
    found = _DATE.fullmatch(text)
    parts = [found["year"], found["month"], found["day"]] if found else []
    return "-".join(part.zfill(2) for part in parts if part) or text


class _Parser:
    """Recursive descent over the lexemes. Every method gives None where only signs stood there."""

    def __init__(self, lexemes: list[Lexeme], end: int) -> None:
        self._lexemes = [*lexemes, Lexeme("end", end, "")]
        self._place = 0

    @property
    def _next(self) -> Lexeme:
        return self._lexemes[self._place]

    def end(self) -> None:
        if self._next.kind != "end":
            self._refuse(gettext("the parenthesis at place {at} closes nothing"))

    def either(self, depth: int) -> Node | None:
        found = [self._both(depth)]
        while self._next.kind == "or":
            self._joining(self._place)
            self._place += 1
            found.append(self._both(depth))
        return _joined(Any, found)

    def _both(self, depth: int) -> Node | None:
        found: list[Node | None] = []
        while self._next.kind not in ("or", "close", "end"):
            if self._next.kind == "and":
                self._joining(self._place)
                self._place += 1
            found.append(self._one(depth))
        return _joined(All, found)

    def _one(self, depth: int) -> Node | None:
        here = self._next
        if depth > MAX_DEPTH:
            self._refuse(gettext("too much stands in each other at place {at}"))
        self._place += 1
        if here.kind == "not":
            if self._next.kind not in ("leaf", "open", "not"):
                self._place -= 1
                self._refuse(gettext("nothing to leave out stands behind “{text}” at place {at}"))
            node = self._one(depth + 1)
            return None if node is None else node.node if isinstance(node, Not) else Not(node)
        if here.kind == "open":
            node = self.either(depth + 1)
            if self._next.kind != "close":
                self._place = self._lexemes.index(here)
                self._refuse(gettext("the parenthesis at place {at} is not closed"))
            self._place += 1
            return node
        return here.node

    def _joining(self, place: int) -> None:
        """Refuses an AND or OR that has nothing on one side."""
        before = self._lexemes[place - 1].kind if place else "start"
        after = self._lexemes[place + 1].kind
        if before not in ("leaf", "close") or after not in ("leaf", "open", "not"):
            self._refuse(gettext("“{text}” at place {at} has nothing to join on one side"))

    def _refuse(self, said: str) -> None:
        raise QueryRefused(reason=said.format(at=self._next.at, text=self._next.text))


def _joined(kind: type[All] | type[Any], found: list[Node | None]) -> Node | None:
    """The nodes under one of that ``kind``, those of the same kind taken apart; alone where it is one."""
    nodes = [node for node in found if node is not None]
    flat = reduce(lambda all_, node: [*all_, *(node.nodes if isinstance(node, kind) else [node])], nodes, list[Node]())
    return kind(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None
