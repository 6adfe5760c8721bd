"""What was read on a page: PageText > Block > Line > Word. No engine is named here.

Boxes are page pixels, origin top left (see ``ocr.geometry``). Confidence runs from 0 (none) to 1 (sure).
All text is Unicode NFC: ``Word`` normalises at birth, so nothing downstream has to ask.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field, replace
from enum import StrEnum
from typing import Any

from ocr.geometry import Box, Size, Transform

SAME_PRINT = 0.5
"""``Box.shared`` of two lines or words above which they are readings of the same print."""


def nfc(text: str) -> str:
    """``text`` in Unicode normal form C, the only form kept, indexed and delivered."""
    return unicodedata.normalize("NFC", text)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One reading of one letter. ``cost`` is the engine's own (0 is best; lower is likelier); comparable within a
    word.
    """

    text: str
    cost: float


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters without white space.

    ``alternatives`` holds, letter by letter in reading order, what else the engine saw there; None where it said
    nothing. ``read``: what the engine read, where language evidence chose another ``text``; else None.
    """

    text: str
    box: Box
    confidence: float
    alternatives: tuple[tuple[Alternative, ...], ...] | None = None
    read: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", nfc(self.text))
        if self.read is not None:
            object.__setattr__(self, "read", nfc(self.read))


@dataclass(frozen=True, slots=True)
class Line:
    """Words in reading order on one baseline.

    ``baseline`` is (x0, y0, x1, y1) in page pixels from the line's left to its right end; None where unknown.
    """

    words: tuple[Word, ...]
    box: Box
    baseline: tuple[float, float, float, float] | None = None

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def part(self, words: Sequence[Word]) -> Line:
        """Some of its words (at least one) as a line of their own, on their part of the baseline."""
        box = Box.union(word.box for word in words)
        if self.baseline is None:
            return Line(tuple(words), box)
        x0, y0, x1, y1 = self.baseline
        slope = (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0
        left, right = (y0 + slope * (x - x0) for x in (box.x, box.right))
        return Line(tuple(words), box, (float(box.x), left, float(box.right), right))


class Role(StrEnum):
    """What a block is on its page."""

    TEXT = "text"
    HEADING = "heading"
    PAGE_NUMBER = "page-number"
    CELL = "cell"
    TITLE_BLOCK = "title-block"


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a table. ``table``, ``row``, ``column``: counted from 0, tables over the page; ``rows``, ``columns``:
    how many it spans.
    """

    table: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together (a paragraph, what stands in a cell), in reading order.

    ``cell``: its place, for each CELL and TITLE_BLOCK. Cells stand row by row; those without text have no block.
    """

    lines: tuple[Line, ...]
    box: Box
    role: Role = Role.TEXT
    cell: Cell | None = None

    def part(self, lines: tuple[Line, ...]) -> Block:
        """Some of its lines (at least one) as a block of their own; itself where these are all."""
        return self if lines == self.lines else replace(self, lines=lines, box=Box.union(line.box for line in lines))


class AreaKind(StrEnum):
    """What stands over or beside the print."""

    STAMP = "stamp"
    SIGNATURE = "signature"
    HANDWRITING = "handwriting"


@dataclass(frozen=True, slots=True)
class Area:
    """A place that was not read as print. ``colour``: of its ink, red, green, blue, 0..255."""

    kind: AreaKind
    box: Box
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class PageText:
    """Everything read on one page, in reading order.

    ``size``: the page in pixels that all boxes refer to. ``dpi``: its resolution. ``languages``: as asked for, such as
    ``("vie", "eng")``. ``reader``: who read it and in which version, such as ``tesseract 5.5.4`` or ``pdf text``.
    """

    size: Size
    dpi: float
    languages: tuple[str, ...]
    reader: str
    blocks: tuple[Block, ...] = field(default=())
    areas: tuple[Area, ...] = field(default=())

    @property
    def lines(self) -> Iterator[Line]:
        return (line for block in self.blocks for line in block.lines)

    @property
    def words(self) -> Iterator[Word]:
        return (word for line in self.lines for word in line.words)

    @property
    def text(self) -> str:
        """Plain text: a line break after each line, an empty line between blocks. A row of a table is one line, its
        cells parted by as many tabs as they are columns apart.
        """
        parts: list[str] = []
        before: Cell | None = None
        for block in self.blocks:
            parts.append(_between(before, block.cell) if parts else "")
            parts.append(("\n" if block.cell is None else " ").join(line.text for line in block.lines))
            before = block.cell
        return "".join(parts)

    @property
    def confidence(self) -> float | None:
        """Mean word confidence weighted by letters; None where nothing was read."""
        return confidence_of(self.lines)

    def mapped(self, transform: Transform, size: Size, dpi: float) -> PageText:
        """The same text with every place carried by ``transform`` onto a page of ``size`` pixels at ``dpi``."""

        def line(old: Line) -> Line:
            baseline = None
            if old.baseline is not None:
                x0, y0, x1, y1 = old.baseline
                baseline = (*transform.apply((x0, y0)), *transform.apply((x1, y1)))
            words = tuple(replace(w, box=transform.apply_box(w.box).clipped(size)) for w in old.words)
            return Line(words, transform.apply_box(old.box).clipped(size), baseline)

        blocks = tuple(
            replace(block, lines=tuple(map(line, block.lines)), box=transform.apply_box(block.box).clipped(size))
            for block in self.blocks
        )
        areas = tuple(replace(area, box=transform.apply_box(area.box).clipped(size)) for area in self.areas)
        return replace(self, size=size, dpi=dpi, blocks=blocks, areas=areas)

    def cleared(self) -> PageText:
        """The same text without words that no eye sees: those with boxes beyond the page's edge (specks that were read
        as letters), and of equal words in one place (print that was read twice) those of the line that reads worse.
        """
        seen = {id(word) for word in distinct(self.lines) if word.box.width and word.box.height}
        if len(seen) == sum(1 for _ in self.words):
            return self

        def lines(block: Block) -> tuple[Line, ...]:
            kept = (replace(line, words=tuple(w for w in line.words if id(w) in seen)) for line in block.lines)
            return tuple(line for line in kept if line.words)

        blocks = (replace(block, lines=lines(block)) for block in self.blocks)
        return replace(self, blocks=tuple(block for block in blocks if block.lines))

    def without_alternatives(self) -> PageText:
        """The same text, ten times smaller to keep."""

        def line(old: Line) -> Line:
            return replace(old, words=tuple(replace(word, alternatives=None) for word in old.words))

        return replace(self, blocks=tuple(replace(b, lines=tuple(map(line, b.lines))) for b in self.blocks))


def confidence_of(lines: Iterable[Line]) -> float | None:
    """Mean confidence of the words of ``lines``, weighted by letters; None where there are none."""
    weights = [(word.confidence, len(word.text)) for line in lines for word in line.words]
    total = sum(weight for _, weight in weights)
    return sum(c * weight for c, weight in weights) / total if total else None


def sure_letters(words: Iterable[Word]) -> float:
    """How many letters ``words`` have, each counted as much as it is sure: what tells the better of two readings."""
    return sum(word.confidence * len(word.text) for word in words)


def distinct(lines: Iterable[Line]) -> list[Word]:
    """The words of ``lines`` without those that a line with more letters surely read has in the same place."""
    kept: dict[str, list[Word]] = {}
    for line in sorted(lines, key=lambda line: -sure_letters(line.words)):
        for word in line.words:
            equal = kept.setdefault(word.text, [])
            if all(word.box.shared(other.box) <= SAME_PRINT for other in equal):
                equal.append(word)
    return [word for words in kept.values() for word in words]


def _between(before: Cell | None, after: Cell | None) -> str:
    if before is None or after is None or before.table != after.table:
        return "\n\n"
    return "\n" if before.row != after.row else "\t" * (after.column - before.column)


def to_json(text: PageText) -> dict[str, Any]:
    """A JSON-ready dict, read back without loss by ``from_json``."""

    def word(w: Word) -> list[Any]:
        row: list[Any] = [w.text, w.box.as_list(), round(w.confidence, 4)]
        if w.alternatives is not None or w.read is not None:
            lists = w.alternatives and [[[a.text, round(a.cost, 3)] for a in letter] for letter in w.alternatives]
            row += [lists, w.read]
        return row

    return {
        "size": [text.size.width, text.size.height],
        "dpi": text.dpi,
        "languages": list(text.languages),
        "reader": text.reader,
        "blocks": [
            {
                "box": block.box.as_list(),
                "lines": [
                    {
                        "box": line.box.as_list(),
                        "baseline": None if line.baseline is None else [round(v, 2) for v in line.baseline],
                        "words": [word(w) for w in line.words],
                    }
                    for line in block.lines
                ],
                "role": block.role,
                "cell": block.cell and list(astuple(block.cell)),
            }
            for block in text.blocks
        ],
        "areas": [[area.kind, area.box.as_list(), list(area.colour)] for area in text.areas],
    }


def from_json(data: dict[str, Any]) -> PageText:
    """The PageText that ``to_json`` wrote. Raises KeyError, TypeError or ValueError on anything else."""

    def word(row: list[Any]) -> Word:
        alternatives = None
        if len(row) > 3 and row[3] is not None:
            alternatives = tuple(tuple(Alternative(t, float(c)) for t, c in letter) for letter in row[3])
        return Word(row[0], Box(*row[1]), float(row[2]), alternatives, row[4] if len(row) > 4 else None)

    def line(row: dict[str, Any]) -> Line:
        baseline = None
        if row["baseline"] is not None:
            x0, y0, x1, y1 = row["baseline"]
            baseline = (float(x0), float(y0), float(x1), float(y1))
        return Line(tuple(word(w) for w in row["words"]), Box(*row["box"]), baseline)

    def block(row: dict[str, Any]) -> Block:
        cell = row.get("cell")  # earlier versions knew neither roles nor cells
        return Block(
            tuple(line(each) for each in row["lines"]), Box(*row["box"]),
            Role(row.get("role", Role.TEXT)), cell and Cell(*cell),
        )  # fmt: skip

    return PageText(
        size=Size(*data["size"]),
        dpi=float(data["dpi"]),
        languages=tuple(data["languages"]),
        reader=data["reader"],
        blocks=tuple(block(row) for row in data["blocks"]),
        areas=tuple(
            Area(AreaKind(kind), Box(*box), (red, green, blue))
            for kind, box, (red, green, blue) in data.get("areas", ())
        ),
    )
