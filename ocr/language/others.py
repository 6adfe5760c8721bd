"""Lines in another language than the page's: found by evidence, read again, taken where that reads better.

A second model on every line costs a fifth of the time and, worse, accuracy. A line that is no Vietnamese by its
spelling is tried in the other languages of Latin script; one that reads with little confidence, in those of others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from ocr.geometry import Box
from ocr.language.spelling import is_foreign
from ocr.text import Block, Line, PageText, confidence_of

LETTERS, WORDS = 8, 3
"""Letters of a line, or words that are no syllables, from which there is evidence."""
UNSURE = 0.6
"""Confidence below which a line may be in another script: Cyrillic read as Latin has 0.1 to 0.7."""
DOUBTFUL = 0.85
"""The same for a line that is no Vietnamese by its spelling: English has 0.8 to 1."""
CLEARLY = 0.15
"""How much more confidently such a line has to read in another language."""
AS_SURE = -0.02
"""The same for a line that is no Vietnamese by its spelling."""
SURE = 0.75
"""Confidence that a line has to have in another script: scribbles read as anything, but with less."""
VIETNAMESE = "vie"
NON_LATIN = frozenset(
    {"rus", "ukr", "bel", "bul", "srp", "ell", "chi_sim", "chi_tra", "jpn", "kor", "ara", "lao", "khm"}
)


class Reader(Protocol):
    """Reads a part of the page in one language, as if nothing stood in ``hidden``; places are those of the page."""

    def __call__(self, part: Box, language: str, *, hidden: Sequence[Box]) -> PageText: ...


_ReadAlone = Callable[[Sequence[Line], str], PageText]


@dataclass(frozen=True)
class _Run:
    """Lines ``first`` to ``last`` (exclusive) of a block that may be in another language. ``script``: even in another
    script; ``foreign``: no Vietnamese by spelling.
    """

    first: int
    last: int
    script: bool
    foreign: bool


def reread(text: PageText, others: Sequence[str], read: Reader) -> PageText:
    """``text``, read in its first language, with lines read in one of ``others`` where there is evidence for it. A text
    that is unsure as a whole stays as it is: the page may be in another language.
    """
    if not others or (text.confidence or 0.0) < UNSURE:
        return text
    used: list[str] = []
    page = list(text.lines)
    blocks = tuple(
        _block(block, text.languages[0], others, partial(_read_alone, read, page), used) for block in text.blocks
    )
    return replace(text, blocks=blocks, languages=(*text.languages, *dict.fromkeys(used)))


def _read_alone(read: Reader, page: Sequence[Line], lines: Sequence[Line], language: str) -> PageText:
    """``lines`` of the ``page`` in ``language``, without the words of others that reach among them."""
    part = Box.union(line.box for line in lines)
    hidden = [word.box for line in page if line not in lines for word in line.words if word.box.shared(part) > 0]
    return read(part, language, hidden=hidden)


def _block(block: Block, main: str, others: Sequence[str], read: _ReadAlone, used: list[str]) -> Block:
    lines = list(block.lines)
    for run in reversed(list(_runs(block.lines, main))):
        better = _better(block.lines[run.first : run.last], others, run, read)
        if better is not None:
            language, new = better
            used.append(language)
            lines[run.first : run.last] = new
    return replace(block, lines=tuple(lines))


def _better(
    old: Sequence[Line], others: Sequence[str], run: _Run, read: _ReadAlone
) -> tuple[str, tuple[Line, ...]] | None:
    """The language and the lines that read best, if better than ``old``."""
    was = confidence_of(old) or 0.0
    found, best = None, 0.0
    for language in others:
        latin = language not in NON_LATIN
        if not (latin or run.script):
            continue
        again = read(old, language)
        sure = again.confidence or 0.0
        if sure > max(best, was + AS_SURE if latin and run.foreign else max(was + CLEARLY, SURE)):
            best, found = sure, (language, tuple(again.lines))
    return found


def _runs(lines: Sequence[Line], main: str) -> Iterator[_Run]:
    """Neighbouring lines with the same evidence, together."""
    foreign = [main == VIETNAMESE and is_foreign(line.text, least=WORDS) for line in lines]
    script = [_may_be_script(line, but_foreign) for line, but_foreign in zip(lines, foreign, strict=True)]
    first = 0
    for place in range(1, len(lines) + 1):
        if (
            place < len(lines)
            and script[place] == script[first]
            and (script[first] or foreign[place] == foreign[first])
        ):
            continue
        if script[first] or foreign[first]:
            yield _Run(first, place, script[first], all(foreign[first:place]))
        first = place


def _may_be_script(line: Line, foreign: bool) -> bool:
    sure = confidence_of([line]) or 0.0
    return sum(map(str.isalpha, line.text)) >= LETTERS and sure < (DOUBTFUL if foreign else UNSURE)
