"""Where pages stand in their records: ordinals with wide gaps, so that a page that moves changes itself alone.

A value of ``placed`` in an act is ``{record id: {page id: ordinal}}``: all that moved, and no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from digitizer.errors import NoSuchPage
from digitizer.model import Level, PageId, RecordId

GAP = 1 << 32
"""Between two pages that came one behind the other: 32 times something goes into the middle before a neighbour moves;
2**31 pages of one record still have ordinals that SQLite can hold."""

Placed = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """One page of a record, withdrawn ones too. ``row``: its row id."""

    row: int
    id: PageId
    ordinal: int
    withdrawn: bool


def spread(taken: Sequence[int], at: int, count: int, gap: int = GAP) -> tuple[int, list[int]]:
    """Ordinals for ``count`` things that go ahead of ``taken[at]`` (its length: behind all), which is sorted.

    Gives where the change begins and the ordinals from there on, in order: those of the new ones, and around them new
    ones for as few neighbours as had to move because there was no room left; the neighbours moved are
    ``len(ordinals) - count``.
    """
    reach = 0
    while True:
        first, last = max(0, at - reach), min(len(taken), at + reach)
        room = count + last - first
        low = taken[first - 1] if first else None
        high = taken[last] if last < len(taken) else None
        if low is None:
            low = high - gap * (room + 1) if high is not None else 0
        if high is None:
            high = low + gap * (room + 1)
        step = (high - low) // (room + 1)
        if step > 0:
            return first, [low + step * (number + 1) for number in range(room)]
        reach = max(1, 2 * reach)


class Places:
    """The places of all pages of one catalogue. Writes without acts: whoever changes something tells it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, record: RecordId) -> list[Standing]:
        """The pages that lie in the record itself, withdrawn ones too, in order."""
        rows = self._database.conn.execute(
            "SELECT id, uuid, ordinal, withdrawn FROM page WHERE record = (SELECT id FROM record WHERE uuid = ?)"
            " ORDER BY ordinal, id",
            [record],
        )
        return [Standing(row[0], PageId(row[1]), row[2], bool(row[3])) for row in rows]

    def file_of(self, record: RecordId) -> tuple[int, int]:
        """Row ids of the record and of the file that its pages count as being in: an item's is the record above it."""
        row = self._database.conn.execute(
            "SELECT id, CASE level WHEN ? THEN coalesce(parent, id) ELSE id END FROM record WHERE uuid = ?",
            [Level.ITEM, record],
        ).fetchone()
        return int(row[0]), int(row[1])

    def present(self, pages: Mapping[str, Any]) -> dict[str, dict[str, int]]:
        """Where these pages (the keys) stand now."""
        found: dict[str, dict[str, int]] = {}
        for page in pages:
            row = self._database.conn.execute(
                "SELECT record.uuid, page.ordinal FROM page JOIN record ON record.id = page.record WHERE page.uuid = ?",
                [page],
            ).fetchone()
            if row is None:
                raise NoSuchPage(page=page)
            found.setdefault(row[0], {})[page] = row[1]
        return found

    def put(self, placed: Placed) -> None:
        """Put pages where ``placed`` says."""
        for record, pages in placed.items():
            row, file = self.file_of(RecordId(record))
            self._database.conn.executemany(
                "UPDATE page SET record = ?, file = ?, ordinal = ? WHERE uuid = ?",
                [(row, file, ordinal, page) for page, ordinal in pages.items()],
            )
