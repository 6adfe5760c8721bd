"""Papers that are there twice: the same bytes, scans that look and read alike, items with the same number and sign."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from digitizer.catalogue.fold import folded, tokens
from digitizer.catalogue.readings import Readings
from digitizer.describe.same_number import groups_of_one_number
from digitizer.model import PageId, Record, RecordId
from digitizer.tasks import Task
from digitizer.workspace import Workspace
from ocr import likeness
from ocr.text import PageText

SURE = 0.85
"""Confidence from which on two readings of one word that differ mean two words."""
OTHER_WORDS = 1
"""So many words that only one has, surely read, on either side, are another paper: the next copy of a form letter."""
_KEPT = 4096
Counted = tuple[Counter[str], Counter[str]]


class Kind(StrEnum):
    SAME_BYTES = "same-bytes"
    ALIKE = "alike"
    SAME_NUMBER = "same-number"


@dataclass(frozen=True, slots=True)
class Member:
    """A page, or a whole record where ``page`` is None. ``number``: the page's place in its record, from 1."""

    record: RecordId
    code: str
    page: PageId | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What may be one paper. ``members``: at least two, in the order in which they came in."""

    kind: Kind
    members: tuple[Member, ...]


def duplicates(workspace: Workspace, record: Record | None = None, task: Task | None = None) -> list[Group]:
    """Groups in the whole workspace; of ``record``: those with a page of it or of what lies in it, or with it.

    Pages without a kept likeness (blank ones, and those read by an older version until they are read again) are
    compared by their bytes alone.
    """
    task = task or Task()
    ours = None if record is None else {page.id for page in workspace.catalogue.pages.of_record(record.id)}
    found = [Group(Kind.SAME_BYTES, members) for members in _same_bytes(workspace)]
    known = [{member.page for member in group.members} for group in found]
    for members in _alike(workspace, ours, task):
        pages = {member.page for member in members}
        if not any(pages <= each for each in known):
            found.append(Group(Kind.ALIKE, members))
    if ours is not None:
        found = [group for group in found if any(member.page in ours for member in group.members)]
    return found + [Group(Kind.SAME_NUMBER, members) for members in _same_number(workspace, record)]


class Words:
    """The words of read pages, those of the last ones asked for kept: each is compared with several others."""

    def __init__(self, readings: Readings) -> None:
        self.of = lru_cache(maxsize=_KEPT)(lambda page: counted(readings.text(page)))

    def same_paper(self, one: PageId, other: PageId) -> bool:
        """Whether two pages that look alike also read alike: copies of a form letter differ in a name or number."""
        return other_words(self.of(one), self.of(other)) < OTHER_WORDS


def counted(text: PageText | None) -> Counted:
    """Words without marks, how often each is there: those surely read, and all."""
    words = [(folded(token), word.confidence) for word in text.words for token in tokens(word.text)] if text else []
    return Counter(word for word, sure in words if sure >= SURE and len(word) > 1), Counter(word for word, _ in words)


def other_words(one: Counted, other: Counted) -> int:
    """How many words each of two readings has, surely read, that the other has not: the fewer of both. In what order
    they were read does not matter: signatures side by side change places easily.
    """
    return min((one[0] - other[1]).total(), (other[0] - one[1]).total())


def _same_bytes(workspace: Workspace) -> Iterator[tuple[Member, ...]]:
    """For each master of which a page is there twice: those pages, of each record the first."""
    rows = workspace.catalogue.database.conn.execute(
        """WITH twice AS (
            SELECT master, master_index, coalesce(split ->> '$.part', '') AS part FROM page WHERE NOT withdrawn
            GROUP BY master, master_index, part HAVING count(*) > 1
        ) SELECT page.master, page.record, page.uuid FROM page JOIN twice ON twice.master = page.master
            AND twice.master_index = page.master_index AND twice.part = coalesce(page.split ->> '$.part', '')
        WHERE NOT page.withdrawn ORDER BY page.master, page.id"""
    ).fetchall()
    firsts: dict[int, dict[int, PageId]] = defaultdict(dict)
    pages: dict[int, list[PageId]] = defaultdict(list)
    for master, record, page in rows:
        firsts[master].setdefault(record, PageId(page))
        pages[master].append(PageId(page))
    for master, by_record in firsts.items():
        yield _members(workspace, by_record.values() if len(by_record) > 1 else pages[master])


def _alike(workspace: Workspace, ours: Collection[PageId] | None, task: Task) -> Iterator[tuple[Member, ...]]:
    """Pages that look and read alike; only what has to do with ``ours``, where that is given."""
    rows = workspace.catalogue.database.conn.execute(
        "SELECT page.uuid, likeness.hash FROM likeness JOIN page ON page.id = likeness.page WHERE NOT page.withdrawn"
        " ORDER BY page.id"
    ).fetchall()
    ids = [PageId(row[0]) for row in rows]
    hashes = np.frombuffer(b"".join(row[1] for row in rows), np.uint8).reshape(len(rows), likeness.BITS // 8)
    pairs = likeness.near_pairs(hashes) if ours is None else _pairs_of(hashes, ids, ours)
    words, links = Words(workspace.catalogue.readings), []
    for done, (one, other) in enumerate(pairs.tolist()):
        task.check()
        task.report(done, len(pairs))
        if words.same_paper(ids[one], ids[other]):
            links.append((ids[one], ids[other]))
    for together in _joined(links):
        yield _members(workspace, together)


def _pairs_of(hashes: NDArray[np.uint8], ids: Sequence[PageId], ours: Collection[PageId]) -> NDArray[np.intp]:
    found = [np.empty((0, 2), np.intp)]
    for at in [at for at, page in enumerate(ids) if page in ours]:
        others = likeness.near(hashes, hashes[at])
        others = others[others != at]
        found.append(np.sort(np.stack([np.full_like(others, at), others], axis=1), axis=1))
    return np.unique(np.concatenate(found), axis=0)


def _joined(links: Iterable[tuple[PageId, PageId]]) -> list[list[PageId]]:
    """Pages linked with each other, over any number of links."""
    group_of: dict[PageId, list[PageId]] = {}
    for one, other in links:
        ours, theirs = group_of.setdefault(one, [one]), group_of.setdefault(other, [other])
        if ours is not theirs:
            ours += theirs
            group_of.update(dict.fromkeys(theirs, ours))
    return list({id(group): group for group in group_of.values()}.values())


def _same_number(workspace: Workspace, record: Record | None) -> Iterator[tuple[Member, ...]]:
    inside = None if record is None else set(_below(workspace, record))
    for together in groups_of_one_number(workspace.catalogue.records.all()):
        if inside is None or any(each.id in inside for each in together):
            yield tuple(Member(each.id, each.code) for each in together)


def _below(workspace: Workspace, record: Record) -> Iterator[RecordId]:
    yield record.id
    for each in workspace.catalogue.records.under(record.id):
        yield from _below(workspace, each)


def _members(workspace: Workspace, pages: Iterable[PageId]) -> tuple[Member, ...]:
    found = [workspace.catalogue.pages.get(page) for page in pages]
    return tuple(Member(page.record, page.record_code, page.id, page.number) for page in found)
