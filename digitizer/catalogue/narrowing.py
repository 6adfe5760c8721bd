"""Queries made narrower and wider by hand: fields added to them and taken out, words meant as they are typed."""

from __future__ import annotations

import re

from digitizer.catalogue import query as language
from digitizer.catalogue.fields import LEVEL, RECORD, YEAR
from digitizer.catalogue.fold import bare
from digitizer.catalogue.query import All, Any, Field, Word
from digitizer.model import Facet
from ocr.text import nfc

_NAMES = {
    "level": LEVEL,
    "type": ("loai", "type"),
    "year": YEAR,
    "issuing_body": ("co-quan", "body"),
    "retention": ("thoi-han", "retention"),
    "secrecy": ("do-mat", "secrecy"),
    "fonds": RECORD,
}
"""What a query calls each facet: in Vietnamese and in English."""
_BY_CODE = ("level", "year", "fonds")
_PLAIN = re.compile(r"[\w/-]+")


def narrowed(query: str, facet: Facet, speech: str) -> str:
    """``query`` with the field that means ``facet``; ``speech``: the language (vi, en) that names it."""
    kept = nfc(query).strip()
    if isinstance(language.parse(kept), Any):
        kept = f"({kept})"
    name = _NAMES[facet.name][speech != "vi"]
    value = (facet.value if facet.name in _BY_CODE else facet.label).replace('"', " ").strip()
    field = f"{name}:{value}" if _PLAIN.fullmatch(value) else f'{name}:"{value}"'
    return f"{kept} {field}".strip()


def widened(query: str, facet: Facet) -> str:
    """``query`` without the fields that mean ``facet``."""
    query = nfc(query)
    for start, end in reversed(_places(query, facet)):
        query = f"{query[:start].rstrip()} {query[end:].lstrip()}"
    return query.strip()


def holds(query: str, facet: Facet) -> bool:
    """Whether a field of ``query`` means ``facet``. Raises QueryRefused, as do the others here."""
    return bool(_places(query, facet))


def literal(query: str, word: str) -> str:
    """``query`` with ``word`` (as ``Taken`` names it) between quotation marks, so that no other is taken for it."""
    query = nfc(query)
    for lexeme in reversed(list(language.lexemes(query))):
        words = lexeme.node.nodes if isinstance(lexeme.node, All) else (lexeme.node,)
        if any(isinstance(each, Word) and each.token == word for each in words):
            minus = lexeme.text[: lexeme.text.startswith("-")]
            start = lexeme.at - 1
            query = f'{query[:start]}{minus}"{lexeme.text[len(minus) :]}"{query[start + len(lexeme.text) :]}'
    return query


def _places(query: str, facet: Facet) -> list[tuple[int, int]]:
    """Where the fields that mean ``facet`` stand."""
    meant = {bare(facet.value), bare(facet.label)}
    return [
        (lexeme.at - 1, lexeme.at - 1 + len(lexeme.text))
        for lexeme in language.lexemes(nfc(query))
        if isinstance(lexeme.node, Field)
        and lexeme.node.name in _NAMES[facet.name]
        and not lexeme.node.range
        and not lexeme.text.startswith("-")
        and bare(lexeme.node.first) in meant
    ]
