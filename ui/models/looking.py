"""What a tree of records needs of the catalogue: asked and answered in frozen values, looked up in another thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from digitizer.catalogue.store import Catalogue
from digitizer.catalogue.tree import Row, Shape
from digitizer.errors import NoSuchRecord
from digitizer.model import RecordId

PART = 100
"""Records fetched at once."""


@dataclass(frozen=True, slots=True)
class Part:
    """``PART`` of the records directly under ``parent`` (None: the top), from the place ``number`` × ``PART`` on."""

    parent: RecordId | None
    number: int


@dataclass(frozen=True, slots=True)
class Question:
    """``age``: how often the tree was built anew, so that an answer for an older one is known. ``shapes``: of what the
    tree knows, by parent. ``parts``: which rows are wanted. ``opened``, ``selected``: what must be reached again where
    the tree is built anew; ``reveal``: whether ``selected`` must be reached in any case.
    """

    age: int = 0
    shapes: Mapping[RecordId | None, Shape] = field(default_factory=dict)
    parts: frozenset[Part] = frozenset()
    opened: tuple[RecordId, ...] = ()
    selected: RecordId | None = None
    reveal: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """``anew``: records have come, gone or changed places: the tree must be built anew. ``parts``: rows by part, what
    they lie in ahead of them. ``shapes``: of the parents of these parts. ``sought``: the record that they lead to, if
    it is there at all.
    """

    age: int
    anew: bool
    sought: RecordId | None
    shapes: Mapping[RecordId | None, Shape]
    parts: Mapping[Part, tuple[Row, ...]]


def look(catalogue: Catalogue, question: Question) -> Answer:
    """Answer ``question`` from the catalogue."""
    tree = catalogue.tree
    anew = any(tree.shape(parent) != known for parent, known in question.shapes.items())
    wanted: dict[Part, None] = {}
    if anew or not question.shapes:
        wanted[Part(None, 0)] = None
    reached = [*question.opened, *([question.selected] if question.selected else [])] if anew else []
    if question.reveal and question.selected is not None and not anew:
        reached = [question.selected]
    for record in reached:
        wanted.update(dict.fromkeys(_way(catalogue, record)))
    wanted.update(dict.fromkeys(question.parts))
    parts = {part: tuple(tree.part(part.parent, part.number * PART, PART)) for part in wanted}
    shapes = {parent: tree.shape(parent) for parent in _parents(parts)}
    sought = question.selected if anew or question.reveal else None
    return Answer(question.age, anew, sought, shapes, parts)


def _way(catalogue: Catalogue, record: RecordId) -> list[Part]:
    """The parts, from the top, that lead to a record and hold it; none where it is gone."""
    try:
        path = catalogue.records.path(catalogue.records.find(record))
    except NoSuchRecord:
        return []
    return [Part(each.parent, catalogue.tree.place(each.id) // PART) for each in path]


def _parents(parts: Iterable[Part]) -> set[RecordId | None]:
    return {part.parent for part in parts}
